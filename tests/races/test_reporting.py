"""A report and a visit that is given back at the same moment lock in the same order: the visit, then its call tasks."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, connections, transaction

from bookings import first_visits, reports, visits
from bookings.models import HomeVisit
from lotsen.messages.call_tasks import open_call_task
from lotsen.messages.models import CallTask
from tests.people import NOW, make_scheduled, make_user, make_volunteer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def visit():
    anna = make_user()
    row = make_scheduled(by=anna, starts_at=NOW + timedelta(days=6))
    visits.assign_guide(row, guide=make_volunteer().user, by=anna, at=NOW)
    said = {"date_long": "Dienstag, 3. November", "time": "10 Uhr", "reference": row.reference}
    open_call_task(
        kind="senior_booked", phone="", variables=said, about=row, deadline_at=NOW, key="one", by=anna, at=NOW
    )
    return row


def file_report(visit):
    try:
        what = {"outcome": "helped", "topics": [], "minutes": 50}
        reports.file_report(visit, by=visit.guide, at=visit.slot_ends_at, **what)
    finally:
        connections.close_all()


def wait_for_a_lock():
    """Until the other transaction stands at a lock that this one holds."""
    for _ in range(400):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def tasks_while_a_report_waits(visit):
    """As one who gives the visit back: lock it, let the report come, then take the call tasks without waiting."""
    report = threading.Thread(target=file_report, args=(HomeVisit.objects.get(pk=visit.pk),))
    try:
        with transaction.atomic():
            HomeVisit.objects.select_for_update().get(pk=visit.pk)
            report.start()
            wait_for_a_lock()
            return len(CallTask.objects.filter(about_id=str(visit.pk)).select_for_update(nowait=True))
    finally:
        report.join(timeout=60)


def test_a_report_waits_at_the_visit_and_holds_nothing(visit):
    assert tasks_while_a_report_waits(visit) >= 1
    assert HomeVisit.objects.get(pk=visit.pk).state == HomeVisit.State.DONE


def test_control_a_report_that_takes_the_tasks_first_holds_them(visit, monkeypatch):
    monkeypatch.setattr(first_visits, "companion_of", lambda visit: None)
    with pytest.raises(OperationalError, match="could not obtain lock"):
        tasks_while_a_report_waits(visit)
