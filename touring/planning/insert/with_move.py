"""Places for which one other stop makes room: it is taken out, the halt put in, and both stand again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from touring.planning.insert.place import Judge, Move, Place, Work, with_placed
from touring.planning.insert.room import Room
from touring.planning.insert.spots import Option, Spot, gaps, openings, spots
from touring.planning.problem import Job, OneOff, Placement

ATTEMPTS = 3
"""For so many times as many stops as places are wanted a new place is looked for."""

TRIES = 3
"""So many new places of a stop that makes room are shown to the judge."""


@dataclass(frozen=True, slots=True, order=True)
class _Chance:
    """The halt would fit here if `other` were not there."""

    option: Option
    other: str
    at: int
    spot: Spot


def places_with_a_move(judge: Judge, room: Room, work: Work, limit: int, *, same_tour: bool) -> list[Place]:
    """The best such places, one per stop that makes room.

    `same_tour`: it keeps its days and team, only its time changes.
    """
    found: list[Place] = []
    for chance in islice(sorted(_chances(judge, room, work)), ATTEMPTS * limit):
        place = _both(judge, room, work, chance, same_tour)
        found += [place] if place else []
        if len(found) == limit:
            break
    return sorted(found, key=judge.rank)


def _chances(judge: Judge, room: Room, work: Work) -> Iterator[_Chance]:
    """For each other stop the best place that opens when it is gone."""
    taken = {spot: {opening.start for opening in openings(room, work, spot)} for spot in spots(room, work)}
    for at, job in enumerate(judge.problem.jobs):
        placed = judge.plan.placements.get(job.key)
        if placed is None or job.key == work.key:
            continue
        less = Room(judge.problem, with_placed(judge.plan, job.key, None))
        touched = [spot for spot in taken if _meets(judge, job, placed, work, spot)]
        chances = [
            _Chance(option, job.key, at, spot)
            for spot in touched
            for gap in gaps(less, work, spot)
            for option in gap.options
            if option.start not in taken[spot]
        ]
        yield from sorted(chances, key=lambda chance: chance.option)[:1]


def _meets(judge: Judge, job: Job, placed: Placement, work: Work, spot: Spot) -> bool:
    """Is the stop in a tour that the halt would be in?"""
    calendar = judge.problem.calendar
    there = {(halt.team, halt.day) for halt in placed.halts(job.pattern, calendar.cycle_weeks)}
    if isinstance(work, OneOff):
        assert spot.day is not None
        days: tuple[int, ...] = (7 * calendar.cycle_week(spot.day) + spot.day.weekday(),)
    else:
        days = work.pattern.days(spot.weekdays, spot.phase, calendar.cycle_weeks)
    return any((spot.team, day) in there for day in days)


def _both(judge: Judge, room: Room, work: Work, chance: _Chance, same_tour: bool) -> Place | None:
    """The halt at its chance, and the other stop at its best new place that the judge accepts."""
    other = room.jobs[chance.other]
    before = judge.plan.placements[other.key]
    here = chance.spot.at(chance.option.start)
    plan = with_placed(with_placed(judge.plan, other.key, None), work.key, here)
    less = Room(judge.problem, plan)
    own = Spot(before.team, before.weekdays, before.phase)
    ways = [
        (gap.options[0], gap)
        for spot in spots(less, other)
        if not same_tour or spot == own
        for gap in gaps(less, other, spot)
    ]
    for option, gap in sorted(ways, key=lambda way: way[0])[:TRIES]:
        after = gap.spot.at(option.start)
        assert isinstance(after, Placement)
        place = judge.place(work, here, (Move(other.key, before, after),))
        if place is not None:
            return place
    return None
