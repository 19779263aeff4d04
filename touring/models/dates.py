"""Real dates: tours, their halts, halts that somebody asked for, and what is different on one date."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from lotsen.places.models import Address
from touring import states
from touring.models.plans import TourPlan
from touring.models.stops import Stop, Team


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
    replaces = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="replacements", help_text="the cancelled halt"
    )
    replaces_date = models.DateField(null=True, help_text="which date this one stands for")

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
    """What is different on one date: a halt is cancelled, late, or at another time. The tour stays as published."""

    class Kind(models.TextChoices):
        CANCELLED = "cancelled", _("fällt aus")
        LATE = "late", _("später")
        MOVED = "moved", _("verlegt")

    class Reason(models.TextChoices):
        NONE = "", _("kein Grund genannt")
        ICE = "ice", _("Glatteis oder Schnee")
        BREAKDOWN = "breakdown", _("Panne")
        ILLNESS = "illness", _("Krankheit")
        CLOSED = "closed", _("Haltestelle geschlossen")

    halt = models.ForeignKey(TourStop, on_delete=models.CASCADE, related_name="deviations")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    minutes = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=10, choices=Reason.choices, blank=True)
    moved_to = models.DateTimeField(null=True, help_text="the new start on the same day")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["halt"], condition=Q(revoked_at__isnull=True), name="one_deviation_a_halt"),
            models.CheckConstraint(
                condition=Q(kind="cancelled", minutes=0, moved_to__isnull=True)
                | Q(kind="late", minutes__gt=0, moved_to__isnull=True)
                | Q(kind="moved", minutes=0, moved_to__isnull=False),
                name="deviation_minutes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.halt_id}"
