"""Whether somebody may go to a visit, and the time that their way there and away takes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from bookings.models import BlockedPair, HomeVisit, PromisedTime
from bookings.translate import EstimatedWays, point_of, school_holidays
from lotsen.kernel.calendar import local_date, long_date
from lotsen.kernel.errors import Refused
from lotsen.kernel.sentences import listed
from lotsen.people.models import User
from volunteers.availability import is_paused
from volunteers.models import TravelMode, Volunteer
from volunteers.rules import activity_of, missing_requirements

LEAST_WAY = timedelta(minutes=15)
LONGEST_WAY = timedelta(hours=3)
"""A place that is not known counts as near: nobody can say better."""


class MayNotGo(Refused):
    """A paper is missing on the day of the visit, the two must not meet, or the volunteer is not active."""


def check_guide(guide: User, visit: HomeVisit) -> None:
    """Refuse (`MayNotGo`) a volunteer who may not go; staff and who comes with the mobile team may, but nobody who is
    suspended as a volunteer."""
    volunteer = Volunteer.objects.filter(user=guide).select_related("user").first()
    if volunteer is not None and volunteer.state == Volunteer.State.SUSPENDED:
        raise MayNotGo(_("%(name)s ist gerade nicht dabei.") % {"name": guide.name})
    if volunteer is not None and visit.request_stop_id is None:
        check_volunteer(volunteer, visit)


def check_volunteer(volunteer: Volunteer, visit: HomeVisit) -> None:
    """Refuse (`MayNotGo`) whoever is not active, misses a paper on the day of the visit, or must not meet the person.

    The sentence about a blocked pair says nothing of it: the volunteer reads it too.
    """
    assert visit.slot_starts_at is not None
    if volunteer.state != Volunteer.State.ACTIVE or not volunteer.user.is_active:
        raise MayNotGo(_("%(name)s ist gerade nicht dabei.") % {"name": volunteer.user.name})
    if BlockedPair.objects.filter(client=visit.client_id, volunteer=volunteer).exists():
        raise MayNotGo(_("Passt dieses Mal nicht."))
    day = local_date(visit.slot_starts_at)
    if missing := missing_papers(volunteer, on=day, reference=visit.reference):
        words = {"date": long_date(day), "papers": listed(tuple(missing), _(" und "))}
        raise MayNotGo(_("Am %(date)s fehlt ein gültiger Nachweis: %(papers)s. Es ist nichts gebucht.") % words)
    if goes_along_then(volunteer, visit):
        raise MayNotGo(_("%(name)s geht dann schon bei einem anderen Besuch mit.") % {"name": volunteer.user.name})


def rests_until(volunteer: Volunteer, visit: HomeVisit, *, at: datetime) -> date | None:
    """The last day of a pause of today, or of what keeps them off the day of the visit: a pause, days away, holidays of
    the schools. None where nothing does."""
    today = local_date(at)
    if is_paused(volunteer, on=today):
        return volunteer.paused_until
    if visit.slot_starts_at is None:
        return None
    day = local_date(visit.slot_starts_at)
    if is_paused(volunteer, on=day):
        return volunteer.paused_until
    away = volunteer.absences.filter(first_on__lte=day, last_on__gte=day).order_by("-last_on").first()
    if away is not None:
        return away.last_on
    rests = school_holidays() if volunteer.rests_in_school_holidays else ()
    return next((holiday.end for holiday in rests if day in holiday), None)


def missing_papers(volunteer: Volunteer, *, on: date, reference: str = "") -> list[str]:
    """Which requirements of a visit do not hold on that day; empty: nothing stands against it.

    `reference` names the visit: a newcomer's first one, in pair, needs less than one alone.
    """
    activity = activity_of(volunteer, reference=reference)
    return [_(one.name) for one in missing_requirements(volunteer, activity=activity, on=on)]


def goes_along_then(volunteer: Volunteer, visit: HomeVisit) -> bool:
    """Whether they accompany another visit at that time."""
    others = HomeVisit.objects.filter(companion=volunteer.user_id, state=HomeVisit.State.ASSIGNED)
    others = others.exclude(pk=visit.pk)
    return others.filter(slot_starts_at__lt=visit.slot_ends_at, slot_ends_at__gt=visit.slot_starts_at).exists()


def way_around(visit: HomeVisit, guide: User) -> tuple[datetime, datetime]:
    """When `guide`, who may also be a companion, leaves the visit before, and when they can be at the visit after:
    the slot with the way.

    After each visit at least `LEAST_WAY`. Of the way between two visits each minute is counted once, by whichever was
    promised second. Lock the guide first: another promise of theirs may come at the same moment. With the mobile team
    the tour keeps the time for the way.
    """
    starts_at, ends_at = visit.slot_starts_at, visit.slot_ends_at
    assert starts_at is not None
    assert ends_at is not None
    if visit.request_stop_id is not None:
        return starts_at, ends_at
    promised = PromisedTime.objects.filter(user=guide).exclude(visit=visit).select_related("visit__client__address")
    before = promised.filter(visit__slot_ends_at__lte=starts_at, visit__slot_ends_at__gte=starts_at - LONGEST_WAY)
    after = promised.filter(visit__slot_starts_at__gte=ends_at, visit__slot_starts_at__lte=ends_at + LONGEST_WAY)
    volunteer = Volunteer.objects.filter(user=guide).first()
    mode = volunteer.way if volunteer is not None else TravelMode.TRANSIT
    there = _way_from(mode, before.order_by("-visit__slot_ends_at").first(), visit)
    away = _way_to(mode, visit, after.order_by("visit__slot_starts_at").first())
    return starts_at - there, ends_at + max(away, LEAST_WAY)


def _way_from(mode: str, before: PromisedTime | None, visit: HomeVisit) -> timedelta:
    """What the way from the promised visit before takes beyond what is counted there already."""
    if before is None or before.visit.slot_ends_at is None:
        return timedelta()
    counted = before.ends_at - before.visit.slot_ends_at
    return max(_way(mode, before.visit, visit) - counted, timedelta())


def _way_to(mode: str, visit: HomeVisit, after: PromisedTime | None) -> timedelta:
    """The same of the way to the promised visit after."""
    if after is None or after.visit.slot_starts_at is None:
        return timedelta()
    counted = after.visit.slot_starts_at - after.starts_at
    return max(_way(mode, visit, after.visit) - counted, timedelta())


def _way(mode: str, first: HomeVisit, second: HomeVisit) -> timedelta:
    minutes = EstimatedWays().minutes(mode, point_of(first.client.address), point_of(second.client.address))
    return timedelta() if minutes >= EstimatedWays.FAR_MINUTES else min(timedelta(minutes=minutes), LONGEST_WAY)
