"""Fields that several forms of the room share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.phones import parse_phone
from lotsen.kernel.sentences import NotUnderstood
from lotsen.kernel.windows import OpeningHours
from lotsen.spoken import grouped_phone, said
from touring.models import Team, Weekday


class DateInput(forms.DateInput):
    """A date as browsers ask for it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class HoursField(forms.CharField):
    """Opening hours in any spelling; cleaned to the canonical text."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            hours = OpeningHours.parse(text)
        except NotUnderstood as error:
            raise ValidationError(said(error.sentence)) from error
        if text and not hours:
            raise ValidationError(_("Bitte tragen Sie mindestens eine Zeit ein. Zum Beispiel: Di,Do 9:00-12:30"))
        return str(hours)


class PhoneField(forms.CharField):
    """A telephone number in any spelling; cleaned to E.164, shown in groups."""

    widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})

    def prepare_value(self, value: Any) -> Any:
        return grouped_phone(value) if isinstance(value, str) and value.startswith("+") else value

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return parse_phone(text) if text else ""
        except NotUnderstood as error:
            raise ValidationError(said(error.sentence)) from error


class WeekdaysField(forms.TypedMultipleChoiceField):
    """Days of the week, none or several."""

    def __init__(self, **options: Any) -> None:
        options = {"choices": Weekday.choices, "coerce": int, "required": False} | options
        super().__init__(widget=forms.CheckboxSelectMultiple, **options)


class TeamsField(forms.ModelMultipleChoiceField):
    """Teams, none or several."""

    def __init__(self, **options: Any) -> None:
        rows = Team.objects.filter(is_active=True).order_by("order", "key")
        super().__init__(rows, required=False, widget=forms.CheckboxSelectMultiple, **options)


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or not known: True, False, None."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, empty_value=None, coerce=lambda value: value == "True", **options)
