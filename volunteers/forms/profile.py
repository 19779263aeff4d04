"""Forms of the volunteers' own pages, the same for whoever enters it on the phone for them: times and profile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.calendar import FIRST_YEAR, LAST_YEAR, WEEKDAYS
from lotsen.kernel.sentences import NotUnderstood
from lotsen.kernel.windows import OpeningHours, Window
from lotsen.places.addresses import TypedAddress
from lotsen.spoken import said
from volunteers.languages import LANGUAGES
from volunteers.models import Gender, OffersBy, Pace, Topic, TravelMode, Volunteer
from volunteers.profiles import Profile, line_of
from volunteers.queries import quarters

PARTS = {
    "8-12": Window(8 * 60, 12 * 60),
    "12-14": Window(12 * 60, 14 * 60),
    "14-18": Window(14 * 60, 18 * 60),
}
LONGEST_EXACT = 60
SHOWN_DAYS, SUNDAY = range(6), 6
"""On Sundays nobody is asked; what a list says of them is kept."""
ALIKE = range(1, 5)
"""Tuesday to Friday, which may be as Monday is."""
TIMES_ONLY = re.compile(r"(?:[\d\s:.,;–-]|uhr|bis|und)*", re.IGNORECASE)
RADII = (1, 2, 3, 5, 8, 12, 20)
MOST_A_WEEK = 14
DAY_INPUT = {"type": "date"}


class TimesField(forms.CharField):
    """Times of one day in words ("9-12:30 und 14-16"), cleaned to windows; none for an empty text."""

    longest = LONGEST_EXACT

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off", "placeholder": "9-12:30 und 14-16"}))
        super().__init__(max_length=self.longest, **kwargs)

    def clean(self, value: Any) -> tuple[Window, ...]:
        text = super().clean(value)
        if not text:
            return ()
        parts = [part.strip() for part in re.split(r"[,;]|\bund\b", text, flags=re.IGNORECASE) if part.strip()]
        try:
            if not TIMES_ONLY.fullmatch(text) or not parts:
                raise ValueError
            return OpeningHours.parse("; ".join(f"Mo {part}" for part in parts)).on(0)
        except (NotUnderstood, ValueError) as error:
            sentence = gettext("Das verstehe ich nicht. Bitte schreiben Sie es so: 9-12:30 und 14-16.")
            raise ValidationError(sentence) from error


def words_of(windows: tuple[Window, ...]) -> str:
    """Windows as they are typed: "9:00-12:30 und 14:00-16:00"."""
    return " und ".join(str(window) for window in windows)


EVERY, EVEN, ODD = "every", "even", "odd"
RHYTHMS = [(EVERY, _("jede Woche")), (EVEN, _("gerade Wochen")), (ODD, _("ungerade Wochen"))]
SAID_RHYTHM = re.compile(r"\(?\b(?:in\s+)?(un)?gerade\w*(?:\s+(?:kw|wochen?|kalenderwochen?))?\)?\s*$", re.IGNORECASE)
RHYTHM_WORDS = {EVERY: "", EVEN: " gerade", ODD: " ungerade"}
Rhythmic = dict[str, tuple[Window, ...]]


class RhythmTimesField(TimesField):
    """Times of one day, each for every week or followed by "gerade" or "ungerade", cleaned to windows by rhythm; what
    says no rhythm is under ""."""

    longest = 2 * LONGEST_EXACT

    def clean(self, value: Any) -> Rhythmic:  # type: ignore[override]
        parts = [part for part in re.split(r"[,;]|\bund\b", str(value or ""), flags=re.IGNORECASE) if part.strip()]
        if str(value or "").strip() and not parts:
            parts = ["?"]
        said: dict[str, list[str]] = {}
        for part in parts:
            found = SAID_RHYTHM.search(part)
            rhythm = "" if found is None else ODD if found[1] else EVEN
            said.setdefault(rhythm, []).append(part if found is None else part[: found.start()])
        if len(str(value or "")) > self.longest:
            return {"": super().clean(value)}
        return {rhythm: self._windows(texts) for rhythm, texts in said.items()}

    def _windows(self, texts: list[str]) -> tuple[Window, ...]:
        """Refuses a rhythm without a time."""
        return super().clean(", ".join(text if text.strip() else "?" for text in texts))


class WeekForm(forms.Form):
    """The week: for each day the parts that suit, or exact times instead, every week or every second one."""

    rests = forms.BooleanField(
        label=_("In den Schulferien nicht"), required=False, help_text=_("Zum Beispiel, weil die Enkel da sind.")
    )

    def __init__(self, data: Any = None, *, volunteer: Volunteer) -> None:
        super().__init__(data)
        even, odd = OpeningHours.parse(volunteer.hours_even), OpeningHours.parse(volunteer.hours_odd)
        self.stored = {EVERY: volunteer.opening_hours, EVEN: even, ODD: odd}
        for number in SHOWN_DAYS:
            name = WEEKDAYS[number]
            parts, exact, rhythm = _day_of({key: hours.on(number) for key, hours in self.stored.items()})
            self.fields[f"parts{number}"] = forms.MultipleChoiceField(
                label=gettext(name),
                choices=[(key, key.replace("-", "–")) for key in PARTS],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                initial=parts,
            )
            self.fields[f"exact{number}"] = RhythmTimesField(
                label=gettext("%(day)s genau") % {"day": gettext(name)}, initial=exact
            )
            self.fields[f"week{number}"] = forms.ChoiceField(
                label=gettext("%(day)s: wie oft?") % {"day": gettext(name)},
                choices=RHYTHMS,
                required=False,
                initial=rhythm,
            )
            if number == 0:
                self.fields["same"] = forms.BooleanField(
                    label=gettext("Dienstag bis Freitag wie Montag"), required=False
                )
        self.fields["rests"].initial = volunteer.rests_in_school_holidays

    def days(self) -> Iterator[dict[str, Any]]:
        """Each day with its two fields, as the page draws it."""
        for number in SHOWN_DAYS:
            exact, week = self[f"exact{number}"], self[f"week{number}"]
            yield {
                "name": WEEKDAYS[number],
                "parts": self[f"parts{number}"],
                "exact": exact,
                "week": week,
                "is_open": bool(exact.value() or exact.errors or week.value() not in (None, "", EVERY)),
                "is_first": number == 0,
            }

    def hours(self) -> OpeningHours:
        """What was typed for every week; exact times of a day go before its parts."""
        return self._of(EVERY)

    def even(self) -> OpeningHours:
        """What was typed for even weeks besides."""
        return self._of(EVEN)

    def odd(self) -> OpeningHours:
        """What was typed for odd weeks besides."""
        return self._of(ODD)

    def _of(self, rhythm: str) -> OpeningHours:
        days = [self._day(number).get(rhythm, ()) for number in SHOWN_DAYS]
        if self.cleaned_data["same"]:
            days = [days[0] if n in ALIKE else windows for n, windows in enumerate(days)]
        return OpeningHours((*days, self.stored[rhythm].on(SUNDAY)))

    def _day(self, number: int) -> Rhythmic:
        """Windows of a day by rhythm; what says none is as the day's choice says."""
        data = self.cleaned_data
        typed: Rhythmic = data[f"exact{number}"] or {"": tuple(PARTS[key] for key in data[f"parts{number}"])}
        found: Rhythmic = {}
        for rhythm, windows in typed.items():
            key = rhythm or data[f"week{number}"] or EVERY
            found[key] = (*found.get(key, ()), *windows)
        return found


def _day_of(windows: Rhythmic) -> tuple[list[str], str, str]:
    """Parts, exact times and the choice of the week that say the windows of a day."""
    used = [rhythm for rhythm, some in windows.items() if some]
    if len(used) <= 1:
        rhythm = used[0] if used else EVERY
        return (*_parts_of(windows[rhythm]), rhythm)
    words = [f"{window}{RHYTHM_WORDS[rhythm]}" for rhythm in used for window in windows[rhythm]]
    return [], " und ".join(words), EVERY


def _parts_of(windows: tuple[Window, ...]) -> tuple[list[str], str]:
    """The parts that make up these windows; where they do not, no parts and the windows in words."""
    chosen = [key for key, part in PARTS.items() if any(window.contains(part) for window in windows)]
    made = OpeningHours((tuple(PARTS[key] for key in chosen), *((),) * 6)).on(0)
    return (chosen, "") if made == windows else ([], words_of(windows))


class DayForm(forms.Form):
    """A day, or some days, on which it is different."""

    first_on = forms.DateField(label=_("Erster Tag"), widget=forms.DateInput(attrs=DAY_INPUT, format="%Y-%m-%d"))
    last_on = forms.DateField(
        label=_("Letzter Tag"),
        required=False,
        help_text=_("Leer lassen, wenn es nur ein Tag ist."),
        widget=forms.DateInput(attrs=DAY_INPUT, format="%Y-%m-%d"),
    )
    times = TimesField(label=_("Wann haben Sie dann Zeit?"), help_text=_("Leer lassen, wenn Sie gar nicht können."))

    def clean_first_on(self) -> date:
        return _known(self.cleaned_data["first_on"])

    def clean_last_on(self) -> date | None:
        day = self.cleaned_data["last_on"]
        return None if day is None else _known(day)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["last_on"] = data.get("last_on") or data.get("first_on")
        return data


class PauseForm(forms.Form):
    """Until when somebody makes a pause."""

    until = forms.DateField(
        label=_("Letzter Tag der Pause"), widget=forms.DateInput(attrs=DAY_INPUT, format="%Y-%m-%d")
    )

    def clean_until(self) -> date:
        return _known(self.cleaned_data["until"])


def _known(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(gettext("Bitte prüfen Sie das Jahr."))
    return day


LEVELS = [("0", _("nein")), ("1", _("Grundlagen")), ("2", _("sicher")), ("3", _("kann ich auch anderen zeigen"))]


class LevelField(forms.TypedChoiceField):
    """How well somebody knows a topic; what is not sent they do not know."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=LEVELS, coerce=int, **kwargs)

    def clean(self, value: Any) -> int:
        return int(super().clean(value or "0"))


class ProfileForm(forms.Form):
    """What somebody wishes and can do."""

    offers_by = forms.ChoiceField(
        label=_("Wie sollen wir Sie fragen?"),
        choices=OffersBy.choices,
        widget=forms.RadioSelect,
        help_text=_("Einmal am Tag: eine Nachricht um 17 Uhr. Gar nicht: Sie bekommen keine Angebote."),
    )
    visits_a_week = forms.TypedChoiceField(
        label=_("Höchstens so viele Besuche in der Woche"),
        choices=[(n, str(n)) for n in range(1, MOST_A_WEEK + 1)],
        coerce=int,
    )
    travel_mode = forms.ChoiceField(
        label=_("Wie kommen Sie hin?"), choices=TravelMode.choices, widget=forms.RadioSelect
    )
    pace = forms.ChoiceField(
        label=_("Zu Fuß und mit dem Rad bin ich"),
        choices=Pace.choices,
        widget=forms.RadioSelect,
        help_text=_("Danach rechnen wir Ihre Wege. Bei Bus, Bahn und Auto ändert es nichts."),
    )
    radius_km = forms.TypedChoiceField(label=_("Wie weit darf es sein?"), coerce=int)
    districts = forms.MultipleChoiceField(
        label=_("Dorthin gehe ich auch, obwohl es weiter ist"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _("Diesen Stadtteil gibt es nicht.")},
    )
    start_street = forms.CharField(
        label=_("Ich gehe hier los: Straße und Hausnummer"),
        max_length=120,
        required=False,
        help_text=_("Nur wenn es nicht Ihre Wohnung ist, zum Beispiel die Arbeit."),
    )
    start_postal_code = forms.RegexField(label=_("Postleitzahl"), regex=r"^\d{5}$", required=False)
    onward_street = forms.CharField(
        label=_("Nach dem Besuch gehe ich hierher: Straße und Hausnummer"),
        max_length=120,
        required=False,
        help_text=_("Zum Beispiel zu den Enkeln. Ihr Umkreis gilt dann um beide Orte."),
    )
    onward_postal_code = forms.RegexField(label=_("Postleitzahl"), regex=r"^\d{5}$", required=False)
    no_dogs = forms.BooleanField(label=_("Bitte keine Hunde"), required=False)
    no_stairs = forms.BooleanField(label=_("Bitte keine Treppen"), required=False)
    languages = forms.MultipleChoiceField(
        label=_("Diese Sprachen spreche ich"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Bitte wählen Sie mindestens eine Sprache.")},
    )
    gender = forms.ChoiceField(
        label=_("Ich bin"),
        choices=[("", _("keine Angabe")), *Gender.choices],
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Manche wünschen sich eine Frau oder einen Mann. Es zählt nur, was Sie selbst sagen."),
    )

    def __init__(self, data: Any = None, *, volunteer: Volunteer) -> None:
        super().__init__(data, initial=_initial(volunteer))
        self.volunteer = volunteer
        for name in ("start_postal_code", "onward_postal_code"):
            self.fields[name].error_messages["invalid"] = gettext("Eine Postleitzahl hat fünf Ziffern.")
            self.fields[name].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}
        kilometres = sorted({*RADII, -(-volunteer.radius_metres // 1000)})
        self.fields["radius_km"].choices = [(km, gettext("%(km)s km um diesen Ort") % {"km": km}) for km in kilometres]
        self.fields["districts"].choices = [(str(one.pk), one.name) for one in quarters()]
        others = [language for language in volunteer.languages if language not in LANGUAGES]
        self.fields["languages"].choices = [(name, gettext(name)) for name in (*LANGUAGES, *others)]
        levels = {skill.topic_id: skill.level for skill in volunteer.skills.all()}
        self.topics = list(Topic.objects.all())
        for topic in self.topics:
            level = str(levels.get(topic.pk, 0))
            self.fields[f"topic{topic.pk}"] = LevelField(label=said(topic.name), initial=level)

    def topic_fields(self) -> list[forms.BoundField]:
        """One field for each topic, in order."""
        return [self[f"topic{topic.pk}"] for topic in self.topics]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("start", "onward"):
            street, code = data.get(f"{name}_street"), data.get(f"{name}_postal_code")
            if bool(street) != bool(code) and not {f"{name}_street", f"{name}_postal_code"} & set(self.errors):
                missing = f"{name}_postal_code" if street else f"{name}_street"
                self.add_error(missing, gettext("Bitte schreiben Sie Straße und Postleitzahl, oder keines von beiden."))
        return data

    def profile(self) -> Profile:
        """What the verb takes."""
        data = self.cleaned_data
        levels = {topic.pk: data[f"topic{topic.pk}"] for topic in self.topics}
        is_same = data["radius_km"] == self.initial["radius_km"]
        return Profile(
            **{name: data[name] for name in ("offers_by", "visits_a_week", "travel_mode", "pace", "gender")},
            radius_metres=self.volunteer.radius_metres if is_same else data["radius_km"] * 1000,
            languages=tuple(data["languages"]),
            dogs=not data["no_dogs"],
            stairs=not data["no_stairs"],
            districts=frozenset(map(int, data["districts"])),
            levels={topic: level for topic, level in levels.items() if level},
            start=self._address("start"),
            onward=self._address("onward"),
        )

    def _address(self, name: str) -> TypedAddress | None:
        street, code = self.cleaned_data[f"{name}_street"], self.cleaned_data[f"{name}_postal_code"]
        return TypedAddress(street=street, postal_code=code) if street else None


def _initial(volunteer: Volunteer) -> dict[str, Any]:
    initial: dict[str, Any] = {
        name: getattr(volunteer, name) for name in ("offers_by", "visits_a_week", "travel_mode", "pace", "gender")
    }
    initial |= {"radius_km": -(-volunteer.radius_metres // 1000), "languages": volunteer.languages}
    initial |= {"districts": [str(one.pk) for one in volunteer.districts.all()]}
    initial |= {"no_dogs": not volunteer.dogs, "no_stairs": not volunteer.stairs}
    for name in ("start", "onward"):
        address = getattr(volunteer, name)
        if address is not None:
            initial |= {f"{name}_street": line_of(address), f"{name}_postal_code": address.postal_code}
    return initial
