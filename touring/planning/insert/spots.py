"""The team-days that a halt may be on by its own rules, and their gaps, cheapest start first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from touring.planning.insert.place import Placed, Work
from touring.planning.insert.room import Opening, Room, starts_within
from touring.planning.problem import DatedPlacement, Job, OneOff, Placement


@dataclass(frozen=True, slots=True)
class Spot:
    """A team with weekdays and a phase, or with a date: everything but the time."""

    team: str
    weekdays: tuple[int, ...] = ()
    phase: int = 0
    day: date | None = None

    def at(self, start: int) -> Placed:
        """The placement with this start time."""
        if self.day is not None:
            return DatedPlacement(self.team, self.day, start)
        return Placement(self.team, self.weekdays, self.phase, start)


@dataclass(frozen=True, slots=True, order=True)
class Option:
    """A start time that fits, by price: changes, driving with missed wishes in seconds, idle seconds."""

    changes: int
    cost: int
    idle: int
    start: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap between halts, with every start time in it that fits, the cheapest first."""

    spot: Spot
    options: tuple[Option, ...]


def spots(room: Room, work: Work) -> Iterator[Spot]:
    """Every spot that needs, forbidden teams and days, pins and the rhythm allow, in a fixed order."""
    for team in room.problem.teams:
        if work.needs <= team.serves and team.key not in work.forbidden_teams:
            if isinstance(work, OneOff):
                yield from (Spot(team.key, day=day) for day in sorted(set(work.dates)))
            else:
                yield from _of_team(room, work, team.key)


def _of_team(room: Room, job: Job, team: str) -> Iterator[Spot]:
    pin = job.pin
    if pin.team not in (None, team):
        return
    for weekdays, phase in rhythms(room, job, team):
        kept = pin.weekdays is None or set(pin.weekdays) == set(weekdays)
        if kept and pin.phase in (None, phase) and not job.forbidden_weekdays & set(weekdays):
            yield Spot(team, weekdays, phase)


def rhythms(room: Room, job: Job, team: str) -> Iterator[tuple[tuple[int, ...], int]]:
    """Sets of weekdays on which the stop is open and the team on duty, each with its phases."""
    usable = {day for day in range(7) if job.opening.get(day) and (team, day) in room.shifts}
    if job.pattern.choices:
        for phase, choice in enumerate(job.pattern.choices):
            weekdays = tuple(sorted({day % 7 for day in choice}))
            if set(weekdays) <= usable:
                yield weekdays, phase
        return
    for weekdays in combinations(sorted(usable), job.pattern.times_a_week):
        if job.pattern.keeps_gap(weekdays):
            yield from ((weekdays, phase) for phase in range(job.pattern.every_weeks))


def gaps(room: Room, work: Work, spot: Spot) -> list[Gap]:
    """The gaps of one spot that have room, the cheapest first."""
    found: dict[tuple[int, ...], list[Option]] = {}
    for opening in openings(room, work, spot):
        found.setdefault(opening.gap, []).append(_option(room, work, spot, opening))
    return sorted((Gap(spot, tuple(sorted(each))) for each in found.values()), key=lambda gap: gap.options[0])


def _option(room: Room, work: Work, spot: Spot, opening: Opening) -> Option:
    problem = room.problem
    known = problem.published.get(work.key) if isinstance(work, Job) else work.promised
    changes = int(known not in (None, spot.at(opening.start)))
    cost = opening.drive + problem.wish_price * _missed_wishes(work, spot)
    if problem.change_price is not None:
        changes, cost = 0, cost + problem.change_price * changes
    return Option(changes, cost, opening.idle, opening.start)


def _missed_wishes(work: Work, spot: Spot) -> int:
    if not isinstance(work, Job):
        return 0
    day = bool(work.wished_weekdays) and not set(spot.weekdays) <= work.wished_weekdays
    return day + (bool(work.wished_teams) and spot.team not in work.wished_teams)


def openings(room: Room, work: Work, spot: Spot) -> Iterator[Opening]:
    """Every start time of one spot that breaks no rule of stops or tours."""
    if isinstance(work, OneOff):
        assert spot.day is not None
        tour = room.tour_on(spot.team, spot.day)
        tours = [tour] if tour else None
        weekdays: tuple[int, ...] = (spot.day.weekday(),)
        fixed = None
    else:
        days = work.pattern.days(spot.weekdays, spot.phase, room.problem.calendar.cycle_weeks)
        tours, weekdays = room.tours(work, spot.team, days), spot.weekdays
        fixed = work.pin.start
    if not tours:
        return
    windows = [work.opening.get(day, ()) for day in weekdays]
    starts = starts_within(room.problem, work, windows, tours[0].shift)
    yield from room.openings(work, tours, starts if fixed is None else [s for s in starts if s == fixed])
