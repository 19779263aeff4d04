"""The rules that stand against a stop that is left out, team-day by team-day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from touring.planning.evaluate.verdict import Violation, listed, weekday_words
from touring.planning.insert.place import Judge
from touring.planning.insert.room import Room, starts_within
from touring.planning.insert.spots import Spot, openings, spots
from touring.planning.plan import Plan
from touring.planning.problem import MINUTE, WEEKDAYS, Job, OneOff, Problem, Shift

Work = Job | OneOff
TRIES = 4


@dataclass(frozen=True, slots=True)
class Against:
    """What stands against a halt on one team-day (of a one-off job: on a date). `code` is the rule's name."""

    team: str
    weekday: int
    code: str
    sentence: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Unserved:
    """A stop that is left out, the reason in one sentence, and what stands against each team-day."""

    job: str
    sentence: str
    against: tuple[Against, ...]


class _Case:
    """One plan with the questions that are asked about it."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.judge = Judge(problem, plan)
        self.room, self.empty = Room(problem, plan), Room(problem, Plan())


def unserved_with_reasons(problem: Problem, plan: Plan) -> tuple[Unserved, ...]:
    """A reason for every stop and one-off job that the plan leaves out, in the order of the problem."""
    jobs = [job for job in problem.jobs if job.key not in plan.placements]
    one_offs = [one for one in problem.one_offs if one.key not in plan.dated]
    if not jobs and not one_offs:
        return ()
    case = _Case(problem, plan)
    return (*(_unserved_job(case, job) for job in jobs), *(_unserved_one_off(case, one) for one in one_offs))


def _unserved_job(case: _Case, job: Job) -> Unserved:
    shifts = sorted(case.problem.shifts, key=lambda shift: (shift.weekday, shift.team))
    against = tuple(found for shift in shifts if (found := _against(case, job, shift, None)) is not None)
    return Unserved(job.key, _summary(case.problem, job, against), against)


def _unserved_one_off(case: _Case, one: OneOff) -> Unserved:
    shifts = {(shift.team, shift.weekday): shift for shift in case.problem.shifts}
    pairs = [(day, team) for day in sorted(set(one.dates)) for team in case.problem.teams]
    found = (
        _against(case, one, shifts[team.key, day.weekday()], day)
        for day, team in pairs
        if (team.key, day.weekday()) in shifts
    )
    against = tuple(each for each in found if each is not None)
    return Unserved(one.key, _summary_of_dates(case.problem, one, against), against)


def _against(case: _Case, work: Work, shift: Shift, day: date | None) -> Against | None:
    """The first rule that stands against this team-day; `None` where the halt would fit."""
    reason = _by_itself(case, work, shift, day) or _in_the_tours(case, work, shift, day)
    return Against(shift.team, shift.weekday, *reason, day) if reason else None


def _by_itself(case: _Case, work: Work, shift: Shift, day: date | None) -> tuple[str, str] | None:
    """The first rule against it that has nothing to do with the other halts."""
    name, serves = _team(case.problem, shift.team)
    weekday = WEEKDAYS[shift.weekday]
    windows = work.opening.get(shift.weekday, ())
    longest = max((window.end - window.start for window in windows), default=0)
    forbidden = isinstance(work, Job) and shift.weekday in work.forbidden_weekdays
    drives = day is None or case.problem.calendar.is_served(day, shift.team)
    checks = (
        ("opening_day", not windows, f"{work.name} hat am {weekday} zu."),
        ("opening_short", longest < work.duration, _too_short(longest, work)),
        ("forbidden_day", forbidden, f"{weekday} ist für {work.name} ausgeschlossen."),
        ("closed_date", not drives, f"Am {day or date.min:%d.%m.%Y} fährt Team {name} nicht."),
        ("forbidden_team", shift.team in work.forbidden_teams, f"Team {name} ist für {work.name} ausgeschlossen."),
        ("need", not work.needs <= serves, f"Team {name} hat das nicht: {', '.join(sorted(work.needs - serves))}."),
        ("pin", not _pin_allows(work, shift), f"{work.name} ist angeheftet. Erst lösen, dann schieben."),
        (
            "shift_hours",
            not starts_within(case.problem, work, [windows], shift),
            f"Am {weekday} ist nur außerhalb des Dienstes von Team {name} offen.",
        ),
    )
    return next(((code, sentence) for code, broken, sentence in checks if broken), None)


def _too_short(longest: int, work: Work) -> str:
    return f"Die Öffnung ist zu kurz: {longest // MINUTE} Minuten, nötig sind {work.duration // MINUTE}."


def _pin_allows(work: Work, shift: Shift) -> bool:
    if isinstance(work, OneOff):
        return True
    pin = work.pin
    return pin.team in (None, shift.team) and (pin.weekdays is None or shift.weekday in pin.weekdays)


def _team(problem: Problem, key: str) -> tuple[str, frozenset[str]]:
    team = problem.team(key)
    return (team.name, team.serves) if team else (key, frozenset())


def _in_the_tours(case: _Case, work: Work, shift: Shift, day: date | None) -> tuple[str, str] | None:
    """What stands against it in the tours of this team-day, the other halts keeping their times."""
    (name, _), weekday = _team(case.problem, shift.team), WEEKDAYS[shift.weekday]
    once = _once(work)
    if not _starts(case.empty, once, shift, day):
        return "travel", f"Mit Fahrt und Pause schafft Team {name} das am {weekday} nicht."
    if not _starts(case.room, once, shift, day):
        return "full", f"Die Touren von Team {name} am {weekday} sind voll."
    return _judged(case, work, shift, day) if once is work else None


def _once(work: Work) -> Work:
    """A stop of several days a week as if one were enough, to look at each day by itself."""
    if isinstance(work, OneOff) or work.pattern.times_a_week == 1:
        return work
    return replace(work, pattern=replace(work.pattern, times_a_week=1), pin=replace(work.pin, weekdays=None))


def _spots(room: Room, work: Work, shift: Shift, day: date | None) -> Iterator[Spot]:
    for spot in spots(room, work):
        if spot.team == shift.team and (spot.day == day if day else shift.weekday in spot.weekdays):
            yield spot


def _starts(room: Room, work: Work, shift: Shift, day: date | None) -> bool:
    return any(True for spot in _spots(room, work, shift, day) for _ in openings(room, work, spot))


def _judged(case: _Case, work: Work, shift: Shift, day: date | None) -> tuple[str, str] | None:
    """A rule between tours (a shared vehicle, rest between days) that the judge finds broken."""
    first: Violation | None = None
    for spot in _spots(case.room, work, shift, day):
        for opening in islice(openings(case.room, work, spot), TRIES):
            hard = case.judge.hard_at(work, spot.at(opening.start))
            if not hard:
                return None
            first = first or hard[0]
    return (first.code, first.sentence) if first else None


def _summary(problem: Problem, job: Job, against: tuple[Against, ...]) -> str:
    """All reasons in one sentence, days with the same reason together."""
    if job.pattern.times_a_week > 1 and not job.pattern.choices:
        days = tuple(sorted(_open_days(problem, job)))
        if days and not any(job.pattern.weekday_sets(days)):
            rhythm = f"„{job.pattern.words()}“ geht nicht"
            return f"{job.name} passt in keinen Tag: {rhythm}, offen ist nur {weekday_words(days)}."
    if against and all(one.code == "opening_day" for one in against) and len(against) == len(problem.shifts):
        days = tuple(day for day in sorted(job.opening) if job.opening[day])
        return f"{job.name} passt in keinen Tag: Offen ist nur {weekday_words(days)}, dann hat kein Team Dienst."
    if len(against) < len(problem.shifts):
        if job.pattern.times_a_week > 1:
            return f"{job.name} passt nicht: Es gibt keine zwei Tage mit der gleichen freien Zeit."
        return f"{job.name} ist nicht eingeplant, würde aber noch passen. Bitte noch einmal planen."
    return f"{job.name} passt in keinen Tag: {'; '.join(_grouped(problem, against))}."


def _open_days(problem: Problem, job: Job) -> set[int]:
    """Weekdays on which some team's hours and the opening meet."""
    shifts = (shift for shift in problem.shifts if shift.weekday not in job.forbidden_weekdays)
    return {s.weekday for s in shifts if starts_within(problem, job, [job.opening.get(s.weekday, ())], s)}


def _summary_of_dates(problem: Problem, one: OneOff, against: tuple[Against, ...]) -> str:
    on_duty = {(shift.team, shift.weekday) for shift in problem.shifts}
    pairs = sum((team.key, day.weekday()) in on_duty for day in set(one.dates) for team in problem.teams)
    if len(against) < pairs:
        return f"{one.name} ist nicht eingeplant, würde aber noch passen. Bitte noch einmal planen."
    if not pairs:
        return f"{one.name}: An diesen Tagen hat kein Team Dienst."
    return f"{one.name} passt an keinem der Tage: {'; '.join(_grouped(problem, against))}."


WORDS = {
    "opening_day": "geschlossen",
    "opening_short": "zu kurz offen",
    "forbidden_day": "ausgeschlossen",
    "closed_date": "an diesem Datum kein Dienst",
    "forbidden_team": "Team ausgeschlossen",
    "need": "Ausstattung fehlt",
    "pin": "woanders angeheftet",
    "shift_hours": "offen nur außerhalb des Dienstes",
    "travel": "mit Fahrt und Pause nicht zu schaffen",
    "full": "Touren voll",
}
OF_THE_DAY = ("opening_day", "opening_short", "forbidden_day")


def _grouped(problem: Problem, against: tuple[Against, ...]) -> Iterator[str]:
    for code in dict.fromkeys([*WORDS, *(one.code for one in against)]):
        hit = [one for one in against if one.code == code]
        if hit and code in OF_THE_DAY:
            yield f"{weekday_words(frozenset(one.weekday for one in hit))} {WORDS[code]}"
        elif hit:
            word = WORDS.get(code, hit[0].sentence.rstrip("."))
            yield f"{word} ({', '.join(_team_days(problem, hit))})"


def _team_days(problem: Problem, hit: list[Against]) -> Iterator[str]:
    for team in problem.teams:
        of_team = [one for one in hit if one.team == team.key]
        if of_team and of_team[0].day is not None:
            yield f"Team {team.name} {listed([f'{one.day:%d.%m.}' for one in of_team])}"
        elif of_team:
            yield f"Team {team.name} {weekday_words(frozenset(one.weekday for one in of_team))}"
