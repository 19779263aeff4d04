"""What a drag would mean, and the nearest time that works when it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from touring.planning.evaluate import Verdict, Violation, evaluate
from touring.planning.insert.place import Judge, Placed, Work, new_violations, with_placed
from touring.planning.insert.room import Room
from touring.planning.insert.spots import Spot, openings, spots
from touring.planning.plan import Plan
from touring.planning.problem import DatedPlacement, Problem

TRIES = 12
"""So many times of equal distance are shown to the judge before the search goes further away."""


@dataclass(frozen=True, slots=True)
class MoveVerdict:
    """What is different with one halt elsewhere; seconds are per cycle, more than before.

    `hard`, `soft`: only rules that were kept before. `changes`: stops that would stand elsewhere
    than people know, more than before.
    """

    before: Verdict
    after: Verdict
    hard: tuple[Violation, ...]
    soft: tuple[Violation, ...]
    driving_delta: int
    idle_delta: int
    missed_wishes: int
    changes: int

    @property
    def is_allowed(self) -> bool:
        """No rule is broken that was kept before."""
        return not self.hard


def verdict_of_move(
    problem: Problem, plan: Plan, key: str, placed: Placed | None, *, before: Verdict | None = None
) -> MoveVerdict:
    """The judge on the plan with this halt elsewhere, or (`None`) left out; `before`: the plan's verdict, if known."""
    known = before or evaluate(problem, plan)
    after = evaluate(problem, with_placed(plan, key, placed))
    new = new_violations(known, after)
    return MoveVerdict(
        before=known,
        after=after,
        hard=tuple(violation for violation in new if violation.hard),
        soft=tuple(violation for violation in new if not violation.hard),
        driving_delta=after.driving_seconds - known.driving_seconds,
        idle_delta=after.idle_seconds - known.idle_seconds,
        missed_wishes=after.missed_wishes - known.missed_wishes,
        changes=len(after.changed) - len(known.changed),
    )


def nearest_place(problem: Problem, plan: Plan, key: str, placed: Placed) -> Placed | None:
    """The nearest time to `placed` that breaks no rule, all other halts staying; `None` where there is none.

    Nearest is the same team and days (then in another week), the same days with another team, the
    same team on another day, anything else; among equals the least difference of the time of day.
    """
    work = problem.job(key) or next((one for one in problem.one_offs if one.key == key), None)
    if work is None:
        return None
    less = with_placed(plan, key, None)
    judge, room = Judge(problem, less), Room(problem, less)
    ordered = sorted(spots(room, work), key=lambda spot: _distance(spot, placed))
    for _, equal in groupby(ordered, key=lambda spot: _distance(spot, placed)):
        near = sorted(_times(room, work, list(equal)), key=lambda time: abs(time.start - placed.start))
        for candidate in islice(near, TRIES):
            if judge.place(work, candidate) is not None:
                return candidate
    return None


def _times(room: Room, work: Work, equal: list[Spot]) -> Iterator[Placed]:
    for spot in equal:
        yield from (spot.at(opening.start) for opening in openings(room, work, spot))


def _distance(spot: Spot, placed: Placed) -> tuple[int, int, int]:
    """How far the spot is from where the halt was dragged to, the time aside."""
    if isinstance(placed, DatedPlacement):
        days = abs((spot.day - placed.day).days) if spot.day else 0
        return int(spot.team != placed.team) + 2 * (days > 0), days, 0
    if set(spot.weekdays) == set(placed.weekdays):
        return (0 if spot.team == placed.team else 1), 0, abs(spot.phase - placed.phase)
    days = sum(min(abs(day - other) for other in placed.weekdays) for day in spot.weekdays)
    return (2 if spot.team == placed.team else 3), days, abs(spot.phase - placed.phase)
