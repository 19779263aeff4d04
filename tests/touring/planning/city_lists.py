"""A small reader of a city's own lists, straight into a `Problem`; only for tests of the planner."""

import csv
import math
import os
import re
from datetime import date
from pathlib import Path

from touring.planning.problem import (
    EVERY_2_WEEKS,
    EVERY_4_WEEKS,
    MINUTE,
    TWICE_A_WEEK,
    WEEKDAYS,
    WEEKLY,
    Break,
    Calendar,
    Job,
    Problem,
    Shift,
    Team,
    Travel,
    Window,
    clock,
)

SHORT = ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"]
RHYTHMS = {
    "zweimal wöchentlich": TWICE_A_WEEK,
    "wöchentlich": WEEKLY,
    "14-täglich": EVERY_2_WEEKS,
    "alle 4 Wochen": EVERY_4_WEEKS,
}


def city_folder() -> Path | None:
    """Where the city's lists are: LOTSEN_SHARED, or `shared` beside the repository."""
    shared = os.environ.get("LOTSEN_SHARED") or Path(__file__).resolve().parents[4] / "shared"
    folder = Path(shared) / "city"
    return folder if (folder / "haltestellen.csv").is_file() else None


def city_problem(folder: Path) -> Problem:
    """48 stops, 3 teams, cycle of 4 weeks; driving 2 minutes and 2.36 a kilometre, legs with parking and buffer."""
    stops, teams = rows(folder, "haltestellen"), rows(folder, "teams")
    points = [(float(row["Breite"]), float(row["Länge"])) for row in stops + teams]
    return Problem(
        jobs=tuple(job(row, place) for place, row in enumerate(stops)),
        teams=tuple(Team(row["Team"], row["Team"]) for row in teams),
        shifts=tuple(shift for place, row in enumerate(teams, len(stops)) for shift in shifts(row, place)),
        travel=Travel(
            drive=tuple(tuple(round(drive_minutes(a, b) * MINUTE) for b in points) for a in points),
            leg=tuple(tuple(leg_minutes(a, b) * MINUTE for b in points) for a in points),
        ),
        calendar=Calendar(date(2027, 1, 4), date(2027, 3, 31), anchor=date(2027, 1, 4)),
    )


def rows(folder, name):
    with (folder / f"{name}.csv").open(encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines, delimiter=";"))


def job(row, place):
    wished = frozenset([WEEKDAYS.index(row["Wunschtag"])] if row["Wunschtag"] else [])
    duration = int(row["Dauer (min)"]) * MINUTE
    pattern = RHYTHMS[row["Rhythmus"]]
    opening = windows(row["Öffnungszeiten"])
    return Job(row["Kennung"], row["Haltestelle"], place, pattern, opening, duration, wished_weekdays=wished)


def shifts(row, place):
    length, first, last = re.fullmatch(r"(\d+) min zwischen (\S+) und (\S+)", row["Pause"]).groups()
    rest = Break(int(length) * MINUTE, Window(time(first), time(last)))
    for weekday, (hours,) in windows(row["Arbeitszeit"]).items():
        yield Shift(row["Team"], weekday, hours.start, hours.end, place, place, (rest,))


def windows(text):
    found = {}
    for part in text.split(";"):
        days, span = part.split()
        for day in weekdays(days):
            found.setdefault(day, []).append(Window(*map(time, span.split("-"))))
    return {day: tuple(spans) for day, spans in found.items()}


def weekdays(text):
    for part in text.split(","):
        first, _, last = part.partition("-")
        yield from range(SHORT.index(first), SHORT.index(last or first) + 1)


def time(text):
    return clock(*map(int, text.split(":")))


def drive_minutes(a, b):
    if a == b:
        return 0.0
    north, east = math.radians(b[0] - a[0]), math.radians(b[1] - a[1]) * math.cos(math.radians(a[0] + b[0]) / 2)
    return round(2.0 + 2.36 * 6371 * math.hypot(north, east), 2)


def leg_minutes(a, b):
    return math.ceil((drive_minutes(a, b) + 4) * 1.15 + 3) if a != b else 0
