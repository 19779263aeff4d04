"""Ruin, recreate, accept or put back: the loop itself (simulated annealing)."""

from __future__ import annotations

import math

from touring.planning.compiled import compiled
from touring.planning.search.routes.ground import Ground, Real, Whole
from touring.planning.search.routes.pool import Pool, remember_route
from touring.planning.search.routes.recreate import put_back, sort_removed
from touring.planning.search.routes.ruin import mark, mark_strings, take_out
from touring.planning.search.routes.state import (
    NODE,
    State,
    drawn,
    keep_route,
    put_back_route,
)

# Fields of `figures`.
COST, EXCESS, BEST, ITERATION, ACCEPTED, OVERLOADED, LOAD_PRICE, LEAST_PRICE, MOST_PRICE = range(9)
FIGURES = 9

POOLED = 1.02
"""Routes of plans up to this much dearer than the best one are remembered."""

PRICE_EVERY = 500
OFTEN, SELDOM = 0.4, 0.2
DEARER, CHEAPER = 1.15, 0.87
"""After so many steps too much load gets dearer if plans often had it, cheaper if seldom."""


@compiled
def steps(
    ground: Ground,
    state: State,
    pool: Pool,
    figures: Real,
    costs: Real,
    places: Whole,
    iterations: int,
    hot: float,
    cold: float,
    average: float,
    blink: float,
) -> None:
    """So many steps, cooling from hot to cold."""
    falls = (cold / hot) ** (1.0 / max(1, iterations))
    heat = hot
    for _ in range(iterations):
        if figures[ITERATION] % PRICE_EVERY == 0:
            _price_load(figures)
        removed = _mark_left_out(state)
        removed = mark_strings(ground, state, removed, average)
        step(ground, state, pool, figures, costs, places, removed, heat, figures[LOAD_PRICE], blink)
        heat *= falls


@compiled
def _price_load(figures: Real) -> None:
    """Adapt what a unit of load beyond the capacity costs."""
    share = figures[OVERLOADED] / PRICE_EVERY
    figures[OVERLOADED] = 0
    factor = DEARER if share > OFTEN else CHEAPER if share < SELDOM else 1.0
    figures[LOAD_PRICE] = min(figures[MOST_PRICE], max(figures[LEAST_PRICE], figures[LOAD_PRICE] * factor))


@compiled
def construct(ground: Ground, state: State, pool: Pool, figures: Real, costs: Real, places: Whole) -> None:
    """Put in what is left out, within all limits."""
    step(ground, state, pool, figures, costs, places, _mark_left_out(state), 0.001, 0.0, 0.0)


@compiled
def step(
    ground: Ground,
    state: State,
    pool: Pool,
    figures: Real,
    costs: Real,
    places: Whole,
    removed: int,
    heat: float,
    load_price: float,
    blink: float,
) -> None:
    """Take the marked jobs out, put them back, and keep the outcome if it is good enough."""
    figures[ITERATION] += 1
    touched = take_out(ground, state, removed)
    sort_removed(ground, state, removed)
    for number in range(removed):
        touched = put_back(ground, state, state.removed[number], touched, load_price, blink, costs, places)
    cost, excess = figures[COST], figures[EXCESS]
    for number in range(touched):
        cost, excess = _plus_route(ground, state, state.touched[number], cost, excess)
    for number in range(removed):
        cost += _change_of_choice(ground, state, state.removed[number])
    allowance = -heat * math.log(max(1e-300, drawn(state.random)))
    if cost + load_price * excess < figures[COST] + load_price * figures[EXCESS] + allowance:
        figures[COST], figures[EXCESS] = cost, excess
        figures[ACCEPTED] += 1
        _keep(ground, state, pool, figures, touched, removed)
    else:
        _put_all_back(state, touched, removed)
    figures[OVERLOADED] += figures[EXCESS] > 0


@compiled
def _mark_left_out(state: State) -> int:
    removed = 0
    for job in range(len(state.chosen)):
        if state.chosen[job] < 0:
            removed = mark(state, removed, job)
    return removed


@compiled
def _plus_route(ground: Ground, state: State, route: int, cost: float, excess: float) -> tuple[float, float]:
    """Cost and excess load with the change of one route."""
    capacity = ground.route_capacity[route]
    cost += state.driven[route] - state.kept_driven[route]
    excess += max(0, state.loaded[route] - capacity) - max(0, state.kept_loaded[route] - capacity)
    return cost, excess


@compiled
def _change_of_choice(ground: Ground, state: State, job: int) -> float:
    """What another option costs more than the one before."""
    return float(choice_price(ground, job, state.chosen[job]) - choice_price(ground, job, state.kept_chosen[job]))


@compiled
def choice_price(ground: Ground, job: int, option: int) -> int:
    """Price of an option, or of leaving the job out."""
    return int(ground.option_price[option] if option >= 0 else ground.absent_price[job])


@compiled
def _keep(ground: Ground, state: State, pool: Pool, figures: Real, touched: int, removed: int) -> None:
    """The plan as it is now is accepted."""
    is_sound = figures[EXCESS] <= 0
    is_good = is_sound and figures[COST] < figures[BEST] * POOLED
    for number in range(touched):
        route = state.touched[number]
        keep_route(state, route)
        state.is_touched[route] = False
        if is_good:
            remember_route(ground, state, pool, route, int(figures[ITERATION]))
    for number in range(removed):
        job = state.removed[number]
        state.kept_chosen[job] = state.chosen[job]
        state.kept_where[job] = state.where[job]
        state.is_removed[job] = False
    if is_sound and figures[COST] < figures[BEST] - 0.5:
        figures[BEST] = figures[COST]
        keep_best(state)


@compiled
def keep_best(state: State) -> None:
    """The plan as it is now is the best one."""
    state.best_length[:] = state.length
    state.best_chosen[:] = state.chosen
    for route in range(len(state.length)):
        for k in range(state.length[route]):
            state.best_tour[route, k] = state.tour[route, k, NODE]


@compiled
def _put_all_back(state: State, touched: int, removed: int) -> None:
    """The plan as it was last accepted."""
    for number in range(touched):
        route = state.touched[number]
        put_back_route(state, route)
        state.is_touched[route] = False
    for number in range(removed):
        job = state.removed[number]
        state.chosen[job] = state.kept_chosen[job]
        state.where[job] = state.kept_where[job]
        state.is_removed[job] = False


@compiled
def keep_all(state: State) -> None:
    """The plan as it is now counts as accepted."""
    for route in range(len(state.length)):
        keep_route(state, route)
    state.kept_chosen[:] = state.chosen
    state.kept_where[:] = state.where


@compiled
def cost_now(ground: Ground, state: State) -> float:
    """Cost of the plan as it is now, from nothing."""
    cost = 0.0
    for route in range(len(state.length)):
        cost += state.driven[route]
    for job in range(len(state.chosen)):
        cost += choice_price(ground, job, state.chosen[job])
    return cost
