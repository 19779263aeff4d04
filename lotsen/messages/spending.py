"""The money of the telephone: every SMS and every call is counted before it is made, and a day has a limit.

Counting and refusing are one statement of the database, so that a hundred workers at once stay within the limit.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from lotsen.kernel.calendar import local_date
from lotsen.messages.call_tasks import open_call_task
from lotsen.messages.models import PhoneSpending
from lotsen.messages.telling import tell
from lotsen.people.deputies import on_duty
from lotsen.people.ladder import ContactPoint
from lotsen.people.models import Role

WARN_AT_PERCENT: Final = 50
ALARM_WITHIN = timedelta(minutes=15)
SPEND_WITHIN = """
    INSERT INTO outbox_phonespending AS today (day, spent) VALUES (%(day)s, %(price)s)
    ON CONFLICT (day) DO UPDATE SET spent = today.spent + %(price)s
    WHERE today.spent + %(price)s <= %(limit)s
    RETURNING spent
"""
SPEND_ANYHOW = """
    INSERT INTO outbox_phonespending AS today (day, spent) VALUES (%(day)s, %(price)s)
    ON CONFLICT (day) DO UPDATE SET spent = today.spent + %(price)s
    RETURNING spent
"""


def may_spend(kind: str, at: datetime) -> bool:
    """Count one "sms" or "call" against today's limit; false, and nothing counted, where the limit would be passed.

    Call it outside a transaction and directly before sending: what is counted stays counted. Crossing half of the
    limit warns the coordinators; the first refusal alarms them and puts a task into the hotline's queue.
    """
    price, limit = price_of(kind), settings.PHONE_DAILY_LIMIT
    spent = _count(SPEND_WITHIN, price, at) if price <= limit else None
    if spent is None:
        _alarm(at)
        return False
    _warn(spent, price, at)
    return True


def spend(kind: str, at: datetime) -> None:
    """Count what is never refused: connecting somebody who called us."""
    price = price_of(kind)
    spent = _count(SPEND_ANYHOW, price, at)
    assert spent is not None
    _warn(spent, price, at)


def price_of(kind: str) -> int:
    """Thousandths of a euro by the table of the settings; an unknown kind is a fault of the caller (KeyError)."""
    return settings.PHONE_PRICES[kind]


def spent_on(day: date) -> int:
    """Thousandths of a euro counted on this day."""
    return PhoneSpending.objects.filter(day=day).values_list("spent", flat=True).first() or 0


def _count(statement: str, price: int, at: datetime) -> int | None:
    words = {"day": local_date(at), "price": price, "limit": settings.PHONE_DAILY_LIMIT}
    with connection.cursor() as cursor:
        cursor.execute(statement, words)
        row = cursor.fetchone()
    return row[0] if row else None


def _warn(spent: int, price: int, at: datetime) -> None:
    """Exactly one counter crosses the mark: the one before whom it was not reached."""
    mark = settings.PHONE_DAILY_LIMIT * WARN_AT_PERCENT // 100
    if not spent - price < mark <= spent:
        return
    with transaction.atomic():
        PhoneSpending.objects.filter(day=local_date(at)).update(warned_at=at)
        _tell_coordinators(WARN_AT_PERCENT, at)


def _alarm(at: datetime) -> None:
    with transaction.atomic():
        row, _new = PhoneSpending.objects.get_or_create(day=local_date(at))
        if not PhoneSpending.objects.filter(pk=row.pk, stopped_at__isnull=True).update(stopped_at=at):
            return
        _tell_coordinators(100, at)
        open_call_task(
            kind="k_sms_budget",
            phone="",
            variables={"percent": "100"},
            about=None,
            deadline_at=at + ALARM_WITHIN,
            key=f"spending:{local_date(at)}",
            by=None,
            at=at,
        )


def _tell_coordinators(percent: int, at: datetime) -> None:
    """By e-mail, which costs nothing: an SMS about used-up money could not be sent."""
    for user in on_duty(Role.COORDINATOR, on=local_date(at)):
        tell(
            points=[ContactPoint("email", user.email)],
            kind="k_sms_budget",
            language=user.language,
            variables={"percent": str(percent)},
            about=None,
            key=f"spending:{local_date(at)}:{percent}:{user.pk}",
            by=None,
            at=at,
            recipient_user=user,
        )
