from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings import states
from bookings.models.visits import HomeVisit
from volunteers.models import Volunteer


class MatchingRound(models.Model):
    """One weekly round: all open requests planned at once. Nobody is asked before a coordinator says so.

    `result` names requests and volunteers by primary key only.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("wartet")
        RUNNING = "running", _("läuft")
        SOLVED = "solved", _("fertig")
        FAILED = "failed", _("gescheitert")
        STOPPED = "stopped", _("abgebrochen")

    moves = states.MATCHING_ROUND

    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    starts_on = models.DateField()
    ends_on = models.DateField()
    seconds = models.PositiveSmallIntegerField(default=10)
    progress = models.JSONField(default=dict, help_text="value, bound, seconds, curve")
    result = models.JSONField(
        default=dict, help_text="visits, unserved, value, bound, most_served, first_come, served, asked, seconds, help"
    )
    attempts = models.PositiveSmallIntegerField(default=0, help_text="how many workers have taken it up")
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
                models.Value(1), condition=Q(state__in=["queued", "running"]), name="one_round_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.starts_on}"


class RoundWish(models.Model):
    """What a coordinator wants of matching for one request: this person only, or not this person."""

    visit = models.ForeignKey(HomeVisit, on_delete=models.CASCADE, related_name="round_wishes")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="+")
    is_excluded = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "volunteer"], name="round_wish_once"),
            models.UniqueConstraint(fields=["visit"], condition=Q(is_excluded=False), name="one_pin_a_visit"),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {'-' if self.is_excluded else '+'} {self.volunteer_id}"


class MatchingWeights(models.Model):
    """How much each reason counts, in points. Each change is a new row; the latest one holds."""

    waiting_day = models.SmallIntegerField(_("ein Tag Wartezeit"), default=4)
    level = models.SmallIntegerField(_("eine Stufe im Thema"), default=30)
    later_day = models.SmallIntegerField(_("ein Tag später"), default=-6)
    known = models.SmallIntegerField(_("ein früherer Besuch bei der Person"), default=40)
    most_known = models.SmallIntegerField(_("so viele frühere Besuche zählen höchstens"), default=2)
    wished_for = models.SmallIntegerField(_("ausdrücklich gewünscht"), default=60)
    recent_visit = models.SmallIntegerField(_("ein Besuch der letzten vier Wochen"), default=-6)
    minute = models.SmallIntegerField(_("eine Minute Weg"), default=-2)
    served = models.SmallIntegerField(_("Runde: eine Anfrage bekommt einen Termin"), default=1000)
    round_known = models.SmallIntegerField(_("Runde: die beiden kennen sich"), default=80)
    kilometre = models.SmallIntegerField(_("Runde: ein Kilometer Weg"), default=-8)
    load = models.SmallIntegerField(_("Runde: jeder weitere Besuch derselben Person kostet"), default=6)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.pk} {self.at:%Y-%m-%d}"
