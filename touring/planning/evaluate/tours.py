"""Rules about one tour: a team on one weekday of one week."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from touring.planning.evaluate.verdict import Violation, minutes
from touring.planning.plan import Route, Visit
from touring.planning.problem import WEEKDAYS, Problem, Shift, clock_words

TourRule = Callable[[Problem, Shift, Route], Iterator[Violation]]


def team_is_at_one_stop_at_a_time(problem: Problem, shift: Shift, route: Route) -> Iterator[Violation]:
    """No stop begins before the one before is over."""
    for before, coming in _pairs(route):
        if coming.start < before.end:
            sentence = f"Team {_team(problem, route)} ist dann schon bei {_name(problem, before.job)}."
            yield _at(route, "overlap", sentence, coming.job, {"other": before.job})


def drive_fits_between_stops(problem: Problem, shift: Shift, route: Route) -> Iterator[Violation]:
    """The planned leg, parking and buffer with it, fits between the end here and the start there."""
    for before, coming in _pairs(route):
        gap = coming.start - before.end
        if 0 <= gap < coming.leg:
            origin = _name(problem, before.job)
            sentence = f"Die Fahrt von {origin} dauert {minutes(coming.leg)}. Es bleiben nur {gap // 60}."
            yield _at(route, "travel", sentence, coming.job, {"leg": coming.leg, "gap": gap, "other": before.job})


def setup_and_packing_fit(problem: Problem, shift: Shift, route: Route) -> Iterator[Violation]:
    """Beside the drive there is time to pack here and to set up there."""
    for before, coming in _pairs(route):
        missing = coming.leg - (coming.arrive - before.leave)
        if coming.start - before.end >= coming.leg and missing > 0:
            sentence = f"{_name(problem, coming.job)}: Für Aufbau und Abbau fehlen {minutes(missing)}."
            yield _at(route, "setup", sentence, coming.job, {"missing": missing, "other": before.job})


def leaves_after_duty_begins(problem: Problem, shift: Shift, route: Route) -> Iterator[Violation]:
    """The first drive begins within the hours of the team."""
    if route.leaves_base < shift.start:
        leaves, begins = clock_words(max(0, route.leaves_base)), clock_words(shift.start)
        sentence = f"Team {_team(problem, route)} müsste um {leaves} Uhr los. Dienst beginnt um {begins} Uhr."
        yield _at(route, "shift_start", sentence, route.visits[0].job, {"leaves": route.leaves_base})


def is_back_before_duty_ends(problem: Problem, shift: Shift, route: Route) -> Iterator[Violation]:
    """The last drive ends within the hours of the team."""
    if route.back_at_base > shift.end:
        back, ends = clock_words(route.back_at_base), clock_words(shift.end)
        sentence = f"Team {_team(problem, route)} wäre erst um {back} Uhr zurück. Dienstschluss ist {ends} Uhr."
        yield _at(route, "shift_end", sentence, route.visits[-1].job, {"back": route.back_at_base})


def break_is_taken(problem: Problem, shift: Shift, route: Route) -> Iterator[Violation]:
    """The whole break in one piece, within its window, not while driving, setting up or advising."""
    if shift.rests and route.break_start is None:
        window = shift.rests[0].window
        who = f"Team {_team(problem, route)}, {WEEKDAYS[route.weekday]} in Woche {route.week + 1}"
        rest = (
            f"{minutes(shift.rests[0].length)} zwischen {clock_words(window.start)} und {clock_words(window.end)} Uhr"
        )
        sentence = f"{who}: Für die Pause von {rest} ist kein Platz."
        yield _at(route, "break", sentence, None, {"length": shift.rests[0].length})


def _pairs(route: Route) -> Iterator[tuple[Visit, Visit]]:
    return pairwise(route.visits)


def _name(problem: Problem, key: str) -> str:
    job = problem.job(key)
    return job.name if job else key


def _team(problem: Problem, route: Route) -> str:
    team = problem.team(route.team)
    return team.name if team else route.team


def _at(route: Route, code: str, sentence: str, job: str | None, data: dict[str, int | str]) -> Violation:
    return Violation(code, True, sentence, job, route.team, route.weekday, route.week, data)


TOUR_RULES: tuple[TourRule, ...] = (
    team_is_at_one_stop_at_a_time,
    drive_fits_between_stops,
    setup_and_packing_fit,
    leaves_after_duty_begins,
    is_back_before_duty_ends,
    break_is_taken,
)
