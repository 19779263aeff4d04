"""Putting jobs back: the best days, and on each day the best vehicle and position, decided together."""

from __future__ import annotations

from touring.planning.compiled import compiled
from touring.planning.search.routes.ground import Flags, Ground, Real, Whole
from touring.planning.search.routes.state import (
    AFTER_EARLY,
    AFTER_LATE,
    AFTER_LONG,
    BEFORE_EARLY,
    BEFORE_LATE,
    BEFORE_LONG,
    CODE,
    LEG,
    NODE,
    POSITION,
    PRICE,
    State,
    drawn,
    refresh,
    touch,
)

NOWHERE = 1e18

SHORT = 2
"""In routes of at most so many visits every position is tried, in longer ones those beside a neighbour."""


@compiled
def best_in_route(
    tour: Whole, route: int, count: int, here: int, near: Flags,
    to: Whole, onward: Whole, time_to: Whole, time_onward: Whole,
    early: int, late: int, longest: int, best: int,
) -> tuple[int, int]:  # fmt: skip
    """The cheapest position if it is cheaper than `best`, and its cost; else `best` and -1.

    `to` and `onward` are what driving from and to each point costs, `time_to` and `time_onward` how long
    it takes. Arrays come one by one: handing over the whole state here would cost more than the work.
    """
    position = -1
    for k in range(count + 1):
        begun = tour[route, k, BEFORE_LONG]
        if tour[route, k, BEFORE_EARLY] + begun > late:
            break
        a, here = here, tour[route, k, NODE]
        if count > SHORT and not (near[a] or near[here]):
            continue
        cost = to[a] + onward[here] - tour[route, k, LEG]
        if cost >= best:
            continue
        reached = begun + time_to[a]
        first, last = tour[route, k, BEFORE_EARLY], tour[route, k, BEFORE_LATE]
        if first + reached > late:
            continue
        wait = max(early - reached - last, 0)
        first, last = max(early - reached, first) - wait, min(late - reached, last)
        reached += wait + time_onward[here]
        if first + reached > tour[route, k, AFTER_LATE]:
            continue
        wait = max(tour[route, k, AFTER_EARLY] - reached - last, 0)
        if reached + wait + tour[route, k, AFTER_LONG] <= longest:
            best, position = cost, k
    return best, position


@compiled
def best_on_day(
    ground: Ground, state: State, job: int, day: int, load_price: float, blink: float, place: Whole
) -> float:
    """The least cost of a visit on this day; fills `place` with route, position, node."""
    best = NOWHERE
    first, load = ground.first_node[job, day], ground.load[job]
    tour, lengths, loaded, random = state.tour, state.length, state.loaded, state.random
    slots, starts, capacities, longest = (
        ground.route_slot, ground.route_start, ground.route_capacity, ground.route_longest,
    )  # fmt: skip
    codes, seen = state.code, state.seen
    allowed, prices = ground.allowed[job], ground.team_price[job]
    for node in range(first, first + ground.node_count[job, day]):
        to, onward = ground.drive_to[node], ground.drive[node]
        time_to, time_onward = ground.time_to[node], ground.time[node]
        early, late = ground.node_early[node], ground.node_late[node]
        near, empty_slot = ground.near[node], -1
        for route in range(ground.first_route[day], ground.first_route[day + 1]):
            count = lengths[route]
            if not allowed[route] or count + 2 > tour.shape[1] or (count == 0 and slots[route] == empty_slot):
                continue
            if count == 0:
                empty_slot = slots[route]
            over = max(0, min(loaded[route] + load - capacities[route], load))
            if (over > 0 and load_price <= 0.0) or drawn(random) < blink:
                continue
            beside = prices[route] + over * load_price
            bound = int(min(best - beside, NOWHERE))
            known = seen[node, route]
            if known[CODE] != codes[route] or (known[POSITION] < 0 and known[PRICE] < bound):
                known[PRICE], known[POSITION] = best_in_route(
                    tour, route, count, starts[route], near, to, onward, time_to, time_onward,
                    early, late, longest[route], bound,
                )  # fmt: skip
                known[CODE] = codes[route]
            if known[POSITION] >= 0 and known[PRICE] + beside < best:
                best = known[PRICE] + beside
                place[0], place[1], place[2] = route, known[POSITION], node
    return best


@compiled
def put_in(ground: Ground, state: State, touched: int, day: int, place: Whole) -> int:
    """A visit at a place; the new count of changed routes."""
    route, position, node = place[0], place[1], place[2]
    touched = touch(state, touched, route)
    for k in range(state.length[route], position, -1):
        state.tour[route, k, NODE] = state.tour[route, k - 1, NODE]
    state.tour[route, position, NODE] = node
    state.length[route] += 1
    state.where[ground.node_job[node], day] = route
    refresh(ground, state, route)
    return touched


@compiled
def _cheapest_option(ground: Ground, job: int, costs: Real) -> int:
    """The option whose days cost least together; -1: none is possible."""
    best, choice = NOWHERE, -1
    for option in range(ground.first_option[job], ground.first_option[job + 1]):
        cost = float(ground.option_price[option])
        for day in range(len(costs)):
            if ground.option_days[option] >> day & 1:
                cost += costs[day]
        if cost < best:
            best, choice = cost, option
    return choice


@compiled
def put_back(
    ground: Ground, state: State, job: int, touched: int, load_price: float, blink: float, costs: Real, places: Whole
) -> int:
    """The job on its cheapest option, or on none; the new count of changed routes."""
    days = len(costs)
    first, last = ground.first_option[job], ground.first_option[job + 1]
    wanted = 0
    for option in range(first, last):
        wanted |= ground.option_days[option]
    for day in range(days):
        costs[day] = NOWHERE
        if wanted >> day & 1:
            costs[day] = best_on_day(ground, state, job, day, load_price, blink, places[day])
    choice = _cheapest_option(ground, job, costs)
    if choice < 0:
        return touched
    state.chosen[job] = choice
    for day in range(days):
        if ground.option_days[choice] >> day & 1:
            touched = put_in(ground, state, touched, day, places[day])
    return touched


@compiled
def sort_removed(ground: Ground, state: State, removed: int) -> None:
    """The removed jobs in a random one of the orders, with some noise in it."""
    key = int(drawn(state.random) * len(ground.sort_keys))
    for number in range(removed):
        job = state.removed[number]
        value = ground.sort_keys[key, job] + drawn(state.random)
        k = number
        while k > 0 and state.sort_by[k - 1] > value:
            state.sort_by[k] = state.sort_by[k - 1]
            state.removed[k] = state.removed[k - 1]
            k -= 1
        state.sort_by[k] = value
        state.removed[k] = job
