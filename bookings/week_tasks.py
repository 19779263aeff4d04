"""The worker's side of the coordinators' week; named in `PROCRASTINATE_IMPORT_PATHS`."""

from __future__ import annotations

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from bookings import digest, silence


@app.periodic(cron="*/10 5,6 * * 1")
@app.task(name="send_week_digests", queue="bookings", queueing_lock="send_week_digests")
def send_week_digests(timestamp: int) -> None:
    """On Monday at 7:00 in Dresden, which is 5:00 or 6:00 UTC; within the hour a second try does no harm."""
    close_old_connections()
    digest.send_digests(at=timezone.now())


@app.periodic(cron="30 9 * * *")
@app.task(name="look_after_silent", queue="bookings", queueing_lock="look_after_silent")
def look_after_silent(timestamp: int) -> None:
    """Once a day, by day, ask who is silent whether all is well."""
    close_old_connections()
    silence.look_after_silent(at=timezone.now())
