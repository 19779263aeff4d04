"""A problem laid out in plain lists of whole numbers, for the search.

A *block* is one team on one weekday, over all weeks of the cycle. Jobs and blocks are numbers here.
Jobs come first, in the order of the problem; after them every promised one-off job, as a stop of one
week that is pinned to its time.

Where a rule cannot be kept exactly by blocks, it is kept more strictly than it asks:

- the rest between two days is taken from the hours of both, whenever their tours begin and end,
- of a rhythm whose days are listed one by one, only the lists that keep to one weekday are used,
- hours whose breaks are too short for the law are not used,
- several parts of a break, and the break of a tour that may not last all day, lie between stops or at the base,
- a promised one-off takes its time in every round of the cycle, not only on its date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from touring.planning.problem import Job, OneOff, Pattern, Pin, Problem, Shift, Team, WorkingTime

Spans = tuple[tuple[int, int], ...]
NEVER = 1 << 40
FREE = -1
"""No pin: the start may slide."""

LARGEST_PRICE = 1 << 50
NEAREST_JOBS = 60
NEAREST_TEAMS = 8


class Rest(NamedTuple):
    """A break, or a part of one: so long, and inside these times."""

    length: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of one block.

    `longest`: seconds from leaving to coming back. `limit`: seconds of service, travel and break on one
    tour. `capacity`: load of one tour. Each is `NEVER` where there is none. `rests_beside`: may a break before
    the first or after the last stop lie beside the stop, or only at the base? `is_lawful`: hours with too little
    break are not worked at all.
    """

    team: str
    weekday: int
    start: int
    end: int
    start_place: int
    end_place: int
    rests: tuple[Rest, ...]
    longest: int
    limit: int
    capacity: int
    rests_beside: bool
    is_lawful: bool


class Ground:
    """Read-only tables that every block and every step of the search looks up.

    `starts[j][b]`: allowed start times of a job in a block, on the grid (empty: none).
    `homes[j]`: the sets of blocks that a job may stand in (one block, or one per weekday), near teams first;
    `near[j]` of them are looked at while the job has a place.
    `misses[j][b]`: missed wishes there, as a bit for the weekday (1) and one for the team (2).
    `left_out[j]`: price of not serving the job, above any sum of what is less important.
    `rivals[b]`: blocks that may not be out in the same week, because they share a vehicle.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.weeks = problem.calendar.cycle_weeks
        self.step = problem.step
        self.tolerance = NEVER if problem.time_tolerance is None else problem.time_tolerance
        self.blocks = _blocks(problem)
        self.block_of = {(hours.team, hours.weekday): b for b, hours in enumerate(self.blocks)}
        self.one_offs = _promised(problem, self.block_of)
        self.leg, self.drive = problem.travel.leg, problem.travel.drive
        jobs = self.jobs = [*problem.jobs, *(_as_job(problem, one_off) for one_off in self.one_offs)]
        self.keys = [job.key for job in jobs]
        self.place = [job.place for job in jobs]
        self.setup = [job.setup for job in jobs]
        self.busy = [job.duration + job.packing for job in jobs]
        self.load = [job.load for job in jobs]
        self.phases = [_phases(job) for job in jobs]
        self.active = [_active(job, self.weeks) for job in jobs]
        self.starts = self._all_starts()
        self.homes = [self._homes(j, job) for j, job in enumerate(jobs)]
        self.near = [self._near_homes(j) for j in range(len(jobs))]
        self.misses = [[_misses(job, hours) for hours in self.blocks] for job in jobs]
        self.rivals = _rivals(problem, self.blocks)
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

    def nearest(self, j: int) -> list[int]:
        """The job itself and up to 59 others, the nearest first."""
        row = self.drive[self.place[j]]
        return sorted(range(len(self.place)), key=lambda k: (row[self.place[k]], k != j, k))[:NEAREST_JOBS]

    def _all_starts(self) -> list[list[Spans]]:
        known: dict[tuple[object, ...], Spans] = {}
        teams = {team.key: team for team in self.problem.teams}
        rows = []
        for j, job in enumerate(self.jobs):
            step = self.step if j < len(self.problem.jobs) else 1
            row: list[Spans] = []
            for hours in self.blocks:
                if not hours.is_lawful or not _is_allowed(job, hours, teams[hours.team]):
                    row.append(())
                    continue
                windows = job.opening.get(hours.weekday, ())
                key = (windows, hours.start, hours.end, job.duration, job.pin.start, step)
                if key not in known:
                    known[key] = _starts(job, hours, step)
                row.append(known[key])
            rows.append(row)
        return rows

    def _homes(self, j: int, job: Job) -> list[tuple[int, ...]]:
        """Sets of blocks, the nearest team first."""
        homes = []
        for team in self._teams_by_way(job):
            mine = {h.weekday: b for b, h in enumerate(self.blocks) if h.team == team and self.starts[j][b]}
            for days in _weekday_sets(job.pattern, tuple(mine)):
                home = tuple(mine[day] for day in days)
                if self.common_starts(j, home):
                    homes.append(home)
        return homes

    def _teams_by_way(self, job: Job) -> list[str]:
        bases = {hours.team: hours.start_place for hours in self.blocks}
        order = {team.key: n for n, team in enumerate(self.problem.teams)}
        return sorted(bases, key=lambda team: (self.drive[bases[team]][job.place], order[team]))

    def _near_homes(self, j: int) -> int:
        """How many homes belong to the nearest teams that can serve the job at all."""
        teams: dict[str, None] = {}
        for n, home in enumerate(self.homes[j]):
            teams[self.blocks[home[0]].team] = None
            if len(teams) > NEAREST_TEAMS:
                return n
        return len(self.homes[j])

    def _set_prices(self) -> None:
        """Prices so far apart that what is less important can never buy what is more important.

        With very many levels they would leave the whole numbers of the machine; then each level is ten
        times the one below, and the judge still decides between plans.
        """
        problem = self.problem
        farthest = max((max(row) for row in self.drive), default=0)
        visits = sum(_most_visits(self.active[j]) * job.pattern.times_a_week for j, job in enumerate(self.jobs))
        everything = 2 * visits * farthest + 2 * len(self.jobs) * problem.wish_price + 1
        self.change = everything if problem.change_price is None else problem.change_price
        base = everything + self.change * len(self.jobs) + 1
        prices = _apart(self.jobs, base, None)
        if sum(prices) > LARGEST_PRICE:
            prices = _apart(self.jobs, base, 10)
        self.left_out = prices


def _apart(jobs: list[Job], price: int, factor: int | None) -> list[int]:
    prices = [0] * len(jobs)
    for level in sorted({job.priority for job in jobs}):
        same = [j for j, job in enumerate(jobs) if job.priority == level]
        for j in same:
            prices[j] = price
        price *= factor or len(same) + 1
    return prices


def _most_visits(active: list[tuple[int, ...]]) -> int:
    return max(map(len, active), default=0)


def _is_allowed(job: Job, hours: Hours, team: Team) -> bool:
    """Weekday, team, needs and pins; opening hours aside."""
    forbidden = hours.weekday in job.forbidden_weekdays or hours.team in job.forbidden_teams
    elsewhere = job.pin.team not in (None, hours.team) or hours.weekday not in (job.pin.weekdays or range(7))
    unlisted = bool(job.pattern.choices) and hours.weekday != _listed_weekday(job.pattern)
    return not (forbidden or elsewhere or unlisted) and job.needs <= team.serves


def _starts(job: Job, hours: Hours, step: int) -> Spans:
    """Start times of a job in a block, on the grid, merged, in order."""
    spans: list[tuple[int, int]] = []
    for window in sorted(job.opening.get(hours.weekday, ())):
        first, last = max(window.start, hours.start), min(window.end, hours.end) - job.duration
        if job.pin.start is not None:
            first, last = max(first, job.pin.start), min(last, job.pin.start)
        first, last = -(-first // step) * step, last // step * step
        if first <= last and spans and first <= spans[-1][1] + step:
            spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
        elif first <= last:
            spans.append((first, last))
    return tuple(spans)


def _listed_weekday(pattern: Pattern) -> int | None:
    """Where the days are listed one by one: the weekday that most lists keep to."""
    on = Counter(days[0] % 7 for days in pattern.choices if days and len({day % 7 for day in days}) == 1)
    return min(on, key=lambda day: (-on[day], day)) if on else None


def _weekday_sets(pattern: Pattern, weekdays: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Allowed sets of weekdays."""
    if not pattern.choices:
        return list(pattern.weekday_sets(weekdays))
    return [(day,) for day in weekdays if day == _listed_weekday(pattern)]


def _phases(job: Job) -> tuple[int, ...]:
    count = len(job.pattern.choices) or job.pattern.every_weeks
    return tuple(range(count)) if job.pin.phase is None else (job.pin.phase,)


def _active(job: Job, weeks: int) -> list[tuple[int, ...]]:
    """The served weeks, per phase. Lists that do not keep to the one weekday have none, and are never taken."""
    if job.pattern.choices:
        weekday = _listed_weekday(job.pattern)
        right = (all(day % 7 == weekday for day in days) for days in job.pattern.choices)
        return [
            tuple(sorted(day // 7 for day in days)) if is_right else ()
            for days, is_right in zip(job.pattern.choices, right, strict=True)
        ]
    return [tuple(job.pattern.weeks(phase, weeks)) for phase in range(job.pattern.every_weeks)]


def _misses(job: Job, hours: Hours) -> int:
    day = bool(job.wished_weekdays) and hours.weekday not in job.wished_weekdays
    team = bool(job.wished_teams) and hours.team not in job.wished_teams
    return int(day) + 2 * int(team)


# --- hours ----------------------------------------------------------------------------------------


def _blocks(problem: Problem) -> list[Hours]:
    teams = {team.key: team for team in problem.teams}
    shifts = sorted(problem.shifts, key=lambda s: (s.team, s.weekday))
    blocks = [_hours(shift, teams[shift.team], problem.working_time) for shift in shifts]
    return _rested(problem, blocks) if problem.working_time else blocks


def _hours(shift: Shift, team: Team, law: WorkingTime | None) -> Hours:
    length = shift.end - shift.start
    rests = tuple(Rest(rest.length, rest.window.start, rest.window.end) for rest in shift.rests)
    longest = min(length, shift.longest if shift.longest is not None else length)
    limit = length * (1000 - team.reserve) // 1000 if team.reserve else NEVER
    return Hours(
        shift.team,
        shift.weekday,
        shift.start,
        shift.end,
        shift.start_place,
        shift.end_place,
        _lawful_rests(law, shift, rests) if law else rests,
        longest if longest < length else NEVER,
        limit,
        NEVER if team.capacity is None else team.capacity,
        len(rests) < 2 and longest == length,
        law is None or _is_lawful(law, length, rests),
    )


def _is_lawful(law: WorkingTime, length: int, rests: tuple[Rest, ...]) -> bool:
    """Are the breaks of a shift enough for its length, and each long enough?"""
    taken = sum(rest.length for rest in rests)
    due = max((due for work, due in law.breaks if length - taken > work), default=0)
    stretch = length if not rests else 0
    return taken >= due and stretch <= law.longest_stretch and all(r.length >= law.smallest_part for r in rests)


def _lawful_rests(law: WorkingTime, shift: Shift, rests: tuple[Rest, ...]) -> tuple[Rest, ...]:
    """Breaks such that no stretch of work from the beginning or to the end of the hours gets too long."""
    if not rests or shift.end - shift.start <= law.longest_stretch:
        return rests
    first, lawful = rests[0], list(rests)
    lawful[0] = _tightened(first, first.first, shift.start + law.longest_stretch + first.length)
    last = lawful[-1]
    lawful[-1] = _tightened(last, shift.end - law.longest_stretch - last.length, last.last)
    return tuple(lawful)


def _tightened(rest: Rest, first: int, last: int) -> Rest:
    """The break in a smaller window; as it was if it would not fit there."""
    smaller = Rest(rest.length, max(rest.first, first), min(rest.last, last))
    return smaller if smaller.first + smaller.length <= smaller.last else rest


def _rested(problem: Problem, blocks: list[Hours]) -> list[Hours]:
    """Hours with enough rest between a day and the next; what is missing is taken in halves from both."""
    assert problem.working_time
    found = {(hours.team, hours.weekday): hours for hours in blocks}
    for team, weekday in sorted(found):
        today, morrow = found[team, weekday], found.get((team, (weekday + 1) % 7))
        missing = problem.working_time.daily_rest - (morrow.start + problem.day - today.end) if morrow else 0
        if morrow is None or missing <= 0:
            continue
        found[team, weekday] = replace(today, end=max(today.start + 1, today.end - missing // 2))
        morrow = found[team, (weekday + 1) % 7]
        later = min(morrow.end - 1, morrow.start + missing - missing // 2)
        found[team, (weekday + 1) % 7] = replace(morrow, start=later)
    return [found[hours.team, hours.weekday] for hours in blocks]


def _rivals(problem: Problem, blocks: list[Hours]) -> list[tuple[int, ...]]:
    vehicle = {team.key: team.vehicle for team in problem.teams}
    return [
        tuple(
            r
            for r, other in enumerate(blocks)
            if (vehicle[hours.team], hours.weekday) == (vehicle[other.team], other.weekday)
            and vehicle[hours.team]
            and hours.team != other.team
            and hours.start < other.end
            and other.start < hours.end
        )
        for hours in blocks
    ]


# --- promised one-offs ------------------------------------------------------------------------------


def _promised(problem: Problem, block_of: Mapping[tuple[str, int], int]) -> list[OneOff]:
    return [
        one_off
        for one_off in problem.one_offs
        if one_off.promised and (one_off.promised.team, one_off.promised.day.weekday()) in block_of
    ]


def _as_job(problem: Problem, one_off: OneOff) -> Job:
    """A stop of one week of the cycle, fixed to its team, weekday and time; it goes before all that is not promised."""
    promised = one_off.promised
    assert promised
    weeks, week = problem.calendar.cycle_weeks, problem.calendar.cycle_week(promised.day)
    pin = Pin(promised.team, (promised.day.weekday(),), week, promised.start)
    return Job(
        key=one_off.key,
        name=one_off.name,
        place=one_off.place,
        pattern=Pattern(1, weeks),
        opening=one_off.opening,
        duration=one_off.duration,
        setup=one_off.setup,
        packing=one_off.packing,
        needs=one_off.needs,
        forbidden_teams=one_off.forbidden_teams,
        priority=1 + max((job.priority for job in problem.jobs), default=0),
        pin=pin,
        load=one_off.load,
    )
