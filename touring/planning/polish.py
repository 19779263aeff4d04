"""Moving start times only: CP-SAT takes the waiting out of each team-day, everything else stays.

Team, weekday, phase, order and driving stay as they are; so do pinned times, and those that people know
and that the plan keeps. Tours of dates with a one-off job stay drivable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from ortools.sat.python import cp_model

from touring.planning.cpsat import Effort, never, solved
from touring.planning.evaluate.tours import TOUR_RULES
from touring.planning.plan import Plan, Route, halts_of, route_of
from touring.planning.problem import Halt, Job, OneOff, Placement, Problem, Shift

PER_GROUP = Effort(deterministic=0.3, wall=2.0)

Visit = tuple[str, int]
"""Key of a job, day of the cycle."""

_Halt = tuple[Job | OneOff, Visit | None, int]
"""A job with its visit, or a one-off job with its fixed start."""

Time = cp_model.LinearExpr | int


def least_waiting(problem: Problem, plan: Plan, should_stop: Callable[[], bool] = never) -> Plan:
    """The same plan with start times that leave as little waiting as there can be, team-day by team-day.

    A team-day that would break a rule, or would not get better, keeps its times. Once somebody wants to
    stop, the rest stays as it is.
    """
    times = _Times(problem, plan)
    for tours in times.groups():
        if should_stop():
            break
        _improve(times, tours, should_stop)
    return times.plan()


@dataclass(frozen=True, slots=True)
class _Tour:
    """Halts in order; one-off jobs stand in it with their fixed start. `counts`: is its waiting to be reduced?"""

    shift: Shift
    week: int
    halts: tuple[_Halt, ...]
    counts: bool = True


class _Times:
    """The start time of every visit."""

    def __init__(self, problem: Problem, old: Plan) -> None:
        self.problem, self.old = problem, old
        self.starts: dict[Visit, int] = {}
        self.teams: dict[Visit, str] = {}
        self.days: dict[str, list[int]] = {}
        for key, placed in old.placements.items():
            job = problem.job(key)
            for halt in halts_of(problem, job, placed) if job else ():
                self.starts[key, halt.day], self.teams[key, halt.day] = halt.start, halt.team
                self.days.setdefault(key, []).append(halt.day)
        self.fixed = {key for key in self.days if self._is_fixed(key)}

    def _is_fixed(self, key: str) -> bool:
        job = self.problem.job(key)
        is_known = key in self.problem.published and self.problem.published[key] == self.old.placements[key]
        return is_known or (job is not None and job.pin.start is not None)

    def groups(self) -> list[list[_Tour]]:
        """Tours whose times hang together: of one team and weekday, or each alone where times are free."""
        visits: dict[tuple[str, int, int], list[Visit]] = {}
        for (key, day), team in self.teams.items():
            visits.setdefault((team, day % 7, day // 7), []).append((key, day))
        groups: dict[tuple[str, int, int], list[_Tour]] = {}
        for (team, weekday, week), row in sorted(visits.items()):
            shift = self.problem.shift(team, weekday)
            if shift is not None:
                own = (team, weekday, week if self.problem.time_tolerance is None else 0)
                tour = self._tour(shift, week, row)
                groups.setdefault(own, []).extend([tour, *self._dated(tour)])
        return list(groups.values())

    def _tour(self, shift: Shift, week: int, visits: Iterable[Visit]) -> _Tour:
        order = sorted(visits, key=lambda visit: (self.starts[visit], visit))
        jobs = ((self.problem.job(visit[0]), visit) for visit in order)
        return _Tour(shift, week, tuple((job, visit, 0) for job, visit in jobs if job))

    def _dated(self, tour: _Tour) -> list[_Tour]:
        """The same tour on every date on which a one-off job is in it."""
        calendar = self.problem.calendar
        extra: dict[date, list[_Halt]] = {}
        for key, placed in self.old.dated.items():
            one_off, day = self.problem.one_off(key), placed.day
            same_day = (calendar.cycle_week(day), day.weekday()) == (tour.week, tour.shift.weekday)
            if (
                one_off is not None
                and same_day
                and placed.team == tour.shift.team
                and calendar.is_served(day, placed.team)
            ):
                extra.setdefault(day, []).append((one_off, None, placed.start))
        found = []
        for day, halts in extra.items():
            served = [halt for halt in tour.halts if isinstance(halt[0], Job) and halt[0].opens_on(day)]
            order = sorted([*served, *halts], key=self._start_of)
            found.append(replace(tour, halts=tuple(order), counts=False))
        return found

    def _start_of(self, halt: _Halt) -> tuple[int, str]:
        return (self.starts[halt[1]] if halt[1] else halt[2]), halt[0].key

    def route(self, tour: _Tour) -> Route:
        """The tour as the judge sees it."""
        halts = [(self._start_of(halt)[0], halt[0]) for halt in tour.halts]
        return route_of(self.problem, tour.shift, tour.week, halts)

    def plan(self) -> Plan:
        """The plan with these times."""
        placements = {
            key: self._placement(key, placed) if key in self.days else placed
            for key, placed in self.old.placements.items()
        }
        return Plan(placements, self.old.dated)

    def _placement(self, key: str, placed: Placement) -> Placement:
        halts = [Halt(day, self.teams[key, day], self.starts[key, day]) for day in sorted(self.days[key])]
        start = next((halt.start for halt in halts if halt.team == placed.team), placed.start)
        if key in self.fixed:
            start = placed.start
        others = tuple(halt for halt in halts if (halt.team, halt.start) != (placed.team, start))
        return replace(placed, start=start, others=others)


def _improve(times: _Times, tours: list[_Tour], should_stop: Callable[[], bool]) -> None:
    """New times for these tours, if the judge finds nothing wrong with them and less waiting."""
    model = _Model(times)
    for tour in tours:
        model.add(tour)
    if not model.variables:
        return
    model.cp.minimize(sum(model.waiting))
    solver = solved(model.cp, PER_GROUP, should_stop)
    if solver is None:
        return
    before = _judged(times, tours)
    old = {visit: times.starts[visit] for visit in model.variables}
    times.starts.update({v: solver.value(start) * times.problem.step for v, start in model.variables.items()})
    if _judged(times, tours) >= before:
        times.starts.update(old)


def _judged(times: _Times, tours: list[_Tour]) -> tuple[int, int]:
    """Broken rules and waiting."""
    routes = [(tour, times.route(tour)) for tour in tours]
    broken = sum(1 for tour, route in routes for rule in TOUR_RULES for _ in rule(times.problem, tour.shift, route))
    return broken, sum(max(0, route.idle) for tour, route in routes if tour.counts)


@dataclass(slots=True)
class _Model:
    """Start times of some tours in steps of the grid, and what keeps them drivable."""

    times: _Times
    cp: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    variables: dict[Visit, cp_model.IntVar] = field(default_factory=dict)
    shared: dict[str, cp_model.IntVar] = field(default_factory=dict)
    waiting: list[Time] = field(default_factory=list)

    def add(self, tour: _Tour) -> None:
        """All rules of one tour, and its waiting."""
        starts = [self._start(tour, *halt) for halt in tour.halts]
        shift, legs = tour.shift, self.times.problem.travel.leg
        free: Time = shift.start
        here, gaps = shift.start_place, []
        for (job, _, _), start in zip(tour.halts, starts, strict=True):
            gaps.append((free, start - job.setup, legs[here][job.place]))
            free, here = start + job.duration + job.packing, job.place
        gaps.append((free, shift.end, legs[here][shift.end_place]))
        drives = [self._drive(*gap) for gap in gaps]
        inside = self._rests(shift, gaps, drives)
        if shift.longest is not None:
            self.cp.add(free + gaps[-1][2] - (starts[0] - tour.halts[0][0].setup - gaps[0][2]) <= shift.longest)
        self._keep_envelope(tour, drives, gaps)
        if tour.counts:
            self.waiting.append(starts[-1] - starts[0] - inside)

    def _start(self, tour: _Tour, job: Job | OneOff, visit: Visit | None, fixed: int) -> Time:
        """Start of one visit, in seconds."""
        if visit is None:
            return fixed
        if visit[0] in self.times.fixed:
            return self.times.starts[visit]
        return self._variable(job, visit, tour.shift.weekday) * self.times.problem.step

    def _variable(self, job: Job | OneOff, visit: Visit, weekday: int) -> cp_model.IntVar:
        problem, key = self.times.problem, visit[0]
        if visit in self.variables:
            return self.variables[visit]
        if problem.time_tolerance == 0 and key in self.shared:
            self.variables[visit] = self.shared[key]
            return self.shared[key]
        first, last = self._span(visit)
        spans = [
            [max(first, -(-window.start // problem.step)), min(last, (window.end - job.duration) // problem.step)]
            for window in job.opening.get(weekday, ())
        ]
        start = self.cp.new_int_var_from_domain(cp_model.Domain.from_intervals([s for s in spans if s[0] <= s[1]]), "")
        self.cp.add_hint(start, self.times.starts[visit] // problem.step)
        self.variables[visit] = self.shared[key] = start
        self._keep_tolerance(key, start)
        return start

    def _span(self, visit: Visit) -> tuple[int, int]:
        """What the visits of the same stop on other team-days leave open, in steps."""
        problem, times, own = self.times.problem, self.times, self.times.teams[visit]
        key, day = visit
        if problem.time_tolerance is None:
            return 0, 2 * problem.day
        others = [
            times.starts[key, other]
            for other in times.days[key]
            if (other % 7, times.teams[key, other]) != (day % 7, own)
        ]
        if not others:
            return 0, 2 * problem.day
        low, high = max(others) - problem.time_tolerance, min(others) + problem.time_tolerance
        return -(-low // problem.step), high // problem.step

    def _keep_tolerance(self, key: str, start: cp_model.IntVar) -> None:
        tolerance = self.times.problem.time_tolerance
        for other, variable in self.variables.items() if tolerance else ():
            if other[0] == key and variable is not start:
                assert tolerance is not None
                self.cp.add_linear_constraint(
                    start - variable, -(tolerance // self.times.problem.step), tolerance // self.times.problem.step
                )

    def _drive(self, free: Time, due: Time, leg: int) -> cp_model.IntVar:
        """When the drive of a gap begins."""
        drive = self.cp.new_int_var(0, 2 * self.times.problem.day, "")
        self.cp.add(drive >= free)
        self.cp.add(due - drive >= leg)
        return drive

    def _rests(self, shift: Shift, gaps: list[tuple[Time, Time, int]], drives: list[cp_model.IntVar]) -> Time:
        """Every part of the break in one gap, before or after its drive; seconds of those between two stops."""
        inside: list[Time] = []
        before: Time | None = None
        starts = []
        for rest in shift.rests:
            first, last = rest.window.start, rest.window.end - rest.length
            if first > last:
                continue
            start = self.cp.new_int_var(first, last, "")
            starts.append((start, rest.length))
            places = []
            for n, ((free, due, leg), drive) in enumerate(zip(gaps, drives, strict=True)):
                early, late = self.cp.new_bool_var(""), self.cp.new_bool_var("")
                self.cp.add(start >= free).only_enforce_if(early)
                self.cp.add(start + rest.length <= drive).only_enforce_if(early)
                self.cp.add(start >= drive + leg).only_enforce_if(late)
                self.cp.add(start + rest.length <= due).only_enforce_if(late)
                places += [early, late]
                inside += [rest.length * early, rest.length * late] if 0 < n < len(drives) - 1 else []
            self.cp.add_exactly_one(places)
            if before is not None:
                self.cp.add(before <= start)
            before = start + rest.length
        self._keep_stretches(shift, starts)
        return sum(inside)

    def _keep_stretches(self, shift: Shift, rests: list[tuple[cp_model.IntVar, int]]) -> None:
        """No longer than the law allows in one go; a break neither begins nor ends the day."""
        law = self.times.problem.working_time
        if law is None or not rests:
            return
        ends: list[Time] = [shift.start, *(start + length for start, length in rests)]
        begins: list[Time] = [*(start for start, _ in rests), shift.end]
        for end, begin in zip(ends, begins, strict=True):
            self.cp.add(begin - end <= law.longest_stretch)
        self.cp.add(rests[0][0] > shift.start)
        self.cp.add(rests[-1][0] + rests[-1][1] < shift.end)

    def _keep_envelope(self, tour: _Tour, drives: list[cp_model.IntVar], gaps: list[tuple[Time, Time, int]]) -> None:
        """A tour that meets others (a shared vehicle, a short night) is never out earlier or later than now."""
        if not _meets_others(self.times.problem, tour.shift):
            return
        route = self.times.route(tour)
        self.cp.add(gaps[0][1] - gaps[0][2] >= route.leaves_base)
        self.cp.add(gaps[-1][0] + gaps[-1][2] <= route.back_at_base)


def _meets_others(problem: Problem, shift: Shift) -> bool:
    team = problem.team(shift.team)
    if team is not None and team.vehicle and sum(other.vehicle == team.vehicle for other in problem.teams) > 1:
        return True
    law = problem.working_time
    return law is not None and any(
        problem.day - one.end + other.start < law.daily_rest
        for one in problem.shifts
        for other in problem.shifts
        if one.team == other.team == shift.team and (one.weekday + 1) % 7 == other.weekday
    )
