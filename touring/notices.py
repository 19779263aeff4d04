"""What people must learn when a tour changes, put into the outbox in the transaction of the change."""

from __future__ import annotations

from datetime import datetime

from lotsen.kernel.calendar import local_date, long_date, short_date, spoken_clock
from lotsen.messages.telling import tell
from lotsen.people.ladder import ContactPoint
from lotsen.people.models import User
from touring.models import RequestStop


def tell_halt_moved(request_stop: RequestStop, *, old_starts_at: datetime, by: User | None, at: datetime) -> None:
    """Everybody named on a request stop learns its new time: by SMS, else by e-mail."""
    assert request_stop.starts_at is not None
    for person in request_stop.told.all():
        points = [ContactPoint("sms", person.phone)] if person.phone else []
        tell(
            points=[*points, ContactPoint("email", person.email)],
            kind="halt_moved",
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
        )
