from datetime import date, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from lotsen.kernel.calendar import Period
from tests.people import make_user
from tests.races.racing import at_once
from tests.touring.city import LATER, NOW, QUARTER, hand_made_plan, make_city
from touring import runs, translate
from touring.models import PlanRun, Team, TourPlan
from touring.planning.evaluate import evaluate
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
        runs.record_progress(run, progress, problem, at=NOW + timedelta(milliseconds=after))
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
    runs.record_progress(run, progress, problem, at=NOW)
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
    runs.record_progress(run, progress, problem, at=NOW)
    draft = runs.work_on_run(PlanRun.objects.get(), now=lambda: LATER)
    assert evaluate(problem, translate.plan_of(draft)).objective <= progress.objective
    assert PlanRun.objects.get().state == "solved"


@pytest.mark.django_db
def test_a_worker_that_was_thought_dead_changes_nothing_any_more():
    make_city()
    run = request()
    runs.start_run(run, by=None, at=NOW)
    problem, progress = progress_of(run)
    runs.record_progress(run, progress, problem, at=NOW)
    late = PlanRun.objects.get()
    runs.sweep_runs(at=LATER)
    assert runs.record_progress(late, progress, problem, at=LATER) is False
    assert runs.still_wanted(late, at=LATER) is False
    assert TourPlan.objects.count() == 1


@pytest.mark.django_db
def test_stops_that_vanish_during_a_run_do_not_stop_the_rescue():
    make_city()
    run = request()
    runs.start_run(run, by=None, at=NOW)
    problem, progress = progress_of(run)
    runs.record_progress(run, progress, problem, at=NOW)
    from touring.models import Stop

    Stop.objects.filter(key="S1").update(is_active=False)
    runs.sweep_runs(at=LATER)
    assert set(translate.plan_of(TourPlan.objects.get()).placements) == {"S2", "S3", "S4", "S5"}
    assert Team.objects.count() == 2
