"""Letters to print and to post, and the print runs that take many at once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lotsen.messages.models.outbox import Message
from lotsen.messages.states import PRINT_RUN_MOVES, PrintRunState


class PrintRun(models.Model):
    """Many letters as one file for the printer. The bytes lie in the database, so any machine may draw or print; they
    are deleted seven days after posting. `drawn` of `letter_count` letters are done.
    """

    moves = PRINT_RUN_MOVES

    state = models.CharField(_("Stand"), max_length=10, choices=PrintRunState, default=PrintRunState.QUEUED)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(_("angefordert"))
    letter_count = models.PositiveIntegerField(_("Briefe"), default=0)
    drawn = models.PositiveIntegerField(_("davon gesetzt"), default=0)
    pages = models.PositiveIntegerField(_("Seiten"), default=0)
    pdf = models.BinaryField(_("PDF"), null=True)
    printed_at = models.DateTimeField(_("gedruckt"), null=True, blank=True)
    posted_at = models.DateTimeField(_("im Briefkasten"), null=True, blank=True)

    class Meta:
        verbose_name = _("Druckauftrag")
        verbose_name_plural = _("Druckaufträge")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PrintRunState.values), name="outbox_print_run_state"),
            models.CheckConstraint(
                condition=~Q(state="posted") | Q(posted_at__isnull=False), name="outbox_print_run_posted_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"PrintRun {self.pk} ({self.state})"


class Letter(models.Model):
    """One letter in the print queue. `sheet` is what is drawn, word for word as it was when the message was sent; the
    page itself is drawn when somebody looks or prints. `sheet_number` is its place in the file of `run`.
    """

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True, related_name="letter")
    sheet = models.JSONField(_("Inhalt"), default=dict)
    run = models.ForeignKey(PrintRun, on_delete=models.SET_NULL, null=True, blank=True, related_name="letters")
    sheet_number = models.PositiveIntegerField(_("Blatt im Druckauftrag"), default=0)
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
