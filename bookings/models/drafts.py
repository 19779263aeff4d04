from __future__ import annotations

from django.conf import settings
from django.db import models

from bookings.models.visits import HomeVisit


class WebRequest(models.Model):
    """Answers on the web's question pages, saved from the first one on; becomes a visit when sent.

    The link carries `token` (random, no data); `reference` is the number on screen and becomes the visit's.
    """

    reference = models.CharField(max_length=7, unique=True)
    token = models.CharField(max_length=43, unique=True)
    answers = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    visit = models.OneToOneField(HomeVisit, null=True, on_delete=models.SET_NULL, related_name="web_request")

    def __str__(self) -> str:
        return self.reference


class HotlineDraft(models.Model):
    """What an agent has typed so far; one per agent, so that a dead browser loses nothing."""

    agent = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="hotline_draft")
    data = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"draft of {self.agent_id}"


class PhoneShare(models.Model):
    """How much of the coming two weeks is kept back for the telephone; at most one row."""

    only = models.BooleanField(primary_key=True, default=True, editable=False)
    percent = models.PositiveSmallIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(only=True), name="phone_share_one_row"),
            models.CheckConstraint(condition=models.Q(percent__lte=90), name="phone_share_sane"),
        ]

    def __str__(self) -> str:
        return f"{self.percent} %"
