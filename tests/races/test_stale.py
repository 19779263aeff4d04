"""A visit that is being cancelled while its reminder is taken: a thousand times, and none goes out."""

from __future__ import annotations

import threading
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction

from bookings import reminders
from bookings.models import HomeVisit
from lotsen.messages.models import Message
from lotsen.messages.outbox import queue_message
from lotsen.messages.sending import PostOffice, send_message
from tests.lotsen.messages.shared import Notebook, house
from tests.people import NOW, make_client, make_user, make_visit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROUNDS = 1000
LANES = 8
SLOT = NOW + timedelta(days=1)
WORDS = {"date_long": "Donnerstag, 26. November", "time": "10", "reference": "482 615 6"}


def assigned(number: int, guide) -> HomeVisit:
    visit = make_visit(by=guide, client=make_client(address=None))
    HomeVisit.objects.filter(pk=visit.pk).update(state="assigned", guide=guide, **slot(number))
    visit.refresh_from_db()
    return visit


def slot(number: int) -> dict[str, object]:
    start = SLOT + timedelta(hours=2 * number)
    return {"slot_starts_at": start, "slot_ends_at": start + timedelta(hours=1)}


def reminder(visit: HomeVisit, number: int) -> Message:
    return queue_message(
        kind=reminders.DAY,
        channel="sms",
        to="+491722345678",
        language="de",
        variables=WORDS,
        about=visit,
        key=f"race:{visit.pk}:{number}:{reminders._occasion(visit)}",
        by=None,
        at=NOW,
    )


def a_lane(rounds: int, lane: int, guide, office: PostOffice) -> None:
    """One visit, over and over: its cancelling is still open when the worker takes the reminder."""
    try:
        visit = assigned(lane * 10_000, guide)
        for number in range(rounds):
            message = reminder(visit, number)
            begun, done = threading.Event(), threading.Event()
            canceller = threading.Thread(target=partial(cancel, visit.pk, begun, done))
            canceller.start()
            begun.wait(10)
            done.set()
            send_message(message.pk, office=office, at=NOW)
            canceller.join(10)
            HomeVisit.objects.filter(pk=visit.pk).update(state="assigned")
    finally:
        connection.close()


def cancel(pk: int, begun: threading.Event, done: threading.Event) -> None:
    try:
        with transaction.atomic():
            HomeVisit.objects.filter(pk=pk).update(state="cancelled")
            begun.set()
            done.wait(10)
            threading.Event().wait(0.002)
    finally:
        connection.close()


def taken(rounds: int) -> int:
    """How many reminders went out while their visit was being cancelled."""
    guide, notebook = make_user(), Notebook()
    office = PostOffice({"sms": notebook}, house)
    lanes = [threading.Thread(target=a_lane, args=(rounds // LANES, lane, guide, office)) for lane in range(LANES)]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    assert Message.objects.filter(kind=reminders.DAY).count() == rounds // LANES * LANES
    return len(notebook.taken)


def test_cancelled_at_the_same_moment_none_goes_out():
    assert taken(ROUNDS) == 0


def test_control_without_holding_the_visit_some_do(monkeypatch):
    def look_without_holding(message: Message) -> bool:
        return HomeVisit.objects.filter(pk=message.about_id, state="assigned").exists()

    from lotsen.messages import wanted

    monkeypatch.setitem(wanted._checks, reminders.DAY, look_without_holding)
    assert taken(LANES * 10) > 0
