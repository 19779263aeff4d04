"""The worker's side of the safe return; named in `PROCRASTINATE_IMPORT_PATHS`."""

from __future__ import annotations

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from bookings import safe_return


@app.periodic(cron="* * * * * */30")
@app.task(name="watch_safe_returns", queue="bookings", queueing_lock="watch_safe_returns", priority=100)
def watch_safe_returns(timestamp: int) -> None:
    """Every 30 seconds, before anything else: do each step of a safe return that is due.

    No `lock`: a lock would die with its worker and stop this very task. Each step is claimed by itself.
    """
    close_old_connections()
    safe_return.watch(at=timezone.now())
