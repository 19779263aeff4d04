"""How the search grows: one line per made-up city (`cities.city`)."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from touring.planning.benchmark.cities import city
from touring.planning.benchmark.files import BadFile
from touring.planning.districts import is_large, solve_large
from touring.planning.problem import MINUTE
from touring.planning.solve import Mark, Solution, solve

POINTS = (3, 10, 30, 60)
METHODS: dict[str, Callable[..., Solution]] = {"lotsen": solve, "districts": solve_large}


@dataclass(frozen=True, slots=True)
class Growth:
    """Costs are minutes of driving (and of missed wishes) per cycle, times seconds, memory MB.

    `first_all_served`: when the first plan without a stop left out was there. `curve`: cost and stops left out
    after so many seconds. `memory`: peak of this process plus, for each worker process, that of the
    largest one, which counts shared pages twice; it is that of the largest city so far in this run. `iterations`:
    of all processes and districts together. `processor`: seconds that all processes really computed, which
    tells how busy the machine was otherwise.
    """

    instance: str
    n: int
    teams: int
    method: str
    seconds: float
    processor: float
    first_all_served: float | None
    cost: float
    cost_per_stop: float
    unserved: int
    hard: int
    memory: int
    iterations: int
    curve: dict[str, tuple[float, int] | None]
    seed: int
    workers: int

    def line(self) -> dict[str, Any]:
        """As a JSON object, with what the table needs."""
        is_feasible = self.hard == 0 and self.unserved == 0
        return {**asdict(self), "kind": "made-up city", "days": 28, "feasible": is_feasible, "gap": None}


def growth(words: str, *, method: str, seconds: float, seed: int, workers: int) -> Growth:
    """Make the city that `words` names as `stops:teams`, solve it and say how that went."""
    stops, teams = _size(words)
    problem, before = city(stops, teams, seed), _processor()
    solution = METHODS[method](problem, seed=seed, seconds=seconds, workers=workers)
    verdict, cost = solution.verdict, solution.verdict.objective.cost / MINUTE
    processes = workers if method == "districts" and is_large(problem) and workers > 1 else workers - 1
    return Growth(
        instance=f"{words} seed {seed}", n=stops, teams=teams, method=method, seconds=round(solution.seconds, 2),
        processor=round(_processor() - before, 1),
        first_all_served=_first_all_served(solution), cost=round(cost, 1), cost_per_stop=round(cost / stops, 2),
        unserved=len(verdict.unserved), hard=len(verdict.hard), memory=_memory(processes),
        iterations=solution.iterations, curve={str(at): _at(solution.history, at) for at in POINTS},
        seed=seed, workers=workers,
    )  # fmt: skip


def _size(words: str) -> tuple[int, int]:
    parts = words.split(":")
    if len(parts) != 2 or not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise BadFile(f"a city is written as stops:teams, for example 200:10, not {words}")
    return int(parts[0]), int(parts[1])


def _first_all_served(solution: Solution) -> float | None:
    times = (mark.seconds for mark in solution.history if not sum(mark.objective.unserved))
    first = next(times, None)
    return None if first is None else round(first, 2)


def _at(history: Sequence[Mark], seconds: float) -> tuple[float, int] | None:
    """Cost and stops left out of the best plan at that time; none where the run was shorter or had no plan yet."""
    known = [mark for mark in history if mark.seconds <= seconds]
    if not known or history[-1].seconds < seconds:
        return None
    best = min(known, key=lambda mark: (mark.objective.hard, mark.objective.unserved, mark.objective.cost))
    return round(best.objective.cost / MINUTE, 1), sum(best.objective.unserved)


def _processor() -> float:
    """Seconds computed so far by this process and those that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _memory(processes: int) -> int:
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    mine, theirs = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return (mine + processes * theirs) // unit
