"""Reads of the weekly round: what it plans, what coordinators want of it, how much each reason counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from bookings.models import Entrance, HomeVisit, MatchingRound, MatchingWeights, ProposedDate, RoundWish
from bookings.queries.capacity import phone_share
from bookings.queries.offers import extra_points
from lotsen.kernel.calendar import local_date
from volunteers.matching.rank import Weights

WAITS_LONG = timedelta(days=28)
WAITS_LONG_POINTS = 60
"""What serving somebody who waits longer than `WAITS_LONG` is worth beside the days that they wait."""

SHARED = ("waiting_day", "level", "later_day")
PAIR = (*SHARED, "known", "most_known", "wished_for", "recent_visit", "minute")
ROUND = (*SHARED, "served", "kilometre", "load")


def visits_for_round(*, at: datetime) -> QuerySet[HomeVisit]:
    """Open requests that somebody agreed to, without a date and without one that waits for the person's answer. While
    what is left of the weeks is kept back for the telephone, none from the web."""
    proposed = ProposedDate.objects.filter(visit=OuterRef("pk"), state="open")
    visits = HomeVisit.objects.filter(
        ~Exists(proposed), state=HomeVisit.State.REQUESTED, agreed_at__isnull=False, held_because=""
    )
    if phone_share(at=at).is_used_up:
        visits = visits.exclude(entrance=Entrance.WEB)
    return visits.select_related("client__address").order_by("requested_at", "pk")


def round_extra(visits: Sequence[HomeVisit], *, at: datetime) -> dict[int, int]:
    """Points beside the weights: what was given back, and who waits very long."""
    extra = defaultdict(int, extra_points(visit.pk for visit in visits))
    for visit in visits:
        if local_date(at) - local_date(visit.requested_at) > WAITS_LONG:
            extra[visit.pk] += WAITS_LONG_POINTS
    return dict(extra)


def visible_rounds() -> QuerySet[MatchingRound]:
    """All rounds, the latest first; coordinators read them."""
    return MatchingRound.objects.select_related("requested_by").order_by("-pk")


def wishes_for_open_requests() -> QuerySet[RoundWish]:
    """What coordinators want for requests that have no date yet."""
    wishes = RoundWish.objects.filter(visit__state=HomeVisit.State.REQUESTED)
    return wishes.select_related("visit__client__address__district", "volunteer__user", "by").order_by("-at", "-pk")


def wishes_by_visit(visits: Iterable[int]) -> tuple[dict[int, int], dict[int, set[int]]]:
    """Volunteers who are pinned, and those who are excluded, by the request's key."""
    pinned: dict[int, int] = {}
    excluded: dict[int, set[int]] = defaultdict(set)
    for visit, volunteer, is_excluded in RoundWish.objects.filter(visit__in=list(visits)).values_list(
        "visit", "volunteer", "is_excluded"
    ):
        if is_excluded:
            excluded[visit].add(volunteer)
        else:
            pinned[visit] = volunteer
    return pinned, excluded


def latest_weights() -> MatchingWeights | None:
    """The row that holds; None as long as nobody has changed anything."""
    return MatchingWeights.objects.order_by("-pk").first()


def pair_weights() -> Weights:
    """How much each reason counts for one request."""
    row = latest_weights()
    return Weights() if row is None else Weights(**{name: getattr(row, name) for name in PAIR})


def round_weights() -> dict[str, int]:
    """How much each reason counts in the round, by the names of `RoundWeights`; what nobody changed is left out."""
    row = latest_weights()
    return {} if row is None else {"known": row.round_known, **{name: getattr(row, name) for name in ROUND}}
