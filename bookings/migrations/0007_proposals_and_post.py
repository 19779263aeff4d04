import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0006_case"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="PostIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reply_card", "Antwortkarte"),
                            ("letter", "Brief"),
                            ("consent", "Einwilligung"),
                            ("returned", "Brief kam zurück"),
                        ],
                        max_length=10,
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=20)),
                ("note", models.CharField(blank=True, help_text="what was written beside it", max_length=200)),
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
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="post_in",
                        to="bookings.homevisit",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["visit", "at"], name="post_in_of_a_visit")],
            },
        ),
        migrations.CreateModel(
            name="ProposedDate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "wartet auf Antwort"),
                            ("yes", "passt"),
                            ("no", "passt nicht"),
                            ("expired", "keine Antwort"),
                            ("withdrawn", "zurückgezogen"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("code", models.CharField(max_length=4)),
                ("way", models.CharField(choices=[("letter", "Brief"), ("sms", "SMS")], max_length=6)),
                ("starts_at", models.DateTimeField()),
                ("answer_by", models.DateTimeField(help_text="as the person reads it")),
                (
                    "volunteers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposed_dates",
                        to="bookings.homevisit",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "open")), fields=["answer_by"], name="proposal_open")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("visit",), name="one_open_proposal_a_visit"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("code",), name="open_proposal_code_once"
                    ),
                ],
            },
        ),
    ]
