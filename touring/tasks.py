"""The worker's side of planning. Job arguments are numbers of rows, nothing else."""

from __future__ import annotations

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from touring import runs
from touring.jobs import QUEUE, RUN_PLAN
from touring.models import PlanRun


@app.task(name=RUN_PLAN, queue=QUEUE)
def run_plan(run_id: int) -> None:
    """Plan. A job that comes back after its worker died goes on from the best plan so far."""
    close_old_connections()
    run = PlanRun.objects.filter(pk=run_id).first()
    if run is not None:
        runs.work_on_run(run, now=timezone.now)


@app.periodic(cron="* * * * *")
@app.task(name="sweep_plan_runs", queue=QUEUE, queueing_lock="sweep_plan_runs")
def sweep_plan_runs(timestamp: int) -> None:
    """End runs that a dead worker left behind."""
    close_old_connections()
    runs.sweep_runs(at=timezone.now())
