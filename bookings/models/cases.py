from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.models.visits import HomeVisit


class CaseNote(models.Model):
    """One line on the timeline of a case that a human wrote, or that the desk's checks left there."""

    class Kind(models.TextChoices):
        CALL_IN = "call_in", _("Anruf bei uns")
        CALL_OUT = "call_out", _("Anruf von uns")
        NOTE = "note", _("Notiz")
        PROVEN = "proven", _("Auskunft gegeben")
        NOT_PROVEN = "not_proven", _("Auskunft nicht gegeben")
        WORD_RIGHT = "word_right", _("Kennwort an der Tür geprüft: stimmt")
        WORD_WRONG = "word_wrong", _("Kennwort an der Tür geprüft: stimmt nicht")

    visit = models.ForeignKey(HomeVisit, on_delete=models.CASCADE, related_name="case_notes")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.CharField(max_length=500, blank=True, help_text="what was said, in one line")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["visit", "at"], name="casenote_visit")]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.kind}"
