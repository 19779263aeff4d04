from datetime import timedelta

import pytest

from tests.touring.city import LATER, NOW, PLACEMENTS, QUARTER, hand_made_plan, make_city, make_draft, make_published
from tests.touring.test_request_stops import broken_rules, places, take
from touring import aims, runs, translate
from touring.planning.evaluate import evaluate
from touring.planning.plan import Plan
from touring.planning.problem import Pin, Placement, clock
from touring.tours import publish_plan

pytestmark = pytest.mark.django_db


def run_of(**fields):
    return runs.request_plan_run(**{"period": QUARTER, "seconds": 1, "by": None, "at": LATER} | fields)


def task(**fields):
    return aims.task_of(run_of(**fields))


def stages(found):
    return [(stage.aim, stage.problem.max_changes, stage.problem.change_price) for stage in found.stages]


def test_what_may_change_is_in_the_problem():
    make_city()
    make_published(at=NOW)
    price = translate.CHANGE_PRICE
    run = run_of(scope="few", max_changes=2)
    assert stages(aims.task_of(run)) == [("best", 2, price)]
    run.scope, run.max_changes = "new", None
    assert stages(aims.task_of(run)) == [("best", 0, price)]
    run.scope = "all"
    assert stages(aims.task_of(run)) == [("best", None, price)]
    assert aims.task_of(run).problem.max_changes is None


def test_alternatives_weigh_changes_differently():
    make_city()
    make_published(at=NOW)
    assert stages(task(with_alternatives=True)) == [
        ("changes", None, None),
        ("driving", None, 0),
        ("even", None, translate.CHANGE_PRICE),
    ]


def test_where_nothing_is_known_nothing_can_stay():
    make_city()
    assert [stage.aim for stage in task(with_alternatives=True).stages] == ["driving", "even"]


def test_new_stops_only_from_a_draft_keeps_what_stands_in_it():
    make_city()
    make_published(at=NOW)
    elsewhere = {"S1": Placement("sued", (2,), 0, clock(9, 30))}
    draft = make_draft(plan=Plan(dict(PLACEMENTS) | elsewhere), at=LATER)
    found = task(scope="new", start_from=draft)
    assert found.start == Plan(dict(PLACEMENTS) | elsewhere)
    assert found.pins == {}
    pinned = {job.key: job.pin for job in found.stages[0].problem.jobs if job.pin != Pin()}
    assert set(pinned) == set(PLACEMENTS)
    assert pinned["S1"] == Pin(team="sued", weekdays=(2,), phase=0, start=clock(9, 30))


def test_the_fairest_serves_as_much_and_breaks_nothing():
    make_city()
    problem = task().problem
    mine = hand_made_plan()
    everything_north = {"S4": Placement("nord", (2,), 2, clock(14)), "S5": Placement("nord", (4,), 0, clock(9, 30))}
    uneven = Plan(dict(PLACEMENTS) | everything_north)
    fewer = Plan({"S1": PLACEMENTS["S1"], "S4": PLACEMENTS["S4"]})
    broken = Plan(dict(PLACEMENTS) | {"S2": PLACEMENTS["S1"]})
    unfair = [evaluate(problem, plan).objective.unfairness for plan in (mine, uneven)]
    assert unfair[0] < unfair[1]
    assert aims.fairest(problem, [mine, fewer, broken], uneven) == mine
    assert aims.fairest(problem, [uneven], mine) == mine


def test_a_run_keeps_the_room_of_a_promised_halt():
    make_city()
    make_published(at=NOW + timedelta(minutes=1))
    taken = take(places()[1], at=NOW + timedelta(minutes=2))
    starts_at, run = taken.starts_at, run_of()
    assert [(one.name, one.promised.team) for one in aims.task_of(run).problem.one_offs] == [
        ("Schulung Pflegeheim Lindenhof", "nord")
    ]
    draft = runs.work_on_run(run, now=lambda: LATER)
    assert sorted(draft.unplanned.values_list("stop__key", flat=True)) == ["S6"]
    publish_plan(draft, by=None, at=LATER + timedelta(minutes=1))
    taken.refresh_from_db()
    assert (taken.state, taken.starts_at, taken.halt.tour.plan) == ("planned", starts_at, draft)
    assert broken_rules(taken.halt.tour) == []


def test_alternatives_keep_the_room_too_and_the_even_one_is_compared():
    make_city()
    make_published(at=NOW + timedelta(minutes=1))
    take(places()[1], at=NOW + timedelta(minutes=2))
    found = task()
    known = Plan(hand_made_plan().placements, {one.key: one.promised for one in found.problem.one_offs})
    without_dates = hand_made_plan()
    assert aims.fairest(found.problem, [without_dates], known) == known
