"""What further changes would save: asked after a run in which only some stops, or none, might change."""

from __future__ import annotations

from dataclasses import replace

from touring import translate
from touring.aims import task_of
from touring.models import PlanRun
from touring.planning.plan import Plan
from touring.planning.problem import Impossible, Problem

MORE = 3
"""So many further changes are looked at, one after the other."""

SECONDS = 5.0
"""Of searching for each of them."""


def asks_for_savings(run: PlanRun) -> bool:
    """Would more changes have been possible?"""
    return run.scope in (PlanRun.Scope.FEW, PlanRun.Scope.NEW)


def find_savings(run: PlanRun, *, workers: int = 1, seconds: float = SECONDS, more: int = MORE) -> int:
    """Search with one change more than the run's plan has, then two, and write down what each saves; returns how many.

    Changes count against what people know now, driving in seconds per cycle. Nothing where nothing is published, where
    the plan was changed by hand since, or where no plan is possible any more.
    """
    from touring.planning.replan import saving_per_change  # noqa: PLC0415 - loads the search
    from touring.planning.solve import solve  # noqa: PLC0415 - OR-Tools takes seconds to load

    def solver(allowed: Problem, start: Plan) -> Plan:
        return solve(allowed, seed=run.seed, seconds=seconds, workers=workers, warm_start=start).plan

    if run.plan is None or run.plan.edition or not asks_for_savings(run):
        return 0
    try:
        problem = replace(task_of(run).problem, change_price=0)
    except Impossible:
        return 0
    plan = translate.plan_of(run.plan)
    known = problem.published
    if not known or any(problem.job(key) is None for key in plan.placements):
        return 0
    used = sum(known[key] != placed for key, placed in plan.placements.items() if key in known)
    found = saving_per_change(problem, plan, used + more, solver=solver)
    rows = [[one.changes, one.driving_seconds, one.saved, one.unserved] for one in found]
    PlanRun.objects.filter(pk=run.pk).update(savings=rows)
    return len(rows) - 1
