"""How far the start of a stop may wander from week to week: exactly the same time unless a run says otherwise."""

from datetime import date, time

import pytest

from lotsen.kernel.calendar import local
from tests.people import make_user
from tests.touring.city import LATER, NOW, PLACEMENTS, QUARTER, make_city, make_stop, make_team
from touring import concerned, drafts, problems, runs, tours, translate
from touring.models import PlanRun, Stop, TourPlan, TourStop
from touring.planning.differences import differences
from touring.planning.evaluate import evaluate
from touring.planning.plan import Plan
from touring.planning.problem import Halt, Placement, clock
from touring.queries.timetable import timetable

WANDERING = Placement("sued", (4,), 0, clock(9, 30), (Halt(11, "sued", clock(9, 50)),))
"""On Fridays at 9:30, in the second week of the cycle at 9:50."""


def drafted(tolerance, placed=WANDERING):
    problem = translate.problem_for(QUARTER, anchor=translate.anchor_for(QUARTER), tolerance_minutes=tolerance)
    return tours.make_draft(problem, Plan(PLACEMENTS | {"S5": placed}), by=None, at=NOW)


@pytest.mark.django_db
def test_the_other_times_of_a_stop_are_rows_and_dates():
    make_city()
    plan = drafted(20)
    assert plan.tolerance_minutes == 20
    assert translate.plan_of(plan).placements["S5"] == WANDERING
    tours.publish_plan(plan, by=None, at=LATER)
    starts = [local(halt.starts_at).time() for halt in TourStop.objects.filter(stop__key="S5").order_by("starts_at")]
    assert starts[:5] == [time(9, 30), time(9, 50), time(9, 30), time(9, 30), time(9, 30)]


@pytest.mark.django_db
def test_without_a_tolerance_the_judge_refuses_other_times():
    make_city()
    plan = drafted(0)
    with pytest.raises(tours.PlanBreaksRules) as refused:
        tours.publish_plan(plan, by=None, at=LATER)
    assert "Treff Pieschen: Die Zeiten liegen 20 Minuten auseinander." in refused.value.sentences


@pytest.mark.django_db
def test_more_than_the_tolerance_is_refused_with_what_is_allowed():
    make_city()
    plan = drafted(10)
    verdict = evaluate(problems.problem_behind(plan), translate.plan_of(plan))
    assert [one.sentence for one in verdict.hard] == [
        "Treff Pieschen: Die Zeiten liegen 20 Minuten auseinander. Erlaubt sind 10 Minuten."
    ]


@pytest.mark.django_db
def test_the_public_reads_that_a_stop_begins_later_sometimes():
    make_city()
    tours.publish_plan(drafted(20), by=None, at=LATER)
    entry = next(one for one in timetable(date(2027, 1, 4)).entries if one.key == "S5")
    assert entry.rhythm == "Jeden Freitag, 9:30 bis 11:30 Uhr, manchmal ab 9:50 Uhr"
    assert [local(one.starts_at).time() for one in entry.dates[:2]] == [time(9, 30), time(9, 50)]


@pytest.mark.django_db
def test_whoever_knew_one_time_learns_of_another_in_some_weeks():
    make_city()
    Stop.objects.filter(key="S5").update(contact_email="pieschen@example.org")
    first = drafted(0, PLACEMENTS["S5"])
    tours.publish_plan(first, by=None, at=LATER)
    lines = [line for line in concerned.concerned_by(drafted(20)) if line.stop]
    assert [(line.what_before, line.what_after) for line in lines] == [
        ("Jeden Freitag, 9:30 bis 11:30 Uhr", "Jeden Freitag, 9:30 bis 11:30 Uhr, manchmal ab 9:50 Uhr")
    ]
    assert [line for line in concerned.concerned_by(drafted(20, PLACEMENTS["S5"])) if line.stop] == []


@pytest.mark.django_db
def test_the_difference_names_the_week():
    make_city()
    problem = problems.problem_behind(drafted(20))
    found = differences(problem, Plan(PLACEMENTS), Plan(PLACEMENTS | {"S5": WANDERING}))
    assert [one.sentence for one in found] == [
        "Treff Pieschen: freitags 9:30 Uhr, in Woche 2 um 9:50 Uhr; bisher freitags 9:30 Uhr."
    ]


@pytest.mark.django_db
def test_undo_brings_the_other_times_back():
    make_city()
    plan, stop = drafted(20), Stop.objects.get(key="S5")
    drafts.move_stop(plan, stop, placed=PLACEMENTS["S5"], edition=0, by=None, at=NOW)
    assert translate.plan_of(plan).placements["S5"] == PLACEMENTS["S5"]
    drafts.undo(plan, edition=1, by=None, at=NOW)
    assert translate.plan_of(plan).placements["S5"] == WANDERING


@pytest.mark.django_db
def test_a_time_that_wanders_cannot_be_pinned():
    make_city()
    plan, stop = drafted(20), Stop.objects.get(key="S5")
    with pytest.raises(drafts.TimesDiffer) as refused:
        drafts.set_pins(plan, stop, team=True, weekday=True, time=True, edition=0, by=None, at=NOW)
    assert refused.value.sentence == (
        "Treff Pieschen beginnt nicht jede Woche zur selben Zeit. Bitte zuerst auf eine feste Uhrzeit legen."
    )
    drafts.set_pins(plan, stop, team=True, weekday=True, time=False, edition=0, by=None, at=NOW)
    assert translate.plan_of(plan).placements["S5"] == WANDERING


@pytest.mark.django_db
def test_a_new_anchor_moves_the_other_weeks_along():
    make_city()
    tours.publish_plan(drafted(20), by=None, at=LATER)
    later = translate.problem_for(QUARTER, anchor=date(2027, 1, 11), tolerance_minutes=20)
    assert later.published["S5"].others == (Halt(4, "sued", clock(9, 50)),)


def two_who_need_room():
    """Two stops of which one begins early and one late, each in its own week, and one between them every week."""
    make_team("nord", "Nord", hours="Mo 8:00-16:30")
    make_stop("S1", "Früh", duration_minutes=30, hours="Mo 9:00-9:30")
    make_stop("S2", "Spät", duration_minutes=30, hours="Mo 10:30-11:00")
    make_stop("S3", "Jede Woche", rhythm="weekly", duration_minutes=60, hours="Mo 9:00-11:00")


def solved(tolerance):
    run = runs.request_plan_run(period=QUARTER, seconds=1, tolerance_minutes=tolerance, by=None, at=NOW)
    return runs.work_on_run(run, now=lambda: NOW)


@pytest.mark.django_db
def test_with_a_tolerance_a_run_finds_room_for_all():
    two_who_need_room()
    plan = solved(60)
    assert (plan.tolerance_minutes, plan.violations, plan.unplanned.count()) == (60, 0, 0)
    assert plan.pattern.get(stop__key="S3").other_starts


@pytest.mark.django_db
def test_control_without_a_tolerance_one_is_left_out():
    two_who_need_room()
    plan = solved(0)
    assert (plan.tolerance_minutes, plan.violations, plan.unplanned.count()) == (0, 0, 1)
    assert not any(row.other_starts for row in plan.pattern.all())


@pytest.mark.django_db
def test_the_form_asks_for_it_and_exact_is_the_default(client):
    client.force_login(make_user("coordinator"))
    page = client.get("/planung/")
    assert "Gleiche Uhrzeit in jeder Woche?" in page.content.decode()
    days = {"first": "2027-01-04", "last": "2027-04-04", "seconds": "1"}
    client.post("/planung/planen/", days | {"tolerance_minutes": "20"})
    assert PlanRun.objects.get().tolerance_minutes == 20
    PlanRun.objects.all().delete()
    client.post("/planung/planen/", days)
    assert PlanRun.objects.get().tolerance_minutes == 0
    assert client.post("/planung/planen/", days | {"tolerance_minutes": "🎈"}).status_code == 422


@pytest.mark.django_db
def test_the_next_run_begins_with_what_people_know(client):
    make_city()
    plan = tours.publish_plan(drafted(20), by=None, at=LATER)
    client.force_login(make_user("coordinator"))
    form = client.get("/planung/").context_data["form"]
    assert (form.initial["tolerance_minutes"], TourPlan.objects.get().pk) == (20, plan.pk)
