"""The one place that queues a planning; the job is a row of the same database and exists when the run does."""

from __future__ import annotations

from procrastinate.contrib.django import app

RUN_PLAN = "run_plan"
FIND_BOUND = "find_plan_bound"
QUEUE = "planning"


def defer_run(run_id: int) -> None:
    """Queue the work on one run."""
    app.configure_task(name=RUN_PLAN, queue=QUEUE, queueing_lock=f"run:{run_id}").defer(run_id=run_id)


def defer_bound(plan_id: int) -> None:
    """Queue the search for what no plan can undercut."""
    app.configure_task(name=FIND_BOUND, queue=QUEUE).defer(plan_id=plan_id)
