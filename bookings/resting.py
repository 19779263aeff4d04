"""Somebody makes a pause or is away: what they are asked about those days ends with it, and others are asked.

What they have promised stays; the page of their times names it.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from bookings import offer_notices
from bookings.going import rests_until
from bookings.models import Offer
from lotsen.kernel.calendar import local_date
from lotsen.kernel.moves import move
from lotsen.people.models import User
from volunteers import availability
from volunteers.models import Absence, Volunteer


@transaction.atomic
def pause(volunteer: Volunteer, *, until: date, by: User, at: datetime) -> int:
    """Ask them nothing up to this day, and take back what they are asked; returns how many offers ended. Refuses what
    `availability.pause` does."""
    availability.pause(volunteer, until=until, by=by, at=at)
    return _end_offers(volunteer, by=by, at=at)


@transaction.atomic
def enter_absence(volunteer: Volunteer, *, first_on: date, last_on: date, by: User, at: datetime) -> int:
    """They cannot go on these days, and are asked no more about them; returns how many offers ended. Refuses what
    `availability.enter_absence` does."""
    availability.enter_absence(volunteer, first_on=first_on, last_on=last_on, by=by, at=at)
    return _end_offers(volunteer, by=by, at=at)


def _end_offers(volunteer: Volunteer, *, by: User | None, at: datetime) -> int:
    """An offer that somebody is settling at this moment is left: accepting looks at pauses itself, and `end_resting`
    comes by every minute. So nobody waits for each other in a circle."""
    mine = volunteer.offers.filter(state=Offer.State.OPEN).select_related("visit").order_by("pk")
    fresh = Volunteer.objects.get(pk=volunteer.pk)
    count = 0
    for offer in mine.select_for_update(skip_locked=True, of=("self",)):
        if rests_until(fresh, offer.visit, at=at) is None:
            continue
        move(offer, Offer.State.WITHDRAWN, by=by, at=at)
        offer_notices.drop_offer(offer, by=by, at=at)
        count += 1
    return count


def end_resting(*, at: datetime) -> int:
    """End open offers to everybody who makes a pause or is away then, whoever entered it and how; returns how many.
    Meant for once a minute: a wave in which nobody is left who could answer goes on."""
    today = local_date(at)
    away = Absence.objects.filter(volunteer=OuterRef("volunteer"), last_on__gte=today)
    resting = Q(volunteer__paused_until__gte=today) | Q(volunteer__rests_in_school_holidays=True) | Exists(away)
    asked = Offer.objects.filter(resting, state=Offer.State.OPEN).order_by("volunteer")
    found = Volunteer.objects.filter(pk__in=asked.values("volunteer"))
    return sum(_end_in_one(volunteer, at=at) for volunteer in found)


@transaction.atomic
def _end_in_one(volunteer: Volunteer, *, at: datetime) -> int:
    return _end_offers(volunteer, by=None, at=at)
