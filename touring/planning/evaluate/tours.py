"""Rules about one tour: a team on one weekday of one week."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from touring.planning.evaluate.verdict import Violation, minutes
from touring.planning.plan import Route, Visit
from touring.planning.problem import HOUR, WEEKDAYS, Problem, Shift, clock_words

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


def tour_is_not_too_long(problem: Problem, shift: Shift, route: Route) -> Iterator[Violation]:
    """From leaving the base to coming back no longer than the team may be out."""
    out = route.back_at_base - route.leaves_base
    if shift.longest is not None and out > shift.longest:
        who, over = _who(problem, route), minutes(out - shift.longest)
        sentence = f"{who}: Die Tour dauert {over} zu lang. Erlaubt sind {minutes(shift.longest)}."
        yield _at(route, "longest", sentence, route.visits[-1].job, {"out": out, "longest": shift.longest})


def load_fits_the_vehicle(problem: Problem, shift: Shift, route: Route) -> Iterator[Violation]:
    """What the stops of one tour need in all has room in the vehicle."""
    team = problem.team(route.team)
    if team is None or team.capacity is None:
        return
    load = sum(_load(problem, visit.job) for visit in route.visits)
    if load > team.capacity:
        sentence = f"{_who(problem, route)}: Im Fahrzeug ist Platz für {team.capacity}, nötig ist Platz für {load}."
        yield _at(route, "load", sentence, None, {"load": load, "capacity": team.capacity})


def reserve_is_kept(problem: Problem, shift: Shift, route: Route) -> Iterator[Violation]:
    """A share of the hours stays free for people who ask later; halts that somebody asked for may use it."""
    team = problem.team(route.team)
    if team is None or not team.reserve:
        return
    free, hours = team.reserve * (shift.end - shift.start) // 1000, shift.end - shift.start
    if route.work > hours - free:
        missing = minutes(route.work - hours + free)
        sentence = f"{_who(problem, route)}: Für Bedarfshalte bleiben {missing} zu wenig frei."
        yield _at(route, "reserve", sentence, None, {"work": route.work, "free": free})


def break_is_taken(problem: Problem, shift: Shift, route: Route) -> Iterator[Violation]:
    """Every part of the break in one piece, within its window, not while driving, setting up or advising."""
    if route.missing_rests:
        due = shift.rests[len(route.rests)] if len(route.rests) < len(shift.rests) else shift.rests[-1]
        window = due.window
        rest = f"{minutes(due.length)} zwischen {clock_words(window.start)} und {clock_words(window.end)} Uhr"
        sentence = f"{_who(problem, route)}: Für die Pause von {rest} ist kein Platz."
        yield _at(route, "break", sentence, None, {"length": due.length})


def break_is_long_enough(problem: Problem, shift: Shift, route: Route) -> Iterator[Violation]:
    """As much break as the law wants for the hours of the day (ArbZG section 4)."""
    law, rest = problem.working_time, sum(part.length for part in shift.rests)
    if law is None:
        return
    work = shift.end - shift.start - rest
    due = max((length for hours, length in law.breaks if work > hours), default=0)
    if rest < due:
        sentence = f"{_who(problem, route)}: Bei diesem Dienst sind {minutes(due)} Pause vorgeschrieben."
        yield _at(route, "break_law", sentence, None, {"due": due, "rest": rest})


def parts_of_break_are_long_enough(problem: Problem, shift: Shift, route: Route) -> Iterator[Violation]:
    """Shorter than 15 minutes is no break."""
    law = problem.working_time
    shortest = min((part.length for part in shift.rests), default=0)
    if law is not None and shift.rests and shortest < law.smallest_part:
        sentence = f"{_who(problem, route)}: Jeder Teil der Pause dauert mindestens {minutes(law.smallest_part)}."
        yield _at(route, "break_part", sentence, None, {"length": shortest})


def nobody_works_too_long_without_break(problem: Problem, shift: Shift, route: Route) -> Iterator[Violation]:
    """No more than six hours in one go; the time at the base counts. That a break neither begins nor ends the day,
    the problem itself sees to."""
    law = problem.working_time
    if law is None or route.missing_rests:
        return
    ends = [shift.start, *(rest.start + rest.length for rest in route.rests)]
    longest = max(b - a for a, b in zip(ends, [*(rest.start for rest in route.rests), shift.end], strict=True))
    if longest > law.longest_stretch:
        hours = law.longest_stretch // HOUR
        sentence = f"{_who(problem, route)}: Länger als {hours} Stunden ohne Pause ist nicht erlaubt."
        yield _at(route, "stretch", sentence, None, {"stretch": longest})


def _pairs(route: Route) -> Iterator[tuple[Visit, Visit]]:
    return pairwise(route.visits)


def _name(problem: Problem, key: str) -> str:
    job = problem.job(key) or problem.one_off(key)
    return job.name if job else key


def _team(problem: Problem, route: Route) -> str:
    team = problem.team(route.team)
    return team.name if team else route.team


def _who(problem: Problem, route: Route) -> str:
    return f"Team {_team(problem, route)}, {WEEKDAYS[route.weekday]} in Woche {route.week + 1}"


def _load(problem: Problem, key: str) -> int:
    job = problem.job(key) or problem.one_off(key)
    return job.load if job else 0


def _at(route: Route, code: str, sentence: str, job: str | None, data: dict[str, int | str]) -> Violation:
    return Violation(code, True, sentence, job, route.team, route.weekday, route.week, data)


TOUR_RULES: tuple[TourRule, ...] = (
    team_is_at_one_stop_at_a_time,
    drive_fits_between_stops,
    setup_and_packing_fit,
    leaves_after_duty_begins,
    is_back_before_duty_ends,
    tour_is_not_too_long,
    load_fits_the_vehicle,
    break_is_taken,
    break_is_long_enough,
    parts_of_break_are_long_enough,
    nobody_works_too_long_without_break,
)

RECURRING_RULES: tuple[TourRule, ...] = (reserve_is_kept,)
"""Rules for the tours of the cycle only: halts on one date are what the reserve is for."""
