"""How much can be given in the coming weeks, what of it is kept back for the telephone, and how long people wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import caches
from django.db.models import DurationField, ExpressionWrapper, F, QuerySet, Sum

from bookings.models import Entrance, HomeVisit, PhoneShare
from volunteers.models import Volunteer

AHEAD = timedelta(days=14)
WEEKS_AHEAD = 2
LOOK_BACK = timedelta(weeks=8)
FEWEST = 5
"""So many people at least stand behind a figure."""
REMEMBERED_SECONDS = 600
PROMISED = (HomeVisit.State.SCHEDULED, HomeVisit.State.ASSIGNED)


@dataclass(frozen=True, slots=True)
class Share:
    """What is kept back for the telephone: percent of `places` visits of the coming two weeks, of which requests from
    the web have `taken` so many."""

    percent: int
    places: int
    taken: int

    @property
    def for_web(self) -> int:
        """So many visits the web may have in all."""
        return self.places * (100 - self.percent) // 100

    @property
    def is_used_up(self) -> bool:
        """Whether what is left belongs to the telephone."""
        return self.percent > 0 and self.taken >= self.for_web


def phone_share(*, at: datetime) -> Share:
    """The share kept back, what volunteers give in two weeks, and how much of it the web has already."""
    kept = PhoneShare.objects.first()
    if kept is None or not kept.percent:
        return Share(0, 0, 0)
    active = Volunteer.objects.filter(state=Volunteer.State.ACTIVE)
    a_week = active.aggregate(visits=Sum("visits_a_week"))["visits"] or 0
    coming = HomeVisit.objects.filter(slot_starts_at__range=(at, at + AHEAD), state__in=PROMISED)
    return Share(kept.percent, a_week * WEEKS_AHEAD, coming.filter(entrance=Entrance.WEB).count())


@dataclass(frozen=True, slots=True)
class Wait:
    """How many days most people waited lately from their request to their visit, and whether only this district's."""

    days: int
    is_of_district: bool


def expected_wait(district: int | None, *, at: datetime) -> Wait | None:
    """What four of five people waited at most, of all whose visit was or is promised in the last eight weeks: in the
    district (its primary key) where there are enough, else in the whole city; None where there is too little to say.
    Remembered for ten minutes."""
    for where in [district, None] if district else [None]:
        days = _days(where, at)
        if days is not None:
            return Wait(days, where is not None)
    return None


def _days(district: int | None, at: datetime) -> int | None:
    key = f"wait:{district}"
    known = caches["local"].get(key)
    if known is None:
        known = _measured(_waited(district, at))
        caches["local"].set(key, known, REMEMBERED_SECONDS)
    return known if known >= 0 else None


def _waited(district: int | None, at: datetime) -> QuerySet[HomeVisit]:
    served = HomeVisit.objects.filter(
        slot_starts_at__gte=at - LOOK_BACK,
        state__in=[HomeVisit.State.ASSIGNED, HomeVisit.State.DONE],
        requested_at__gte=at - 2 * LOOK_BACK,
    )
    return served.filter(client__address__district=district) if district else served


def _measured(visits: QuerySet[HomeVisit]) -> int:
    """Days within which four of five were visited, -1 for too few people."""
    waited = ExpressionWrapper(F("slot_starts_at") - F("requested_at"), output_field=DurationField())
    found = sorted(visits.order_by("-slot_starts_at").values_list(waited, flat=True)[:500])
    return found[len(found) * 4 // 5].days + 1 if len(found) >= FEWEST else -1
