from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from bookings.models.visits import HomeVisit, VisitReport
from volunteers.models import Topic


class SafeReturn(models.Model):
    """Who is with somebody, from "bin da" to "bin weg". `step` is what comes next, at `due_at`.

    `ends_at` is when they meant to be away again; the alarms count from it. `code` is what stands in their messages.
    `help_at`: they asked for help, `is_silent` without anything showing on their own telephone.
    """

    class Step(models.IntegerChoices):
        END = 0
        SMS = 1
        CALL = 2
        COORDINATOR = 3
        EMERGENCY = 4
        OVER = 5

    visit = models.ForeignKey(HomeVisit, on_delete=models.CASCADE, related_name="safe_returns")
    guide = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=4)
    began_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    step = models.PositiveSmallIntegerField(choices=Step.choices, default=Step.END)
    due_at = models.DateTimeField(null=True)
    said_at = models.DateTimeField(help_text="the last sign of life")
    ended_at = models.DateTimeField(null=True)
    help_at = models.DateTimeField(null=True)
    is_silent = models.BooleanField(default=False)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["visit"], condition=Q(ended_at__isnull=True), name="one_safe_return_a_visit"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False) | Q(step=5) | Q(due_at__isnull=False),
                name="safe_return_is_watched",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(ended_at__isnull=True), name="safe_return_due")]

    def __str__(self) -> str:
        return f"{self.visit_id}: {self.step}"


class PlanStep(models.Model):
    """One ticked step of the emergency plan."""

    safe_return = models.ForeignKey(SafeReturn, on_delete=models.CASCADE, related_name="ticked")
    number = models.PositiveSmallIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["safe_return", "number"], name="plan_step_ticked_once"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=4), name="plan_has_four_steps"),
        ]

    def __str__(self) -> str:
        return f"{self.safe_return_id}: {self.number}"


class ReportDraft(models.Model):
    """A report that is being written. `version` counts what was kept; `copy`, `count`: the page that wrote it."""

    visit = models.OneToOneField(HomeVisit, on_delete=models.CASCADE, related_name="report_draft")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField(default=1)
    copy = models.CharField(max_length=36, blank=True)
    count = models.PositiveIntegerField(default=0)
    said = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.visit_id}: {self.version}"


class TopicGoal(models.Model):
    """What the person can do now, by topic: the goal card."""

    report = models.ForeignKey(VisitReport, on_delete=models.CASCADE, related_name="topic_goals")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    goal = models.CharField(max_length=10, choices=VisitReport.Goal.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "topic"], name="one_goal_a_topic")]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.goal}"
