"""Free words that an agent takes down: no PIN, password, account, card, or place of a key among them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

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


class GoalField(PlainWordsField):
    """What somebody wants to be able to do, in their own words."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Das Ziel in eigenen Worten"),
            max_length=500,
            required=False,
            error_messages={"max_length": _("Das ist zu lang. Bitte höchstens 500 Zeichen.")},
        )
