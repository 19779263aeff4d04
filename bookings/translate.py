"""Visits and volunteers into the words of matching, and ways between them. All SQL of a suggestion is here.

A place is a point (latitude, longitude)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count

from bookings.models import Client, HomeVisit, Offer, Wish
from bookings.models import Need as ClientNeed
from lotsen.kernel.calendar import at_minute, holiday_name, is_working_day, local, local_date, monday_of
from lotsen.kernel.windows import OpeningHours, Window
from lotsen.places import travel
from lotsen.places.models import Address
from lotsen.places.postal_codes import shipped_centre
from volunteers.matching.case import ANY_TIME, Busy, Candidate, Need, Place, Slot, possible_slots
from volunteers.models import Volunteer
from volunteers.queries import active_volunteers
from volunteers.translate import candidate_for

HORIZON_DAYS = 14
NOTICE_DAYS = 2
RECENT = timedelta(days=28)
NO_LIFT_FLOOR = 1
SATURDAY = 5


class EstimatedWays:
    """Travel between points (latitude, longitude) from the estimate. An unknown place (None) is far, not near."""

    FAR_METRES = 99_000
    FAR_MINUTES = 999

    def __init__(self) -> None:
        self.known: dict[tuple[str, Place, Place], int] = {}

    def metres(self, start: Place, end: Place) -> int:
        """Straight line, as it is told to people."""
        if start is None or end is None:
            return self.FAR_METRES
        return round(travel.beeline(start, end))

    def minutes(self, mode: str, start: Place, end: Place) -> int:
        """Door to door, an estimate, rounded up."""
        if start is None or end is None:
            return self.FAR_MINUTES
        if (known := self.known.get((mode, start, end))) is not None:
            return known
        return -(-travel.estimate(start, end, travel.Mode(mode)).seconds // 60)

    def learn(self, mode: str, starts: Sequence[travel.Point], end: travel.Point) -> None:
        """Work out all ways to one place at once, which takes as long as a few one by one. There and back are alike."""
        seconds = travel.matrix(starts, travel.Mode(mode), targets=[end]).seconds[:, 0]
        for start, minutes in zip(starts, (-(-seconds // 60)).tolist(), strict=True):
            self.known[mode, start, end] = self.known[mode, end, start] = minutes


def ways_for(need: Need, people: Iterable[Candidate]) -> EstimatedWays:
    """The ways that ranking will ask for: between the person and everybody's home and promised visits."""
    ways = EstimatedWays()
    starts: dict[str, set[Any]] = defaultdict(set)
    for one in people:
        starts[one.mode].update(place for place in (one.place, *(busy.place for busy in one.busy)) if place)
    if need.place is not None:
        for mode, places in starts.items():
            ways.learn(mode, list(places), need.place)
    return ways


def point_of(address: Address | None) -> Place:
    """(latitude, longitude), or None where they are unknown."""
    if address is None or address.latitude is None:
        return None
    return address.latitude, address.longitude


def need_for(visit: HomeVisit) -> Need:
    """One request as matching sees it; the earlier visits of each volunteer count both ways."""
    client = visit.client
    declined = visit.offers.filter(state__in=[Offer.State.DECLINED, Offer.State.RETURNED])
    return Need(
        key=visit.pk,
        place=point_of(client.address),
        topics=tuple(topic.name for topic in visit.topics.all()),
        waiting_since=local_date(visit.requested_at),
        language=client.speaks[0] if client.speaks else "Deutsch",
        wish=OpeningHours.parse(visit.times) if visit.times else ANY_TIME,
        wish_words=visit.times_words,
        gender=client.wish,
        gender_words=str(client.get_wish_display()) if client.wish else "",
        dog=ClientNeed.DOG in client.needs,
        floor=NO_LIFT_FLOOR if ClientNeed.STAIRS in client.needs else 0,
        visits_by=_visits_by(client),
        declined=frozenset(declined.values_list("volunteer_id", flat=True)),
    )


def need_from_words(data: Mapping[str, Any], *, point: Place, at: datetime) -> Need:
    """A request that is still being typed, from the cleaned data of the intake form, as matching sees it."""
    words, hours = data.get("times") or ("", None)
    known = data.get("known")
    return Need(
        key=0,
        place=point,
        topics=tuple(topic.name for topic in data.get("topics") or ()),
        waiting_since=local_date(at),
        language=data.get("speaks") or "Deutsch",
        wish=hours or ANY_TIME,
        wish_words=words,
        gender=data.get("wish") or "",
        gender_words=str(Wish(data["wish"]).label) if data.get("wish") else "",
        dog=ClientNeed.DOG in (data.get("needs") or ()),
        floor=NO_LIFT_FLOOR if ClientNeed.STAIRS in (data.get("needs") or ()) else 0,
        visits_by=_visits_by(known) if known else {},
    )


def _visits_by(client: Client) -> dict[int, int]:
    """Earlier visits of each volunteer to this person."""
    done = HomeVisit.objects.filter(client=client, state=HomeVisit.State.DONE, guide__volunteer__isnull=False)
    return dict(done.values_list("guide__volunteer").annotate(Count("pk")))


def slots_ahead(need: Need, *, minutes: int, at: datetime) -> tuple[Slot, ...]:
    """Possible slots of the next two weeks, from the day after tomorrow on; no Sundays, no holidays."""
    first = local_date(at) + timedelta(days=NOTICE_DAYS)
    days = [first + timedelta(days=number) for number in range(HORIZON_DAYS)]
    open_days = [day for day in days if is_working_day(day) or (day.weekday() == SATURDAY and not holiday_name(day))]
    return possible_slots(need.wish, open_days, minutes=minutes)


def slots_for(visit: HomeVisit, need: Need, *, at: datetime) -> tuple[Slot, ...]:
    """The visit's slot where it has one, else the possible ones."""
    if visit.slot_starts_at is not None:
        return (_slot(visit.slot_starts_at, visit.slot_ends_at),)
    return slots_ahead(need, minutes=visit.minutes, at=at)


def _slot(starts_at: datetime, ends_at: datetime) -> Slot:
    start, end = local(starts_at), local(ends_at)
    return Slot(start.date(), Window(start.hour * 60 + start.minute, end.hour * 60 + end.minute))


def candidates(*, at: datetime) -> list[Candidate]:
    """Every active volunteer with what is promised already, in a constant number of queries."""
    busy = _promised(at)
    recent = dict(
        HomeVisit.objects.filter(state=HomeVisit.State.DONE, slot_starts_at__gte=at - RECENT)
        .values_list("guide")
        .annotate(Count("pk"))
    )
    return [
        candidate_for(
            volunteer,
            place=point_of(volunteer.home),
            busy=tuple(busy.get(volunteer.user_id, ())),
            recent_visits=recent.get(volunteer.user_id, 0),
        )
        for volunteer in active_volunteers()
    ]


def _promised(at: datetime) -> dict[int, list[Busy]]:
    """Assigned visits from this week's Monday on, by the guide's user."""
    monday = at_minute(monday_of(local_date(at)), 0)
    busy: dict[int, list[Busy]] = defaultdict(list)
    visits = HomeVisit.objects.filter(state=HomeVisit.State.ASSIGNED, slot_starts_at__gte=monday)
    home = ("client__address__latitude", "client__address__longitude")
    for guide, starts_at, ends_at, *point in visits.values_list("guide", "slot_starts_at", "slot_ends_at", *home):
        busy[guide].append(Busy(_slot(starts_at, ends_at), None if None in point else tuple(point)))
    return busy


def area_point(address: Address | None) -> Place:
    """The middle of the address's district, else of its postal code: all that an offer may tell about a place."""
    if address is None:
        return None
    district = address.district
    if district is not None and district.label_latitude is not None and district.label_longitude is not None:
        return district.label_latitude, district.label_longitude
    return shipped_centre(address.postal_code)


def area_metres(volunteer: Volunteer, client: Client) -> int | None:
    """From the volunteer's home to the middle of the person's district; None where either is unknown."""
    metres = EstimatedWays().metres(point_of(volunteer.home), area_point(client.address))
    return None if metres >= EstimatedWays.FAR_METRES else metres
