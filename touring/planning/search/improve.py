"""Ruin and recreate over blocks, cooled down: take a few stops out, put each back where it is cheapest."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from random import Random

from touring.planning.blocks.block import Block
from touring.planning.search.pool import Pool
from touring.planning.search.ruin import put_back_order, ruined
from touring.planning.search.state import Saved, State

HOT, COLD = 25 * 60.0, 60.0
"""Temperatures in seconds of driving, at the beginning and the end of a run."""

WORTH_KEEPING = 1.03
"""Blocks of plans at most this much above the best go into the pool."""


class Search:
    """One search with its own chance, its best plan and the pool of blocks it has seen."""

    def __init__(self, state: State, seed: int) -> None:
        self.state = state
        self.rng = Random(seed)  # noqa: S311 - chance for a search, no secret
        self.pool = Pool()
        self.iterations = 0
        self.best: Saved = state.save()

    @property
    def best_cost(self) -> int:
        """Price of the best plan so far."""
        return self.best[4]

    def first_plan(self) -> None:
        """Put in whatever is not served, the hardest to place first; no stop that stands is moved."""
        self._recreate(self.state.unserved(), None)
        self._keep_if_best()
        self.pool.add(self.state.blocks)

    def restart(self) -> None:
        """Go on from the best plan."""
        self.state.restore(self.best)

    def take_over(self, blocks: Mapping[int, Block]) -> None:
        """Make these blocks the plan, if it is better than the best."""
        self.state.load(blocks)
        self._keep_if_best()
        self.restart()

    def run(self, cooled: Callable[[], float], hot: float = HOT) -> None:
        """Step until `cooled()`, the part of the work that is done, reaches 1."""
        part = cooled()
        while part < 1.0:
            self.step(hot * (COLD / hot) ** part)
            part = cooled()

    def step(self, temperature: float) -> None:
        """One ruin and recreate, accepted by its price and the temperature."""
        self.iterations += 1
        state, saved = self.state, self.state.save()
        state.take_out(ruined(state, self.rng), self.rng)
        self._recreate(state.unserved(), self.rng)
        if state.cost < self.best_cost * WORTH_KEEPING:
            self.pool.add(new for new, old in zip(state.blocks, saved[0], strict=True) if new is not old)
        if state.cost >= saved[4] - temperature * math.log(1.0 - self.rng.random()):
            state.restore(saved)
            return
        self._keep_if_best()

    def _recreate(self, jobs: list[int], rng: Random | None) -> None:
        order = put_back_order(self.state, jobs, rng) if rng else self._hardest_first(jobs)
        for j in order:
            spot = self.state.best_spot(j, rng)
            if spot is not None:
                self.state.put_in(j, spot)

    def _hardest_first(self, jobs: list[int]) -> list[int]:
        ground = self.state.ground
        priority = [job.priority for job in ground.problem.jobs]
        return sorted(jobs, key=lambda j: (-priority[j], len(ground.homes[j]), -ground.busy[j], j))

    def _keep_if_best(self) -> None:
        if self.state.cost < self.best_cost:
            self.best = self.state.save()
