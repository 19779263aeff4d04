"""A plan as it is put before the coordinator: judged as things are now, and what publishing it would change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lotsen.kernel.calendar import Period
from touring import problems, translate
from touring.concerned import Concerned, concerned_by_move
from touring.models import PlannedStop, Stop, Team, TourPlan, UnplannedStop
from touring.planning.evaluate import Verdict, Violation, evaluate
from touring.planning.insert import nearest_place, verdict_of_move
from touring.planning.plan import Plan, Route, routes_of
from touring.planning.problem import DAY, Impossible, Placement, Problem
from touring.words import pattern_sentence


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


@dataclass(frozen=True, slots=True)
class MovePreview:
    """What a drag would mean, before anything is written. Seconds are per cycle, more or less than now.

    `hard`, `soft`: rules that would be broken newly; `changed_stops`: how many would stand elsewhere than people know;
    `told`: who would learn of this one; `nearest`: the nearest place that works, None where this one does.
    """

    placed: Placement
    verdict_before: Verdict
    verdict_after: Verdict
    hard: tuple[Violation, ...]
    soft: tuple[Violation, ...]
    driving_delta_seconds: int
    idle_delta_seconds: int
    changed_stops: int
    told: tuple[Concerned, ...]
    nearest: Placement | None


def preview(plan: TourPlan, stop: Stop, placed: Placement) -> MovePreview:
    """Judge one stop at another place; about seven queries whatever the size, while stops and teams stay as they are.

    Raises `Impossible` where no plan can be judged at all.
    """
    rows = problems.pattern_of(plan)
    problem = problems.problem_behind(plan, problems.pins_of(rows))
    pattern = problems.as_plan(rows, problem)
    moved = verdict_of_move(problem, pattern, stop.key, placed)
    nearest = nearest_place(problem, pattern, stop.key, placed) if moved.hard else None
    return MovePreview(
        placed=placed,
        verdict_before=moved.before,
        verdict_after=moved.after,
        hard=moved.hard,
        soft=moved.soft,
        driving_delta_seconds=moved.driving_delta,
        idle_delta_seconds=moved.after.idle_seconds - moved.before.idle_seconds,
        changed_stops=len(moved.after.changed),
        told=tuple(concerned_by_move(plan, stop, _rows_there(plan, stop, placed))),
        nearest=nearest if isinstance(nearest, Placement) else None,
    )


def _rows_there(plan: TourPlan, stop: Stop, placed: Placement) -> list[PlannedStop]:
    """Rows of a place that is only tried; none where no row could hold it."""
    team = Team.objects.filter(key=placed.team).first()
    end = placed.start + 60 * stop.duration_minutes
    if team is None or end >= DAY:
        return []
    times = {"starts_at": problems.clock_at(placed.start), "ends_at": problems.clock_at(end)}
    return [
        PlannedStop(plan=plan, stop=stop, team=team, weekday=weekday, phase=placed.phase, **times)
        for weekday in sorted(placed.weekdays)
    ]


def plan_page(plan: TourPlan) -> PlanPage:
    """One plan with its pattern, judged as things are now; about ten queries whatever the size."""
    pattern = list(plan.pattern.select_related("stop__address", "team").order_by("weekday", "starts_at", "team__order"))
    unplanned = list(plan.unplanned.select_related("stop").order_by("stop__key"))
    placements = translate.plan_of(plan)
    try:
        problem = problems.problem_behind(plan)
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


def newly_hard(before: Verdict, after: Verdict) -> tuple[Violation, ...]:
    """Hard violations that were not there before, whatever their figures."""
    return _new(before.hard, after.hard)


def _new(before: Iterable[Violation], after: Iterable[Violation]) -> tuple[Violation, ...]:
    known = {_identity(violation) for violation in before}
    return tuple(violation for violation in after if _identity(violation) not in known)


def _identity(violation: Violation) -> tuple[object, ...]:
    return violation.code, violation.job, violation.team, violation.weekday, violation.week


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
    return {pk: f"{pattern_sentence(slots)}, Team {slots[0].team.name}" for pk, slots in rows.items()}
