"""Calendar feeds (RFC 5545) for a stop, a district or a team: the same bytes as long as nothing has changed.

`DTSTAMP` is when the date last changed, not when it was asked for; `SEQUENCE` grows with each version of the plan and
each announcement; a cancelled date stays visible as CANCELLED. Times carry `TZID=Europe/Berlin` with a constant
VTIMEZONE by rule: clients that know no such zone read it right, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from lotsen.kernel.calendar import at_minute, local, local_date, spoken_clock
from touring.models import Deviation, Stop, Team, TourPlan, TourStop
from touring.queries.timetable import changes_of_halts, published_halts
from touring.words import date_words, steps_sentence

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


UrlOf = Callable[[str], str]
"""The address of a stop's page, by its key."""

SHORTEST = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class FeedDate:
    """One date as a feed needs it. `uid` stays the same whatever happens to the date."""

    stop: Stop
    uid: str
    starts_at: datetime
    ends_at: datetime
    is_off: bool
    sequence: int
    changed_at: datetime
    note: str = ""


def stop_calendar(stop: Stop, *, url: str, at: datetime) -> bytes:
    """The published dates of one stop from four weeks ago on; `url` is its page. Four queries.

    The bytes change only with the dates and from day to day.
    """
    name = _("Beratung: %(stop)s") % {"stop": stop.name}
    return _calendar(name, TourStop.objects.filter(stop=stop), lambda _key: url, at)


def area_calendar(name: str, keys: Iterable[str], *, url_of: UrlOf, at: datetime) -> bytes:
    """The published dates of the stops with these keys: a district."""
    rows = TourStop.objects.filter(stop__key__in=list(keys))
    return _calendar(_("Beratung: %(stop)s") % {"stop": name}, rows, url_of, at)


def team_calendar(team: Team, *, url_of: UrlOf, at: datetime) -> bytes:
    """Where a team stands in public. Request stops are not public and not in it."""
    rows = TourStop.objects.filter(tour__team=team, stop__is_active=True)
    return _calendar(_("Beratung: Team %(team)s") % {"team": team.name}, rows, url_of, at)


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


def _calendar(name: str, halts: QuerySet[TourStop], url_of: UrlOf, at: datetime) -> bytes:
    calendar = empty_calendar(name)
    for one in _dates(halts, at):
        calendar.add_component(_event(one, url_of(one.stop.key)))
    return calendar.to_ical()


def _dates(halts: QuerySet[TourStop], at: datetime) -> Iterator[FeedDate]:
    plans = {plan.pk: plan for plan in TourPlan.objects.filter(state=TourPlan.State.PUBLISHED)}
    since = at_minute(local_date(at - KEPT), 0)
    counted = published_halts(list(plans)).filter(pk__in=halts, stop__isnull=False, starts_at__gte=since)
    active = Prefetch("deviations", Deviation.objects.filter(revoked_at=None), to_attr="active")
    rows = counted.select_related("stop__address", "tour").prefetch_related(active).order_by("starts_at", "stop__key")
    changes = changes_of_halts(counted)
    shown = list(rows)
    instead = {halt.replaces_id: halt for halt in shown if not _is_off(halt)}
    for halt in shown:
        plan = plans[halt.tour.plan_id]
        count, last = changes.get(halt.pk, (0, None))
        assert plan.published_at is not None
        changed_at = max(filter(None, (plan.published_at, last)))
        yield _feed_date(halt, plan.version * 100 + count, changed_at, instead.get(halt.pk))


def _feed_date(halt: TourStop, sequence: int, changed_at: datetime, instead: TourStop | None) -> FeedDate:
    assert halt.stop is not None
    starts_at, ends_at = _times(halt)
    return FeedDate(
        stop=halt.stop,
        uid=_uid(halt),
        starts_at=starts_at,
        ends_at=ends_at,
        is_off=_is_off(halt),
        sequence=sequence,
        changed_at=changed_at,
        note=_note(halt, instead),
    )


def _active(halt: TourStop) -> Deviation | None:
    return next(iter(halt.active), None)  # type: ignore[attr-defined]


def _is_off(halt: TourStop) -> bool:
    deviation = _active(halt)
    return deviation is not None and deviation.kind == Deviation.Kind.CANCELLED


def _times(halt: TourStop) -> tuple[datetime, datetime]:
    """As announced: a late halt ends as planned, a moved one is as long as planned."""
    deviation = _active(halt)
    if deviation is None:
        return halt.starts_at, halt.ends_at
    if deviation.moved_to is not None:
        return deviation.moved_to, deviation.moved_to + (halt.ends_at - halt.starts_at)
    late = halt.starts_at + timedelta(minutes=deviation.minutes)
    return min(late, halt.ends_at - SHORTEST), halt.ends_at


def _uid(halt: TourStop) -> str:
    """By the date that people know, so that a moved or carried date stays the same entry in their calendars."""
    assert halt.stop is not None
    if halt.replaces_date is not None:
        return f"halt-{halt.stop.key}-{halt.replaces_date:%Y%m%d}-ersatz@lotsen"
    return f"halt-{halt.stop.key}-{halt.tour.date:%Y%m%d}@lotsen"


def _note(halt: TourStop, instead: TourStop | None) -> str:
    deviation = _active(halt)
    if instead is not None and _is_off(halt):
        words = {"date": date_words(local_date(instead.starts_at)), "time": spoken_clock(instead.starts_at)}
        return _("Ersatztermin: %(date)s, %(time)s Uhr.") % words
    if deviation is not None and deviation.moved_to is not None:
        return _("Verlegt, sonst um %(time)s Uhr.") % {"time": spoken_clock(halt.starts_at)}
    if halt.replaces_date is not None:
        return _("Ersatztermin für %(date)s.") % {"date": date_words(halt.replaces_date)}
    return ""


def _event(one: FeedDate, url: str) -> Event:
    stop, event = one.stop, Event()
    event.add("UID", one.uid)
    event.add("DTSTAMP", _utc(one.changed_at))
    event.add("LAST-MODIFIED", _utc(one.changed_at))
    event.add("SEQUENCE", one.sequence)
    event.add("DTSTART", local(one.starts_at))
    event.add("DTEND", local(one.ends_at))
    summary = _("Hilfe mit Handy und Computer: %(stop)s") % {"stop": stop.name}
    event.add("SUMMARY", _("Fällt aus: %(what)s") % {"what": summary} if one.is_off else summary)
    event.add("LOCATION", f"{stop.name}, {stop.address}")
    event.add("DESCRIPTION", " ".join(filter(None, (one.note, steps_sentence(stop.step_free, stop.steps)))))
    if stop.address.point:
        event.add("GEO", stop.address.point)
    event.add("URL", url)
    event.add("STATUS", "CANCELLED" if one.is_off else "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT")
    return event


def _utc(at: datetime) -> datetime:
    return local(at).astimezone(UTC).replace(microsecond=0)
