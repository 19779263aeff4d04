"""The timetable board: lanes of one week to scale, small pictures of all weeks, tours for the map. Pure.

Positions are steps of five minutes from 8:00, as classes `s-N d-N`, so that no bar needs an inline style.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from touring.models import Stop, Team, Weekday
from touring.planning.plan import Route, Visit
from touring.planning.problem import Problem
from touring.words import time_words

FIRST = 8 * 3600
STEP = 300
STEPS = 126


@dataclass(frozen=True, slots=True)
class Bar:
    """A span on a lane: first step and length; `label` is a whole sentence for screen readers."""

    start: int
    length: int
    key: str = ""
    name: str = ""
    clock: str = ""
    label: str = ""
    is_moved: bool = False


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


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the cycle: its number from 1, its first date in the period, how many halts, and a small picture."""

    number: int
    monday: date
    halts: int
    marks: tuple[tuple[int, int, int, int], ...]


def lanes(
    problem: Problem, routes: Sequence[Route], week: int, teams: Sequence[Team], stops: Mapping[str, Stop]
) -> list[Lane]:
    """The lanes of one week, all teams on each weekday on which anybody works."""
    here = {(route.weekday, route.team): route for route in routes if route.week == week}
    weekdays = sorted({shift.weekday for shift in problem.shifts})
    return [
        _lane(problem, here.get((weekday, team.key)), weekday, team, number, stops)
        for weekday in weekdays
        for number, team in enumerate(teams, 1)
    ]


def _lane(
    problem: Problem, route: Route | None, weekday: int, team: Team, number: int, stops: Mapping[str, Stop]
) -> Lane:
    is_off = problem.shift(team.key, weekday) is None
    if route is None:
        return Lane(weekday, team, number, number == 1, is_off, None, None, ())
    halts = tuple(_halt(problem, visit, route, team, stops[visit.job]) for visit in route.visits)
    rest = None
    if route.break_start is not None:
        rest = _bar(route.break_start, route.break_start + route.break_length)
    tour = _bar(route.leaves_base, route.back_at_base)
    return Lane(weekday, team, number, number == 1, is_off, tour, rest, halts)


def _halt(problem: Problem, visit: Visit, route: Route, team: Team, stop: Stop) -> Bar:
    known = problem.published.get(visit.job)
    times = time_words(visit.start // 60, visit.end // 60)
    return _bar(
        visit.start,
        visit.end,
        key=stop.key,
        name=stop.short_name,
        label=f"{stop.name}, {Weekday(route.weekday).label}, {times}, Team {team.name}, {stop.get_rhythm_display()}",
        is_moved=known is not None
        and (known.start != visit.start or known.team != route.team or route.weekday not in known.weekdays),
    )


def _bar(start: int, end: int, **words: Any) -> Bar:
    first = min(max(0, (start - FIRST) // STEP), STEPS - 1)
    last = min(max(first + 1, -(-(end - FIRST) // STEP)), STEPS)
    clock = f"{start // 3600}:{start % 3600 // 60:02d}" if words else ""
    return Bar(first, last - first, clock=clock, **words)


def weeks_of(
    routes: Sequence[Route], teams: Sequence[Team], *, anchor: date, first: date, cycle_weeks: int
) -> list[Week]:
    """The weeks of the cycle, the next one first, each with a picture: (x, y, width, team) in a box of 200 by 40."""
    order = {team.key: number for number, team in enumerate(teams)}
    weeks = [
        Week(
            number=week + 1,
            monday=_monday(anchor, first, week, cycle_weeks),
            halts=sum(len(route.visits) for route in routes if route.week == week),
            marks=tuple(
                _mark(route.weekday, order[route.team], visit)
                for route in routes
                if route.week == week and route.team in order
                for visit in route.visits
            ),
        )
        for week in range(cycle_weeks)
    ]
    return sorted(weeks, key=lambda week: week.monday)


def _mark(weekday: int, team: int, visit: Visit) -> tuple[int, int, int, int]:
    """A day is 40 wide, 36 of it are the hours of the board; the third team and those after share the lowest row."""
    hours = STEPS * STEP
    left = weekday * 40 + 2 + round((visit.start - FIRST) / hours * 36)
    return left, 4 + 12 * min(team, 2), max(3, round((visit.end - visit.start) / hours * 36)), team % 6 + 1


def _monday(anchor: date, first: date, week: int, cycle_weeks: int) -> date:
    """The first Monday of this week of the cycle whose week touches the period."""
    start = first - timedelta(days=first.weekday())
    return next(
        day
        for day in (start + timedelta(weeks=n) for n in range(cycle_weeks))
        if (day - anchor).days // 7 % cycle_weeks == week
    )


def tour_lines(
    routes: Sequence[Route], week: int, weekday: int, teams: Sequence[Team], stops: Mapping[str, Stop]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """GeoJSON of one day's tours: numbered halts, and lines from base to base."""
    numbers = {team.key: number for number, team in enumerate(teams, 1)}
    bases = {team.key: team.base.point for team in teams}
    points: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    for route in routes:
        if (route.week, route.weekday) != (week, weekday):
            continue
        way = [bases[route.team], *(stops[visit.job].address.point for visit in route.visits), bases[route.team]]
        line = [[point[1], point[0]] for point in way if point]
        lines.append(_feature({"team": numbers[route.team]}, {"type": "LineString", "coordinates": line}))
        for number, visit in enumerate(route.visits, 1):
            stop = stops[visit.job]
            words = {
                "label": str(number),
                "name": stop.name,
                "text": time_words(visit.start // 60, visit.end // 60),
                "team": numbers[route.team],
            }
            spot = stop.address.point
            if spot:
                points.append(_feature(words, {"type": "Point", "coordinates": [spot[1], spot[0]]}))
    return _collection(points), _collection(lines)


def _feature(properties: dict[str, Any], geometry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}
