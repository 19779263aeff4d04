import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0008_survey")]

    operations = [
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=7, unique=True)),
                ("token", models.CharField(max_length=43, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "wird geschrieben"),
                            ("sent", "nicht bestätigt"),
                            ("confirmed", "bestätigt"),
                            ("refused", "abgelehnt"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                (
                    "caller",
                    models.CharField(default="care", help_text="as of HomeVisit: care or practice", max_length=10),
                ),
                ("organisation", models.CharField(max_length=80)),
                ("contact", models.CharField(max_length=80)),
                ("phone", models.CharField(help_text="E.164, of the organisation", max_length=20)),
                ("people", models.JSONField(default=list)),
                ("signs", models.JSONField(default=list, help_text="what looks like a machine")),
                ("started_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", True), ("state", "draft")),
                            models.Q(models.Q(("state", "draft"), _negated=True), ("sent_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="referral_sent_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "draft"), ("people", []), _connector="OR"),
                        name="referral_sent_keeps_no_list",
                    ),
                ]
            },
        ),
        migrations.AddField(
            model_name="homevisit",
            name="referral",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="visits",
                to="bookings.referral",
            ),
        ),
    ]
