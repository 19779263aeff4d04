"""Rules about tours that meet: one vehicle for two teams, and the night between two days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations

from touring.planning.evaluate.verdict import Violation, minutes
from touring.planning.plan import Plan, Route, route_on
from touring.planning.problem import HOUR, WEEKDAYS, Problem


def vehicle_is_on_one_tour_at_a_time(problem: Problem, routes: tuple[Route, ...]) -> Iterator[Violation]:
    """Teams that share a vehicle are never out at the same time."""
    vehicles = {team.key: team.vehicle for team in problem.teams}
    out: dict[tuple[str, int, int], list[Route]] = {}
    for route in routes:
        if vehicles[route.team]:
            out.setdefault((vehicles[route.team], route.weekday, route.week), []).append(route)
    for (vehicle, weekday, week), together in out.items():
        for one, other in combinations(together, 2):
            yield from _both_out(problem, f"{WEEKDAYS[weekday]} in Woche {week + 1}", vehicle, one, other)


def night_is_long_enough(problem: Problem, routes: tuple[Route, ...]) -> Iterator[Violation]:
    """Eleven hours lie between coming back and leaving again the next day (ArbZG section 5)."""
    if problem.working_time is None:
        return
    days = 7 * problem.calendar.cycle_weeks
    by_team: dict[str, dict[int, Route]] = {}
    for route in routes:
        by_team.setdefault(route.team, {})[7 * route.week + route.weekday] = route
    for tours in by_team.values():
        for day, coming in tours.items():
            before = tours.get((day - 1) % days)
            if before is None or before is coming:
                continue
            yield from _short_night(problem, f"{WEEKDAYS[coming.weekday]} in Woche {coming.week + 1}", before, coming)


def one_offs_keep_vehicle_and_night(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Both rules again for the tours of the dates that have a one-off job."""
    days = sorted({(placed.day, placed.team) for key, placed in plan.dated.items() if problem.one_off(key)})
    for day, team in days:
        full = route_on(problem, plan, team, day)
        if full is None:
            continue
        own = problem.team(team)
        sharing = [t.key for t in problem.teams if own and own.vehicle and t.vehicle == own.vehicle and t.key != team]
        for key in sharing:
            other = route_on(problem, plan, key, day)
            if other is not None and own is not None and not ((day, key) in days and key < team):
                yield from _both_out(problem, f"{day:%d.%m.%Y}", own.vehicle, full, other)
        if problem.working_time is not None:
            before, after = (route_on(problem, plan, team, day + timedelta(days=n)) for n in (-1, 1))
            if before is not None and (day - timedelta(days=1), team) not in days:
                yield from _short_night(problem, f"{day:%d.%m.%Y}", before, full)
            if after is not None:
                yield from _short_night(problem, f"{day + timedelta(days=1):%d.%m.%Y}", full, after)


def _both_out(problem: Problem, when: str, vehicle: str, one: Route, other: Route) -> Iterator[Violation]:
    if one.leaves_base < other.back_at_base and other.leaves_base < one.back_at_base:
        names = f"Team {_name(problem, one.team)} und Team {_name(problem, other.team)}"
        sentence = f"{when}: {names} brauchen zugleich das Fahrzeug {vehicle}."
        data = {"vehicle": vehicle, "other": other.team}
        yield Violation("vehicle", True, sentence, None, one.team, one.weekday, one.week, data)


def _short_night(problem: Problem, when: str, before: Route, coming: Route) -> Iterator[Violation]:
    assert problem.working_time is not None
    rest, night = problem.working_time.daily_rest, problem.day - before.back_at_base + coming.leaves_base
    if night < rest:
        missing, whole, team = minutes(rest - night), rest // HOUR, coming.team
        who = f"Team {_name(problem, team)}, {when}"
        sentence = f"{who}: Nach der Tour am Vortag fehlen {missing} bis zu {whole} Stunden Ruhe."
        yield Violation("daily_rest", True, sentence, None, team, coming.weekday, coming.week, {"night": night})


def _name(problem: Problem, key: str) -> str:
    team = problem.team(key)
    return team.name if team else key


DAY_RULES = (vehicle_is_on_one_tour_at_a_time, night_is_long_enough)
