"""What coordinators fill in: a period to plan, a stop, a team, an announcement. Rules live in the verbs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.calendar import Period
from lotsen.kernel.windows import NotUnderstood, OpeningHours
from lotsen.places.addresses import TypedAddress
from lotsen.spoken import said
from touring.deviations import LATEST_MINUTES
from touring.models import Deviation, Rhythm, Stop, Team, Weekday
from touring.runs import LONGEST_SECONDS

MOST_WINDOWS = 2
YES_NO = (("", _("nicht bekannt")), ("True", _("ohne Stufen")), ("False", _("mit Stufen")))


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


class RunForm(forms.Form):
    """A period and how long to search."""

    first = forms.DateField(label=_("Erster Tag"), widget=DateInput)
    last = forms.DateField(label=_("Letzter Tag"), widget=DateInput)
    seconds = forms.IntegerField(label=_("Sekunden suchen"), min_value=1, max_value=LONGEST_SECONDS, initial=20)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if isinstance(first, date) and isinstance(last, date):
            if last < first:
                raise ValidationError({"last": _("Der letzte Tag liegt vor dem ersten.")})
            cleaned["period"] = Period(first, last)
        return cleaned


class StopForm(forms.Form):
    """A stop. `typed_address` is None where the address has not changed."""

    name = forms.CharField(label=_("Name"), max_length=120)
    short_name = forms.CharField(
        label=_("Kurzname"), max_length=22, help_text=_("Für Tafel und Karte, am besten kurz.")
    )
    street = forms.CharField(label=_("Straße und Hausnummer"), max_length=140)
    postal_code = forms.RegexField(
        r"^\d{5}$", label=_("Postleitzahl"), error_messages={"invalid": _("Eine Postleitzahl hat fünf Ziffern.")}
    )
    rhythm = forms.ChoiceField(label=_("Rhythmus"), choices=Rhythm.choices)
    duration_minutes = forms.IntegerField(label=_("Dauer in Minuten"), min_value=5, max_value=720)
    hours = HoursField(label=_("Öffnungszeiten"), max_length=200, help_text=_("Zum Beispiel: Di,Do 9:00-12:30"))
    wish_weekdays = forms.TypedMultipleChoiceField(
        label=_("Wunschtage"),
        choices=Weekday.choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    step_free = forms.TypedChoiceField(
        label=_("Zugang"), choices=YES_NO, required=False, empty_value=None, coerce=lambda value: value == "True"
    )
    steps = forms.IntegerField(label=_("Stufen am Eingang"), min_value=0, max_value=99, required=False)
    priority = forms.IntegerField(
        label=_("Wichtigkeit"), min_value=0, max_value=99, initial=1, help_text=_("1 ist üblich. Mehr ist wichtiger.")
    )
    permit_until = forms.DateField(label=_("Genehmigung gilt bis"), widget=DateInput, required=False)
    is_active = forms.BooleanField(label=_("Wird angefahren"), required=False, initial=True)

    ADDRESS = ("street", "postal_code")

    @staticmethod
    def values_of(stop: Stop) -> dict[str, Any]:
        """What the form shows of a stop."""
        names = ("name", "short_name", "rhythm", "duration_minutes", "hours", "wish_weekdays", "steps", "priority")
        return {name: getattr(stop, name) for name in (*names, "permit_until", "is_active")} | {
            "street": stop.address.street_line,
            "postal_code": stop.address.postal_code,
            "step_free": "" if stop.step_free is None else str(stop.step_free),
        }

    @property
    def typed_address(self) -> TypedAddress | None:
        """The new address, if it was changed."""
        if self.initial and not set(self.ADDRESS) & set(self.changed_data):
            return None
        return TypedAddress(self.cleaned_data["street"], self.cleaned_data["postal_code"])

    @property
    def columns(self) -> dict[str, Any]:
        """Columns of the stop itself."""
        return {name: value for name, value in self.cleaned_data.items() if name not in (*self.ADDRESS, "key")}


class NewStopForm(StopForm):
    """A stop that does not exist yet."""

    key = forms.SlugField(
        label=_("Kennung"), max_length=40, help_text=_("Zum Beispiel: S49. Steht in der Adresse der Seite.")
    )
    field_order = ("key",)


class TeamForm(forms.Form):
    """A team and its hours."""

    name = forms.CharField(label=_("Name"), max_length=60)
    hours = HoursField(
        label=_("Arbeitszeiten"), max_length=200, help_text=_("Zum Beispiel: Mo-Do 8:00-16:30; Fr 8:00-14:30")
    )
    break_minutes = forms.IntegerField(label=_("Pause in Minuten"), min_value=0, max_value=120)
    break_window = forms.RegexField(
        r"^\d{1,2}:\d{2}-\d{1,2}:\d{2}$",
        label=_("Pause zwischen"),
        error_messages={"invalid": _("Bitte schreiben Sie zum Beispiel: 11:30-13:30")},
    )
    vehicle = forms.CharField(label=_("Fahrzeug"), max_length=60, required=False)
    is_active = forms.BooleanField(label=_("Fährt Touren"), required=False, initial=True)

    def clean_hours(self) -> str:
        text = str(self.cleaned_data["hours"])
        if any(len(windows) > MOST_WINDOWS for windows in OpeningHours.parse(text).days):
            raise ValidationError(_("Höchstens zwei Arbeitszeiten an einem Tag. Dazwischen liegt die Pause."))
        return text

    def clean_break_window(self) -> str:
        text = str(self.cleaned_data["break_window"])
        try:
            OpeningHours.parse(f"Mo {text}")
        except NotUnderstood as error:
            raise ValidationError(said(error.sentence)) from error
        return text

    @staticmethod
    def values_of(team: Team) -> dict[str, Any]:
        """What the form shows of a team."""
        return {name: getattr(team, name) for name in TeamForm.base_fields}


class DeviationForm(forms.Form):
    """What is different about one halt; "" takes back what was announced."""

    kind = forms.ChoiceField(choices=[("", ""), *Deviation.Kind.choices], required=False)
    minutes = forms.IntegerField(min_value=1, max_value=LATEST_MINUTES, required=False)
