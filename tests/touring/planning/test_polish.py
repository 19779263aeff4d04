"""Start times are moved until waiting is least, and nothing else."""

import pickle
from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from tests.touring.planning.cases import ALL_DAY, calendar, job, problem, shift
from touring.planning.evaluate import evaluate
from touring.planning.plan import Plan
from touring.planning.polish import least_waiting
from touring.planning.problem import (
    EVERY_2_WEEKS,
    HOUR,
    MINUTE,
    TWICE_A_WEEK,
    Break,
    DatedPlacement,
    OneOff,
    Pin,
    Placement,
    Team,
    Window,
    WorkingTime,
    clock,
)

NO_REST = tuple(shift(weekday=day, rest=None) for day in range(5))
MORNING = {day: (Window(clock(9), clock(12)),) for day in range(5)}
AFTERNOON = {day: (Window(clock(13), clock(16)),) for day in range(5)}


def alone(*jobs, **changes):
    return problem(*jobs, **{"teams": (Team("Nord", "Nord"),), "shifts": NO_REST, **changes})


def at(start, *weekdays, phase=0, team="Nord", others=()):
    return Placement(team, weekdays or (0,), phase, start, others)


def starts(plan):
    return {key: placed.start for key, placed in plan.placements.items()}


def test_waiting_goes_and_all_else_stays():
    given = alone(job("A", 1, opening=MORNING), job("B", 2, opening=AFTERNOON))
    plan = Plan({"A": at(clock(9)), "B": at(clock(14))})
    polished = least_waiting(given, plan)
    assert starts(polished) == {"A": clock(11), "B": clock(13)}
    assert [p.weekdays for p in polished.placements.values()] == [(0,), (0,)]


def test_the_break_fills_the_gap():
    given = alone(job("A", 1, opening=MORNING), job("B", 2, opening=AFTERNOON), shifts=(shift(),))
    plan = Plan({"A": at(clock(9)), "B": at(clock(14))})
    assert evaluate(given, least_waiting(given, plan)).idle_seconds == 4 * 20 * MINUTE


def test_one_time_for_all_weeks_is_a_compromise():
    jobs = (
        job("A", 1, opening=MORNING),
        job("B", 2, pattern=EVERY_2_WEEKS, pin=Pin(start=clock(11))),
        job("C", 2, pattern=EVERY_2_WEEKS, pin=Pin(start=clock(12))),
    )
    given = alone(*jobs)
    plan = Plan({"A": at(clock(9)), "B": at(clock(11)), "C": at(clock(12), phase=1)})
    assert starts(least_waiting(given, plan)) == {"A": clock(9, 50), "B": clock(11), "C": clock(12)}


def test_with_a_tolerance_the_weeks_may_differ_that_much():
    jobs = (
        job("A", 1, opening=MORNING),
        job("B", 2, pattern=EVERY_2_WEEKS, pin=Pin(start=clock(11))),
        job("C", 2, pattern=EVERY_2_WEEKS, pin=Pin(start=clock(12))),
    )
    plan = Plan({"A": at(clock(9)), "B": at(clock(11)), "C": at(clock(12), phase=1)})
    for tolerance, waiting in ((0, 2 * 60), (20 * MINUTE, 2 * 40), (2 * HOUR, 0), (None, 0)):
        given = alone(*jobs, time_tolerance=tolerance)
        verdict = evaluate(given, least_waiting(given, plan))
        assert (verdict.hard, verdict.idle_seconds) == ((), waiting * MINUTE)


def test_a_stop_on_two_days_keeps_one_time_on_both():
    jobs = (job("A", 1, pattern=TWICE_A_WEEK), job("B", 2, pin=Pin(start=clock(14))))
    given = alone(*jobs)
    plan = Plan({"A": at(clock(9), 0, 2), "B": at(clock(14))})
    assert least_waiting(given, plan) == plan
    loose = replace(given, time_tolerance=30 * MINUTE)
    polished = least_waiting(loose, plan)
    assert evaluate(loose, polished).hard == ()
    assert {halt.start for halt in polished.placements["A"].halts(TWICE_A_WEEK, 4)} == {clock(9), clock(9, 30)}


def test_pinned_and_published_times_stay():
    jobs = (job("A", 1, pin=Pin(start=clock(9))), job("B", 2), job("C", 3))
    plan = Plan({"A": at(clock(9)), "B": at(clock(11)), "C": at(clock(14))})
    published = {"C": at(clock(14)), "B": at(clock(10, 30))}
    given = alone(*jobs, published=published)
    polished = least_waiting(given, plan)
    assert (starts(polished)["A"], starts(polished)["C"]) == (clock(9), clock(14))


def test_a_tour_with_a_one_off_stays_drivable():
    jobs = (job("A", 1, opening=MORNING), job("B", 2, opening=AFTERNOON))
    one_off = OneOff("X", "Schulung", 3, (date(2027, 1, 11),), ALL_DAY, 2 * HOUR)
    dated = {"X": DatedPlacement("Nord", date(2027, 1, 11), clock(10, 30))}
    plan = Plan({"A": at(clock(9)), "B": at(clock(14))}, dated)
    given = alone(*jobs, one_offs=(one_off,))
    polished = least_waiting(given, plan)
    assert (evaluate(given, polished).hard, polished.dated) == ((), dated)
    assert starts(polished) == {"A": clock(9, 10), "B": clock(13)}
    free = least_waiting(alone(*jobs), Plan(plan.placements))
    assert starts(free) == {"A": clock(11), "B": clock(13)}


def test_a_break_in_two_parts_keeps_the_law():
    quarter = Break(15 * MINUTE, Window(clock(10), clock(14, 30)))
    hours = (shift(start=clock(8), end=clock(16), rest=None),)
    given = alone(
        job("A", 1, duration=2 * HOUR),
        job("B", 2, duration=HOUR),
        shifts=tuple(replace(s, rests=(quarter, quarter)) for s in hours),
        working_time=WorkingTime(),
    )
    plan = Plan({"A": at(clock(9)), "B": at(clock(14, 15))})
    verdict = evaluate(given, least_waiting(given, plan))
    assert (verdict.hard, verdict.idle_seconds) == ((), 0)


def test_setup_packing_and_the_longest_tour_are_kept():
    jobs = (
        job("A", 1, setup=10 * MINUTE, packing=10 * MINUTE),
        job("B", 2, setup=20 * MINUTE, pin=Pin(start=clock(14))),
    )
    given = alone(*jobs, shifts=tuple(replace(s, longest=4 * HOUR) for s in NO_REST))
    plan = Plan({"A": at(clock(12)), "B": at(clock(14))})
    polished = least_waiting(given, plan)
    assert evaluate(given, polished).hard == ()
    assert starts(polished) == {"A": clock(12, 20), "B": clock(14)}


def test_two_teams_with_one_vehicle_do_not_slide_into_each_other():
    teams = (Team("Nord", "Nord", vehicle="Bus"), Team("Süd", "Süd", vehicle="Bus"))
    jobs = (job("A", 1, opening=MORNING), job("B", 2, pin=Pin(start=clock(12))), job("C", 1, duration=HOUR))
    given = problem(*jobs, teams=teams, shifts=(shift(rest=None), shift("Süd", rest=None)))
    plan = Plan({"A": at(clock(9)), "B": at(clock(12)), "C": at(clock(14), team="Süd")})
    polished = least_waiting(given, plan)
    assert evaluate(given, polished).hard == ()
    assert starts(polished) == {"A": clock(10, 50), "B": clock(12), "C": clock(14)}


def test_a_plan_that_breaks_rules_comes_back_as_it_was():
    given = alone(job("A", 1), job("B", 2))
    plan = Plan({"A": at(clock(9)), "B": at(clock(3)), "Z": at(clock(9))})
    assert least_waiting(given, plan).placements["Z"] == at(clock(9))


def test_whoever_stops_it_gets_the_plan_as_it_was():
    given = alone(job("A", 1, opening=MORNING), job("B", 2, opening=AFTERNOON))
    plan = Plan({"A": at(clock(9)), "B": at(clock(14))})
    assert least_waiting(given, plan, lambda: True) == plan


@pytest.mark.parametrize("seed", range(6))
def test_against_all_times(seed):
    """Two weeks that share a stop: no other times on a coarse grid wait less."""
    opening = {0: (Window(clock(9) + seed * 30 * MINUTE, clock(16)),)}
    jobs = (
        job("A", 1, opening=opening),
        job("B", 2, pattern=EVERY_2_WEEKS, opening={0: (Window(clock(12), clock(14)), Window(clock(15), clock(16)))}),
        job("C", 5, pattern=EVERY_2_WEEKS, opening={0: (Window(clock(11), clock(14)),)}),
    )
    given = alone(*jobs, shifts=(shift(),), step=30 * MINUTE, calendar=calendar(cycle_weeks=2))
    grid = range(clock(9), clock(16), 30 * MINUTE)
    found = []
    for a, b, c in product(grid, grid, grid):
        plan = Plan({"A": at(a), "B": at(b), "C": at(c, phase=1)})
        verdict = evaluate(given, plan)
        if verdict.is_feasible:
            found.append((verdict.idle_seconds, pickle.dumps(plan), plan))
    worst = max(found)[2]
    same_order = [idle for idle, _, plan in found if _order(plan) == _order(worst)]
    assert evaluate(given, least_waiting(given, worst)).idle_seconds == min(same_order)


def _order(plan):
    return sorted(plan.placements, key=lambda key: plan.placements[key].start)
