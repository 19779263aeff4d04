from typing import Any

from django.core.management import call_command
from django.db import migrations


def create(apps: Any, schema_editor: Any) -> None:
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    """The shared cache: rate limits must count over all processes."""

    dependencies = [("kernel", "0004_append_only")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
