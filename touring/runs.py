"""Runs of the planner: asked for, started, watched, ended. The best plan so far is kept in the row all the time.

A worker may die at any moment: then `sweep_runs` lets another one go on, or ends the run with what was best.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lotsen.kernel.calendar import Period, clock, local_date
from lotsen.kernel.errors import AlreadyMoved, Refused
from lotsen.kernel.moves import begin, move
from lotsen.people.models import User
from touring import translate
from touring.aims import Found, Stage, Task, fairest, task_of
from touring.jobs import defer_bound, defer_run
from touring.models import PlanRun, TourPlan
from touring.planning.evaluate import evaluate
from touring.planning.plan import Plan
from touring.planning.problem import Impossible, Problem
from touring.rules import is_silent
from touring.tours import PeriodIsPast, make_draft

REPORT_EVERY = timedelta(milliseconds=500)
HEARTBEAT_EVERY = timedelta(seconds=1)
LONGEST_SECONDS = 600
LONGEST_DAYS = 400
MARKS_KEPT = 400
MOST_ATTEMPTS = 2
"""So many workers take a run up, one after the other died."""

WORTH_RESUMING = 10
"""With less than so many seconds left, the best plan so far is the result."""

LEAST_SECONDS = 0.5
MOST_COMPARED = 40
"""Of the plans that a search came across, so many of the last are looked at for the most even one."""

Clock = Callable[[], datetime]
if TYPE_CHECKING:
    from touring.planning.solve import Progress, Solution

    Watcher = Callable[[Progress], None]


class RunUnderWay(Refused):
    """One planning at a time; `run` is the one that goes on."""

    def __init__(self, run: PlanRun | None) -> None:
        self.run = run
        since = clock((run.started_at or run.requested_at) if run else 0)
        super().__init__(_("Eine Planung läuft schon, seit %(time)s Uhr. Zusehen oder abbrechen?") % {"time": since})


class PeriodTooLong(Refused):
    """More than a year at once."""


class HowManyChanges(Refused):
    """Some stops may change, but nobody said how many."""


class RunIsOver(Refused):
    """There is nothing left to stop."""


def request_plan_run(
    *,
    period: Period,
    seconds: int,
    by: User | None,
    at: datetime,
    scope: str = PlanRun.Scope.ALL,
    max_changes: int | None = None,
    with_alternatives: bool = False,
    start_from: TourPlan | None = None,
    seed: int = 1,
    is_queued: bool = True,
) -> PlanRun:
    """Ask for a planning of these days; the worker is told in the same transaction (not with `is_queued=False`).

    `scope`: what may change; with "few" `max_changes` says how many stops (`HowManyChanges` where it does not).
    `with_alternatives`: up to three drafts instead of one, in the same time. `start_from`: a version whose places the
    search starts from, and whose pins hold. Refuses a second run at a time (`RunUnderWay`, by a constraint), days
    that are over (`PeriodIsPast`), and more than 400 days. `seconds` is cut to 1 to 600.
    """
    _refuse_unusable(period, scope, max_changes, at)
    run = PlanRun(
        starts_on=period.start,
        ends_on=period.end,
        seconds=min(max(seconds, 1), LONGEST_SECONDS),
        seed=seed,
        scope=scope or PlanRun.Scope.ALL,
        max_changes=max_changes if scope == PlanRun.Scope.FEW else None,
        with_alternatives=with_alternatives,
        start_from=start_from,
        requested_by=by,
        requested_at=at,
    )
    _begin_alone(run, by=by, at=at, is_queued=is_queued)
    return run


def _refuse_unusable(period: Period, scope: str, max_changes: int | None, at: datetime) -> None:
    if scope == PlanRun.Scope.FEW and max_changes is None:
        raise HowManyChanges(_("Bitte geben Sie an, wie viele Haltestellen sich ändern dürfen."))
    if period.end < local_date(at):
        raise PeriodIsPast(_("Der Zeitraum liegt in der Vergangenheit."))
    if (period.end - period.start).days > LONGEST_DAYS:
        raise PeriodTooLong(_("Bitte planen Sie höchstens ein Jahr auf einmal."))


def _begin_alone(run: PlanRun, *, by: User | None, at: datetime, is_queued: bool) -> None:
    """The constraint "one run at a time" is the last word on two who ask at once."""
    try:
        with transaction.atomic():
            run.save(force_insert=True)
            begin(run, by=by, at=at)
            if is_queued:
                defer_run(run.pk)
    except IntegrityError as error:
        if "one_plan_run_at_a_time" not in str(error):
            raise
        running = PlanRun.objects.filter(state__in=[PlanRun.State.QUEUED, PlanRun.State.RUNNING]).first()
        raise RunUnderWay(running) from error


def start_run(run: PlanRun, *, by: User | None, at: datetime) -> None:
    """A worker takes it up."""
    move(run, PlanRun.State.RUNNING, by=by, at=at, started_at=at, heartbeat_at=at, attempts=run.attempts + 1)


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


@transaction.atomic
def ask_to_stop(run: PlanRun, *, by: User, at: datetime) -> PlanRun:
    """Stop as soon as may be and keep the best plan so far. A run that no worker has begun ends at once."""
    run.refresh_from_db()
    if run.state == PlanRun.State.QUEUED:
        move(run, PlanRun.State.STOPPED, by=by, at=at, stop_asked_at=at, finished_at=at)
    elif run.state == PlanRun.State.RUNNING:
        PlanRun.objects.filter(pk=run.pk, stop_asked_at=None).update(stop_asked_at=at)
        run.refresh_from_db()
    else:
        raise RunIsOver(_("Diese Planung ist schon zu Ende."))
    return run


@transaction.atomic
def finish_run(
    run: PlanRun, task: Task, found: Sequence[Found], *, is_stopped: bool, by: User | None, at: datetime
) -> TourPlan:
    """Make each found plan a draft, equal ones once, in the same transaction that ends the run; returns the first."""
    target = PlanRun.State.STOPPED if is_stopped else PlanRun.State.SOLVED
    best = translate.pattern_json(found[0].plan)
    move(run, target, by=by, at=at, finished_at=at, progress=run.progress, best=best, found={})
    different = [
        one for n, one in enumerate(found) if all(one.plan.placements != other.plan.placements for other in found[:n])
    ]
    drafts = [
        make_draft(
            task.problem,
            one.plan,
            by=run.requested_by,
            at=at,
            pins=task.pins,
            aim=one.aim,
            run=run,
            measured=one.measured,
        )
        for one in different
    ]
    for draft in drafts:
        defer_bound(draft.pk)
    PlanRun.objects.filter(pk=run.pk).update(plan=drafts[0])
    run.plan = drafts[0]
    return drafts[0]


def fail_run(run: PlanRun, sentence: str, *, by: User | None, at: datetime) -> None:
    """End without a plan; the sentence is for the coordinator."""
    move(run, PlanRun.State.FAILED, by=by, at=at, finished_at=at, problem_sentence=sentence)


def sweep_runs(*, at: datetime) -> int:
    """Look after runs whose worker is dead; returns how many.

    With time left, another worker goes on from the best plan, once; else the run ends with the best plan so far, or
    with a sentence.
    """
    silent = [run for run in PlanRun.objects.filter(state=PlanRun.State.RUNNING) if is_silent(run, at)]
    return sum(_resume(run, at) or _end_silent(run, at) for run in silent)


@transaction.atomic
def _resume(run: PlanRun, at: datetime) -> bool:
    """Queue the run again where that is worth it. Its heartbeat counts from now, so that the next sweep waits."""
    if run.attempts >= MOST_ATTEMPTS or seconds_left(run) < WORTH_RESUMING:
        return False
    same = PlanRun.objects.filter(pk=run.pk, state=PlanRun.State.RUNNING, heartbeat_at=run.heartbeat_at)
    if not same.update(heartbeat_at=at, attempts=run.attempts + 1):
        return False
    defer_run(run.pk)
    return True


def seconds_left(run: PlanRun) -> float:
    """What is left of the time for searching."""
    return max(0.0, run.seconds - float(run.progress.get("seconds", 0.0)))


def _end_silent(run: PlanRun, at: datetime) -> bool:
    try:
        with transaction.atomic():
            if run.best is None and not run.found:
                fail_run(
                    run,
                    _("Die Planung wurde unterbrochen, bevor es einen Plan gab. Bitte planen Sie neu."),
                    by=None,
                    at=at,
                )
                return True
            task = task_of(run)
            finish_run(run, task, _kept(run, task) or [_best(run, task)], is_stopped=True, by=None, at=at)
            sentence = _("Die Planung wurde unterbrochen. Der beste Plan bis dahin ist da.")
            PlanRun.objects.filter(pk=run.pk).update(problem_sentence=sentence)
    except Impossible as impossible:
        fail_run(run, impossible.sentence, by=None, at=at)
    except AlreadyMoved:
        return False
    return True


def _kept(run: PlanRun, task: Task) -> list[Found]:
    """Alternatives that were finished before a worker died."""
    return [Found(aim, task.known(kept["pattern"]), kept["cost"], kept["bound"]) for aim, kept in run.found.items()]


def _best(run: PlanRun, task: Task) -> Found:
    assert run.best is not None
    return Found(TourPlan.Aim.BEST, task.known(run.best))


def work_on_run(run: PlanRun, *, now: Clock, workers: int = 1, watcher: Watcher | None = None) -> TourPlan | None:
    """What a worker does: plan until the time is up or somebody stops it, and make drafts of what was found.

    A run that has begun already (its worker died) goes on from its best plan. `workers`: how many processes search.
    Returns None where nothing came of it.
    """
    if run.state == PlanRun.State.QUEUED:
        try:
            start_run(run, by=None, at=now())
        except AlreadyMoved:
            return None
    if run.state != PlanRun.State.RUNNING:
        return None
    try:
        task = task_of(run)
    except Impossible as impossible:
        fail_run(run, impossible.sentence, by=None, at=now())
        return None
    search = Searching(run, task, now, workers, watcher)
    search.go()
    try:
        return finish_run(run, task, search.found, is_stopped=search.is_stopped, by=None, at=now())
    except AlreadyMoved:
        return None


class Searching:
    """The stages of one run, one after the other."""

    def __init__(self, run: PlanRun, task: Task, now: Clock, workers: int, watcher: Watcher | None) -> None:
        self.run, self.task, self.now, self.workers, self.watcher = run, task, now, workers, watcher
        self.found = _kept(run, task)
        self.came_across: list[Plan] = [one.plan for one in self.found]
        self.before = float(run.progress.get("seconds", 0.0))
        self.is_stopped = False

    def go(self) -> None:
        """Search every stage that is not done yet; nothing more once somebody wants to stop."""
        done = {one.aim for one in self.found}
        todo = [stage for stage in self.task.stages if stage.aim not in done]
        for number, stage in enumerate(todo):
            if not self.is_stopped:
                self._search(stage, seconds_left(self.run) / (len(todo) - number))

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
