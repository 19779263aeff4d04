"""The weeks of the cycle as small pictures, and one day's tours for the map. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lotsen.kernel.calendar import Period, iso_week
from touring.models import Stop, Team
from touring.planning.plan import Route
from touring.planning.problem import Calendar
from touring.queries.board import FIRST, STEP, STEPS
from touring.words import time_words


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the cycle: its number from 1, its first Monday in the period, the calendar weeks, a small picture."""

    number: int
    monday: date
    friday: date
    calendar_weeks: tuple[int, ...]
    halts: int
    marks: tuple[tuple[int, int, int, int], ...]


def weeks_of(routes: Sequence[Route], teams: Sequence[Team], calendar: Calendar) -> list[Week]:
    """The weeks of the cycle, the next one first, each with a picture: (x, y, width, team) in a box of 200 by 40."""
    order = {team.key: number for number, team in enumerate(teams)}
    weeks = [_week(routes, order, calendar, week) for week in range(calendar.cycle_weeks)]
    return sorted(weeks, key=lambda week: week.monday)


def _week(routes: Sequence[Route], order: Mapping[str, int], calendar: Calendar, week: int) -> Week:
    here = [route for route in routes if route.week == week]
    mondays = _mondays(calendar, week)
    return Week(
        number=week + 1,
        monday=mondays[0],
        friday=mondays[0] + timedelta(days=4),
        calendar_weeks=tuple(iso_week(monday)[1] for monday in mondays),
        halts=sum(len(route.visits) for route in here),
        marks=tuple(
            _mark(route.weekday, order[route.team], visit.start, visit.end)
            for route in here
            if route.team in order
            for visit in route.visits
        ),
    )


def _mark(weekday: int, team: int, start: int, end: int) -> tuple[int, int, int, int]:
    """A day is 40 wide, 36 of it are the hours of the board; the third team and those after share the lowest row."""
    hours = STEPS * STEP
    left = weekday * 40 + 2 + round((start - FIRST) / hours * 36)
    return left, 4 + 12 * min(team, 2), max(3, round((end - start) / hours * 36)), team % 6 + 1


def _mondays(calendar: Calendar, week: int) -> list[date]:
    """Mondays of this week of the cycle that touch the period; in a period shorter than the cycle the next one."""
    start = calendar.first - timedelta(days=calendar.first.weekday())
    weeks = max((calendar.last - start).days // 7 + 1, calendar.cycle_weeks)
    mondays = [start + timedelta(weeks=n) for n in range(weeks)]
    found = [day for day in mondays if calendar.cycle_week(day) == week]
    return [day for day in found if day <= calendar.last] or found[:1]


def week_of(period: Period, calendar: Calendar, today: date) -> int:
    """The week of the cycle that today lies in, or the period's first one."""
    return calendar.cycle_week(today if period.start <= today <= period.end else period.start)


def tour_lines(
    routes: Sequence[Route], teams: Sequence[Team], stops: Mapping[str, Stop], chosen: str = ""
) -> tuple[dict[str, Any], dict[str, Any]]:
    """GeoJSON of the given tours: numbered halts, and lines from base to base."""
    numbers = {team.key: number for number, team in enumerate(teams, 1)}
    bases = {team.key: (team.base.point, (team.end_base or team.base).point) for team in teams}
    points: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    for route in routes:
        first, last = bases[route.team]
        way = [first, *(stops[visit.job].address.point for visit in route.visits), last]
        line = [[point[1], point[0]] for point in way if point]
        lines.append(_feature({"team": numbers[route.team]}, {"type": "LineString", "coordinates": line}))
        points += [
            _halt(number, visit.start, visit.end, stops[visit.job], numbers[route.team], chosen)
            for number, visit in enumerate(route.visits, 1)
            if stops[visit.job].address.point
        ]
    return _collection(points), _collection(lines)


def _halt(number: int, start: int, end: int, stop: Stop, team: int, chosen: str) -> dict[str, Any]:
    spot = stop.address.point
    assert spot is not None
    words = {
        "label": str(number),
        "name": stop.name,
        "text": time_words(start // 60, end // 60),
        "team": team,
    }
    if stop.key == chosen:
        words["mark"] = "chosen"
    return _feature(words, {"type": "Point", "coordinates": [spot[1], spot[0]]})


def _feature(properties: dict[str, Any], geometry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}
