"""Runs of the planner: asked for, started, watched, ended. The best plan so far is kept in the row all the time.

A worker may die at any moment: then `sweep_runs` ends the run with what was best.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lotsen.kernel.calendar import Period, clock, local_date
from lotsen.kernel.errors import AlreadyMoved, Refused
from lotsen.kernel.moves import begin, move
from lotsen.people.models import User
from touring import translate
from touring.jobs import defer_run
from touring.models import PlanRun, TourPlan
from touring.planning.plan import Plan
from touring.planning.problem import Impossible, Problem
from touring.rules import is_silent
from touring.tours import PeriodIsPast, make_draft

REPORT_EVERY = timedelta(milliseconds=500)
HEARTBEAT_EVERY = timedelta(seconds=1)
LONGEST_SECONDS = 600
LONGEST_DAYS = 400
MARKS_KEPT = 400
Clock = Callable[[], datetime]
if TYPE_CHECKING:
    from touring.planning.solve import Progress

    Watcher = Callable[[Progress], None]


class RunUnderWay(Refused):
    """One planning at a time; `run` is the one that goes on."""

    def __init__(self, run: PlanRun | None) -> None:
        self.run = run
        since = clock((run.started_at or run.requested_at) if run else 0)
        super().__init__(_("Eine Planung läuft schon, seit %(time)s Uhr. Zusehen oder abbrechen?") % {"time": since})


class PeriodTooLong(Refused):
    """More than a year at once."""


class RunIsOver(Refused):
    """There is nothing left to stop."""


def request_plan_run(
    *, period: Period, seconds: int, by: User | None, at: datetime, seed: int = 1, is_queued: bool = True
) -> PlanRun:
    """Ask for a planning of these days; the worker is told in the same transaction (not with `is_queued=False`).

    Refuses a second one at a time (`RunUnderWay`, by a constraint), days that are over (`PeriodIsPast`), and more than
    400 days. `seconds` is cut to 1 to 600.
    """
    if period.end < local_date(at):
        raise PeriodIsPast(_("Der Zeitraum liegt in der Vergangenheit."))
    if (period.end - period.start).days > LONGEST_DAYS:
        raise PeriodTooLong(_("Bitte planen Sie höchstens ein Jahr auf einmal."))
    run = PlanRun(
        starts_on=period.start,
        ends_on=period.end,
        seconds=min(max(seconds, 1), LONGEST_SECONDS),
        seed=seed,
        requested_by=by,
        requested_at=at,
    )
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
    return run


def start_run(run: PlanRun, *, by: User | None, at: datetime) -> None:
    """A worker takes it up."""
    move(run, PlanRun.State.RUNNING, by=by, at=at, started_at=at, heartbeat_at=at)


def record_progress(run: PlanRun, progress: Progress, problem: Problem, *, at: datetime) -> bool:
    """Keep the best plan so far and the curve, at most twice a second; says whether it wrote.

    Writes nothing once the run is over.
    """
    marks = [*run.progress.get("history", []), _mark(progress)]
    later = run.heartbeat_at is not None and run.best is not None and at - run.heartbeat_at < REPORT_EVERY
    run.progress = {
        "seconds": round(progress.seconds, 1),
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


def _mark(progress: Progress) -> list[float]:
    """Seconds, stops left out, cost."""
    return [round(progress.seconds, 2), sum(progress.objective.unserved), progress.objective.cost]


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
    run: PlanRun, problem: Problem, plan: Plan, *, is_stopped: bool, by: User | None, at: datetime
) -> TourPlan:
    """Make the found plan a draft, in the same transaction that ends the run."""
    target = PlanRun.State.STOPPED if is_stopped else PlanRun.State.SOLVED
    move(run, target, by=by, at=at, finished_at=at, progress=run.progress, best=translate.pattern_json(plan))
    draft = make_draft(problem, plan, by=run.requested_by, at=at)
    PlanRun.objects.filter(pk=run.pk).update(plan=draft)
    run.plan = draft
    return draft


def fail_run(run: PlanRun, sentence: str, *, by: User | None, at: datetime) -> None:
    """End without a plan; the sentence is for the coordinator."""
    move(run, PlanRun.State.FAILED, by=by, at=at, finished_at=at, problem_sentence=sentence)


def sweep_runs(*, at: datetime) -> int:
    """End runs whose worker is dead: with the best plan so far, else with a sentence; returns how many."""
    silent = [run for run in PlanRun.objects.filter(state=PlanRun.State.RUNNING) if is_silent(run, at)]
    return sum(_end_silent(run, at) for run in silent)


def _end_silent(run: PlanRun, at: datetime) -> bool:
    try:
        with transaction.atomic():
            if run.best is None:
                fail_run(
                    run,
                    _("Die Planung wurde unterbrochen, bevor es einen Plan gab. Bitte planen Sie neu."),
                    by=None,
                    at=at,
                )
                return True
            problem = _problem_of(run)
            finish_run(run, problem, _still_known(problem, run.best), is_stopped=True, by=None, at=at)
            sentence = _("Die Planung wurde unterbrochen. Der beste Plan bis dahin ist da.")
            PlanRun.objects.filter(pk=run.pk).update(problem_sentence=sentence)
    except Impossible as impossible:
        fail_run(run, impossible.sentence, by=None, at=at)
    except AlreadyMoved:
        return False
    return True


def _still_known(problem: Problem, best: Mapping[str, Sequence[Any]]) -> Plan:
    """The kept pattern without stops that are gone meanwhile."""
    plan = translate.plan_from_json(best)
    return Plan({key: placed for key, placed in plan.placements.items() if problem.job(key)})


def _problem_of(run: PlanRun) -> Problem:
    period = Period(run.starts_on, run.ends_on)
    return translate.problem_for(period, anchor=translate.anchor_for(period))


def work_on_run(run: PlanRun, *, now: Clock, watcher: Watcher | None = None) -> TourPlan | None:
    """What a worker does: plan until the time is up or somebody stops it, and make a draft of the best.

    A run that has begun already (its worker died) goes on from its best plan. Returns None where nothing came of it.
    """
    if run.state == PlanRun.State.QUEUED:
        try:
            start_run(run, by=None, at=now())
        except AlreadyMoved:
            return None
    if run.state != PlanRun.State.RUNNING:
        return None
    try:
        problem = _problem_of(run)
    except Impossible as impossible:
        fail_run(run, impossible.sentence, by=None, at=now())
        return None
    return _solve(run, problem, now, watcher)


def _solve(run: PlanRun, problem: Problem, now: Clock, watcher: Watcher | None) -> TourPlan | None:
    from touring.planning.solve import solve  # noqa: PLC0415 - OR-Tools takes seconds to load; only a run needs it

    def report(progress: Progress) -> None:
        record_progress(run, progress, problem, at=now())
        if watcher is not None:
            watcher(progress)

    def should_stop() -> bool:
        at = now()
        if run.heartbeat_at is not None and at - run.heartbeat_at < HEARTBEAT_EVERY:
            return False
        return not still_wanted(run, at=at)

    known = _still_known(problem, run.best) if run.best else None
    found = solve(
        problem, seed=run.seed, seconds=run.seconds, warm_start=known, on_progress=report, should_stop=should_stop
    )
    run.progress |= {"seconds": round(found.seconds, 1), "iterations": found.iterations}
    try:
        return finish_run(run, problem, found.plan, is_stopped=found.stopped, by=None, at=now())
    except AlreadyMoved:
        return None
