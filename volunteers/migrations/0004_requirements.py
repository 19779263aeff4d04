import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from volunteers.needed import ACTIVITIES, PAIR, requirement_rows

COLUMNS = {"training": "trained_on", "secrecy": "secrecy_signed_on", "certificate": "certificate_issued_on"}


def load(apps, schema_editor):
    """Requirements and activities are there from the first start on."""
    requirement, activity = apps.get_model("volunteers", "Requirement"), apps.get_model("volunteers", "Activity")
    known = set(requirement.objects.values_list("key", flat=True))
    requirement.objects.bulk_create([requirement(**row) for row in requirement_rows() if row["key"] not in known])
    by_key = {row.key: row for row in requirement.objects.all()}
    for key, (name, needs) in ACTIVITIES.items():
        row, is_new = activity.objects.get_or_create(key=key, defaults={"name": name})
        if is_new:
            row.needs.set([by_key[need] for need in needs])


def move_columns(apps, schema_editor):
    """The three dates of a volunteer become evidence; who was a volunteer before has gone in pair before."""
    volunteer, evidence = apps.get_model("volunteers", "Volunteer"), apps.get_model("volunteers", "Evidence")
    numbers = dict(apps.get_model("volunteers", "Requirement").objects.values_list("key", "pk"))
    rows = []
    for one in volunteer.objects.all():
        days = {key: getattr(one, column) for key, column in COLUMNS.items()}
        if one.state != "applied":
            days[PAIR] = one.joined_at.date()
        rows += [
            evidence(volunteer=one, requirement_id=numbers[key], issued_on=day, seen_on=day)
            for key, day in days.items()
            if day is not None
        ]
    evidence.objects.bulk_create(rows, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [
        ("volunteers", "0003_offers_by"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="volunteer",
            name="suspended_because",
            field=models.CharField(blank=True, help_text="for coordinators only", max_length=200),
        ),
        migrations.AlterField(
            model_name="volunteer",
            name="state",
            field=models.CharField(
                choices=[
                    ("applied", "beworben"),
                    ("active", "aktiv"),
                    ("paused", "Pause"),
                    ("suspended", "gesperrt"),
                    ("left", "ausgeschieden"),
                ],
                default="applied",
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Requirement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=60, unique=True)),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("talk", "Gespräch geführt"),
                            ("attended", "teilgenommen"),
                            ("signed", "unterschrieben"),
                            ("seen", "Original gesehen"),
                            ("pair", "zu zweit gegangen"),
                        ],
                        max_length=10,
                    ),
                ),
                ("valid_months", models.PositiveSmallIntegerField(null=True)),
                ("fresh_months", models.PositiveSmallIntegerField(null=True)),
                ("warn_weeks", models.PositiveSmallIntegerField(default=8)),
                ("order", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["order", "key"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_months__isnull", True),
                            models.Q(("valid_months__gte", 1), ("valid_months__lte", 600)),
                            _connector="OR",
                        ),
                        name="requirement_validity_sane",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Activity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=60, unique=True)),
                ("needs", models.ManyToManyField(related_name="activities", to="volunteers.requirement")),
            ],
        ),
        migrations.CreateModel(
            name="Application",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=43, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "beworben"),
                            ("accepted", "aufgenommen"),
                            ("declined", "nicht weitergeführt"),
                        ],
                        default="received",
                        max_length=10,
                    ),
                ),
                (
                    "entrance",
                    models.CharField(
                        choices=[("web", "Internet"), ("phone", "Telefon"), ("paper", "Papier")], max_length=10
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("street", models.CharField(blank=True, max_length=160)),
                ("postal_code", models.CharField(max_length=5)),
                ("phone", models.CharField(blank=True, help_text="E.164", max_length=20)),
                ("email", models.EmailField(blank=True, max_length=254)),
                (
                    "times",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), default=list, size=None
                    ),
                ),
                (
                    "travel_mode",
                    models.CharField(
                        blank=True,
                        choices=[("foot", "zu Fuß"), ("bike", "Fahrrad"), ("transit", "Bus und Bahn"), ("car", "Auto")],
                        max_length=10,
                    ),
                ),
                ("heard_from", models.CharField(blank=True, max_length=160)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("held_because", models.CharField(blank=True, max_length=120)),
                ("received_at", models.DateTimeField()),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("topics", models.ManyToManyField(related_name="+", to="volunteers.topic")),
                (
                    "volunteer",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="application",
                        to="volunteers.volunteer",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "received_at"], name="application_waiting")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("email", ""), ("phone", ""), _negated=True), name="applicant_can_be_reached"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "accepted"), ("volunteer__isnull", True), _connector="OR"),
                        name="only_accepted_are_volunteers",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FirstVisit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=7, unique=True)),
                ("on", models.DateField()),
                (
                    "companion",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accompanies",
                        to="volunteers.volunteer",
                    ),
                ),
                (
                    "newcomer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="first_visit",
                        to="volunteers.volunteer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("companion__isnull", True),
                            models.Q(("companion", models.F("newcomer")), _negated=True),
                            _connector="OR",
                        ),
                        name="first_visit_not_alone",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("issued_on", models.DateField()),
                ("seen_on", models.DateField()),
                ("to_be_seen_by", models.DateField(null=True)),
                ("announced_at", models.DateTimeField(help_text="when we said that its end is near", null=True)),
                (
                    "seen_by",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="evidence", to="volunteers.volunteer"
                    ),
                ),
                (
                    "requirement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="volunteers.requirement",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("volunteer", "requirement", "issued_on"), name="evidence_once"),
                    models.CheckConstraint(
                        condition=models.Q(("seen_on__gte", models.F("issued_on"))), name="evidence_seen_after_issued"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to_be_seen_by__isnull", True),
                            ("seen_on__lte", models.F("to_be_seen_by")),
                            _connector="OR",
                        ),
                        name="evidence_fresh_when_seen",
                    ),
                ],
            },
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
        migrations.RunPython(move_columns, migrations.RunPython.noop),
        migrations.RemoveField(model_name="volunteer", name="trained_on"),
        migrations.RemoveField(model_name="volunteer", name="certificate_issued_on"),
        migrations.RemoveField(model_name="volunteer", name="secrecy_signed_on"),
    ]
