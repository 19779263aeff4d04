"""What the telephone needs to remember: calls that came in, who answers them, what was spoken, what it costs."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lotsen.messages.models.calls import CallTask


class PhoneCall(models.Model):
    """One call that came in, from its first ring to its end. `phone` is what the network shows, and proves nothing."""

    class Outcome(models.TextChoices):
        ANSWERED = "answered", _("angenommen")
        CALLBACK = "callback", _("Rückruf gewünscht")
        VOICEMAIL = "voicemail", _("aufgesprochen")
        ABANDONED = "abandoned", _("aufgelegt beim Warten")
        CLOSED = "closed", _("außerhalb der Zeiten")
        MENU = "menu", _("im Menü erledigt")

    sid = models.CharField(_("Nummer beim Anbieter"), max_length=34, unique=True)
    phone = models.CharField(_("Telefon"), max_length=20, blank=True)
    language = models.CharField(_("Sprache"), max_length=5, default="de")
    arrived_at = models.DateTimeField(_("angerufen"))
    queued_at = models.DateTimeField(_("wartet seit"), null=True, blank=True)
    offered_callback_at = models.DateTimeField(_("Rückruf angeboten"), null=True, blank=True)
    answered_at = models.DateTimeField(_("angenommen"), null=True, blank=True)
    ended_at = models.DateTimeField(_("beendet"), null=True, blank=True)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="answered_calls"
    )
    is_dialled = models.BooleanField(_("klingelt am eigenen Telefon der Hotline"), default=False)
    task = models.OneToOneField(CallTask, on_delete=models.SET_NULL, null=True, blank=True, related_name="phone_call")
    outcome = models.CharField(_("Ergebnis"), max_length=10, choices=Outcome, blank=True)

    class Meta:
        verbose_name = _("eingegangener Anruf")
        verbose_name_plural = _("eingegangene Anrufe")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["", "answered", "callback", "voicemail", "abandoned", "closed", "menu"]),
                name="outbox_phone_call_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["arrived_at"], name="outbox_phone_call_arrived"),
            models.Index(
                fields=["queued_at"],
                condition=Q(queued_at__isnull=False, answered_at__isnull=True, ended_at__isnull=True),
                name="outbox_phone_call_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.sid


class AgentLine(models.Model):
    """The telephone at which one of the hotline takes calls. The one who has been free the longest rings first."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="agent_line"
    )
    phone = models.CharField(_("Telefon"), max_length=20)
    is_on = models.BooleanField(_("nimmt Anrufe an"), default=False)
    since = models.DateTimeField(_("seit"))
    free_since = models.DateTimeField(_("frei seit"))
    missed = models.PositiveSmallIntegerField(_("nicht abgenommen, in Folge"), default=0)

    class Meta:
        verbose_name = _("Telefon der Hotline")
        verbose_name_plural = _("Telefone der Hotline")
        indexes = [models.Index(fields=["free_since"], condition=Q(is_on=True), name="outbox_agent_line_free")]

    def __str__(self) -> str:
        return f"AgentLine {self.user_id}"


class AgentRing(models.Model):
    """We ring one agent, for a waiting call or for a call task. The database lets each telephone and each waiting call
    ring once at a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line = models.ForeignKey(AgentLine, on_delete=models.CASCADE, related_name="rings")
    call = models.ForeignKey(PhoneCall, on_delete=models.CASCADE, null=True, blank=True, related_name="rings")
    task = models.ForeignKey(CallTask, on_delete=models.CASCADE, null=True, blank=True, related_name="rings")
    sid = models.CharField(_("Nummer beim Anbieter"), max_length=34, blank=True)
    rang_at = models.DateTimeField(_("klingelt seit"))
    accepted_at = models.DateTimeField(_("angenommen"), null=True, blank=True)
    ended_at = models.DateTimeField(_("beendet"), null=True, blank=True)

    class Meta:
        verbose_name = _("Klingeln bei der Hotline")
        verbose_name_plural = _("Klingeln bei der Hotline")
        constraints = [
            models.UniqueConstraint(fields=["line"], condition=Q(ended_at__isnull=True), name="outbox_ring_line_once"),
            models.UniqueConstraint(
                fields=["call"],
                condition=Q(ended_at__isnull=True, accepted_at__isnull=True),
                name="outbox_ring_call_once",
            ),
            models.CheckConstraint(
                condition=Q(call__isnull=False) | Q(task__isnull=False), name="outbox_ring_has_cause"
            ),
        ]

    def __str__(self) -> str:
        return f"AgentRing {self.pk}"


class Voicemail(models.Model):
    """What somebody spoke after agreeing. `audio` is gone after seven days at the latest; the provider's copy within
    a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sid = models.CharField(_("Nummer des Anrufs"), max_length=34)
    recording_sid = models.CharField(_("Nummer der Aufnahme"), max_length=34, unique=True)
    phone = models.CharField(_("Telefon"), max_length=20, blank=True)
    seconds = models.PositiveSmallIntegerField(_("Sekunden"), default=0)
    audio = models.BinaryField(_("Aufnahme"), null=True, blank=True)
    received_at = models.DateTimeField(_("aufgesprochen"))
    heard_at = models.DateTimeField(_("angehört"), null=True, blank=True)
    heard_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    erased_at = models.DateTimeField(_("gelöscht"), null=True, blank=True)
    provider_erased_at = models.DateTimeField(_("beim Anbieter gelöscht"), null=True, blank=True)

    class Meta:
        verbose_name = _("Anrufbeantworter")
        verbose_name_plural = _("Anrufbeantworter")
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(audio__isnull=True), name="outbox_voicemail_erased_is_gone"
            )
        ]
        indexes = [models.Index(fields=["received_at"], name="outbox_voicemail_received")]

    def __str__(self) -> str:
        return f"Voicemail {self.pk}"


class PhoneSpending(models.Model):
    """What SMS and calls cost on one day in Dresden, in thousandths of a euro, counted before each of them."""

    day = models.DateField(_("Tag"), primary_key=True)
    spent = models.PositiveIntegerField(_("ausgegeben"), default=0)
    warned_at = models.DateTimeField(_("gewarnt"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("angehalten"), null=True, blank=True)

    class Meta:
        verbose_name = _("Telefonkosten")
        verbose_name_plural = _("Telefonkosten")

    def __str__(self) -> str:
        return f"{self.day}: {self.spent}"
