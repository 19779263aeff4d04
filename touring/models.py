from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.windows import OpeningHours
from lotsen.places.models import Address
from touring import states


class Rhythm(models.TextChoices):
    TWICE_A_WEEK = "twice_a_week", _("zweimal in der Woche")
    WEEKLY = "weekly", _("jede Woche")
    EVERY_2_WEEKS = "every_2_weeks", _("alle 2 Wochen")
    EVERY_4_WEEKS = "every_4_weeks", _("alle 4 Wochen")


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Montag")
    TUESDAY = 1, _("Dienstag")
    WEDNESDAY = 2, _("Mittwoch")
    THURSDAY = 3, _("Donnerstag")
    FRIDAY = 4, _("Freitag")
    SATURDAY = 5, _("Samstag")
    SUNDAY = 6, _("Sonntag")


class Team(models.Model):
    """A team with its vehicle. `hours` is canonical opening-hours text: "Mo-Do 8:00-16:30"."""

    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    base = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="+")
    hours = models.CharField(max_length=200)
    break_minutes = models.PositiveSmallIntegerField(default=30)
    break_window = models.CharField(max_length=20, default="11:30-13:30")
    vehicle = models.CharField(max_length=60, blank=True)
    serves = ArrayField(models.CharField(max_length=30), default=list, blank=True, help_text="needs it can serve")
    order = models.PositiveSmallIntegerField(default=0, help_text="colour and shape on board and map")
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="teams")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(hours=""), name="team_has_hours")]

    def __str__(self) -> str:
        return self.name

    @property
    def opening_hours(self) -> OpeningHours:
        return OpeningHours.parse(self.hours)


class Stop(models.Model):
    """A fixed place where the team halts. `hours` is canonical opening-hours text."""

    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=22)
    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="stops")
    rhythm = models.CharField(max_length=20, choices=Rhythm.choices)
    duration_minutes = models.PositiveSmallIntegerField()
    hours = models.CharField(max_length=200)
    wish_weekdays = ArrayField(models.SmallIntegerField(choices=Weekday.choices), default=list, blank=True)
    step_free = models.BooleanField(null=True)
    steps = models.PositiveSmallIntegerField(null=True)
    needs = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    priority = models.PositiveSmallIntegerField(default=1, help_text="1 ordinary, larger is more important")
    permit_until = models.DateField(null=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(hours=""), name="stop_has_hours"),
            models.CheckConstraint(
                condition=Q(duration_minutes__gte=5, duration_minutes__lte=720), name="stop_duration_sane"
            ),
            models.CheckConstraint(condition=Q(rhythm__in=Rhythm.values), name="stop_rhythm_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def opening_hours(self) -> OpeningHours:
        return OpeningHours.parse(self.hours)


class ClosingDay(models.Model):
    """A date on which a stop, a team, or (both empty) everything rests. Public holidays need no row."""

    date = models.DateField()
    stop = models.ForeignKey(Stop, null=True, on_delete=models.CASCADE, related_name="closing_days")
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="closing_days")
    reason = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["date", "stop", "team"], nulls_distinct=False, name="closing_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.reason}"


class TourPlan(models.Model):
    """All tours of a period, versioned. The pattern stands in `PlannedStop`, the dates in `Tour` and `TourStop`."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Entwurf")
        PUBLISHED = "published", _("veröffentlicht")
        SUPERSEDED = "superseded", _("abgelöst")

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

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="plan_period_forwards"),
            models.CheckConstraint(condition=Q(cycle_weeks__in=[1, 2, 4]), name="plan_cycle_known"),
            models.CheckConstraint(condition=Q(cycle_anchor__iso_week_day=1), name="plan_anchor_is_monday"),
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
    """The pattern: this stop, by this team, on this weekday, in these weeks of the cycle, always at this time."""

    plan = models.ForeignKey(TourPlan, on_delete=models.CASCADE, related_name="pattern")
    stop = models.ForeignKey(Stop, on_delete=models.PROTECT, related_name="pattern")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    weekday = models.SmallIntegerField(choices=Weekday.choices)
    phase = models.PositiveSmallIntegerField(help_text="first week of the cycle, 0-based")
    starts_at = models.TimeField()
    ends_at = models.TimeField()
    why = models.TextField(blank=True, help_text="why there and then, for the coordinator")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "stop", "weekday"], name="planned_stop_once_a_weekday"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="planned_stop_forwards"),
        ]

    def __str__(self) -> str:
        return f"{self.stop_id} {self.weekday} {self.starts_at}"


class UnplannedStop(models.Model):
    """A stop that this plan does not serve, with the reason in a sentence."""

    plan = models.ForeignKey(TourPlan, on_delete=models.CASCADE, related_name="unplanned")
    stop = models.ForeignKey(Stop, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "stop"], name="unplanned_stop_once")]

    def __str__(self) -> str:
        return self.reason


class Tour(models.Model):
    """One team on one date."""

    plan = models.ForeignKey(TourPlan, on_delete=models.CASCADE, related_name="tours")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="tours")
    date = models.DateField()
    leaves_at = models.DateTimeField(help_text="leaves the base")
    returns_at = models.DateTimeField(help_text="back at the base")
    break_starts_at = models.DateTimeField(null=True)
    driving_seconds = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "team", "date"], name="tour_once_a_day"),
            models.CheckConstraint(condition=Q(returns_at__gt=F("leaves_at")), name="tour_forwards"),
        ]
        indexes = [models.Index(fields=["date"], name="tour_date")]

    def __str__(self) -> str:
        return f"{self.team_id} {self.date}"


class RequestStop(models.Model):
    """A halt of the van that somebody asked for. It knows a place, minutes, windows, a title and whom to tell;
    what it is for (a training, a visit) belongs to the room that asked."""

    class State(models.TextChoices):
        HELD = "held", _("gehalten")
        PLANNED = "planned", _("eingeplant")
        SERVED = "served", _("erledigt")
        DROPPED = "dropped", _("entfallen")

    moves = states.REQUEST_STOP

    state = models.CharField(max_length=10, choices=State.choices, default=State.HELD)
    title = models.CharField(max_length=120, help_text="fit for the route sheet; no person's name")
    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="+")
    minutes = models.PositiveSmallIntegerField()
    setup_minutes = models.PositiveSmallIntegerField(default=15)
    earliest_on = models.DateField()
    latest_on = models.DateField()
    hours = models.CharField(max_length=200, help_text="opening-hours text: when it may be")
    told = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+", help_text="people to tell")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="request_stops")
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(latest_on__gte=F("earliest_on")), name="request_stop_range_forwards"),
            models.CheckConstraint(
                condition=~Q(state__in=["planned", "served"])
                | Q(team__isnull=False, starts_at__isnull=False, ends_at__isnull=False),
                name="planned_request_stop_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="request_stop_forwards"
            ),
            ExclusionConstraint(
                name="team_at_one_request_stop_at_a_time",
                expressions=[
                    ("team", RangeOperators.EQUAL),
                    (
                        Func("starts_at", "ends_at", function="tstzrange", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(state="planned"),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TourStop(models.Model):
    """One halt of a tour, at a Stop or for a RequestStop."""

    tour = models.ForeignKey(Tour, on_delete=models.CASCADE, related_name="halts")
    stop = models.ForeignKey(Stop, null=True, on_delete=models.PROTECT, related_name="halts")
    request_stop = models.OneToOneField(RequestStop, null=True, on_delete=models.CASCADE, related_name="halt")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    drive_seconds = models.PositiveIntegerField(default=0, help_text="to get there, an estimate")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stop__isnull=False, request_stop__isnull=True)
                | Q(stop__isnull=True, request_stop__isnull=False),
                name="halt_at_a_stop_or_a_request_stop",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="halt_forwards"),
            ExclusionConstraint(
                name="one_halt_of_a_tour_at_a_time",
                expressions=[
                    ("tour", RangeOperators.EQUAL),
                    (
                        Func("starts_at", "ends_at", function="tstzrange", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes = [models.Index(fields=["stop", "starts_at"], name="halt_stop_start")]

    def __str__(self) -> str:
        return f"{self.stop_id or self.request_stop_id} {self.starts_at}"


class Deviation(models.Model):
    """What is different on one date: a halt is cancelled or late. The tour itself stays as published."""

    class Kind(models.TextChoices):
        CANCELLED = "cancelled", _("fällt aus")
        LATE = "late", _("später")

    halt = models.ForeignKey(TourStop, on_delete=models.CASCADE, related_name="deviations")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    minutes = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["halt"], condition=Q(revoked_at__isnull=True), name="one_deviation_a_halt"),
            models.CheckConstraint(
                condition=Q(kind="cancelled", minutes=0) | Q(kind="late", minutes__gt=0), name="deviation_minutes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.halt_id}"


class PlanRun(models.Model):
    """One run of the planner. The best plan so far is kept in `best`, so that a killed worker loses nothing."""

    class State(models.TextChoices):
        QUEUED = "queued", _("wartet")
        RUNNING = "running", _("läuft")
        SOLVED = "solved", _("fertig")
        FAILED = "failed", _("gescheitert")
        STOPPED = "stopped", _("abgebrochen")

    moves = states.PLAN_RUN

    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    starts_on = models.DateField()
    ends_on = models.DateField()
    seconds = models.PositiveSmallIntegerField(default=20)
    seed = models.PositiveIntegerField(default=1)
    plan = models.ForeignKey(TourPlan, null=True, on_delete=models.SET_NULL, related_name="runs")
    progress = models.JSONField(default=dict, help_text="seconds, iterations, served, unserved, driving, history")
    best = models.JSONField(null=True, help_text="pattern of the best plan so far")
    problem_sentence = models.TextField(blank=True, help_text="why it failed, for the coordinator")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    stop_asked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(state__in=["queued", "running"]), name="one_plan_run_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.starts_on}"
