import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_phone_calls")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="human_by_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="spätestens bei einem Menschen"),
        ),
        migrations.AddField(
            model_name="message",
            name="rungs",
            field=models.JSONField(blank=True, default=list, verbose_name="weitere Wege"),
        ),
        migrations.AddField(
            model_name="message",
            name="stands_in_for",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="stand_in",
                to="outbox.message",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="deadline_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="spätestens auf diesem Weg"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["created_at", "id"], name="outbox_message_newest"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("channel", "sms")), fields=["sent_at"], name="outbox_message_sms_sent"
            ),
        ),
        migrations.CreateModel(
            name="Circuit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(max_length=10, unique=True, verbose_name="Weg")),
                ("is_down", models.BooleanField(default=False, verbose_name="gestört")),
                ("failures", models.PositiveIntegerField(default=0, verbose_name="Fehler in Folge")),
                ("failing_since", models.DateTimeField(blank=True, null=True, verbose_name="Fehler seit")),
                ("switched_at", models.DateTimeField(blank=True, null=True, verbose_name="umgeschaltet")),
                ("tried_at", models.DateTimeField(blank=True, null=True, verbose_name="zuletzt versucht")),
            ],
            options={"verbose_name": "Zustand eines Weges", "verbose_name_plural": "Zustand der Wege"},
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False, verbose_name="Name")),
                ("at", models.DateTimeField(verbose_name="zuletzt")),
                ("alarmed_at", models.DateTimeField(blank=True, null=True, verbose_name="Alarm")),
            ],
            options={"verbose_name": "Lebenszeichen", "verbose_name_plural": "Lebenszeichen"},
        ),
    ]
