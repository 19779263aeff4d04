from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings import states


class Referral(models.Model):
    """An organisation that asks for several people at once: who it is, and whom it names.

    Until it is sent the people stand in `people`; then each is a HomeVisit of its own, held until a human has called
    the organisation. The link carries `token` (random, no data); `reference` is the number of the whole.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("wird geschrieben")
        SENT = "sent", _("nicht bestätigt")
        CONFIRMED = "confirmed", _("bestätigt")
        REFUSED = "refused", _("abgelehnt")

    moves = states.REFERRAL

    reference = models.CharField(max_length=7, unique=True)
    token = models.CharField(max_length=43, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    caller = models.CharField(max_length=10, default="care", help_text="as of HomeVisit: care or practice")
    organisation = models.CharField(max_length=80)
    contact = models.CharField(max_length=80)
    phone = models.CharField(max_length=20, help_text="E.164, of the organisation")
    people = models.JSONField(default=list)
    signs = models.JSONField(default=list, help_text="what looks like a machine")
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", sent_at__isnull=True) | (~Q(state="draft") & Q(sent_at__isnull=False)),
                name="referral_sent_has_time",
            ),
            models.CheckConstraint(condition=Q(state="draft") | Q(people=[]), name="referral_sent_keeps_no_list"),
        ]

    def __str__(self) -> str:
        return self.reference
