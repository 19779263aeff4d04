"""Small problems for the tests of the planner: places on a line, ten minutes apart."""

from dataclasses import replace
from datetime import date

from touring.planning.problem import (
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
    clock,
)

ALL_DAY = {day: (Window(clock(9), clock(17)),) for day in range(5)}
REST = Break(30 * MINUTE, Window(clock(11, 30), clock(13, 30)))


def line(places, leg=10 * MINUTE, drive=6 * MINUTE):
    """Travel between places on a line; place 0 is the base."""
    return Travel(
        drive=tuple(tuple(abs(a - b) * drive for b in range(places)) for a in range(places)),
        leg=tuple(tuple(abs(a - b) * leg for b in range(places)) for a in range(places)),
    )


def job(key="A", place=1, **changes):
    values = {"name": f"Halt {key}", "pattern": WEEKLY, "opening": ALL_DAY, "duration": 60 * MINUTE}
    return Job(key, place=place, **{**values, **changes})


EIGHT, FOUR = clock(8), clock(16)


def shift(team="Nord", weekday=0, start=EIGHT, end=FOUR, rest=REST):
    return Shift(team, weekday, start, end, 0, 0, (rest,) if rest else ())


def calendar(**changes):
    return replace(Calendar(date(2027, 1, 4), date(2027, 3, 28), anchor=date(2027, 1, 4)), **changes)


def problem(*jobs, **changes):
    """Team Nord on Monday to Friday, Süd on Monday and Tuesday, unless told otherwise."""
    values = {
        "jobs": jobs or (job(),),
        "teams": (Team("Nord", "Nord", frozenset({"Rampe"})), Team("Süd", "Süd")),
        "shifts": (*(shift(weekday=day) for day in range(5)), shift("Süd", 0), shift("Süd", 1)),
        "travel": line(8),
        "calendar": calendar(),
    }
    return Problem(**{**values, **changes})
