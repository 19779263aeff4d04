"""What each reason contributed to a suggestion, in points; the sum is the score of `rank`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bookings.models import HomeVisit, MatchingWeights
from bookings.proposals import kept_back_for
from bookings.queries.rounds import pair_weights
from bookings.translate import EstimatedWays, candidates, need_for, slots_for
from volunteers.matching.case import Candidate, Need, Slot
from volunteers.matching.rank import Weights, rank

PARTS = ("waiting_day", "level", "known", "wished_for", "recent_visit", "minute", "later_day")
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Weighed:
    """One suggestion with its points, in the order of `PARTS`."""

    slot: Slot
    name: str
    points: tuple[int, ...]
    score: int


def part_names() -> list[str]:
    """What the points are for, in the order of `PARTS`."""
    return [str(MatchingWeights._meta.get_field(name).verbose_name) for name in PARTS]


def weighed(visit: HomeVisit, *, at: datetime) -> list[Weighed]:
    """The five best suggestions for an open request, each with its best person."""
    need, weights, ways = need_for(visit), pair_weights(), EstimatedWays()
    slots = slots_for(visit, need, at=at, skip=kept_back_for(visit, at=at))
    found = rank(need, candidates(at=at), slots, ways, limit=SHOWN, people=1, weights=weights)
    return [
        Weighed(
            one.slot,
            one.best.candidate.name,
            points_of(need, one.best.candidate, one.slot, first=slots[0], weights=weights),
            one.best.score,
        )
        for one in found.best
    ]


def points_of(need: Need, person: Candidate, slot: Slot, *, first: Slot, weights: Weights) -> tuple[int, ...]:
    """The parts of `rank.score`, in the order of `PARTS`."""
    minutes = EstimatedWays().minutes(person.mode, person.place, need.place)
    return (
        weights.waiting_day * max(0, (first.day - need.waiting_since).days),
        weights.level * min((person.levels.get(topic, 0) for topic in need.topics), default=0),
        weights.known * min(need.visits_by.get(person.key, 0), weights.most_known),
        weights.wished_for * (person.key in need.wished_for),
        weights.recent_visit * person.recent_visits,
        weights.minute * minutes,
        weights.later_day * (slot.day - first.day).days,
    )
