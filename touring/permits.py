"""Permits of stops that end: said once, six weeks before, to whoever keeps the call list."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from lotsen.kernel.calendar import at_minute, local_date, long_date
from lotsen.messages.call_tasks import open_call_task
from touring.models import Stop
from touring.rules import PERMIT_WARNING

NOON = time(12).hour * 60
RENEW_WITHIN = timedelta(days=14)


def warn_of_permits(*, at: datetime) -> int:
    """Open a task for each permit that ends within six weeks, once for each date; returns how many permits end.

    `at` is now. A permit that ended already is no warning any more: the planning leaves its stop out.
    """
    today = local_date(at)
    ending = Stop.objects.filter(is_active=True, permit_until__range=(today, today + PERMIT_WARNING)).order_by("key")
    for stop in ending:
        assert stop.permit_until is not None
        open_call_task(
            kind="k_permit_ends",
            phone=stop.contact_phone,
            variables={"stop": stop.name, "date_long": long_date(stop.permit_until, year=True)},
            about=stop,
            deadline_at=at_minute(min(today + RENEW_WITHIN, stop.permit_until), NOON),
            key=f"permit:{stop.pk}:{stop.permit_until.isoformat()}",
            by=None,
            at=at,
        )
    return len(ending)
