"""The worker's side of the room."""

from __future__ import annotations

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from bookings import offers


@app.periodic(cron="*/5 * * * *")
@app.task(name="expire_offers", queue="bookings", queueing_lock="expire_offers")
def expire_offers(timestamp: int) -> None:
    """Close offers that nobody answered in time."""
    close_old_connections()
    offers.expire_offers(at=timezone.now())
