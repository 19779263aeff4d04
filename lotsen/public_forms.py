"""What every form has that anybody may send."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lotsen.stamps import Stamp, new_stamp, read_stamp
from lotsen.suspicion import BLIND, TRAP

NOT_ASKED = ("trap", "since")
_UNSEEN = "\u115f\u1160\u3164\uffa0"


def has_letters(text: str) -> bool:
    """Whether anything of it can be read: letters that are drawn as nothing do not count."""
    return any(letter.isalpha() and letter not in _UNSEEN for letter in text)


class PublicForm(forms.Form):
    """A form that anybody may send. `trap` is for machines: people never see it, and browsers do not fill it.

    `since` is the stamp of the page: who sends without one has never opened it.
    """

    trap = forms.CharField(required=False, label=_("Bitte leer lassen"))
    since = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trap"].widget.attrs = {"autocomplete": "off", "tabindex": "-1"}
        self.fields["since"].initial = new_stamp(timezone.now())

    @property
    def stamp(self) -> Stamp | None:
        """When the page was made, only after `is_valid`."""
        return read_stamp(self.cleaned_data["since"])

    @property
    def signs(self) -> list[str]:
        """What looks like a machine, only after `is_valid`."""
        return [*([TRAP] if self.cleaned_data["trap"] else []), *([] if self.stamp else [BLIND])]
