"""What is chosen on the board: where a stop is to stand, and which parts of that stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from touring.models import Team, Weekday
from touring.planning.problem import Job, Placement, Problem, clock_words
from touring.queries.board import week_words

PREFIX = "nach"


class TimeInput(forms.TimeInput):
    """A time as browsers ask for it, in steps of five minutes."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(attrs={"step": 300}, format="%H:%M")


class MoveForm(forms.Form):
    """Where a stop is to stand. Valid, it holds a `Placement` as `placed`."""

    day = forms.TypedMultipleChoiceField(label=gettext_lazy("Wochentage"), coerce=int)
    team = forms.ChoiceField(label=gettext_lazy("Team"))
    week = forms.TypedChoiceField(label=gettext_lazy("Wochen"), coerce=int)
    time = forms.TimeField(label=gettext_lazy("Beginn"), widget=TimeInput)
    placed: Placement | None = None

    def __init__(self, problem: Problem, job: Job, teams: Sequence[Team], data: Any = None, **options: Any) -> None:
        super().__init__(data, prefix=PREFIX, **options)
        self.times = job.pattern.times_a_week
        days = [(day, str(Weekday(day).label)) for day in sorted({shift.weekday for shift in problem.shifts})]
        if self.times == 1:
            self.fields["day"] = forms.TypedChoiceField(label=_("Wochentag"), coerce=int, choices=days)
        else:
            self.fields["day"].widget = forms.CheckboxSelectMultiple()
            self.fields["day"].choices = days  # type: ignore[attr-defined]
        self.fields["team"].choices = [(team.key, team.name) for team in teams]  # type: ignore[attr-defined]
        self._weeks(job, problem.calendar.cycle_weeks)

    def _weeks(self, job: Job, cycle_weeks: int) -> None:
        field = self.fields["week"]
        phases = range(min(job.pattern.every_weeks, cycle_weeks))
        field.choices = [(phase, "".join(week_words(job, phase, cycle_weeks)) or _("jede Woche")) for phase in phases]  # type: ignore[attr-defined]
        if len(phases) == 1:
            field.widget = forms.HiddenInput()
            field.required, field.empty_value = False, 0  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        chosen = cleaned["day"]
        days = (chosen,) if self.times == 1 else tuple(sorted(chosen))
        if len(days) != self.times:
            words = ngettext("Bitte wählen Sie genau %(n)d Tag.", "Bitte wählen Sie genau %(n)d Tage.", self.times)
            raise ValidationError({"day": words % {"n": self.times}})
        start = cleaned["time"].hour * 3600 + cleaned["time"].minute * 60
        self.placed = Placement(cleaned["team"], days, cleaned["week"], start)
        return cleaned


def values_of(placed: Placement | None) -> dict[str, Any]:
    """What the form shows of a placement; empty for a stop that has none."""
    if placed is None:
        return {}
    days: Any = placed.weekdays[0] if len(placed.weekdays) == 1 else list(placed.weekdays)
    time = clock_words(placed.start).rjust(5, "0")
    return {"day": days, "team": placed.team, "week": placed.phase, "time": time}


def fields_of(placed: Placement) -> list[tuple[str, str]]:
    """The same as hidden fields and addresses carry it: name and value, in order."""
    time = clock_words(placed.start).rjust(5, "0")
    fields = [("day", str(day)) for day in placed.weekdays]
    fields += [("team", placed.team), ("week", str(placed.phase)), ("time", time)]
    return [(f"{PREFIX}-{name}", value) for name, value in fields]


def is_moving(data: Mapping[str, Any] | Iterable[str]) -> bool:
    """Does the address or the form say where a stop is to go?"""
    return f"{PREFIX}-time" in data


class PinForm(forms.Form):
    """What stays as it is when the plan is made anew; each part alone or together."""

    team = forms.BooleanField(label=gettext_lazy("Team"), required=False)
    weekday = forms.BooleanField(label=gettext_lazy("Wochentag"), required=False)
    time = forms.BooleanField(label=gettext_lazy("Uhrzeit"), required=False)
