"""The worker's side of planning. Job arguments are numbers of rows, nothing else."""

from __future__ import annotations

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from touring import bounds, permits, runs
from touring.jobs import FIND_BOUND, QUEUE, RUN_PLAN
from touring.models import PlanRun, TourPlan


@app.task(name=RUN_PLAN, queue=QUEUE)
def run_plan(run_id: int) -> None:
    """Plan. A job that comes back after its worker died goes on from the best plan so far."""
    close_old_connections()
    run = PlanRun.objects.filter(pk=run_id).first()
    if run is not None:
        runs.work_on_run(run, now=timezone.now, workers=settings.PLANNING_WORKERS)


@app.task(name=FIND_BOUND, queue=QUEUE)
def find_plan_bound(plan_id: int) -> None:
    """How far from the best possible a plan may be at most; shown beside it as soon as it is known."""
    close_old_connections()
    plan = TourPlan.objects.filter(pk=plan_id).first()
    if plan is not None:
        bounds.find_bound(plan)


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
