"""What came in from the telephone network."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class InboundSms(models.Model):
    """One SMS that reached our number. The provider's number of it is unique, so a replay finds the row and stops."""

    sid = models.CharField(_("Nummer beim Anbieter"), max_length=34, unique=True)
    from_number = models.CharField(_("von"), max_length=20)
    body = models.TextField(_("Text"), blank=True)
    received_at = models.DateTimeField(_("angekommen"))
    outcome = models.CharField(_("was daraus wurde"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("eingegangene SMS")
        verbose_name_plural = _("eingegangene SMS")
        indexes = [models.Index(fields=["from_number", "received_at"], name="outbox_inbound_by_number")]

    def __str__(self) -> str:
        return self.sid


class WebhookReceipt(models.Model):
    """One event of the telephone network, kept so that its replay has no effect."""

    sid = models.CharField(_("Nummer beim Anbieter"), max_length=34)
    event = models.CharField(_("Ereignis"), max_length=40)
    sequence = models.CharField(_("laufende Nummer"), max_length=40, blank=True)
    received_at = models.DateTimeField(_("angekommen"))

    class Meta:
        verbose_name = _("Quittung")
        verbose_name_plural = _("Quittungen")
        constraints = [
            models.UniqueConstraint(fields=["sid", "event", "sequence"], name="outbox_receipt_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sid} {self.event} {self.sequence}"


class SilencedNumber(models.Model):
    """A number that wrote STOPP: it gets no SMS until it writes START. Appointments stay."""

    number = models.CharField(_("Telefon"), max_length=20, unique=True)
    silenced_at = models.DateTimeField(_("seit"))

    class Meta:
        verbose_name = _("stumme Nummer")
        verbose_name_plural = _("stumme Nummern")

    def __str__(self) -> str:
        return f"SilencedNumber {self.pk}"
