"""No plan is cheaper than the bound: against every plan of small problems, and the city."""

import random
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from tests.touring.planning.cases import calendar, job, problem, shift
from tests.touring.planning.city_lists import city_folder, city_problem
from touring.planning.bound import Bound, lower_bound
from touring.planning.bound.master import Master
from touring.planning.evaluate import evaluate
from touring.planning.plan import Plan
from touring.planning.problem import (
    EVERY_2_WEEKS,
    EVERY_4_WEEKS,
    HOUR,
    MINUTE,
    WEEKLY,
    Pattern,
    Placement,
    Team,
    Travel,
    Window,
    clock,
)
from touring.planning.solve import solve

TEAMS = (Team("Nord", "Nord"), Team("Süd", "Süd"))


@pytest.fixture(autouse=True, scope="module")
def compiled_first():
    """So that no test waits for the compiler within its own time."""
    lower_bound(problem(teams=TEAMS), seconds=600.0)


def random_problem(seed):
    """Three stops, two teams, two days; starts on the hour, so that all plans can be tried."""
    rng = random.Random(seed)
    drive = [[0 if a == b else rng.randrange(5, 60) * MINUTE for b in range(6)] for a in range(6)]
    weeks = rng.choice([1, 2, 2, 4])
    rhythms = [pattern for pattern in (WEEKLY, EVERY_2_WEEKS, EVERY_4_WEEKS) if pattern.every_weeks <= weeks]
    jobs = tuple(
        job(
            key,
            place,
            pattern=Pattern(2, min_gap_days=1) if rng.random() < 0.2 else rng.choice(rhythms),
            opening={day: (Window(clock(9), clock(rng.choice([10, 11]))),) for day in (0, 2)},
            duration=HOUR,
            wished_weekdays=frozenset(rng.sample([0, 2], rng.randrange(2))),
            forbidden_teams=frozenset(["Süd"] if rng.random() < 0.3 else []),
        )
        for place, key in enumerate("ABC", 1)
    )
    shifts = tuple(
        shift(team, day, rest=None if rng.random() < 0.5 else shift().rests[0])
        for team in ("Nord", "Süd")
        for day in (0, 2)
    )
    shifts = tuple(replace(s, end_place=4 if s.team == "Süd" else 0) for s in shifts)
    travel = Travel(tuple(map(tuple, drive)), tuple(map(tuple, drive)))
    return problem(*jobs, teams=TEAMS, shifts=shifts, travel=travel, calendar=calendar(cycle_weeks=weeks), step=HOUR)


def least_cost(given):
    """Of all plans that serve every stop; `None` if there is none."""
    found = []
    ways = []
    for each in given.jobs:
        days = each.pattern.weekday_sets((0, 2))
        phases = range(each.pattern.every_weeks)
        starts = range(clock(9), clock(11), HOUR)
        ways.append([Placement(*way) for way in product(("Nord", "Süd"), days, phases, starts)])
    alone = [
        [way for way in row if evaluate(given, Plan({each.key: way})).is_feasible]
        for each, row in zip(given.jobs, ways, strict=True)
    ]
    for way in product(*alone):
        verdict = evaluate(given, Plan(dict(zip("ABC", way, strict=True))))
        if verdict.is_feasible:
            found.append(verdict.objective.cost)
    return min(found, default=None)


SEEDS = list(range(8))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_is_cheaper(seed):
    given = random_problem(seed)
    best = least_cost(given)
    bound = lower_bound(given, seconds=20.0)
    assert bound.is_exact
    assert best is None or 0 < bound.cost <= best


def test_with_prizes_of_the_wrong_sign_it_would_be_no_bound(monkeypatch):
    """The control: the check above finds a wrong bound."""
    honest = Master.price

    def wrong(self, prizes, is_over):
        priced = honest(self, prizes, is_over)
        return priced and replace(priced, bound=2 * float(np.abs(prizes).sum()) - priced.bound)

    monkeypatch.setattr(Master, "price", wrong)
    checked = [(lower_bound(given, seconds=20.0).cost, least_cost(given)) for given in map(random_problem, SEEDS[:4])]
    assert any(best is not None and cost > best for cost, best in checked)


def test_one_stop_alone_is_bounded_exactly():
    given = problem(job("A", 3), teams=TEAMS)
    assert lower_bound(given, seconds=20.0).cost == 4 * 2 * 3 * 6 * MINUTE


def test_only_what_is_served_counts():
    given = problem(job("A", 3), job("B", 5), teams=TEAMS)
    assert lower_bound(given, seconds=20.0, served=frozenset({"A"})).cost == 4 * 2 * 3 * 6 * MINUTE
    nothing = lower_bound(given, seconds=20.0, served=frozenset())
    assert (nothing.cost, nothing.is_exact, nothing.reason) == (0, True, "")


def test_missed_wishes_are_in_it():
    given = problem(
        job("A", 3, wished_teams=frozenset({"Süd"}), opening={2: (Window(clock(9), clock(12)),)}), teams=TEAMS
    )
    assert lower_bound(given, seconds=20.0).cost == 4 * 2 * 3 * 6 * MINUTE + given.wish_price


def test_load_and_reserve_part_two_stops():
    jobs = (job("A", 3, load=3), job("B", 3, load=3))
    together, apart = 4 * 2 * 3 * 6 * MINUTE, 2 * 4 * 2 * 3 * 6 * MINUTE
    free = problem(*jobs, teams=TEAMS)
    assert lower_bound(free, seconds=20.0).cost == together
    full = problem(*jobs, teams=tuple(replace(team, capacity=5) for team in TEAMS))
    assert lower_bound(full, seconds=20.0).cost == apart
    kept = problem(*jobs, teams=tuple(replace(team, reserve=600) for team in TEAMS))
    assert lower_bound(kept, seconds=20.0).cost == apart


def test_the_break_must_fit():
    jobs = (job("A", 3, duration=3 * HOUR), job("B", 3, duration=2 * HOUR))
    assert lower_bound(problem(*jobs, teams=TEAMS), seconds=20.0).cost == 4 * 2 * 3 * 6 * MINUTE
    late = {day: (Window(clock(9), clock(14, 20)),) for day in range(5)}
    tight = problem(*(replace(each, opening=late) for each in jobs), teams=TEAMS)
    assert lower_bound(tight, seconds=20.0).cost == 2 * 4 * 2 * 3 * 6 * MINUTE


def test_it_says_where_there_is_none():
    loose = problem(teams=TEAMS, same_team=False)
    assert lower_bound(loose, seconds=1.0).reason == (
        "Eine untere Schranke gibt es nur, wenn jede Haltestelle ein festes Team hat."
    )
    many = problem(*(job(str(n), 1) for n in range(63)), teams=TEAMS)
    assert lower_bound(many, seconds=1.0).reason == (
        "Eine untere Schranke gibt es bis 62 Haltestellen an einem Tag. Hier sind es 63."
    )
    assert lower_bound(problem(teams=TEAMS), seconds=0.0).reason == "Für eine untere Schranke war die Zeit zu kurz."


def test_the_gap_in_per_cent():
    assert Bound(90, False, 1.0).gap(100) == 10.0
    assert Bound(None, False, 1.0, "Nein.").gap(100) is None


@pytest.mark.skipif(city_folder() is None, reason="the lists of the city are not here")
def test_the_city_is_bounded_below_its_best_plan():
    given = city_problem(city_folder())
    solution = solve(given, seed=1, iterations=500)
    bound = lower_bound(given, seconds=8.0, plans=(solution.plan,))
    assert bound.cost is not None
    assert bound.cost <= solution.verdict.objective.cost
