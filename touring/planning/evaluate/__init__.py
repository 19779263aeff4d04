"""The one judge of plans, independent of every solver.

    verdict = evaluate(problem, plan)
    verdict.is_feasible, verdict.hard, verdict.unserved, verdict.driving_seconds

It looks at nothing but the problem and the plan, rule by rule (`STOP_RULES`, `TOUR_RULES`,
`PLAN_RULES`), and never raises for a bad plan: a wrong plan is a verdict, too. The weeks of the
cycle are judged in full; dates that drop out of the calendar only relax a tour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from touring.planning.evaluate.stops import STOP_RULES
from touring.planning.evaluate.tours import TOUR_RULES
from touring.planning.evaluate.verdict import Objective, Verdict, Violation
from touring.planning.plan import Plan, Route, changed_jobs, routes_of
from touring.planning.problem import Problem

__all__ = ["Objective", "Verdict", "Violation", "evaluate"]

WISHES = ("wish_day", "wish_team")


def evaluate(problem: Problem, plan: Plan) -> Verdict:
    """Judge a plan exactly. Seconds are per cycle."""
    routes = routes_of(problem, plan)
    broken = (_broken_plan_rules(problem, plan), _broken_stop_rules(problem, plan), _broken_tour_rules(problem, routes))
    violations = tuple(violation for kind in broken for violation in kind)
    unserved = tuple(job.key for job in problem.jobs if job.key not in plan.placements)
    missed = sum(violation.code in WISHES for violation in violations)
    driving, idle = sum(route.drive for route in routes), sum(max(0, route.idle) for route in routes)
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


def jobs_are_known(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """A plan places only stops that there are."""
    keys = {job.key for job in problem.jobs}
    for key in plan.placements:
        if key not in keys:
            yield Violation("job", True, f"Die Haltestelle {key} gibt es nicht.", key)


def budget_of_changes_is_kept(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """At most so many stops stand elsewhere than people know; those left out count as unserved."""
    moved = [key for key in changed_jobs(problem, plan) if key in plan.placements]
    count, limit = len(moved), problem.max_changes
    if limit is not None and count > limit:
        sentence = f"Das wäre Änderung {count}. Erlaubt sind {limit}."
        yield Violation("budget", True, sentence, data={"count": count, "limit": limit})


PLAN_RULES: tuple[Callable[[Problem, Plan], Iterator[Violation]], ...] = (jobs_are_known, budget_of_changes_is_kept)


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
        for rule in TOUR_RULES:
            assert shift is not None
            yield from rule(problem, shift, route)


def _by_priority(problem: Problem, unserved: tuple[str, ...]) -> tuple[int, ...]:
    """How many stops of each priority are left out, the highest first."""
    left_out = set(unserved)
    levels = sorted({job.priority for job in problem.jobs}, reverse=True)
    return tuple(sum(job.key in left_out for job in problem.jobs if job.priority == level) for level in levels)


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
