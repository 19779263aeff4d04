import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0003_ladder"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="TextVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=60, verbose_name="Textart")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("sms", "SMS"),
                            ("email", "E-Mail"),
                            ("letter", "Brief"),
                            ("voice", "Anruf der Ansage"),
                            ("push", "Hinweis auf dem Handy"),
                            ("call", "Anruf durch einen Menschen"),
                        ],
                        max_length=10,
                        verbose_name="Weg",
                    ),
                ),
                ("language", models.CharField(max_length=5, verbose_name="Sprache")),
                ("version", models.PositiveIntegerField(verbose_name="Fassung")),
                ("subject", models.CharField(blank=True, max_length=200, verbose_name="Betreff")),
                ("text", models.TextField(blank=True, verbose_name="Text")),
                (
                    "parts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, default=list, size=None, verbose_name="Absätze"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="seit")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "Fassung eines Textes",
                "verbose_name_plural": "Fassungen von Texten",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "channel", "language", "version"), name="outbox_text_version_once"
                    )
                ],
            },
        ),
    ]
