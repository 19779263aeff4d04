"""The card with two questions, on the web and typed in by the hotline."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bookings.emergency import looks_like_secret
from bookings.models import Ability, Satisfied


class SurveyForm(forms.Form):
    """Two questions and a remark; each may be left out, not all."""

    token = forms.CharField(
        label=_("Nummer der Karte"),
        help_text=_("Zehn Zeichen. Sie stehen unten auf der Karte."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Bitte schreiben Sie die Nummer der Karte.")},
    )
    satisfied = forms.ChoiceField(
        label=_("Waren Sie mit dem Besuch zufrieden?"),
        choices=Satisfied.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    ability = forms.ChoiceField(
        label=_("Können Sie es jetzt?"), choices=Ability.choices, widget=forms.RadioSelect, required=False
    )
    remark = forms.CharField(
        label=_("Was sollen wir besser machen?"),
        help_text=_("Bitte keine Namen."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_remark(self) -> str:
        """No secrets."""
        text: str = self.cleaned_data["remark"]
        if looks_like_secret(text):
            raise ValidationError(_("Das sieht nach einer PIN oder einem Passwort aus. Bitte löschen Sie es."))
        return text

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not any(said.get(name) for name in ("satisfied", "ability", "remark")):
            raise ValidationError(_("Bitte beantworten Sie mindestens eine Frage."))
        return said
