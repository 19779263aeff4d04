from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class PurposeForm(forms.Form):
    """Why a file with many people is taken out."""

    purpose = forms.CharField(
        label=_("Wofür brauchen Sie die Datei?"),
        help_text=_("Das liest, wer freigibt, und es steht ein Jahr im Protokoll."),
        max_length=120,
        error_messages={"required": _("Bitte schreiben Sie, wofür Sie die Datei brauchen.")},
    )
