"""A place for a halt, and the judge's word on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from touring.planning.evaluate import Verdict, Violation, evaluate
from touring.planning.plan import Plan
from touring.planning.problem import DatedPlacement, Job, OneOff, Placement, Problem

Work = Job | OneOff
Placed = Placement | DatedPlacement


@dataclass(frozen=True, slots=True)
class Move:
    """Another stop that makes room: where it stands now, and where it would."""

    job: str
    before: Placement
    after: Placement


@dataclass(frozen=True, slots=True)
class Place:
    """Where a halt fits, and what it costs; seconds are per cycle, of a one-off job those of its date.

    `changes`: stops that would stand elsewhere than people know, more than now. `soft`: rules that
    are not nice and were kept before. `moves`: the other stop that makes room, if any.
    """

    placed: Placed
    extra_driving: int
    extra_idle: int
    missed_wishes: int
    changes: int
    soft: tuple[Violation, ...] = ()
    moves: tuple[Move, ...] = ()


def with_work(problem: Problem, work: Work) -> Problem:
    """The problem with this job as it is given here; another of the same key gives way."""
    if isinstance(work, Job):
        if work in problem.jobs:
            return problem
        return replace(problem, jobs=(*(job for job in problem.jobs if job.key != work.key), work))
    if work in problem.one_offs:
        return problem
    return replace(problem, one_offs=(*(one for one in problem.one_offs if one.key != work.key), work))


def with_placed(plan: Plan, key: str, placed: Placed | None) -> Plan:
    """The plan with one halt elsewhere, or (`None`) without it."""
    placements = {other: there for other, there in plan.placements.items() if other != key}
    dated = {other: on for other, on in plan.dated.items() if other != key}
    if isinstance(placed, Placement):
        placements[key] = placed
    elif placed is not None:
        dated[key] = placed
    return Plan(placements, dated)


def new_violations(before: Verdict, after: Verdict) -> tuple[Violation, ...]:
    """What the second verdict says and the first does not."""
    return tuple(_more(list(before.violations), after.violations))


def _more(known: list[Violation], violations: tuple[Violation, ...]) -> Iterator[Violation]:
    for violation in violations:
        if violation in known:
            known.remove(violation)
        else:
            yield violation


class Judge:
    """Judges changes of one plan against the plan as it is."""

    def __init__(self, problem: Problem, plan: Plan, before: Verdict | None = None) -> None:
        self.problem, self.plan = problem, plan
        self.before = before or evaluate(problem, plan)

    def place(self, work: Work, placed: Placed, moves: tuple[Move, ...] = ()) -> Place | None:
        """The place with its cost; `None` where the plan with it would break a rule that is kept now."""
        plan = with_placed(self.plan, work.key, placed)
        for move in moves:
            plan = with_placed(plan, move.job, move.after)
        after = evaluate(self.problem, plan)
        new = new_violations(self.before, after)
        if any(violation.hard for violation in new):
            return None
        return Place(
            placed,
            after.driving_seconds - self.before.driving_seconds,
            after.idle_seconds - self.before.idle_seconds,
            after.missed_wishes - self.before.missed_wishes,
            len(set(after.changed) - (set(self.before.changed) - {work.key})),
            new,
            moves,
        )

    def hard_at(self, work: Work, placed: Placed) -> tuple[Violation, ...]:
        """The hard rules that the halt would newly break there."""
        after = evaluate(self.problem, with_placed(self.plan, work.key, placed))
        return tuple(violation for violation in new_violations(self.before, after) if violation.hard)

    def rank(self, place: Place) -> tuple[int, int, int, int]:
        """Smaller is better, as in `Objective`: changes, driving with missed wishes, idle time; then few moves."""
        price = self.problem.change_price
        changes, paid = (place.changes, 0) if price is None else (0, price * place.changes)
        cost = place.extra_driving + self.problem.wish_price * place.missed_wishes + paid
        return changes, cost, place.extra_idle, len(place.moves)
