import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0009_referrals"),
        ("volunteers", "0002_topics"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BlockedPair",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("because", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blocked_pairs",
                        to="bookings.client",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blocked_pairs",
                        to="volunteers.volunteer",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("client", "volunteer"), name="pair_blocked_once")],
            },
        ),
        migrations.CreateModel(
            name="Wave",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.PositiveSmallIntegerField(help_text="1 for the first people asked, 2 for the wider circle"),
                ),
                ("asked", models.PositiveSmallIntegerField()),
                ("sent_at", models.DateTimeField()),
                ("answer_by", models.DateTimeField()),
                ("next_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("widened", "weitere gefragt"),
                            ("settled", "erledigt"),
                            ("nobody", "niemand gefunden"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="waves", to="bookings.homevisit"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("ended_at__isnull", True)), fields=["next_at"], name="wave_due")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)), fields=("visit",), name="one_open_wave_a_visit"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="offer",
            name="given_back",
            field=models.BooleanField(default=False, help_text="returned by the volunteer, not by us"),
        ),
        migrations.AddField(
            model_name="homevisit",
            name="way_ends_at",
            field=models.DateTimeField(help_text="the guide can be at the visit after", null=True),
        ),
        migrations.AddField(
            model_name="homevisit",
            name="way_starts_at",
            field=models.DateTimeField(help_text="the guide leaves the visit before; empty: no buffer", null=True),
        ),
        migrations.RemoveConstraint(model_name="homevisit", name="guide_in_one_place_at_a_time"),
        migrations.AddConstraint(
            model_name="homevisit",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("state", "assigned")),
                expressions=[
                    ("guide", "="),
                    (
                        models.Func(
                            django.db.models.functions.comparison.Coalesce("way_starts_at", "slot_starts_at"),
                            django.db.models.functions.comparison.Coalesce("way_ends_at", "slot_ends_at"),
                            function="tstzrange",
                            output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="guide_in_one_place_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="homevisit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "assigned"), _negated=True),
                    models.Q(
                        ("way_starts_at__lte", models.F("slot_starts_at")),
                        ("way_ends_at__gte", models.F("slot_ends_at")),
                    ),
                    models.Q(("way_ends_at__isnull", True), ("way_starts_at__isnull", True)),
                    _connector="OR",
                ),
                name="way_lies_around_the_slot",
            ),
        ),
    ]
