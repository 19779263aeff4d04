"""The smallest change that would let a stop in that is left out, verified by making it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from touring.planning.evaluate import evaluate
from touring.planning.evaluate.verdict import listed, weekday_words
from touring.planning.explain.candidates import EFFORT, GRID, Candidate, candidates
from touring.planning.insert import Placed, best_places, with_placed
from touring.planning.insert.place import Judge
from touring.planning.insert.room import Room
from touring.planning.insert.spots import Spot, gaps, spots
from touring.planning.plan import Plan
from touring.planning.problem import Job, Placement, Problem, clock_words

Solver = Callable[[Problem, Plan], Plan]

TRIES = 3
SOLVED = 6
"""So many changes, the smallest first, are given to the solver where none helps with the others staying."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change and the plan that it allows. `amount` in seconds, 0 where it is all or nothing.

    `problem`: with the change. `plan`: of that problem, with the stop in it and no rule broken that
    was kept before. `moved`: other stops that stand elsewhere in it.
    """

    kind: str
    amount: int
    sentence: str
    problem: Problem
    plan: Plan
    moved: tuple[str, ...] = ()


def smallest_change(problem: Problem, plan: Plan, key: str, *, solver: Solver | None = None) -> Remedy | None:
    """The smallest change that fits the stop in; `None` where none of those that are known helps.

    The other stops stay, or one of them moves; only if neither is enough is a `solver` asked, where one
    is given (a short run from the given plan). A stop that fits as things are needs no change: `kind` is then "none".
    """
    job = problem.job(key)
    if job is None or key in plan.placements:
        return None
    if best_places(problem, plan, job, limit=1, may_move=False):
        return _one_moved(problem, plan, job)
    every = candidates(problem, job)
    found, effort = _staying(plan, key, every)
    if found is None or effort > EFFORT["move"]:
        found = _one_moved(problem, plan, job) or found
    if found is None and solver is not None:
        found = _solved(problem, plan, key, every, solver)
    return found


def _staying(plan: Plan, key: str, every: tuple[Candidate, ...]) -> tuple[Remedy | None, int]:
    """The smallest change with which it fits in while all others keep their times, and its effort."""
    best: Remedy | None = None
    effort = 0
    for candidate in every:
        most = candidate.most if best is None else min(candidate.most, effort - candidate.effort(0) - GRID)
        if best is not None and candidate.effort(GRID if candidate.most else 0) >= effort:
            continue
        if _put_in(plan, key, candidate, most) is None:
            continue
        amount = _least(most, partial(_put_in, plan, key, candidate))
        best, effort = _put_in(plan, key, candidate, amount), candidate.effort(amount)
    return best, effort


def _least(most: int, attempt: Callable[[int], Remedy | None]) -> int:
    """The least amount that fits, where `most` does and more never fits worse."""
    low, high = 0, most // GRID
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if attempt(middle * GRID) else (middle, high)
    return high * GRID


def _put_in(plan: Plan, key: str, candidate: Candidate, amount: int) -> Remedy | None:
    """The problem really changed and the stop put in where the judge agrees, all others staying."""
    problem = candidate.changed(amount)
    job = problem.job(key) if problem else None
    if problem is None or job is None:
        return None
    room, judge = Room(problem, plan), Judge(problem, plan)
    near = [spot for spot in spots(room, job) if _is_near(spot, candidate)]
    for gap in (gap for spot in near for gap in gaps(room, job, spot)):
        for option in gap.options[:TRIES]:
            placed = gap.spot.at(option.start)
            if not judge.hard_at(job, placed):
                after = with_placed(plan, key, placed)
                return Remedy(candidate.kind, amount, candidate.words(amount), problem, after)
    return None


def _is_near(spot: Spot, candidate: Candidate) -> bool:
    """Can the change make a difference there?"""
    return candidate.team in (None, spot.team) and (candidate.weekday is None or candidate.weekday in spot.weekdays)


def _one_moved(problem: Problem, plan: Plan, job: Job) -> Remedy | None:
    """Nothing changes but the place of one other stop."""
    place = next(iter(best_places(problem, plan, job, limit=1)), None)
    if place is None:
        return None
    after = with_placed(plan, job.key, place.placed)
    for move in place.moves:
        after = with_placed(after, move.job, move.after)
    moves = [f"{_name(problem, move.job)} auf {_when(move.after)}" for move in place.moves]
    verb = f"Erst {listed(moves)} verlegen" if moves else "Noch einmal planen"
    sentence = f"{verb}, dann passt {job.name} {_when(place.placed)}."
    return Remedy("move" if moves else "none", 0, sentence, problem, after, tuple(move.job for move in place.moves))


def _name(problem: Problem, key: str) -> str:
    job = problem.job(key)
    return job.name if job else key


def _when(placed: Placed) -> str:
    if isinstance(placed, Placement):
        return f"{weekday_words(placed.weekdays)} {clock_words(placed.start)} Uhr"
    return f"den {placed.day:%d.%m.%Y} um {clock_words(placed.start)} Uhr"


def _solved(problem: Problem, plan: Plan, key: str, every: tuple[Candidate, ...], solver: Solver) -> Remedy | None:
    """The first change with which a run finds room, the others moving; with the least amount that a run confirms."""
    same = Candidate("plan", 0, lambda _: problem, lambda _: "Noch einmal planen.")
    for candidate in (same, *every[:SOLVED]):
        found = _planned(plan, key, candidate, solver, candidate.most)
        if found is None:
            continue
        if candidate.most:
            amount = _least(candidate.most, partial(_planned, plan, key, candidate, solver))
            found = _planned(plan, key, candidate, solver, amount) or found
        return found
    return None


def _planned(plan: Plan, key: str, candidate: Candidate, solver: Solver, amount: int) -> Remedy | None:
    """A run on the changed problem, if it serves the stop, leaves no other out and breaks no rule."""
    problem = candidate.changed(amount)
    if problem is None:
        return None
    after = solver(problem, plan)
    verdict = evaluate(problem, after)
    left_out = set(verdict.unserved) - set(evaluate(problem, plan).unserved)
    if key not in after.placements or left_out or verdict.hard:
        return None
    moved = tuple(other for other, there in plan.placements.items() if after.placements.get(other) != there)
    count = "ein anderer Halt steht" if len(moved) == 1 else f"{len(moved)} andere Halte stehen"
    more = f" Dann passt es, und {count} anders." if moved else ""
    return Remedy(candidate.kind, amount, candidate.words(amount) + more, problem, after, moved)
