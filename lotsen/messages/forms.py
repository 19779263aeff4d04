"""The form in which a text is changed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from lotsen.messages import texts
from lotsen.messages.texts import TextKey
from lotsen.messages.wording.checks import Wish

LONGEST = 4000


class TextForm(forms.Form):
    """Subject and body, or subject and the sentences of a letter. `gesehen` is the version that was opened."""

    gesehen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=99_999)

    def __init__(self, key: TextKey, data: Any = None) -> None:
        self.key = key
        wish, newest = texts.current_wish(key), next(iter(texts.versions_of(key)), None)
        self.parts = [f"absatz_{number}" for number in range(1, len(wish.parts) + 1)]
        values = {"betreff": wish.subject, "text": wish.text, "gesehen": newest.version if newest else 0}
        super().__init__(data, initial=values | dict(zip(self.parts, wish.parts, strict=True)))
        if key.channel in {"email", "letter"}:
            self.fields["betreff"] = forms.CharField(label=_("Betreff"), max_length=200, strip=True)
        if key.channel != "letter":
            self.fields["text"] = _area(_("Text"), rows=5)
        for number, name in enumerate(self.parts, start=1):
            self.fields[name] = _area(_("Absatz %(number)s") % {"number": number}, rows=3)

    def wish(self) -> Wish:
        """What the form says now, whole or not."""
        return Wish(
            subject=self._said("betreff"), text=self._said("text"), parts=tuple(self._said(name) for name in self.parts)
        )

    def seen(self) -> int:
        """The version that was opened; only of a valid form."""
        return self.cleaned_data["gesehen"]

    def _said(self, name: str) -> str:
        if name not in self.fields:
            return ""
        value = self[name].value() or ""
        return str(value).replace("\r\n", "\n").strip()[:LONGEST]


def _area(label: str, *, rows: int) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": rows}))
