"""The worker's side of the room."""

from __future__ import annotations

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from volunteers import applications, contacts, due, forgetting


@app.periodic(cron="30 8 * * *")
@app.task(name="announce_due_papers", queue="volunteers", queueing_lock="announce_due_papers")
def announce_due_papers(timestamp: int) -> None:
    """In the morning (8:30 UTC), once for each paper that ends within its weeks of warning."""
    close_old_connections()
    due.announce_due(at=timezone.now())


@app.periodic(cron="40 2 * * *")
@app.task(name="forget_applications", queue="volunteers", queueing_lock="forget_applications")
def forget_applications(timestamp: int) -> None:
    """Every night: applications that have had their time."""
    close_old_connections()
    applications.forget_settled(at=timezone.now())


@app.periodic(cron="50 2 * * *")
@app.task(name="forget_volunteers", queue="volunteers", queueing_lock="forget_volunteers")
def forget_volunteers(timestamp: int) -> None:
    """Every night: who left three months ago, days off that are long over, new addresses that nobody confirmed."""
    close_old_connections()
    now = timezone.now()
    forgetting.forget_left(at=now)
    forgetting.forget_days(at=now)
    contacts.forget_unconfirmed(at=now)


@app.periodic(cron="0 4 2 1 *")
@app.task(name="forget_money", queue="volunteers", queueing_lock="forget_money")
def forget_money(timestamp: int) -> None:
    """On the second of January: accounting records and certificates of more than ten years ago."""
    close_old_connections()
    forgetting.forget_money(at=timezone.now())
