import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

USER = settings.AUTH_USER_MODEL
ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("bookings", "0011_rounds"), migrations.swappable_dependency(USER)]

    operations = [
        migrations.AddField(
            "client",
            "contact_name",
            models.CharField(blank=True, help_text="to call in an emergency, if they agreed", max_length=120),
        ),
        migrations.AddField("client", "contact_relation", models.CharField(blank=True, max_length=40)),
        migrations.AddField("client", "contact_phone", models.CharField(blank=True, help_text="E.164", max_length=20)),
        migrations.CreateModel(
            name="ReportDraft",
            fields=[
                ("id", ID.clone()),
                ("version", models.PositiveIntegerField(default=1)),
                ("copy", models.CharField(blank=True, max_length=36)),
                ("count", models.PositiveIntegerField(default=0)),
                ("said", models.JSONField(default=dict)),
                ("saved_at", models.DateTimeField()),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=USER)),
                (
                    "visit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="report_draft",
                        to="bookings.homevisit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SafeReturn",
            fields=[
                ("id", ID.clone()),
                ("code", models.CharField(max_length=4)),
                ("began_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "step",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "End"),
                            (1, "Sms"),
                            (2, "Call"),
                            (3, "Coordinator"),
                            (4, "Emergency"),
                            (5, "Over"),
                        ],
                        default=0,
                    ),
                ),
                ("due_at", models.DateTimeField(null=True)),
                ("said_at", models.DateTimeField(help_text="the last sign of life")),
                ("ended_at", models.DateTimeField(null=True)),
                ("help_at", models.DateTimeField(null=True)),
                ("is_silent", models.BooleanField(default=False)),
                ("taken_at", models.DateTimeField(null=True)),
                ("guide", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=USER)),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=USER
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="safe_returns",
                        to="bookings.homevisit",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)), fields=["due_at"], name="safe_return_due"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("visit",),
                        name="one_safe_return_a_visit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", False), ("step", 5), ("due_at__isnull", False), _connector="OR"
                        ),
                        name="safe_return_is_watched",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanStep",
            fields=[
                ("id", ID.clone()),
                ("number", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=USER)),
                (
                    "safe_return",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ticked", to="bookings.safereturn"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("safe_return", "number"), name="plan_step_ticked_once"),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("number__lte", 4)), name="plan_has_four_steps"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TopicGoal",
            fields=[
                ("id", ID.clone()),
                (
                    "goal",
                    models.CharField(
                        choices=[("alone", "allein"), ("with_help", "mit Hilfe"), ("not_yet", "noch nicht")],
                        max_length=10,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="topic_goals",
                        to="bookings.visitreport",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="volunteers.topic"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("report", "topic"), name="one_goal_a_topic")],
            },
        ),
    ]
