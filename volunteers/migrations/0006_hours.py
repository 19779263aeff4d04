from datetime import date

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Tax-free limits of the year, § 3 Nr. 26 and 26a EStG; the rate of the kilometre is for the city to set.
RATES = [
    ("trainer", 300_000, date(2021, 1, 1), "§ 3 Nr. 26 EStG"),
    ("trainer", 330_000, date(2026, 1, 1), "§ 3 Nr. 26 EStG, Steueränderungsgesetz 2025"),
    ("honorary", 84_000, date(2021, 1, 1), "§ 3 Nr. 26a EStG"),
    ("honorary", 96_000, date(2026, 1, 1), "§ 3 Nr. 26a EStG, Steueränderungsgesetz 2025"),
    ("kilometre", 20, date(2021, 1, 1), "Vorgabe bis die Stadt festlegt: § 5 Abs. 1 BRKG, 20 Cent je Kilometer"),
]


def load(apps, schema_editor):
    """The rates are there from the first start on."""
    rate = apps.get_model("volunteers", "Rate")
    rows = [rate(key=key, cents=cents, valid_from=since, source=source) for key, cents, since, source in RATES]
    rate.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0005_profiles"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Course",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=100)),
                ("on", models.DateField()),
                ("starts", models.CharField(blank=True, help_text="on the clock: 14:30", max_length=5)),
                ("minutes", models.PositiveSmallIntegerField()),
                ("held_at", models.CharField(blank=True, max_length=120)),
                ("held_by", models.CharField(max_length=100)),
                ("places", models.PositiveSmallIntegerField()),
                ("taken", models.PositiveSmallIntegerField(default=0)),
                ("is_basic", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="volunteers.topic"
                    ),
                ),
            ],
            options={
                "ordering": ["-on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="CoursePlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("signed_at", models.DateTimeField()),
                ("attended", models.BooleanField(null=True)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="held_places", to="volunteers.course"
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="course_places",
                        to="volunteers.volunteer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OtherWork",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("entered", "eingetragen"),
                            ("confirmed", "bestätigt"),
                            ("refused", "nicht bestätigt"),
                        ],
                        default="entered",
                        max_length=10,
                    ),
                ),
                ("on", models.DateField()),
                ("minutes", models.PositiveSmallIntegerField()),
                ("what", models.CharField(max_length=120)),
                ("because", models.CharField(blank=True, max_length=200)),
                ("entered_at", models.DateTimeField()),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="other_work",
                        to="volunteers.volunteer",
                    ),
                ),
            ],
            options={
                "ordering": ["-on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="PaymentRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField()),
                ("total_cents", models.PositiveIntegerField()),
                ("count", models.PositiveIntegerField()),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Expense",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "eingereicht"),
                            ("accepted", "anerkannt"),
                            ("refused", "abgelehnt"),
                            ("paid", "angewiesen"),
                        ],
                        default="submitted",
                        max_length=10,
                    ),
                ),
                ("on", models.DateField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ticket", "Fahrkarte"),
                            ("kilometres", "Kilometer mit dem Auto"),
                            ("material", "Material"),
                            ("other", "Anderes"),
                        ],
                        max_length=10,
                    ),
                ),
                ("kilometres", models.PositiveSmallIntegerField(null=True)),
                ("amount_cents", models.PositiveIntegerField()),
                ("receipt", models.CharField(blank=True, max_length=30)),
                ("what", models.CharField(blank=True, max_length=120)),
                ("reference", models.CharField(blank=True, help_text="of the visit it belongs to", max_length=7)),
                ("because", models.CharField(blank=True, max_length=200)),
                ("submitted_at", models.DateTimeField()),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="expenses", to="volunteers.volunteer"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expenses",
                        to="volunteers.paymentrun",
                    ),
                ),
            ],
            options={
                "ordering": ["-on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Rate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        choices=[
                            ("trainer", "Übungsleiterpauschale im Jahr"),
                            ("honorary", "Ehrenamtspauschale im Jahr"),
                            ("kilometre", "Auto, je Kilometer"),
                        ],
                        max_length=10,
                    ),
                ),
                ("cents", models.PositiveIntegerField()),
                ("valid_from", models.DateField()),
                ("source", models.CharField(max_length=200)),
            ],
            options={
                "ordering": ["key", "-valid_from"],
                "constraints": [
                    models.UniqueConstraint(fields=("key", "valid_from"), name="rate_once_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True), name="rate_with_a_source"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Allowance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("trainer", "Übungsleiterpauschale"), ("honorary", "Ehrenamtspauschale")],
                        max_length=10,
                    ),
                ),
                ("is_declared", models.BooleanField(default=False)),
                ("on", models.DateField()),
                ("cents", models.PositiveIntegerField()),
                ("what", models.CharField(max_length=120)),
                ("entered_at", models.DateTimeField()),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allowances",
                        to="volunteers.volunteer",
                    ),
                ),
            ],
            options={
                "ordering": ["-on", "-pk"],
                "indexes": [models.Index(fields=["volunteer", "on"], name="allowance_volunteer_on")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cents__gte", 1), ("cents__lte", 10000000)), name="allowance_amount_sane"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=9, unique=True)),
                ("token", models.CharField(max_length=26, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("first_on", models.DateField()),
                ("last_on", models.DateField()),
                ("minutes", models.PositiveIntegerField()),
                ("years", models.JSONField()),
                ("courses", models.JSONField()),
                ("issued_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="volunteers.volunteer",
                    ),
                ),
            ],
            options={
                "ordering": ["-issued_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__regex", "^[1-9][0-9]{8}$")), name="certificate_number_of_nine"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_on__gte", models.F("first_on"))), name="certificate_forwards"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.CheckConstraint(
                condition=models.Q(("taken__lte", models.F("places"))), name="course_never_oversold"
            ),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__gte", 1), ("minutes__lte", 1440)), name="course_minutes_sane"
            ),
        ),
        migrations.AddConstraint(
            model_name="courseplace",
            constraint=models.UniqueConstraint(fields=("course", "volunteer"), name="course_place_once"),
        ),
        migrations.AddConstraint(
            model_name="otherwork",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__gte", 1), ("minutes__lte", 1440)), name="other_work_minutes_sane"
            ),
        ),
        migrations.AddConstraint(
            model_name="otherwork",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("because", ""), _negated=True),
                    _connector="OR",
                ),
                name="other_work_refused_with_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="expense",
            index=models.Index(
                condition=models.Q(("receipt", ""), _negated=True), fields=["receipt"], name="expense_receipt"
            ),
        ),
        migrations.AddConstraint(
            model_name="expense",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_cents__gte", 1), ("amount_cents__lte", 100000)), name="expense_amount_sane"
            ),
        ),
        migrations.AddConstraint(
            model_name="expense",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kilometres__isnull", False), ("kind", "kilometres")),
                    models.Q(models.Q(("kind", "kilometres"), _negated=True), ("kilometres__isnull", True)),
                    _connector="OR",
                ),
                name="expense_kilometres_by_car_only",
            ),
        ),
        migrations.AddConstraint(
            model_name="expense",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("run__isnull", False), ("state", "paid")),
                    models.Q(models.Q(("state", "paid"), _negated=True), ("run__isnull", True)),
                    _connector="OR",
                ),
                name="expense_paid_in_a_run",
            ),
        ),
        migrations.AddConstraint(
            model_name="expense",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("because", ""), _negated=True),
                    _connector="OR",
                ),
                name="expense_refused_with_a_reason",
            ),
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
