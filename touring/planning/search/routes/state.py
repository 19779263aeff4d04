"""A plan while it is searched, as arrays, and the random numbers of the search."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from touring.planning.compiled import compiled
from touring.planning.search.routes.ground import Flags, Ground, Real, Small, Whole, Words

# One row of `tour` is one cache line: what is before a position, what is behind it, and the leg between.
BEFORE_LONG, BEFORE_EARLY, BEFORE_LATE, AFTER_LONG, AFTER_EARLY, AFTER_LATE, LEG, NODE = range(8)

CODE, PRICE, POSITION = range(3)
"""Fields of `seen`: of which route it was, the least price of the node in it, and where; -1: more than the price."""


class State(NamedTuple):
    """Routes and jobs now, and the same as last accepted (`kept_`).

    `tour[route, k]` describes position k: the nodes before it from the base on, the nodes from `NODE` on to
    the base behind it. A stretch is its least length, and the earliest and the latest start that keep it.
    """

    tour: Whole  # [route, position, 8]
    length: Small
    driven: Whole  # driving and prices of teams
    loaded: Whole
    code: Whole  # [route]; tells what is in it
    seen: Whole  # [node, route, 3]; what it costs to put a node into a route
    where: Small  # [job, day]; route, -1: none
    chosen: Small  # [job]; option, -1: left out
    kept_tour: Whole
    kept_length: Small
    kept_driven: Whole
    kept_loaded: Whole
    kept_code: Whole
    kept_where: Small
    kept_chosen: Small
    best_tour: Small  # [route, position]; nodes
    best_length: Small
    best_chosen: Small
    removed: Small  # jobs taken out in this step
    is_removed: Flags
    touched: Small  # routes changed in this step
    is_touched: Flags
    sort_by: Real
    random: Words  # [1]


def empty_state(ground: Ground, longest: int, seed: int) -> State:
    """Nothing served; `longest` bounds the visits of one route."""
    jobs, days = ground.first_node.shape
    routes = len(ground.route_day)

    def whole(*shape: int) -> Whole:
        return np.zeros(shape, np.int64)

    def small(*shape: int, value: int = 0) -> Small:
        return np.full(shape, value, np.int32)

    state = State(
        tour=whole(routes, longest + 1, 8),
        length=small(routes),
        driven=whole(routes),
        loaded=whole(routes),
        code=whole(routes),
        seen=whole(len(ground.node_job), routes, 3),
        where=small(jobs, days, value=-1),
        chosen=small(jobs, value=-1),
        kept_tour=whole(routes, longest + 1, 8),
        kept_length=small(routes),
        kept_driven=whole(routes),
        kept_loaded=whole(routes),
        kept_code=whole(routes),
        kept_where=small(jobs, days, value=-1),
        kept_chosen=small(jobs, value=-1),
        best_tour=small(routes, longest),
        best_length=small(routes),
        best_chosen=small(jobs, value=-1),
        removed=small(jobs),
        is_removed=np.zeros(jobs, np.bool_),
        touched=small(routes),
        is_touched=np.zeros(routes, np.bool_),
        sort_by=np.zeros(jobs, np.float64),
        random=np.array([seed * 0x9E3779B97F4A7C15 + 0x1234567 & 0xFFFFFFFFFFFFFFFF], np.uint64),
    )
    for route in range(routes):
        refresh(ground, state, route)
        keep_route(state, route)
    return state


@compiled
def drawn(random: Words) -> float:
    """The next random number from 0 to less than 1 (xorshift64*, Vigna 2016)."""
    word = random[0]
    word ^= word >> np.uint64(12)
    word ^= word << np.uint64(25)
    word ^= word >> np.uint64(27)
    random[0] = word
    return float((word * np.uint64(0x2545F4914F6CDD1D)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def refresh(ground: Ground, state: State, route: int) -> None:
    """Everything about a route that follows from its nodes."""
    tour, count, end = state.tour, state.length[route], ground.route_end[route]
    opens, closes = ground.route_early[route], ground.route_late[route]
    tour[route, count, NODE] = end
    state.driven[route] = _from_the_front(
        tour, route, count, ground.route_start[route], opens, closes,
        ground.drive, ground.time, ground.node_early, ground.node_late,
    )  # fmt: skip
    _from_the_back(tour, route, count, opens, closes, ground.time, ground.node_early, ground.node_late)
    loads, prices, node_job, loaded = ground.load, ground.team_price, ground.node_job, np.int64(0)
    code = np.int64(1)
    for k in range(count):
        job = node_job[tour[route, k, NODE]]
        code = code * 0x5851F42D4C957F2D + tour[route, k, NODE] + 1
        loaded += loads[job]
        state.driven[route] += prices[job, route]
    state.loaded[route] = loaded
    state.code[route] = code


@compiled
def _from_the_front(
    tour: Whole, route: int, count: int, here: int, early: int, late: int,
    drive: Whole, time: Whole, node_early: Whole, node_late: Whole,
) -> int:  # fmt: skip
    """What is before each position; the driving of the whole route."""
    long, driven = 0, 0
    tour[route, 0, BEFORE_LONG], tour[route, 0, BEFORE_EARLY], tour[route, 0, BEFORE_LATE] = long, early, late
    for k in range(count):
        node = tour[route, k, NODE]
        tour[route, k, LEG] = drive[here, node]
        driven += tour[route, k, LEG]
        long += time[here, node]
        wait = max(node_early[node] - long - late, 0)
        early, late = max(node_early[node] - long, early) - wait, min(node_late[node] - long, late)
        long += wait
        tour[route, k + 1, BEFORE_LONG] = long
        tour[route, k + 1, BEFORE_EARLY] = early
        tour[route, k + 1, BEFORE_LATE] = late
        here = node
    tour[route, count, LEG] = drive[here, tour[route, count, NODE]] if count > 0 else 0
    return int(driven + tour[route, count, LEG])


@compiled
def _from_the_back(
    tour: Whole, route: int, count: int, early: int, late: int, time: Whole, node_early: Whole, node_late: Whole
) -> None:
    """What is behind each position."""
    long, there = 0, tour[route, count, NODE]
    tour[route, count, AFTER_LONG], tour[route, count, AFTER_EARLY], tour[route, count, AFTER_LATE] = long, early, late
    for k in range(count - 1, -1, -1):
        node = tour[route, k, NODE]
        reached = time[node, there]
        wait = max(early - reached - node_late[node], 0)
        early, late = max(early - reached, node_early[node]) - wait, min(late - reached, node_late[node])
        long += reached + wait
        tour[route, k, AFTER_LONG], tour[route, k, AFTER_EARLY], tour[route, k, AFTER_LATE] = long, early, late
        there = node


@compiled
def keep_route(state: State, route: int) -> None:
    """The route as it is now counts as accepted."""
    count = state.length[route]
    state.kept_tour[route, : count + 1] = state.tour[route, : count + 1]
    state.kept_length[route] = count
    state.kept_driven[route] = state.driven[route]
    state.kept_loaded[route] = state.loaded[route]
    state.kept_code[route] = state.code[route]


@compiled
def put_back_route(state: State, route: int) -> None:
    """The route as it was last accepted."""
    count = state.kept_length[route]
    state.tour[route, : count + 1] = state.kept_tour[route, : count + 1]
    state.length[route] = count
    state.driven[route] = state.kept_driven[route]
    state.loaded[route] = state.kept_loaded[route]
    state.code[route] = state.kept_code[route]


@compiled
def touch(state: State, touched: int, route: int) -> int:
    """Remember that the route changes; the new count of such routes."""
    if not state.is_touched[route]:
        state.is_touched[route] = True
        state.touched[touched] = route
        return touched + 1
    return touched


@compiled
def set_route(ground: Ground, state: State, route: int, nodes: Small) -> None:
    """Give a route these nodes."""
    state.length[route] = len(nodes)
    for k in range(len(nodes)):
        state.tour[route, k, NODE] = nodes[k]
        state.where[ground.node_job[nodes[k]], ground.route_day[route]] = route
    refresh(ground, state, route)
