"""How many SMS have gone out today and this month, and a warning before the month's number is used up."""

from __future__ import annotations

from datetime import datetime

from lotsen.kernel.calendar import at_minute, local_date
from lotsen.messages.models import Message
from lotsen.messages.telling import tell
from lotsen.people.deputies import on_duty
from lotsen.people.ladder import ContactPoint
from lotsen.people.models import Role, User


def sent_between(start: datetime, end: datetime) -> int:
    """SMS that the provider took in this span."""
    return Message.objects.filter(channel="sms", sent_at__gte=start, sent_at__lt=end).count()


def sent_this_month(*, at: datetime) -> int:
    """SMS since the first of the month on a Dresden clock."""
    return sent_between(at_minute(local_date(at).replace(day=1), 0), at)


def sent_today(*, at: datetime) -> int:
    """SMS since midnight on a Dresden clock."""
    return sent_between(at_minute(local_date(at), 0), at)


def warn(*, limit: int, percent: int, at: datetime) -> bool:
    """E-mail every coordinator once when `percent` of the month's `limit` are gone, and once more at its end.

    0 is no limit. Nothing is held back: what a city may spend a day is bounded elsewhere (`spending`).
    """
    count = sent_this_month(at=at) if limit else 0
    reached = [mark for mark in (percent, 100) if limit and count * 100 >= limit * mark]
    for mark in reached[-1:]:
        for user in on_duty(Role.COORDINATOR, on=local_date(at)):
            _tell(user, mark, limit, at=at)
    return bool(reached)


def _tell(user: User, mark: int, limit: int, *, at: datetime) -> None:
    tell(
        points=[ContactPoint("email", user.email)],
        kind="k_sms_month",
        language=user.language,
        variables={"percent": str(mark), "limit": str(limit)},
        about=None,
        key=f"sms_month:{local_date(at):%Y-%m}:{mark}:{user.pk}",
        by=None,
        at=at,
        recipient_user=user,
    )
