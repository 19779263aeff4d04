"""Why a stop is not in the plan and what would help, as a sentence for the coordinator."""

from __future__ import annotations

from touring.planning.explain import smallest_change, unserved_with_reasons
from touring.planning.plan import Plan
from touring.planning.problem import Problem


def reasons_for(problem: Problem, plan: Plan) -> dict[str, str]:
    """For each stop that the plan leaves out, by its key: what stands against it, and what would help."""
    unserved = [one for one in unserved_with_reasons(problem, plan) if problem.job(one.job)]
    return {one.job: _with_remedy(problem, plan, one.job, one.sentence) for one in unserved}


def _with_remedy(problem: Problem, plan: Plan, key: str, sentence: str) -> str:
    remedy = smallest_change(problem, plan, key)
    return sentence if remedy is None or remedy.kind == "none" else f"{sentence} Am nächsten dran: {remedy.sentence}"
