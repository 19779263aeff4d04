"""Forms of a volunteer's page at the desk."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bookings.pairs import NotKnown, volunteer_named
from volunteers.models import Volunteer


class CompanionForm(forms.Form):
    """Who goes along, by name or key."""

    companion = forms.CharField(
        label=_("Wer geht mit?"),
        help_text=_("Name oder Schlüssel von jemandem, der schon Besuche macht und am Telefon zugesagt hat."),
        max_length=120,
        error_messages={"required": _("Bitte schreiben Sie den Namen.")},
    )

    instead_of = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_companion(self) -> Volunteer:
        try:
            return volunteer_named(self.cleaned_data["companion"])
        except NotKnown as no:
            raise ValidationError(no.sentence) from no
