"""A plan, and the tours that follow from it.

A `Plan` stores only what people are told: team, weekday(s), phase and one start time per stop.
Tours, legs and breaks are derived, so that they can never disagree with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from touring.planning.problem import Break, DatedPlacement, Halt, Job, OneOff, Placement, Problem, Shift

NEVER = 1 << 60


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
class Rest:
    """One break (or part of it) of a tour: its start, its length, and how many visits come before it."""

    start: int
    length: int
    after: int


@dataclass(frozen=True, slots=True)
class Route:
    """One tour: a team on one weekday of one week of the cycle.

    `leaves_base` and `back_at_base` in seconds of the day. `rests`: the breaks that fit, in order;
    `missing_rests`: how many are due and do not. `idle` is waiting between leaving and coming back.
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
    rests: tuple[Rest, ...] = ()
    missing_rests: int = 0

    @property
    def break_start(self) -> int | None:
        """When the (first) break begins; `None` where none is due or one does not fit."""
        return self.rests[0].start if self.rests and not self.missing_rests else None

    @property
    def break_length(self) -> int:
        """Seconds of break in all."""
        return sum(rest.length for rest in self.rests)

    @property
    def break_after(self) -> int:
        """Visits before the first break."""
        return self.rests[0].after if self.rests else 0

    @property
    def work(self) -> int:
        """Seconds of service, travel and breaks, waiting left out."""
        return sum(visit.leave - visit.arrive + visit.leg for visit in self.visits) + self.leg_home + self.break_length


@dataclass(frozen=True, slots=True)
class DatedRoute:
    """A tour on a real date."""

    day: date
    route: Route


Service = Job | OneOff
Start = tuple[int, Service]


def routes_of(problem: Problem, plan: Plan) -> tuple[Route, ...]:
    """All tours of one cycle, by team, weekday and week; placements without a shift make none."""
    tours: dict[tuple[str, int, int], list[tuple[int, str]]] = {}
    for key, placed in plan.placements.items():
        job = problem.job(key)
        for halt in halts_of(problem, job, placed) if job else ():
            tours.setdefault((halt.team, halt.day % 7, halt.day // 7), []).append((halt.start, key))
    return tuple(
        route_of(problem, shift, week, [(start, _job(problem, key)) for start, key in sorted(halts)])
        for (team, weekday, week), halts in sorted(tours.items())
        if (shift := problem.shift(team, weekday)) is not None
    )


def halts_of(problem: Problem, job: Job, placed: Placement) -> tuple[Halt, ...]:
    """Every visit of a cycle; none where the phase is one that the rhythm does not have."""
    if job.pattern.choices and placed.phase not in range(len(job.pattern.choices)):
        return ()
    return placed.halts(job.pattern, problem.calendar.cycle_weeks)


def _job(problem: Problem, key: str) -> Job:
    job = problem.job(key)
    assert job is not None
    return job


def dated_routes(problem: Problem, plan: Plan) -> Iterator[DatedRoute]:
    """The tours of the period, day by day, one-off jobs with them; closed days, stops and teams are left out."""
    by_day: dict[int, list[Route]] = {}
    for route in routes_of(problem, plan):
        by_day.setdefault(7 * route.week + route.weekday, []).append(route)
    extra: dict[date, dict[str, list[Start]]] = {}
    for one_off, placed in _known_dated(problem, plan):
        extra.setdefault(placed.day, {}).setdefault(placed.team, []).append((placed.start, one_off))
    for day in problem.calendar.days():
        week = problem.calendar.cycle_week(day)
        recurring = {route.team: route for route in by_day.get(7 * week + day.weekday(), ())}
        for team in sorted({*recurring, *extra.get(day, ())}):
            dated = _dated_route(problem, day, recurring.get(team), team, extra.get(day, {}).get(team, []))
            if dated is not None:
                yield dated


def route_on(problem: Problem, plan: Plan, team: str, day: date, *, without_one_offs: bool = False) -> Route | None:
    """The tour of one team on one date; `None` where it does not drive."""
    week, known = problem.calendar.cycle_week(day), 7 * problem.calendar.cycle_week(day) + day.weekday()
    halts: list[Start] = []
    for key, placed in plan.placements.items():
        job = problem.job(key)
        if job is not None and job.opens_on(day):
            halts += [
                (halt.start, job)
                for halt in halts_of(problem, job, placed)
                if halt.day == known and halt.team == team and problem.calendar.is_served(day, team)
            ]
    if not without_one_offs:
        halts += [
            (placed.start, one_off)
            for one_off, placed in _known_dated(problem, plan)
            if (placed.day, placed.team) == (day, team)
        ]
    shift = problem.shift(team, day.weekday())
    return route_of(problem, shift, week, sorted(halts, key=_by_time)) if shift and halts else None


def _by_time(halt: Start) -> tuple[int, str]:
    return halt[0], halt[1].key


def _known_dated(problem: Problem, plan: Plan) -> Iterator[tuple[OneOff, DatedPlacement]]:
    for key, placed in plan.dated.items():
        one_off = problem.one_off(key)
        if one_off is not None:
            yield one_off, placed


def _dated_route(problem: Problem, day: date, route: Route | None, team: str, extra: list[Start]) -> DatedRoute | None:
    shift = problem.shift(team, day.weekday())
    if shift is None:
        return None
    halts = list(extra)
    if route is not None and problem.calendar.is_served(day, team):
        halts += [(v.start, job) for v in route.visits if (job := _job(problem, v.job)).opens_on(day)]
    if not halts:
        return None
    week = problem.calendar.cycle_week(day)
    return DatedRoute(day, route_of(problem, shift, week, sorted(halts, key=_by_time)))


def dates_of(problem: Problem, plan: Plan, key: str) -> tuple[date, ...]:
    """The real dates of one job in the period, in order."""
    job, placed = problem.job(key), plan.placements.get(key)
    if job is None or placed is None:
        return ()
    calendar = problem.calendar
    teams = {halt.day: halt.team for halt in halts_of(problem, job, placed)}
    return tuple(
        day
        for day in calendar.days()
        if (team := teams.get(7 * calendar.cycle_week(day) + day.weekday())) is not None
        and calendar.is_served(day, team)
        and job.opens_on(day)
    )


def changed_jobs(problem: Problem, plan: Plan) -> tuple[str, ...]:
    """Published jobs and promised one-offs that would stand elsewhere, at another time, or nowhere."""
    jobs = tuple(
        job.key
        for job in problem.jobs
        if job.key in problem.published and plan.placements.get(job.key) != problem.published[job.key]
    )
    promised = tuple(
        one.key for one in problem.one_offs if one.promised is not None and plan.dated.get(one.key) != one.promised
    )
    return jobs + promised


def route_of(problem: Problem, shift: Shift, week: int, halts: Sequence[Start]) -> Route:
    """One tour from its halts (start, job) in order of time."""
    visits: list[Visit] = []
    here = shift.start_place
    leg_rows, drive_rows = problem.travel.leg, problem.travel.drive
    for start, job in halts:
        leg, drive = leg_rows[here][job.place], drive_rows[here][job.place]
        end = start + job.duration
        visits.append(Visit(job.key, start - job.setup, start, end, end + job.packing, leg, drive))
        here = job.place
    home = leg_rows[here][shift.end_place]
    taken = _rests_in(shift, visits, home)
    leaves, back = visits[0].arrive - visits[0].leg, visits[-1].leave + home
    on_tour = [rest for rest in taken.rests if 0 < rest.after < len(visits)]
    gaps = sum(after.arrive - before.leave - after.leg for before, after in pairwise(visits))
    return Route(
        team=shift.team,
        weekday=shift.weekday,
        week=week,
        visits=tuple(visits),
        leaves_base=min(leaves, taken.leaves),
        back_at_base=max(back, taken.back),
        drive=sum(visit.drive for visit in visits) + drive_rows[here][shift.end_place],
        leg_home=home,
        idle=gaps - sum(rest.length for rest in on_tour) + taken.waits,
        rests=taken.rests,
        missing_rests=len(shift.rests) - len(taken.rests),
    )


@dataclass(frozen=True, slots=True)
class _Taken:
    """The breaks that fit, what they do to both ends of the tour, and waiting beside the first or last stop."""

    rests: tuple[Rest, ...] = ()
    leaves: int = NEVER
    back: int = 0
    waits: int = 0


def _rests_in(shift: Shift, visits: list[Visit], home: int) -> _Taken:
    """All breaks of the shift: inside the tour if they fit, else at the base or beside the first or last stop."""
    if not shift.rests:
        return _Taken()
    inside = _inside(shift.rests, visits, 1, None)
    if inside is not None:
        return _Taken(tuple(inside))
    if len(shift.rests) == 1:
        return _at_edge(shift, shift.rests[0], visits, home) or _Taken()
    return _around(shift, visits, home) or _Taken()


Gap = tuple[int, int, int, bool]
"""A gap that is partly used: its number, the time from which it is free, where the next is due, and whether the drive
lies behind."""


def _inside(rests: Sequence[Break], visits: list[Visit], first: int, at: Gap | None) -> list[Rest] | None:
    """Places for breaks in order between the visits, the earliest first; `None` where one does not fit."""
    if not rests:
        return []
    for after in range(first, len(visits)):
        before, coming = visits[after - 1], visits[after]
        free, due, driven = (at[1], at[2], at[3]) if at and at[0] == after else (before.leave, coming.arrive, False)
        for start, is_driven in _starts(rests[0], free, 0 if driven else coming.leg, due):
            used = (after, start + rests[0].length, due, driven or is_driven)
            rest = _inside(rests[1:], visits, after, used)
            if rest is not None:
                return [Rest(start, rests[0].length, after), *rest]
    return None


def _starts(rest: Break, free: int, leg: int, due: int) -> Iterator[tuple[int, bool]]:
    """Starts of a break in a gap, before the drive and after it (then `True`)."""
    start = max(free, rest.window.start)
    if start + rest.length <= rest.window.end and start + rest.length + leg <= due:
        yield start, False
    start = max(free + leg, rest.window.start)
    if leg and start + rest.length <= min(rest.window.end, due):
        yield start, True


def _at_edge(shift: Shift, rest: Break, visits: list[Visit], home: int) -> _Taken | None:
    """One break at the base, or else beside the first or the last stop."""
    length, window = rest.length, rest.window
    first, last, count = visits[0], visits[-1], len(visits)
    if window.start + length + first.leg <= first.arrive:
        return _Taken((Rest(window.start, length, 0),))
    back = max(last.leave + home, window.start)
    if back + length <= min(window.end, shift.end):
        return _Taken((Rest(back, length, count),))
    start = min(window.end, first.arrive) - length
    if start >= max(window.start, shift.start + first.leg):
        return _Taken((Rest(start, length, 0),), leaves=start - first.leg, waits=first.arrive - start - length)
    start = max(last.leave, window.start)
    if start + length <= window.end and start + length + home <= shift.end:
        return _Taken((Rest(start, length, count),), back=start + length + home, waits=start - last.leave)
    return None


def _around(shift: Shift, visits: list[Visit], home: int) -> _Taken | None:
    """Several parts: the first few at the base before the tour, the last few there after it, the rest inside."""
    for early in range(len(shift.rests) + 1):
        for late in range(len(shift.rests) - early + 1):
            stop = len(shift.rests) - late
            before = _in_row(shift.rests[:early], shift.start, visits[0].arrive - visits[0].leg, 0)
            after = _in_row(shift.rests[stop:], visits[-1].leave + home, shift.end, len(visits))
            inside = _inside(shift.rests[early:stop], visits, 1, None)
            if before is not None and inside is not None and after is not None:
                return _Taken((*before, *inside, *after))
    return None


def _in_row(rests: Sequence[Break], free: int, due: int, after: int) -> list[Rest] | None:
    """Breaks one after the other at the base."""
    row: list[Rest] = []
    for rest in rests:
        start = max(free, rest.window.start)
        free = start + rest.length
        if free > min(rest.window.end, due):
            return None
        row.append(Rest(start, rest.length, after))
    return row
