"""The worker's side of people."""

from __future__ import annotations

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from lotsen.people import exports, forgetting

QUEUE = "people"


@app.periodic(cron="*/5 * * * *")
@app.task(name="end_exports", queue=QUEUE, queueing_lock="end_exports")
def end_exports(timestamp: int) -> None:
    """Every five minutes: files that nobody approved or fetched in time."""
    close_old_connections()
    exports.end_exports(at=timezone.now())


@app.periodic(cron="10 2 * * *")
@app.task(name="forget_people", queue=QUEUE, queueing_lock="forget_people")
def forget_people(timestamp: int) -> None:
    """Every night: cards, notices and deputies that have had their time."""
    close_old_connections()
    forgetting.forget_people(at=timezone.now())
