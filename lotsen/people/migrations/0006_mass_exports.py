import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_sign_outs"),
    ]

    operations = [
        migrations.CreateModel(
            name="MassExport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "wartet auf eine zweite Person"),
                            ("approved", "freigegeben"),
                            ("fetched", "geholt"),
                            ("refused", "nicht freigegeben"),
                            ("expired", "abgelaufen"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("about", models.CharField(blank=True, max_length=1200)),
                ("persons", models.PositiveIntegerField()),
                ("purpose", models.CharField(max_length=120)),
                ("asked_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                ("fetched_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "asked_at"], name="mass_export_waiting")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(("approved_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="mass_export_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["approved", "fetched"]), _negated=True),
                            models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="mass_export_approved_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("fetched_at__isnull", False), ("state", "fetched")),
                            models.Q(models.Q(("state", "fetched"), _negated=True), ("fetched_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="mass_export_fetched_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("purpose", ""), _negated=True), name="mass_export_with_a_purpose"
                    ),
                ],
            },
        ),
    ]
