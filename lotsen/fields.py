"""Form fields that clean to the words of the house: telephone numbers and postal codes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.phones import NotAPhoneNumber, parse_phone
from lotsen.places.normalise import postal_code_key
from lotsen.spoken import said


class PhoneField(forms.CharField):
    """A phone number in any spelling, cleaned to E.164 ("" where nothing was typed)."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}))
        super().__init__(max_length=60, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return parse_phone(text, own=[settings.HOTLINE_NUMBER, settings.TWILIO_NUMBER])
        except NotAPhoneNumber as error:
            raise ValidationError(said(error.sentence)) from error


class PostalCodeField(forms.CharField):
    """Five digits; a lost leading zero comes back."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code"}))
        super().__init__(max_length=20, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if text and not postal_code_key(text):
            raise ValidationError(_("Eine Postleitzahl hat 5 Ziffern, zum Beispiel 01169."))
        return postal_code_key(text)
