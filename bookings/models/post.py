"""What goes back and forth on paper: a date put to the person, and what came in by post."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings import states
from bookings.models.visits import HomeVisit

CARD_COMES_BACK = timedelta(days=3)
"""So long a card that was posted on the last day is on its way."""


class ProposedDate(models.Model):
    """A date put to the person by letter or SMS; the day is held for them until then. `code` is what they answer:
    "JA 4711". `volunteers` are asked as soon as it is a yes.
    """

    class State(models.TextChoices):
        OPEN = "open", _("wartet auf Antwort")
        YES = "yes", _("passt")
        NO = "no", _("passt nicht")
        EXPIRED = "expired", _("keine Antwort")
        WITHDRAWN = "withdrawn", _("zurückgezogen")

    class Way(models.TextChoices):
        LETTER = "letter", _("Brief")
        SMS = "sms", _("SMS")

    moves = states.PROPOSED_DATE

    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    visit = models.ForeignKey(HomeVisit, on_delete=models.CASCADE, related_name="proposed_dates")
    code = models.CharField(max_length=4)
    way = models.CharField(max_length=6, choices=Way.choices)
    starts_at = models.DateTimeField()
    answer_by = models.DateTimeField(help_text="as the person reads it")
    volunteers = ArrayField(models.PositiveIntegerField(), default=list, blank=True)
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit"], condition=Q(state="open"), name="one_open_proposal_a_visit"),
            models.UniqueConstraint(fields=["code"], condition=Q(state="open"), name="open_proposal_code_once"),
        ]
        indexes = [models.Index(fields=["answer_by"], condition=Q(state="open"), name="proposal_open")]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.code}: {self.state}"

    @property
    def held_until(self) -> datetime:
        """Until when the day is kept: a card posted on the last day still counts."""
        return self.answer_by + CARD_COMES_BACK if self.way == self.Way.LETTER else self.answer_by


class PostIn(models.Model):
    """One piece of post that came in. A card with two questions leaves no row here: nobody may tell when it came."""

    class Kind(models.TextChoices):
        REPLY_CARD = "reply_card", _("Antwortkarte")
        LETTER = "letter", _("Brief")
        CONSENT = "consent", _("Einwilligung")
        RETURNED = "returned", _("Brief kam zurück")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    visit = models.ForeignKey(HomeVisit, null=True, on_delete=models.CASCADE, related_name="post_in")
    answer = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=200, blank=True, help_text="what was written beside it")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["visit", "at"], name="post_in_of_a_visit")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"
