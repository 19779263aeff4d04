"""The one place that queues a planning; the job is a row of the same database and exists when the run does."""

from __future__ import annotations

from procrastinate.contrib.django import app

RUN_PLAN = "run_plan"
QUEUE = "planning"


def defer_run(run_id: int) -> None:
    """Queue the work on one run."""
    app.configure_task(name=RUN_PLAN, queue=QUEUE, queueing_lock=f"run:{run_id}").defer(run_id=run_id)
