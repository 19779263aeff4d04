from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from volunteers.models.people import Volunteer


class Requirement(models.Model):
    """What somebody must have shown, as the city wants it: `valid_months` how long it holds from its date (empty:
    without end), `fresh_months` how old it may be when it is shown, `warn_weeks` how long before its end we say so."""

    class How(models.TextChoices):
        TALK = "talk", _("Gespräch geführt")
        ATTENDED = "attended", _("teilgenommen")
        SIGNED = "signed", _("unterschrieben")
        SEEN = "seen", _("Original gesehen")
        PAIR = "pair", _("zu zweit gegangen")

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60, unique=True)
    how = models.CharField(max_length=10, choices=How.choices)
    valid_months = models.PositiveSmallIntegerField(null=True)
    fresh_months = models.PositiveSmallIntegerField(null=True)
    warn_weeks = models.PositiveSmallIntegerField(default=8)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_months__isnull=True) | Q(valid_months__gte=1, valid_months__lte=600),
                name="requirement_validity_sane",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Activity(models.Model):
    """What volunteers do, and what they need for it on that day."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60, unique=True)
    needs = models.ManyToManyField(Requirement, related_name="activities")

    def __str__(self) -> str:
        return self.name


class Evidence(models.Model):
    """A requirement was shown to us: of which day it is, when we saw it and who saw it. Never a copy of a paper.

    Without `seen_by` it came from the city's list. `to_be_seen_by` is the last day on which it was fresh enough.
    """

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="evidence")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="evidence")
    issued_on = models.DateField()
    seen_on = models.DateField()
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    to_be_seen_by = models.DateField(null=True)
    announced_at = models.DateTimeField(null=True, help_text="when we said that its end is near")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "requirement", "issued_on"], name="evidence_once"),
            models.CheckConstraint(condition=Q(seen_on__gte=F("issued_on")), name="evidence_seen_after_issued"),
            models.CheckConstraint(
                condition=Q(to_be_seen_by__isnull=True) | Q(seen_on__lte=F("to_be_seen_by")),
                name="evidence_fresh_when_seen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.requirement_id} {self.issued_on}"


class FirstVisit(models.Model):
    """The first visit of a newcomer, promised and not over: it is done in pair.

    `reference` names the visit in the room above, where also stands who goes along. One at a time: no second visit
    before the first is over.
    """

    newcomer = models.OneToOneField(Volunteer, on_delete=models.CASCADE, related_name="first_visit")
    reference = models.CharField(max_length=7, unique=True)
    on = models.DateField()

    def __str__(self) -> str:
        return f"{self.newcomer_id} {self.reference}"
