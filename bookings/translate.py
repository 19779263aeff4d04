"""Visits and volunteers into the words of matching, and ways between them. All SQL of a suggestion is here.

A place is a point (latitude, longitude)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
from django.db.models import Count, prefetch_related_objects

from bookings.models import BlockedPair, Client, HomeVisit, Offer, PromisedTime, Wish
from bookings.models import Need as ClientNeed
from bookings.queries.offers import all_who_gave_back_often
from bookings.queries.rounds import wishes_by_visit
from lotsen.kernel.calendar import Period, at_minute, holiday_name, is_working_day, local, local_date, monday_of
from lotsen.kernel.windows import DAY_MINUTES, OpeningHours, Window
from lotsen.places import travel
from lotsen.places.models import Address
from lotsen.places.postal_codes import shipped_centre
from touring.models import SchoolHoliday
from volunteers.matching.case import ANY_TIME, Busy, Need, Place, Slot, possible_slots
from volunteers.matching.columns import Lately, People
from volunteers.models import Volunteer
from volunteers.translate import roster

HORIZON_DAYS = 14
NOTICE_DAYS = 2
MINUTE = timedelta(minutes=1)
RECENT = timedelta(days=28)
NO_LIFT_FLOOR = 1
SATURDAY = 5
PACE_PERCENT = {"slow": 150, "fast": 80}
"""What a way takes of the estimate, which walks 4.5 km an hour: 3 and 5.6 km an hour."""

ROWS_AT_ONCE = 256


class EstimatedWays:
    """Travel between points (latitude, longitude) from the estimate. An unknown place (None) is far, not near."""

    FAR_METRES = 99_000
    FAR_MINUTES = 999

    def metres(self, start: Place, end: Place) -> int:
        """Straight line, as it is told to people."""
        if start is None or end is None:
            return self.FAR_METRES
        return round(travel.beeline(start, end))

    def minutes(self, mode: str, start: Place, end: Place) -> int:
        """Door to door, an estimate, rounded up. `mode` may name a pace: "foot-slow"."""
        if start is None or end is None:
            return self.FAR_MINUTES
        means, percent = _means(mode)
        return -(-travel.estimate(start, end, means).seconds * percent // 6000)

    def metres_to(self, places: Sequence[Place], end: Place) -> Sequence[int]:
        """The same from many places at once."""
        if end is None:
            return [self.FAR_METRES] * len(places)
        known, points = _known_points(tuple(places))
        metres = np.full(len(places), self.FAR_METRES, np.int64)
        metres[known] = np.rint(travel.beelines(points, [end])[:, 0])
        return metres

    def metres_table(self, places: Sequence[Place], ends: Sequence[Place]) -> Any:
        """The same to many ends: a row for each."""
        known, points = _known_points(tuple(places))
        meant = np.array([end is not None for end in ends], np.bool_)
        metres = np.full((len(ends), len(places)), self.FAR_METRES, np.int64)
        if meant.any() and known.any():
            straight = travel.beelines(points, [end for end in ends if end is not None])
            metres[np.ix_(meant, known)] = np.rint(straight).T
        return metres

    def minutes_to(self, modes: Sequence[str], places: Sequence[Place], end: Place) -> list[int]:
        """The same for many people at once, each by their own means. There and back are alike."""
        found = [self.FAR_MINUTES] * len(places)
        for mode in set(modes) if end is not None else ():
            mine = [n for n, one in enumerate(modes) if one == mode and places[n] is not None]
            if mine:
                means, percent = _means(mode)
                seconds = travel.matrix([places[n] for n in mine], means, targets=[end]).seconds[:, 0]
                for n, minutes in zip(mine, (-(-seconds * percent // 6000)).tolist(), strict=True):
                    found[n] = minutes
        return found

    def minutes_among(self, mode: str, places: Sequence[Place]) -> list[list[int]]:
        """From each of these places to each other."""
        found: list[list[int]] = self.minutes_table(mode, places).tolist()
        return found

    def minutes_table(self, mode: str, places: Sequence[Place]) -> Any:
        """The same as rows of an array, worked out some rows at a time: what lies between needs many times its room."""
        known = np.array([n for n, place in enumerate(places) if place is not None], np.int64)
        points = [place for place in places if place is not None]
        found = np.full((len(places), len(places)), self.FAR_MINUTES, np.int32)
        means, percent = _means(mode)
        for begin in range(0, len(points), ROWS_AT_ONCE):
            rows = slice(begin, begin + ROWS_AT_ONCE)
            seconds = travel.matrix(points[rows], means, targets=points).seconds
            found[np.ix_(known[rows], known)] = -(-seconds * percent // 6000)
        return found


@lru_cache(maxsize=8)
def _known_points(places: tuple[Place, ...]) -> tuple[Any, Any]:
    """Which places are known, and their points as rows; the same people are asked about for every request."""
    known = np.array([place is not None for place in places], np.bool_)
    return known, np.array([place for place in places if place is not None], np.float64).reshape(-1, 2)


def _means(mode: str) -> tuple[travel.Mode, int]:
    """The means of travel, and how long a way takes with this pace, in percent."""
    means, _, pace = mode.partition("-")
    return travel.Mode(means), PACE_PERCENT.get(pace, 100)


def point_of(address: Address | None) -> Place:
    """(latitude, longitude), or None where they are unknown."""
    if address is None or address.latitude is None:
        return None
    return address.latitude, address.longitude


def need_for(visit: HomeVisit) -> Need:
    """One request as matching sees it; the earlier visits of each volunteer count both ways."""
    return needs_for([visit])[0]


def needs_for(visits: Sequence[HomeVisit]) -> list[Need]:
    """Requests as matching sees them, in this order and in a constant number of queries."""
    prefetch_related_objects(visits, "client__address", "topics")
    keys, clients = [visit.pk for visit in visits], {visit.client_id for visit in visits}
    no = Offer.objects.filter(visit__in=keys, state__in=[Offer.State.DECLINED, Offer.State.RETURNED])
    declined = _sets(no.values_list("visit", "volunteer"))
    blocked = _sets(BlockedPair.objects.filter(client__in=clients).values_list("client", "volunteer"))
    done = HomeVisit.objects.filter(client__in=clients, state=HomeVisit.State.DONE, guide__volunteer__isnull=False)
    visits_by: dict[int, dict[int, int]] = defaultdict(dict)
    for client, volunteer, count in done.values_list("client", "guide__volunteer").annotate(Count("pk")):
        visits_by[client][volunteer] = count
    pinned, excluded = wishes_by_visit(keys)
    return [
        replace(
            _asked_for(visit),
            visits_by=visits_by.get(visit.client_id, {}),
            declined=declined[visit.pk],
            blocked=blocked[visit.client_id],
            pinned=pinned.get(visit.pk),
            excluded=frozenset(excluded.get(visit.pk, ())),
        )
        for visit in visits
    ]


def _sets(pairs: Iterable[tuple[int, int]]) -> dict[int, frozenset[int]]:
    found: dict[int, frozenset[int]] = defaultdict(frozenset)
    for key, volunteer in pairs:
        found[key] |= {volunteer}
    return found


def _asked_for(visit: HomeVisit) -> Need:
    """What the person asked for, without its history."""
    client = visit.client
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
        minutes=visit.minutes,
        area=client.address.district_id if client.address else None,
    )


def _blocked(client: Client) -> frozenset[int]:
    """Volunteers whom this person must not meet."""
    return frozenset(BlockedPair.objects.filter(client=client).values_list("volunteer_id", flat=True))


def need_from_words(data: Mapping[str, Any], *, point: Place, at: datetime, area: int | None = None) -> Need:
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
        area=area,
        visits_by=_visits_by(known) if known else {},
        blocked=_blocked(known) if known else frozenset(),
    )


def _visits_by(client: Client) -> dict[int, int]:
    """Earlier visits of each volunteer to this person."""
    done = HomeVisit.objects.filter(client=client, state=HomeVisit.State.DONE, guide__volunteer__isnull=False)
    return dict(done.values_list("guide__volunteer").annotate(Count("pk")))


def round_days(*, at: datetime) -> tuple[date, ...]:
    """The days of a round: the coming two weeks, Monday to Saturday, from the day after tomorrow on; no holidays."""
    monday, first = monday_of(local_date(at)) + timedelta(days=7), local_date(at) + timedelta(days=NOTICE_DAYS)
    days = [monday + timedelta(days=number) for number in range(HORIZON_DAYS)]
    return tuple(day for day in days if day >= first and _is_open(day))


def _is_open(day: date) -> bool:
    return is_working_day(day) or (day.weekday() == SATURDAY and not holiday_name(day))


def slots_ahead(need: Need, *, minutes: int, at: datetime, skip: timedelta = timedelta()) -> tuple[Slot, ...]:
    """Possible slots of two weeks, from the day after tomorrow on (`skip` so much later); no Sundays, no holidays."""
    first = local_date(at) + max(timedelta(days=NOTICE_DAYS), skip)
    days = [first + timedelta(days=number) for number in range(HORIZON_DAYS)]
    open_days = [day for day in days if _is_open(day)]
    return possible_slots(need.wish, open_days, minutes=minutes)


def slots_for(visit: HomeVisit, need: Need, *, at: datetime, skip: timedelta = timedelta()) -> tuple[Slot, ...]:
    """The visit's slot where it has one, else the possible ones."""
    if visit.slot_starts_at is not None:
        return (_slot(visit.slot_starts_at, visit.slot_ends_at),)
    return slots_ahead(need, minutes=visit.minutes, at=at, skip=skip)


def _slot(starts_at: datetime, ends_at: datetime) -> Slot:
    """A slot that goes over midnight, which no page offers, counts to the end of its day."""
    start = local(starts_at)
    first = start.hour * 60 + start.minute
    return Slot(start.date(), Window(first, min(first + (ends_at - starts_at) // MINUTE, DAY_MINUTES)))


def candidates(*, at: datetime) -> People:
    """Every active volunteer with what is promised already, in a constant number of queries.

    What the volunteers' own rows say is kept in memory until one of them changes; promised and recent visits are read
    each time.
    """
    promised, recent = _promised(at), dict(_recent(at))
    known = roster(point_of, school_holidays())
    return known.people.lately(
        Lately(
            promised={key: promised[user] for key, user in known.users.items() if user in promised},
            visits={key: recent[user] for key, user in known.users.items() if user in recent},
            gave_back_often=all_who_gave_back_often(at=at),
            pausing=_pausing(known.people, on=local_date(at)),
        )
    )


def _pausing(people: People, *, on: date) -> frozenset[int]:
    """Who makes a pause on this day."""
    until = {one.key: one.paused_until for one in people.candidates if one.paused_until is not None}
    return frozenset(key for key, last in until.items() if last >= on)


def school_holidays() -> tuple[Period, ...]:
    """The holidays of the schools that are known, in order."""
    known = SchoolHoliday.objects.order_by("starts_on").values_list("starts_on", "ends_on")
    return tuple(Period(*one) for one in known)


def _recent(at: datetime) -> Iterable[tuple[int, int]]:
    """Visits done in the last four weeks, by the guide's user."""
    done = HomeVisit.objects.filter(state=HomeVisit.State.DONE, slot_starts_at__gte=at - RECENT)
    return done.values_list("guide").annotate(Count("pk"))


def _promised(at: datetime) -> dict[int, list[Busy]]:
    """Assigned visits from this week's Monday on, by the user who goes, as guide or along."""
    monday = at_minute(monday_of(local_date(at)), 0)
    busy: dict[int, list[Busy]] = defaultdict(list)
    times = PromisedTime.objects.filter(visit__slot_starts_at__gte=monday)
    home = ("visit__client__address__latitude", "visit__client__address__longitude")
    slot = ("visit__slot_starts_at", "visit__slot_ends_at")
    for user, starts_at, ends_at, *point in times.values_list("user", *slot, *home):
        busy[user].append(Busy(_slot(starts_at, ends_at), None if None in point else tuple(point)))
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
    """From where the volunteer sets out to the middle of the person's district; None where either is unknown."""
    metres = EstimatedWays().metres(point_of(volunteer.sets_out_from), area_point(client.address))
    return None if metres >= EstimatedWays.FAR_METRES else metres
