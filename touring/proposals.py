"""A plan as it is put before the coordinator: judged as things are now, and what publishing it would change."""

from __future__ import annotations

from dataclasses import dataclass

from lotsen.kernel.calendar import Period
from touring import translate
from touring.models import PlannedStop, Stop, TourPlan, UnplannedStop
from touring.planning.evaluate import Verdict, evaluate
from touring.planning.plan import Plan, Route, routes_of
from touring.planning.problem import Impossible, Problem
from touring.words import rhythm_sentence


@dataclass(frozen=True, slots=True)
class PlanPage:
    """One plan as it is shown. `problem`, `verdict`, `routes` are as of now; None where no plan at all is possible."""

    plan: TourPlan
    pattern: list[PlannedStop]
    unplanned: list[UnplannedStop]
    problem: Problem | None
    verdict: Verdict | None
    routes: tuple[Route, ...]
    impossible: str = ""

    @property
    def served(self) -> int:
        """Stops with a place."""
        return len({row.stop_id for row in self.pattern})


@dataclass(frozen=True, slots=True)
class Change:
    """What publishing changes for one stop; "" where it is new, or no longer served."""

    stop: Stop
    before: str
    after: str


def plan_page(plan: TourPlan) -> PlanPage:
    """One plan with its pattern, judged as things are now; about ten queries whatever the size."""
    pattern = list(plan.pattern.select_related("stop__address", "team").order_by("weekday", "starts_at", "team__order"))
    unplanned = list(plan.unplanned.select_related("stop").order_by("stop__key"))
    placements = translate.plan_of(plan)
    try:
        problem = translate.problem_for(Period(plan.starts_on, plan.ends_on), anchor=plan.cycle_anchor)
    except Impossible as impossible:
        return PlanPage(plan, pattern, unplanned, None, None, (), impossible.sentence)
    return PlanPage(
        plan,
        pattern,
        unplanned,
        problem,
        evaluate(problem, placements),
        routes_of(problem, _known(problem, placements)),
    )


def _known(problem: Problem, plan: Plan) -> Plan:
    return Plan({key: placed for key, placed in plan.placements.items() if problem.job(key)})


def changes_of(plan: TourPlan) -> list[Change]:
    """What is different from what people know now, stop by stop; three queries."""
    known = translate.plan_before(Period(plan.starts_on, plan.ends_on))
    before = _sentences(known) if known and known.pk != plan.pk else {}
    after = _sentences(plan)
    changed = sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
    stops = {stop.pk: stop for stop in Stop.objects.filter(pk__in=changed)}
    return [
        Change(stops[pk], before.get(pk, ""), after.get(pk, "")) for pk in sorted(changed, key=lambda pk: stops[pk].key)
    ]


def _sentences(plan: TourPlan) -> dict[int, str]:
    """Rhythm and team of each stop, in words."""
    rows: dict[int, list[PlannedStop]] = {}
    for row in plan.pattern.select_related("stop", "team").order_by("weekday"):
        rows.setdefault(row.stop_id, []).append(row)
    return {
        pk: f"{rhythm_sentence(slots[0].stop.rhythm, [_slot(slot) for slot in slots])}, Team {slots[0].team.name}"
        for pk, slots in rows.items()
    }


def _slot(row: PlannedStop) -> tuple[int, int, int]:
    return row.weekday, row.starts_at.hour * 60 + row.starts_at.minute, row.ends_at.hour * 60 + row.ends_at.minute
