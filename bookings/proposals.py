"""What can be offered while the caller waits: dates with the people who could come, and the team's free places."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bookings.models import Entrance, HomeVisit, PromisedTime
from bookings.queries import Share, phone_share
from bookings.queries.capacity import AHEAD
from bookings.queries.rounds import pair_weights
from bookings.translate import HORIZON_DAYS, NOTICE_DAYS, EstimatedWays, candidates, need_for, slots_ahead, slots_for
from lotsen.kernel.calendar import local_date
from lotsen.kernel.sentences import Sentence
from lotsen.kernel.windows import OpeningHours
from lotsen.people.models import User
from lotsen.places.models import Address
from touring.request_stops import FreePlace, free_places
from volunteers.matching.case import Need, Slot, Suggestions
from volunteers.matching.columns import People
from volunteers.matching.rank import rank
from volunteers.models import Volunteer

LOOKED_AT = 12
"""Free places that are looked at for one whose team has somebody who can be named."""
USUAL_LANGUAGE = "Deutsch"


def suggest(visit: HomeVisit, *, at: datetime, limit: int = 3, people: int = 3, only: str = "") -> Suggestions:
    """At most `limit` slots of the next two weeks with at most `people` fitting volunteers each, and who near by does
    not fit and why. For a visit with a date: who fits that date. For a request from the web, while what is left of the
    two weeks is kept back for the telephone: slots of the two weeks after. `only`: the one slot that begins then (ISO
    8601), which need not be among the best any more."""
    need, everybody = need_for(visit), candidates(at=at)
    slots = _only(slots_for(visit, need, at=at, skip=kept_back_for(visit, at=at)), only)
    return rank(need, everybody, slots, EstimatedWays(), limit=limit, people=people, weights=pair_weights())


def what_would_help(visit: HomeVisit, *, at: datetime) -> tuple[Sentence, Sentence | None]:
    """Why nobody more can be asked about a visit whose date stands, and the smallest change that would do, tried out
    first. Who fits and has said nothing is left out: nothing can be changed about them."""
    from volunteers.matching.assign.relax import why_left_out  # noqa: PLC0415 - loads OR-Tools, which pages do not need
    from volunteers.matching.assign.round import Result, Round  # noqa: PLC0415

    (slot,) = slots_for(visit, need := need_for(visit), at=at)
    wish = OpeningHours(tuple((slot.window,) if day == slot.weekday else () for day in range(7)))
    need = replace(need, wish=wish, minutes=slot.window.end - slot.window.start)
    everybody = candidates(at=at)
    fits = rank(need, everybody, [slot], EstimatedWays(), limit=1, people=len(everybody)).best
    silent = {fit.candidate.key for one in fits for fit in one.fits}
    people = People([one for one in everybody if one.key not in silent])
    asked = Round(needs=(need,), people=people, days=(slot.day,), travel=EstimatedWays())
    nothing = Result(assignments=(), unserved=(need.key,), value=0, bound=0, most_served=0, curve=(), seconds=0.0)
    (found,) = why_left_out(asked, nothing)
    return found.reason, found.change


def suggest_for(need: Need, *, minutes: int, at: datetime, limit: int = 3, only: str = "") -> Suggestions:
    """The same for a request that is still being typed."""
    people = candidates(at=at)
    slots = _only(slots_ahead(need, minutes=minutes, at=at), only)
    return rank(need, people, slots, EstimatedWays(), limit=limit, weights=pair_weights())


def _only(slots: tuple[Slot, ...], start: str) -> tuple[Slot, ...]:
    return tuple(slot for slot in slots if slot.start.isoformat() == start) if start else slots


def kept_back_for(visit: HomeVisit, *, at: datetime, share: Share | None = None) -> timedelta:
    """How long from now on nothing is offered to this request, because it belongs to those who telephone or write."""
    if visit.entrance != Entrance.WEB:
        return timedelta()
    return AHEAD if (share or phone_share(at=at)).is_used_up else timedelta()


@dataclass(frozen=True, slots=True)
class TeamPlace:
    """A free place on a tour, and who of the team would be named to the person."""

    place: FreePlace
    guide: User


def team_places(
    address: Address,
    need: Need,
    *,
    minutes: int,
    at: datetime,
    setup_minutes: int = 5,
    limit: int = 1,
    skip: timedelta = timedelta(),
) -> list[TeamPlace]:
    """At most `limit` places of the next two weeks at which the mobile team could come, each on another day. Nothing
    without a point, for another language, or where nobody of the team can be named."""
    if address.point is None or need.language != USUAL_LANGUAGE:
        return []
    first = local_date(at) + max(timedelta(days=NOTICE_DAYS), skip)
    places = free_places(
        address,
        minutes=minutes,
        setup_minutes=setup_minutes,
        earliest=first,
        latest=first + timedelta(days=HORIZON_DAYS - 1),
        hours=need.wish,
        limit=LOOKED_AT,
    )
    by_day: dict[object, TeamPlace] = {}
    guides = _guides(places)
    for place in places:
        guide = guides.get(place.team.pk)
        if guide is not None and not _is_promised(guide, place):
            by_day.setdefault(local_date(place.starts_at), TeamPlace(place, guide))
    return list(by_day.values())[:limit]


def guide_of(place: FreePlace) -> User | None:
    """Who of the team would come to this place; None where nobody is there who could."""
    guide = _guides([place]).get(place.team.pk)
    return None if guide is None or _is_promised(guide, place) else guide


def _guides(places: list[FreePlace]) -> dict[int, User]:
    """The first active member of each team: whose name stands in the letter."""
    teams = {place.team.pk: place.team for place in places}
    members = User.objects.filter(teams__in=teams, is_active=True).order_by("-pk")
    members = members.exclude(pk__in=Volunteer.objects.filter(state=Volunteer.State.SUSPENDED).values("user"))
    return {team: user for user in members.prefetch_related("teams") for team in (one.pk for one in user.teams.all())}


def _is_promised(guide: User, place: FreePlace) -> bool:
    taken = PromisedTime.objects.filter(user=guide, visit__slot_starts_at__lt=place.ends_at)
    return taken.filter(visit__slot_ends_at__gt=place.starts_at).exists()
