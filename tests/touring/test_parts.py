"""Districts of a large run as jobs of the queue: nobody waits for them, a dead worker loses nothing, stop stops all."""

import os
import signal
import subprocess
import sys
import textwrap
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.people import make_user
from tests.touring.city import LATER, NOW, QUARTER, make_city
from touring import aims, parts, runs, translate
from touring.models import PlanRun, PlanRunPart, Stop, Team, TourPlan
from touring.planning.evaluate import evaluate


@pytest.fixture(autouse=True)
def small_is_large(settings, monkeypatch):
    """Two districts of one team each, and rounds of a moment."""
    settings.PLANNING_PARTS_FROM, settings.PLANNING_PARTS_AT_ONCE = 5, 2
    monkeypatch.setattr(parts, "LEAST_SECONDS", 0.01)


def begun(seconds=2, at=NOW, **fields):
    """A run whose first round lies in the queue."""
    make_city()
    for key, team in (("S1", "sued"), ("S2", "sued"), ("S3", "sued"), ("S4", "nord"), ("S5", "nord")):
        Stop.objects.get(key=key).forbidden_teams.add(Team.objects.get(key=team))
    run = runs.request_plan_run(period=QUARTER, seconds=seconds, by=None, at=at, **fields)
    forget(*ProcrastinateJob.objects.values_list("pk", flat=True))
    assert runs.work_on_run(run, now=lambda: at, by_parts=True) is None
    run.refresh_from_db()
    return run


def waiting_jobs():
    return list(ProcrastinateJob.objects.filter(status="todo").order_by("pk").values_list("task_name", "args"))


def forget(*jobs):
    """The queue's rows are read-only for Django."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = ANY(%s)", [list(jobs)])


def work_the_queue(at=NOW):
    """One worker that does what lies there, until nothing does."""
    done = []
    while job := ProcrastinateJob.objects.filter(status="todo", queue_name="planning").order_by("pk").first():
        name, args = job.task_name, job.args
        forget(job.pk)
        done.append(name)
        if name == "work_on_plan_part":
            part = PlanRunPart.objects.select_related("run").get(pk=args["part_id"])
            parts.work_on_part(part, now=lambda: at)
        elif name == "run_plan":
            runs.work_on_run(PlanRun.objects.get(pk=args["run_id"]), now=lambda: at, by_parts=True)
    return done


def states(run):
    return list(PlanRunPart.objects.filter(run=run).order_by("round", "number").values_list("state", flat=True))


@pytest.mark.django_db
def test_a_large_run_leaves_its_districts_in_the_queue_and_waits_for_nobody():
    run = begun()
    assert (run.state, run.round, states(run)) == ("running", 0, ["queued", "queued"])
    assert [name for name, _args in waiting_jobs()] == ["work_on_plan_part"] * 2
    assert all(set(args) == {"part_id"} for _name, args in waiting_jobs())
    assert TourPlan.objects.count() == 0


@pytest.mark.django_db
def test_whoever_ends_the_last_part_lets_the_run_go_on_until_there_is_a_draft():
    run = begun()
    task = aims.task_of(run)
    first = evaluate(task.problem, parts.best_of(run, task)).objective
    done = work_the_queue()
    run.refresh_from_db()
    assert (run.state, run.plan.violations, run.round) == ("solved", 0, parts.ROUNDS - 1)
    assert done.count("run_plan") == parts.ROUNDS
    assert set(states(run)) == {"done"}
    assert evaluate(task.problem, translate.plan_of(run.plan)).objective <= first
    assert run.plan.pattern.values("stop").distinct().count() == 5


@pytest.mark.django_db
def test_a_small_run_goes_in_one_piece(settings):
    settings.PLANNING_PARTS_FROM = 300
    make_city()
    run = runs.request_plan_run(period=QUARTER, seconds=1, by=None, at=NOW)
    assert runs.work_on_run(run, now=lambda: NOW, by_parts=True).state == "draft"
    assert PlanRunPart.objects.count() == 0


@pytest.mark.django_db
def test_alternatives_go_in_one_piece():
    make_city()
    run = runs.request_plan_run(period=QUARTER, seconds=1, with_alternatives=True, by=None, at=NOW)
    assert runs.work_on_run(run, now=lambda: NOW, by_parts=True) is not None
    assert PlanRunPart.objects.count() == 0


@pytest.mark.django_db
def test_while_parts_are_open_the_run_does_nothing():
    run = begun()
    assert runs.work_on_run(run, now=lambda: LATER, by_parts=True) is None
    run.refresh_from_db()
    assert (run.state, run.round) == ("running", 0)


@pytest.mark.django_db
def test_a_silent_part_is_taken_up_once_more_then_given_up():
    run = begun()
    part = PlanRunPart.objects.get(run=run, number=0)
    for attempts, state in ((1, "queued"), (2, "failed")):
        PlanRunPart.objects.filter(pk=part.pk).update(state="running", heartbeat_at=NOW, attempts=attempts)
        runs.sweep_runs(at=NOW + timedelta(seconds=29))
        assert PlanRunPart.objects.get(pk=part.pk).state == "running"
        runs.sweep_runs(at=NOW + timedelta(seconds=31))
        assert PlanRunPart.objects.get(pk=part.pk).state == state
    work_the_queue()
    run.refresh_from_db()
    assert (run.state, run.plan.violations) == ("solved", 0)


@pytest.mark.django_db
def test_nobody_waits_longer_than_a_round_may_last():
    run = begun()
    forget(*ProcrastinateJob.objects.values_list("pk", flat=True))
    runs.sweep_runs(at=run.round_ends_at)
    assert (states(run), waiting_jobs()) == (["queued", "queued"], [])
    late = run.round_ends_at + timedelta(seconds=1)
    runs.sweep_runs(at=late)
    assert states(run) == ["dropped", "dropped"]
    assert waiting_jobs() == [("run_plan", {"run_id": run.pk})]
    work_the_queue(at=late)
    run.refresh_from_db()
    assert (run.state, run.plan.violations) == ("solved", 0)


@pytest.mark.django_db
def test_where_no_worker_puts_it_together_the_best_so_far_is_the_result():
    run = begun()
    forget(*ProcrastinateJob.objects.values_list("pk", flat=True))
    assert runs.sweep_runs(at=run.round_ends_at + parts.PATIENCE + timedelta(seconds=1)) == 1
    run.refresh_from_db()
    assert (run.state, run.plan.violations, set(states(run))) == ("stopped", 0, {"dropped"})


@pytest.mark.django_db
def test_stop_drops_what_waits_and_ends_the_run():
    run = begun()
    runs.ask_to_stop(run, by=make_user("coordinator"), at=NOW)
    assert states(run) == ["dropped", "dropped"]
    done = work_the_queue()
    run.refresh_from_db()
    assert (run.state, run.plan.violations, run.round) == ("stopped", 0, 0)
    assert done.count("run_plan") == 1


@pytest.mark.django_db
def test_stop_waits_for_a_part_under_way_which_then_ends_at_once():
    run = begun()
    part = PlanRunPart.objects.get(run=run, number=0)
    PlanRunPart.objects.filter(pk=part.pk).update(state="running", heartbeat_at=NOW, attempts=1, seconds=60)
    runs.ask_to_stop(run, by=make_user("coordinator"), at=NOW)
    assert states(run) == ["running", "dropped"]
    part = PlanRunPart.objects.select_related("run").get(pk=part.pk)
    watch = parts._Watch(part, lambda: NOW + timedelta(seconds=2))
    assert watch.should_stop()


@pytest.mark.django_db
def test_a_part_that_was_taken_away_changes_nothing_any_more():
    run = begun()
    part = PlanRunPart.objects.select_related("run").get(run=run, number=0)
    PlanRunPart.objects.filter(pk=part.pk).update(state="dropped")
    parts.work_on_part(part, now=lambda: NOW)
    part.refresh_from_db()
    assert (part.state, part.pattern) == ("dropped", None)


@pytest.mark.django_db
def test_two_who_end_a_round_begin_the_next_once():
    run = begun()
    forget(*ProcrastinateJob.objects.values_list("pk", flat=True))
    for part in PlanRunPart.objects.filter(run=run).select_related("run"):
        parts.work_on_part(part, now=lambda: NOW)
    assert waiting_jobs() == [("run_plan", {"run_id": run.pk})]
    first, second = PlanRun.objects.get(), PlanRun.objects.get()
    for one in (first, second):
        runs.work_on_run(one, now=lambda: NOW, by_parts=True)
    run.refresh_from_db()
    assert (run.state, run.round, PlanRunPart.objects.filter(round=1).count()) == ("running", 1, 2)


@pytest.mark.django_db
def test_a_part_that_is_worse_is_not_taken():
    run = begun()
    task = aims.task_of(run)
    best = parts.best_of(run, task)
    PlanRunPart.objects.filter(run=run).update(state="done", pattern={})
    assert parts.put_together(run, task).placements == best.placements


# --- two machines, one of which dies ---------------------------------------------------------------------

CHILD = """
    import os, sys
    import django
    from django.conf import settings
    settings.DATABASES["default"]["NAME"] = os.environ["CHILD_DB"]
    settings.PLANNING_PARTS_FROM, settings.PLANNING_PARTS_AT_ONCE = 5, 2
    django.setup()
    from procrastinate.contrib.django import app
    from touring import parts
    parts.LEAST_SECONDS = 0.01
    def say(*args, search=parts._search, **kwargs):
        print("part", flush=True)
        return search(*args, **kwargs)
    parts._search = say
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(queues=["planning"], wait=False, concurrency=1, install_signal_handlers=False)
"""


def machine():
    environment = {"DJANGO_SETTINGS_MODULE": "lotsen.settings", "CHILD_DB": connection.settings_dict["NAME"]}
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(CHILD)],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def two_machines_of_which_one_dies(run):
    """Both take a part; one is killed in the middle of it, the other one ends its own."""
    PlanRunPart.objects.filter(run=run).update(seconds=12)
    with machine() as dies, machine() as lives:
        try:
            assert dies.stdout.readline() == lives.stdout.readline() == "part\n"
        finally:
            os.kill(dies.pid, signal.SIGKILL)
        lives.wait(60)
    assert sorted(states(run)) == ["done", "running"]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_machines_one_is_killed_in_the_middle_and_the_plan_is_made():
    run = begun(at=timezone.now())
    two_machines_of_which_one_dies(run)
    runs.sweep_runs(at=timezone.now() + timedelta(seconds=31))
    assert sorted(states(run)) == ["done", "queued"]
    with machine() as other:
        other.wait(120)
    run.refresh_from_db()
    assert (run.state, run.plan.violations) == ("solved", 0)
    assert max(PlanRunPart.objects.filter(run=run).values_list("attempts", flat=True)) == 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_control_without_the_sweep_the_run_stays_where_it_is():
    run = begun(at=timezone.now())
    two_machines_of_which_one_dies(run)
    with machine() as other:
        other.wait(60)
    run.refresh_from_db()
    assert (run.state, sorted(states(run))) == ("running", ["done", "running"])
