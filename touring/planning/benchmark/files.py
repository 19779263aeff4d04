"""What all published files have in common: numbers in lines, distances, and how they become a `Problem`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from touring.planning.problem import Calendar, Job, Pattern, Problem, Shift, Team, Travel, Window

MONDAY = date(2027, 1, 4)
UNITS = 10_000
"""Whole numbers in one unit of length of the files, distances rounded."""

DIMACS_UNITS = 10
"""The same for distances cut off after one decimal."""


class BadFile(ValueError):
    """A file that cannot be read; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Customer:
    """One line of a file, in the file's own units. `choices`: allowed sets of days; `due`: latest start, if any."""

    key: str
    x: float
    y: float
    service: float
    load: int
    choices: tuple[tuple[int, ...], ...]
    ready: float = 0.0
    due: float | None = None


@dataclass(frozen=True, slots=True)
class Fleet:
    """Vehicles of one day: how many, at most so much load and time (`None`: no limit)."""

    vehicles: int
    load: int | None
    time: float | None


@dataclass(frozen=True, slots=True)
class Instance:
    """One file as a problem. `units`: whole numbers of the problem in one unit of the file; `convention` in words."""

    name: str
    kind: str
    problem: Problem
    units: int
    days: int
    convention: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the readers hand over; `fleets` by day."""

    name: str
    kind: str
    depot: Customer
    customers: tuple[Customer, ...]
    fleets: tuple[Fleet, ...]
    units: int = UNITS
    is_cut: bool = False
    days_are_weeks: bool = False
    tolerance: float | None = None
    same_team: bool = False
    notes: tuple[str, ...] = ()


def numbers(line: str, where: str, at_least: int) -> list[float]:
    """All numbers of a line; refuses other words, too few of them, and what is not finite."""
    try:
        found = [float(word) for word in line.split()]
    except ValueError:
        raise BadFile(f"{where}: „{line.strip()[:60]}“ are not only numbers.") from None
    if len(found) < at_least or not all(map(math.isfinite, found)):
        raise BadFile(f"{where}: at least {at_least} finite numbers are needed, not „{line.strip()[:60]}“.")
    return found


def whole(value: float, where: str) -> int:
    """A number without a fraction, not negative."""
    if value < 0 or value != int(value):
        raise BadFile(f"{where}: {value:g} must be a whole number that is not negative.")
    return int(value)


def instance_of(sheet: Sheet) -> Instance:
    """The file as the product's own `Problem`."""
    _refuse_broken(sheet)
    units, days = sheet.units, len(sheet.fleets)
    travel = _travel(sheet)
    latest = _horizon(sheet, travel)
    jobs = tuple(_job(sheet, customer, place, latest) for place, customer in enumerate(sheet.customers, 1))
    teams, shifts = _teams(sheet, latest)
    weeks = days if sheet.days_are_weeks else next(weeks for weeks in (1, 2, 4) if days <= 7 * weeks)
    problem = Problem(
        jobs=jobs,
        teams=teams,
        shifts=shifts,
        travel=travel,
        calendar=Calendar(MONDAY, MONDAY + timedelta(7 * weeks - 1), MONDAY, weeks),
        step=1,
        time_tolerance=None if sheet.tolerance is None else round(sheet.tolerance * units),
        same_team=sheet.same_team,
        working_time=None,
        day=latest + max(job.duration for job in jobs) + 1,
    )
    return Instance(sheet.name, sheet.kind, problem, units, days, " ".join(_convention(sheet)))


def _refuse_broken(sheet: Sheet) -> None:
    keys = [customer.key for customer in sheet.customers]
    if not keys:
        raise BadFile(f"{sheet.name}: there is no customer.")
    if len(set(keys)) < len(keys):
        raise BadFile(f"{sheet.name}: customer {next(k for k in keys if keys.count(k) > 1)} is there twice.")
    if not 1 <= len(sheet.fleets) <= 28 or any(fleet.vehicles < 1 for fleet in sheet.fleets):
        raise BadFile(f"{sheet.name}: 1 to 28 days with at least one vehicle each are needed.")
    for customer in sheet.customers:
        if not customer.choices or not all(customer.choices):
            raise BadFile(f"{sheet.name}: customer {customer.key} has no days.")
        if any(day not in range(len(sheet.fleets)) for days in customer.choices for day in days):
            raise BadFile(f"{sheet.name}: customer {customer.key} has a day that there is not.")
        if customer.due is not None and customer.due < customer.ready:
            raise BadFile(f"{sheet.name}: customer {customer.key} is due before it is ready.")
        if min(customer.service, customer.load, customer.ready) < 0:
            raise BadFile(f"{sheet.name}: customer {customer.key} has a negative number.")


def _convention(sheet: Sheet) -> Iterator[str]:
    yield (
        f"Distances cut off after one decimal, times {sheet.units}."
        if sheet.is_cut
        else f"Distances times {sheet.units}, rounded."
    )
    yield from sheet.notes


def _travel(sheet: Sheet) -> Travel:
    points = [(customer.x, customer.y) for customer in (sheet.depot, *sheet.customers)]
    whole_of = math.floor if sheet.is_cut else round
    rows = tuple(tuple(int(whole_of(sheet.units * math.dist(a, b))) for b in points) for a in points)
    return Travel(rows, rows)


def _horizon(sheet: Sheet, travel: Travel) -> int:
    """End of the day: the depot's, or so late that nothing is ever too late."""
    if sheet.depot.due is not None:
        return round(sheet.depot.due * sheet.units)
    legs = 2 * sum(max(row) for row in travel.leg)
    return legs + sum(round(customer.service * sheet.units) for customer in sheet.customers) + 1


def day_number(sheet: Sheet, day: int) -> int:
    """A day of the file as a day of the cycle."""
    return 7 * day if sheet.days_are_weeks else day


def _job(sheet: Sheet, customer: Customer, place: int, latest: int) -> Job:
    units = sheet.units
    service = round(customer.service * units)
    due = latest if customer.due is None else round(customer.due * units)
    window = Window(round(customer.ready * units), due + service)
    choices = tuple(tuple(day_number(sheet, day) for day in days) for days in customer.choices)
    weekdays = {day % 7 for days in choices for day in days}
    return Job(
        key=customer.key,
        name=f"Kunde {customer.key}",
        place=place,
        pattern=Pattern(times_a_week=1, choices=choices),
        opening=dict.fromkeys(sorted(weekdays), (window,)),
        duration=service,
        load=customer.load,
    )


def _teams(sheet: Sheet, latest: int) -> tuple[tuple[Team, ...], tuple[Shift, ...]]:
    """One team per vehicle; days with another capacity or number of vehicles have teams of their own."""
    by_weekday = _fleet_by_weekday(sheet)
    start = round(sheet.depot.ready * sheet.units)
    teams: dict[str, Team] = {}
    shifts = []
    for weekday, fleet in sorted(by_weekday.items()):
        longest = None if fleet.time is None else round(fleet.time * sheet.units)
        for number in range(1, fleet.vehicles + 1):
            key = f"{number}" if fleet.load is None else f"{number}/{fleet.load}"
            teams.setdefault(key, Team(key, f"Fahrzeug {number}", capacity=fleet.load))
            shifts.append(Shift(key, weekday, start, latest, 0, 0, longest=longest))
    return tuple(teams.values()), tuple(shifts)


def _fleet_by_weekday(sheet: Sheet) -> Mapping[int, Fleet]:
    found: dict[int, Fleet] = {}
    for day, fleet in enumerate(sheet.fleets):
        if found.setdefault(day_number(sheet, day) % 7, fleet) != fleet:
            raise BadFile(f"{sheet.name}: the same weekday has other limits in another week.")
    return found


def content_lines(text: str) -> list[str]:
    """Lines that are not empty."""
    return [line for line in text.replace("\r", "\n").replace("\x1a", "").split("\n") if line.strip()]
