"""Where a round draws the borders."""

from __future__ import annotations

import math
from dataclasses import dataclass

from touring.planning.plan import Plan, halts_of
from touring.planning.problem import Job, Problem

MOST_TEAMS = 5
USUAL_JOBS = 55


@dataclass(frozen=True, slots=True)
class District:
    """Teams that are planned together, with the stops that they serve or might serve; keys in the problem's order."""

    teams: tuple[str, ...]
    jobs: tuple[str, ...]


Unit = tuple[str, ...]
"""Teams that cannot be parted: they share a vehicle."""


def districts(
    problem: Problem, plan: Plan, round_number: int, *, jobs: int = USUAL_JOBS, at_once: int = 1
) -> tuple[District, ...]:
    """Districts of neighbouring teams that hold every team once, with about so many stops each.

    Each round begins at another team, so that the borders move. A stop belongs to the district of its team; one
    that is left out comes to another of its possible teams each round, the nearest first. A stop that teams of two
    districts serve in turn belongs to none and stays as it is. `at_once`: the number of districts is a multiple
    of it where there are enough teams, so that no processor waits.
    """
    units = _units(problem)
    count = _count(len(units), len(problem.jobs), jobs, at_once)
    grown = _grown(problem, units, round_number, count)
    home = {team: n for n, unit in enumerate(grown) for team in unit}
    members: list[list[str]] = [[] for _ in grown]
    for job in problem.jobs:
        n = _district_of(problem, plan, job, home, round_number)
        if n is not None:
            members[n].append(job.key)
    order = {team.key: n for n, team in enumerate(problem.teams)}
    return tuple(
        District(tuple(sorted(teams, key=order.__getitem__)), tuple(keys))
        for teams, keys in zip(grown, members, strict=True)
    )


def _units(problem: Problem) -> list[Unit]:
    shared: dict[str, list[str]] = {}
    for team in problem.teams:
        shared.setdefault(f"vehicle {team.vehicle}" if team.vehicle else f"team {team.key}", []).append(team.key)
    return [tuple(teams) for teams in shared.values()]


def _count(units: int, stops: int, jobs: int, at_once: int) -> int:
    count = max(1, round(stops / jobs), math.ceil(units / MOST_TEAMS))
    return min(units, math.ceil(count / at_once) * at_once)


def _grown(problem: Problem, units: list[Unit], round_number: int, count: int) -> list[Unit]:
    """So many districts, each from a seed: the first one turns with the round, then whoever is farthest from it."""
    bases = {shift.team: shift.start_place for shift in reversed(problem.shifts)}

    def apart(one: Unit, other: Unit) -> int:
        return problem.travel.drive[bases[one[0]]][bases[other[0]]]

    first = units[_turn(round_number, len(units))]
    left, grown = list(units), []
    for n in range(count):
        seed = first if n == 0 else max(left, key=lambda unit: apart(first, unit))
        size = math.ceil(len(left) / (count - n))
        near = sorted(left, key=lambda unit: apart(seed, unit))[:size]
        grown.append(tuple(team for unit in near for team in unit))
        left = [unit for unit in left if unit not in near]
    return grown


def _turn(round_number: int, count: int) -> int:
    """Wide steps through all teams: those that follow each other are not neighbours."""
    step = next(k for k in range(max(1, round(count * 0.382)), count + 2) if math.gcd(k, count) == 1)
    return round_number * step % count


def _district_of(problem: Problem, plan: Plan, job: Job, home: dict[str, int], round_number: int) -> int | None:
    placed = plan.placements.get(job.key)
    if placed is None:
        teams = _possible(problem, job)
        return home[teams[round_number % len(teams)]] if teams else None
    found = {home.get(halt.team) for halt in halts_of(problem, job, placed)}
    return found.pop() if len(found) == 1 else None


def _possible(problem: Problem, job: Job) -> list[str]:
    """Teams that might serve it, the nearest first."""
    teams = {
        shift.team: problem.travel.drive[shift.start_place][job.place]
        for shift in problem.shifts
        if shift.weekday in job.opening and shift.weekday not in job.forbidden_weekdays
    }
    serves = {team.key: team.serves for team in problem.teams}
    return sorted(
        (
            team
            for team in teams
            if team not in job.forbidden_teams and job.needs <= serves[team] and job.pin.team in (None, team)
        ),
        key=lambda team: teams[team],
    )
