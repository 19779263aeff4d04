"""The worker's side of the weekly round; named in `PROCRASTINATE_IMPORT_PATHS`."""

from __future__ import annotations

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from bookings import rounds
from bookings.jobs import QUEUE, RUN_ROUND
from bookings.models import MatchingRound


@app.task(name=RUN_ROUND, queue=QUEUE)
def run_round(round_id: int) -> None:
    """Plan the round. A job that comes back after its worker died begins again."""
    close_old_connections()
    found = MatchingRound.objects.filter(pk=round_id).first()
    if found is not None:
        rounds.work_on_round(found, now=timezone.now, workers=settings.PLANNING_WORKERS)


@app.periodic(cron="* * * * *")
@app.task(name="sweep_rounds", queue=QUEUE, queueing_lock="sweep_rounds")
def sweep_rounds(timestamp: int) -> None:
    """End or begin again rounds that a dead worker left behind."""
    close_old_connections()
    rounds.sweep_rounds(at=timezone.now())
