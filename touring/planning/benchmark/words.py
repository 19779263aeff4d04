"""Visits of other solvers as a `Plan`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from touring.planning.plan import Plan
from touring.planning.problem import Halt, Job, Placement, Problem


class NotApplicable(Exception):
    """A method that cannot express such a file; the text says why."""


@dataclass(frozen=True, slots=True)
class Halting:
    """One visit: job, day of the cycle, team, start."""

    job: str
    day: int
    team: str
    start: int


def plan_of(problem: Problem, visits: Iterable[Halting]) -> Plan:
    """The plan of these visits; a job whose days are none of its choices is left out."""
    halts: dict[str, list[Halt]] = {}
    for visit in visits:
        halts.setdefault(visit.job, []).append(Halt(visit.day, visit.team, visit.start))
    placed = {job.key: _placement(job, sorted(halts[job.key])) for job in problem.jobs if job.key in halts}
    return Plan({key: placement for key, placement in placed.items() if placement is not None})


def _placement(job: Job, halts: list[Halt]) -> Placement | None:
    days = tuple(halt.day for halt in halts)
    phase = next((k for k, choice in enumerate(job.pattern.choices) if tuple(sorted(choice)) == days), None)
    if phase is None:
        return None
    first = halts[0]
    others = tuple(halt for halt in halts if (halt.team, halt.start) != (first.team, first.start))
    return Placement(first.team, tuple(sorted({day % 7 for day in days})), phase, first.start, others)
