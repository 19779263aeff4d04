"""Where the tours of a plan have room for one more halt, all others keeping their times."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from touring.planning.evaluate.tours import TOUR_RULES
from touring.planning.plan import Plan, Route, route_of
from touring.planning.problem import Job, OneOff, Problem, Shift, Window

Work = Job | OneOff
Start = tuple[int, Work]


@dataclass(frozen=True, slots=True)
class Tour:
    """One tour as it is: of a week of the cycle, or (`date`) of one date that differs from it."""

    shift: Shift
    week: int
    date: date | None
    halts: tuple[Start, ...]
    times: tuple[int, ...]
    drive: int
    idle: int
    broken: frozenset[str]


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """A start time that fits. `gap` counts the halts before it in each tour; the rest is in seconds."""

    drive: int
    idle: int
    start: int
    gap: tuple[int, ...]


class Room:
    """The tours of one plan, made once and asked often."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem, self.plan = problem, plan
        self.shifts = {(shift.team, shift.weekday): shift for shift in problem.shifts}
        self.jobs = {job.key: job for job in problem.jobs}
        self.one_offs = {one.key: one for one in problem.one_offs}
        self._halts: dict[tuple[str, int], list[Start]] = {}
        self._tours: dict[tuple[str, int], Tour] = {}
        self._on_dates: dict[tuple[str, date], Tour] = {}
        self._special: dict[str, set[date]] = {}
        self._collect()

    def _collect(self) -> None:
        cycle = self.problem.calendar.cycle_weeks
        for key, placed in self.plan.placements.items():
            job = self.jobs.get(key)
            for halt in placed.halts(job.pattern, cycle) if job else ():
                assert job is not None
                self._halts.setdefault((halt.team, halt.day), []).append((halt.start, job))
        for key, dated in self.plan.dated.items():
            if key in self.one_offs:
                self._special.setdefault(dated.team, set()).add(dated.day)

    def tour(self, team: str, day: int) -> Tour | None:
        """The tour of a team on a day of the cycle (`7 * week + weekday`); `None` where it has no duty."""
        shift = self.shifts.get((team, day % 7))
        if shift is None:
            return None
        if (team, day) not in self._tours:
            self._tours[team, day] = _tour(self.problem, shift, day // 7, None, self._halts.get((team, day), []))
        return self._tours[team, day]

    def tour_on(self, team: str, day: date) -> Tour | None:
        """The tour of a team on a date with its one-off jobs; `None` where it does not drive."""
        shift = self.shifts.get((team, day.weekday()))
        if shift is None or not self.problem.calendar.is_served(day, team):
            return None
        if (team, day) not in self._on_dates:
            week = self.problem.calendar.cycle_week(day)
            halts = list(self._halts_on(team, day, week))
            self._on_dates[team, day] = _tour(self.problem, shift, week, day, halts)
        return self._on_dates[team, day]

    def _halts_on(self, team: str, day: date, week: int) -> Iterator[Start]:
        for start, job in self._halts.get((team, 7 * week + day.weekday()), ()):
            if isinstance(job, Job) and job.opens_on(day):
                yield start, job
        for key, dated in self.plan.dated.items():
            if (dated.team, dated.day) == (team, day) and key in self.one_offs:
                yield dated.start, self.one_offs[key]

    def tours(self, job: Job, team: str, days: Iterable[int]) -> list[Tour] | None:
        """Every tour that a job would be in: those of the cycle, and those of dates with one-off jobs."""
        days = tuple(days)
        cycle = [self.tour(team, day) for day in days]
        if not cycle or any(tour is None for tour in cycle):
            return None
        calendar = self.problem.calendar
        special = (
            self.tour_on(team, day)
            for day in sorted(self._special.get(team, ()))
            if 7 * calendar.cycle_week(day) + day.weekday() in days and job.opens_on(day)
        )
        return [tour for tour in (*cycle, *special) if tour is not None]

    def openings(self, work: Work, tours: Sequence[Tour], starts: Iterable[int]) -> Iterator[Opening]:
        """Those of the start times that break no rule of any of the tours, with what they cost."""
        for start in starts:
            gap = tuple(bisect_left(tour.times, start) for tour in tours)
            if not all(self._is_clear(work, tour, at, start) for tour, at in zip(tours, gap, strict=True)):
                continue
            added = [self._added(work, tour, at, start) for tour, at in zip(tours, gap, strict=True)]
            costs = [cost for cost in added if cost is not None]
            if len(costs) == len(tours):
                counted = [cost for cost, tour in zip(costs, tours, strict=True) if _counts(work, tour)]
                yield Opening(sum(drive for drive, _ in counted), sum(idle for _, idle in counted), start, gap)

    def _is_clear(self, work: Work, tour: Tour, at: int, start: int) -> bool:
        """Time for the drives before and after; quick, so that most times need no closer look."""
        leg = self.problem.travel.leg
        arrive, leave = start - work.setup, start + work.duration + work.packing
        if at:
            begun, before = tour.halts[at - 1]
            free = begun + before.duration + before.packing
            if free + leg[before.place][work.place] > arrive:
                return False
        elif arrive - leg[tour.shift.start_place][work.place] < tour.shift.start:
            return False
        if at < len(tour.halts):
            due, after = tour.halts[at]
            return leave + leg[work.place][after.place] <= due - after.setup
        return leave + leg[work.place][tour.shift.end_place] <= tour.shift.end

    def _added(self, work: Work, tour: Tour, at: int, start: int) -> tuple[int, int] | None:
        """Driving and idle time more than before; `None` where a rule would break that is kept now."""
        halts = [*tour.halts[:at], (start, work), *tour.halts[at:]]
        route = route_of(self.problem, tour.shift, tour.week, halts)
        if not broken_codes(self.problem, tour.shift, route) <= tour.broken:
            return None
        return route.drive - tour.drive, max(0, route.idle) - tour.idle


def broken_codes(problem: Problem, shift: Shift, route: Route) -> frozenset[str]:
    """The hard rules of tours that this one breaks, by their names."""
    found = chain.from_iterable(rule(problem, shift, route) for rule in TOUR_RULES)
    return frozenset(violation.code for violation in found if violation.hard)


def starts_within(problem: Problem, work: Work, windows: Sequence[Sequence[Window]], shift: Shift) -> list[int]:
    """Start times on the grid that lie in the opening hours of every one of the days and in the hours of the team."""
    first, last = shift.start + work.setup, shift.end - work.duration - work.packing
    grid = range(-(-max(0, first) // problem.step) * problem.step, last + 1, problem.step)
    return [start for start in grid if all(_is_open(day, start, start + work.duration) for day in windows)]


def _is_open(windows: Sequence[Window], start: int, end: int) -> bool:
    return any(window.start <= start and end <= window.end for window in windows)


def _counts(work: Work, tour: Tour) -> bool:
    """A plan's driving is that of its cycle; a one-off job's that of its date."""
    return (tour.date is None) == isinstance(work, Job)


def _tour(problem: Problem, shift: Shift, week: int, day: date | None, halts: list[Start]) -> Tour:
    ordered = sorted(halts, key=lambda halt: (halt[0], halt[1].key))
    if not ordered:
        return Tour(shift, week, day, (), (), 0, 0, frozenset())
    route = route_of(problem, shift, week, ordered)
    times = tuple(start for start, _ in ordered)
    broken = broken_codes(problem, shift, route)
    return Tour(shift, week, day, tuple(ordered), times, route.drive, max(0, route.idle), broken)
