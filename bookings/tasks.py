"""The worker's side of the room."""

from __future__ import annotations

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from bookings import offers, proposed_dates, resting, waves


@app.periodic(cron="*/5 * * * *")
@app.task(name="expire_offers", queue="bookings", queueing_lock="expire_offers")
def expire_offers(timestamp: int) -> None:
    """Close offers that nobody answered in time."""
    close_old_connections()
    offers.expire_offers(at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="expire_proposals", queue="bookings", queueing_lock="expire_proposals")
def expire_proposals(timestamp: int) -> None:
    """Give up days that were proposed and never answered."""
    close_old_connections()
    proposed_dates.expire_proposals(at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="go_on_asking", queue="bookings", queueing_lock="go_on_asking")
def go_on_asking(timestamp: int) -> None:
    """Ask more volunteers where the first have not said yes, or make a pause since; in the end a human."""
    close_old_connections()
    resting.end_resting(at=timezone.now())
    waves.go_on(at=timezone.now())


@app.periodic(cron="0 15,16 * * *")
@app.task(name="send_offer_digests", queue="bookings", queueing_lock="send_offer_digests")
def send_offer_digests(timestamp: int) -> None:
    """At 17:00 in Dresden, which is 15:00 or 16:00 UTC."""
    close_old_connections()
    waves.send_digests(at=timezone.now())
