from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models.clients import Client
from bookings.models.visits import HomeVisit
from volunteers.models import Volunteer


class Wave(models.Model):
    """Several volunteers asked about one visit at the same time: a few first, then more.

    `next_at` is when to look again: to ask more people, or to give up. `ended_at`: nothing more comes of it.
    """

    class Outcome(models.TextChoices):
        WIDENED = "widened", _("weitere gefragt")
        SETTLED = "settled", _("erledigt")
        NOBODY = "nobody", _("niemand gefunden")

    visit = models.ForeignKey(HomeVisit, on_delete=models.CASCADE, related_name="waves")
    number = models.PositiveSmallIntegerField(help_text="1 for the first people asked, 2 for the wider circle")
    asked = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    next_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit"], condition=Q(ended_at__isnull=True), name="one_open_wave_a_visit"),
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(ended_at__isnull=True), name="wave_due")]

    def __str__(self) -> str:
        return f"{self.visit_id}: {self.number}"


class BlockedPair(models.Model):
    """A person and a volunteer who must not meet. Only coordinators read `because`."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="blocked_pairs")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="blocked_pairs")
    because = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "volunteer"], name="pair_blocked_once")]

    def __str__(self) -> str:
        return f"{self.client_id} - {self.volunteer_id}"
