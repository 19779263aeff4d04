"""A lower bound: no plan needs less driving than this.

A linear program (GLOP) over whole team-days of all weeks, with exact pricing: at any prizes of the stops,
the sum of the prizes plus the least reduced cost of every team-day is a bound. So it holds whenever it is stopped.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from touring.planning.bound.days import Relaxation
from touring.planning.bound.master import Master
from touring.planning.cpsat import never
from touring.planning.plan import Plan
from touring.planning.problem import Problem

__all__ = ["Bound", "lower_bound"]


@dataclass(frozen=True, slots=True)
class Bound:
    """`cost`: no plan that serves the same stops has a lower `objective.cost`; `None` where no bound is known.

    `reason` says in German why there is none. `is_exact`: the linear program is solved, more time gives no more.
    """

    cost: int | None
    is_exact: bool
    seconds: float
    reason: str = ""

    def gap(self, cost: int) -> float | None:
        """How far a plan of this cost may be above the best one, in per cent of its cost."""
        return None if self.cost is None or cost <= 0 else max(0.0, 100 * (cost - self.cost) / cost)


def lower_bound(
    problem: Problem,
    *,
    seconds: float,
    plans: Iterable[Plan] = (),
    served: frozenset[str] | None = None,
    should_stop: Callable[[], bool] = never,
    on_bound: Callable[[int], None] | None = None,
) -> Bound:
    """The best bound within the time. `plans`: good plans to start from, the more the better.

    `served`: stops that the plan serves (all). A plan that leaves other stops out may cost less.
    """
    began = time.monotonic()
    keys = frozenset(job.key for job in problem.jobs) if served is None else served
    relaxation = Relaxation(problem, keys)
    if relaxation.refusal:
        return Bound(None, False, time.monotonic() - began, relaxation.refusal)
    if not relaxation.jobs:
        return Bound(0, True, time.monotonic() - began)
    master = Master(relaxation)
    for plan in plans:
        master.learn(plan)
    best, is_exact, loss = -math.inf, False, relaxation.loss()
    while not is_exact and not _is_over(began, seconds, should_stop):
        found = master.improve(lambda: _is_over(began, seconds, should_stop))
        if found is None:
            break
        if found > best + 0.5 and on_bound is not None:
            on_bound(max(0, math.ceil(found - 0.01) - loss))
        best = max(best, found)
        is_exact = master.is_done
    cost = None if best == -math.inf else max(0, math.ceil(best - 0.01) - loss)
    reason = "" if cost is not None else "Für eine untere Schranke war die Zeit zu kurz."
    return Bound(cost, is_exact, time.monotonic() - began, reason)


def _is_over(began: float, seconds: float, should_stop: Callable[[], bool]) -> bool:
    return time.monotonic() - began >= seconds or should_stop()
