"""The form of the status page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.forms.fields import ReferenceField


class StatusForm(forms.Form):
    """A number and something that only the person knows: one field for both kinds, so that it says nothing."""

    reference = ReferenceField(
        label=_("Ihre Nummer"),
        help_text=_("Sie hat 7 Ziffern, zum Beispiel 482\xa0615\xa06."),
        error_messages={"required": _("Bitte schreiben Sie Ihre Nummer.")},
    )
    said = forms.CharField(
        label=_("Die letzten 4 Ziffern Ihrer Telefonnummer"),
        help_text=_(
            "Sie haben uns keine Telefonnummer genannt? Dann Postleitzahl und Hausnummer. Zum Beispiel: 01169 16a"
        ),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Bitte schreiben Sie die letzten 4 Ziffern Ihrer Telefonnummer.")},
    )
