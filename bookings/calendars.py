"""A training as a calendar file, a guide's dates as a feed: right in every calendar, with the zone told by rule."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from icalendar import Event

from bookings.models import CalendarEntry, Training
from lotsen.kernel import references
from lotsen.kernel.calendar import local
from touring.feeds import empty_calendar


def training_calendar(training: Training, *, url: str) -> bytes:
    """The file for somebody's own calendar. A called-off training comes as CANCELLED and removes the old entry."""
    stop = training.request_stop
    assert stop is not None
    assert stop.starts_at is not None
    assert stop.ends_at is not None
    is_off = training.state == Training.State.CANCELLED
    event = Event()
    event.add("UID", f"schulung-{training.reference}@lotsen")
    event.add("DTSTAMP", _utc(training.requested_at))
    event.add("SEQUENCE", 1 if is_off else 0)
    event.add("DTSTART", local(stop.starts_at))
    event.add("DTEND", local(stop.ends_at))
    topics = ", ".join(topic.name for topic in training.topics.all())
    event.add("SUMMARY", _("Schulung der Lotsen: %(topics)s") % {"topics": topics})
    event.add("LOCATION", ", ".join(part for part in (training.facility.name, training.room) if part))
    event.add("DESCRIPTION", _("Nummer %(reference)s") % {"reference": references.grouped(training.reference)})
    event.add("URL", url)
    event.add("STATUS", "CANCELLED" if is_off else "CONFIRMED")
    calendar = empty_calendar(_("Schulung der Lotsen"))
    calendar.add_component(event)
    return calendar.to_ical()


def guide_calendar(entries: Iterable[CalendarEntry]) -> bytes:
    """A guide's dates: "Lotsen-Termin" with the district and the time, nothing more. The same bytes as long as nothing
    changes; a date that is called off stays as CANCELLED."""
    calendar = empty_calendar(_("Lotsen-Termine"))
    for entry in entries:
        calendar.add_component(_guide_event(entry))
    return calendar.to_ical()


def _guide_event(entry: CalendarEntry) -> Event:
    event = Event()
    event.add("UID", f"termin-{entry.uid}@lotsen")
    event.add("DTSTAMP", _utc(entry.changed_at))
    event.add("LAST-MODIFIED", _utc(entry.changed_at))
    event.add("SEQUENCE", entry.sequence)
    event.add("DTSTART", local(entry.starts_at))
    event.add("DTEND", local(entry.ends_at))
    summary = ", ".join(part for part in (_("Lotsen-Termin"), entry.place) if part)
    event.add("SUMMARY", _("Fällt aus: %(what)s") % {"what": summary} if entry.is_off else summary)
    event.add("CLASS", "PRIVATE")
    event.add("STATUS", "CANCELLED" if entry.is_off else "CONFIRMED")
    return event


def _utc(at: datetime) -> datetime:
    return local(at).astimezone(UTC).replace(microsecond=0)
