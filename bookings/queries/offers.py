"""Reads of offers: who gives back often, and which requests were given back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from bookings.models import BlockedPair, Client, HomeVisit, Offer, Wave
from bookings.states import CLOSED
from volunteers.models import Volunteer

MOST_RETURNS, RETURNS_SPAN = 3, timedelta(days=7)
GIVEN_BACK_POINTS = 60
"""What serving a request that was given back is worth beside the weights: fifteen days of waiting."""


def _returned(at: datetime) -> QuerySet[Offer]:
    return Offer.objects.filter(given_back=True, answered_at__gt=at - RETURNS_SPAN)


def returns_lately(volunteer: Volunteer, *, at: datetime) -> int:
    """How many visits the volunteer gave back within seven days."""
    return _returned(at).filter(volunteer=volunteer).count()


def gave_back_often(volunteer: Volunteer, *, at: datetime) -> bool:
    """Whether somebody must talk with them first."""
    return returns_lately(volunteer, at=at) >= MOST_RETURNS


def all_who_gave_back_often(*, at: datetime) -> frozenset[int]:
    """The same for everybody, by the volunteer's key."""
    often = _returned(at).values("volunteer").annotate(n=Count("pk")).filter(n__gte=MOST_RETURNS)
    return frozenset(often.values_list("volunteer", flat=True))


def codes_in_use(volunteer: Volunteer) -> set[str]:
    """The four digits that mean something in an SMS of theirs: open questions, promised visits, and going along."""
    promised = Q(state=Offer.State.ACCEPTED, visit__state=HomeVisit.State.ASSIGNED)
    offers = Offer.objects.filter(Q(state=Offer.State.OPEN) | promised, volunteer=volunteer)
    along = HomeVisit.objects.filter(companion=volunteer.user_id, state=HomeVisit.State.ASSIGNED)
    return {code for (code,) in offers.values_list("code").union(along.values_list("companion_code"))}


def was_given_back() -> Exists:
    """For an annotation: the volunteer who was to come has given the visit back."""
    return Exists(Offer.objects.filter(visit=OuterRef("pk"), given_back=True))


def extra_points(visits: Iterable[int]) -> dict[int, int]:
    """`Round.extra` of these requests: what was given back goes before what waits as long."""
    back = HomeVisit.objects.filter(was_given_back(), pk__in=list(visits))
    return dict.fromkeys(back.values_list("pk", flat=True), GIVEN_BACK_POINTS)


def waves_due(*, at: datetime) -> list[tuple[int, int]]:
    """Wave and visit of everything that must go on: its time has come, or nobody is left who could answer."""
    is_open = Exists(Offer.objects.filter(visit=OuterRef("visit"), state=Offer.State.OPEN, answer_by__gt=at))
    due = Wave.objects.filter(Q(next_at__lte=at) | ~is_open, ended_at=None)
    return list(due.order_by("next_at", "pk").values_list("pk", "visit"))


def open_offers_of(visit: HomeVisit) -> QuerySet[Offer]:
    """Who is being asked about this visit, in the order in which they were asked."""
    offers = Offer.objects.filter(visit=visit, state=Offer.State.OPEN).select_related("volunteer__user")
    return offers.order_by("created_at", "pk")


def answerable_offers(visit: HomeVisit) -> QuerySet[Offer]:
    """Who may still answer by phone: those being asked, and who has said yes and may have to give it back."""
    offers = Offer.objects.filter(visit=visit, state__in=[Offer.State.OPEN, Offer.State.ACCEPTED])
    offers = offers.exclude(visit__state__in=CLOSED).select_related("volunteer__user")
    return offers.order_by("created_at", "pk")


def blocked_pairs(client: Client) -> QuerySet[BlockedPair]:
    """Who must not meet this person, for coordinators only."""
    return BlockedPair.objects.filter(client=client).select_related("volunteer__user").order_by("at", "pk")
