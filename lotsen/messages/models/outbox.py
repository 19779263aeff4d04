"""The rows of the outbox."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lotsen.messages.models.about import About
from lotsen.messages.states import MESSAGE_MOVES, Channel, MessageState


class Message(About):
    """One text for one recipient by one channel. `to`, `text` and `rungs` are contact data and stay on this row only.

    `rungs` are the ways that are left (see `rungs.Rung`): where this one fails or is late, the next takes over in a
    row of its own, which `stands_in_for` this one; the last is a call task, due by `human_by_at`.
    """

    moves = MESSAGE_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(_("Anlass"), max_length=200, unique=True)
    kind = models.CharField(_("Textart"), max_length=60)
    channel = models.CharField(_("Weg"), max_length=10, choices=Channel)
    to = models.TextField(_("Empfänger"))
    phone = models.CharField(_("Telefon für den Ersatzanruf"), max_length=20, blank=True)
    recipient_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    caused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    language = models.CharField(_("Sprache"), max_length=5, default="de")
    variables = models.JSONField(_("Einsetzungen"), default=dict)
    subject = models.CharField(_("Betreff"), max_length=200, blank=True)
    text = models.TextField(_("Text, wie verschickt"), blank=True)
    state = models.CharField(_("Stand"), max_length=10, choices=MessageState, default=MessageState.QUEUED)
    provider = models.CharField(_("Anbieter"), max_length=20, blank=True)
    provider_reference = models.CharField(_("Nummer beim Anbieter"), max_length=100, blank=True)
    attempts = models.PositiveSmallIntegerField(_("Versuche"), default=0)
    failure = models.CharField(_("Grund"), max_length=200, blank=True)
    not_before_at = models.DateTimeField(_("nicht vor"), null=True, blank=True)
    deadline_at = models.DateTimeField(_("spätestens auf diesem Weg"), null=True, blank=True)
    human_by_at = models.DateTimeField(_("spätestens bei einem Menschen"), null=True, blank=True)
    rungs = models.JSONField(_("weitere Wege"), default=list, blank=True)
    stands_in_for = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="stand_in"
    )
    created_at = models.DateTimeField(_("angelegt"))
    claimed_at = models.DateTimeField(_("zum Versand genommen"), null=True, blank=True)
    sent_at = models.DateTimeField(_("verschickt"), null=True, blank=True)
    finished_at = models.DateTimeField(_("abgeschlossen"), null=True, blank=True)

    class Meta:
        verbose_name = _("Nachricht")
        verbose_name_plural = _("Nachrichten")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MessageState.values), name="outbox_message_state"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="outbox_message_channel"),
            models.CheckConstraint(condition=~Q(to=""), name="outbox_message_has_recipient"),
            models.CheckConstraint(condition=~Q(key=""), name="outbox_message_has_key"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "dropped", "failed"]) | Q(claimed_at__isnull=False),
                name="outbox_message_claimed_before_sent",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "delivered"]) | Q(sent_at__isnull=False),
                name="outbox_message_sent_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "created_at"],
                condition=Q(state__in=["queued", "sending", "uncertain"]),
                name="outbox_message_unfinished",
            ),
            models.Index(
                fields=["deadline_at"],
                condition=Q(state="sent", deadline_at__isnull=False),
                name="outbox_message_awaited",
            ),
            models.Index(fields=["about_type", "about_id"], name="outbox_message_about"),
            models.Index(fields=["provider_reference"], name="outbox_message_provider"),
            models.Index(fields=["created_at", "id"], name="outbox_message_newest"),
            models.Index(fields=["sent_at"], condition=Q(channel="sms"), name="outbox_message_sms_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.channel}, {self.state})"
