"""Between routes as lists of nodes and a `Plan`."""

from __future__ import annotations

from collections.abc import Sequence

from touring.planning.plan import Plan
from touring.planning.problem import Halt, Job, Placement
from touring.planning.search.routes.survey import Option, Survey
from touring.planning.search.routes.timing import is_drivable, starts_of

Routes = list[list[int]]


def plan_of(survey: Survey, routes: Sequence[Sequence[int]], chosen: Sequence[int]) -> Plan:
    """The plan that these routes (nodes) and options make."""
    ground, halts = survey.ground, dict[int, list[Halt]]()
    for number, nodes in enumerate(routes):
        vehicle = survey.vehicles[number]
        starts = starts_of(ground, number, nodes) if nodes else []
        for node, start in zip(nodes, starts or [], strict=True):
            halts.setdefault(int(ground.node_job[node]), []).append(Halt(vehicle.day, vehicle.team.key, start))
    jobs = survey.problem.jobs
    return Plan({jobs[j].key: _placement(survey.options[chosen[j]], sorted(row)) for j, row in sorted(halts.items())})


def _placement(option: Option, halts: list[Halt]) -> Placement:
    first = halts[0]
    others = tuple(halt for halt in halts if (halt.team, halt.start) != (first.team, first.start))
    return Placement(first.team, option.weekdays, option.phase, first.start, others)


def routes_of(survey: Survey, plan: Plan) -> tuple[Routes, list[int]]:
    """Routes and options of what can be driven of a plan; a job that cannot, on one of its days, is left out."""
    jobs, chosen = survey.problem.jobs, [-1] * len(survey.problem.jobs)
    halts: list[list[tuple[int, int]]] = [[] for _ in survey.vehicles]
    number = {(vehicle.day, vehicle.team.key): r for r, vehicle in enumerate(survey.vehicles)}
    for j, job in enumerate(jobs):
        placed = plan.placements.get(job.key)
        option = _option(survey, j, placed) if placed is not None else -1
        found = _nodes_at(survey, number, j, job, placed) if placed is not None and option >= 0 else None
        if found is not None:
            chosen[j] = option
            for route, start, node in found:
                halts[route].append((start, node))
    return _drivable(survey, [[node for _, node in sorted(row)] for row in halts], chosen)


def _option(survey: Survey, j: int, placed: Placement) -> int:
    """The option that a placement names; -1: none."""
    first, last = survey.ground.first_option[j], survey.ground.first_option[j + 1]
    want = (set(placed.weekdays), placed.phase)
    return next(
        (k for k in range(first, last) if (set(survey.options[k].weekdays), survey.options[k].phase) == want), -1
    )


def _nodes_at(
    survey: Survey, number: dict[tuple[int, str], int], j: int, job: Job, placed: Placement
) -> list[tuple[int, int, int]] | None:
    """Route, start and node of each visit; `None` if there is no such vehicle or window."""
    ground, found = survey.ground, []
    for halt in placed.halts(job.pattern, survey.problem.calendar.cycle_weeks):
        route = number.get((halt.day, halt.team))
        if route is None:
            return None
        day = ground.route_day[route]
        first = int(ground.first_node[j, day])
        nodes = range(first, first + int(ground.node_count[j, day]))
        node = next((n for n in nodes if ground.node_early[n] <= halt.start <= ground.node_late[n]), None)
        if node is None:
            return None
        found.append((route, halt.start, node))
    return found


def _drivable(survey: Survey, routes: Routes, chosen: list[int]) -> tuple[Routes, list[int]]:
    """Without the last visits of routes that cannot be driven, and the other visits of their jobs."""
    node_job = survey.ground.node_job
    while True:
        bad = {int(node_job[nodes[-1]]) for r, nodes in enumerate(routes) if not is_drivable(survey.ground, r, nodes)}
        if not bad:
            return routes, chosen
        routes = [[node for node in nodes if int(node_job[node]) not in bad] for nodes in routes]
        chosen = [-1 if j in bad else option for j, option in enumerate(chosen)]
