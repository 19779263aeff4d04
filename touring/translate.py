"""Rows into planning words and back: `problem_for`, `plan_of`, `rows_of`, and a pattern as JSON.

Places of the travel matrices are addresses with the same point, each once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from lotsen.kernel.calendar import Period, at_minute, holiday_name, local, monday_of
from lotsen.kernel.windows import OpeningHours
from lotsen.places.models import Address
from lotsen.places.queries import travel_matrix
from lotsen.places.travel import UNREACHABLE, Mode, planned_minutes
from touring.models import (
    ClosingDay,
    PlannedStop,
    Rhythm,
    Stop,
    Team,
    Tour,
    TourPlan,
    TourStop,
    UnplannedStop,
)
from touring.planning import problem as words
from touring.planning.plan import Plan, Route, dated_routes
from touring.planning.problem import Break, Impossible, Job, Pattern, Placement, Problem, Shift, Travel, Window

CYCLE_WEEKS = 4
CHANGE_PRICE = 15 * 60
"""Seconds of driving per cycle that it is worth to keep one stop where people know it."""

BREAK_DUE_AFTER = 6 * 3600
"""Working Hours Act § 4: more than six hours need a break."""

MARGIN = 60
PATTERNS: Mapping[str, Pattern] = {
    Rhythm.TWICE_A_WEEK: words.TWICE_A_WEEK,
    Rhythm.WEEKLY: words.WEEKLY,
    Rhythm.EVERY_2_WEEKS: words.EVERY_2_WEEKS,
    Rhythm.EVERY_4_WEEKS: words.EVERY_4_WEEKS,
}
Point = tuple[float, float]


@dataclass(slots=True)
class Places:
    """Numbers the points of a problem, each once."""

    numbers: dict[Point, int] = field(default_factory=dict)

    def number(self, address: Address) -> int:
        """The row of the travel matrices for an address that has a point."""
        point = address.point
        assert point is not None
        return self.numbers.setdefault(point, len(self.numbers))

    def travel(self) -> Travel:
        """Estimated driving between all numbered points, and the planned legs with parking and buffer."""
        points = list(self.numbers)
        seconds = travel_matrix(points, Mode.CAR).seconds
        legs = planned_minutes(seconds)
        legs[seconds < UNREACHABLE] *= 60
        return Travel(drive=_square(seconds), leg=_square(legs))


def _square(matrix: Any) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(int(value) for value in row) for row in matrix)


def anchor_for(period: Period) -> date:
    """Week 0 of the cycle: the one people know already, else the period's first week."""
    known = plan_before(period)
    return known.cycle_anchor if known else monday_of(period.start)


def plan_before(period: Period) -> TourPlan | None:
    """The published plan that a plan for this period takes over from."""
    return (
        TourPlan.objects.filter(state=TourPlan.State.PUBLISHED, starts_on__lte=period.end).order_by("starts_on").last()
    )


def problem_for(period: Period, *, anchor: date) -> Problem:
    """Everything that a plan of this period is made from; about eight queries whatever the size.

    Stops that cannot be planned at all (`misfits`) are left out. Raises `Impossible` with a German sentence for
    what makes every plan impossible, such as a team without a base on the map.
    """
    places = Places()
    teams, stops = active_teams(), active_stops()
    wrong = misfits(stops)
    known = plan_before(period)
    closing = list(ClosingDay.objects.filter(date__range=(period.start, period.end)))
    shifts = tuple(shift for team in teams for shift in shifts_of(team, places))
    jobs = tuple(_job(stop, places, closing) for stop in stops if stop.key not in wrong)
    return Problem(
        jobs=jobs,
        teams=tuple(words.Team(team.key, team.name, frozenset(team.serves)) for team in teams),
        shifts=shifts,
        travel=places.travel(),
        calendar=_calendar(period, anchor, closing),
        published=_in_cycle(plan_of(known), known.cycle_anchor, anchor) if known else {},
        change_price=CHANGE_PRICE if known else None,
    )


def _in_cycle(plan: Plan, old_anchor: date, anchor: date) -> dict[str, Placement]:
    """Placements with their phases counted from another anchor."""
    weeks = (old_anchor - anchor).days // 7
    rhythms = (
        dict(Stop.objects.filter(key__in=plan.placements).values_list("key", "rhythm")) if weeks % CYCLE_WEEKS else {}
    )
    return {
        key: replace(placed, phase=(placed.phase + weeks) % PATTERNS[rhythms[key]].every_weeks) if rhythms else placed
        for key, placed in plan.placements.items()
    }


def active_stops() -> list[Stop]:
    """Stops that are to be planned, in the order of their keys."""
    return list(Stop.objects.filter(is_active=True).select_related("address").order_by("key"))


def active_teams() -> list[Team]:
    """Teams that drive, in the order of the board."""
    return list(Team.objects.filter(is_active=True).select_related("base").order_by("order", "key"))


def misfits(stops: Iterable[Stop]) -> dict[str, str]:
    """Stops that no plan can serve, by key, with the reason for the coordinator."""
    return {stop.key: reason for stop in stops if (reason := _misfit(stop))}


def _misfit(stop: Stop) -> str:
    longest = max((window.minutes for day in stop.opening_hours.days for window in day), default=0)
    if stop.address.point is None:
        return _("%(stop)s steht noch nicht auf der Karte. Bitte prüfen Sie die Adresse.") % {"stop": stop.name}
    if longest == 0:
        return _("%(stop)s hat keine Öffnungszeit. Bitte tragen Sie eine ein.") % {"stop": stop.name}
    if longest < stop.duration_minutes:
        sentence = _("%(stop)s braucht %(need)d Minuten, offen sind %(open)d.")
        return sentence % {"stop": stop.name, "need": stop.duration_minutes, "open": longest}
    return ""


def shifts_of(team: Team, places: Places) -> list[Shift]:
    """The hours of a team, weekday by weekday. Raises `Impossible` where its base has no point."""
    if team.base.point is None:
        raise Impossible(_("Team %(team)s: Der Stützpunkt steht noch nicht auf der Karte.") % {"team": team.name})
    base, hours = places.number(team.base), team.opening_hours
    return [_shift(team, weekday, base, hours) for weekday in hours.weekdays]


def _shift(team: Team, weekday: int, base: int, hours: OpeningHours) -> Shift:
    """One window is worked with a break in it; between two windows lies the break."""
    windows = hours.on(weekday)
    start, end = windows[0].start * 60, windows[-1].end * 60
    if len(windows) > 2:
        sentence = _("Team %(team)s hat an einem Tag mehr als zwei Arbeitszeiten. Höchstens zwei gehen.")
        raise Impossible(sentence % {"team": team.name})
    if len(windows) == 2:
        gap = Window(windows[0].end * 60, windows[1].start * 60)
        rest: Break | None = Break(gap.end - gap.start, gap)
    else:
        rest = _break(team, start, end)
    return Shift(team.key, weekday, start, end, base, base, (rest,) if rest else ())


def _break(team: Team, start: int, end: int) -> Break | None:
    """The team's break, inside its window; none on a day too short for one."""
    length = team.break_minutes * 60
    wished = OpeningHours.parse(f"Mo {team.break_window}").on(0)
    first = max(wished[0].start * 60, start + MARGIN) if wished else start + MARGIN
    last = min(wished[0].end * 60, end - MARGIN) if wished else end - MARGIN
    if last - first < length and end - start > BREAK_DUE_AFTER:
        first, last = start + MARGIN, end - MARGIN
    if not length or last - first < length:
        return None
    return Break(length, Window(first, last))


def _job(stop: Stop, places: Places, closing: Sequence[ClosingDay]) -> Job:
    return Job(
        key=stop.key,
        name=stop.name,
        place=places.number(stop.address),
        pattern=PATTERNS[stop.rhythm],
        opening=opening_of(stop.opening_hours),
        duration=stop.duration_minutes * 60,
        wished_weekdays=frozenset(stop.wish_weekdays),
        needs=frozenset(stop.needs),
        priority=stop.priority,
        closed=frozenset(day.date for day in closing if day.stop_id == stop.pk),
        permit_until=stop.permit_until,
    )


def opening_of(hours: OpeningHours) -> dict[int, tuple[Window, ...]]:
    """Opening hours in seconds, by weekday."""
    return {
        weekday: tuple(Window(window.start * 60, window.end * 60) for window in hours.on(weekday))
        for weekday in hours.weekdays
    }


def _calendar(period: Period, anchor: date, closing: Sequence[ClosingDay]) -> words.Calendar:
    keys = {team.pk: team.key for team in Team.objects.filter(pk__in=[day.team_id for day in closing if day.team_id])}
    team_closed: dict[str, frozenset[date]] = {}
    for day in closing:
        if day.team_id and day.stop_id is None:
            key = keys[day.team_id]
            team_closed[key] = team_closed.get(key, frozenset()) | {day.date}
    everywhere = {day.date for day in closing if day.stop_id is None and day.team_id is None}
    return words.Calendar(
        first=period.start,
        last=period.end,
        anchor=anchor,
        cycle_weeks=CYCLE_WEEKS,
        closed=frozenset(everywhere | {day for day in period.days() if holiday_name(day)}),
        team_closed=team_closed,
    )


# --- and back -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rows:
    """Unsaved rows of one tour plan; tours and halts are empty for a plan that cannot be driven."""

    pattern: list[PlannedStop]
    unplanned: list[UnplannedStop]
    tours: list[Tour]
    halts: list[TourStop]


def plan_of(tour_plan: TourPlan) -> Plan:
    """The pattern rows as a plan; one query."""
    rows = tour_plan.pattern.select_related("stop", "team").order_by("stop__key", "weekday")
    return Plan({key: _placement(list(slots)) for key, slots in groupby(rows, key=lambda row: row.stop.key)})


def _placement(slots: list[PlannedStop]) -> Placement:
    first = slots[0]
    start = first.starts_at.hour * 3600 + first.starts_at.minute * 60 + first.starts_at.second
    return Placement(first.team.key, tuple(slot.weekday for slot in slots), first.phase, start)


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
    for dated in dated_routes(problem, plan) if is_drivable else ():
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
        )


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
        key: [placed.team, list(placed.weekdays), placed.phase, placed.start] for key, placed in plan.placements.items()
    }


def plan_from_json(pattern: Mapping[str, Sequence[Any]]) -> Plan:
    """Reads `pattern_json` back."""
    return Plan(
        {key: Placement(team, tuple(weekdays), phase, start) for key, (team, weekdays, phase, start) in pattern.items()}
    )
