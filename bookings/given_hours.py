"""Hours that volunteers gave: at visits, as guides or going along, and on the way there and back, in courses, and what
else was confirmed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q

from bookings.disclosure import way_minutes
from bookings.models import HomeVisit
from lotsen.kernel.calendar import at_minute, local_date
from volunteers.models import CoursePlace, OtherWork, Volunteer

VISIT, WAY, COURSE, OTHER = KINDS = ("visit", "way", "course", "other")
LONGEST = 600
"""A visit longer than ten hours is a check-out that was forgotten: then the report says how long it was."""

Month = tuple[int, int]


@dataclass
class Given:
    """Minutes of one person, by month and kind, and the number of visits."""

    months: dict[Month, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: dict.fromkeys(KINDS, 0)))
    visits: int = 0
    first_on: date | None = None

    def add(self, on: date, kind: str, minutes: int) -> None:
        self.months[on.year, on.month][kind] += minutes
        self.first_on = on if self.first_on is None else min(self.first_on, on)

    @property
    def by_kind(self) -> dict[str, int]:
        """Minutes of each kind."""
        return {kind: sum(month[kind] for month in self.months.values()) for kind in KINDS}

    @property
    def minutes(self) -> int:
        return sum(self.by_kind.values())

    @property
    def by_year(self) -> list[tuple[int, int]]:
        """(year, minutes), the first year first."""
        years: dict[int, int] = defaultdict(int)
        for (year, _month), kinds in self.months.items():
            years[year] += sum(kinds.values())
        return sorted(years.items())


def hours_given(volunteers: Collection[Volunteer], *, first: date, last: date) -> dict[int, Given]:
    """What each of these gave from `first` to `last`, both in, by primary key; five queries for any number.

    `volunteers` with home and start. A day is a day in Dresden. A visit that met nobody counts its way.
    """
    given = {volunteer.pk: Given() for volunteer in volunteers}
    for volunteer, on, kind, minutes in _visits(volunteers, first, last):
        given[volunteer.pk].add(on, kind, minutes)
        given[volunteer.pk].visits += kind == VISIT
    span = {"volunteer__in": list(given)}
    places = CoursePlace.objects.filter(attended=True, course__on__gte=first, course__on__lte=last, **span)
    for who, on, minutes in places.values_list("volunteer", "course__on", "course__minutes"):
        given[who].add(on, COURSE, minutes)
    work = OtherWork.objects.filter(state=OtherWork.State.CONFIRMED, on__gte=first, on__lte=last, **span)
    for who, on, minutes in work.values_list("volunteer", "on", "minutes"):
        given[who].add(on, OTHER, minutes)
    return given


def _visits(volunteers: Collection[Volunteer], first: date, last: date) -> Iterator[tuple[Volunteer, date, str, int]]:
    by_user = {volunteer.user_id: volunteer for volunteer in volunteers}
    states = [HomeVisit.State.DONE, HomeVisit.State.MISSED]
    went = Q(guide__in=list(by_user)) | Q(companion__in=list(by_user))
    rows = HomeVisit.objects.filter(went, state__in=states)
    rows = rows.filter(slot_starts_at__gte=at_minute(first, 0), slot_starts_at__lt=at_minute(last + timedelta(1), 0))
    for visit in rows.select_related("client__address").prefetch_related("reports"):
        assert visit.slot_starts_at is not None
        on = local_date(visit.slot_starts_at)
        for volunteer in [by_user[user] for user in (visit.guide_id, visit.companion_id) if user in by_user]:
            if visit.state == HomeVisit.State.DONE:
                yield volunteer, on, VISIT, minutes_there(visit)
            if visit.request_stop_id is None:
                yield volunteer, on, WAY, 2 * way_minutes(volunteer, volunteer.sets_out_from, visit.client.address)


def minutes_there(visit: HomeVisit) -> int:
    """From arriving to leaving, as it was pressed; else what the report says; 0 where nobody said."""
    if visit.checked_in_at and visit.checked_out_at:
        minutes = round((visit.checked_out_at - visit.checked_in_at) / timedelta(minutes=1))
        if 1 <= minutes <= LONGEST:
            return minutes
    return visit.report.minutes if visit.report else 0
