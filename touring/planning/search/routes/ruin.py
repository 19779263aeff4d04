"""Taking jobs out: strings of neighbouring visits, and all other visits of the same jobs.

After "Slack Induction by String Removals" (Christiaens and Vanden Berghe 2020), with jobs that are visited on
several days: a string is cut on one day, its jobs leave every day.
"""

from __future__ import annotations

from touring.planning.compiled import compiled
from touring.planning.search.routes.ground import Ground, Whole
from touring.planning.search.routes.state import NODE, State, drawn, refresh, touch

LONGEST_STRING = 10.0
HOLE_SHARE = 0.5
HOLE_GROWS = 0.5


@compiled
def mark(state: State, removed: int, job: int) -> int:
    """The job is to go; the new count of such jobs."""
    if state.is_removed[job]:
        return removed
    state.is_removed[job] = True
    state.removed[removed] = job
    return removed + 1


@compiled
def mark_strings(ground: Ground, state: State, removed: int, average: float) -> int:
    """Mark the jobs of several strings around a random job; about `average` jobs in all."""
    routes, jobs = len(ground.route_day), len(ground.load)
    total, used = 0, 0
    for route in range(routes):
        total += state.length[route]
        used += state.length[route] > 0
    if used == 0:
        return removed
    longest = min(LONGEST_STRING, total / used)
    strings = max(1, int(drawn(state.random) * (4.0 * average / (1.0 + longest) - 1.0) + 1.0))
    center = int(drawn(state.random) * jobs)
    cut = 0
    for rank in range(-1, jobs - 1):
        job = center if rank < 0 else ground.adjacent[center, rank]
        if cut >= strings:
            break
        if state.is_removed[job] or state.chosen[job] < 0:
            continue
        route = _uncut_route(state, job)
        if route >= 0:
            removed = _mark_string(ground, state, removed, job, route, longest)
            state.touched[cut] = route
            state.is_touched[route] = True
            cut += 1
    for number in range(cut):
        state.is_touched[state.touched[number]] = False
    return removed


@compiled
def _uncut_route(state: State, job: int) -> int:
    """A random one of the job's routes that no string was cut from; -1: none."""
    found, seen = -1, 0
    for day in range(state.where.shape[1]):
        route = state.where[job, day]
        if route >= 0 and not state.is_touched[route]:
            seen += 1
            if drawn(state.random) * seen < 1.0:
                found = route
    return found


@compiled
def _mark_string(ground: Ground, state: State, removed: int, job: int, route: int, longest: float) -> int:
    """Mark a string that holds the job, or one with a hole in it."""
    count = state.length[route]
    cut = min(int(drawn(state.random) * min(float(count), longest) + 1.0), count)
    hole = 0
    if 1 < cut < count and drawn(state.random) < HOLE_SHARE:
        hole = 1
        while cut + hole < count and drawn(state.random) < HOLE_GROWS:
            hole += 1
    span = cut + hole
    position = position_of(ground, state.tour[route], count, job)
    lowest, highest = max(0, position - span + 1), min(position, count - span)
    first = lowest + int(drawn(state.random) * (highest - lowest + 1))
    hole_at = first + int(drawn(state.random) * (cut + 1)) if hole else first
    for k in range(first, first + span):
        if not hole_at <= k < hole_at + hole:
            removed = mark(state, removed, ground.node_job[state.tour[route, k, NODE]])
    return removed


@compiled
def position_of(ground: Ground, row: Whole, count: int, job: int) -> int:
    """Where the job stands in a route."""
    for k in range(count):
        if ground.node_job[row[k, NODE]] == job:
            return k
    return 0


@compiled
def take_out(ground: Ground, state: State, removed: int) -> int:
    """Take the marked jobs out of all their routes; the count of changed routes."""
    touched = 0
    for number in range(removed):
        job = state.removed[number]
        if state.chosen[job] < 0:
            continue
        state.chosen[job] = -1
        for day in range(state.where.shape[1]):
            if state.where[job, day] >= 0:
                touched = touch(state, touched, state.where[job, day])
                state.where[job, day] = -1
    for number in range(touched):
        route = state.touched[number]
        kept = 0
        for k in range(state.length[route]):
            node = state.tour[route, k, NODE]
            if not state.is_removed[ground.node_job[node]]:
                state.tour[route, kept, NODE] = node
                kept += 1
        state.length[route] = kept
        refresh(ground, state, route)
    return touched
