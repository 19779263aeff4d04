"""Places for one more halt in a plan that people know.

    best_places(problem, plan, job)                # a new stop, or one that stands elsewhere now
    best_places(problem, plan, one_off)            # a training, a request stop, a visit
    verdict_of_move(problem, plan, "S07", placed)  # what a drag would mean
    nearest_place(problem, plan, "S07", placed)    # the nearest time that works

All other halts keep their times; where that leaves too few places, one other stop makes room.
Every place was judged by `evaluate` before it is named: none breaks a rule that is kept now.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from touring.planning.insert.moving import MoveVerdict, nearest_place, verdict_of_move
from touring.planning.insert.place import Judge, Move, Place, Placed, Work, with_placed, with_work
from touring.planning.insert.room import Room
from touring.planning.insert.spots import gaps, spots
from touring.planning.insert.with_move import places_with_a_move
from touring.planning.plan import Plan
from touring.planning.problem import Problem

__all__ = [
    "Move",
    "MoveVerdict",
    "Place",
    "Placed",
    "Work",
    "best_places",
    "nearest_place",
    "verdict_of_move",
    "with_placed",
    "with_work",
]

TRIES_PER_GAP = 8
"""So many start times of one gap are shown to the judge before the gap is given up."""


def best_places(
    problem: Problem, plan: Plan, work: Work, *, limit: int = 10, may_slide: bool = False, may_move: bool = True
) -> tuple[Place, ...]:
    """The best places for a halt, at most `limit` and at most one per gap, the best first.

    A halt that the plan holds already is looked at as if it were taken out; costs are then against
    the plan without it. `may_slide`: among the places are those for which a stop of the same
    tour changes its time. `may_move`: where there are fewer than `limit`, places follow for which one
    other stop moves.
    """
    problem, plan = with_work(problem, work), with_placed(plan, work.key, None)
    judge, room = Judge(problem, plan), Room(problem, plan)
    found = _staying(judge, room, work, limit)
    if may_slide:
        found += places_with_a_move(judge, room, work, limit, same_tour=True)
        found = sorted(found, key=judge.rank)[:limit]
    if may_move and len(found) < limit:
        moved = places_with_a_move(judge, room, work, limit - len(found), same_tour=False)
        known = {(place.placed, place.moves) for place in found}
        found += [place for place in moved if (place.placed, place.moves) not in known][: limit - len(found)]
    return tuple(found)


def _staying(judge: Judge, room: Room, work: Work, limit: int) -> list[Place]:
    """The best gaps, cheapest first, each with its cheapest start that the judge has nothing against."""
    every = [gap for spot in spots(room, work) for gap in gaps(room, work, spot)]
    todo = [(gap.options[0], at, 0) for at, gap in enumerate(every)]
    heapify(todo)
    found: list[Place] = []
    while todo and len(found) < limit:
        option, at, tried = heappop(todo)
        gap = every[at]
        place = judge.place(work, gap.spot.at(option.start))
        if place is not None:
            found.append(place)
        elif tried + 1 < min(TRIES_PER_GAP, len(gap.options)):
            heappush(todo, (gap.options[tried + 1], at, tried + 1))
    return found
