"""PyVRP (Wouda, Lan and Kool 2024) on plain problems with time windows; a test dependency."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from touring.planning.benchmark.files import Instance
from touring.planning.benchmark.words import Halting, NotApplicable, plan_of
from touring.planning.plan import Plan
from touring.planning.problem import Problem

ONE_DAY = "VRPTW"


def pyvrp_plan(instance: Instance, seconds: float, seed: int, workers: int) -> Plan:
    """One day with time windows; PyVRP uses one core. Raises `NotApplicable` for everything else."""
    if instance.kind != ONE_DAY:
        raise NotApplicable("PyVRP cannot tie the visits of one customer on several days to each other.")
    try:
        import pyvrp  # noqa: PLC0415 -- only needed to compare, so a test dependency
        from pyvrp.stop import MaxRuntime  # noqa: PLC0415
    except ImportError:
        raise NotApplicable("PyVRP is not installed.") from None
    found = _model(instance.problem, pyvrp.Model()).solve(MaxRuntime(seconds), seed=seed, display=False)
    return plan_of(instance.problem, _halts(instance.problem, found.best))


def _model(problem: Problem, model: Any) -> Any:
    """Their model of ours: one depot, one kind of vehicle."""
    shift, team = problem.shifts[0], problem.teams[0]
    places = [shift.start_place, *(job.place for job in problem.jobs)]
    locations = [model.add_location(0, 0) for _ in places]
    depot = model.add_depot(locations[0])
    for location, job in zip(locations[1:], problem.jobs, strict=True):
        window = job.opening[0][0]
        model.add_client(
            location, delivery=job.load, service_duration=job.duration,
            tw_early=window.start, tw_late=window.end - job.duration,
        )  # fmt: skip
    model.add_vehicle_type(
        len(problem.teams), capacity=team.capacity, start_depot=depot, end_depot=depot,
        tw_early=shift.start, tw_late=shift.end,
    )  # fmt: skip
    drive, leg = problem.travel.drive, problem.travel.leg
    for a, origin in zip(places, locations, strict=True):
        for b, target in zip(places, locations, strict=True):
            if a != b:
                model.add_edge(origin, target, drive[a][b], leg[a][b])
    return model


def _halts(problem: Problem, best: Any) -> Iterator[Halting]:
    """Starts of service of their best routes."""
    for team, route in zip(problem.teams, best.routes(), strict=False):
        for activity in route.schedule():
            if activity.is_client():
                start = activity.end_time - activity.duration
                yield Halting(problem.jobs[activity.idx].key, 0, team.key, start)
