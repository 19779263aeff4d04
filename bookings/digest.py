"""The coordinators' week: on Monday morning an e-mail with numbers, and a page with the names behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from bookings.models import HomeVisit
from bookings.queries.silent import silent_volunteers
from bookings.queries.stuck import stuck_requests
from lotsen.kernel.calendar import local, local_date, monday_of
from lotsen.kernel.models import Transition
from lotsen.messages.models import CallTask
from lotsen.messages.states import OPEN_CALLS
from lotsen.messages.telling import tell
from lotsen.people.deputies import away_alone, on_duty
from lotsen.people.ladder import ContactPoint
from lotsen.people.models import Deputy, Role
from volunteers.due import Due, what_is_due
from volunteers.models import Volunteer

WEEK = timedelta(days=7)
DIGEST_WEEKDAY, DIGEST_HOUR = 0, 7
"""Monday, on a Dresden clock."""
LONG_DAYS = 14
KIND = "k_digest"
State = HomeVisit.State


@dataclass(frozen=True)
class Week:
    """What the last seven days left behind; rows in order, the oldest first."""

    new: int
    missed: Sequence[HomeVisit]
    waiting: QuerySet[HomeVisit]
    stuck: QuerySet[HomeVisit]
    silent: QuerySet[Volunteer]
    overdue: QuerySet[CallTask]
    due: Sequence[Due]
    alone: Sequence[Deputy]

    def figures(self, *, at: datetime) -> dict[str, int]:
        """The numbers of the e-mail: nothing in them names anybody."""
        long = self.waiting.filter(requested_at__lte=at - timedelta(days=LONG_DAYS)).count()
        numbers = {
            "overdue": self.overdue.count(),
            "waiting": long,
            "silent": self.silent.count(),
            "stuck": self.stuck.count(),
            "missed": len(self.missed),
            "papers": len(self.due),
        }
        return {"n": sum(numbers.values()), "requests": self.new, "days": LONG_DAYS, **numbers}


def week_of(*, at: datetime) -> Week:
    """Everything that a coordinator wants to know on Monday."""
    since = at - WEEK
    label = HomeVisit._meta.label_lower
    moved = Transition.objects.filter(subject_type=label, target=State.MISSED, at__gt=since)
    keys = [int(key) for key in moved.values_list("subject_id", flat=True)]
    missed = HomeVisit.objects.filter(pk__in=keys).select_related("client__address__district")
    waiting = HomeVisit.objects.filter(state__in=[State.REQUESTED, State.SCHEDULED], agreed_at__isnull=False)
    return Week(
        new=HomeVisit.objects.filter(requested_at__gt=since).count(),
        missed=list(missed.order_by("slot_starts_at", "pk")),
        waiting=waiting.select_related("client__address__district").order_by("requested_at", "pk"),
        stuck=stuck_requests(at=at),
        silent=silent_volunteers(at=at),
        overdue=CallTask.objects.filter(state__in=OPEN_CALLS, deadline_at__lt=at).order_by("deadline_at", "pk"),
        due=what_is_due(on=local_date(at)),
        alone=away_alone(at=at),
    )


def send_digests(*, at: datetime) -> int:
    """On Monday at seven one e-mail to each coordinator, for who is away to whoever stands in, with numbers and a link;
    returns how many have one to read.

    Asked again in the same hour, or by a second worker, each still gets one: the key names person and week.
    """
    here = local(at)
    if (here.weekday(), here.hour) != (DIGEST_WEEKDAY, DIGEST_HOUR):
        return 0
    figures = week_of(at=at).figures(at=at)
    readers = [user for user in on_duty(Role.COORDINATOR, on=local_date(at)) if user.email]
    for reader in readers:
        tell(
            points=[ContactPoint("email", reader.email)],
            kind=KIND,
            language=reader.language,
            variables=figures,
            about=None,
            key=f"week:{reader.pk}:{monday_of(local_date(at))}",
            by=None,
            at=at,
            deadline_at=at + WEEK,
            recipient_user=reader,
        )
    return len(readers)
