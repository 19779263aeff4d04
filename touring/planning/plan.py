"""A plan, and the tours that follow from it.

A `Plan` stores only what people are told: team, weekday(s), phase and one start time per stop.
Tours, legs and breaks are derived, so that they can never disagree with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from touring.planning.problem import DatedPlacement, Job, Placement, Problem, Shift


@dataclass(frozen=True, slots=True)
class Plan:
    """Placement by job key, and of one-off jobs by theirs; a job without one is not served."""

    placements: Mapping[str, Placement] = field(default_factory=dict)
    dated: Mapping[str, DatedPlacement] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Visit:
    """One halt of a tour, in seconds of its day.

    `arrive`: set-up begins; `start` to `end`: open for people; `leave`: packed. `leg` is the planned
    time from the place before, `drive` the pure driving time in it.
    """

    job: str
    arrive: int
    start: int
    end: int
    leave: int
    leg: int
    drive: int


@dataclass(frozen=True, slots=True)
class Route:
    """One tour: a team on one weekday of one week of the cycle.

    `leaves_base` and `back_at_base` in seconds of the day. `break_start` is `None` where no break is
    due or none fits; `break_after` counts the visits before it. `idle` is waiting between leaving
    and coming back.
    """

    team: str
    weekday: int
    week: int
    visits: tuple[Visit, ...]
    leaves_base: int
    back_at_base: int
    drive: int
    leg_home: int
    idle: int
    break_start: int | None
    break_length: int
    break_after: int


@dataclass(frozen=True, slots=True)
class DatedRoute:
    """A tour on a real date."""

    day: date
    route: Route


def routes_of(problem: Problem, plan: Plan) -> tuple[Route, ...]:
    """All tours of one cycle, by team, weekday and week; placements without a shift make none."""
    jobs = {job.key: job for job in problem.jobs}
    shifts = {(shift.team, shift.weekday): shift for shift in problem.shifts}
    tours: dict[tuple[str, int, int], list[tuple[int, str]]] = {}
    for key, placed in plan.placements.items():
        if key not in jobs:
            continue
        for weekday in placed.weekdays:
            for week in jobs[key].pattern.weeks(placed.phase, problem.calendar.cycle_weeks):
                tours.setdefault((placed.team, weekday, week), []).append((placed.start, key))
    return tuple(
        route_of(problem, shifts[team, weekday], week, [(start, jobs[key]) for start, key in sorted(halts)])
        for (team, weekday, week), halts in sorted(tours.items())
        if (team, weekday) in shifts
    )


def dated_routes(problem: Problem, plan: Plan) -> Iterator[DatedRoute]:
    """The tours of the period, day by day; closed days, stops and teams are left out."""
    jobs = {job.key: job for job in problem.jobs}
    shifts = {(shift.team, shift.weekday): shift for shift in problem.shifts}
    by_day: dict[tuple[int, int], list[Route]] = {}
    for route in routes_of(problem, plan):
        by_day.setdefault((route.weekday, route.week), []).append(route)
    for day in problem.calendar.days():
        for route in by_day.get((day.weekday(), problem.calendar.cycle_week(day)), ()):
            if not problem.calendar.is_served(day, route.team):
                continue
            halts = [(visit.start, jobs[visit.job]) for visit in route.visits if jobs[visit.job].opens_on(day)]
            if halts:
                yield DatedRoute(day, route_of(problem, shifts[route.team, route.weekday], route.week, halts))


def dates_of(problem: Problem, plan: Plan, key: str) -> tuple[date, ...]:
    """The real dates of one job in the period, in order."""
    job, placed = problem.job(key), plan.placements.get(key)
    if job is None or placed is None:
        return ()
    calendar = problem.calendar
    weeks = job.pattern.weeks(placed.phase, calendar.cycle_weeks)
    return tuple(
        day
        for day in calendar.days()
        if day.weekday() in placed.weekdays
        and calendar.cycle_week(day) in weeks
        and calendar.is_served(day, placed.team)
        and job.opens_on(day)
    )


def changed_jobs(problem: Problem, plan: Plan) -> tuple[str, ...]:
    """Published jobs that would stand elsewhere, at another time, or nowhere."""
    return tuple(
        job.key
        for job in problem.jobs
        if job.key in problem.published and plan.placements.get(job.key) != problem.published[job.key]
    )


def route_of(problem: Problem, shift: Shift, week: int, halts: list[tuple[int, Job]]) -> Route:
    """One tour from its halts (start, job) in order of time."""
    visits: list[Visit] = []
    here = shift.start_place
    for start, job in halts:
        leg, drive = problem.travel.leg[here][job.place], problem.travel.drive[here][job.place]
        end = start + job.duration
        visits.append(Visit(job.key, start - job.setup, start, end, end + job.packing, leg, drive))
        here = job.place
    home = problem.travel.leg[here][shift.end_place]
    drive = sum(visit.drive for visit in visits) + problem.travel.drive[here][shift.end_place]
    rest = _break_in(shift, visits, home)
    length = shift.rests[0].length if shift.rests else 0
    leaves = min(visits[0].arrive - visits[0].leg, rest.leaves) if rest else visits[0].arrive - visits[0].leg
    back = max(visits[-1].leave + home, rest.back) if rest else visits[-1].leave + home
    gaps = sum(after.arrive - before.leave - after.leg for before, after in pairwise(visits))
    inside = rest is not None and 0 < rest.after < len(visits)
    return Route(
        team=shift.team,
        weekday=shift.weekday,
        week=week,
        visits=tuple(visits),
        leaves_base=leaves,
        back_at_base=back,
        drive=drive,
        leg_home=home,
        idle=gaps - length if inside else gaps + (rest.waits if rest else 0),
        break_start=rest.start if rest else None,
        break_length=length,
        break_after=rest.after if rest else 0,
    )


@dataclass(frozen=True, slots=True)
class _Break:
    """Where a break fits: its start, the visits before it, and what it does to both ends of the tour."""

    start: int
    after: int
    leaves: int
    back: int
    waits: int = 0


def _break_in(shift: Shift, visits: list[Visit], home: int) -> _Break | None:
    """The first place inside the tour, else at the base, where the whole break fits."""
    if not shift.rests:
        return None
    never, always = 0, 2 * shift.end
    for after in range(1, len(visits)):
        before, coming = visits[after - 1], visits[after]
        start = _break_between(shift, before.leave, coming.leg, coming.arrive)
        if start is not None:
            return _Break(start, after, always, never)
    return _break_at_edge(shift, visits, home)


def _break_between(shift: Shift, free: int, leg: int, due: int) -> int | None:
    """Start of a break between two places, before or after the drive; `None` if it does not fit."""
    assert shift.rests
    length, window = shift.rests[0].length, shift.rests[0].window
    start = max(free, window.start)
    if start + length <= window.end and start + length + leg <= due:
        return start
    start = max(free + leg, window.start)
    return start if start + length <= min(window.end, due) else None


def _break_at_edge(shift: Shift, visits: list[Visit], home: int) -> _Break | None:
    """A break at the base, or else beside the first or the last stop."""
    assert shift.rests
    length, window = shift.rests[0].length, shift.rests[0].window
    first, last = visits[0], visits[-1]
    never, always = 0, 2 * shift.end
    if window.start + length + first.leg <= first.arrive:
        return _Break(window.start, 0, always, never)
    back = max(last.leave + home, window.start)
    if back + length <= min(window.end, shift.end):
        return _Break(back, len(visits), always, never)
    start = min(window.end, first.arrive) - length
    if start >= max(window.start, shift.start + first.leg):
        return _Break(start, 0, start - first.leg, never, first.arrive - start - length)
    start = max(last.leave, window.start)
    if start + length <= window.end and start + length + home <= shift.end:
        return _Break(start, len(visits), always, start + length + home, start - last.leave)
    return None
