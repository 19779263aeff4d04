"""What a run searches for: what may change, and one stage for each alternative."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lotsen.kernel.calendar import Period
from touring import problems, translate
from touring.models import PlanRun, TourPlan
from touring.planning.evaluate import Verdict, evaluate
from touring.planning.plan import Plan
from touring.planning.problem import Pin, Placement, Problem

Aim = TourPlan.Aim
EVEN_WITHIN = 0.05
"""So much more driving may the most even plan cost."""


@dataclass(frozen=True, slots=True)
class Task:
    """A run as planning words. `problem` judges every plan of the run, `pins` go into the drafts, `start` is where the
    search begins (None: what people know)."""

    problem: Problem
    pins: Mapping[str, Pin]
    start: Plan | None
    stages: tuple[Stage, ...]

    def known(self, pattern: Mapping[str, Any]) -> Plan:
        """A kept pattern, without stops that are gone meanwhile."""
        plan, keys = translate.plan_from_json(pattern), {job.key for job in self.problem.jobs}
        return Plan({key: placed for key, placed in plan.placements.items() if key in keys})


@dataclass(frozen=True, slots=True)
class Stage:
    """One search. Its problem may weigh changes otherwise than the judge of the run does.

    `even_within`: see `solve`; None where the teams' shares do not matter.
    """

    aim: str
    problem: Problem
    even_within: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a stage found. `cost` and `bound` in seconds, as its aim counts them; 0 and None where not known."""

    aim: str
    plan: Plan
    cost: int | None = None
    bound: int | None = None

    @property
    def measured(self) -> dict[str, int | None]:
        """Columns of the draft; a bound is shown beside the cost that it bounds."""
        if self.bound is None or self.cost is None:
            return {}
        return {"cost_seconds": self.cost, "bound_seconds": min(self.bound, self.cost)}

    def as_json(self) -> dict[str, Any]:
        """To be kept while a run goes on."""
        return {"pattern": translate.pattern_json(self.plan), "cost": self.cost, "bound": self.bound}


def task_of(run: PlanRun) -> Task:
    """What a run is to do, as stops and teams are now. Raises `Impossible` with a sentence."""
    period, base = Period(run.starts_on, run.ends_on), run.start_from
    anchor = base.cycle_anchor if base else translate.anchor_for(period)
    problem = translate.problem_for(
        period, anchor=anchor, tolerance_minutes=run.tolerance_minutes, with_request_stops=True
    )
    rows = problems.pattern_of(base) if base else []
    teams = {team.key for team in problem.teams}
    rows = [row for row in rows if row.team.key in teams]
    pins = problems.pins_of(rows)
    problem = problems.pinned(problem, pins)
    start = problems.as_plan(rows, problem) if base else None
    allowed = _allowed(run, problem, start)
    return Task(problem, pins, start, _stages(run, allowed))


def _allowed(run: PlanRun, problem: Problem, start: Plan | None) -> Problem:
    """The problem with what may change. With a draft to start from, "nothing" means: nothing that stands in it."""
    if run.scope == PlanRun.Scope.FEW:
        return replace(problem, max_changes=run.max_changes)
    if run.scope == PlanRun.Scope.NEW and start is not None:
        return problems.pinned(problem, {key: _whole_pin(placed) for key, placed in start.placements.items()})
    if run.scope == PlanRun.Scope.NEW:
        return replace(problem, max_changes=0)
    return problem


def _whole_pin(placed: Placement) -> Pin:
    return Pin(team=placed.team, weekdays=placed.weekdays, phase=placed.phase, start=placed.start)


def _stages(run: PlanRun, problem: Problem) -> tuple[Stage, ...]:
    """One search, or one for each alternative; where nothing is known yet, nothing can stay as it is."""
    if not run.with_alternatives:
        return (Stage(Aim.BEST, problem),)
    fewest = (Stage(Aim.CHANGES, replace(problem, change_price=None)),) if problem.published else ()
    price = 0 if problem.published else problem.change_price
    return (*fewest, Stage(Aim.DRIVING, replace(problem, change_price=price)), Stage(Aim.EVEN, problem, EVEN_WITHIN))


def fairest(problem: Problem, plans: Iterable[Plan], fallback: Plan) -> Plan:
    """Of plans that serve as much as `fallback` and keep every rule, the most even one: `fallback` is what the search
    aimed at, but a plan that it came across may be better."""

    def even(verdict: Verdict) -> tuple[int, int]:
        return verdict.objective.unfairness, verdict.objective.cost

    best = evaluate(problem, fallback)
    judged = [(evaluate(problem, plan), plan) for plan in (Plan(one.placements, fallback.dated) for one in plans)]
    equal = [
        (verdict, plan)
        for verdict, plan in judged
        if verdict.objective.unserved == best.objective.unserved and len(verdict.hard) <= len(best.hard)
    ]
    return min([(best, fallback), *equal], key=lambda pair: even(pair[0]))[1]
