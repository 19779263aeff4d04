import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0005_intake"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="CaseNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("call_in", "Anruf bei uns"),
                            ("call_out", "Anruf von uns"),
                            ("note", "Notiz"),
                            ("proven", "Auskunft gegeben"),
                            ("not_proven", "Auskunft nicht gegeben"),
                            ("word_right", "Kennwort an der Tür geprüft: stimmt"),
                            ("word_wrong", "Kennwort an der Tür geprüft: stimmt nicht"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "text",
                    models.CharField(blank=True, help_text="what was said, in one line", max_length=500),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="case_notes",
                        to="bookings.homevisit",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["visit", "at"], name="casenote_visit")]},
        ),
    ]
