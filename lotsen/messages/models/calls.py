"""What a human must do by phone."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from lotsen.messages.models.about import About
from lotsen.messages.models.outbox import Message
from lotsen.messages.states import CALL_MOVES, CallState


class CallTask(About):
    """Something that a human must say or ask by phone, with a deadline. `phone` is empty when none is known.

    `deadline_at` is what was promised and never moves. `due_at` is when it is due now: the promise, or the next try
    (`not_before_at`) of a person who was not reached.
    """

    moves = CALL_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(_("Anlass"), max_length=200, unique=True)
    kind = models.CharField(_("Textart"), max_length=60)
    variables = models.JSONField(_("Einsetzungen"), default=dict)
    phone = models.CharField(_("Telefon"), max_length=20, blank=True)
    language = models.CharField(_("Sprache"), max_length=5, default="de")
    message = models.OneToOneField(Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="call_task")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="call_tasks"
    )
    state = models.CharField(_("Stand"), max_length=10, choices=CallState, default=CallState.OPEN)
    outcome = models.CharField(_("Ergebnis"), max_length=40, blank=True)
    note = models.CharField(_("Notiz"), max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(_("vergebliche Anrufe"), default=0)
    deadline_at = models.DateTimeField(_("spätestens"))
    not_before_at = models.DateTimeField(_("nächster Anruf"), null=True, blank=True)
    due_at = models.GeneratedField(
        expression=Greatest("deadline_at", "not_before_at"), output_field=models.DateTimeField(), db_persist=True
    )
    created_at = models.DateTimeField(_("angelegt"))
    taken_at = models.DateTimeField(_("genommen"), null=True, blank=True)
    escalated_at = models.DateTimeField(_("der Koordination gemeldet"), null=True, blank=True)
    finished_at = models.DateTimeField(_("erledigt"), null=True, blank=True)

    class Meta:
        verbose_name = _("Rückruf")
        verbose_name_plural = _("Rückrufe")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CallState.values), name="outbox_call_state"),
            models.CheckConstraint(
                condition=~Q(state="taken") | Q(owner__isnull=False), name="outbox_call_taken_has_owner"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "dropped"], finished_at__isnull=False)
                | Q(state__in=["open", "taken"], finished_at__isnull=True),
                name="outbox_call_finished_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=["open", "taken"]), name="outbox_call_due"),
            models.Index(fields=["owner"], condition=Q(state="taken"), name="outbox_call_owner"),
            models.Index(fields=["finished_at"], condition=Q(state="done"), name="outbox_call_done"),
            models.Index(fields=["about_type", "about_id"], name="outbox_call_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"
