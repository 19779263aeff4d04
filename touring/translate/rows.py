"""Plans out of rows and into rows, moments, and a pattern as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from lotsen.kernel.calendar import at_minute, local
from touring.models import (
    PlannedStop,
    Stop,
    Team,
    Tour,
    TourPlan,
    TourStop,
    UnplannedStop,
)
from touring.planning.plan import Plan, Route, dated_routes
from touring.planning.problem import (
    Halt,
    Placement,
    Problem,
)


@dataclass(frozen=True, slots=True)
class Rows:
    """Unsaved rows of one tour plan; tours and halts are empty for a plan that cannot be driven."""

    pattern: list[PlannedStop]
    unplanned: list[UnplannedStop]
    tours: list[Tour]
    halts: list[TourStop]


def plan_of(tour_plan: TourPlan) -> Plan:
    """The pattern rows as a plan; one query."""
    return plan_of_rows(tour_plan.pattern.select_related("stop", "team").order_by("stop__key", "weekday"))


def plan_of_rows(rows: Iterable[PlannedStop]) -> Plan:
    """Pattern rows, in the order of stops and weekdays, as a plan."""
    return Plan({key: placement_of(list(slots)) for key, slots in groupby(rows, key=lambda row: row.stop.key)})


def placement_of(slots: Sequence[PlannedStop]) -> Placement:
    """The rows of one stop, in the order of weekdays, as its placement."""
    first = slots[0]
    start = first.starts_at.hour * 3600 + first.starts_at.minute * 60 + first.starts_at.second
    others = [
        Halt(7 * week + slot.weekday, first.team.key, 60 * minutes)
        for slot in slots
        for week, minutes in slot.other_starts
    ]
    return Placement(first.team.key, tuple(slot.weekday for slot in slots), first.phase, start, tuple(sorted(others)))


def rows_of(
    tour_plan: TourPlan, problem: Problem, plan: Plan, reasons: Mapping[str, str], *, is_drivable: bool
) -> Rows:
    """All rows of a plan. `reasons`: why a stop is not served, by its key."""
    stops = {stop.key: stop for stop in Stop.objects.filter(key__in={*plan.placements, *reasons})}
    teams = {team.key: team for team in Team.objects.all()}
    pattern = [
        row
        for key, placed in sorted(plan.placements.items())
        for row in _pattern_rows(tour_plan, problem, stops[key], teams[placed.team], placed)
    ]
    unplanned = [UnplannedStop(plan=tour_plan, stop=stops[key], reason=reasons[key]) for key in sorted(reasons)]
    tours: list[Tour] = []
    halts: list[TourStop] = []
    for dated in dated_routes(problem, Plan(plan.placements)) if is_drivable else ():
        tour = tour_row(tour_plan, teams[dated.route.team], dated.day, dated.route)
        tours.append(tour)
        halts.extend(
            TourStop(
                tour=tour,
                stop=stops[visit.job],
                starts_at=moment(dated.day, visit.start),
                ends_at=moment(dated.day, visit.end),
                drive_seconds=visit.drive,
            )
            for visit in dated.route.visits
        )
    return Rows(pattern, unplanned, tours, halts)


def _pattern_rows(
    tour_plan: TourPlan, problem: Problem, stop: Stop, team: Team, placed: Placement
) -> Iterable[PlannedStop]:
    job = problem.job(stop.key)
    assert job is not None
    for weekday in placed.weekdays:
        yield PlannedStop(
            plan=tour_plan,
            stop=stop,
            team=team,
            weekday=weekday,
            phase=placed.phase,
            starts_at=_time(placed.start),
            ends_at=_time(placed.start + job.duration),
            other_starts=other_starts(placed, weekday),
        )


def other_starts(placed: Placement, weekday: int) -> list[list[int]]:
    """Weeks of the cycle in which the stop begins at another time on this weekday, with the minutes after midnight."""
    return [[halt.day // 7, halt.start // 60] for halt in placed.others if halt.day % 7 == weekday]


def tour_row(tour_plan: TourPlan, team: Team, day: date, route: Route) -> Tour:
    """One tour on a real date, unsaved."""
    return Tour(plan=tour_plan, team=team, date=day, **tour_times(day, route))


def tour_times(day: date, route: Route) -> dict[str, Any]:
    """What a route says about its tour's columns."""
    return {
        "leaves_at": moment(day, route.leaves_base),
        "returns_at": moment(day, route.back_at_base),
        "break_starts_at": None if route.break_start is None else moment(day, route.break_start),
        "driving_seconds": route.drive,
    }


def moment(day: date, seconds: int) -> datetime:
    """Seconds of a day on a Dresden clock as a moment."""
    seconds = min(max(seconds, 0), 24 * 3600)
    return at_minute(day, seconds // 60) + timedelta(seconds=seconds % 60)


def seconds_of(at: datetime) -> int:
    """A moment as seconds of its day on a Dresden clock."""
    here = local(at)
    return here.hour * 3600 + here.minute * 60 + here.second


def _time(seconds: int) -> time:
    return time(seconds // 3600, seconds % 3600 // 60, seconds % 60)


# --- a pattern as JSON, kept while a run goes on -----------------------------------------------------


def pattern_json(plan: Plan) -> dict[str, list[Any]]:
    """A plan as JSON: team, weekdays, phase and start by key."""
    return {
        key: [
            placed.team,
            list(placed.weekdays),
            placed.phase,
            placed.start,
            *([[[halt.day, halt.team, halt.start] for halt in placed.others]] if placed.others else []),
        ]
        for key, placed in plan.placements.items()
    }


def plan_from_json(pattern: Mapping[str, Sequence[Any]]) -> Plan:
    """Reads `pattern_json` back."""
    return Plan({key: _placement_from(*row) for key, row in pattern.items()})


def _placement_from(
    team: str, weekdays: Sequence[int], phase: int, start: int, others: Sequence[tuple[int, str, int]] = ()
) -> Placement:
    return Placement(team, tuple(weekdays), phase, start, tuple(Halt(*other) for other in others))
