"""Changes that a coordinator could make for a stop that finds no place: each to the problem itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from touring.planning.evaluate.verdict import listed, minutes, weekday_words
from touring.planning.problem import (
    EVERY_2_WEEKS,
    EVERY_4_WEEKS,
    MINUTE,
    WEEKDAYS,
    WEEKLY,
    Impossible,
    Job,
    Pattern,
    Pin,
    Problem,
    Shift,
    Team,
    Window,
    clock_words,
)

GRID = 5 * MINUTE
MOST_OPEN = 120 * MINUTE
MOST_DUTY = 60 * MINUTE

EFFORT = {
    "pin": 20 * MINUTE,
    "shorter": 10 * MINUTE,
    "duty": 30 * MINUTE,
    "move": 40 * MINUTE,
    "forbidden": 60 * MINUTE,
    "need": 90 * MINUTE,
    "open_day": 120 * MINUTE,
    "rhythm": 150 * MINUTE,
    "team_day": 240 * MINUTE,
}
"""How big each kind of change is beside 1 minute of longer opening, for the order; a judgement, not a law."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One kind of change in steps of `GRID`: `most` seconds at most, or (0) all or nothing.

    `weekday`, `team`: the change helps only there (`None`: anywhere).
    """

    kind: str
    most: int
    change: Callable[[int], Problem]
    words: Callable[[int], str]
    weekday: int | None = None
    team: str | None = None

    def effort(self, amount: int) -> int:
        """For the order of candidates."""
        return EFFORT.get(self.kind, 0) + amount

    def changed(self, amount: int) -> Problem | None:
        """The changed problem; `None` where there is no such one."""
        try:
            return self.change(amount)
        except Impossible:
            return None


def candidates(problem: Problem, job: Job) -> tuple[Candidate, ...]:
    """Every change that could help, the smallest first."""
    makers = (_unpinned, _opened, _shorter, _longer_duty, _allowed, _equipped, _open_day, _other_rhythm, _team_day)
    found = [candidate for maker in makers for candidate in maker(problem, job)]
    return tuple(sorted(found, key=lambda candidate: candidate.effort(GRID if candidate.most else 0)))


def _with(problem: Problem, job: Job) -> Problem:
    return replace(problem, jobs=tuple(job if other.key == job.key else other for other in problem.jobs))


def _step(
    kind: str, change: Callable[[], Problem], words: str, *, weekday: int | None = None, team: str | None = None
) -> Candidate:
    """All or nothing."""
    return Candidate(kind, 0, lambda _: change(), lambda _: words, weekday, team)


def _unpinned(problem: Problem, job: Job) -> Iterator[Candidate]:
    pin = job.pin
    loose = {
        "das Team": replace(pin, team=None),
        "den Wochentag": replace(pin, weekdays=None),
        "die Woche": replace(pin, phase=None),
        "die Uhrzeit": replace(pin, start=None),
    }
    held = {word: without for word, without in loose.items() if without != pin}
    for word, without in held.items():
        change = partial(_with, problem, replace(job, pin=without))
        yield _step("pin", change, f"{job.name}: Die Nadel für {word} lösen.")
    if len(held) > 1:
        yield _step("pin", partial(_with, problem, replace(job, pin=Pin())), f"{job.name}: Die Nadel ganz lösen.")


def _opened(problem: Problem, job: Job) -> Iterator[Candidate]:
    """Longer hours at the beginning or the end of a day on which it opens."""
    for weekday, windows in sorted(job.opening.items()):
        if windows and weekday not in job.forbidden_weekdays:
            yield _opened_earlier(problem, job, weekday, min(windows))
            yield _closed_later(problem, job, weekday, max(windows, key=lambda window: window.end))


def _opened_earlier(problem: Problem, job: Job, weekday: int, first: Window) -> Candidate:
    def change(amount: int) -> Problem:
        return _with(problem, _reopened(job, weekday, first, Window(first.start - amount, first.end)))

    def words(amount: int) -> str:
        times = f"um {clock_words(first.start - amount)} statt {clock_words(first.start)} Uhr"
        return f"{job.name} am {WEEKDAYS[weekday]} {minutes(amount)} früher öffnen, {times}."

    return Candidate("open", MOST_OPEN, change, words, weekday)


def _closed_later(problem: Problem, job: Job, weekday: int, last: Window) -> Candidate:
    def change(amount: int) -> Problem:
        return _with(problem, _reopened(job, weekday, last, Window(last.start, last.end + amount)))

    def words(amount: int) -> str:
        times = f"bis {clock_words(last.end + amount)} statt {clock_words(last.end)} Uhr"
        return f"{job.name} am {WEEKDAYS[weekday]} {times} offen halten."

    return Candidate("open", MOST_OPEN, change, words, weekday)


def _reopened(job: Job, weekday: int, old: Window, new: Window) -> Job:
    windows = tuple(new if window == old else window for window in job.opening[weekday])
    return replace(job, opening={**job.opening, weekday: windows})


def _shorter(problem: Problem, job: Job) -> Iterator[Candidate]:
    """Down to half of its time."""
    most = job.duration // 2 // GRID * GRID
    if most:
        yield Candidate(
            "shorter",
            most,
            lambda amount: _with(problem, replace(job, duration=job.duration - amount)),
            lambda amount: f"{job.name} um {minutes(amount)} kürzen, auf {minutes(job.duration - amount)}.",
        )


def _longer_duty(problem: Problem, job: Job) -> Iterator[Candidate]:
    """A team that begins earlier or ends later on one weekday."""
    for shift in problem.shifts:
        team = problem.team(shift.team)
        if team is not None and _may_serve(job, team) and job.opening.get(shift.weekday):
            yield _begun_earlier(problem, team, shift)
            yield _ended_later(problem, team, shift)


def _begun_earlier(problem: Problem, team: Team, shift: Shift) -> Candidate:
    def change(amount: int) -> Problem:
        return _with_shift(problem, replace(shift, start=shift.start - amount))

    def words(amount: int) -> str:
        times = f"ab {clock_words(shift.start - amount)} statt {clock_words(shift.start)} Uhr"
        return f"Team {team.name} am {WEEKDAYS[shift.weekday]} {times} einsetzen."

    return Candidate("duty", MOST_DUTY, change, words, shift.weekday, shift.team)


def _ended_later(problem: Problem, team: Team, shift: Shift) -> Candidate:
    def change(amount: int) -> Problem:
        return _with_shift(problem, replace(shift, end=shift.end + amount))

    def words(amount: int) -> str:
        times = f"bis {clock_words(shift.end + amount)} statt {clock_words(shift.end)} Uhr"
        return f"Team {team.name} am {WEEKDAYS[shift.weekday]} {times} einsetzen."

    return Candidate("duty", MOST_DUTY, change, words, shift.weekday, shift.team)


def _may_serve(job: Job, team: Team) -> bool:
    return job.needs <= team.serves and team.key not in job.forbidden_teams and job.pin.team in (None, team.key)


def _with_shift(problem: Problem, shift: Shift) -> Problem:
    others = (other for other in problem.shifts if (other.team, other.weekday) != (shift.team, shift.weekday))
    return replace(problem, shifts=(*others, shift))


def _allowed(problem: Problem, job: Job) -> Iterator[Candidate]:
    for weekday in sorted(job.forbidden_weekdays):
        allowed = replace(job, forbidden_weekdays=job.forbidden_weekdays - {weekday})
        words = f"{WEEKDAYS[weekday]} für {job.name} erlauben."
        yield _step("forbidden", partial(_with, problem, allowed), words, weekday=weekday)
    for key in sorted(job.forbidden_teams):
        allowed = replace(job, forbidden_teams=job.forbidden_teams - {key})
        words = f"Team {_name(problem, key)} für {job.name} erlauben."
        yield _step("forbidden", partial(_with, problem, allowed), words, team=key)


def _name(problem: Problem, key: str) -> str:
    team = problem.team(key)
    return team.name if team else key


def _equipped(problem: Problem, job: Job) -> Iterator[Candidate]:
    """A team that brings what it does not have today."""
    for team in problem.teams:
        missing = sorted(job.needs - team.serves)
        if missing:
            brings = replace(team, serves=team.serves | job.needs)
            teams = tuple(brings if each.key == team.key else each for each in problem.teams)
            yield _step(
                "need",
                partial(replace, problem, teams=teams),
                f"Team {team.name} bringt mit: {listed(missing)}.",
                team=team.key,
            )


def _open_day(problem: Problem, job: Job) -> Iterator[Candidate]:
    """One more weekday with the longest hours that the stop has on another."""
    longest = max((w for windows in job.opening.values() for w in windows), key=lambda w: w.end - w.start)
    for weekday in sorted({shift.weekday for shift in problem.shifts}):
        if not job.opening.get(weekday) and weekday not in job.forbidden_weekdays:
            more = replace(job, opening={**job.opening, weekday: (longest,)})
            hours = f"von {clock_words(longest.start)} bis {clock_words(longest.end)} Uhr"
            words = f"{job.name} auch am {WEEKDAYS[weekday]} öffnen, {hours}."
            yield _step("open_day", partial(_with, problem, more), words, weekday=weekday)


def _other_rhythm(problem: Problem, job: Job) -> Iterator[Candidate]:
    """The next rarer rhythms that the cycle has."""
    for pattern in (WEEKLY, EVERY_2_WEEKS, EVERY_4_WEEKS):
        if _is_rarer(pattern, job.pattern) and problem.calendar.cycle_weeks % pattern.every_weeks == 0:
            pin = replace(job.pin, weekdays=None, phase=None)
            rarer = replace(job, pattern=pattern, pin=pin)
            words = f"{job.name}: den Rhythmus ändern, {pattern.words()} statt {job.pattern.words()}."
            yield _step("rhythm", partial(_with, problem, rarer), words)


def _is_rarer(pattern: Pattern, than: Pattern) -> bool:
    if than.choices:
        return False
    return pattern.times_a_week * than.every_weeks < than.times_a_week * pattern.every_weeks


def _team_day(problem: Problem, job: Job) -> Iterator[Candidate]:
    """A team on a weekday on which it has no duty, with the hours that it has on another."""
    for weekday in sorted(job.opening):
        on_duty = [shift for shift in problem.shifts if shift.weekday == weekday]
        for team in problem.teams:
            usual = next((shift for shift in problem.shifts if shift.team == team.key), None)
            busy = any(shift.team == team.key for shift in on_duty)
            if busy or usual is None or not _may_serve(job, team) or weekday in job.forbidden_weekdays:
                continue
            hours = f"{clock_words(usual.start)} bis {clock_words(usual.end)} Uhr"
            second = "ein zweites Team" if len(on_duty) == 1 else "ein weiteres Team" if on_duty else "ein Team"
            words = f"Am {weekday_words([weekday])} {second} einsetzen: Team {team.name}, {hours}."
            extra = replace(usual, weekday=weekday)
            yield _step("team_day", partial(_with_shift, problem, extra), words, weekday=weekday, team=team.key)
