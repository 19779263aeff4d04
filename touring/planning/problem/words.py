"""The words that a problem is written in: jobs, teams, shifts, travel, a calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations

MINUTE = 60
HOUR = 3600
DAY = 24 * HOUR
MAX_JOBS = 2000
MAX_CYCLE_WEEKS = 8
MAX_RESERVE = 600
MAX_TIMES_A_WEEK = 5
WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")


class Impossible(ValueError):
    """Input that no plan can be made from; `sentence` is German and fit for the reader."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def clock(hours: int, minutes: int = 0) -> int:
    """Seconds after midnight."""
    return hours * HOUR + minutes * MINUTE


def clock_words(seconds: int) -> str:
    """`32400` as "9:00"."""
    return f"{seconds // HOUR}:{seconds % HOUR // MINUTE:02d}"


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A span of one day in seconds after midnight, both ends belong to it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """How often: `times_a_week` in every `every_weeks`-th week.

    `min_gap_days` counts between the weekdays of a stop that is visited several times a week,
    over the weekend too (Monday and Wednesday are 2 days apart, Friday and Monday 3).

    `choices`, where given, lists the allowed sets of days of the cycle one by one (a day is
    `7 * week + weekday`) and stands in place of the three numbers; a placement's `phase` is then
    the index of its choice. Published benchmarks state their rhythms so.
    """

    times_a_week: int = 1
    every_weeks: int = 1
    min_gap_days: int = 2
    choices: tuple[tuple[int, ...], ...] = ()

    def days(self, weekdays: tuple[int, ...], phase: int, cycle_weeks: int) -> tuple[int, ...]:
        """Days of the cycle that are served, in order."""
        if self.choices:
            return tuple(sorted(self.choices[phase]))
        return tuple(sorted(7 * week + weekday for week in self.weeks(phase, cycle_weeks) for weekday in weekdays))

    def weeks(self, phase: int, cycle_weeks: int) -> range:
        """Weeks of the cycle that are served when the first one is `phase`."""
        return range(phase, cycle_weeks, self.every_weeks)

    def visits(self, cycle_weeks: int) -> int:
        """Visits in one cycle."""
        return self.times_a_week * (cycle_weeks // self.every_weeks)

    def weekday_sets(self, weekdays: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """Every allowed choice out of the possible weekdays."""
        return (days for days in combinations(sorted(weekdays), self.times_a_week) if self.keeps_gap(days))

    def keeps_gap(self, weekdays: tuple[int, ...]) -> bool:
        """Are the weekdays far enough apart, round the weekend too?"""
        if len(weekdays) < 2:
            return True
        days = sorted(weekdays)
        following = [*days[1:], days[0] + 7]
        return all(b - a >= self.min_gap_days for a, b in zip(days, following, strict=True))

    def words(self) -> str:
        """In German, as a timetable says it."""
        if self.times_a_week > 1:
            return f"{self.times_a_week}-mal in der Woche"
        return "jede Woche" if self.every_weeks == 1 else f"alle {self.every_weeks} Wochen"


TWICE_A_WEEK = Pattern(times_a_week=2)
WEEKLY = Pattern()
EVERY_2_WEEKS = Pattern(every_weeks=2)
EVERY_4_WEEKS = Pattern(every_weeks=4)


@dataclass(frozen=True, slots=True, order=True)
class Halt:
    """One visit of a job: a day of the cycle (`7 * week + weekday`), the team, the start time."""

    day: int
    team: str
    start: int


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a job stands in a plan: one team, its weekday(s), one phase, one start time.

    `others` names the visits that differ from that in team or start time, in order of their days. It
    is empty wherever people are promised the same every time (`Problem.time_tolerance` is 0).
    """

    team: str
    weekdays: tuple[int, ...]
    phase: int
    start: int
    others: tuple[Halt, ...] = ()

    def halts(self, pattern: Pattern, cycle_weeks: int) -> tuple[Halt, ...]:
        """Every visit of one cycle, in order of days."""
        other = {halt.day: halt for halt in self.others}
        days = pattern.days(self.weekdays, self.phase, cycle_weeks)
        return tuple(other.get(day) or Halt(day, self.team, self.start) for day in days)


@dataclass(frozen=True, slots=True)
class Pin:
    """What a coordinator has fixed; each part alone or together, `None` is free."""

    team: str | None = None
    weekdays: tuple[int, ...] | None = None
    phase: int | None = None
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A stop with a rhythm.

    `opening`: weekday to windows; the whole `duration` from the public start time lies in one of
    them. `setup` is spent at the place before the start, `packing` after the end; both may lie
    outside of the opening hours. `priority`: the higher, the later it is left out (0 is usual).
    `needs` must be in `Team.serves`. `closed` and the days after `permit_until` drop out of the
    dates; the pattern stays. `place` is a row of the travel matrices. `load` counts against
    `Team.capacity` on every tour.
    """

    key: str
    name: str
    place: int
    pattern: Pattern
    opening: Mapping[int, tuple[Window, ...]]
    duration: int
    setup: int = 0
    packing: int = 0
    wished_weekdays: frozenset[int] = frozenset()
    forbidden_weekdays: frozenset[int] = frozenset()
    wished_teams: frozenset[str] = frozenset()
    forbidden_teams: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    priority: int = 0
    pin: Pin = Pin()
    closed: frozenset[date] = frozenset()
    permit_until: date | None = None
    load: int = 0

    def opens_on(self, day: date) -> bool:
        """May the team stand here on this date, opening hours aside?"""
        return day not in self.closed and (self.permit_until is None or day <= self.permit_until)


@dataclass(frozen=True, slots=True)
class DatedPlacement:
    """Where a one-off job stands: a team, a date, a start time."""

    team: str
    day: date
    start: int


@dataclass(frozen=True, slots=True)
class OneOff:
    """A halt on one date: a training, a request stop, a visit by the team.

    It may be on any of `dates`, within `opening` by weekday. `promised`: people know it already, so it
    is planned there or counts as a change. The other fields are those of a `Job`.
    """

    key: str
    name: str
    place: int
    dates: tuple[date, ...]
    opening: Mapping[int, tuple[Window, ...]]
    duration: int
    setup: int = 0
    packing: int = 0
    needs: frozenset[str] = frozenset()
    forbidden_teams: frozenset[str] = frozenset()
    priority: int = 0
    promised: DatedPlacement | None = None
    load: int = 0


@dataclass(frozen=True, slots=True)
class Break:
    """One break (or one part of it) of `length` seconds that lies inside the window, at any place of the tour."""

    length: int
    window: Window


@dataclass(frozen=True, slots=True)
class Team:
    """A team and what it has with it.

    Teams that share a `vehicle` are never out at the same time. `capacity` limits the load of a tour
    (`None`: no limit). `reserve` is the share of each tour's hours, in thousandths, that stays free
    of planned stops, for people who ask later.
    """

    key: str
    name: str
    serves: frozenset[str] = frozenset()
    vehicle: str = ""
    capacity: int | None = None
    reserve: int = 0


@dataclass(frozen=True, slots=True)
class Shift:
    """The hours of one team on one weekday, from base to base. One shift per team and weekday.

    `rests`: the break, or its parts, in order of time. `longest`: at most so many seconds from leaving
    the base to coming back, wherever they lie in the hours (`None`: all of them).
    """

    team: str
    weekday: int
    start: int
    end: int
    start_place: int
    end_place: int
    rests: tuple[Break, ...] = ()
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """What the law says about a tour (German Working Hours Act, ArbZG sections 4 and 5); seconds.

    More than the first number of a pair in `breaks` needs so much break in all, in parts of at least
    `smallest_part`; nobody works longer than `longest_stretch` without one; between two days lies
    `daily_rest`. A break neither begins nor ends the working day.
    """

    breaks: tuple[tuple[int, int], ...] = ((6 * HOUR, 30 * MINUTE), (9 * HOUR, 45 * MINUTE))
    smallest_part: int = 15 * MINUTE
    longest_stretch: int = 6 * HOUR
    daily_rest: int = 11 * HOUR


@dataclass(frozen=True, slots=True)
class Travel:
    """Two square matrices of seconds over all places, `[from][to]`.

    `drive` is the pure driving time, which a plan costs; `leg` is the planned time of a leg with
    parking and buffer, which must fit between two stops.
    """

    drive: tuple[tuple[int, ...], ...]
    leg: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """A period, and the cycle that runs through it.

    Week 0 of the cycle starts at `anchor`, a Monday, whatever the week's number: a year with 53
    weeks changes nothing. `closed` (holidays, closing days of the house) and `team_closed` drop
    out; the pattern stays as it is.
    """

    first: date
    last: date
    anchor: date
    cycle_weeks: int = 4
    closed: frozenset[date] = frozenset()
    team_closed: Mapping[str, frozenset[date]] = field(default_factory=dict)

    def cycle_week(self, day: date) -> int:
        """Week of the cycle, also for days before the anchor."""
        return (day - self.anchor).days // 7 % self.cycle_weeks

    def days(self) -> Iterator[date]:
        """All days of the period, closed ones too."""
        return (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))

    def is_served(self, day: date, team: str) -> bool:
        """Does this team drive on this date?"""
        inside = self.first <= day <= self.last
        return inside and day not in self.closed and day not in self.team_closed.get(team, frozenset())
