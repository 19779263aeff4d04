"""Places for one more halt, checked against trying every one of them."""

import time
from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest

from tests.touring.planning.cases import job, problem, shift
from tests.touring.planning.city_lists import city_folder, city_problem
from touring.planning.evaluate import evaluate
from touring.planning.insert import Move, Place, best_places, nearest_place, verdict_of_move, with_placed
from touring.planning.plan import Plan
from touring.planning.problem import (
    EVERY_2_WEEKS,
    MINUTE,
    TWICE_A_WEEK,
    DatedPlacement,
    OneOff,
    Pin,
    Placement,
    Team,
    Window,
    clock,
)

DAY = (Window(clock(9), clock(17)),)
MONDAY = {0: DAY}
SHIFTS = (shift(), shift("Süd", 0), shift("Süd", 1))
APART = (shift(), shift("Süd", 1))


def at(hour, minute=0, team="Nord", weekdays=(0,), phase=0):
    return Placement(team, weekdays, phase, clock(hour, minute))


def every_place(given, plan, wanted):
    """The best start of each gap, by asking the judge about every start on the grid."""
    before, best = evaluate(given, plan), {}
    for team in given.teams:
        for days in combinations(range(5), wanted.pattern.times_a_week):
            for phase in range(wanted.pattern.every_weeks):
                for start in range(0, clock(24), given.step):
                    placed = Placement(team.key, days, phase, start)
                    after = evaluate(given, with_placed(plan, wanted.key, placed))
                    if after.hard:
                        continue
                    driving = after.driving_seconds - before.driving_seconds
                    idle = after.idle_seconds - before.idle_seconds
                    price = (driving + given.wish_price * after.missed_wishes, idle, start)
                    key = (team.key, days, phase, gap_of(given, plan, wanted, placed))
                    best[key] = min(best.get(key, (price, placed)), (price, placed), key=lambda pair: pair[0])
    return sorted(best.values(), key=lambda pair: pair[0][:2])


def gap_of(given, plan, wanted, placed):
    weeks = given.calendar.cycle_weeks
    halts = [h for key, other in plan.placements.items() for h in other.halts(given.job(key).pattern, weeks)]
    own = placed.halts(wanted.pattern, weeks)
    return tuple(sum((h.team, h.day) == (mine.team, mine.day) and h.start < mine.start for h in halts) for mine in own)


CASES = {
    "weekly": job("N", place=3),
    "every two weeks": job("N", place=3, pattern=EVERY_2_WEEKS),
    "twice a week": job("N", place=3, pattern=TWICE_A_WEEK, opening={0: DAY, 2: DAY, 4: DAY}),
    "set-up and packing": job("N", place=3, setup=15 * MINUTE, packing=10 * MINUTE),
    "a wish and a need": job("N", place=3, needs=frozenset({"Rampe"}), wished_weekdays=frozenset({1})),
    "a short opening": job("N", place=5, opening={0: (Window(clock(11), clock(13)), Window(clock(14), clock(15, 30)))}),
}


@pytest.mark.parametrize("wanted", CASES.values(), ids=CASES)
def test_the_best_places_are_those_of_trying_all(wanted):
    others = (job("A", place=1), job("B", place=4, pattern=EVERY_2_WEEKS), job("C", place=6))
    given = problem(*others, wanted, travel=problem().travel)
    plan = Plan({"A": at(9), "B": at(12, 30, phase=1), "C": at(14, team="Süd")})
    expected = every_place(given, plan, wanted)
    found = best_places(given, plan, wanted, limit=100, may_move=False)
    costs = [(p.extra_driving + given.wish_price * p.missed_wishes, p.extra_idle) for p in found]
    assert costs == [price[:2] for price, _ in expected]
    assert {p.placed for p in found} == {placed for _, placed in expected}
    ten = best_places(given, plan, wanted, limit=2, may_move=False)
    assert ten == found[:2]


def test_no_place_is_an_empty_answer():
    given = problem(job("N", opening={5: DAY}), shifts=SHIFTS)
    assert best_places(given, Plan(), given.jobs[0]) == ()


def test_costs_of_a_place_are_those_of_the_judge():
    given = problem(job("A", place=2, opening=MONDAY), shifts=(shift(), shift("Süd", 1)))
    (place,) = best_places(given, Plan(), given.jobs[0])
    assert place == Place(at(9), extra_driving=4 * 24 * MINUTE, extra_idle=0, missed_wishes=0, changes=0)


def test_pins_are_kept():
    given = problem(job("N", pin=Pin(team="Süd", weekdays=(1,), start=clock(10))))
    assert [place.placed for place in best_places(given, Plan(), given.jobs[0])] == [at(10, team="Süd", weekdays=(1,))]


def test_a_stop_elsewhere_than_people_know_is_a_change():
    given = problem(job("N", opening=MONDAY), shifts=APART, published={"N": at(10)})
    assert [(p.placed, p.changes) for p in best_places(given, Plan(), given.jobs[0])] == [(at(10), 0)]
    moved = replace(given, jobs=(job("N", opening={0: (Window(clock(13), clock(15)),)}),))
    assert [(p.placed.start >= clock(13), p.changes) for p in best_places(moved, Plan(), moved.jobs[0])] == [(True, 1)]


FULL = {0: (Window(clock(9), clock(10)),)}


def full_day():
    """B stands in the only hour of N, and could stand later."""
    given = problem(job("N", place=1, opening=FULL), job("B", place=1, opening=MONDAY), shifts=APART)
    return given, Plan({"B": at(9)})


def test_one_other_stop_makes_room():
    given, plan = full_day()
    assert best_places(given, plan, given.jobs[0], may_move=False) == ()
    (place,) = best_places(given, plan, given.jobs[0])
    (move,) = place.moves
    assert (place.placed, move) == (at(9), Move("B", at(9), move.after))
    after = with_placed(with_placed(plan, "N", place.placed), "B", move.after)
    assert evaluate(given, after).hard == ()
    assert best_places(given, plan, given.jobs[0], may_slide=True, may_move=False) == (place,)


def test_a_pinned_stop_makes_no_room():
    given, plan = full_day()
    held = replace(given, jobs=(given.jobs[0], replace(given.jobs[1], pin=Pin(start=clock(9)))))
    assert best_places(held, plan, held.jobs[0]) == ()


TUESDAY = date(2027, 1, 5)


def training(**changes):
    values = {"dates": (TUESDAY,), "opening": {1: (Window(clock(9), clock(12)),)}, "duration": 60 * MINUTE}
    return OneOff("T", "Schulung", 2, **{**values, **changes})


def test_a_training_finds_the_free_place_of_its_date():
    given = problem(job("A", place=1), shifts=SHIFTS, teams=problem().teams)
    plan = Plan({"A": at(9, team="Süd", weekdays=(1,))})
    (place,) = best_places(given, plan, training(), may_move=False)
    on_date = DatedPlacement("Süd", TUESDAY, clock(10, 10))
    assert (place.placed, place.changes, place.moves) == (on_date, 0, ())
    assert place.extra_driving == 12 * MINUTE
    other = replace(given, one_offs=(training(),))
    assert evaluate(other, Plan(plan.placements, {"T": place.placed})).hard == ()


def test_a_weekly_stop_keeps_clear_of_a_training():
    opening = {1: (Window(clock(9), clock(10)),)}
    given = problem(job("N", opening=opening), shifts=SHIFTS, one_offs=(training(opening=opening),))
    wanted = given.jobs[0]
    assert len(best_places(given, Plan(), wanted)) == 1
    assert best_places(given, Plan({}, {"T": DatedPlacement("Süd", TUESDAY, clock(9))}), wanted) == ()


def test_two_teams_with_one_vehicle_are_never_out_together():
    teams = (Team("Nord", "Nord", vehicle="Bus 1"), Team("Süd", "Süd", vehicle="Bus 1"))
    given = problem(job("A", opening=MONDAY), job("N", opening=FULL), shifts=SHIFTS, teams=teams)
    plan = Plan({"A": at(9)})
    assert best_places(given, plan, given.jobs[1], may_move=False) == ()
    apart = replace(given, teams=problem().teams)
    assert [p.placed.team for p in best_places(apart, plan, apart.jobs[1], may_move=False)] == ["Süd"]


def test_verdict_of_a_move():
    given = problem(job("A", place=1), job("B", place=2), shifts=SHIFTS)
    plan = Plan({"A": at(9), "B": at(12)})
    bad = verdict_of_move(given, plan, "B", at(9, 30))
    assert (bad.is_allowed, {violation.code for violation in bad.hard}) == (False, {"overlap"})
    good = verdict_of_move(given, plan, "B", at(12, team="Süd"))
    assert (good.is_allowed, good.hard, good.driving_delta) == (True, (), 4 * 12 * MINUTE)
    gone = verdict_of_move(given, plan, "B", None)
    assert (gone.is_allowed, gone.after.unserved) == (True, ("B",))


def test_the_nearest_place():
    given = problem(job("A", place=1), job("B", place=2), shifts=SHIFTS)
    plan = Plan({"A": at(9), "B": at(14)})
    assert nearest_place(given, plan, "B", at(9, 45)) == at(10, 10)
    assert nearest_place(given, plan, "B", at(10, 10)) == at(10, 10)
    assert nearest_place(given, plan, "B", at(10, weekdays=(2,))) == at(10, 10)
    assert nearest_place(given, plan, "X", at(10)) is None
    closed = replace(given, jobs=(given.jobs[0], job("B", opening={6: DAY})))
    assert nearest_place(closed, plan, "B", at(10)) is None


def city_plan():
    """Every stop at the best place that it finds, one by one."""
    folder = city_folder()
    if folder is None:
        pytest.skip("the city's lists are not here")
    given, plan = city_problem(folder), Plan()
    for wanted in given.jobs:
        for place in best_places(given, plan, wanted, limit=1, may_move=False):
            plan = with_placed(plan, wanted.key, place.placed)
    return replace(given, published=plan.placements), plan


def test_the_city_is_quick():
    given, plan = city_plan()
    times = {"places": [], "verdict": [], "nearest": []}
    for key, placed in plan.placements.items():
        later = replace(placed, start=placed.start + 7200)
        for name, ask in (
            ("places", lambda key=key: best_places(given, plan, given.job(key))),
            ("verdict", lambda key=key, later=later: verdict_of_move(given, plan, key, later)),
            ("nearest", lambda key=key, later=later: nearest_place(given, plan, key, later)),
        ):
            began = time.perf_counter()
            ask()
            times[name].append(time.perf_counter() - began)
    middle = {name: sorted(each)[len(each) // 2] for name, each in times.items()}
    assert middle["places"] < 0.2
    assert middle["verdict"] < 0.02
    assert middle["nearest"] < 0.02
