import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0005_print_runs")]

    operations = [
        migrations.RemoveIndex(model_name="calltask", name="outbox_call_open"),
        migrations.AddField(
            model_name="calltask",
            name="note",
            field=models.CharField(blank=True, default="", max_length=300, verbose_name="Notiz"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="calltask",
            name="tries",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="vergebliche Anrufe"),
        ),
        migrations.AddField(
            model_name="calltask",
            name="not_before_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="nächster Anruf"),
        ),
        migrations.AddField(
            model_name="calltask",
            name="due_at",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Greatest("deadline_at", "not_before_at"),
                output_field=models.DateTimeField(),
            ),
        ),
        migrations.AddField(
            model_name="calltask",
            name="taken_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="genommen"),
        ),
        migrations.AddField(
            model_name="calltask",
            name="escalated_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="der Koordination gemeldet"),
        ),
        migrations.AddIndex(
            model_name="calltask",
            index=models.Index(
                condition=models.Q(("state__in", ["open", "taken"])), fields=["due_at"], name="outbox_call_due"
            ),
        ),
        migrations.AddIndex(
            model_name="calltask",
            index=models.Index(condition=models.Q(("state", "taken")), fields=["owner"], name="outbox_call_owner"),
        ),
        migrations.AddIndex(
            model_name="calltask",
            index=models.Index(condition=models.Q(("state", "done")), fields=["finished_at"], name="outbox_call_done"),
        ),
    ]
