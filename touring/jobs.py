"""The one place that queues a planning; the job is a row of the same database and exists when the run does."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

RUN_PLAN = "run_plan"
WORK_ON_PART = "work_on_plan_part"
FIND_SAVINGS = "find_plan_savings"
FIND_BOUND = "find_plan_bound"
QUEUE = "planning"


def defer_run(run_id: int) -> None:
    """Queue the work on one run."""
    app.configure_task(name=RUN_PLAN, queue=QUEUE, queueing_lock=f"run:{run_id}").defer(run_id=run_id)


def defer_run_once(run_id: int) -> None:
    """Queue the work on one run, if it does not wait there already."""
    try:
        with transaction.atomic():
            defer_run(run_id)
    except AlreadyEnqueued:
        return


def defer_part(part_id: int, lane: str | None = None) -> None:
    """Queue the work on one part of a run; of one lane, one part after the other, whatever the number of threads."""
    app.configure_task(name=WORK_ON_PART, queue=QUEUE, lock=lane).defer(part_id=part_id)


def defer_savings(run_id: int) -> None:
    """Queue the question what further changes would save."""
    app.configure_task(name=FIND_SAVINGS, queue=QUEUE).defer(run_id=run_id)


def defer_bound(plan_id: int) -> None:
    """Queue the search for what no plan can undercut."""
    app.configure_task(name=FIND_BOUND, queue=QUEUE).defer(plan_id=plan_id)
