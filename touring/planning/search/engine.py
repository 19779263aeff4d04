"""The search over blocks as one engine that `solve` drives: load, construct, search, harvest, recombine."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from touring.planning.blocks.ground import FREE, Ground
from touring.planning.blocks.tables import empty_blocks
from touring.planning.blocks.times import derive
from touring.planning.blocks.values import (
    Block,
    Item,
    bench_of,
    block_at,
    blocks_of,
    built,
    earliest_plan,
    items_of,
    lay,
    lay_rests,
)
from touring.planning.blocks.ways import cheapest, clear, put_in, set_all_rests, take_out
from touring.planning.cpsat import Effort, never
from touring.planning.plan import Plan
from touring.planning.problem import MINUTE, Problem
from touring.planning.search.columns import Row, chosen_rows, expanded
from touring.planning.search.spots import blocked_weeks, is_moved, price
from touring.planning.search.steps import construct, keep_best, run
from touring.planning.search.tables import (
    BEST_COST,
    COST,
    FREE_JOBS,
    ITERATIONS,
    KNOWN_HOME,
    KNOWN_PHASE,
    KNOWN_START,
    MOST_CHANGES,
    MOVED,
    POOLED,
    UNSERVED,
    VERSION,
    desk_of,
    memory_of,
    places_of,
    pooled_of,
    standing_of,
)

HOT, COLD = 25 * MINUTE, MINUTE
"""Temperatures in seconds of driving for a city of `USUAL_JOBS`."""

USUAL_JOBS = 48
WORTH_KEEPING = 0.03
"""Blocks of plans whose driving is at most so much above the best go into the pool."""

POOL_SIZE = 60_000


class Engine(Protocol):
    """What `solve` needs of a search. Costs are prices of whole plans; lower is better."""

    @property
    def best_cost(self) -> int:
        """Price of the best plan so far."""

    @property
    def iterations(self) -> int:
        """Steps so far."""

    @property
    def temperatures(self) -> tuple[float, float]:
        """Hot and cold, as they suit the problem."""

    def load(self, plan: Plan) -> None:
        """Start from this plan as far as it can be driven."""

    def construct(self) -> None:
        """Put in what is not served: the first complete plan."""

    def search(self, iterations: int, hot: float, cold: float) -> None:
        """So many steps, cooling from hot to cold."""

    def restart(self) -> None:
        """Go on from the best."""

    def best_plan(self) -> Plan:
        """The best plan, start times not polished."""

    def harvest(self) -> Any:
        """Good columns seen since the last harvest; can be pickled."""

    def adopt(self, harvest: Any) -> None:
        """Columns of another process."""

    def recombine(self, effort: Effort, should_stop: Callable[[], bool] = never) -> None:
        """The best plan out of all columns, taken over if it is better."""


class BlockEngine:
    """One search over blocks with its own chance, its best plan and its pool of good blocks."""

    def __init__(self, problem: Problem, seed: int, ground: Ground | None = None) -> None:
        self.ground = ground or Ground(problem)
        self.tables = bench_of(self.ground).tables
        jobs, blocks = len(self.ground.keys), len(self.ground.blocks)
        self.blocks, self._old, self._best = (empty_blocks(self.tables) for _ in range(3))
        self.places = places_of(self.ground)
        self.standing = standing_of(self.places, seed)
        self._best_standing = standing_of(self.places, seed)
        self._memory, self._desk = memory_of(jobs, blocks), desk_of(jobs, blocks)
        self._pooled = pooled_of(self.blocks)
        self.bench = empty_blocks(self.tables)
        self.pool: dict[int, Row] = {}
        self._fresh: dict[int, Row] = {}
        self._clear()
        self._keep()

    # --- figures ------------------------------------------------------------------------------

    @property
    def best_cost(self) -> int:
        """Price of the best plan so far."""
        return int(self._best_standing.sums[COST])

    @property
    def iterations(self) -> int:
        """Steps so far."""
        return int(self.standing.sums[ITERATIONS])

    @property
    def temperatures(self) -> tuple[float, float]:
        """Hot and cold for this many free stops: one stop may wander while another is repaired, so more are cooler."""
        share = min(1.0, USUAL_JOBS / max(1, int(self.places.setting[FREE_JOBS])))
        return HOT * share, max(COLD * share, 5.0)

    # --- plans --------------------------------------------------------------------------------

    def load(self, plan: Plan) -> None:
        """Start from this plan as far as it can be driven; it becomes current and best."""
        self._clear()
        for block in blocks_of(self.ground, plan):
            items = self._loosened(block.items)
            self._put_block(built(self.ground, block.number, items, block.rests, block.start) or block)
        self._insert_missing(plan)
        self._settle()
        self._keep()

    def construct(self) -> None:
        """Put in whatever is not served, the hardest to place first; no stop that stands is moved."""
        if self.ground.keys:
            construct(self.tables, self.blocks, self._old, self.places, self.standing, self._memory, self._desk)
            self._keep_if_best()

    def search(self, iterations: int, hot: float, cold: float) -> None:
        """So many steps, cooling from hot to cold; the pool grows."""
        if iterations <= 0 or self.places.setting[FREE_JOBS] == 0:
            return
        margin = int(WORTH_KEEPING * self._best.cost.sum())
        run(
            self.tables,
            self.blocks,
            self._old,
            self._best,
            self.places,
            self.standing,
            self._best_standing,
            self._memory,
            self._desk,
            self._pooled,
            iterations,
            float(hot),
            float(cold),
            margin,
        )
        self._collect()

    def restart(self) -> None:
        """Go on from the best plan."""
        self._take_blocks(self.best_blocks())

    def best_blocks(self) -> list[Block]:
        """The best plan's blocks that have stops."""
        numbers = np.nonzero(self._best.size)[0].tolist()
        return [block_at(self.ground, self.tables, self._best, b) for b in numbers]

    def best_plan(self) -> Plan:
        """The best plan with every stop at its earliest time."""
        return earliest_plan(self.ground, self.best_blocks())

    def restrict(self, jobs: Iterable[int] | None, blocks: Iterable[int] | None) -> None:
        """Search a part only: take out only these jobs, put them only into these blocks. `None`: all."""
        count = len(self.ground.keys)
        free = sorted(set(jobs)) if jobs is not None else list(range(count))
        self.places.is_free[:] = 0
        self.places.is_free[free] = 1
        self.places.free[: len(free)] = free
        self.places.setting[FREE_JOBS] = len(free)
        self.places.is_closed[:] = 0 if blocks is None else 1
        if blocks is not None:
            self.places.is_closed[sorted(set(blocks))] = 0

    def moved_outside(self) -> int:
        """Changes at stops that are not free now, in the best plan."""
        standing, jobs = self._best_standing, np.nonzero(self.places.is_free == 0)[0].tolist()
        return sum(int(is_moved(self.places, j, standing.home[j], standing.kept[j])) for j in jobs)

    # --- the pool -----------------------------------------------------------------------------

    def harvest(self) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
        """Good blocks since the last harvest, as rows of numbers under their hashes."""
        fresh, self._fresh = self._fresh, {}
        width = self._pooled.rows.shape[1]
        rows = np.array(list(fresh.values()), np.int32).reshape(len(fresh), width)
        return np.array(list(fresh), np.uint64), rows

    def adopt(self, harvest: tuple[NDArray[np.uint64], NDArray[np.int32]]) -> None:
        """Take in the blocks of another process."""
        for code, row in zip(harvest[0].tolist(), harvest[1], strict=True):
            self._pool(code, row)

    def recombine(self, effort: Effort, should_stop: Callable[[], bool] = never) -> None:
        """The best plan out of the pool by CP-SAT, taken over if it is better."""
        incumbent = self.best_blocks()
        rows = expanded(self, incumbent, list(self.pool.values()))
        found = None if should_stop() or not rows else chosen_rows(self, incumbent, rows, effort, should_stop)
        self.restart()
        if found is not None:
            self._take_blocks(found)
            if not self._keep_if_best():
                self.restart()

    def most_even(self, most: int, effort: Effort, should_stop: Callable[[], bool] = never) -> Plan | None:
        """The plan out of the pool with the least difference of work between the teams, at a price of at most `most`.

        Work is counted in shares of a team's hours. Stops that may not be left out are served as in the best plan or
        better, because leaving one out costs more than any `most` allows. None where nothing was found in time.
        """
        incumbent = self.best_blocks()
        rows = expanded(self, incumbent, list(self.pool.values()))
        if should_stop() or not rows:
            return None
        found = chosen_rows(self, incumbent, rows, effort, should_stop, even_at=most)
        return None if found is None else earliest_plan(self.ground, found)

    def _collect(self) -> None:
        """The rows that the search has noted into the pool."""
        count = int(self.standing.sums[POOLED])
        rows = self._pooled.rows[:count].copy()
        for code, row in zip(self._pooled.hashes[:count].tolist(), rows, strict=True):
            if self._pool(code, row):
                self._fresh[code] = row
        self.standing.sums[POOLED] = 0

    def _pool(self, code: int, row: Row) -> bool:
        """Remember a block, those seen last longest; says whether it is new or cheaper than known."""
        known = self.pool.pop(code, None)
        is_better = known is None or row[2] < known[2]
        self.pool[code] = row if known is None or is_better else known
        if len(self.pool) > POOL_SIZE:
            self.pool.pop(next(iter(self.pool)))
        return bool(is_better)

    # --- from blocks to the plan -----------------------------------------------------------------

    def _clear(self) -> None:
        for b in range(len(self.ground.blocks)):
            clear(self.tables, self.blocks, b)
        self.standing.home[:], self.standing.kept[:], self.blocks.pin[:] = -1, 0, FREE

    def _take_blocks(self, blocks: Iterable[Block]) -> None:
        """Make these blocks the current plan."""
        self._clear()
        for block in blocks:
            self._put_block(block)
        self._settle()

    def _put_block(self, block: Block) -> None:
        """Write a block that can be driven."""
        s, b = self.blocks, block.number
        lay(s, b, block.items)
        lay_rests(s, b, block.rests)
        s.hours[b] = block.start, block.end
        derive(self.tables, s, b)

    def _loosened(self, items: tuple[Item, ...]) -> tuple[Item, ...]:
        """Without the pins of stops that may slide: those that stand alone and not where people know them to be."""
        return tuple(item if self._is_fixed(item) else item._replace(pin=FREE) for item in items)

    def _is_fixed(self, item: Item) -> bool:
        job = self.places.jobs[item.job]
        several = self.ground.jobs[item.job].pattern.times_a_week > 1
        return several or bool(job[KNOWN_START] == item.pin and job[KNOWN_PHASE] == item.phase)

    def _insert_missing(self, plan: Plan) -> None:
        """Blocks that could not be driven as a whole: their stops one by one, as far as they fit."""
        t, s, best, way = self.tables, self.blocks, np.zeros(6, np.int64), np.zeros(6, np.int64)
        for b, items in items_of(self.ground, plan).items():
            if s.size[b]:
                continue
            for item in self._loosened(items):
                blocked = blocked_weeks(t, s, self.places, b)
                if cheapest(t, s, b, item.job, 1 << 40, item.phase, item.pin, blocked, best, way):
                    put_in(t, s, b, item.job, int(best[1]), item.phase, int(best[3]), item.pin)

    def _settle(self) -> None:
        """Homes, prices and sums from the blocks; stops that are only partly there are taken out."""
        homes = self._homes()
        lost = {j for j, home in homes.items() if home not in self.ground.homes[j]}
        lost |= self._over_budget(homes, lost)
        while lost:
            fallen = self._drop(lost)
            homes = self._homes()
            lost = {j for j in fallen if j in homes}
        standing, sums, known = self.standing, self.standing.sums, self.places.jobs
        standing.home[:], standing.kept[:] = -1, 0
        for j, home in homes.items():
            standing.home[j] = h = known[j, 0] + self.ground.homes[j].index(home)
            place = (h, self.blocks.phase[j], self.blocks.pin[j])
            standing.kept[j] = place == (known[j, KNOWN_HOME], known[j, KNOWN_PHASE], known[j, KNOWN_START])
        count = range(len(self.ground.keys))
        prices = sum(int(price(self.places, j, standing.home[j], standing.kept[j])) for j in count)
        sums[COST] = int(self.blocks.cost.sum()) + prices
        sums[MOVED] = sum(int(is_moved(self.places, j, standing.home[j], standing.kept[j])) for j in count)
        sums[UNSERVED] = int((standing.home < 0).sum())
        for b in range(len(self.ground.blocks)):
            sums[VERSION] += 1
            standing.version[b] = sums[VERSION]

    def _homes(self) -> dict[int, tuple[int, ...]]:
        homes: dict[int, list[int]] = {}
        for b in range(len(self.ground.blocks)):
            for j in self.blocks.order[b, : self.blocks.size[b]].tolist():
                homes.setdefault(j, []).append(b)
        return {j: tuple(sorted(home, key=lambda b: self.ground.blocks[b].weekday)) for j, home in homes.items()}

    def _over_budget(self, homes: dict[int, tuple[int, ...]], lost: set[int]) -> set[int]:
        """Stops that stand elsewhere than people know, beyond the allowed number."""
        known, limit = self.places.jobs, int(self.places.setting[MOST_CHANGES])
        moved = []
        for j in sorted(set(homes) - lost):
            published = self.ground.keys[j] in self.ground.problem.published
            h = known[j, 0] + self.ground.homes[j].index(homes[j])
            place = (h, self.blocks.phase[j], self.blocks.pin[j])
            if published and place != (known[j, KNOWN_HOME], known[j, KNOWN_PHASE], known[j, KNOWN_START]):
                moved.append(j)
        return set(moved[limit:])

    def _drop(self, jobs: set[int]) -> set[int]:
        """Take jobs out of their blocks; all that fell out with them."""
        t, s, fallen = self.tables, self.blocks, set(jobs)
        marks = np.zeros(len(self.ground.keys), np.int64)
        marks[sorted(jobs)] = 1
        for b in range(len(self.ground.blocks)):
            stops = set(s.order[b, : s.size[b]].tolist())
            if not stops & jobs:
                continue
            take_out(t, s, b, marks)
            if s.size[b] == 0:
                clear(t, s, b)
            elif not derive(t, s, b) and not set_all_rests(t, s, b):
                fallen |= stops
                clear(t, s, b)
        return fallen

    def _keep(self) -> None:
        """The current plan is the best."""
        keep_best(self.blocks, self.standing, self._best, self._best_standing)

    def _keep_if_best(self) -> bool:
        is_best = self.standing.sums[COST] < self.best_cost
        if is_best:
            self._keep()
        self.standing.sums[BEST_COST] = self.best_cost
        return bool(is_best)
