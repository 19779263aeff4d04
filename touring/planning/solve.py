"""From a problem to a plan: `solve`.

1. A first complete plan by greedy insertion, at once, or the plan to start from.
2. Ruin and recreate over blocks (`search`), which feeds a pool of good blocks.
3. CP-SAT puts the best plan together out of that pool (`partition`); 2 and 3 take turns.
4. CP-SAT moves start times so that waiting is least (`polish`).

The result is whatever `evaluate` likes best of the plan to start from, the found one and the polished one.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from touring.planning.blocks import earliest_plan
from touring.planning.blocks.change import Blocks
from touring.planning.blocks.ground import Ground
from touring.planning.cpsat import Effort, never
from touring.planning.evaluate import Objective, Verdict, evaluate
from touring.planning.partition import recombined
from touring.planning.plan import Plan
from touring.planning.polish import polished
from touring.planning.problem import Problem
from touring.planning.search import Search, State, load_plan
from touring.planning.search.improve import HOT

SECONDS = 10.0
"""Time of a run where neither seconds nor iterations are given."""

REPORT_SECONDS = 0.25
STOP_SECONDS = 0.1
SECONDS_PER_CYCLE = 3.3
ITERATIONS_PER_CYCLE = 2500
PARTITION_SHARE = 0.3
PARTITION_EFFORT = 2.0
WARM = 0.5
"""Later coolings start at this part of the first temperature, and last half as long."""

AFTER_STOP_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Progress:
    """The best plan so far. Its start times are not polished yet."""

    iterations: int
    seconds: float
    objective: Objective
    plan: Plan


@dataclass(frozen=True, slots=True)
class Mark:
    """One point of the curve: from here on the best plan had this objective."""

    iterations: int
    seconds: float
    objective: Objective


@dataclass(frozen=True, slots=True)
class Solution:
    """What a run has found. `bound`: no plan has a lower `objective.cost`; `None` where that is not known."""

    plan: Plan
    verdict: Verdict
    bound: int | None
    history: tuple[Mark, ...]
    iterations: int
    seconds: float
    stopped: bool


def solve(
    problem: Problem,
    *,
    seed: int = 1,
    seconds: float | None = None,
    iterations: int | None = None,
    warm_start: Plan | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Solution:
    """The best plan within the given seconds or iterations (neither: 10 seconds).

    The same seed and iterations, without seconds, give the same plan. `warm_start` is a plan to start
    from, else the published one. `on_progress` is called with the first plan and then, whenever it
    got better, about four times a second; `should_stop` is asked ten times a second; both in the
    calling thread. Stops that find no place are left out (`Verdict.unserved`); nothing is raised for them.
    """
    if seconds is None and iterations is None:
        seconds = SECONDS
    run = _Run(problem, seed, seconds, iterations, on_progress, should_stop or never)
    start = warm_start or Plan({key: known for key, known in problem.published.items() if problem.job(key)})
    with _rare_collections():
        run.begin(start)
        for cycle in range(run.cycles if problem.jobs else 0):
            run.search(cycle)
            run.recombine()
        return run.finish(start)


@contextmanager
def _rare_collections() -> Iterator[None]:
    """The search makes a great many small things that stay; looking through them all took a third of its time."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


class _Run:
    """One run: its budget, its search and what it reports."""

    def __init__(
        self,
        problem: Problem,
        seed: int,
        seconds: float | None,
        iterations: int | None,
        on_progress: Callable[[Progress], None] | None,
        should_stop: Callable[[], bool],
    ) -> None:
        self.problem, self.seed, self.seconds, self.iterations = problem, seed, seconds, iterations
        self.on_progress, self.should_stop = on_progress, should_stop
        self.began = self.reported_at = self.asked_at = time.monotonic()
        self.ground = Ground(problem)
        self.state = State(Blocks(self.ground))
        self.engine = Search(self.state, seed)
        self.history: list[Mark] = []
        self.stopped_at: float | None = None
        self.reported_cost: int | None = None
        by_seconds = round(seconds / SECONDS_PER_CYCLE) if seconds is not None else None
        by_iterations = round(iterations / ITERATIONS_PER_CYCLE) if iterations is not None else None
        self.cycles = max(1, min(count for count in (by_seconds, by_iterations) if count is not None))

    def begin(self, start: Plan) -> None:
        """The first complete plan, reported at once."""
        load_plan(self.state, start)
        self.engine.best = self.state.save()
        self.engine.first_plan()
        self._report()

    def search(self, cycle: int) -> None:
        """One cooling from the best plan, cooler than the first."""
        self.engine.restart()
        start, done = time.monotonic(), self.engine.iterations
        share = (2 if cycle == 0 else 1) / (self.cycles + 1)
        self.engine.run(lambda: self._part(start, done, share), HOT if cycle == 0 else WARM * HOT)

    def _part(self, start: float, done: int, share: float) -> float:
        """The part of this cycle that is done; 1 when somebody wants to stop."""
        if self._is_stopped():
            return 1.0
        now, parts = time.monotonic(), [0.0]
        if self.seconds is not None:
            parts.append((now - start) / max(0.001, self.seconds * (1 - PARTITION_SHARE) * share))
            parts.append((now - self.began) / max(0.001, self.seconds))
        if self.iterations is not None:
            parts.append((self.engine.iterations - done) / max(1, round(self.iterations * share)))
        if now - self.reported_at >= REPORT_SECONDS:
            self._report()
        return max(parts)

    def recombine(self) -> None:
        """CP-SAT over the pool, taken over if it is better."""
        left = None if self.seconds is None else self.seconds - (time.monotonic() - self.began)
        if self._is_stopped() or (left is not None and left < 0.1):
            return
        self.engine.restart()
        wall = None if self.seconds is None or left is None else min(left, self.seconds * PARTITION_SHARE / self.cycles)
        effort = Effort(deterministic=PARTITION_EFFORT, wall=wall, seed=self.seed)
        found = recombined(self.state, self.engine.best[0], self.engine.pool, effort, self._is_stopped)
        if found is not None:
            self.engine.take_over(found)
        self._report()

    def finish(self, start: Plan) -> Solution:
        """Polish, and let the judge choose."""
        found = earliest_plan(self.ground, self.engine.best[0])
        plans = [polished(self.ground, self.engine.best[0], self._polish_is_over), found, start]
        judged = [(evaluate(self.problem, plan), plan) for plan in plans]
        verdict, plan = min(judged, key=lambda pair: (len(pair[0].hard), pair[0].objective))
        seconds = time.monotonic() - self.began
        self.history.append(Mark(self.engine.iterations, seconds, verdict.objective))
        done = self.engine.iterations
        return Solution(plan, verdict, None, tuple(self.history), done, seconds, self.stopped_at is not None)

    def _polish_is_over(self) -> bool:
        """After a stop, only a moment is left for it."""
        return self._is_stopped() and time.monotonic() - (self.stopped_at or 0.0) > AFTER_STOP_SECONDS

    def _is_stopped(self) -> bool:
        """Ask, but not too often: the answer may cost a query."""
        now = time.monotonic()
        if self.stopped_at is None and now - self.asked_at >= STOP_SECONDS:
            self.asked_at = now
            if self.should_stop():
                self.stopped_at = now
        return self.stopped_at is not None

    def _report(self) -> None:
        """Tell about the best plan if it is better than the one told before."""
        self.reported_at = time.monotonic()
        if self.reported_cost is not None and self.engine.best_cost >= self.reported_cost:
            return
        self.reported_cost = self.engine.best_cost
        plan = earliest_plan(self.ground, self.engine.best[0])
        objective = evaluate(self.problem, plan).objective
        seconds = time.monotonic() - self.began
        self.history.append(Mark(self.engine.iterations, seconds, objective))
        if self.on_progress is not None:
            self.on_progress(Progress(self.engine.iterations, seconds, objective, plan))
