"""What an agent types while a volunteer is on the telephone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ProofForm(forms.Form):
    """Who is speaking: the number of their card, or a call back to the stored number."""

    card = forms.CharField(
        label=_("Nummer auf dem Ausweis"),
        max_length=20,
        help_text=_("Neun Ziffern. Lassen Sie sich die Nummer sagen."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Bitte schreiben Sie die Nummer auf dem Ausweis.")},
    )
    called = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["card"].required = data is None or not data.get("called")
