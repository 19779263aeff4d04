"""The worker's side of planning. Job arguments are numbers of rows, nothing else."""

from __future__ import annotations

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from touring import bounds, forgetting, parts, permits, runs, savings
from touring.jobs import FIND_BOUND, FIND_SAVINGS, QUEUE, RUN_PLAN, WORK_ON_PART
from touring.models import PlanRun, PlanRunPart, TourPlan


@app.task(name=RUN_PLAN, queue=QUEUE)
def run_plan(run_id: int) -> None:
    """Plan. A job that comes back after its worker died goes on from the best plan so far."""
    close_old_connections()
    run = PlanRun.objects.filter(pk=run_id).first()
    if run is not None:
        runs.work_on_run(run, now=timezone.now, workers=settings.PLANNING_WORKERS, by_parts=True)


@app.task(name=WORK_ON_PART, queue=QUEUE)
def work_on_plan_part(part_id: int) -> None:
    """One district of a large run. A part that another worker has, or that nobody needs any more, is left alone."""
    close_old_connections()
    part = PlanRunPart.objects.select_related("run").filter(pk=part_id).first()
    if part is not None:
        parts.work_on_part(part, now=timezone.now)


@app.task(name=FIND_BOUND, queue=QUEUE)
def find_plan_bound(plan_id: int) -> None:
    """How far from the best possible a plan may be at most; shown beside it as soon as it is known."""
    close_old_connections()
    plan = TourPlan.objects.filter(pk=plan_id).first()
    if plan is not None:
        bounds.find_bound(plan)


@app.task(name=FIND_SAVINGS, queue=QUEUE)
def find_plan_savings(run_id: int) -> None:
    """What one more change would have saved; shown beside the plan as soon as it is known."""
    close_old_connections()
    run = PlanRun.objects.select_related("plan").filter(pk=run_id).first()
    if run is not None:
        savings.find_savings(run, workers=settings.PLANNING_WORKERS)


@app.periodic(cron="* * * * *")
@app.task(name="sweep_plan_runs", queue=QUEUE, queueing_lock="sweep_plan_runs")
def sweep_plan_runs(timestamp: int) -> None:
    """End runs that a dead worker left behind."""
    close_old_connections()
    runs.sweep_runs(at=timezone.now())


@app.periodic(cron="20 6 * * 1-5")
@app.task(name="warn_of_permits", queue=QUEUE, queueing_lock="warn_of_permits")
def warn_of_permits(timestamp: int) -> None:
    """Every working morning: permits of stops that end soon."""
    close_old_connections()
    permits.warn_of_permits(at=timezone.now())


@app.periodic(cron="30 2 * * *")
@app.task(name="forget_stops", queue=QUEUE, queueing_lock="forget_stops")
def forget_stops(timestamp: int) -> None:
    """Every night: contacts of stops, and who was to be told of a halt, two years after the last date."""
    close_old_connections()
    now = timezone.now()
    forgetting.forget_contacts(at=now)
    forgetting.forget_told(at=now)
