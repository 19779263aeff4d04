"""Calendar feeds (RFC 5545): one for each stop, the same bytes as long as nothing has changed.

`DTSTAMP` is when the date last changed, not when it was asked for; `SEQUENCE` grows with each version of the plan and
each announcement; a cancelled date stays visible as CANCELLED. Times carry `TZID=Europe/Berlin` with a constant
VTIMEZONE by rule: clients that know no such zone read it right, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from lotsen.kernel.calendar import at_minute, local, local_date
from touring.models import Deviation, Stop, TourPlan
from touring.queries.timetable import changes_of_halts, published_halts
from touring.words import steps_sentence

CONTENT_TYPE = "text/calendar; charset=utf-8"
KEPT = timedelta(days=28)
"""Dates that are over stay so long, so that a cancelled one is seen."""

BERLIN = b"""BEGIN:VTIMEZONE\r
TZID:Europe/Berlin\r
X-LIC-LOCATION:Europe/Berlin\r
BEGIN:DAYLIGHT\r
TZNAME:CEST\r
TZOFFSETFROM:+0100\r
TZOFFSETTO:+0200\r
DTSTART:19700329T020000\r
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r
END:DAYLIGHT\r
BEGIN:STANDARD\r
TZNAME:CET\r
TZOFFSETFROM:+0200\r
TZOFFSETTO:+0100\r
DTSTART:19701025T030000\r
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r
END:STANDARD\r
END:VTIMEZONE\r
"""


@dataclass(frozen=True, slots=True)
class FeedDate:
    """One date as the feed needs it."""

    starts_at: datetime
    ends_at: datetime
    is_off: bool
    sequence: int
    changed_at: datetime


def stop_calendar(stop: Stop, *, url: str, at: datetime) -> bytes:
    """The published dates of one stop from four weeks ago on; `url` is its page. Three queries.

    The bytes change only with the dates and from day to day.
    """
    calendar = empty_calendar(_("Beratung: %(stop)s") % {"stop": stop.name})
    for one in _dates(stop, at):
        calendar.add_component(_event(stop, one, url))
    return calendar.to_ical()


def empty_calendar(name: str) -> Calendar:
    """A calendar with its zone and no event. It carries no UID: readers would fold the whole feed into one entry."""
    calendar = Calendar()
    calendar.add("PRODID", "-//Lotsen//Fahrplan//DE")
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("X-WR-CALNAME", name)
    calendar.add("REFRESH-INTERVAL", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", "PT12H")
    calendar.add_component(Timezone.from_ical(BERLIN))
    return calendar


def _dates(stop: Stop, at: datetime) -> Iterable[FeedDate]:
    plans = {plan.pk: plan for plan in TourPlan.objects.filter(state=TourPlan.State.PUBLISHED)}
    since = at_minute(local_date(at - KEPT), 0)
    halts = published_halts(list(plans)).filter(stop=stop, starts_at__gte=since).order_by("starts_at")
    changes = changes_of_halts(stop.pk, list(plans))
    off = set(
        Deviation.objects.filter(halt__stop=stop, kind=Deviation.Kind.CANCELLED, revoked_at=None).values_list(
            "halt_id", flat=True
        )
    )
    late = dict(
        Deviation.objects.filter(halt__stop=stop, kind=Deviation.Kind.LATE, revoked_at=None).values_list(
            "halt_id", "minutes"
        )
    )
    for pk, plan_id, starts_at, ends_at in halts.values_list("pk", "tour__plan_id", "starts_at", "ends_at"):
        count, last = changes.get(pk, (0, None))
        plan = plans[plan_id]
        assert plan.published_at is not None
        begins = starts_at + timedelta(minutes=late.get(pk, 0))
        yield FeedDate(
            starts_at=min(begins, ends_at - timedelta(minutes=5)),
            ends_at=ends_at,
            is_off=pk in off,
            sequence=plan.version * 100 + count,
            changed_at=max(filter(None, (plan.published_at, last))),
        )


def _event(stop: Stop, one: FeedDate, url: str) -> Event:
    event = Event()
    event.add("UID", f"halt-{stop.key}-{local_date(one.starts_at):%Y%m%d}@lotsen")
    event.add("DTSTAMP", _utc(one.changed_at))
    event.add("LAST-MODIFIED", _utc(one.changed_at))
    event.add("SEQUENCE", one.sequence)
    event.add("DTSTART", local(one.starts_at))
    event.add("DTEND", local(one.ends_at))
    summary = _("Hilfe mit Handy und Computer: %(stop)s") % {"stop": stop.name}
    event.add("SUMMARY", _("Fällt aus: %(what)s") % {"what": summary} if one.is_off else summary)
    event.add("LOCATION", f"{stop.name}, {stop.address}")
    event.add("DESCRIPTION", steps_sentence(stop.step_free, stop.steps))
    if stop.address.point:
        event.add("GEO", stop.address.point)
    event.add("URL", url)
    event.add("STATUS", "CANCELLED" if one.is_off else "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT")
    return event


def _utc(at: datetime) -> datetime:
    return local(at).astimezone(UTC).replace(microsecond=0)
