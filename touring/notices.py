"""What people must learn when a tour changes, put into the outbox in the transaction of the change."""

from __future__ import annotations

from datetime import datetime

from lotsen.kernel.calendar import local_date, long_date, short_date, spoken_clock
from lotsen.kernel.phones import is_mobile
from lotsen.messages.outbox import queue_message
from lotsen.people.models import User
from touring.models import RequestStop


def tell_halt_moved(request_stop: RequestStop, *, old_starts_at: datetime, by: User | None, at: datetime) -> None:
    """Everybody named on a request stop learns its new time: by SMS on a mobile phone, else by e-mail."""
    assert request_stop.starts_at is not None
    for person in request_stop.told.all():
        channel, to = ("sms", person.phone) if person.phone and is_mobile(person.phone) else ("email", person.email)
        queue_message(
            kind="halt_moved",
            channel=channel,
            to=to,
            language=person.language,
            variables={
                "old_date": short_date(local_date(old_starts_at)),
                "date_long": long_date(local_date(request_stop.starts_at), language=person.language),
                "time": spoken_clock(request_stop.starts_at),
            },
            about=request_stop,
            key=f"request_stop:{request_stop.pk}:moved:{request_stop.starts_at:%Y%m%d%H%M}:{person.pk}",
            by=by,
            at=at,
            recipient_user=person,
            phone=person.phone,
        )
