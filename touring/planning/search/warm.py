"""Compiles every compiled function once, so that nobody ever waits for it: `python -m touring.planning.search.warm`.

Compiling takes one to two minutes on a new machine and after a change of the code; a second time it takes two seconds.
"""

from __future__ import annotations

import multiprocessing
import shutil
from dataclasses import replace
from datetime import date

from touring.planning.bound import lower_bound
from touring.planning.compiled import cache_root, current_folders
from touring.planning.cpsat import Effort
from touring.planning.problem import (
    EVERY_2_WEEKS,
    MINUTE,
    TWICE_A_WEEK,
    WEEKLY,
    Break,
    Calendar,
    Job,
    Placement,
    Problem,
    Shift,
    Team,
    Travel,
    Window,
    clock,
)
from touring.planning.search.crew import engine_for


def warm() -> None:
    """Compile what is not compiled yet, both searches side by side, and drop what older code has left behind."""
    spawn = multiprocessing.get_context("spawn")
    other = spawn.Process(target=_try, args=(with_free_times(),))
    other.start()
    _try(with_fixed_times())
    lower_bound(with_fixed_times(), seconds=600.0)
    other.join()
    for folder in cache_root().iterdir():
        if folder.is_dir() and folder not in current_folders():
            shutil.rmtree(folder, ignore_errors=True)


def _try(problem: Problem) -> None:
    """One small search from beginning to end."""
    engine = engine_for(problem, 1)
    engine.construct()
    engine.load(engine.best_plan())
    engine.search(200, *engine.temperatures)
    engine.adopt(engine.harvest())
    engine.recombine(Effort(0.1, 1.0))
    engine.best_plan()


def with_fixed_times() -> Problem:
    """A few stops with everything that the search over blocks knows."""
    hours = {day: (Window(clock(9), clock(12)), Window(clock(13), clock(17))) for day in range(5)}
    rests = (Break(30 * MINUTE, Window(clock(11), clock(14))),)
    patterns = (WEEKLY, EVERY_2_WEEKS, TWICE_A_WEEK, WEEKLY, EVERY_2_WEEKS, WEEKLY)
    monday = date(2027, 1, 4)
    return Problem(
        jobs=tuple(Job(f"S{n}", f"S{n}", n + 1, rhythm, hours, 60 * MINUTE) for n, rhythm in enumerate(patterns)),
        teams=(Team("A", "A", reserve=100, capacity=9), Team("B", "B")),
        shifts=tuple(Shift(team, day, clock(8), clock(17), 0, 0, rests) for team in "AB" for day in range(5)),
        travel=_line(len(patterns) + 1),
        calendar=Calendar(monday, date(2027, 1, 31), anchor=monday),
        published={"S0": Placement("A", (0,), 0, clock(10))},
    )


def with_free_times() -> Problem:
    """The same without breaks, prices and promises: every visit when it suits."""
    fixed = with_fixed_times()
    shifts = tuple(replace(shift, rests=(), longest=8 * 60 * MINUTE) for shift in fixed.shifts)
    teams = tuple(Team(team.key, team.name, capacity=9) for team in fixed.teams)
    return replace(fixed, teams=teams, shifts=shifts, published={}, time_tolerance=None, same_team=False, step=1)


def _line(places: int) -> Travel:
    ways = tuple(tuple(abs(a - b) * 5 * MINUTE for b in range(places)) for a in range(places))
    return Travel(ways, ways)


if __name__ == "__main__":
    warm()
