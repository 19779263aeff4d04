"""How many full addresses a guide is shown: a few a day, so that nobody collects a city's old people."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from bookings.models import HomeVisit, ShownAddress
from lotsen.kernel.calendar import add_working_hours, local_date
from lotsen.kernel.locks import one_at_a_time
from lotsen.messages.call_tasks import open_call_task
from lotsen.people.models import User

BUDGETS = ((timedelta(hours=24), 5), (timedelta(days=30), 15))
"""Distinct full addresses within a span. A guide who is asked more often than that calls us."""
FORGOTTEN_AFTER = timedelta(days=30)
CALL_WITHIN_HOURS = 2
KIND = "k_addresses"

SHOW = """
    INSERT INTO bookings_shownaddress (user_id, address_id, shown_at)
    SELECT %(user)s, %(address)s, %(at)s
    WHERE NOT EXISTS (
        SELECT FROM unnest(%(since)s::timestamptz[], %(caps)s::int[]) AS budget (since, cap)
        WHERE cap <= (
            SELECT count(*) FROM bookings_shownaddress
            WHERE user_id = %(user)s AND shown_at > budget.since AND address_id <> %(address)s
        )
    )
    ON CONFLICT (user_id, address_id) DO UPDATE SET shown_at = excluded.shown_at
"""
"""Count and write in one statement; the lock around it makes the count true while others try at the same moment."""


@transaction.atomic
def show_address(visit: HomeVisit, *, by: User, at: datetime) -> bool:
    """Whether `by` may see the full address of this visit now; a yes is counted.

    An address that they were shown within thirty days is theirs already. A halt of the mobile team's tour is not
    counted: its number is that of the published tour. The first no of a day opens a call task for the coordination.
    """
    address = visit.client.address_id
    if address is None or visit.request_stop_id is not None:
        return True
    if _is_known(address, by, at=at):
        return True
    one_at_a_time(f"shown_address:{by.pk}")
    if _is_known(address, by, at=at):
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            SHOW,
            {
                "user": by.pk,
                "address": address,
                "at": at,
                "since": [at - span for span, _cap in BUDGETS],
                "caps": [cap for _span, cap in BUDGETS],
            },
        )
        if cursor.rowcount:
            return True
    _let_somebody_call(by, at=at)
    return False


def _is_known(address: int, user: User, *, at: datetime) -> bool:
    return ShownAddress.objects.filter(user=user, address_id=address, shown_at__gt=at - FORGOTTEN_AFTER).exists()


def _let_somebody_call(user: User, *, at: datetime) -> None:
    """Once a day for each guide: a full week of visits is a reason to talk, and so is a strange curiosity."""
    open_call_task(
        kind=KIND,
        phone=user.phone,
        variables={"visitor_name": user.name},
        about=None,
        deadline_at=add_working_hours(at, CALL_WITHIN_HOURS),
        key=f"addresses:{user.pk}:{local_date(at)}",
        by=None,
        at=at,
    )
