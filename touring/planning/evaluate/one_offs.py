"""Rules about one-off jobs: a halt on one date, and the tour of that date with it."""

from __future__ import annotations

from collections.abc import Iterator

from touring.planning.evaluate.verdict import Violation
from touring.planning.problem import DatedPlacement, OneOff, Problem, clock_words


def date_is_allowed(problem: Problem, job: OneOff, placed: DatedPlacement) -> Iterator[Violation]:
    """On one of the dates that were asked for."""
    if placed.day not in job.dates:
        sentence = f"{job.name}: Der {placed.day:%d.%m.%Y} war nicht gewünscht."
        yield _violation("one_off_date", sentence, job, placed)


def team_drives_that_day(problem: Problem, job: OneOff, placed: DatedPlacement) -> Iterator[Violation]:
    """The team exists, has duty on that weekday, and neither it nor the city has closed."""
    team = problem.team(placed.team)
    if team is None:
        yield _violation("one_off_team", f"Das Team {placed.team} gibt es nicht.", job, placed)
    elif problem.shift(placed.team, placed.day.weekday()) is None:
        yield _violation("one_off_shift", f"{job.name}: Team {team.name} hat an dem Tag keinen Dienst.", job, placed)
    elif not problem.calendar.is_served(placed.day, placed.team):
        sentence = f"{job.name}: Am {placed.day:%d.%m.%Y} fährt Team {team.name} nicht."
        yield _violation("one_off_closed", sentence, job, placed)


def is_open_then(problem: Problem, job: OneOff, placed: DatedPlacement) -> Iterator[Violation]:
    """The whole duration lies in one of the hours that were asked for."""
    end = placed.start + job.duration
    windows = job.opening.get(placed.day.weekday(), ())
    if not any(window.start <= placed.start and end <= window.end for window in windows):
        sentence = f"{job.name}: {clock_words(placed.start)} bis {clock_words(end)} Uhr geht dort nicht."
        yield _violation("one_off_opening", sentence, job, placed)


def team_can_serve_it(problem: Problem, job: OneOff, placed: DatedPlacement) -> Iterator[Violation]:
    """The team is not excluded and brings what is needed."""
    team = problem.team(placed.team)
    if team is None:
        return
    if team.key in job.forbidden_teams:
        yield _violation("one_off_forbidden", f"Team {team.name} ist für {job.name} ausgeschlossen.", job, placed)
    missing = sorted(job.needs - team.serves)
    if missing:
        sentence = f"{job.name}: Team {team.name} hat das nicht: {', '.join(missing)}."
        yield _violation("one_off_need", sentence, job, placed)


def _violation(code: str, sentence: str, job: OneOff, placed: DatedPlacement) -> Violation:
    data = {"date": placed.day.isoformat()}
    return Violation(code, True, sentence, job.key, placed.team, placed.day.weekday(), None, data)


ONE_OFF_RULES = (date_is_allowed, team_drives_that_day, is_open_then, team_can_serve_it)
