"""What was done on a visit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bookings import notices
from bookings.models import HomeVisit, VisitReport
from lotsen.kernel.errors import Refused
from lotsen.kernel.moves import move
from lotsen.messages.call_tasks import drop_call_tasks
from lotsen.messages.outbox import drop_messages
from lotsen.people.models import User
from volunteers.models import Topic


class NotToReport(Refused):
    """Only the guide reports, on an assigned visit that has begun."""


@transaction.atomic
def file_report(
    visit: HomeVisit,
    *,
    outcome: str,
    topics: Iterable[Topic],
    minutes: int,
    by: User,
    at: datetime,
    goal: str = "",
    note: str = "",
    follow_up: bool = False,
) -> VisitReport:
    """Close the visit: done, or missed when nobody was met (then somebody calls the person).

    `minutes` is the time of help, 1 to 600; it counts as 0 where nobody was met.
    """
    if visit.guide_id != by.pk or visit.state != HomeVisit.State.ASSIGNED:
        raise NotToReport(_("Zu diesem Besuch gibt es schon einen Bericht, oder er gehört nicht zu Ihnen."))
    if visit.slot_starts_at is None or at < visit.slot_starts_at:
        raise NotToReport(_("Der Besuch hat noch nicht begonnen. Den Bericht schreiben Sie danach."))
    is_met = outcome == VisitReport.Outcome.HELPED
    drop_messages(about=visit, kinds=notices.KINDS_ABOUT_THE_DATE, by=by, at=at)
    drop_call_tasks(about=visit, kinds=notices.KINDS_ABOUT_THE_DATE, by=by, at=at)
    move(visit, HomeVisit.State.DONE if is_met else HomeVisit.State.MISSED, by=by, at=at)
    report = VisitReport(
        visit=visit,
        outcome=outcome,
        goal=goal if is_met else "",
        minutes=minutes if is_met else 0,
        note=note,
        follow_up=follow_up,
        by=by,
        at=at,
    )
    report.save(force_insert=True)
    report.topics.set(topics)
    if not is_met:
        occasion = f"{visit.slot_starts_at:%Y%m%d%H%M}"
        notices.tell_client(visit, "senior_not_met", by=by, at=at, channels=("call",), occasion=occasion)
    return report
