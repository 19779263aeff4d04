"""The rows of the outbox: messages, call tasks, letters to print, and what came in from the telephone network."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lotsen.messages.states import CALL_MOVES, MESSAGE_MOVES, CallState, Channel, MessageState


class About(models.Model):
    """The thing of a higher room that a row is about, named as the history names it: "bookings.homevisit", key as text.

    No foreign key: this room knows nothing of the rooms above.
    """

    about_type = models.CharField(_("Art der Sache"), max_length=60, blank=True)
    about_id = models.CharField(_("Schlüssel der Sache"), max_length=40, blank=True)
    about_reference = models.CharField(_("Vorgangsnummer"), max_length=20, blank=True)

    class Meta:
        abstract = True


class Message(About):
    """One text for one recipient by one channel. `to` and `text` are contact data and stay on this row only."""

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
    deadline_at = models.DateTimeField(_("spätestens"), null=True, blank=True)
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
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.channel}, {self.state})"


class CallTask(About):
    """Something that a human must say or ask by phone, with a deadline. `phone` is empty when none is known."""

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
    deadline_at = models.DateTimeField(_("spätestens"))
    created_at = models.DateTimeField(_("angelegt"))
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
            models.Index(fields=["deadline_at"], condition=Q(state__in=["open", "taken"]), name="outbox_call_open"),
            models.Index(fields=["about_type", "about_id"], name="outbox_call_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"


class Letter(models.Model):
    """One letter in the print queue. The bytes lie in the database: any machine may print, one backup holds all."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True, related_name="letter")
    pdf = models.BinaryField(_("PDF"))
    pages = models.PositiveSmallIntegerField(_("Seiten"))
    created_at = models.DateTimeField(_("angelegt"))
    printed_at = models.DateTimeField(_("gedruckt"), null=True, blank=True)
    posted_at = models.DateTimeField(_("im Briefkasten"), null=True, blank=True)
    returned_at = models.DateTimeField(_("zurückgekommen"), null=True, blank=True)

    class Meta:
        verbose_name = _("Brief")
        verbose_name_plural = _("Briefe")
        constraints = [
            models.CheckConstraint(
                condition=Q(posted_at__isnull=True) | Q(printed_at__isnull=False),
                name="outbox_letter_printed_before_posted",
            )
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(posted_at__isnull=True), name="outbox_letter_to_post")
        ]

    def __str__(self) -> str:
        return f"Letter {self.message_id}"


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
