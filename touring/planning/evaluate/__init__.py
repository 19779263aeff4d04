"""The one judge of plans, independent of every solver.

    verdict = evaluate(problem, plan)
    verdict.is_feasible, verdict.hard, verdict.unserved, verdict.driving_seconds

It looks at nothing but the problem and the plan, rule by rule (`STOP_RULES`, `TOUR_RULES`, `DAY_RULES`,
`ONE_OFF_RULES`, `PLAN_RULES`), and never raises for a bad plan: a wrong plan is a verdict, too. The weeks of the
cycle are judged in full; dates that drop out of the calendar only relax a tour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from touring.planning.evaluate.days import DAY_RULES, one_offs_keep_vehicle_and_night
from touring.planning.evaluate.one_offs import ONE_OFF_RULES
from touring.planning.evaluate.stops import STOP_RULES
from touring.planning.evaluate.tours import RECURRING_RULES, TOUR_RULES
from touring.planning.evaluate.verdict import Objective, Verdict, Violation
from touring.planning.plan import Plan, Route, changed_jobs, route_on, routes_of
from touring.planning.problem import Job, OneOff, Problem

__all__ = ["Objective", "Verdict", "Violation", "evaluate"]

WISHES = ("wish_day", "wish_team")


def evaluate(problem: Problem, plan: Plan) -> Verdict:
    """Judge a plan exactly. Seconds are per cycle; a one-off job counts with what its tour drives more on that date."""
    routes = routes_of(problem, plan)
    dated = _routes_with_one_offs(problem, plan)
    broken = (
        _broken_plan_rules(problem, plan),
        _broken_stop_rules(problem, plan),
        _broken_tour_rules(problem, routes),
        _broken_day_rules(problem, routes),
        _broken_one_off_rules(problem, plan, dated),
    )
    violations = tuple(violation for kind in broken for violation in kind)
    unserved = tuple(job.key for job in problem.jobs if job.key not in plan.placements)
    unserved += tuple(job.key for job in problem.one_offs if job.key not in plan.dated)
    missed = sum(violation.code in WISHES for violation in violations)
    driving = sum(route.drive for route in routes) + sum(full.drive - known for full, known in dated)
    idle = sum(max(0, route.idle) for route in routes)
    changed = changed_jobs(problem, plan)
    objective = Objective(
        unserved=_by_priority(problem, unserved),
        hard=sum(violation.hard for violation in violations),
        changes=len(changed) if problem.change_price is None else 0,
        cost=driving + problem.wish_price * missed + (problem.change_price or 0) * len(changed),
        idle=idle,
        unfairness=_unfairness(problem, routes),
    )
    return Verdict(violations, unserved, changed, missed, driving, idle, len(routes), objective)


def _routes_with_one_offs(problem: Problem, plan: Plan) -> list[tuple[Route, int]]:
    """Each tour of a date that has a one-off job, and the driving of that tour without any."""
    days = sorted({(placed.day, placed.team) for key, placed in plan.dated.items() if problem.one_off(key)})
    found = []
    for day, team in days:
        full = route_on(problem, plan, team, day)
        known = route_on(problem, plan, team, day, without_one_offs=True)
        if full is not None:
            found.append((full, known.drive if known else 0))
    return found


def jobs_are_known(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """A plan places only stops that there are."""
    for key in plan.placements:
        if problem.job(key) is None:
            yield Violation("job", True, f"Die Haltestelle {key} gibt es nicht.", key)
    for key in plan.dated:
        if problem.one_off(key) is None:
            yield Violation("job", True, f"Den Bedarfshalt {key} gibt es nicht.", key)


def budget_of_changes_is_kept(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """At most so many stops stand elsewhere than people know; those left out count as unserved."""
    moved = [key for key in changed_jobs(problem, plan) if key in plan.placements or key in plan.dated]
    count, limit = len(moved), problem.max_changes
    if limit is not None and count > limit:
        sentence = f"Das wäre Änderung {count}. Erlaubt sind {limit}."
        yield Violation("budget", True, sentence, data={"count": count, "limit": limit})


PLAN_RULES: tuple[Callable[[Problem, Plan], Iterator[Violation]], ...] = (
    jobs_are_known,
    budget_of_changes_is_kept,
    one_offs_keep_vehicle_and_night,
)


def _broken_plan_rules(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for rule in PLAN_RULES:
        yield from rule(problem, plan)


def _broken_stop_rules(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for job in problem.jobs:
        placed = plan.placements.get(job.key)
        for rule in STOP_RULES if placed else ():
            assert placed is not None
            yield from rule(problem, job, placed)


def _broken_tour_rules(problem: Problem, routes: tuple[Route, ...]) -> Iterator[Violation]:
    for route in routes:
        shift = problem.shift(route.team, route.weekday)
        assert shift is not None
        for rule in (*TOUR_RULES, *RECURRING_RULES):
            yield from rule(problem, shift, route)


def _broken_day_rules(problem: Problem, routes: tuple[Route, ...]) -> Iterator[Violation]:
    for rule in DAY_RULES:
        yield from rule(problem, routes)


def _broken_one_off_rules(problem: Problem, plan: Plan, dated: list[tuple[Route, int]]) -> Iterator[Violation]:
    """The rules of each one-off job, and those of the tours that have one."""
    for key, placed in plan.dated.items():
        job = problem.one_off(key)
        for rule in ONE_OFF_RULES if job else ():
            assert job is not None
            yield from rule(problem, job, placed)
    for route, _known in dated:
        shift = problem.shift(route.team, route.weekday)
        assert shift is not None
        for tour_rule in TOUR_RULES:
            yield from tour_rule(problem, shift, route)


def _by_priority(problem: Problem, unserved: tuple[str, ...]) -> tuple[int, ...]:
    """How many stops of each priority are left out, the highest first."""
    left_out = set(unserved)
    all_jobs: list[Job | OneOff] = [*problem.jobs, *problem.one_offs]
    levels = sorted({job.priority for job in all_jobs}, reverse=True)
    return tuple(sum(job.key in left_out for job in all_jobs if job.priority == level) for level in levels)


def _unfairness(problem: Problem, routes: tuple[Route, ...]) -> int:
    """Difference between the fullest and the emptiest team, in thousandths of their hours."""
    hours: dict[str, int] = {}
    for shift in problem.shifts:
        hours[shift.team] = hours.get(shift.team, 0) + (shift.end - shift.start) * problem.calendar.cycle_weeks
    work = dict.fromkeys(hours, 0)
    for route in routes:
        work[route.team] += sum(v.leave - v.arrive + v.leg for v in route.visits) + route.leg_home
    shares = [1000 * work[team] // hours[team] for team in hours]
    return max(shares) - min(shares)
