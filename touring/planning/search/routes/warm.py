"""Runs every compiled function once, so that nobody waits for the compiler later."""

from __future__ import annotations

from datetime import date, timedelta

from touring.planning.cpsat import Effort
from touring.planning.problem import Calendar, Job, Pattern, Problem, Shift, Team, Travel, Window
from touring.planning.search.routes.engine import RouteEngine

MONDAY = date(2027, 1, 4)


def routes_warm() -> None:
    """A problem of three stops, through the whole engine."""
    for engine in (RouteEngine(_tiny(), 1), RouteEngine(_tiny(), 2)):
        engine.construct()
        engine.search(10, *engine.temperatures)
        engine.load(engine.best_plan())
        engine.adopt(engine.harvest())
        engine.recombine(Effort(deterministic=0.1))


def _tiny() -> Problem:
    window = Window(0, 1000)
    jobs = tuple(
        Job(f"{k}", f"{k}", k, Pattern(choices=((0,), (1,))), {0: (window,), 1: (window,)}, 1, load=1)
        for k in (1, 2, 3)
    )
    legs = tuple(tuple(abs(a - b) for b in range(4)) for a in range(4))
    shifts = tuple(Shift("1", day, 0, 1000, 0, 0) for day in (0, 1))
    calendar = Calendar(MONDAY, MONDAY + timedelta(6), MONDAY, 1)
    return Problem(
        jobs, (Team("1", "1", capacity=2),), shifts, Travel(legs, legs), calendar,
        step=1, time_tolerance=None, same_team=False, day=2000,
    )  # fmt: skip
