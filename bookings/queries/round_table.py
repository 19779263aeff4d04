"""A round's result as the page shows it: days with rows, who is left out, the curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bookings.models import HomeVisit, MatchingRound, Offer
from lotsen.kernel.calendar import local, local_date
from lotsen.kernel.sentences import from_data
from volunteers.models import Volunteer

WIDTH, HEIGHT, LEAST_POINTS = 600, 160, 2


@dataclass(frozen=True, slots=True)
class Row:
    """One planned visit. `offer` is the state of the offer to this volunteer, "" where nobody was asked."""

    visit: HomeVisit
    volunteer: Volunteer
    starts_at: datetime
    reasons: tuple[str, ...]
    offer: str = ""

    @property
    def is_open(self) -> bool:
        """It can still be taken over."""
        return self.visit.state == HomeVisit.State.REQUESTED


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One request without a visit: why, the smallest change, and whom it concerns."""

    visit: HomeVisit
    reason: str
    change: str
    volunteer: Volunteer | None


@dataclass(frozen=True, slots=True)
class Helping:
    """One change, and how many more requests it would serve."""

    sentence: str
    served: int


@dataclass
class Table:
    """The whole result. `open`: how many rows can still be taken over. Sentences are said where they are shown."""

    days: list[tuple[date, list[Row]]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    helps: list[Helping] = field(default_factory=list)
    open: int = 0


def table_of(row: MatchingRound) -> Table:
    """Rows by day, in a constant number of queries. Requests or volunteers that are gone are left out."""
    entries, unserved = row.result.get("visits", []), row.result.get("unserved", [])
    visits = _visits([one["visit"] for one in entries] + [one[0] for one in unserved])
    people = _people([one["volunteer"] for one in entries] + [one[3] for one in unserved if one[3]])
    offers = _offers(entries)
    table, by_day = Table(), {}
    for one in entries:
        if one["visit"] in visits and one["volunteer"] in people:
            key = (one["visit"], one["volunteer"])
            shown = _row(one, visits[one["visit"]], people[one["volunteer"]], offers.get(key, ""))
            by_day.setdefault(local_date(shown.starts_at), []).append(shown)
            table.open += shown.is_open
    table.days = sorted(by_day.items())
    table.left_out = [
        LeftOut(visits[key], from_data(reason), from_data(change), people.get(person))
        for key, reason, change, person in unserved
        if key in visits
    ]
    table.helps = [Helping(from_data(told), served) for told, served, _people in row.result.get("help", [])]
    return table


def _row(one: dict[str, Any], visit: HomeVisit, person: Volunteer, offer: str) -> Row:
    reasons = tuple(from_data(told) for told in one["reasons"])
    return Row(visit, person, local(datetime.fromisoformat(one["at"])), reasons, offer)


def _visits(keys: Sequence[int]) -> dict[int, HomeVisit]:
    visits = HomeVisit.objects.filter(pk__in=keys).select_related("client__address__district")
    return {visit.pk: visit for visit in visits.prefetch_related("topics")}


def _people(keys: Sequence[int]) -> dict[int, Volunteer]:
    return {one.pk: one for one in Volunteer.objects.filter(pk__in=keys).select_related("user")}


def _offers(entries: Sequence[dict[str, Any]]) -> dict[tuple[int, int], str]:
    offers = Offer.objects.filter(visit__in=[one["visit"] for one in entries]).order_by("pk")
    return {(visit, person): state for visit, person, state in offers.values_list("visit", "volunteer", "state")}


@dataclass(frozen=True, slots=True)
class Curve:
    """A path in a box of 600 by 160; higher is better."""

    path: str
    bound_y: float
    last_x: float
    last_y: float


def curve_of(marks: Sequence[Sequence[float]], seconds: float, bound: float) -> Curve | None:
    """From marks (seconds, points); None with one mark."""
    if len(marks) < LEAST_POINTS:
        return None
    low, high = min(mark[1] for mark in marks), max(bound, *(mark[1] for mark in marks))
    span = (high - low) or 1
    longest = max(seconds, marks[-1][0], 1)
    points = [(round(mark[0] / longest * WIDTH, 1), _height((mark[1] - low) / span)) for mark in marks]
    steps = [f"M{points[0][0]} {points[0][1]}", *(f"H{x}V{y}" for x, y in points[1:])]
    return Curve("".join(steps), _height((bound - low) / span), *points[-1])


def _height(share: float) -> float:
    return round(HEIGHT - 12 - share * (HEIGHT - 24), 1)
