"""How good a plan is at most: a lower bound on what any plan costs that serves the same stops."""

from __future__ import annotations

from touring import problems, translate
from touring.models import TourPlan
from touring.planning.evaluate import evaluate
from touring.planning.problem import Impossible

SECONDS = 90.0
"""A city of 48 stops needs about 20 seconds of one core."""


def find_bound(plan: TourPlan, *, seconds: float = SECONDS) -> int | None:
    """Work the bound out and keep it beside the plan's cost; None where there is none, or the plan has changed since.

    Both are as stops and teams are now, in seconds of driving per cycle with the prices of wishes and changes.
    """
    from touring.planning.bound import lower_bound  # noqa: PLC0415 - OR-Tools takes seconds to load

    known = translate.plan_of(plan)
    try:
        problem = problems.problem_behind(plan)
    except Impossible:
        return None
    cost = evaluate(problem, known).objective.cost
    bound = lower_bound(problem, seconds=seconds, plans=(known,), served=frozenset(known.placements)).cost
    if bound is None:
        return None
    same = TourPlan.objects.filter(pk=plan.pk, edition=plan.edition)
    found = min(bound, cost)
    return found if same.update(cost_seconds=cost, bound_seconds=found) else None
