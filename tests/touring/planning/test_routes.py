"""The search with free start times: optimum of tiny files, rules of the product, same seed and same plan."""

from dataclasses import replace

import numpy as np
import pytest

from tests.touring.planning.benchmark_files import PERIODIC, PERIODIC_WITH_WINDOWS, SOLOMON, least_driving
from tests.touring.planning.cases import job, problem, shift
from touring.planning.benchmark.readers import read_text
from touring.planning.cpsat import Effort
from touring.planning.evaluate import evaluate
from touring.planning.plan import Plan
from touring.planning.problem import TWICE_A_WEEK, Impossible, Pin, Team, Window, WorkingTime, clock
from touring.planning.search.routes import RouteEngine
from touring.planning.search.routes.timing import starts_of

EFFORT = Effort(deterministic=1.0, seed=1)


def free(*jobs, **changes):
    """A small problem with free start times and no breaks."""
    shifts = (
        *(shift(weekday=day, rest=None) for day in range(5)),
        shift("Süd", 0, rest=None),
        shift("Süd", 1, rest=None),
    )
    return problem(*jobs, **{"time_tolerance": None, "same_team": False, "shifts": shifts, **changes})


def searched(given, iterations=5000, seed=1):
    engine = RouteEngine(given, seed)
    engine.construct()
    engine.search(iterations, *engine.temperatures)
    engine.recombine(EFFORT)
    return engine


@pytest.mark.parametrize("text", [PERIODIC, PERIODIC_WITH_WINDOWS, SOLOMON])
def test_tiny_files_are_solved_to_the_optimum_and_the_judge_agrees(text):
    given = read_text(text, "tiny").problem
    engine = searched(given)
    verdict = evaluate(given, engine.best_plan())
    assert (verdict.hard, verdict.unserved) == ((), ())
    assert verdict.driving_seconds == engine.best_cost == least_driving(given)


def test_the_same_seed_and_iterations_give_the_same_plan():
    given = read_text(PERIODIC_WITH_WINDOWS, "tiny").problem
    one, other = searched(given, 200), RouteEngine(given, 1)
    other.construct()
    for _ in range(4):
        hot, cold = other.temperatures
        other.search(0, hot, cold)
    other.search(200, *other.temperatures)
    other.recombine(EFFORT)
    assert one.best_plan() == other.best_plan()
    assert one.iterations == other.iterations


def test_a_loaded_plan_is_gone_on_from():
    given = read_text(PERIODIC, "tiny").problem
    plan = searched(given).best_plan()
    engine = RouteEngine(given, 7)
    engine.load(plan)
    assert (engine.best_cost, evaluate(given, engine.best_plan()).driving_seconds) == (least_driving(given),) * 2


def test_what_cannot_be_driven_of_a_loaded_plan_is_left_out():
    given = read_text(PERIODIC, "tiny").problem
    best = searched(given).best_plan()
    crowded = {key: replace(placed, team="1/12", others=()) for key, placed in best.placements.items()}
    engine = RouteEngine(given, 1)
    engine.load(Plan(crowded))
    verdict = evaluate(given, engine.best_plan())
    assert verdict.hard == ()
    assert verdict.unserved


def test_routes_of_another_process_are_adopted():
    given = read_text(PERIODIC, "tiny").problem
    one, other = searched(given), RouteEngine(given, 2)
    other.adopt(one.harvest())
    other.recombine(EFFORT)
    assert other.best_cost == one.best_cost == least_driving(given)
    assert len(one.harvest()[0]) == 0


def test_of_several_windows_the_best_is_taken():
    windows = {0: (Window(clock(9), clock(10)), Window(clock(14), clock(15)))}
    given = free(
        job("A", 1, opening=windows),
        job("B", 2, opening={0: (Window(clock(9), clock(10)),)}),
        shifts=(shift(rest=None),),
        teams=(Team("Nord", "Nord"),),
    )
    verdict = evaluate(given, (plan := searched(given).best_plan()))
    assert (verdict.hard, verdict.unserved) == ((), ())
    assert {key: placed.start for key, placed in plan.placements.items()} == {"A": clock(14), "B": clock(9)}


def test_needs_wishes_pins_and_forbidden_days_are_kept():
    given = free(
        job("A", 1, needs=frozenset({"Rampe"})),
        job("B", 1, wished_weekdays=frozenset({1}), wished_teams=frozenset({"Süd"})),
        job("C", 3, pin=Pin(team="Nord", weekdays=(3,), start=clock(11))),
        job("D", 3, pattern=TWICE_A_WEEK, forbidden_weekdays=frozenset({0, 3})),
    )
    plan = searched(given).best_plan()
    verdict = evaluate(given, plan)
    assert (verdict.hard, verdict.unserved, verdict.missed_wishes) == ((), (), 0)
    assert plan.placements["A"].team == "Nord"
    assert (plan.placements["B"].team, plan.placements["B"].weekdays) == ("Süd", (1,))
    assert (plan.placements["C"].weekdays, plan.placements["C"].start) == ((3,), clock(11))


def test_start_times_stand_on_the_grid_with_setup_and_packing():
    jobs = [job(key, place, setup=7 * 60, packing=4 * 60) for key, place in (("A", 1), ("B", 2), ("C", 3))]
    given = free(*jobs, shifts=(shift(rest=None),), teams=(Team("Nord", "Nord"),))
    verdict = evaluate(given, searched(given).best_plan())
    assert (verdict.hard, verdict.unserved) == ((), ())


def test_the_more_important_job_is_served_where_only_one_fits():
    short = {0: (Window(clock(9), clock(10)),)}
    given = free(
        job("A", 1, opening=short),
        job("B", 1, opening=short, priority=2),
        shifts=(shift(rest=None),),
        teams=(Team("Nord", "Nord"),),
    )
    assert evaluate(given, searched(given).best_plan()).unserved == ("A",)


def test_the_load_and_the_longest_tour_are_kept():
    team = Team("Nord", "Nord", capacity=2)
    given = free(
        *(job(key, 1, load=1) for key in "ABCDE"),
        teams=(team,),
        shifts=tuple(shift(weekday=day, rest=None) for day in range(3)),
    )
    assert (evaluate(given, searched(given).best_plan()).hard, searched(given).best_cost) == ((), 3 * 4 * 12 * 60)
    short = [replace(one, longest=100 * 60) for one in given.shifts]
    lean = replace(given, shifts=tuple(short), teams=(Team("Nord", "Nord"),))
    verdict = evaluate(lean, searched(lean).best_plan())
    assert (verdict.hard, len(verdict.unserved)) == ((), 2)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"shifts": tuple(shift(weekday=day) for day in range(5)), "teams": (Team("Nord", "Nord"),)}, "Pausen"),
        ({"working_time": WorkingTime()}, "Arbeitszeitgesetz"),
        ({"max_changes": 3}, "eine Grenze für Änderungen"),
        ({"time_tolerance": 0}, "gleiche Zeiten"),
        ({"same_team": True}, "gleiche Teams"),
        ({"teams": (Team("Nord", "Nord", vehicle="V1"), Team("Süd", "Süd", vehicle="V1"))}, "geteilte Fahrzeuge"),
    ],
)
def test_rules_that_it_does_not_know_are_refused(changes, word):
    with pytest.raises(Impossible) as refusal:
        RouteEngine(free(**changes), 1)
    assert refusal.value.sentence == f"Die Suche mit freien Zeiten kennt das nicht: {word}."


def test_nothing_to_do_is_a_plan_too():
    engine = searched(replace(free(), jobs=()))
    assert engine.best_plan() == Plan()


def test_the_sums_of_the_search_are_those_of_its_routes():
    """Costs are carried along by differences; at the end they are what the routes say, and each can be driven."""
    given = read_text(PERIODIC_WITH_WINDOWS, "tiny").problem
    engine = RouteEngine(given, 3)
    engine.construct()
    engine.search(300, *engine.temperatures)
    lengths, nodes = engine.state.best_length, engine.state.best_tour
    routes = [nodes[r, : lengths[r]].tolist() for r in range(len(lengths))]
    assert all(starts_of(engine.ground, r, row) is not None for r, row in enumerate(routes) if row)
    before = engine.best_cost
    engine.restart()
    absent = engine.ground.absent_price[engine.state.chosen < 0].sum()
    assert (round(engine.figures[0]), np.sum(engine.state.driven) + absent) == (before, before)
