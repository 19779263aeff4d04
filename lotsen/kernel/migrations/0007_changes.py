import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE TRIGGER kernel_fieldchange_no_change BEFORE UPDATE OR DELETE ON kernel_fieldchange
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER kernel_fieldchange_no_truncate BEFORE TRUNCATE ON kernel_fieldchange
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0006_tally"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="FieldChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject_type", models.CharField(max_length=60)),
                ("subject_id", models.CharField(max_length=40)),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["subject_type", "subject_id", "at"], name="fieldchange_subject")],
            },
        ),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
