"""What is to be planned: stops with a rhythm, teams with hours, travel, a calendar.

Units, everywhere in `touring.planning`:

- times of day and spans are whole **seconds** (`9:00` is `32400`, see `clock`),
- weekdays are 0 (Monday) to 6 (Sunday),
- weeks of the cycle ("phases") count from 0,
- places are rows of the travel matrices.

Everything is frozen. Nonsense is refused when a `Problem` is built, with `Impossible` and a
German sentence that the person at the desk can act on. A stop that is possible by itself but
finds no room is *not* nonsense: the plan leaves it out and `explain` says why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations

MINUTE = 60
HOUR = 3600
DAY = 24 * HOUR
MAX_JOBS = 2000
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


@dataclass(frozen=True, slots=True)
class Problem:
    """All that a plan is made from; building it checks it (`Impossible`).

    `step`: start times are whole multiples of it. `wish_price`: seconds of driving per cycle that
    a wished weekday or team is worth. `published`: what people know, by job key; every difference
    is a change. `max_changes`: at most so many of them (`None`: any number). `change_price`: seconds
    of driving per cycle that keeping one stop is worth (`None`: more than all driving).

    `time_tolerance`: so many seconds may the start times of one stop differ between its visits
    (`None`: any number). `same_team`: one team makes all visits of a stop. `working_time`: the law
    that tours keep (`None`: none). `day`: length of a day in the unit of the problem, which for
    published benchmarks is not the second.
    """

    jobs: tuple[Job, ...]
    teams: tuple[Team, ...]
    shifts: tuple[Shift, ...]
    travel: Travel
    calendar: Calendar
    step: int = 5 * MINUTE
    wish_price: int = 20 * MINUTE
    published: Mapping[str, Placement] = field(default_factory=dict)
    max_changes: int | None = None
    change_price: int | None = None
    one_offs: tuple[OneOff, ...] = ()
    time_tolerance: int | None = 0
    same_team: bool = True
    working_time: WorkingTime | None = None
    day: int = DAY

    def __post_init__(self) -> None:
        _refuse_wrong_sizes(self)
        _refuse_wrong_calendar(self.calendar)
        _refuse_wrong_travel(self.travel)
        _refuse_wrong_teams(self)
        for job in self.jobs:
            _refuse_wrong_job(self, job)
        _refuse_wrong_published(self)

    def job(self, key: str) -> Job | None:
        """The job with this key."""
        return next((job for job in self.jobs if job.key == key), None)

    def team(self, key: str) -> Team | None:
        """The team with this key."""
        return next((team for team in self.teams if team.key == key), None)

    def shift(self, team: str, weekday: int) -> Shift | None:
        """The hours of a team on a weekday."""
        return next((s for s in self.shifts if (s.team, s.weekday) == (team, weekday)), None)


def _refuse(bad: bool, sentence: str) -> None:
    if bad:
        raise Impossible(sentence)


def _whole(*values: object) -> bool:
    """Whole numbers that are not negative; NaN and fractions are not."""
    return all(type(value) is int and value >= 0 for value in values)


def _refuse_wrong_sizes(problem: Problem) -> None:
    count = len(problem.jobs)
    _refuse(count > MAX_JOBS, f"{count} Haltestellen sind zu viele für eine Planung. Erlaubt sind {MAX_JOBS}.")
    for words, keys in (("Haltestelle", [j.key for j in problem.jobs]), ("Team", [t.key for t in problem.teams])):
        twice = [key for key, times in Counter(keys).items() if times > 1]
        _refuse(bool(twice), f"{words} {', '.join(twice)} steht zweimal in der Liste.")
    _refuse(not problem.teams, "Es gibt kein Team. Bitte tragen Sie mindestens eines ein.")
    _refuse(not _whole(problem.step) or problem.step == 0, "Der Takt der Zeiten muss länger als null sein.")
    _refuse(not _whole(problem.wish_price), "Das Gewicht der Wünsche darf nicht negativ sein.")
    for value in (problem.max_changes, problem.change_price):
        _refuse(value is not None and not _whole(value), "Zahl und Gewicht der Änderungen dürfen nicht negativ sein.")


def _refuse_wrong_calendar(calendar: Calendar) -> None:
    _refuse(calendar.last < calendar.first, "Der Zeitraum endet, bevor er beginnt.")
    _refuse(calendar.cycle_weeks not in (1, 2, 4), "Ein Umlauf dauert 1, 2 oder 4 Wochen.")
    _refuse(calendar.anchor.weekday() != 0, "Der Umlauf muss an einem Montag beginnen.")


def _refuse_wrong_travel(travel: Travel) -> None:
    size = len(travel.leg)
    for matrix in (travel.drive, travel.leg):
        ragged = len(matrix) != size or any(len(row) != size for row in matrix)
        _refuse(ragged, "Die Tafel der Fahrzeiten ist nicht vollständig.")
        for a, row in enumerate(matrix):
            if not _whole(*row):
                b = next(n for n, value in enumerate(row) if not _whole(value))
                raise Impossible(f"Die Fahrzeit von Ort {a} nach Ort {b} ist keine ganze Zahl von Sekunden.")


def _refuse_wrong_teams(problem: Problem) -> None:
    names = {team.key: team.name for team in problem.teams}
    seen: set[tuple[str, int]] = set()
    for shift in problem.shifts:
        _refuse(shift.team not in names, f"Das Team {shift.team} gibt es nicht.")
        _refuse(shift.weekday not in range(7), f"Den Wochentag {shift.weekday} gibt es nicht.")
        who = f"Team {names[shift.team]} am {WEEKDAYS[shift.weekday]}"
        _refuse((shift.team, shift.weekday) in seen, f"{who}: Die Dienstzeit steht zweimal in der Liste.")
        seen.add((shift.team, shift.weekday))
        _refuse_wrong_shift(shift, who, len(problem.travel.leg))
    for key, name in names.items():
        _refuse(all(team != key for team, _ in seen), f"Team {name} hat keine Dienstzeit.")


def _refuse_wrong_shift(shift: Shift, who: str, places: int) -> None:
    known = all(_whole(place) and place < places for place in (shift.start_place, shift.end_place))
    _refuse(not known, f"{who}: Für den Stützpunkt fehlen die Fahrzeiten.")
    right = _whole(shift.start, shift.end) and shift.start < shift.end <= DAY
    _refuse(not right, f"{who}: Der Dienst muss enden, nachdem er begonnen hat.")
    if not shift.rests:
        return
    length, window = shift.rests[0].length, shift.rests[0].window
    _refuse(not _whole(length, window.start, window.end) or length == 0, f"{who}: Die Pause braucht eine Dauer.")
    _refuse(window.end - window.start < length, f"{who}: Das Zeitfenster ist kürzer als die Pause.")
    between = shift.start < window.start and window.end < shift.end
    _refuse(not between, f"{who}: Die Pause muss zwischen Dienstbeginn und Dienstschluss liegen.")


def _refuse_wrong_job(problem: Problem, job: Job) -> None:
    known = _whole(job.place) and job.place < len(problem.travel.leg)
    _refuse(not known, f"Für {job.name} fehlen die Fahrzeiten.")
    right = _whole(job.duration, job.setup, job.packing, job.priority) and job.duration > 0
    _refuse(not right, f"{job.name}: Dauer, Aufbau und Abbau dürfen nicht negativ sein, die Dauer auch nicht null.")
    _refuse_wrong_rhythm(problem, job)
    _refuse_wrong_opening(job)
    _refuse_wrong_pin(problem, job)
    teams = {team.key for team in problem.teams}
    for key in sorted(job.wished_teams | job.forbidden_teams):
        _refuse(key not in teams, f"{job.name}: Das Team {key} gibt es nicht.")
    for day in job.wished_weekdays | job.forbidden_weekdays:
        _refuse(day not in range(7), f"{job.name}: Den Wochentag {day} gibt es nicht.")


def _refuse_wrong_rhythm(problem: Problem, job: Job) -> None:
    pattern, cycle = job.pattern, problem.calendar.cycle_weeks
    whole = _whole(pattern.times_a_week, pattern.every_weeks, pattern.min_gap_days)
    right = whole and pattern.times_a_week in (1, 2) and pattern.every_weeks > 0
    _refuse(not right, f"{job.name}: Diesen Rhythmus gibt es nicht.")
    uneven = cycle % pattern.every_weeks != 0
    _refuse(uneven, f"{job.name}: „{pattern.words()}“ passt nicht in einen Umlauf von {cycle} Wochen.")


def _refuse_wrong_opening(job: Job) -> None:
    windows = [window for day in sorted(job.opening) for window in job.opening[day]]
    _refuse(not windows, f"{job.name} hat keine Öffnungszeit. Bitte tragen Sie eine ein.")
    _refuse(any(day not in range(7) for day in job.opening), f"{job.name}: Diesen Wochentag gibt es nicht.")
    for window in windows:
        right = _whole(window.start, window.end) and window.start < window.end <= DAY
        _refuse(not right, f"{job.name}: Eine Öffnungszeit muss enden, nachdem sie begonnen hat.")
    longest = max(window.end - window.start for window in windows)
    short = f"{job.name} braucht {job.duration // MINUTE} Minuten, offen sind {longest // MINUTE}."
    _refuse(longest < job.duration, short)


def _refuse_wrong_pin(problem: Problem, job: Job) -> None:
    pin, pattern = job.pin, job.pattern
    unknown = pin.team is not None and problem.team(pin.team) is None
    _refuse(unknown, f"{job.name} ist an das Team {pin.team} geheftet. Dieses Team gibt es nicht.")
    days = pin.weekdays
    right = days is None or (len(set(days)) == len(days) == pattern.times_a_week and all(d in range(7) for d in days))
    _refuse(not right, f"{job.name}: Die Nadel für den Wochentag passt nicht zum Rhythmus „{pattern.words()}“.")
    right = pin.phase is None or pin.phase in range(pattern.every_weeks)
    _refuse(not right, f"{job.name}: Die Nadel für die Woche passt nicht zum Rhythmus „{pattern.words()}“.")
    right = pin.start is None or (_whole(pin.start) and pin.start < DAY)
    _refuse(not right, f"{job.name}: Die Nadel für die Uhrzeit liegt nicht an einem Tag.")


def _refuse_wrong_published(problem: Problem) -> None:
    keys = {job.key for job in problem.jobs}
    for key, known in problem.published.items():
        right = key not in keys or (_whole(known.phase, known.start) and all(d in range(7) for d in known.weekdays))
        _refuse(not right, f"Im veröffentlichten Plan steht für {key} eine Zeit, die es nicht gibt.")
