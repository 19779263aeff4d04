"""The engine for free start times: ruin and recreate over all days, and recombination of its routes."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from touring.planning.cpsat import Effort, never
from touring.planning.plan import Plan
from touring.planning.problem import Problem
from touring.planning.search.routes.anneal import (
    BEST,
    COST,
    EXCESS,
    FIGURES,
    ITERATION,
    LEAST_PRICE,
    LOAD_PRICE,
    MOST_PRICE,
    construct,
    cost_now,
    keep_all,
    keep_best,
    steps,
)
from touring.planning.search.routes.ground import Small, Whole
from touring.planning.search.routes.pool import empty_pool, remember_harvest, rows_since, without_old
from touring.planning.search.routes.recombination import recombined
from touring.planning.search.routes.state import empty_state, set_route
from touring.planning.search.routes.survey import surveyed
from touring.planning.search.routes.words import Routes, plan_of, routes_of

AVERAGE_REMOVED = 10.0
LEAST_REMOVED, PART_REMOVED = 1.0, 0.25
"""In small problems fewer jobs are taken out at once: so many, and this part of all."""

BLINK = 0.01
HOT, COLD = 0.3, 0.001
"""Temperatures as parts of the mean driving between stops."""

MANY_JOBS = 100
FEW_COOLINGS_COLD = 0.01
"""More jobs than this need fewer and longer coolings (192: one of 50 seconds comes nearer to the best known plans than
ten of 5), which end where nothing gets better any more. Up to here ten short ones that freeze are better, since a
recombination comes after each."""

POOL_KEEPS = 0.3
"""The part of a pool that stays when it is full."""

Harvest = tuple[Small, Small, Whole, Small]
"""Kinds of slots, lengths, costs and nodes of routes."""


def longer_coolings(jobs: int) -> float:
    """How many times as long as usual one cooling has to be for so many jobs."""
    return math.pow(max(1.0, jobs / MANY_JOBS), 2.5)


class RouteEngine:
    """Searches plans whose visits may start at any time of their windows (see `search.engine.Engine`)."""

    def __init__(self, problem: Problem, seed: int) -> None:
        """Raises `Impossible` for a problem with breaks, one-off jobs or other rules that it does not know."""
        self.survey = surveyed(problem)
        self.ground = self.survey.ground
        self.state = empty_state(self.ground, self.survey.most_visits, seed)
        self.pool = empty_pool(self.survey.most_visits)
        self.figures = np.zeros(FIGURES, np.float64)
        self.figures[COST] = self.figures[BEST] = float(self.ground.absent_price.sum())
        days = self.ground.first_node.shape[1]
        self._desk = np.zeros(days, np.float64), np.zeros((days, 3), np.int64)
        self._harvested_at = 0
        self.average_removed = min(AVERAGE_REMOVED, LEAST_REMOVED + PART_REMOVED * len(problem.jobs))
        jobs = len(problem.jobs)
        mean = float(self.ground.drive[:jobs, :jobs].mean()) if jobs else 1.0
        cold = COLD if longer_coolings(jobs) == 1.0 else FEW_COOLINGS_COLD
        self.temperatures = (max(1.0, HOT * mean), max(0.01, cold * mean))
        usual = mean / max(1.0, float(self.ground.load.mean()) if jobs else 1.0) / 2
        self.figures[[LOAD_PRICE, LEAST_PRICE, MOST_PRICE]] = usual, usual / 50, usual * 20

    @property
    def iterations(self) -> int:
        """Steps so far."""
        return int(self.figures[ITERATION])

    @property
    def best_cost(self) -> int:
        """Driving, prices, and what left-out jobs cost while searching."""
        return round(float(self.figures[BEST]))

    def load(self, plan: Plan) -> None:
        """Start from this plan as far as it can be driven; it becomes current and best."""
        self._take(*routes_of(self.survey, plan))
        self.figures[BEST] = self.figures[COST]
        keep_best(self.state)

    def construct(self) -> None:
        """Put in whatever is not served and fits."""
        if len(self.ground.load):
            construct(self.ground, self.state, self.pool, self.figures, *self._desk)

    def restart(self) -> None:
        """Go on from the best plan."""
        self._take(self.best_routes(), self.state.best_chosen.tolist())

    def best_routes(self) -> Routes:
        """Nodes of the best plan by route."""
        lengths, nodes = self.state.best_length.tolist(), self.state.best_tour
        return [nodes[route, :length].tolist() for route, length in enumerate(lengths)]

    def best_plan(self) -> Plan:
        """The best plan; each vehicle leaves as late as it may without coming back later."""
        return plan_of(self.survey, self.best_routes(), self.state.best_chosen.tolist())

    def harvest(self) -> Harvest:
        """Routes seen since the last harvest."""
        rows, pool = rows_since(self.pool, self._harvested_at), self.pool
        self._harvested_at = self.iterations + 1
        return pool.kind[rows], pool.length[rows], pool.cost[rows], pool.nodes[rows]

    def adopt(self, harvest: Harvest) -> None:
        """Routes of another process into the pool."""
        self._make_room()
        remember_harvest(self.ground, self.pool, *harvest, self.iterations)

    def recombine(self, effort: Effort, should_stop: Callable[[], bool] = never) -> None:
        """The best plan out of all routes by CP-SAT, taken over if it is better; the search goes on from the best."""
        self.restart()
        costs = self.state.driven.tolist()
        found = recombined(self.ground, self.pool, self.best_routes(), costs, effort, should_stop)
        if found is None:
            return
        self._take(*found)
        if self.figures[COST] < self.figures[BEST]:
            self.figures[BEST] = self.figures[COST]
            keep_best(self.state)
        else:
            self.restart()

    def _take(self, routes: Routes, chosen: list[int]) -> None:
        """Make these routes the current plan."""
        self.state.chosen[:] = chosen
        self.state.where[:] = -1
        for route, nodes in enumerate(routes):
            set_route(self.ground, self.state, route, np.array(nodes, np.int32))
        keep_all(self.state)
        self.figures[COST], self.figures[EXCESS] = cost_now(self.ground, self.state), 0

    def _make_room(self) -> None:
        if self.pool.filled[0] >= 0.55 * len(self.pool.code):
            self.pool = without_old(self.pool, int(POOL_KEEPS * len(self.pool.code)))

    def search(self, iterations: int, hot: float, cold: float) -> None:
        """So many steps, cooling from hot to cold."""
        if iterations <= 0 or not len(self.ground.load):
            return
        self._make_room()
        steps(
            self.ground, self.state, self.pool, self.figures, *self._desk,
            iterations, hot, cold, self.average_removed, BLINK,
        )  # fmt: skip
