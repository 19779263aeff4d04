"""Parts of a large run: the districts of one round, each a job of its own, so that more machines help.

First one search of the whole city, in half of the time; then rounds. A round is cut from the best plan so far, its
parts lie in the queue, and nobody waits for them: whoever ends the last part queues the run again, which puts together
what is better and cuts the next round. A worker that dies leaves a silent part, which another one takes up once; and at
`round_ends_at` the run goes on with what is there.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from lotsen.kernel.errors import AlreadyMoved, Refused
from lotsen.kernel.moves import begin_all, move, move_all
from touring import translate
from touring.aims import Task, task_of
from touring.jobs import defer_part, defer_run_once
from touring.models import PlanRun, PlanRunPart
from touring.planning.evaluate import evaluate
from touring.planning.plan import Plan
from touring.planning.problem import Impossible, Problem
from touring.rules import SILENT_FOR

if TYPE_CHECKING:
    from touring.planning.districts import District

Clock = Callable[[], datetime]
State = PlanRunPart.State
OPEN = (State.QUEUED, State.RUNNING)

CITY_SHARE = 0.5
"""Of the time, for the search of the whole city."""

ROUNDS = 3
"""In so many rounds the rest of the time is cut; the borders move from one to the next."""

LEAST_SECONDS, MOST_SECONDS = 1.0, 60.0
"""Of searching one district in one round."""

HEAT = 0.3
"""Part of the first temperature: the plan is good already."""

PATIENCE = timedelta(seconds=120)
"""So long a round may last beyond its time: a dead worker is noticed, and another one takes its part up."""

POLISH_SECONDS, STOPPED_SECONDS = 10.0, 0.5
"""For taking the waiting out at the end."""

MOST_ATTEMPTS = 2
HEARTBEAT_EVERY = timedelta(seconds=1)
SEED_APART = 104_729


def goes_by_parts(task: Task) -> bool:
    """Many stops, one aim, and start times that hold for all weeks."""
    problem = task.problem
    is_large = len(problem.jobs) >= settings.PLANNING_PARTS_FROM > 0
    return is_large and len(task.stages) == 1 and problem.time_tolerance is not None and problem.same_team


# --- the run's side -----------------------------------------------------------------------------------


@transaction.atomic
def begin_round(run: PlanRun, problem: Problem, plan: Plan, *, seconds: float, at: datetime) -> bool:
    """Cut the next round from this plan and queue its parts; `seconds` is what is left of the run's time.

    False where that is not worth it: too little time, one district only, or as many rounds as there are to be; and
    where somebody else has begun it, or the run is over.
    """
    from touring.planning.districts import districts  # noqa: PLC0415 - loads the search

    number = 0 if run.round is None else run.round + 1
    machines = max(1, settings.PLANNING_PARTS_AT_ONCE)
    found = [one for one in districts(problem, plan, number, at_once=machines) if one.jobs]
    turns = math.ceil(len(found) / machines)
    each = min(MOST_SECONDS, seconds / turns / (ROUNDS - number)) if number < ROUNDS and turns else 0.0
    if len(found) < 2 or each < LEAST_SECONDS:
        return False
    ends_at = at + timedelta(seconds=2 * each * turns) + PATIENCE
    now = {"round": number, "round_started_at": at, "round_ends_at": ends_at, "heartbeat_at": at}
    kept = {"best": translate.pattern_json(plan), "found": {}, "progress": run.progress}
    same = PlanRun.objects.filter(pk=run.pk, state=PlanRun.State.RUNNING, round=run.round, stop_asked_at=None)
    if not same.update(**now, **kept):
        return False
    _queue_parts(run, number, found, each, at)
    return True


def _queue_parts(run: PlanRun, number: int, found: list[District], seconds: float, at: datetime) -> None:
    parts = PlanRunPart.objects.bulk_create(
        PlanRunPart(
            run=run, round=number, number=n, teams=list(one.teams), jobs=list(one.jobs), seconds=round(seconds, 2)
        )
        for n, one in enumerate(found)
    )
    begin_all(parts, by=None, at=at)
    for part in parts:
        defer_part(part.pk, lane=f"plan:{run.pk}:{number}:{part.number % max(1, settings.PLANNING_PARTS_AT_ONCE)}")


def is_waiting(run: PlanRun) -> bool:
    """Is some part of the round still to come?"""
    return PlanRunPart.objects.filter(run=run, round=run.round, state__in=OPEN).exists()


def put_together(run: PlanRun, task: Task) -> Plan:
    """The best plan so far with every part of the round that makes it better, one after the other."""
    from touring.planning.districts.part import put_back, worth  # noqa: PLC0415 - loads the search

    problem = task.stages[0].problem
    plan = best_of(run, task)
    value = worth(problem, plan)
    for part in PlanRunPart.objects.filter(run=run, round=run.round, state=State.DONE).order_by("number"):
        candidate = put_back(plan, _district(part), task.known(part.pattern))
        found = worth(problem, candidate)
        if found < value:
            plan, value = candidate, found
    return plan


def progress_after(run: PlanRun, problem: Problem, plan: Plan, *, at: datetime) -> dict[str, Any]:
    """What the run's page says after a round: its time counted, and one more mark of the curve."""
    assert run.round_started_at is not None
    spent = float(run.progress.get("seconds", 0.0)) + max(0.0, (at - run.round_started_at).total_seconds())
    objective = evaluate(problem, plan).objective
    mark = [round(min(spent, run.seconds), 2), sum(objective.unserved), objective.cost]
    steps = sum(PlanRunPart.objects.filter(run=run, round=run.round).values_list("steps", flat=True))
    return {
        "seconds": round(spent, 1),
        "iterations": run.progress.get("iterations", 0) + steps,
        "served": len(plan.placements),
        "unserved": len(problem.jobs) - len(plan.placements),
        "cost": objective.cost,
        "hard": objective.hard,
        "history": [*run.progress.get("history", []), mark],
    }


def polished(problem: Problem, plan: Plan, *, is_stopped: bool) -> Plan:
    """The waiting taken out, where there is time for it and the judge likes it better."""
    from touring.planning.districts.part import worth  # noqa: PLC0415 - loads the search
    from touring.planning.polish import least_waiting  # noqa: PLC0415 - OR-Tools takes seconds to load

    until = monotonic() + (STOPPED_SECONDS if is_stopped else POLISH_SECONDS)
    found = least_waiting(problem, plan, lambda: monotonic() > until)
    return found if worth(problem, found) < worth(problem, plan) else plan


def best_of(run: PlanRun, task: Task) -> Plan:
    """The kept best plan, with halts on one date where they were promised."""
    from touring.planning.solve import with_one_offs  # noqa: PLC0415 - loads the search

    assert run.best is not None
    return with_one_offs(task.stages[0].problem, task.known(run.best), Plan({}))


def stop_round(run: PlanRun, *, at: datetime) -> None:
    """Nobody needs what has not begun; what is under way ends by itself, and the last one ends the run."""
    move_all(_open(run).filter(state=State.QUEUED), State.DROPPED, by=None, at=at)
    go_on_if_last(run)


def go_on_if_last(run: PlanRun) -> None:
    """Queue the run again where no part is open any more."""
    if not is_waiting(run):
        defer_run_once(run.pk)


def sweep_round(run: PlanRun, *, at: datetime) -> bool:
    """Look after the parts of one run: silent ones are taken up by another worker once, and none are waited for longer
    than the round may last. False where even then nobody puts the round together."""
    assert run.round_ends_at is not None
    if at > run.round_ends_at + PATIENCE:
        return False
    is_over = at > run.round_ends_at
    if is_over:
        move_all(_open(run), State.DROPPED, by=None, at=at)
    for part in _open(run).filter(state=State.RUNNING):
        if part.heartbeat_at is None or part.heartbeat_at < at - SILENT_FOR:
            _take_away(part, at)
    if run.heartbeat_at is None or run.heartbeat_at < at - SILENT_FOR or is_over:
        go_on_if_last(run)
    return True


def drop_open(run: PlanRun, *, at: datetime) -> None:
    """Nobody needs the parts of a run that is over."""
    if run.round is not None:
        move_all(_open(run), State.DROPPED, by=None, at=at)


def _open(run: PlanRun) -> QuerySet[PlanRunPart]:
    return PlanRunPart.objects.filter(run=run, round=run.round, state__in=OPEN)


def _take_away(part: PlanRunPart, at: datetime) -> None:
    """From a dead worker; the part is queued again, or given up."""
    try:
        with transaction.atomic():
            if part.attempts >= MOST_ATTEMPTS:
                move(part, State.FAILED, by=None, at=at)
            else:
                move(part, State.QUEUED, by=None, at=at, heartbeat_at=None)
                defer_part(part.pk)
    except AlreadyMoved:
        return


# --- the part's side ----------------------------------------------------------------------------------


def work_on_part(part: PlanRunPart, *, now: Clock) -> None:
    """What a worker does: improve one district until its time is up or the run is stopped, and write it down.

    Nothing where somebody else has it, or nobody needs it any more. Whoever ends the last part queues the run again.
    """
    run = part.run
    is_wanted = run.state == PlanRun.State.RUNNING and run.round == part.round and run.stop_asked_at is None
    try:
        if is_wanted:
            move(part, State.RUNNING, by=None, at=now(), heartbeat_at=now(), attempts=part.attempts + 1)
            _search(part, run, task_of(run), now)
        else:
            move(part, State.DROPPED, by=None, at=now())
    except Impossible:  # stops and teams have changed; the run itself says so
        move(part, State.FAILED, by=None, at=now())
    except Refused:
        return
    go_on_if_last(run)


def _search(part: PlanRunPart, run: PlanRun, task: Task, now: Clock) -> None:
    from touring.planning.districts.part import improved, part_of, within  # noqa: PLC0415 - loads the search
    from touring.planning.search.crew import Cooling  # noqa: PLC0415 - loads the search

    problem, district, plan = task.stages[0].problem, _district(part), best_of(run, task)
    seed = run.seed + SEED_APART * part.round + part.number
    cooling = Cooling(None, part.seconds, HEAT)
    watch = _Watch(part, now)
    found = improved(
        part_of(problem, plan, district), within(plan, district), cooling, seed, should_stop=watch.should_stop
    )
    pattern = translate.pattern_json(found.plan)
    move(part, State.DONE, by=None, at=now(), heartbeat_at=now(), pattern=pattern, steps=found.steps)


def _district(part: PlanRunPart) -> District:
    from touring.planning.districts import District  # noqa: PLC0415 - loads the search

    return District(tuple(part.teams), tuple(part.jobs))


@dataclass(slots=True)
class _Watch:
    """Says once a second that the worker lives, and learns whether the part is still wanted."""

    part: PlanRunPart
    now: Clock

    def should_stop(self) -> bool:
        at = self.now()
        last = self.part.heartbeat_at
        if last is not None and at - last < HEARTBEAT_EVERY:
            return False
        self.part.heartbeat_at = at
        mine = PlanRunPart.objects.filter(pk=self.part.pk, state=State.RUNNING)
        wanted = mine.filter(run__state=PlanRun.State.RUNNING, run__stop_asked_at=None)
        if not mine.update(heartbeat_at=at) or not wanted.exists():
            return True
        PlanRun.objects.filter(pk=self.part.run_id, state=PlanRun.State.RUNNING).update(heartbeat_at=at)
        return False
