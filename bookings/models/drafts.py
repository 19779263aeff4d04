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
