from django.db import migrations

from volunteers.topics import catalogue_rows


def load(apps, schema_editor):
    """The catalogue of topics is there from the first start on."""
    topic = apps.get_model("volunteers", "Topic")
    known = set(topic.objects.values_list("key", flat=True))
    topic.objects.bulk_create([topic(**row) for row in catalogue_rows() if row["key"] not in known])


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0001_volunteers_topics")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
