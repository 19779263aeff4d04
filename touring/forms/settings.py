"""Stops and teams, as a coordinator fills them in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.windows import NotUnderstood, OpeningHours
from lotsen.places.addresses import TypedAddress
from lotsen.spoken import said
from touring.forms.fields import DateInput, HoursField, PhoneField, TeamsField, WeekdaysField, YesNoField
from touring.forms.hours import said_of_hours
from touring.models import Rhythm, Stop, Team

MOST_WINDOWS = 2
STEP_FREE = (("", _("nicht bekannt")), ("True", _("ohne Stufen")), ("False", _("mit Stufen")))
YES_NO = (("", _("nicht bekannt")), ("True", _("ja")), ("False", _("nein")))
PARTS = ((1, _("am Stück")), (2, _("in zwei Teilen")), (3, _("in drei Teilen")))


class StopForm(forms.Form):
    """A stop and its passport. `typed_address` is None where the address has not changed."""

    name = forms.CharField(label=_("Name"), max_length=120)
    short_name = forms.CharField(
        label=_("Kurzname"), max_length=22, help_text=_("Für Tafel und Karte, am besten kurz.")
    )
    street = forms.CharField(label=_("Straße und Hausnummer"), max_length=140)
    postal_code = forms.RegexField(
        r"^\d{5}$", label=_("Postleitzahl"), error_messages={"invalid": _("Eine Postleitzahl hat fünf Ziffern.")}
    )
    is_active = forms.BooleanField(label=_("Wird angefahren"), required=False, initial=True)
    # when
    rhythm = forms.ChoiceField(label=_("Rhythmus"), choices=Rhythm.choices)
    min_gap_days = forms.IntegerField(
        label=_("Tage zwischen zwei Besuchen"),
        min_value=1,
        max_value=3,
        initial=2,
        help_text=_("Nur bei zweimal in der Woche: 1 bis 3."),
    )
    duration_minutes = forms.IntegerField(label=_("Dauer in Minuten"), min_value=5, max_value=720)
    setup_minutes = forms.IntegerField(label=_("Aufbau in Minuten"), min_value=0, max_value=240, initial=0)
    packing_minutes = forms.IntegerField(label=_("Abbau in Minuten"), min_value=0, max_value=240, initial=0)
    hours = HoursField(label=_("Öffnungszeiten"), max_length=200, help_text=_("Zum Beispiel: Di,Do 9:00-12:30"))
    wish_weekdays = WeekdaysField(label=_("Wunschtage"))
    forbidden_weekdays = WeekdaysField(label=_("Nie an diesen Tagen"))
    rests_in_school_holidays = forms.BooleanField(label=_("Ruht in den Schulferien"), required=False)
    wish_teams = TeamsField(label=_("Wunschteams"))
    forbidden_teams = TeamsField(label=_("Nie mit diesen Teams"))
    priority = forms.IntegerField(
        label=_("Wichtigkeit"), min_value=0, max_value=99, initial=1, help_text=_("1 ist üblich. Mehr ist wichtiger.")
    )
    permit_until = forms.DateField(label=_("Genehmigung gilt bis"), widget=DateInput, required=False)
    # the place
    step_free = YesNoField(label=_("Zugang"), choices=STEP_FREE)
    steps = forms.IntegerField(label=_("Stufen am Eingang"), min_value=0, max_value=99, required=False)
    has_bench = YesNoField(label=_("Sitzbank"), choices=YES_NO)
    has_toilet = YesNoField(label=_("Toilette"), choices=YES_NO)
    key_note = forms.CharField(
        label=_("Schlüssel"), max_length=200, required=False, help_text=_("Wer hat ihn? Nur für die Teams.")
    )
    parking_note = forms.CharField(label=_("Parken"), max_length=200, required=False)
    # whom to tell
    contact_name = forms.CharField(label=_("Ansprechperson"), max_length=120, required=False)
    contact_phone = PhoneField(label=_("Telefon"), required=False)
    contact_email = forms.EmailField(label=_("E-Mail"), required=False)

    ADDRESS = ("street", "postal_code")
    NOT_COLUMNS = (*ADDRESS, "key")

    def clean(self) -> dict[str, Any]:
        """What is wished cannot be forbidden at the same time."""
        cleaned = super().clean() or {}
        for wished, forbidden in (("wish_weekdays", "forbidden_weekdays"), ("wish_teams", "forbidden_teams")):
            if set(cleaned.get(wished) or ()) & set(cleaned.get(forbidden) or ()):
                self.add_error(forbidden, _("Das steht auch bei den Wünschen. Bitte nur eines von beiden ankreuzen."))
        return cleaned

    @classmethod
    def values_of(cls, stop: Stop) -> dict[str, Any]:
        """What the form shows of a stop."""
        plain = {name for name in StopForm.base_fields if name not in cls.ADDRESS}
        shown = {name: getattr(stop, name) for name in plain if not name.endswith("_teams")}
        for name in ("step_free", "has_bench", "has_toilet"):
            shown[name] = "" if shown[name] is None else str(shown[name])
        teams = {name: list(getattr(stop, name).all()) for name in ("wish_teams", "forbidden_teams")}
        return shown | teams | {"street": stop.address.street_line, "postal_code": stop.address.postal_code}

    @property
    def typed_address(self) -> TypedAddress | None:
        """The new address, if it was changed."""
        if self.initial and not set(self.ADDRESS) & set(self.changed_data):
            return None
        return TypedAddress(self.cleaned_data["street"], self.cleaned_data["postal_code"])

    @property
    def columns(self) -> dict[str, Any]:
        """Columns of the stop itself, and its teams."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.NOT_COLUMNS}


class NewStopForm(StopForm):
    """A stop that does not exist yet."""

    key = forms.SlugField(
        label=_("Kennung"), max_length=40, help_text=_("Zum Beispiel: S49. Steht in der Adresse der Seite.")
    )
    field_order = ("key",)


class PhotoForm(forms.Form):
    """A picture of a stop; whether it can be read, the verb finds out."""

    photo = forms.FileField(
        label=_("Foto"),
        help_text=_("JPEG oder PNG, höchstens 5 MB. Ort und Kamera werden entfernt. Bitte keine Gesichter."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
    )
    description = forms.CharField(
        label=_("Was ist zu sehen?"), max_length=200, help_text=_("Für Menschen, die das Foto nicht sehen.")
    )


class TeamForm(forms.Form):
    """A team and its hours."""

    name = forms.CharField(label=_("Name"), max_length=60)
    vehicle = forms.CharField(label=_("Fahrzeug"), max_length=60, required=False)
    shares_vehicle = forms.BooleanField(
        label=_("Teilt sich das Fahrzeug"),
        required=False,
        help_text=_("Teams mit demselben Fahrzeug fahren dann nie zur gleichen Zeit."),
    )
    hours = HoursField(
        label=_("Arbeitszeiten"), max_length=200, help_text=_("Zum Beispiel: Mo-Do 8:00-16:30; Fr 8:00-14:30")
    )
    break_minutes = forms.IntegerField(label=_("Pause in Minuten"), min_value=0, max_value=120)
    break_parts = forms.TypedChoiceField(label=_("Pause"), choices=PARTS, coerce=int, initial=1)
    break_window = forms.RegexField(
        r"^\d{1,2}:\d{2}-\d{1,2}:\d{2}$",
        label=_("Pause zwischen"),
        error_messages={"invalid": _("Bitte schreiben Sie zum Beispiel: 11:30-13:30")},
    )
    reserve_percent = forms.IntegerField(
        label=_("Freihalten in Prozent"),
        min_value=0,
        max_value=60,
        initial=0,
        help_text=_("So viel jeder Tour bleibt frei für Schulungen und Besuche auf Anfrage."),
    )
    end_street = forms.CharField(
        label=_("Zweiter Stützpunkt: Straße und Hausnummer"),
        max_length=140,
        required=False,
        help_text=_("Nur wenn die Touren anderswo enden als sie beginnen."),
    )
    end_postal_code = forms.RegexField(
        r"^\d{5}$",
        label=_("Postleitzahl"),
        required=False,
        error_messages={"invalid": _("Eine Postleitzahl hat fünf Ziffern.")},
    )
    is_active = forms.BooleanField(label=_("Fährt Touren"), required=False, initial=True)

    END = ("end_street", "end_postal_code")
    SHORTEST_PART = 15

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

    def clean(self) -> dict[str, Any]:
        """Parts of a break have fifteen minutes each (Working Hours Act § 4); an address has both its parts."""
        cleaned = super().clean() or {}
        minutes, parts = cleaned.get("break_minutes"), cleaned.get("break_parts")
        if minutes is not None and parts is not None and parts > 1 and minutes < parts * self.SHORTEST_PART:
            self.add_error("break_parts", _("Jeder Teil der Pause dauert mindestens 15 Minuten."))
        self._say_of_hours(cleaned)
        if bool(cleaned.get("end_street")) != bool(cleaned.get("end_postal_code")) and not self.errors:
            self.add_error("end_street", _("Bitte Straße und Postleitzahl angeben, oder beides leer lassen."))
        return cleaned

    def _say_of_hours(self, cleaned: dict[str, Any]) -> None:
        """Once hours and break are understood: what cannot be worked that way."""
        asked = ("hours", "break_minutes", "break_parts", "break_window")
        if any(cleaned.get(name) is None for name in asked):
            return
        window = OpeningHours.parse(f"Mo {cleaned['break_window']}")
        hours = OpeningHours.parse(str(cleaned["hours"]))
        for field, sentence in said_of_hours(hours, cleaned["break_minutes"], cleaned["break_parts"], window):
            self.add_error(field, sentence)

    @property
    def end_base(self) -> TypedAddress | None:
        """Where tours end, if not at the base."""
        street = self.cleaned_data["end_street"]
        return TypedAddress(street, self.cleaned_data["end_postal_code"]) if street else None

    @property
    def columns(self) -> dict[str, Any]:
        """Columns of the team itself."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.END}

    @classmethod
    def values_of(cls, team: Team) -> dict[str, Any]:
        """What the form shows of a team."""
        end = team.end_base
        shown = {name: getattr(team, name) for name in cls.base_fields if name not in cls.END}
        return shown | {
            "end_street": end.street_line if end else "",
            "end_postal_code": end.postal_code if end else "",
        }


class SchoolHolidayForm(forms.Form):
    """Holidays of the schools; both days are within."""

    name = forms.CharField(label=_("Name"), max_length=60)
    starts_on = forms.DateField(label=_("Erster Tag"), widget=DateInput)
    ends_on = forms.DateField(label=_("Letzter Tag"), widget=DateInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("Der letzte Tag liegt vor dem ersten."))
        return cleaned


class ClosingDayForm(forms.Form):
    """A day on which a stop, a team or everything rests."""

    date = forms.DateField(label=_("Tag"), widget=DateInput)
    stop = forms.ModelChoiceField(
        Stop.objects.filter(is_active=True).order_by("name"), label=_("Haltestelle"), required=False, empty_label="–"
    )
    team = forms.ModelChoiceField(
        Team.objects.filter(is_active=True).order_by("order"), label=_("Team"), required=False, empty_label="–"
    )
    reason = forms.CharField(
        label=_("Grund"), max_length=80, required=False, help_text=_("Steht im Fahrplan. Zum Beispiel: Umbau")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("stop") and cleaned.get("team"):
            self.add_error("team", _("Bitte nur eines: eine Haltestelle oder ein Team. Beides leer heißt: alles ruht."))
        return cleaned
