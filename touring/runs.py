"""Runs of the planner: asked for, started, watched, ended. The best plan so far is kept in the row all the time.

A worker may die at any moment: then `sweep_runs` lets another one go on, or ends the run with what was best.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lotsen.kernel.calendar import Period, clock, local_date
from lotsen.kernel.errors import AlreadyMoved, Refused
from lotsen.kernel.moves import begin, move
from lotsen.people.models import User
from touring import parts, translate
from touring.aims import Found, Task, task_of
from touring.jobs import defer_bound, defer_run, defer_savings
from touring.models import PlanRun, TourPlan
from touring.planning.evaluate import evaluate
from touring.planning.problem import Impossible
from touring.rules import is_silent
from touring.savings import asks_for_savings
from touring.searching import Clock, Searching, kept_of, seconds_left
from touring.tours import PeriodIsPast, make_draft

if TYPE_CHECKING:
    from touring.searching import Watcher

LONGEST_SECONDS = 600
LONGEST_DAYS = 400
MOST_TOLERANCE = 60
"""Minutes that the start of a stop may differ from week to week at most."""

MOST_ATTEMPTS = 2
"""So many workers take a run up, one after the other died."""

WORTH_RESUMING = 10
"""With less than so many seconds left, the best plan so far is the result."""


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
    tolerance_minutes: int = 0,
    start_from: TourPlan | None = None,
    seed: int = 1,
    is_queued: bool = True,
) -> PlanRun:
    """Ask for a planning of these days; the worker is told in the same transaction (not with `is_queued=False`).

    `scope`: what may change; with "few" `max_changes` says how many stops (`HowManyChanges` where it does not).
    `with_alternatives`: up to three drafts instead of one, in the same time. `tolerance_minutes`: so much may the
    start of a stop differ from week to week (cut to 0 to 60). `start_from`: a version whose places the search starts
    from, and whose pins hold. Refuses a second run at a time (`RunUnderWay`, by a constraint), days that are over
    (`PeriodIsPast`), and more than 400 days. `seconds` is cut to 1 to 600.
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
        tolerance_minutes=min(max(tolerance_minutes, 0), MOST_TOLERANCE),
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


@transaction.atomic
def ask_to_stop(run: PlanRun, *, by: User, at: datetime) -> PlanRun:
    """Stop as soon as may be and keep the best plan so far. A run that no worker has begun ends at once."""
    run.refresh_from_db()
    if run.state == PlanRun.State.QUEUED:
        move(run, PlanRun.State.STOPPED, by=by, at=at, stop_asked_at=at, finished_at=at)
    elif run.state == PlanRun.State.RUNNING:
        PlanRun.objects.filter(pk=run.pk, stop_asked_at=None).update(stop_asked_at=at)
        run.refresh_from_db()
        if run.round is not None:
            parts.stop_round(run, at=at)
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
    parts.drop_open(run, at=at)
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
    if asks_for_savings(run):
        defer_savings(run.pk)
    PlanRun.objects.filter(pk=run.pk).update(plan=drafts[0])
    run.plan = drafts[0]
    return drafts[0]


def fail_run(run: PlanRun, sentence: str, *, by: User | None, at: datetime) -> None:
    """End without a plan; the sentence is for the coordinator."""
    move(run, PlanRun.State.FAILED, by=by, at=at, finished_at=at, problem_sentence=sentence)
    parts.drop_open(run, at=at)


def sweep_runs(*, at: datetime) -> int:
    """Look after runs whose worker is dead; returns how many.

    With time left, another worker goes on from the best plan, once; else the run ends with the best plan so far, or
    with a sentence.
    """
    running = PlanRun.objects.filter(state=PlanRun.State.RUNNING)
    for run in running.filter(round__isnull=False):
        if not parts.sweep_round(run, at=at):
            return int(_end_silent(run, at))
    silent = [run for run in running.filter(round=None) if is_silent(run, at)]
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
            finish_run(run, task, kept_of(run, task) or [_best(run, task)], is_stopped=True, by=None, at=at)
            sentence = _("Die Planung wurde unterbrochen. Der beste Plan bis dahin ist da.")
            PlanRun.objects.filter(pk=run.pk).update(problem_sentence=sentence)
    except Impossible as impossible:
        fail_run(run, impossible.sentence, by=None, at=at)
    except AlreadyMoved:
        return False
    return True


def _best(run: PlanRun, task: Task) -> Found:
    assert run.best is not None
    return Found(TourPlan.Aim.BEST, task.known(run.best))


def work_on_run(
    run: PlanRun, *, now: Clock, workers: int = 1, watcher: Watcher | None = None, by_parts: bool = False
) -> TourPlan | None:
    """What a worker does: plan until the time is up or somebody stops it, and make drafts of what was found.

    A run that has begun already (its worker died) goes on from its best plan. `workers`: how many processes search.
    `by_parts`: a large run leaves districts in the queue, and is queued again when they are done.
    Returns None where nothing came of it, or not yet.
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
    if run.round is not None:
        return _after_round(run, task, now)
    by_parts = by_parts and parts.goes_by_parts(task)
    search = Searching(run, task, now, workers, watcher, parts.CITY_SHARE if by_parts else 1.0)
    search.go()
    if by_parts and not search.is_stopped:
        plan, left = search.found[0].plan, seconds_left(run)
        if _goes_on(run, parts.begin_round(run, task.stages[0].problem, plan, seconds=left, at=now())):
            return None
    return _finished(run, task, search.found, search.is_stopped, now)


def _goes_on(run: PlanRun, is_begun: bool) -> bool:
    """Is a further round under way, from here or from another worker?"""
    return is_begun or not PlanRun.objects.filter(pk=run.pk, round=run.round).exists()


def _after_round(run: PlanRun, task: Task, now: Clock) -> TourPlan | None:
    """Put together what the parts have found; then the next round, or the end."""
    if parts.is_waiting(run):
        return None
    plan, problem = parts.put_together(run, task), task.stages[0].problem
    assert run.round_started_at is not None
    run.progress |= parts.progress_after(run, problem, plan, at=now())
    is_stopped = run.stop_asked_at is not None
    left = seconds_left(run)
    if not is_stopped and _goes_on(run, parts.begin_round(run, problem, plan, seconds=left, at=now())):
        return None
    plan = parts.polished(problem, plan, is_stopped=is_stopped)
    cost = evaluate(problem, plan).objective.cost
    return _finished(run, task, [Found(TourPlan.Aim.BEST, plan, cost)], is_stopped, now)


def _finished(run: PlanRun, task: Task, found: Sequence[Found], is_stopped: bool, now: Clock) -> TourPlan | None:
    try:
        return finish_run(run, task, found, is_stopped=is_stopped, by=None, at=now())
    except AlreadyMoved:
        return None
