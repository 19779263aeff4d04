"""The export of hours: which year, how, for whom."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

PURPOSES = [
    ("grant", _("Antrag oder Nachweis für eine Förderung")),
    ("council", _("Bericht an Stadtrat oder Verwaltung")),
    ("insurance", _("Unfallversicherung")),
]


class ExportForm(forms.Form):
    """Why somebody takes many people's hours out of here, and whether with their names."""

    year = forms.TypedChoiceField(label=_("Jahr"), coerce=int)
    purpose = forms.ChoiceField(
        label=_("Wofür?"),
        choices=PURPOSES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Bitte wählen Sie, wofür. Das steht dann im Protokoll.")},
    )
    kind = forms.ChoiceField(label=_("Datei"), choices=[("xlsx", _("Excel (XLSX)")), ("csv", "CSV")])
    with_names = forms.BooleanField(
        label=_("Mit Namen, nicht nur mit der Nummer der Lotsin oder des Lotsen"), required=False
    )

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(str(year), str(year)) for year in years]

    @property
    def purpose_words(self) -> str:
        """The chosen purpose, as it was read."""
        return str(dict(PURPOSES)[self.cleaned_data["purpose"]])
