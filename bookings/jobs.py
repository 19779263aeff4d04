"""The one place that queues a round; the job is a row of the same database and exists when the round does."""

from __future__ import annotations

from procrastinate.contrib.django import app

RUN_ROUND = "run_round"
QUEUE = "planning"


def defer_round(round_id: int) -> None:
    """Queue the work on one round."""
    app.configure_task(name=RUN_ROUND, queue=QUEUE, queueing_lock=f"round:{round_id}").defer(round_id=round_id)
