"""Reads of volunteers for whoever is on the telephone with them: found by name, number or card; what is theirs now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from bookings.models import HomeVisit, Offer
from bookings.queries.requests import coming_visits, open_offers, unreported_visits
from bookings.rules import CODE_WORD_FROM, can_check_in, can_check_out, can_give_back, can_leave_pair, is_guide
from bookings.search_words import ONE_LETTER, is_number, nearness, search_words, typed_digits
from lotsen.kernel.calendar import local_date
from lotsen.people.models import User
from volunteers.models import Volunteer

MOST, FEW, SHORTEST_END = 20, 3, 4
HERE_UNTIL = timedelta(hours=4)
"""So long after its end a visit on which nobody says "bin da" or "bin weg" still stands on the page."""
KEYED = -1
"""Nearer than any name: what is typed is somebody's key."""
TITLES = frozenset({"frau", "herr", "herrn"})
"""What a caller says before the name, and nobody is called."""


def listed_volunteers() -> QuerySet[Volunteer]:
    """Everybody who may call as a volunteer, by name: not who has left."""
    rows = Volunteer.objects.exclude(state=Volunteer.State.LEFT)
    return rows.select_related("user", "home__district").order_by("user__name", "pk")


def find_volunteers(text: str, *, limit: int = MOST) -> list[Volunteer]:
    """Whose name, number, card or key looks like `text`; at most `limit`, the nearest first; in two queries.

    Names are compared word by word in memory: there are thousands of volunteers at most. Misspelt ones are shown only
    where nobody is called so.
    """
    text = text.replace("\x00", "").strip()
    if is_number(text):
        return _numbered(typed_digits(text), limit)
    words = [word for word in search_words(text) if word not in TITLES]
    rows = listed_volunteers().order_by().values_list("pk", "user__name", "key")
    steps = [(KEYED if key.lower() == text.lower() else nearness(words, name), name, pk) for pk, name, key in rows]
    found = sorted((step, name, pk) for step, name, pk in steps if step is not None)
    best = [pk for step, _name, pk in found if step == found[0][0] or step < ONE_LETTER][:limit]
    people = listed_volunteers().in_bulk(best)
    return [people[pk] for pk in best if pk in people]


def _numbered(digits: str, limit: int) -> list[Volunteer]:
    """Whose card has this number, whose telephone begins with it, else whose ends with it."""
    if len(digits) < SHORTEST_END:
        return []
    national = f"+49{digits[1:]}" if digits.startswith("0") else digits
    exact = Q(user__cards__number=digits, user__cards__revoked_at=None) | Q(user__phone__startswith=national)
    found = list(listed_volunteers().filter(exact).distinct()[:limit])
    return found or list(listed_volunteers().filter(user__phone__endswith=digits)[:limit])


def volunteers_with(phone: str) -> list[Volunteer]:
    """Whose number this is; two of one household may share it."""
    return list(listed_volunteers().filter(user__phone=phone)[:FEW])


@dataclass(frozen=True)
class Coming:
    """A visit ahead; `offer` is what they would give back, 0 where they cannot any more or go along only.

    Who goes along says yes or no while `can_answer`.
    """

    visit: HomeVisit
    offer: int
    is_along: bool
    can_answer: bool


@dataclass(frozen=True)
class Here:
    """A visit of now: what they can say of it. Who goes along can only ask for help."""

    visit: HomeVisit
    can_arrive: bool
    can_leave: bool
    is_along: bool


@dataclass(frozen=True)
class AtHand:
    """What an agent needs while a volunteer is on the telephone. No papers, no notes, nothing about whom they visit."""

    here: Sequence[Here]
    coming: Sequence[Coming]
    unreported: Sequence[HomeVisit]
    offers: Sequence[Offer]
    different: Sequence[tuple[date, date, str]]
    paused_until: date | None


def at_hand(volunteer: Volunteer, *, at: datetime) -> AtHand:
    """Visits of now and ahead, missing reports, open offers, days that are different; in a constant number of queries.
    Expects absences and other hours to be fetched."""
    user, today = volunteer.user, local_date(at)
    away = [(one.first_on, one.last_on, "") for one in volunteer.absences.all() if one.last_on >= today]
    other = [(one.on, one.on, str(one.opening_hours)) for one in volunteer.other_hours.all() if one.on >= today]
    paused = volunteer.paused_until
    visits = _promised(user, at=at)
    return AtHand(
        here=[_here(visit, user, at=at) for visit in visits if _is_now(visit, at=at)],
        coming=_coming([visit for visit in visits if _is_ahead(visit, at=at)][:MOST], user, at=at),
        unreported=list(unreported_visits(user, at=at)[:MOST]),
        offers=list(open_offers(user, at=at)[:MOST]),
        different=sorted([*away, *other]),
        paused_until=paused if paused and paused >= today else None,
    )


def _promised(user: User, *, at: datetime) -> list[HomeVisit]:
    """What is ahead, was over a while ago, or has somebody there still."""
    there = Q(checked_in_at__isnull=False, checked_out_at=None)
    return list(coming_visits(user, at=at).filter(Q(slot_ends_at__gte=at - HERE_UNTIL) | there)[: 2 * MOST])


def _is_ahead(visit: HomeVisit, *, at: datetime) -> bool:
    return visit.slot_ends_at is not None and visit.slot_ends_at >= at and visit.checked_out_at is None


def _is_now(visit: HomeVisit, *, at: datetime) -> bool:
    return visit.slot_starts_at is not None and visit.slot_starts_at - CODE_WORD_FROM <= at


def _here(visit: HomeVisit, user: User, *, at: datetime) -> Here:
    return Here(
        visit=visit,
        can_arrive=can_check_in(visit, user, at=at) and visit.checked_in_at is None,
        can_leave=can_check_out(visit, user, at=at) and visit.checked_out_at is None,
        is_along=not is_guide(visit, user),
    )


def _coming(visits: list[HomeVisit], user: User, *, at: datetime) -> list[Coming]:
    taken = Offer.objects.filter(visit__in=visits, volunteer__user=user, state=Offer.State.ACCEPTED)
    offers = dict(taken.values_list("visit", "pk"))
    return [
        Coming(
            visit=visit,
            offer=offers.get(visit.pk, 0) if can_give_back(visit, user, at=at) else 0,
            is_along=visit.guide_id != user.pk,
            can_answer=visit.companion_id == user.pk and can_leave_pair(visit, user, at=at),
        )
        for visit in visits
    ]
