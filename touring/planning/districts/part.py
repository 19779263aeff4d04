"""One district as a problem of its own, and the improved district back in the plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from touring.planning.cpsat import Effort, never
from touring.planning.districts.borders import District
from touring.planning.evaluate import Objective, evaluate
from touring.planning.plan import Plan
from touring.planning.problem import Job, OneOff, Problem, Travel
from touring.planning.search.crew import Cooling, anneal, engine_for

PARTITION_EFFORT = 1.0
PARTITION_SHARE = 0.2


def improve_district(
    problem: Problem,
    plan: Plan,
    district: District,
    *,
    seed: int,
    seconds: float | None = None,
    iterations: int | None = None,
    heat: float = 1.0,
    should_stop: Callable[[], bool] = never,
) -> Plan:
    """The plan with this district improved, never worse for the judge; all other stops stay where they are.

    Give seconds or steps; with steps alone the same seed gives the same plan. `heat`: part of the first
    temperature, lower where the plan is good already.
    """
    part, standing = part_of(problem, plan, district), within(plan, district)
    better = improved(part, standing, Cooling(iterations, seconds, heat), seed, should_stop)
    together = put_back(plan, district, better.plan)
    return together if worth(problem, together) < worth(problem, plan) else plan


def worth(problem: Problem, plan: Plan) -> tuple[int, Objective]:
    """Hard rules that are broken, then the objective; smaller is better."""
    verdict = evaluate(problem, plan)
    return len(verdict.hard), verdict.objective


@dataclass(frozen=True, slots=True)
class Improved:
    """A district's plan, and how many steps it took."""

    plan: Plan
    steps: int


def improved(
    part: Problem, plan: Plan, cooling: Cooling, seed: int, should_stop: Callable[[], bool] = never
) -> Improved:
    """One cooling from this plan and one partition of what was seen; the better of both plans."""
    if not part.jobs:
        return Improved(plan, 0)
    engine = engine_for(part, seed)
    engine.load(plan)
    engine.construct()
    seconds = cooling.seconds
    search = cooling if seconds is None else replace(cooling, seconds=seconds * (1 - PARTITION_SHARE))
    anneal(engine, search, should_stop)
    wall = None if seconds is None else seconds * PARTITION_SHARE
    if not should_stop():
        engine.recombine(Effort(PARTITION_EFFORT, wall, seed), should_stop)
    found = engine.best_plan()
    return Improved(found if worth(part, found) < worth(part, plan) else plan, engine.iterations)


def within(plan: Plan, district: District) -> Plan:
    """What stands in the district."""
    teams = set(district.teams)
    return Plan(
        {key: plan.placements[key] for key in district.jobs if key in plan.placements},
        {key: placed for key, placed in plan.dated.items() if placed.team in teams},
    )


def put_back(plan: Plan, district: District, better: Plan) -> Plan:
    """The plan with the district's stops as they are in the better one; halts on one date stay."""
    members = set(district.jobs)
    others = {key: placed for key, placed in plan.placements.items() if key not in members}
    return Plan({**others, **better.placements}, plan.dated)


def part_of(problem: Problem, plan: Plan, district: District) -> Problem:
    """The problem of the district alone: its teams, its stops, the halts on one date that stand there.

    Changes: at most as many as the district has now, so that all districts together keep the limit.
    """
    teams = frozenset(district.teams)
    jobs = [job for key in district.jobs if (job := problem.job(key)) and job.pin.team in (None, *teams)]
    one_offs = [_fixed(one, plan) for one in problem.one_offs if _stands_in(one, plan, teams)]
    shifts = [shift for shift in problem.shifts if shift.team in teams]
    ends = {place for shift in shifts for place in (shift.start_place, shift.end_place)}
    places = sorted({job.place for job in jobs} | {one.place for one in one_offs} | ends)
    at = {place: n for n, place in enumerate(places)}
    part = replace(
        problem,
        jobs=tuple(_of_teams(replace(job, place=at[job.place]), teams) for job in jobs),
        teams=tuple(team for team in problem.teams if team.key in teams),
        shifts=tuple(replace(s, start_place=at[s.start_place], end_place=at[s.end_place]) for s in shifts),
        travel=_travel(problem.travel, places),
        published={job.key: problem.published[job.key] for job in jobs if job.key in problem.published},
        one_offs=tuple(
            replace(one, place=at[one.place], forbidden_teams=one.forbidden_teams & teams) for one in one_offs
        ),
        max_changes=None,
    )
    if problem.max_changes is None:
        return part
    return replace(part, max_changes=len(evaluate(part, within(plan, district)).changed))


def _of_teams(job: Job, teams: frozenset[str]) -> Job:
    return replace(job, wished_teams=job.wished_teams & teams, forbidden_teams=job.forbidden_teams & teams)


def _stands_in(one: OneOff, plan: Plan, teams: frozenset[str]) -> bool:
    placed = plan.dated.get(one.key)
    return placed is not None and placed.team in teams


def _fixed(one: OneOff, plan: Plan) -> OneOff:
    """Where it stands is promised, so it stays."""
    placed = plan.dated[one.key]
    return replace(one, promised=placed, dates=tuple(sorted({*one.dates, placed.day})))


def _travel(travel: Travel, places: list[int]) -> Travel:
    drive, leg = (tuple(tuple(matrix[a][b] for b in places) for a in places) for matrix in (travel.drive, travel.leg))
    return Travel(drive, leg)
