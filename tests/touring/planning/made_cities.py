"""Made-up cities of any size for tests of the planner: the mixture of rhythms, windows and hours of a real one."""

from random import Random

from tests.touring.planning.cases import calendar
from tests.touring.planning.city_lists import drive_minutes, leg_minutes
from touring.planning.problem import (
    EVERY_2_WEEKS,
    EVERY_4_WEEKS,
    MINUTE,
    TWICE_A_WEEK,
    WEEKLY,
    Break,
    Job,
    Problem,
    Shift,
    Team,
    Travel,
    Window,
    clock,
)

REST = (Break(30 * MINUTE, Window(clock(11, 30), clock(13, 30))),)
LATE_REST = (Break(30 * MINUTE, Window(clock(13), clock(15))),)


def made_city(stops, teams, seed=1):
    """Stops around a few centres, every third team with late hours, one team for about 20 stops."""
    random = Random(seed)
    centres = [(51.05 + random.uniform(-0.06, 0.06), 13.74 + random.uniform(-0.1, 0.1)) for _ in range(teams)]
    points = [near(random, random.choice(centres), 0.02) for _ in range(stops)] + centres
    return Problem(
        jobs=tuple(made_job(random, n) for n in range(stops)),
        teams=tuple(Team(f"T{n}", f"T{n}") for n in range(teams)),
        shifts=tuple(shift for n in range(teams) for shift in made_shifts(n, stops + n)),
        travel=Travel(
            drive=tuple(tuple(round(drive_minutes(a, b) * MINUTE) for b in points) for a in points),
            leg=tuple(tuple(leg_minutes(a, b) * MINUTE for b in points) for a in points),
        ),
        calendar=calendar(),
    )


def near(random, centre, spread):
    return centre[0] + random.gauss(0, spread), centre[1] + random.gauss(0, 1.5 * spread)


def made_job(random, n):
    rhythm = random.choices((TWICE_A_WEEK, WEEKLY, EVERY_2_WEEKS, EVERY_4_WEEKS), (1, 9, 29, 10))[0]
    count = 2 if rhythm is TWICE_A_WEEK else 1
    first, length = random.choice((8, 9, 10, 13)), random.choice((4, 5, 8))
    days = sorted(random.sample(range(5), random.choice((2, 3, 5))))
    days = [0, 2, 4] if count == 2 else days
    wished = frozenset([random.choice(days)] if count == 1 and random.random() < 0.3 else [])
    opening = dict.fromkeys(days, (Window(clock(first), clock(min(18, first + length))),))
    duration = random.choice((60, 90, 120)) * MINUTE
    return Job(f"S{n}", f"Halt {n}", n, rhythm, opening, duration, wished_weekdays=wished)


def made_shifts(n, place):
    late = n % 3 == 2
    for weekday in range(4 if late else 5):
        start, end = (
            (clock(10), clock(18, 30)) if late else (clock(8), clock(14, 30) if weekday == 4 else clock(16, 30))
        )
        yield Shift(f"T{n}", weekday, start, end, place, place, LATE_REST if late else REST)
