"""The search of one run: its stages one after the other, and what it says meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from touring import translate
from touring.aims import Found, Stage, Task, fairest
from touring.models import PlanRun, TourPlan
from touring.planning.evaluate import evaluate
from touring.planning.plan import Plan
from touring.planning.problem import Problem

REPORT_EVERY = timedelta(milliseconds=500)
HEARTBEAT_EVERY = timedelta(seconds=1)
MARKS_KEPT = 400
LEAST_SECONDS = 0.5
MOST_COMPARED = 40
"""Of the plans that a search came across, so many of the last are looked at for the most even one."""

Clock = Callable[[], datetime]
if TYPE_CHECKING:
    from touring.planning.solve import Progress, Solution

    Watcher = Callable[[Progress], None]


def record_progress(run: PlanRun, progress: Progress, problem: Problem, *, at: datetime, before: float = 0.0) -> bool:
    """Keep the best plan so far and the curve, at most twice a second; says whether it wrote.

    `before`: seconds that earlier searches of this run took. Writes nothing once the run is over.
    """
    marks = [*run.progress.get("history", []), _mark(progress, before)]
    later = run.heartbeat_at is not None and run.best is not None and at - run.heartbeat_at < REPORT_EVERY
    run.progress = run.progress | {
        "seconds": round(before + progress.seconds, 1),
        "iterations": progress.iterations,
        "served": len(progress.plan.placements),
        "unserved": len(problem.jobs) - len(progress.plan.placements),
        "cost": progress.objective.cost,
        "hard": progress.objective.hard,
        "history": marks[-MARKS_KEPT:],
    }
    if later:
        return False
    run.best, run.heartbeat_at = translate.pattern_json(progress.plan), at
    running = PlanRun.objects.filter(pk=run.pk, state=PlanRun.State.RUNNING)
    return bool(running.update(progress=run.progress, best=run.best, heartbeat_at=at))


def _mark(progress: Progress, before: float) -> list[float]:
    """Seconds, stops left out, cost."""
    return [round(before + progress.seconds, 2), sum(progress.objective.unserved), progress.objective.cost]


def still_wanted(run: PlanRun, *, at: datetime) -> bool:
    """The worker says that it lives, and learns whether somebody asked it to stop; one statement."""
    running = PlanRun.objects.filter(pk=run.pk, state=PlanRun.State.RUNNING)
    run.heartbeat_at = at
    return running.update(heartbeat_at=at) == 1 and not running.filter(stop_asked_at__isnull=False).exists()


def seconds_left(run: PlanRun) -> float:
    """What is left of the time for searching."""
    return max(0.0, run.seconds - float(run.progress.get("seconds", 0.0)))


def kept_of(run: PlanRun, task: Task) -> list[Found]:
    """Alternatives that were finished before a worker died."""
    return [Found(aim, task.known(kept["pattern"]), kept["cost"], kept["bound"]) for aim, kept in run.found.items()]


class Searching:
    """The stages of one run, one after the other."""

    def __init__(
        self, run: PlanRun, task: Task, now: Clock, workers: int, watcher: Watcher | None, share: float = 1.0
    ) -> None:
        self.run, self.task, self.now, self.workers, self.watcher = run, task, now, workers, watcher
        self.share = share
        self.found = kept_of(run, task)
        self.came_across: list[Plan] = [one.plan for one in self.found]
        self.before = float(run.progress.get("seconds", 0.0))
        self.is_stopped = False

    def go(self) -> None:
        """Search every stage that is not done yet; nothing more once somebody wants to stop."""
        done = {one.aim for one in self.found}
        todo = [stage for stage in self.task.stages if stage.aim not in done]
        for number, stage in enumerate(todo):
            if not self.is_stopped:
                self._search(stage, self.share * seconds_left(self.run) / (len(todo) - number))

    def _search(self, stage: Stage, seconds: float) -> None:
        from touring.planning.solve import solve  # noqa: PLC0415 - OR-Tools takes seconds to load; only a run needs it

        start = self.task.known(self.run.best) if self.run.best else self.task.start
        solution = solve(
            stage.problem,
            seed=self.run.seed,
            seconds=max(seconds, LEAST_SECONDS),
            workers=self.workers,
            warm_start=start,
            on_progress=self._report,
            should_stop=self._should_stop,
            even_within=stage.even_within,
        )
        self.is_stopped = solution.stopped
        self.before += solution.seconds
        self._keep(stage, solution)

    def _keep(self, stage: Stage, solution: Solution) -> None:
        """Write the finished stage down, so that it outlives this worker."""
        plan, cost = solution.plan, solution.verdict.objective.cost
        if stage.aim == TourPlan.Aim.EVEN:
            plan = fairest(stage.problem, self.came_across, plan)
            cost = evaluate(stage.problem, plan).objective.cost
        self.came_across.append(plan)
        self.found.append(Found(stage.aim, plan, cost))
        self.run.found = {one.aim: one.as_json() for one in self.found}
        self.run.progress |= {"seconds": round(self.before, 1), "iterations": solution.iterations}
        running = PlanRun.objects.filter(pk=self.run.pk, state=PlanRun.State.RUNNING)
        running.update(found=self.run.found, progress=self.run.progress)

    def _report(self, progress: Progress) -> None:
        self.came_across = [*self.came_across[-MOST_COMPARED:], progress.plan]
        record_progress(self.run, progress, self.task.problem, at=self.now(), before=self.before)
        if self.watcher is not None:
            self.watcher(progress)

    def _should_stop(self) -> bool:
        at = self.now()
        if self.run.heartbeat_at is not None and at - self.run.heartbeat_at < HEARTBEAT_EVERY:
            return False
        return not still_wanted(self.run, at=at)
