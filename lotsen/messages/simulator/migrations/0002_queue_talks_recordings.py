import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("simulator", "0001_phones_texts_calls")]

    operations = [
        migrations.AddField("networkcall", "queue", models.CharField(blank=True, default="", max_length=40), False),
        migrations.AddField("networkcall", "queued_at", models.DateTimeField(null=True)),
        migrations.AddField("networkcall", "wait_url", models.TextField(blank=True, default=""), False),
        migrations.AddField("networkcall", "after_url", models.TextField(blank=True, default=""), False),
        migrations.AddField("networkcall", "talks_since", models.DateTimeField(null=True)),
        migrations.AddField(
            "networkcall",
            "talks_with",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="simulator.networkcall",
            ),
        ),
        migrations.AddField(
            "networkcall",
            "dialled_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="legs",
                to="simulator.networkcall",
            ),
        ),
        migrations.AlterField(
            "networkcall",
            "waits_for",
            models.CharField(
                choices=[
                    ("pick_up", "es klingelt"),
                    ("keys", "wartet auf eine Taste"),
                    ("recording", "nimmt auf"),
                    ("person", "wartet auf einen Menschen"),
                    ("talk", "im Gespräch"),
                    ("nothing", "beendet"),
                ],
                default="pick_up",
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="NetworkRecording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sid", models.CharField(max_length=34, unique=True)),
                ("seconds", models.PositiveIntegerField()),
                ("audio", models.BinaryField()),
                ("created_at", models.DateTimeField()),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recordings",
                        to="simulator.networkcall",
                    ),
                ),
            ],
            options={"verbose_name": "Aufnahme im Netz", "verbose_name_plural": "Aufnahmen im Netz"},
        ),
    ]
