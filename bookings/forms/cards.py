"""Forms of the card: the digits that somebody checks, and issuing one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.pictures import MOST_BYTES

WHY_REVOKED = [
    ("lost", _("verloren oder gestohlen")),
    ("broken", _("nicht mehr lesbar")),
    ("left", _("geht nicht mehr zu Menschen")),
    ("other", _("anderer Grund")),
]


class CardNumberForm(forms.Form):
    """Nine digits, however they are grouped."""

    digits = forms.CharField(
        label=_("Nummer auf dem Ausweis"),
        help_text=_("Neun Ziffern, zum Beispiel 123\N{NO-BREAK SPACE}456\N{NO-BREAK SPACE}789."),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Bitte tippen Sie die neun Ziffern vom Ausweis.")},
    )


class CardForm(forms.Form):
    """Issue or replace a card."""

    valid_until = forms.DateField(
        label=_("Gültig bis"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    photo = forms.FileField(label=_("Foto (JPEG oder PNG)"), required=False)
    has_agreed = forms.BooleanField(
        label=_("Die Person ist einverstanden: Foto auf dem Ausweis und auf der Prüf-Seite."), required=False
    )
    because = forms.ChoiceField(label=_("Warum ein neuer Ausweis?"), choices=WHY_REVOKED[:2] + WHY_REVOKED[3:])

    def __init__(self, *args: Any, is_new: bool, valid_until: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"valid_until": valid_until, "because": "lost"}, **kwargs)
        if is_new:
            del self.fields["because"]

    def issued(self) -> dict[str, Any]:
        """What `issue_card` and `replace_card` take."""
        sent = self.cleaned_data["photo"]
        photo = sent.read(MOST_BYTES + 1) if sent else b""
        return {
            "valid_until": self.cleaned_data["valid_until"],
            "photo": photo,
            "has_agreed": self.cleaned_data["has_agreed"],
        }


class RevokeForm(forms.Form):
    """Why a card is void."""

    because = forms.ChoiceField(label=_("Grund"), choices=WHY_REVOKED, initial="lost")
