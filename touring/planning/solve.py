"""From a problem to a plan: `solve`.

1. A first complete plan by greedy insertion, at once, or the plan to start from.
2. Ruin and recreate (`search`), in one process or several, which feeds a pool of good blocks or routes.
3. CP-SAT puts the best plan together out of that pool (`partition`); 2 and 3 take turns.
4. CP-SAT moves start times so that waiting is least (`polish`).

The result is whatever `evaluate` likes best of the plan to start from, the found one and the polished one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from touring.planning.cpsat import Effort, never
from touring.planning.evaluate import Objective, Verdict, evaluate
from touring.planning.insert import best_places
from touring.planning.plan import Plan
from touring.planning.polish import least_waiting
from touring.planning.problem import DatedPlacement, Problem
from touring.planning.search.crew import Cooling, Crew, anneal, engine_for
from touring.planning.search.engine import BlockEngine
from touring.planning.search.routes import longer_coolings

SECONDS = 10.0
"""Time of a run where neither seconds nor iterations are given."""

REPORT_SECONDS = 0.25
STOP_SECONDS = 0.1
SECONDS_PER_CYCLE = 6.0
ITERATIONS_PER_CYCLE = 15_000
MOST_CYCLES = 10
PARTITION_SHARE = 0.2
PARTITION_EFFORT = 2.0
LEAST_PARTITION_SECONDS = 0.15
WARM = 0.5
"""Later coolings start at this part of the first temperature, and last half as long."""

EVEN_EFFORT, EVEN_SECONDS = 4.0, 3.0
"""Of each of the two steps to the most even plan."""

AFTER_STOP_SECONDS = 0.1
POLISH_SECONDS = 1.0


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
    """What a run has found. What no plan can undercut says `bound.lower_bound`, at its own time."""

    plan: Plan
    verdict: Verdict
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
    workers: int = 1,
    warm_start: Plan | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    even_within: float | None = None,
) -> Solution:
    """The best plan within the given seconds or iterations of each worker (neither: 10 seconds).

    The same seed, iterations and workers, without seconds, give the same plan. `warm_start` is a plan to start
    from, else the published one. `on_progress` is called with the first plan and then, whenever it
    got better, about four times a second; `should_stop` is asked ten times a second; both in the
    calling thread. Stops that find no place are left out (`Verdict.unserved`); nothing is raised for them.

    `even_within`: the aim is a plan whose teams have as equal a share of their hours to work as may be, that costs at
    most this part more than the best one found (0.05: five in a hundred).
    """
    if seconds is None and iterations is None:
        seconds = SECONDS
    budget = _Budget(seed, seconds, iterations, workers, even_within)
    run = _Run(problem, budget, on_progress, should_stop or never)
    known = {key: placed for key, placed in problem.published.items() if problem.job(key)}
    start = warm_start or Plan(known, {one.key: one.promised for one in problem.one_offs if one.promised})
    try:
        run.begin(start)
        for cycle in range(run.cycles if problem.jobs else 0):
            run.search(cycle)
            run.recombine()
        return run.finish(start)
    finally:
        run.crew.end()


@dataclass(frozen=True, slots=True)
class _Budget:
    seed: int
    seconds: float | None
    iterations: int | None
    workers: int
    even_within: float | None = None

    def cycles(self, problem: Problem) -> int:
        """So many coolings."""
        has_free_times = problem.time_tolerance is None and not problem.same_team
        longer = longer_coolings(len(problem.jobs)) if has_free_times else 1.0
        counts = [MOST_CYCLES]
        if self.seconds is not None:
            counts.append(round(self.seconds / SECONDS_PER_CYCLE / longer))
        if self.iterations is not None:
            counts.append(round(self.iterations / ITERATIONS_PER_CYCLE / longer))
        return max(1, min(counts))


class _Run:
    """One run: its budget, its searches and what it reports."""

    def __init__(
        self,
        problem: Problem,
        budget: _Budget,
        on_progress: Callable[[Progress], None] | None,
        should_stop: Callable[[], bool],
    ) -> None:
        self.problem, self.budget, self.on_progress, self.should_stop = problem, budget, on_progress, should_stop
        self.began = self.reported_at = self.asked_at = time.monotonic()
        self.cycles = budget.cycles(problem)
        self.crew = Crew(problem, budget.seed, budget.workers - 1)
        self.engine = engine_for(problem, budget.seed)
        self.elsewhere = 0
        self.history: list[Mark] = []
        self.stopped_at: float | None = None
        self.reported_cost: int | None = None

    def begin(self, start: Plan) -> None:
        """The first complete plan, reported at once."""
        self.engine.load(start)
        self.engine.construct()
        self.crew.tell("begin", start)
        self._report()

    def search(self, cycle: int) -> None:
        """One cooling from the best plan here and in every other process, cooler than the first."""
        share = (2 if cycle == 0 else 1) / (self.cycles + 1)
        seconds, iterations = self.budget.seconds, self.budget.iterations
        length = None if seconds is None else seconds * (1 - PARTITION_SHARE) * share
        steps = None if iterations is None else max(1, round(iterations * share))
        cooling = Cooling(steps, length, 1.0 if cycle == 0 else WARM)
        self.engine.restart()
        self.crew.tell("anneal", cooling)
        anneal(self.engine, cooling, self._is_over)
        self._gather(length)

    def _gather(self, length: float | None) -> None:
        """Take in what the others have found: their columns, and the best of their plans."""
        if self._is_stopped():
            self.crew.tell("stop")
            return
        until = None if length is None else time.monotonic() + max(2.0, length)
        found = self.crew.found(lambda: not self._is_over() and (until is None or time.monotonic() < until))
        if not found:
            return
        self.elsewhere = sum(steps for *_rest, steps in found)
        for _cost, _plan, columns, _steps in found:
            self.engine.adopt(columns)
        cost, plan = min(((cost, plan) for cost, plan, *_rest in found), key=lambda pair: pair[0])
        if cost < self.engine.best_cost:
            self._take(plan)

    def _take(self, plan: Plan) -> None:
        """Go on from a plan of another process, if it is as good here as it was there."""
        mine, cost = self.engine.best_plan(), self.engine.best_cost
        self.engine.load(plan)
        if self.engine.best_cost > cost:
            self.engine.load(mine)

    def recombine(self) -> None:
        """CP-SAT over the pool, taken over if it is better; then everybody goes on from there."""
        seconds = self.budget.seconds
        left = None if seconds is None else seconds - self._spent()
        if self._is_stopped() or (left is not None and left < LEAST_PARTITION_SECONDS):
            return
        wall = None if left is None or seconds is None else min(left, 2 * seconds * PARTITION_SHARE / self.cycles)
        self.engine.recombine(Effort(PARTITION_EFFORT, wall, self.budget.seed), self._is_stopped)
        self.crew.tell("begin", self.engine.best_plan())
        self._report()

    def finish(self, start: Plan) -> Solution:
        """Insert what is still out, polish, and let the judge choose."""
        self.crew.end()
        evenest = self._evenest()
        found = with_one_offs(self.problem, evenest or self.engine.best_plan(), start)
        plans = [found] if evenest else [found, start]
        if self.problem.time_tolerance is not None:
            plans.insert(0, least_waiting(self.problem, found, self._polish_is_over))
        judged = [(evaluate(self.problem, plan), plan) for plan in plans]
        verdict, plan = min(judged, key=lambda pair: (len(pair[0].hard), pair[0].objective))
        steps, seconds = self._steps(), self._spent()
        self.history.append(Mark(steps, seconds, verdict.objective))
        history = tuple(self.history)
        return Solution(plan, verdict, history, steps, seconds, self.stopped_at is not None)

    def _evenest(self) -> Plan | None:
        """What was seen, put together so that the teams work alike; never where nobody asked for it."""
        within, engine = self.budget.even_within, self.engine
        if within is None or not isinstance(engine, BlockEngine):
            return None
        best = evaluate(self.problem, engine.best_plan())
        most = engine.best_cost + round(within * best.objective.cost)
        found = engine.most_even(most, Effort(EVEN_EFFORT, EVEN_SECONDS, self.budget.seed), self._is_stopped)
        if found is None:
            return None
        even = evaluate(self.problem, found)
        is_as_good = len(even.hard) <= len(best.hard) and even.objective.unserved <= best.objective.unserved
        return found if is_as_good and even.objective.unfairness < best.objective.unfairness else None

    def _steps(self) -> int:
        return self.engine.iterations + self.elsewhere

    def _spent(self) -> float:
        return time.monotonic() - self.began

    def _is_over(self) -> bool:
        """Stopped, or the time for the search is up; on the way the best plan is reported."""
        if time.monotonic() - self.reported_at >= REPORT_SECONDS:
            self._report()
        seconds = self.budget.seconds
        return self._is_stopped() or (seconds is not None and self._spent() >= seconds)

    def _polish_is_over(self) -> bool:
        """After a stop only a moment is left for it, after the time that was given a second."""
        seconds = self.budget.seconds
        if seconds is not None and self._spent() > seconds + POLISH_SECONDS:
            return True
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
        plan = self.engine.best_plan()
        objective = evaluate(self.problem, plan).objective
        self.history.append(Mark(self._steps(), self._spent(), objective))
        if self.on_progress is not None:
            self.on_progress(Progress(self._steps(), self._spent(), objective, plan))


def with_one_offs(problem: Problem, plan: Plan, start: Plan) -> Plan:
    """The plan with every one-off job on its date: where it was, if that works, else at the best place that is left."""
    dated = dict(plan.dated)
    for one in problem.one_offs:
        known = start.dated.get(one.key) or one.promised
        if one.key in dated:
            continue
        if known is not None and not _breaks(problem, Plan(plan.placements, {**dated, one.key: known}), one.key):
            dated[one.key] = known
            continue
        places = best_places(problem, Plan(plan.placements, dated), one, limit=1, may_move=False)
        if places and isinstance(places[0].placed, DatedPlacement):
            dated[one.key] = places[0].placed
    return Plan(plan.placements, dated)


def _breaks(problem: Problem, plan: Plan, key: str) -> bool:
    """Does the judge find more wrong with this plan than with the one without that halt?"""
    without = Plan(plan.placements, {other: placed for other, placed in plan.dated.items() if other != key})
    return len(evaluate(problem, plan).hard) > len(evaluate(problem, without).hard)
