"""What every form has that anybody may send."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lotsen.fields import PostalCodeField
from lotsen.places.gazetteer import locate
from lotsen.places.lookup import Candidate
from lotsen.places.normalise import split_street
from lotsen.places.postal_codes import is_served
from lotsen.public_forms import has_letters

KEEP = "so"
_NO_HOME = re.compile(r"\b(?:packstation|postfach|paketshop|postfiliale)\b", re.IGNORECASE)


class AddressFields(forms.Form):
    """Street and postal code. A street that we do not know is asked about once, and never in the way."""

    street = forms.CharField(
        label=_("Straße und Hausnummer"),
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
        error_messages={"required": _("Bitte schreiben Sie Straße und Hausnummer.")},
    )
    postal_code = PostalCodeField(
        label=_("Postleitzahl"),
        error_messages={"required": _("Eine Postleitzahl hat 5 Ziffern, zum Beispiel 01169.")},
    )
    meant = forms.CharField(label=_("Meinen Sie …?"), required=False, max_length=200, widget=forms.RadioSelect)
    is_outside = False

    def without_needless_choice(self, fields: list[forms.BoundField]) -> list[forms.BoundField]:
        """The fields, and the choice of streets only where there is one."""
        has_choice = bool(self.fields["meant"].widget.choices)
        return [bound for bound in fields if bound.name != "meant" or has_choice]

    def clean_street(self) -> str:
        street = " ".join(self.cleaned_data["street"].split())
        if _NO_HOME.search(street):
            raise ValidationError(_("Dort wohnt niemand. Bitte schreiben Sie Straße und Hausnummer der Wohnung."))
        if not has_letters(street) or not split_street(street).house_number:
            raise ValidationError(_("Bitte schreiben Sie Straße und Hausnummer."))
        return street

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "postal_code" in data and not is_served(data["postal_code"]):
            self.is_outside = True
            sentence = _("Diese Adresse liegt nicht in Dresden. Wir kommen nur in Dresden ins Haus.")
            self.add_error("postal_code", sentence)
        elif data.get("street") and data.get("postal_code"):
            self._look_up(data)
        return data

    def _look_up(self, data: dict[str, Any]) -> None:
        located = locate(data["street"], data["postal_code"])
        if located.is_exact or not located.candidates:
            return
        number = split_street(data["street"]).house_number
        options = {_line(one, number): one for one in located.candidates}
        as_typed = _("Nein. So ist es richtig: %(street)s") % {"street": data["street"]}
        self.fields["meant"].widget.choices = [*((line, line) for line in options), (KEEP, as_typed)]
        meant = data.get("meant", "")
        if meant in options:
            one = options[meant]
            data |= {"street": f"{one.street} {number}", "postal_code": one.postal_code or data["postal_code"]}
        elif meant != KEEP:
            sentence = _("Diese Straße finden wir nicht. Meinen Sie %(suggestion)s? Sonst geht es auch so weiter.")
            self.add_error("meant", sentence % {"suggestion": located.candidates[0].street})


def _line(one: Candidate, number: str) -> str:
    line = f"{one.street} {number}".strip()
    return f"{line}, {one.postal_code}" if one.postal_code else line
