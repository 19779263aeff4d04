import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("touring", "0005_team_shares_vehicle")]

    operations = [
        migrations.CreateModel(
            name="PlanRunPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "wartet"),
                            ("running", "läuft"),
                            ("done", "fertig"),
                            ("failed", "gescheitert"),
                            ("dropped", "nicht mehr gebraucht"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("round", models.PositiveSmallIntegerField()),
                ("number", models.PositiveSmallIntegerField()),
                ("teams", models.JSONField(help_text="keys")),
                ("jobs", models.JSONField(help_text="keys of stops")),
                ("seconds", models.FloatField(help_text="to search")),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(default=0, help_text="how many workers have taken it up"),
                ),
                ("heartbeat_at", models.DateTimeField(null=True)),
                (
                    "pattern",
                    models.JSONField(help_text="of the district's stops, where it is done", null=True),
                ),
                ("steps", models.PositiveIntegerField(default=0)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="touring.planrun"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="plannedstop",
            name="other_starts",
            field=models.JSONField(default=list, help_text="[week of the cycle, minutes after midnight], by week"),
        ),
        migrations.AddField(
            model_name="planrun",
            name="round",
            field=models.PositiveSmallIntegerField(
                help_text="of districts as parts; empty before the first", null=True
            ),
        ),
        migrations.AddField(
            model_name="planrun",
            name="round_ends_at",
            field=models.DateTimeField(help_text="nobody waits longer for parts of this round", null=True),
        ),
        migrations.AddField(model_name="planrun", name="round_started_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="planrun",
            name="savings",
            field=models.JSONField(
                default=list, help_text="[changes, driving seconds, saved, left out] of further changes"
            ),
        ),
        migrations.AddField(
            model_name="planrun",
            name="tolerance_minutes",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="so much may the start of a stop differ from week to week"
            ),
        ),
        migrations.AddField(
            model_name="tourplan",
            name="tolerance_minutes",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="so much may the start of a stop differ from week to week"
            ),
        ),
        migrations.AddConstraint(
            model_name="planrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("tolerance_minutes__lte", 60)), name="plan_run_tolerance_at_most_an_hour"
            ),
        ),
        migrations.AddConstraint(
            model_name="tourplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("tolerance_minutes__lte", 60)), name="plan_tolerance_at_most_an_hour"
            ),
        ),
        migrations.AddConstraint(
            model_name="planrunpart",
            constraint=models.UniqueConstraint(fields=("run", "round", "number"), name="plan_run_part_once"),
        ),
    ]
