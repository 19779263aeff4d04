"""A file with data of many people waits for a second person: those who may approve it are told at once.

Only how many people are in it, never who asked, whom it is about or what for: that stands on the page.
"""

from __future__ import annotations

from datetime import datetime

from lotsen.kernel.calendar import local_date, long_date, spoken_clock
from lotsen.messages.models import Message
from lotsen.messages.telling import tell
from lotsen.people.deputies import on_duty
from lotsen.people.exports import WAITS_FOR
from lotsen.people.ladder import ContactPoint
from lotsen.people.models import MassExport, Role, User
from lotsen.people.push import push_points

KIND = "k_export_waits"


def tell_approvers(row: MassExport, by: User, at: datetime) -> None:
    """A notice or an e-mail to every coordinator who is there today, but for `by`; to all others where nobody is.

    Whoever has neither finds it under "Zu tun"; no call task is opened for them.
    """
    ends_at = row.asked_at + WAITS_FOR
    for reader in _approvers(by, at):
        points = [*push_points(reader), *([ContactPoint("email", reader.email)] if reader.email else [])]
        if not points:
            continue
        tell(
            points=points,
            kind=KIND,
            language=reader.language,
            variables={
                "n": row.persons,
                "date_long": long_date(local_date(ends_at), language=reader.language),
                "time": spoken_clock(ends_at),
            },
            about=row,
            key=f"export:{row.pk}:{reader.pk}",
            by=by,
            at=at,
            deadline_at=ends_at,
            recipient_user=reader,
        )


def _approvers(by: User, at: datetime) -> list[User]:
    """Who may approve and is there; somebody who is away is better than nobody."""
    here = [user for user in on_duty(Role.COORDINATOR, on=local_date(at)) if _may_approve(user, by)]
    others = User.objects.filter(is_active=True, roles__contains=[Role.COORDINATOR]).exclude(pk=by.pk)
    return here or list(others.order_by("pk"))


def _may_approve(user: User, by: User) -> bool:
    return user.pk != by.pk and user.has_role(Role.COORDINATOR)


def still_waits(message: Message) -> bool:
    """Whether the file of this message is still to be approved."""
    return MassExport.objects.filter(pk=message.about_id, state=MassExport.State.ASKED).exists()
