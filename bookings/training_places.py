"""When a team could come to a facility, day by day, read from the published tours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from bookings.models import Facility
from bookings.rules import first_online_day
from lotsen.kernel.calendar import local_date
from lotsen.kernel.windows import OpeningHours
from touring.request_stops import FreePlace, free_places
from volunteers.models import Topic

SETUP_MINUTES = 20
"""So long before we are there; the confirmation promises it."""
USUAL_MINUTES = 90
HOURS = OpeningHours.parse("Mo-Fr 9:00-17:00")
AHEAD = timedelta(weeks=13)
SHOWN = 15


@dataclass(frozen=True)
class FreeDay:
    """A day with the times at which a team is near."""

    date: date
    places: tuple[FreePlace, ...]


def usual_minutes(topics: Iterable[Topic]) -> int:
    """How long a training on these topics takes."""
    return max([USUAL_MINUTES, *(topic.minutes for topic in topics)])


def free_days(
    facility: Facility, *, minutes: int, at: datetime, first: date | None = None, limit: int = SHOWN
) -> list[FreeDay]:
    """Days with free times from `first` on (not before three days from now), at most `limit` times within 13 weeks.

    Refuses an address that is not on the map (`NotOnTheMap`).
    """
    earliest = max(first_online_day(at), first or date.min)
    places = free_places(
        facility.address,
        minutes=minutes,
        setup_minutes=SETUP_MINUTES,
        earliest=earliest,
        latest=earliest + AHEAD,
        hours=HOURS,
        limit=limit,
    )
    by_time = {place.starts_at: place for place in reversed(places)}
    ordered = [by_time[starts_at] for starts_at in sorted(by_time)]
    return [
        FreeDay(day, tuple(group)) for day, group in groupby(ordered, key=lambda place: local_date(place.starts_at))
    ]
