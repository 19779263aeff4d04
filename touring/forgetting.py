"""Whom the timetable forgets: who was to be called about a place, two years after the last date there."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from lotsen.kept import period_of
from lotsen.kernel.calendar import local_date
from touring.models import PlannedStop, RequestStop, Stop, TourPlan, TourStop

CONTACT = ("contact_name", "contact_phone", "contact_email", "key_note")
"""What a stop's row says of people; the note about the key names whoever has it."""


def forget_contacts(*, at: datetime) -> int:
    """Empty the contact of stops whose last date is two years over; returns how many. The stop stays.

    Left alone: a stop in a plan to come or in a draft, and one that never had a date: there is none to count from.
    """
    dates = TourStop.objects.filter(stop=OuterRef("pk")).exclude(tour__plan__state=TourPlan.State.DRAFT)
    going_on = TourPlan.objects.exclude(state=TourPlan.State.SUPERSEDED).filter(ends_on__gte=local_date(at))
    planned = PlannedStop.objects.filter(stop=OuterRef("pk"), plan__in=going_on)
    since = at - period_of(Stop)
    over = Stop.objects.filter(Exists(dates), ~Exists(dates.filter(ends_at__gte=since)), ~Exists(planned))
    bare = dict.fromkeys(CONTACT, "")
    return over.exclude(**bare).update(**bare)


def forget_told(*, at: datetime) -> int:
    """Take the people who were to be told off request stops whose date is two years over; returns how many ties."""
    since = at - period_of(RequestStop)
    has_no_time = Q(ends_at=None, latest_on__lt=local_date(since))
    over = RequestStop.objects.filter(Q(ends_at__lt=since) | has_no_time)
    deleted, _by_model = RequestStop.told.through.objects.filter(requeststop__in=over).delete()
    return deleted
