from datetime import date, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from lotsen.kernel.calendar import Period
from tests.people import make_user
from tests.races.racing import at_once
from tests.touring.city import (
    LATER,
    NOW,
    PLACEMENTS,
    QUARTER,
    hand_made_plan,
    make_city,
    make_draft,
    make_published,
    make_stop,
)
from touring import drafts, runs, searching, translate
from touring.models import PlanRun, Stop, Team, TourPlan
from touring.planning.evaluate import evaluate
from touring.planning.plan import Plan
from touring.planning.problem import Placement, clock
from touring.planning.solve import Progress


def request(**fields):
    return runs.request_plan_run(**{"period": QUARTER, "seconds": 1, "by": None, "at": NOW} | fields)


def progress_of(run, plan=None, seconds=0.5):
    problem = translate.problem_for(Period(run.starts_on, run.ends_on), anchor=date(2027, 1, 4))
    plan = plan or hand_made_plan()
    return problem, Progress(100, seconds, evaluate(problem, plan).objective, plan)


@pytest.mark.django_db
def test_a_run_is_asked_for_with_its_job():
    dora = make_user("coordinator")
    run = request(by=dora)
    job = ProcrastinateJob.objects.get()
    assert (run.state, run.requested_by, job.task_name, job.queue_name, job.args) == (
        "queued",
        dora,
        "run_plan",
        "planning",
        {"run_id": run.pk},
    )


@pytest.mark.django_db
def test_a_second_run_at_a_time_is_refused_with_a_sentence():
    first = request()
    with pytest.raises(runs.RunUnderWay) as refused:
        request(at=LATER)
    assert refused.value.sentence == "Eine Planung läuft schon, seit 10:00 Uhr. Zusehen oder abbrechen?"
    assert refused.value.run == first
    assert ProcrastinateJob.objects.count() == 1


@pytest.mark.django_db
def test_a_period_that_is_over_or_endless_is_refused():
    with pytest.raises(runs.PeriodIsPast):
        request(period=Period(date(2026, 1, 1), date(2026, 11, 24)))
    with pytest.raises(runs.PeriodTooLong):
        request(period=Period(date(2027, 1, 1), date(2029, 1, 1)))
    assert PlanRun.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_of_many_who_ask_at_once_one_gets_the_run():
    results = at_once([request] * 6)
    assert sorted(type(result).__name__ for result in results) == ["PlanRun"] + ["RunUnderWay"] * 5
    assert PlanRun.objects.count() == ProcrastinateJob.objects.count() == 1


@pytest.mark.django_db
def test_a_worker_plans_and_leaves_a_draft():
    make_city()
    run = request()
    seen = []
    draft = runs.work_on_run(run, now=lambda: NOW, watcher=seen.append)
    run.refresh_from_db()
    assert (run.state, run.plan, draft.state, draft.violations) == ("solved", draft, "draft", 0)
    assert draft.pattern.values("stop").distinct().count() == 5
    assert list(draft.unplanned.values_list("stop__key", flat=True)) == ["S6"]
    assert seen
    assert run.progress["served"] == 5
    assert translate.plan_from_json(run.best) == translate.plan_of(draft)


@pytest.mark.django_db
def test_input_that_no_plan_can_be_made_from_fails_with_its_sentence():
    run = request()
    assert runs.work_on_run(run, now=lambda: NOW) is None
    run.refresh_from_db()
    assert (run.state, run.problem_sentence) == ("failed", "Es gibt kein Team. Bitte tragen Sie mindestens eines ein.")


@pytest.mark.django_db
def test_progress_is_written_at_most_twice_a_second_but_the_curve_is_whole():
    make_city()
    run = request()
    runs.start_run(run, by=None, at=NOW)
    problem, progress = progress_of(run)
    wrote = [
        searching.record_progress(run, progress, problem, at=NOW + timedelta(milliseconds=after))
        for after in (0, 100, 400, 600)
    ]
    assert wrote == [True, False, False, True]
    run.refresh_from_db()
    assert (len(run.progress["history"]), run.progress["served"], run.progress["unserved"]) == (4, 5, 1)
    assert run.heartbeat_at == NOW + timedelta(milliseconds=600)


@pytest.mark.django_db
def test_a_stopped_run_keeps_the_best_plan_so_far():
    make_city()
    dora = make_user("coordinator")
    run = request(seconds=60)
    moments = iter(NOW + timedelta(seconds=n) for n in range(1000))
    runs.start_run(run, by=None, at=NOW)
    runs.ask_to_stop(run, by=dora, at=NOW)
    draft = runs.work_on_run(run, now=lambda: next(moments))
    run.refresh_from_db()
    assert (run.state, run.plan, draft.pattern.count() > 0) == ("stopped", draft, True)
    with pytest.raises(runs.RunIsOver):
        runs.ask_to_stop(run, by=dora, at=LATER)


@pytest.mark.django_db
def test_a_run_that_nobody_has_begun_stops_at_once():
    dora = make_user("coordinator")
    run = request()
    runs.ask_to_stop(run, by=dora, at=LATER)
    assert (run.state, run.finished_at) == ("stopped", LATER)
    assert runs.work_on_run(PlanRun.objects.get(), now=lambda: LATER) is None


@pytest.mark.django_db
def test_a_worker_killed_in_the_middle_loses_nothing():
    make_city()
    run = request()
    runs.start_run(run, by=None, at=NOW)
    problem, progress = progress_of(run)
    searching.record_progress(run, progress, problem, at=NOW)
    assert runs.sweep_runs(at=NOW + timedelta(seconds=29)) == 0
    assert runs.sweep_runs(at=NOW + timedelta(seconds=31)) == 1
    run.refresh_from_db()
    assert (run.state, run.problem_sentence) == (
        "stopped",
        "Die Planung wurde unterbrochen. Der beste Plan bis dahin ist da.",
    )
    assert translate.plan_of(run.plan) == hand_made_plan()
    assert runs.sweep_runs(at=LATER) == 0


@pytest.mark.django_db
def test_control_without_the_kept_best_a_killed_worker_loses_all():
    make_city()
    run = request()
    runs.start_run(run, by=None, at=NOW)
    assert runs.sweep_runs(at=LATER) == 1
    run.refresh_from_db()
    assert (run.state, run.plan, run.problem_sentence) == (
        "failed",
        None,
        "Die Planung wurde unterbrochen, bevor es einen Plan gab. Bitte planen Sie neu.",
    )
    assert TourPlan.objects.count() == 0


@pytest.mark.django_db
def test_a_job_that_comes_back_goes_on_from_the_best_plan():
    make_city()
    run = request()
    runs.start_run(run, by=None, at=NOW)
    problem, progress = progress_of(run)
    searching.record_progress(run, progress, problem, at=NOW)
    draft = runs.work_on_run(PlanRun.objects.get(), now=lambda: LATER)
    assert evaluate(problem, translate.plan_of(draft)).objective <= progress.objective
    assert PlanRun.objects.get().state == "solved"


@pytest.mark.django_db
def test_a_worker_that_was_thought_dead_changes_nothing_any_more():
    make_city()
    run = request()
    runs.start_run(run, by=None, at=NOW)
    problem, progress = progress_of(run)
    searching.record_progress(run, progress, problem, at=NOW)
    late = PlanRun.objects.get()
    runs.sweep_runs(at=LATER)
    assert searching.record_progress(late, progress, problem, at=LATER) is False
    assert searching.still_wanted(late, at=LATER) is False
    assert TourPlan.objects.count() == 1


@pytest.mark.django_db
def test_stops_that_vanish_during_a_run_do_not_stop_the_rescue():
    make_city()
    run = request()
    runs.start_run(run, by=None, at=NOW)
    problem, progress = progress_of(run)
    searching.record_progress(run, progress, problem, at=NOW)
    Stop.objects.filter(key="S1").update(is_active=False)
    runs.sweep_runs(at=LATER)
    assert set(translate.plan_of(TourPlan.objects.get()).placements) == {"S2", "S3", "S4", "S5"}
    assert Team.objects.count() == 2


# --- what may change, alternatives, a draft to start from -----------------------------------------------


def solved(**fields):
    run = request(**{"seconds": 2} | fields)
    runs.work_on_run(run, now=lambda: NOW)
    run.refresh_from_db()
    return run


@pytest.mark.django_db
def test_few_changes_say_how_many():
    with pytest.raises(runs.HowManyChanges) as refused:
        request(scope="few")
    assert refused.value.sentence == "Bitte geben Sie an, wie viele Haltestellen sich ändern dürfen."
    run = request(scope="few", max_changes=3)
    assert (run.scope, run.max_changes) == ("few", 3)


@pytest.mark.django_db
def test_only_few_keeps_a_number_of_changes():
    run = request(scope="new", max_changes=3)
    assert (run.scope, run.max_changes) == ("new", None)


@pytest.mark.django_db
def test_with_nothing_but_new_stops_the_others_stay():
    make_city()
    make_published(at=NOW - timedelta(days=1))
    make_stop("S7", "Treff Neustadt", rhythm="weekly")
    run = solved(scope="new")
    pattern = translate.plan_of(run.plan).placements
    assert {key: placed for key, placed in pattern.items() if key != "S7"} == PLACEMENTS
    assert "S7" in pattern


@pytest.mark.django_db
def test_at_most_so_many_stops_change():
    make_city()
    make_published(at=NOW - timedelta(days=1))
    run = solved(scope="few", max_changes=1)
    pattern = translate.plan_of(run.plan).placements
    assert sum(pattern[key] != placed for key, placed in PLACEMENTS.items()) <= 1


@pytest.mark.django_db
def test_pins_of_the_draft_to_start_from_hold_and_go_along():
    make_city()
    draft, stop = make_draft(), Stop.objects.get(key="S5")
    drafts.set_pins(draft, stop, team=True, weekday=True, time=True, edition=0, by=None, at=NOW)
    run = solved(start_from=draft)
    assert translate.plan_of(run.plan).placements["S5"] == PLACEMENTS["S5"]
    row = run.plan.pattern.get(stop=stop)
    assert (row.is_team_pinned, row.is_weekday_pinned, row.is_time_pinned) == (True, True, True)
    assert run.plan.pattern.filter(is_time_pinned=True).count() == 1


@pytest.mark.django_db
def test_with_nothing_but_new_stops_a_draft_by_hand_stays():
    make_city()
    make_published(at=NOW - timedelta(days=1))
    draft = make_draft()
    elsewhere = Placement("sued", (2,), 0, clock(9, 30))
    drafts.move_stop(draft, Stop.objects.get(key="S1"), placed=elsewhere, edition=0, by=None, at=NOW)
    run = solved(scope="new", start_from=draft)
    assert translate.plan_of(run.plan).placements == PLACEMENTS | {"S1": elsewhere}
    assert not run.plan.pattern.filter(is_time_pinned=True).exists()


@pytest.mark.django_db
def test_pins_that_no_plan_can_keep_fail_with_a_sentence():
    make_city()
    draft = make_draft()
    for key, edition in (("S1", 0), ("S5", 1)):
        stop = Stop.objects.get(key=key)
        drafts.set_pins(draft, stop, team=True, weekday=True, time=True, edition=edition, by=None, at=NOW)
    Stop.objects.filter(key="S1").update(hours="Fr 9:00-18:00")
    draft.pattern.filter(stop__key="S1").update(weekday=1)
    run = solved(start_from=draft)
    said = run.problem_sentence or run.plan.unplanned.get(stop__key="S1").reason
    assert "Bibliothek Gorbitz" in said


@pytest.mark.django_db
def test_two_stops_pinned_to_the_same_time_leave_one_out_with_a_reason():
    make_city()
    draft = make_draft(plan=Plan(PLACEMENTS | {"S2": PLACEMENTS["S1"]}))
    for key, edition in (("S1", 0), ("S2", 1)):
        stop = Stop.objects.get(key=key)
        drafts.set_pins(draft, stop, team=True, weekday=True, time=True, edition=edition, by=None, at=NOW)
    run = solved(start_from=draft)
    said = [run.problem_sentence] if run.plan is None else list(run.plan.unplanned.values_list("reason", flat=True))
    assert any("Bibliothek" in sentence for sentence in said)


@pytest.mark.django_db
def test_alternatives_are_drafts_of_one_run_with_their_aims():
    make_city()
    make_published(at=NOW - timedelta(days=1))
    run = solved(with_alternatives=True, seconds=3)
    made = list(run.alternatives.order_by("version"))
    assert made[0] == run.plan
    assert [plan.aim for plan in made] == [
        aim for aim in ("changes", "driving", "even") if aim in {p.aim for p in made}
    ]
    assert all(plan.violations == 0 for plan in made)
    by_aim = {plan.aim: plan for plan in made}
    assert translate.plan_of(by_aim["changes"]).placements == PLACEMENTS
    if "driving" in by_aim:
        assert by_aim["driving"].driving_seconds <= by_aim["changes"].driving_seconds
    assert run.found == {}


@pytest.mark.django_db
def test_the_bound_of_each_draft_is_looked_for_afterwards():
    make_city()
    run = solved(seconds=1)
    jobs = ProcrastinateJob.objects.filter(task_name="find_plan_bound")
    assert [job.args for job in jobs] == [{"plan_id": plan.pk} for plan in run.alternatives.order_by("pk")]


@pytest.mark.django_db
def test_a_long_run_whose_worker_died_is_taken_up_by_another_once():
    make_city()
    run = request(seconds=60)
    runs.start_run(run, by=None, at=NOW)
    problem, progress = progress_of(run)
    searching.record_progress(run, progress, problem, at=NOW)
    ProcrastinateJob.objects.all().delete()
    assert runs.sweep_runs(at=NOW + timedelta(seconds=31)) == 1
    run.refresh_from_db()
    assert (run.state, run.attempts, ProcrastinateJob.objects.count()) == ("running", 2, 1)
    assert runs.sweep_runs(at=NOW + timedelta(seconds=60)) == 0
    assert runs.sweep_runs(at=NOW + timedelta(seconds=62)) == 1
    run.refresh_from_db()
    assert (run.state, translate.plan_of(run.plan)) == ("stopped", hand_made_plan())


@pytest.mark.django_db
def test_finished_alternatives_outlive_their_worker():
    make_city()
    run = request(with_alternatives=True)
    runs.start_run(run, by=None, at=NOW)
    kept = {"pattern": translate.pattern_json(hand_made_plan()), "cost": 9000, "bound": 8000}
    PlanRun.objects.filter(pk=run.pk).update(found={"driving": kept})
    assert runs.sweep_runs(at=LATER) == 1
    run.refresh_from_db()
    assert (run.plan.aim, run.plan.cost_seconds, run.plan.bound_seconds) == ("driving", 9000, 8000)
    assert translate.plan_of(run.plan) == hand_made_plan()


@pytest.mark.django_db
def test_a_rhythm_that_cannot_fit_is_left_out_with_a_sentence():
    make_city()
    Stop.objects.filter(key="S3").update(hours="Mo 9:00-12:00")
    Stop.objects.filter(key="S1").update(hours="Mo 9:00-9:30")
    run = solved()
    reasons = dict(run.plan.unplanned.values_list("stop__key", "reason"))
    assert reasons["S1"] == "Bibliothek Gorbitz braucht 90 Minuten, offen sind 30."
    assert "Treff Löbtau" in reasons["S3"]
    assert set(translate.plan_of(run.plan).placements) == {"S2", "S4", "S5"}
