"""Who goes along on a visit, and each person's promised times in one table, so that nobody is in two places."""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import migrations, models
from django.db.models import F, Func, Q

USER = settings.AUTH_USER_MODEL
CASCADE = django.db.models.deletion.CASCADE
ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
FOLLOW = """
CREATE FUNCTION bookings_promised_times_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM bookings_promisedtime WHERE visit_id = NEW.id;
    IF NEW.state = 'assigned' THEN
        INSERT INTO bookings_promisedtime (visit_id, user_id, starts_at, ends_at)
        SELECT NEW.id, NEW.guide_id, coalesce(NEW.way_starts_at, NEW.slot_starts_at),
            coalesce(NEW.way_ends_at, NEW.slot_ends_at);
        INSERT INTO bookings_promisedtime (visit_id, user_id, starts_at, ends_at)
        SELECT NEW.id, NEW.companion_id, coalesce(NEW.companion_way_starts_at, NEW.slot_starts_at),
            coalesce(NEW.companion_way_ends_at, NEW.slot_ends_at)
        WHERE NEW.companion_id IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER promised_times_follow
    AFTER INSERT OR UPDATE OF state, guide_id, slot_starts_at, slot_ends_at, way_starts_at, way_ends_at,
        companion_id, companion_way_starts_at, companion_way_ends_at ON bookings_homevisit
    FOR EACH ROW EXECUTE FUNCTION bookings_promised_times_follow();
"""
BACK = """
DROP TRIGGER promised_times_follow ON bookings_homevisit;
DROP FUNCTION bookings_promised_times_follow();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0014_reasons_as_data"),
        migrations.swappable_dependency(USER),
    ]

    operations = [
        migrations.AddField(
            "homevisit",
            "companion",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="visits_as_companion", to=USER
            ),
        ),
        migrations.AddField(
            "homevisit",
            "companion_way_starts_at",
            models.DateTimeField(help_text="as `way_starts_at`, of who goes along", null=True),
        ),
        migrations.AddField("homevisit", "companion_way_ends_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "homevisit",
            models.Index(condition=Q(companion__isnull=False), fields=["companion"], name="visit_companion"),
        ),
        migrations.AddConstraint(
            "homevisit",
            models.CheckConstraint(
                condition=Q(companion__isnull=True) | (Q(guide__isnull=False) & ~Q(companion=F("guide"))),
                name="companion_beside_a_guide",
            ),
        ),
        migrations.AddConstraint(
            "homevisit",
            models.CheckConstraint(
                condition=Q(companion_way_starts_at__isnull=True, companion_way_ends_at__isnull=True)
                | Q(
                    companion__isnull=False,
                    companion_way_starts_at__lte=F("slot_starts_at"),
                    companion_way_ends_at__gte=F("slot_ends_at"),
                ),
                name="companion_way_lies_around_the_slot",
            ),
        ),
        migrations.CreateModel(
            name="PromisedTime",
            fields=[
                ("id", ID),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("user", models.ForeignKey(on_delete=CASCADE, related_name="promised_times", to=USER)),
                (
                    "visit",
                    models.ForeignKey(on_delete=CASCADE, related_name="promised_times", to="bookings.homevisit"),
                ),
            ],
            options={
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("user", "="),
                            (
                                Func("starts_at", "ends_at", function="tstzrange", output_field=DateTimeRangeField()),
                                "&&",
                            ),
                        ],
                        name="nobody_in_two_places_at_once",
                    )
                ],
            },
        ),
        migrations.RunSQL(FOLLOW, BACK),
    ]
