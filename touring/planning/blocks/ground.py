"""A problem laid out in plain lists of whole numbers, for the search.

A *block* is one team on one weekday, over all weeks of the cycle. Jobs and blocks are numbers here.
"""

from __future__ import annotations

from dataclasses import dataclass

from touring.planning.problem import Job, Problem, Shift

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of one block; `rest` is 0 where no break is due."""

    team: str
    weekday: int
    start: int
    end: int
    start_place: int
    end_place: int
    rest: int
    rest_from: int
    rest_to: int


class Ground:
    """Read-only tables that every block and every step of the search looks up.

    `starts[j][b]`: allowed start times of a job in a block, on the grid (empty: none).
    `homes[j]`: the sets of blocks that a job may stand in (one block, or one per weekday).
    `misses[j][b]`: missed wishes there, as a bit for the weekday (1) and one for the team (2).
    `left_out[j]`: price of not serving the job, above any sum of what is less important.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.weeks = problem.calendar.cycle_weeks
        self.step = problem.step
        self.blocks = [_hours(shift) for shift in sorted(problem.shifts, key=lambda s: (s.team, s.weekday))]
        self.block_of = {(hours.team, hours.weekday): b for b, hours in enumerate(self.blocks)}
        self.leg, self.drive = problem.travel.leg, problem.travel.drive
        self.leg_to = tuple(zip(*self.leg, strict=True))
        self.drive_to = tuple(zip(*self.drive, strict=True))
        jobs = problem.jobs
        self.keys = [job.key for job in jobs]
        self.place = [job.place for job in jobs]
        self.setup = [job.setup for job in jobs]
        self.busy = [job.duration + job.packing for job in jobs]
        self.phases = [_phases(job) for job in jobs]
        self.active = [_active(job, self.weeks) for job in jobs]
        self.starts = [[self._starts(job, hours) for hours in self.blocks] for job in jobs]
        self.homes = [self._homes(j, job) for j, job in enumerate(jobs)]
        self.misses = [[_misses(job, hours) for hours in self.blocks] for job in jobs]
        self.near = [self._nearest(j) for j in range(len(jobs))]
        self._set_prices()

    def wish_cost(self, j: int, home: tuple[int, ...]) -> int:
        """Price of the wishes that a job misses in these blocks; the weekday counts once."""
        missed = 0
        for b in home:
            missed |= self.misses[j][b]
        return (missed & 1) * self.problem.wish_price + (missed >> 1) * self.problem.wish_price

    def common_starts(self, j: int, home: tuple[int, ...]) -> Spans:
        """Start times that are allowed in all of these blocks."""
        spans = self.starts[j][home[0]]
        for b in home[1:]:
            both = ((max(a, c), min(e, f)) for a, e in spans for c, f in self.starts[j][b])
            spans = tuple(span for span in both if span[0] <= span[1])
        return spans

    def _nearest(self, j: int) -> list[int]:
        """The job itself and up to 59 others, the nearest first."""
        row = self.drive[self.place[j]]
        return sorted(range(len(self.place)), key=lambda k: (row[self.place[k]], k != j, k))[:60]

    def _starts(self, job: Job, hours: Hours) -> Spans:
        """Start times of a job in a block, on the grid, merged, in order."""
        team = self.problem.team(hours.team)
        serves = team.serves if team else frozenset()
        forbidden = hours.weekday in job.forbidden_weekdays or hours.team in job.forbidden_teams
        elsewhere = job.pin.team not in (None, hours.team) or hours.weekday not in (job.pin.weekdays or range(7))
        if forbidden or elsewhere or not job.needs <= serves:
            return ()
        spans: list[tuple[int, int]] = []
        for window in sorted(job.opening.get(hours.weekday, ())):
            first, last = max(window.start, hours.start), min(window.end, hours.end) - job.duration
            if job.pin.start is not None:
                first, last = max(first, job.pin.start), min(last, job.pin.start)
            first, last = -(-first // self.step) * self.step, last // self.step * self.step
            if first <= last and spans and first <= spans[-1][1] + self.step:
                spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
            elif first <= last:
                spans.append((first, last))
        return tuple(spans)

    def _homes(self, j: int, job: Job) -> list[tuple[int, ...]]:
        homes = []
        for team in self.problem.teams:
            mine = {h.weekday: b for b, h in enumerate(self.blocks) if h.team == team.key and self.starts[j][b]}
            for days in job.pattern.weekday_sets(tuple(mine)):
                home = tuple(mine[day] for day in days)
                if self.common_starts(j, home):
                    homes.append(home)
        return homes

    def _set_prices(self) -> None:
        """Prices so far apart that what is less important can never buy what is more important."""
        problem, jobs = self.problem, self.problem.jobs
        farthest = max((max(row) for row in self.drive), default=0)
        visits = sum(job.pattern.visits(self.weeks) for job in jobs)
        everything = 2 * visits * farthest + 2 * len(jobs) * problem.wish_price + 1
        self.change = everything if problem.change_price is None else problem.change_price
        price = everything + self.change * len(jobs) + 1
        self.left_out = [0] * len(jobs)
        for level in sorted({job.priority for job in jobs}):
            same = [j for j, job in enumerate(jobs) if job.priority == level]
            for j in same:
                self.left_out[j] = price
            price *= len(same) + 1


def _hours(shift: Shift) -> Hours:
    rest = shift.rests[0] if shift.rests else None
    length, first, last = (rest.length, rest.window.start, rest.window.end) if rest else (0, 0, 0)
    base = (shift.start_place, shift.end_place)
    return Hours(shift.team, shift.weekday, shift.start, shift.end, *base, length, first, last)


def _phases(job: Job) -> tuple[int, ...]:
    return tuple(range(job.pattern.every_weeks)) if job.pin.phase is None else (job.pin.phase,)


def _active(job: Job, weeks: int) -> list[tuple[int, ...]]:
    """The served weeks, per phase."""
    return [tuple(job.pattern.weeks(phase, weeks)) for phase in range(job.pattern.every_weeks)]


def _misses(job: Job, hours: Hours) -> int:
    day = bool(job.wished_weekdays) and hours.weekday not in job.wished_weekdays
    team = bool(job.wished_teams) and hours.team not in job.wished_teams
    return int(day) + 2 * int(team)
