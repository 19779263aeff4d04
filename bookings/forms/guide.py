"""Forms of the volunteers' phone pages: why not, why not after all, the report."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bookings.forms.fields import TopicChoices
from bookings.guard import SECRETS, Flag, Kind, flags
from bookings.models import HomeVisit, VisitReport
from bookings.report_drafts import GOAL
from lotsen.kernel.calendar import at_minute
from volunteers.models import Topic

LEAST_MINUTES, MOST_MINUTES, STEP_MINUTES = 5, 600, 5
NO_SECRETS = _("Bitte keine PIN, keine Passwörter, nichts über Krankheiten.")
WHY_NOT = [
    ("Tag", _("Tag")),
    ("Uhrzeit", _("Uhrzeit")),
    ("Weg", _("Weg")),
    ("Thema", _("Thema")),
    ("gerade zu viel", _("gerade zu viel")),
]
WHY_RETURN = [
    ("krank", _("krank")),
    ("keine Zeit", _("keine Zeit")),
    ("Weg", _("Weg")),
    ("anderes", _("anderes")),
]


class DeclineForm(forms.Form):
    """Why an offer does not suit; nobody has to say."""

    because = forms.ChoiceField(label=_("Warum nicht?"), choices=WHY_NOT, required=False, widget=forms.RadioSelect)


class ReturnForm(forms.Form):
    """Why somebody cannot come after all."""

    because = forms.ChoiceField(
        label=_("Warum können Sie nicht?"),
        choices=WHY_RETURN,
        widget=forms.RadioSelect,
        error_messages={"required": _("Bitte wählen Sie einen Grund. Niemand ist Ihnen böse.")},
    )


GUARD_SENTENCES = {
    Kind.PIN: _("Das sieht nach einer PIN aus. Bitte löschen Sie es."),
    Kind.PASSWORD: _("Das sieht nach einem Passwort aus. Bitte löschen Sie es."),
    Kind.ACCOUNT: _("Das sieht nach einer Kontonummer aus. Bitte löschen Sie es."),
    Kind.CARD: _("Das sieht nach einer Kartennummer aus. Bitte löschen Sie es."),
    Kind.BANKING: _("Das sieht nach Bankgeschäften aus. Bitte löschen Sie es."),
    Kind.KEY: _("Bitte schreiben Sie nicht, wo ein Schlüssel liegt."),
    Kind.HEALTH: _("Bitte schreiben Sie nichts über Krankheiten. Besser: „braucht große Schrift“."),
    Kind.LOOSE: _("Kann etwas davon ein Handy, ein Konto oder eine Tür öffnen? Dann löschen Sie es bitte."),
}


def guard_sentence(flag: Flag) -> str:
    """What the person reads about a finding."""
    return str(GUARD_SENTENCES[flag.kind])


class NoteField(forms.CharField):
    """A note without secrets. What may be left as it is, the form asks about: `GuardedForm`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(max_length=500, required=False, help_text=NO_SECRETS, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        for flag in flags(text):
            if flag.kind in SECRETS:
                raise ValidationError(guard_sentence(flag))
        return text


class GuardedForm(forms.Form):
    """A form with a note: an illness word, and what only might open something, are refused until the person says that
    it is right as it is."""

    is_right = forms.BooleanField(label=_("Stimmt trotzdem: keine Krankheit und nichts Geheimes."), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        doubts = [flag for flag in flags(data.get("note") or "") if flag.kind not in SECRETS]
        self.asks_if_right = bool(doubts)
        if doubts and not data.get("is_right"):
            self.add_error("note", guard_sentence(doubts[0]))
        data.pop("is_right", None)
        return data


GOALS = [
    (VisitReport.Goal.ALONE, _("kann ich allein")),
    (VisitReport.Goal.WITH_HELP, _("geht mit Hilfe")),
    (VisitReport.Goal.NOT_YET, _("noch nicht")),
]


class ReportForm(GuardedForm):
    """What was done on a visit where somebody opened."""

    topics = TopicChoices(
        queryset=Topic.objects.none(),
        to_field_name="key",
        label=_("Was haben Sie gemacht?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Bitte wählen Sie mindestens ein Thema.")},
    )
    goal = forms.ChoiceField(
        label=_("Zielkarte"),
        choices=GOALS,
        widget=forms.RadioSelect,
        required=False,
    )
    minutes = forms.IntegerField(
        label=_("Dauer in Minuten"),
        min_value=LEAST_MINUTES,
        max_value=MOST_MINUTES,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Bitte schreiben Sie, wie viele Minuten es waren."),
            "invalid": _("Bitte schreiben Sie die Minuten als Zahl, zum Beispiel 60."),
            "min_value": _("Das ist sehr kurz. Bitte schreiben Sie mindestens 5 Minuten."),
            "max_value": _("Das ist sehr lang. Bitte schreiben Sie höchstens 600 Minuten."),
        },
    )
    note = NoteField(label=_("Notiz"))
    follow_up = forms.TypedChoiceField(
        label=_("Noch ein Besuch?"),
        choices=[("ja", _("Ja, bitte")), ("nein", _("Nein, fertig"))],
        coerce=lambda value: value == "ja",
        empty_value=False,
        required=False,
        widget=forms.RadioSelect,
    )

    copy = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)
    post_sheet = forms.BooleanField(label=_("Merkblatt mit der Post schicken"), required=False)
    next_day = forms.DateField(
        label=_("Nächster Termin: Tag"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    next_time = forms.TimeField(
        label=_("Uhrzeit"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        day, time = data.pop("next_day", None), data.pop("next_time", None)
        if bool(day) != bool(time) and not {"next_day", "next_time"} & set(self.errors):
            self.add_error("next_time", _("Bitte schreiben Sie Tag und Uhrzeit, oder lassen Sie beides leer."))
        goals = {name.removeprefix(GOAL): data.pop(name, "") for name in list(self.fields) if name.startswith(GOAL)}
        data["goals"] = {key: goal for key, goal in goals.items() if goal}
        data["next_at"] = at_minute(day, time.hour * 60 + time.minute) if day and time else None
        return data

    def __init__(self, *args: Any, visit: HomeVisit, at: datetime, said: Any = None, **kwargs: Any) -> None:
        planned = [topic.key for topic in visit.topics.all()]
        initial = {"topics": planned, "minutes": minutes_there(visit, at=at), "follow_up": "nein"} | (said or {})
        super().__init__(*args, initial=initial, **kwargs)
        for topic in visit.topics.all():
            self.fields[f"{GOAL}{topic.key}"] = forms.ChoiceField(
                label=topic.name, choices=GOALS, widget=forms.RadioSelect, required=False
            )
        self.fields["topics"].queryset = Topic.objects.filter(is_public=True) | Topic.objects.filter(key__in=planned)

    def topic_fields(self) -> list[forms.BoundField]:
        """The goal card of each topic that was planned."""
        return [self[name] for name in self.fields if name.startswith(GOAL)]


def minutes_there(visit: HomeVisit, *, at: datetime) -> int:
    """From check-in to check-out (or now) to the nearest five minutes, else what was planned."""
    if visit.checked_in_at is None:
        return visit.minutes
    seconds = ((visit.checked_out_at or at) - visit.checked_in_at).total_seconds()
    minutes = round(seconds / 60 / STEP_MINUTES) * STEP_MINUTES
    return min(max(minutes, LEAST_MINUTES), MOST_MINUTES)


class NotMetForm(GuardedForm):
    """Nobody opened."""

    is_worried = forms.TypedChoiceField(
        label=_("Macht Ihnen etwas Sorgen? Licht, Geräusche, volle Post?"),
        choices=[("ja", _("Ja, bitte anrufen")), ("nein", _("Nein"))],
        coerce=lambda value: value == "ja",
        empty_value=False,
        required=False,
        widget=forms.RadioSelect,
    )
    note = NoteField(label=_("Notiz"))
