"""Cities that are made up: `city`, any number of stops and teams, always the same for the same seed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from random import Random

from touring.planning.problem import (
    EVERY_2_WEEKS,
    EVERY_4_WEEKS,
    MINUTE,
    WEEKLY,
    Break,
    Calendar,
    Job,
    Problem,
    Shift,
    Team,
    Travel,
    Window,
    WorkingTime,
    clock,
)

Point = tuple[float, float]

SIDE_PER_ROOT_OF_STOP = 1.6
"""Kilometres: a city of 48 stops is about 11 km wide, one of 1000 about 51 km."""

SPREAD = 2.5
SCATTERED = 0.3
RHYTHMS, RHYTHM_WEIGHTS = (WEEKLY, EVERY_2_WEEKS, EVERY_4_WEEKS), (9, 29, 10)
DURATIONS = (60, 75, 90, 120)
ALL_WEEK, EARLY_WEEK = (0, 1, 2, 3, 4), (0, 1, 2, 3)
OPENINGS = (
    (ALL_WEEK, 9, 12),
    (ALL_WEEK, 8, 16),
    (ALL_WEEK, 9, 17),
    (EARLY_WEEK, 10, 16),
    (EARLY_WEEK, 13, 18),
    ((1, 3), 9, 13),
    ((2, 4), 8, 14),
    ((0, 2), 13, 17),
)
OPENING_WEIGHTS = (6, 8, 6, 6, 4, 3, 3, 2)
WISHING = 0.2
LATE_TEAMS = 3
"""Every third team works late."""

MIDDAY = (Break(30 * MINUTE, Window(clock(11, 30), clock(13, 30))),)
AFTERNOON = (Break(30 * MINUTE, Window(clock(13), clock(15))),)


def city(stops: int, teams: int, seed: int) -> Problem:
    """A made-up city in the mixture of a real one: weekly, every two and every four weeks as 9 : 29 : 10.

    What it is: stops in clusters on a square that grows with their number (the density stays), bases
    spread over a grid, opening windows and shifts as a city has them, 20 % of stops with a wished weekday, 2 minutes
    and 2.36 a kilometre of driving as the crow flies, planned legs with 4 minutes of parking, 15 % buffer and
    3 minutes more, a break of 30 minutes, the German law on working time.

    What it is not: no streets, no holidays, nothing published, no pins, vehicles, capacities, one-off jobs, nor
    stops that are visited twice a week; no best plan and no bound is known, and whether all stops can be served
    is not proven. Times measured on it say how the search grows, costs only compare runs with each other.
    """
    random = Random(f"{stops}:{teams}:{seed}")  # noqa: S311 (a made-up city, no secret)
    side = SIDE_PER_ROOT_OF_STOP * math.sqrt(stops)
    bases = _bases(random, teams, side)
    points = [*_stops(random, stops, side), *bases]
    return Problem(
        jobs=tuple(_job(random, n) for n in range(stops)),
        teams=tuple(Team(_team(n), f"Team {n + 1}") for n in range(teams)),
        shifts=tuple(shift for n in range(teams) for shift in _shifts(n, stops + n)),
        travel=_travel(points),
        calendar=Calendar(date(2027, 1, 4), date(2027, 3, 28), anchor=date(2027, 1, 4)),
        working_time=WorkingTime(),
    )


def _bases(random: Random, teams: int, side: float) -> list[Point]:
    """One in each field of a grid, not quite in its middle."""
    columns = math.ceil(math.sqrt(teams))
    rows = math.ceil(teams / columns)
    wide, high = side / columns, side / rows
    fields = [(n % columns, n // columns) for n in range(teams)]
    return [((x + random.uniform(0.3, 0.7)) * wide, (y + random.uniform(0.3, 0.7)) * high) for x, y in fields]


def _stops(random: Random, stops: int, side: float) -> list[Point]:
    """Most of them around centres, one centre for twelve stops; the others anywhere."""
    centres = [(random.uniform(0, side), random.uniform(0, side)) for _ in range(max(1, stops // 12))]
    points = []
    for _ in range(stops):
        x, y = random.choice(centres)
        if random.random() < SCATTERED:
            points.append((random.uniform(0, side), random.uniform(0, side)))
        else:
            x, y = random.gauss(x, SPREAD), random.gauss(y, SPREAD)
            points.append((min(side, max(0.0, x)), min(side, max(0.0, y))))
    return points


def _job(random: Random, n: int) -> Job:
    days, first, last = random.choices(OPENINGS, OPENING_WEIGHTS)[0]
    opening = dict.fromkeys(days, (Window(clock(first), clock(last)),))
    pattern = random.choices(RHYTHMS, RHYTHM_WEIGHTS)[0]
    wished = frozenset([random.choice(days)] if random.random() < WISHING else [])
    duration = random.choice(DURATIONS) * MINUTE
    return Job(f"S{n:04}", f"Haltestelle {n + 1}", n, pattern, opening, duration, wished_weekdays=wished)


def _team(n: int) -> str:
    return f"T{n:03}"


def _shifts(n: int, base: int) -> Iterator[Shift]:
    """Early teams have five days with a short Friday, late ones four."""
    if n % LATE_TEAMS == LATE_TEAMS - 1:
        for weekday in EARLY_WEEK:
            yield Shift(_team(n), weekday, clock(10), clock(18, 30), base, base, AFTERNOON)
        return
    for weekday in ALL_WEEK:
        end = clock(14, 30) if weekday == ALL_WEEK[-1] else clock(16, 30)
        yield Shift(_team(n), weekday, clock(8), end, base, base, MIDDAY)


def _travel(points: list[Point]) -> Travel:
    minutes = [[0.0 if a == b else 2.0 + 2.36 * math.dist(a, b) for b in points] for a in points]
    return Travel(
        drive=tuple(tuple(round(drive * MINUTE) for drive in row) for row in minutes),
        leg=tuple(tuple(math.ceil(1.15 * (drive + 4) + 3) * MINUTE for drive in row) for row in minutes),
    )
