"""Free words that an agent takes down: no PIN, password, account, card, or place of a key among them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from bookings.forms.guide import guard_sentence
from bookings.guard import SECRETS, Kind, flags

REFUSED = SECRETS - {Kind.BANKING}
"""Somebody may wish to learn banking; what they must not tell us is a number or a word that opens something."""


class PlainWordsField(forms.CharField):
    """Words that may be stored. Illnesses are left to the agent, who asks for needs instead."""

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        for flag in flags(text):
            if flag.kind in REFUSED:
                raise ValidationError(guard_sentence(flag))
        return text
