"""The worker's side of what requests ask for; named in `PROCRASTINATE_IMPORT_PATHS`."""

from __future__ import annotations

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from bookings import calling


@app.periodic(cron="* * * * *")
@app.task(name="sweep_promises", queue="bookings", queueing_lock="sweep_promises")
def sweep_promises(timestamp: int) -> None:
    """Requests that are late get a task of their own; tasks that nobody needs any more are dropped."""
    close_old_connections()
    calling.sweep_promises(at=timezone.now())
