"""Tour plans, versioned: the pattern, what is left out, and the changes of a draft by hand."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from touring import states
from touring.models.stops import Stop, Team, Weekday


class TourPlan(models.Model):
    """All tours of a period, versioned. The pattern stands in `PlannedStop`, the dates in `Tour` and `TourStop`."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Entwurf")
        PUBLISHED = "published", _("veröffentlicht")
        SUPERSEDED = "superseded", _("abgelöst")

    class Aim(models.TextChoices):
        BEST = "best", _("ausgewogen")
        CHANGES = "changes", _("wenig Änderungen")
        DRIVING = "driving", _("wenig Fahrt")
        EVEN = "even", _("gleichmäßig")

    moves = states.TOUR_PLAN

    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(unique=True)
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="last day, inclusive")
    cycle_weeks = models.PositiveSmallIntegerField(default=4)
    cycle_anchor = models.DateField(help_text="a Monday: week 0 of the cycle")
    based_on = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    driving_seconds = models.PositiveIntegerField(default=0, help_text="per cycle, an estimate")
    idle_seconds = models.PositiveIntegerField(default=0, help_text="per cycle")
    violations = models.PositiveIntegerField(default=0, help_text="hard ones, as evaluate() counts them")
    missed_wishes = models.PositiveIntegerField(default=0)
    unfairness = models.PositiveIntegerField(default=0, help_text="thousandths between the fullest and emptiest team")
    cost_seconds = models.PositiveIntegerField(default=0, help_text="driving and prices, as evaluate() counts them")
    bound_seconds = models.PositiveIntegerField(null=True, help_text="no plan costs less; empty where not known")
    tolerance_minutes = models.PositiveSmallIntegerField(
        default=0, help_text="so much may the start of a stop differ from week to week"
    )
    aim = models.CharField(max_length=10, choices=Aim.choices, default=Aim.BEST)
    run = models.ForeignKey("PlanRun", null=True, on_delete=models.SET_NULL, related_name="alternatives")
    edition = models.PositiveIntegerField(default=0, help_text="counts the changes by hand")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="plan_period_forwards"),
            models.CheckConstraint(condition=Q(cycle_weeks__in=[1, 2, 4]), name="plan_cycle_known"),
            models.CheckConstraint(condition=Q(cycle_anchor__iso_week_day=1), name="plan_anchor_is_monday"),
            models.CheckConstraint(condition=Q(tolerance_minutes__lte=60), name="plan_tolerance_at_most_an_hour"),
            ExclusionConstraint(
                name="one_published_plan_a_day",
                expressions=[
                    (
                        Func(
                            "starts_on",
                            "ends_on",
                            RangeBoundary(inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    )
                ],
                condition=Q(state="published"),
            ),
        ]

    def __str__(self) -> str:
        return f"Fassung {self.version}"


class PlannedStop(models.Model):
    """The pattern: this stop, by this team, on this weekday, in these weeks of the cycle, always at this time.

    Where the plan has a tolerance, `other_starts` names the weeks that begin at another time; the length is the same.
    """

    plan = models.ForeignKey(TourPlan, on_delete=models.CASCADE, related_name="pattern")
    stop = models.ForeignKey(Stop, on_delete=models.PROTECT, related_name="pattern")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    weekday = models.SmallIntegerField(choices=Weekday.choices)
    phase = models.PositiveSmallIntegerField(help_text="first week of the cycle, 0-based")
    starts_at = models.TimeField()
    ends_at = models.TimeField()
    other_starts = models.JSONField(default=list, help_text="[week of the cycle, minutes after midnight], by week")
    why = models.TextField(blank=True, help_text="why there and then, for the coordinator")
    is_team_pinned = models.BooleanField(default=False)
    is_weekday_pinned = models.BooleanField(default=False)
    is_time_pinned = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "stop", "weekday"], name="planned_stop_once_a_weekday"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="planned_stop_forwards"),
        ]

    def __str__(self) -> str:
        return f"{self.stop_id} {self.weekday} {self.starts_at}"


class DraftStep(models.Model):
    """One change of a draft by hand, to be undone and redone. `before` and `after` are pattern rows of its stops."""

    plan = models.ForeignKey(TourPlan, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    sentence = models.CharField(max_length=300, help_text="what was done, for the coordinators")
    before = models.JSONField()
    after = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    is_overtaken = models.BooleanField(default=False, help_text="undone, and a newer step stands in its place")
    edition = models.PositiveIntegerField(default=0, help_text="of the draft when this was last done, undone or redone")
    touched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", help_text="who did that"
    )
    touched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="draft_step_once")]

    def __str__(self) -> str:
        return self.sentence


class ToldByPhone(models.Model):
    """A coordinator has called a stop's contact about this draft; publishing then opens no call task for it."""

    plan = models.ForeignKey(TourPlan, on_delete=models.CASCADE, related_name="told_by_phone")
    stop = models.ForeignKey(Stop, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "stop"], name="told_by_phone_once")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.stop_id}"


class UnplannedStop(models.Model):
    """A stop that this plan does not serve, with the reason in a sentence."""

    plan = models.ForeignKey(TourPlan, on_delete=models.CASCADE, related_name="unplanned")
    stop = models.ForeignKey(Stop, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "stop"], name="unplanned_stop_once")]

    def __str__(self) -> str:
        return self.reason
