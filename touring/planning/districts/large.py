"""`solve_large`: one search of the whole city, then rounds of districts from its plan, then waiting is taken out.

The whole city at once finds out which team goes where; districts alone, from a plan that is only inserted, never get
over their first borders. But a district of a few teams makes many times more useful steps a second than the whole city,
so that the rest of the time is worth more there. A district that is not better is not taken.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable

from touring.planning.cpsat import never
from touring.planning.districts.borders import USUAL_JOBS, District, districts
from touring.planning.districts.hands import Hands, Work
from touring.planning.districts.part import Improved, part_of, put_back, within, worth
from touring.planning.evaluate import Objective, evaluate
from touring.planning.plan import Plan
from touring.planning.polish import least_waiting
from touring.planning.problem import Problem
from touring.planning.search.crew import Cooling
from touring.planning.solve import SECONDS, Mark, Progress, Solution, solve, with_one_offs

LARGE = 300
"""More stops than this go by districts. With 1000 stops on two cores `solve` was ahead of them (24.0 to 28.1 minutes
a stop after about 100 seconds), so runs of the product use `solve`."""

ROUNDS = 6
LEAST_SECONDS, MOST_SECONDS = 1.5, 12.0
"""Of one district in one round."""

WHOLE_SHARE = 0.5
"""Of the time, for the search of the whole city."""

HEAT = 0.3
"""Part of the first temperature: the plan is good already."""

FINISH_SHARE, LEAST_FINISH, MOST_FINISH = 0.06, 0.5, 10.0
STOP_SECONDS = 0.1
SEED_APART = 104_729


def is_large(problem: Problem) -> bool:
    """More stops than one search does well, and start times that hold for all weeks."""
    return len(problem.jobs) > LARGE and problem.time_tolerance is not None and problem.same_team


def solve_large(
    problem: Problem,
    *,
    seed: int = 1,
    seconds: float | None = None,
    iterations: int | None = None,
    workers: int = 1,
    warm_start: Plan | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    jobs: int = USUAL_JOBS,
) -> Solution:
    """As `solve`, by districts of about so many `jobs`; a problem that is not large goes to `solve`.

    `iterations`: of the whole city, and of each district in each of the rounds; with them alone the same seed gives
    the same plan, whatever the order in which the districts are ready. `Solution.iterations` counts those
    of all districts together.
    """
    if not is_large(problem) and jobs == USUAL_JOBS:
        return solve(
            problem, seed=seed, seconds=seconds, iterations=iterations, workers=workers,
            warm_start=warm_start, on_progress=on_progress, should_stop=should_stop,
        )  # fmt: skip
    if seconds is None and iterations is None:
        seconds = SECONDS
    hands = Hands(workers)
    try:
        run = _Rounds(problem, seed, seconds, iterations, on_progress, should_stop or never)
        run.begin(warm_start, workers)
        run.search(hands, max(1, workers), jobs)
        return run.finish()
    finally:
        hands.end()


class _Rounds:
    """One run: its best plan, its clock and what it reports."""

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
        self.began = self.asked_at = time.monotonic()
        self.stopped_at: float | None = None
        self.history: list[Mark] = []
        self.start = self.plan = Plan()
        self.worth: tuple[int, Objective] = worth(problem, self.plan)
        self.steps = 0

    def begin(self, warm_start: Plan | None, workers: int) -> None:
        """The plan of the whole city; what it comes across is reported at once."""
        problem = self.problem
        known = {key: placed for key, placed in problem.published.items() if problem.job(key)}
        promised = {one.key: one.promised for one in problem.one_offs if one.promised}
        self.start = warm_start or Plan(known, promised)
        self._take(self.start)
        whole = solve(
            problem,
            seed=self.seed,
            seconds=None if self.seconds is None else self.seconds * WHOLE_SHARE,
            iterations=self.iterations,
            workers=workers if self.seconds is not None else 1,
            warm_start=self.start,
            on_progress=self._pass_on,
            should_stop=self.should_stop,
        )
        self.steps = whole.iterations
        if whole.stopped:
            self.stopped_at = time.monotonic()
        self._take(whole.plan)

    def _pass_on(self, progress: Progress) -> None:
        self.history.append(Mark(progress.iterations, progress.seconds, progress.objective))
        if self.on_progress is not None:
            self.on_progress(progress)

    def search(self, hands: Hands, workers: int, jobs: int) -> None:
        """Rounds while there is time, or a fixed number of them."""
        round_number = 0
        while not self._is_over() and (self.seconds is not None or round_number < ROUNDS):
            found = districts(self.problem, self.plan, round_number, jobs=jobs, at_once=workers)
            cooling = self._cooling(math.ceil(len(found) / workers))
            if cooling is None:
                return
            self._round(hands, found, cooling, round_number)
            round_number += 1

    def _cooling(self, turns: int) -> Cooling | None:
        """Of one district in this round; none where the time that is left is not worth a round."""
        if self.seconds is None:
            return Cooling(self.iterations, None, HEAT)
        left = self._ends() - self._spent()
        wanted = self._ends() * (1 - WHOLE_SHARE) / turns / ROUNDS
        length = min(MOST_SECONDS, max(LEAST_SECONDS, wanted), left / turns)
        return Cooling(self.iterations, length, HEAT) if length > LEAST_SECONDS / 4 else None

    def _round(self, hands: Hands, found: tuple[District, ...], cooling: Cooling, round_number: int) -> None:
        """All districts side by side from the same plan; each is put back as soon as it is there."""
        before, seed = self.plan, self.seed + SEED_APART * round_number
        works = [
            Work(n, part_of(self.problem, before, district), within(before, district), cooling, seed + n)
            for n, district in enumerate(found)
            if district.jobs
        ]
        ready: Iterable[tuple[int, Improved]] = hands.done(works, self._is_over)
        if self.seconds is None:
            ready = sorted(ready, key=lambda pair: pair[0])
        for n, better in ready:
            self.steps += better.steps
            self._take(put_back(self.plan, found[n], better.plan))

    def _take(self, plan: Plan) -> None:
        """Go on from this plan if the judge likes it better."""
        found = worth(self.problem, plan)
        if found >= self.worth:
            return
        self.plan, self.worth = plan, found
        self.history.append(Mark(self.steps, self._spent(), found[1]))
        if self.on_progress is not None:
            self.on_progress(Progress(self.steps, self._spent(), found[1], plan))

    def finish(self) -> Solution:
        """Take the waiting out, as long as there is time for it."""
        self._take(with_one_offs(self.problem, self.plan, self.start))
        self._take(least_waiting(self.problem, self.plan, self._is_late))
        verdict, spent = evaluate(self.problem, self.plan), self._spent()
        self.history.append(Mark(self.steps, spent, verdict.objective))
        return Solution(self.plan, verdict, tuple(self.history), self.steps, spent, self.stopped_at is not None)

    def _ends(self) -> float:
        """When the rounds are over: the rest is for the waiting."""
        assert self.seconds is not None
        return self.seconds - min(MOST_FINISH, max(LEAST_FINISH, self.seconds * FINISH_SHARE))

    def _spent(self) -> float:
        return time.monotonic() - self.began

    def _is_over(self) -> bool:
        return self._is_stopped() or (self.seconds is not None and self._spent() >= self._ends())

    def _is_late(self) -> bool:
        return self._is_stopped() or (self.seconds is not None and self._spent() >= self.seconds)

    def _is_stopped(self) -> bool:
        """Ask, but not too often: the answer may cost a query."""
        now = time.monotonic()
        if self.stopped_at is None and now - self.asked_at >= STOP_SECONDS:
            self.asked_at = now
            if self.should_stop():
                self.stopped_at = now
        return self.stopped_at is not None
