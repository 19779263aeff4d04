"""The timetable board: lanes of one week to scale, with what is moved, pinned, or aside of a filter. Pure.

Positions are steps of five minutes from 8:00, as classes `s-N d-N`, so that no bar needs an inline style.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from lotsen.places.postal_codes import area_name
from touring.models import PlannedStop, Stop, Team, Weekday
from touring.planning.plan import Route, Visit
from touring.planning.problem import Job, Placement, Problem
from touring.words import pin_words, time_words

FIRST = 8 * 3600
STEP = 300
STEPS = 126
LOOKS = 6
"""So many colours and marks of teams there are; the seventh team looks like the first."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What the coordinator wants to see; empty is everything. `week` counts from 0."""

    week: int = 0
    team: str = ""
    weekday: int | None = None
    district: str = ""

    @property
    def is_narrow(self) -> bool:
        """Is anything left out?"""
        return bool(self.team or self.district) or self.weekday is not None

    def has_lane(self, team: str, weekday: int) -> bool:
        """Is this lane among them?"""
        return self.team in ("", team) and self.weekday in (None, weekday)

    def has_stop(self, stop: Stop) -> bool:
        """Does the stop lie in the district?"""
        return self.district in ("", area_of(stop))

    def has_row(self, row: PlannedStop) -> bool:
        """Is this row of the pattern among them?"""
        return self.has_lane(row.team.key, row.weekday) and self.has_stop(row.stop)


@dataclass(frozen=True, slots=True)
class Marks:
    """What is special about stops, by key: pinned parts in words, the one that is being moved, where it was."""

    pins: Mapping[str, str] = field(default_factory=dict)
    chosen: str = ""
    before: Placement | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A span on a lane: first step and length; `label` is a whole sentence for screen readers."""

    start: int
    length: int
    key: str = ""
    name: str = ""
    clock: str = ""
    label: str = ""
    days: str = ""
    phase: int = 0
    is_new: bool = False
    is_pinned: bool = False
    is_aside: bool = False
    is_chosen: bool = False
    is_ghost: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """One team on one weekday of a week."""

    weekday: int
    team: Team
    number: int
    is_first: bool
    is_off: bool
    tour: Bar | None
    rest: Bar | None
    halts: tuple[Bar, ...]

    @property
    def label(self) -> str:
        """Names the lane: "Montag, Team Nord"."""
        return f"{Weekday(self.weekday).label}, Team {self.team.name}"

    @property
    def short_day(self) -> str:
        """Two letters, on the first lane of a day only."""
        return str(Weekday(self.weekday).label)[:2] if self.is_first else ""


def area_of(stop: Stop) -> str:
    """Names the district of a stop; without one its postal code, with what people call that area."""
    if stop.address.district:
        return stop.address.district.name
    code = stop.address.postal_code
    named = area_name(code)
    return code if named == code else f"{code} {named}"


@dataclass(frozen=True, slots=True)
class Board:
    """What lanes are drawn from. `stops` by key, their addresses with them."""

    problem: Problem
    routes: Sequence[Route]
    teams: Sequence[Team]
    stops: Mapping[str, Stop]
    shown: Filter
    marks: Marks

    def lanes(self) -> list[Lane]:
        """The lanes of one week, all teams on each weekday on which anybody works, less those that are filtered out."""
        here = {(route.weekday, route.team): route for route in self.routes if route.week == self.shown.week}
        weekdays = sorted({shift.weekday for shift in self.problem.shifts})
        found: list[Lane] = []
        for weekday in weekdays:
            numbered = [
                (n % LOOKS + 1, team) for n, team in enumerate(self.teams) if self.shown.has_lane(team.key, weekday)
            ]
            found.extend(
                self._lane(here.get((weekday, team.key)), weekday, team, number, is_first=place == 0)
                for place, (number, team) in enumerate(numbered)
            )
        return found

    def _lane(self, route: Route | None, weekday: int, team: Team, number: int, *, is_first: bool) -> Lane:
        is_off = self.problem.shift(team.key, weekday) is None
        ghosts = self._ghosts(team, weekday)
        if route is None:
            return Lane(weekday, team, number, is_first, is_off, None, None, ghosts)
        halts = tuple(self._halt(visit, route, team, self.stops[visit.job]) for visit in route.visits)
        rest = None
        if route.break_start is not None:
            rest = _bar(route.break_start, route.break_start + route.break_length)
        tour = _bar(route.leaves_base, route.back_at_base)
        return Lane(weekday, team, number, is_first, is_off, tour, rest, (*ghosts, *halts))

    def _ghosts(self, team: Team, weekday: int) -> tuple[Bar, ...]:
        """Where the stop that is being moved stood before."""
        before, job = self.marks.before, self.problem.job(self.marks.chosen)
        if before is None or job is None or (before.team, weekday in before.weekdays) != (team.key, True):
            return ()
        if self.shown.week not in job.pattern.weeks(before.phase, self.problem.calendar.cycle_weeks):
            return ()
        stop = self.stops[job.key]
        bar = _bar(before.start, before.start + job.duration, key=job.key, name=stop.short_name, is_ghost=True)
        return (bar,)

    def _days(self, key: str) -> list[int]:
        """Weekdays on which the stop is served."""
        return sorted({route.weekday for route in self.routes if any(visit.job == key for visit in route.visits)})

    def _phase(self, key: str, week: int) -> int:
        """The first week of the cycle in which a stop of this week is served."""
        job = self.problem.job(key)
        return week % job.pattern.every_weeks if job else 0

    def _halt(self, visit: Visit, route: Route, team: Team, stop: Stop) -> Bar:
        known = self.problem.published.get(visit.job)
        is_new = bool(self.problem.published) and (
            known is None
            or (known.start, known.team) != (visit.start, route.team)
            or route.weekday not in known.weekdays
        )
        pinned = self.marks.pins.get(stop.key, "")
        times = time_words(visit.start // 60, visit.end // 60)
        said = [f"{stop.name}, {Weekday(route.weekday).label}, {times}, Team {team.name}, {stop.get_rhythm_display()}"]
        said += [_("Angeheftet: %(parts)s") % {"parts": pinned}] if pinned else []
        said += [_("Anders als bisher")] if is_new else []
        return _bar(
            visit.start,
            visit.end,
            key=stop.key,
            name=stop.short_name,
            label=". ".join(said),
            days=",".join(str(day) for day in self._days(visit.job)),
            phase=self._phase(visit.job, route.week),
            is_new=is_new,
            is_pinned=bool(pinned),
            is_aside=not self.shown.has_stop(stop),
            is_chosen=self.marks.chosen == stop.key,
        )


def _bar(start: int, end: int, **words: Any) -> Bar:
    first = min(max(0, (start - FIRST) // STEP), STEPS - 1)
    last = min(max(first + 1, -(-(end - FIRST) // STEP)), STEPS)
    clock = f"{start // 3600}:{start % 3600 // 60:02d}" if words else ""
    return Bar(first, last - first, clock=clock, **words)


def pinned_words(pattern: Sequence[PlannedStop]) -> dict[str, str]:
    """Which parts of each stop are pinned, in words, by its key."""
    return {row.stop.key: words for row in pattern if (words := pin_words(row))}


def place_words(problem: Problem, job: Job, placed: Placement | None) -> str:
    """Writes "Donnerstag, 13:45 bis 15:15 Uhr, Team Spät, Wochen 1 und 3"."""
    if placed is None:
        return _("nicht im Plan")
    team = problem.team(placed.team)
    days = _listed([str(Weekday(day).label) for day in placed.weekdays])
    times = time_words(placed.start // 60, (placed.start + job.duration) // 60)
    said = [days, times, f"Team {team.name if team else placed.team}"]
    return ", ".join([*said, *week_words(job, placed.phase, problem.calendar.cycle_weeks)])


def week_words(job: Job, phase: int, cycle_weeks: int) -> list[str]:
    """Names the weeks of the cycle; nothing for a stop that is served every week."""
    numbers = [str(week + 1) for week in job.pattern.weeks(phase, cycle_weeks)]
    if len(numbers) == cycle_weeks:
        return []
    word = _("Woche %(numbers)s") if len(numbers) == 1 else _("Wochen %(numbers)s")
    return [word % {"numbers": _listed(numbers)}]


def _listed(words: list[str]) -> str:
    return _(" und ").join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
