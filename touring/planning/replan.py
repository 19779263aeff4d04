"""A team falls ill: for one date, or on one weekday for good. And what each further change would save.

Replanning never changes more stops than the budget says; what then finds no place is left out and named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice, permutations

from touring.planning.differences import Difference, differences
from touring.planning.evaluate import Objective, Verdict, evaluate
from touring.planning.evaluate.verdict import listed
from touring.planning.insert import Work, best_places, with_placed
from touring.planning.plan import Plan
from touring.planning.problem import WEEKDAYS, DatedPlacement, Job, OneOff, Pin, Problem

Solver = Callable[[Problem, Plan], Plan]

DAYS_LATER = 6
"""So many days after the lost date a halt may be made up for."""

ORDERS = 12
"""So many orders of putting the lost halts elsewhere are tried."""


@dataclass(frozen=True, slots=True)
class Replan:
    """A plan without one team-day. `problem`: with the team-day gone, and the lost halts of a date as one-off jobs.

    `hit`: stops and one-off jobs that stood there. `moved`: those, and others, that stand elsewhere now.
    `unserved`: those of `hit` that find no place. Keys of stops, in the order of the problem.
    """

    problem: Problem
    plan: Plan
    verdict: Verdict
    hit: tuple[str, ...]
    moved: tuple[str, ...]
    unserved: tuple[str, ...]
    differences: tuple[Difference, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Saving:
    """The best plan found with at most `changes` changed stops; `saved`: less driving per cycle than with one fewer."""

    changes: int
    driving_seconds: int
    saved: int
    unserved: int
    plan: Plan


def without_team_day(
    problem: Problem, plan: Plan, team: str, day: int | date, *, budget: int, solver: Solver | None = None
) -> Replan:
    """The plan without a team on a weekday (for good) or on a date, with at most `budget` halts elsewhere.

    On a date the others keep their times, and no `solver` is needed. For good, `solver` (a short run from the
    given plan that keeps `Problem.max_changes`) may move others too; what it finds is only taken if it is better
    than putting the lost stops elsewhere one by one.
    """
    if isinstance(day, date):
        return _without_date(problem, plan, team, day, budget)
    return _without_weekday(problem, plan, team, day, budget, solver)


def saving_per_change(problem: Problem, plan: Plan, upto: int, *, solver: Solver) -> tuple[Saving, ...]:
    """How much driving each further change saves: one run for each number of changes up to `upto`.

    Changes count against `problem.published`, or against the plan itself where that is empty. The first
    entry is the plan as it is; a run that finds nothing better counts as nothing saved.
    """
    problem = replace(problem, published=problem.published or dict(plan.placements))
    first = len(_moved(problem, plan))
    best, judged = plan, evaluate(problem, plan)
    found = [Saving(first, judged.driving_seconds, 0, len(judged.unserved), plan)]
    for changes in range(first + 1, upto + 1):
        allowed = replace(problem, max_changes=changes)
        after = solver(allowed, best)
        before, judged = evaluate(allowed, best), evaluate(allowed, after)
        if _value(judged) < _value(before):
            best = after
        now = evaluate(problem, best)
        saved = found[-1].driving_seconds - now.driving_seconds
        found.append(Saving(changes, now.driving_seconds, saved, len(now.unserved), best))
    return tuple(found)


def _value(verdict: Verdict) -> tuple[int, tuple[int, ...], int, int, int]:
    """Changes are paid for by the budget; what counts beside is as in `Objective`."""
    objective: Objective = verdict.objective
    return objective.hard, objective.unserved, objective.cost, objective.idle, objective.unfairness


def _moved(problem: Problem, plan: Plan) -> tuple[str, ...]:
    known = problem.published
    return tuple(
        job.key
        for job in problem.jobs
        if job.key in known and job.key in plan.placements and plan.placements[job.key] != known[job.key]
    )


def _without_weekday(
    problem: Problem, plan: Plan, team: str, weekday: int, budget: int, solver: Solver | None
) -> Replan:
    cycle = problem.calendar.cycle_weeks
    hit = tuple(
        job.key
        for job in problem.jobs
        if (placed := plan.placements.get(job.key)) is not None
        and any((halt.team, halt.day % 7) == (team, weekday) for halt in placed.halts(job.pattern, cycle))
    )
    lost = tuple(key for key, on in plan.dated.items() if (on.team, on.day.weekday()) == (team, weekday))
    changed = replace(_without_shift(problem, team, weekday), published=dict(plan.placements), max_changes=budget)
    start = plan
    for key in (*hit, *lost):
        start = with_placed(start, key, None)
    plans = [_one_by_one(changed, start, _first_by_priority(changed, hit), budget)]
    if solver is not None:
        plans.append(solver(changed, start))
    best = min(plans, key=lambda each: _value(evaluate(changed, each)))
    best = _one_by_one(
        changed, best, [one for one in changed.one_offs if one.key in lost and one.key not in best.dated]
    )
    words = f"Ohne Team {_name(problem, team)} am {WEEKDAYS[weekday]}"
    return _replan(changed, plan, best, (*hit, *lost), _moved(changed, best), words)


def _without_shift(problem: Problem, team: str, weekday: int) -> Problem:
    """Without one team-day; a team that has no other is gone, and with it what was said about it."""
    shifts = tuple(shift for shift in problem.shifts if (shift.team, shift.weekday) != (team, weekday))
    if any(shift.team == team for shift in shifts):
        return replace(problem, shifts=shifts)
    return replace(
        problem,
        shifts=shifts,
        teams=tuple(each for each in problem.teams if each.key != team),
        jobs=tuple(_without_team(job, team) for job in problem.jobs),
        one_offs=tuple(replace(one, forbidden_teams=one.forbidden_teams - {team}) for one in problem.one_offs),
    )


def _without_team(job: Job, team: str) -> Job:
    pin: Pin = replace(job.pin, team=None) if job.pin.team == team else job.pin
    wished, forbidden = job.wished_teams - {team}, job.forbidden_teams - {team}
    return replace(job, pin=pin, wished_teams=wished, forbidden_teams=forbidden)


def _first_by_priority(problem: Problem, keys: tuple[str, ...]) -> list[Job]:
    """The most important first, then the ones with the most visits."""
    jobs = [job for job in problem.jobs if job.key in keys]
    return sorted(jobs, key=lambda job: (-job.priority, -job.pattern.visits(problem.calendar.cycle_weeks)))


def _one_by_one(problem: Problem, plan: Plan, works: Sequence[Work], budget: int | None = None) -> Plan:
    """Each at its best place, the others staying, until the budget is used up."""
    put = 0
    for work in works:
        place = next(iter(best_places(problem, plan, work, limit=1, may_move=False)), None)
        if place is not None and (budget is None or put < budget):
            plan, put = with_placed(plan, work.key, place.placed), put + 1
    return plan


def _without_date(problem: Problem, plan: Plan, team: str, day: date, budget: int) -> Replan:
    lost = _halts_of(problem, plan, team, day)
    halts = [one for one, _ in lost]
    calendar = problem.calendar
    closed = {**calendar.team_closed, team: calendar.team_closed.get(team, frozenset()) | {day}}
    others = tuple(one for one in problem.one_offs if one.key not in {halt.key for halt in halts})
    changed = replace(problem, calendar=replace(calendar, team_closed=closed), one_offs=(*others, *halts))
    start = plan
    for one in halts:
        start = with_placed(start, one.key, None)
    plans = [_by_nearness(changed, start, list(order), day, budget) for order in islice(permutations(halts), ORDERS)]
    best = min(plans, key=lambda each: _value(evaluate(changed, each)))
    moved = tuple(one.key for one in halts if one.key in best.dated)
    words = f"Ohne Team {_name(problem, team)} am {day:%d.%m.%Y}"
    as_it_was = Plan(plan.placements, {**plan.dated, **{one.key: was for one, was in lost}})
    return _replan(changed, as_it_was, best, tuple(one.key for one in halts), moved, words)


def _halts_of(problem: Problem, plan: Plan, team: str, day: date) -> list[tuple[OneOff, DatedPlacement]]:
    """What the team has on this date, as jobs of one date; the most important first."""
    calendar = problem.calendar
    of_cycle = 7 * calendar.cycle_week(day) + day.weekday()
    halts = [
        (_as_one_off(problem, plan, job, day), DatedPlacement(team, day, halt.start))
        for job in problem.jobs
        if (placed := plan.placements.get(job.key)) is not None and calendar.is_served(day, team) and job.opens_on(day)
        for halt in placed.halts(job.pattern, calendar.cycle_weeks)
        if (halt.team, halt.day) == (team, of_cycle)
    ]
    dated = ((one, plan.dated.get(one.key)) for one in problem.one_offs)
    halts += [(one, on) for one, on in dated if on is not None and (on.team, on.day) == (team, day)]
    return sorted(halts, key=lambda halt: -halt[0].priority)


def _as_one_off(problem: Problem, plan: Plan, job: Job, lost: date) -> OneOff:
    """The lost halt of a stop, on its date or on one of the next days on which it does not stand anyway."""
    calendar, placed = problem.calendar, plan.placements[job.key]
    own = {halt.day for halt in placed.halts(job.pattern, calendar.cycle_weeks)}
    coming = [lost + timedelta(days=days) for days in range(DAYS_LATER + 1)]
    dates = tuple(
        day
        for day in coming
        if calendar.first <= day <= calendar.last
        and job.opens_on(day)
        and day.weekday() not in job.forbidden_weekdays
        and (day == lost or 7 * calendar.cycle_week(day) + day.weekday() not in own)
    )
    return OneOff(
        key=f"{job.key}@{lost.isoformat()}",
        name=job.name,
        place=job.place,
        dates=dates,
        opening=job.opening,
        duration=job.duration,
        setup=job.setup,
        packing=job.packing,
        needs=job.needs,
        forbidden_teams=job.forbidden_teams,
        priority=job.priority,
        load=job.load,
    )


def _by_nearness(problem: Problem, plan: Plan, halts: list[OneOff], lost: date, budget: int) -> Plan:
    """Each on the date itself where it can be, else on the nearest one, until the budget is used up."""
    put = 0
    for one in halts:
        for placed in islice(_nearest_dates(problem, plan, one, lost), 1 if put < budget else 0):
            plan, put = with_placed(plan, one.key, placed), put + 1
    return plan


def _nearest_dates(problem: Problem, plan: Plan, one: OneOff, lost: date) -> Iterator[DatedPlacement]:
    for day in sorted(set(one.dates), key=lambda day: (abs(day - lost), day)):
        for place in best_places(problem, plan, replace(one, dates=(day,)), limit=1, may_move=False):
            assert isinstance(place.placed, DatedPlacement)
            yield place.placed


def _replan(
    problem: Problem, before: Plan, after: Plan, hit: tuple[str, ...], moved: tuple[str, ...], words: str
) -> Replan:
    unserved = tuple(key for key in hit if key not in after.placements and key not in after.dated)
    names = [_work_name(problem, key) for key in unserved]
    rest = f"; ohne Platz: {listed(names)}" if names else ""
    stands = "steht" if len(moved) == 1 else "stehen"
    count = "1 Halt" if len(hit) == 1 else f"{len(hit)} Halte"
    sentence = f"{words}: {count} betroffen, {len(moved)} {stands} woanders{rest}."
    told = differences(problem, before, after)
    return Replan(problem, after, evaluate(problem, after), hit, moved, unserved, told, sentence)


def _name(problem: Problem, team: str) -> str:
    found = problem.team(team)
    return found.name if found else team


def _work_name(problem: Problem, key: str) -> str:
    work = problem.job(key) or next((one for one in problem.one_offs if one.key == key), None)
    return work.name if work else key
