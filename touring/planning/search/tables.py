"""What the search looks up beside the blocks, and the plan it works on, as arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from touring.planning.blocks.ground import FREE, Ground
from touring.planning.blocks.tables import Blocks, Numbers
from touring.planning.problem import Placement

# columns of `Places.jobs`
FIRST_HOME, END_HOME, NEAR_END, LEFT_OUT, IS_KNOWN, KNOWN_HOME, KNOWN_PHASE, KNOWN_START, RANK = range(9)
# places of `Standing.sums`
COST, MOVED, UNSERVED, POOLED, ACCEPTED, VERSION, BEST_COST, ITERATIONS = range(8)
# places of `Desk.spot`
HOME, IS_KEPT, SPOT_PHASE, SPOT_PIN, SPOT_POSITION, SPOT_SIDE, PRICE = range(7)
# places of `Places.setting`
CHANGE, MOST_CHANGES, FREE_JOBS = range(3)
NO_LIMIT = 1 << 40
POOL_ROWS = 8192
SEEN = 1 << 16


class Places(NamedTuple):
    """Where jobs may stand. `homes[h, :home_size[h]]`: blocks of one home; `home_price`: its missed wishes.

    `is_free[j]`, `is_closed[b]`: what the search may touch; `free`: the free jobs. `weights[j]`: what the orders
    of putting back look at.
    """

    jobs: Numbers
    homes: Numbers
    home_size: Numbers
    home_price: Numbers
    near: Numbers
    rivals: Numbers
    weights: NDArray[np.float64]
    is_free: Numbers
    is_closed: Numbers
    free: Numbers
    setting: Numbers


class Standing(NamedTuple):
    """One plan beside its blocks: `home[j]` (-1: not served), `kept[j]` (stands where it is published), sums."""

    home: Numbers
    kept: Numbers
    sums: Numbers
    version: Numbers
    random: NDArray[np.uint64]


class Memory(NamedTuple):
    """Best ways that are still right: per job and block the version of the block, and the way.

    A way is cost, position (-1: there is none below that cost), phase, side.
    """

    version: Numbers
    ways: Numbers


class Desk(NamedTuple):
    """Room to work in: jobs that are out, blocks that were touched, and what they were before."""

    is_out: Numbers
    out: Numbers
    is_touched: Numbers
    touched: Numbers
    keys: NDArray[np.float64]
    old_home: Numbers
    old_kept: Numbers
    old_phase: Numbers
    old_pin: Numbers
    way: Numbers
    best: Numbers
    spot: Numbers
    ways: Numbers
    way_count: Numbers
    way_block: Numbers


class Pooled(NamedTuple):
    """Rows of good blocks since the last harvest, and which were noted lately.

    A row: block, number of stops, cost, begin, finish, the breaks by week and part, then job, phase and pin of each
    stop. `hashes`: of block and contents, whatever the order.
    """

    rows: NDArray[np.int32]
    hashes: NDArray[np.uint64]
    seen: NDArray[np.uint64]
    seen_cost: Numbers


def pooled_of(blocks: Blocks) -> Pooled:
    """Nothing is noted yet."""
    rests = blocks.rests.shape[1] * blocks.rests.shape[2]
    return Pooled(
        np.zeros((POOL_ROWS, 5 + rests + 3 * blocks.order.shape[1]), np.int32),
        np.zeros(POOL_ROWS, np.uint64),
        np.zeros(SEEN, np.uint64),
        np.zeros(SEEN, np.int64),
    )


def places_of(ground: Ground) -> Places:
    """Homes, prices and neighbours of all jobs."""
    problem, count = ground.problem, len(ground.keys)
    homes = [home for row in ground.homes for home in row]
    most = max((len(home) for home in homes), default=1)
    table = np.zeros((max(1, len(homes)), most), np.int64)
    for h, home in enumerate(homes):
        table[h, : len(home)] = home
    prices = [ground.wish_cost(j, home) for j, row in enumerate(ground.homes) for home in row]
    near = [ground.nearest(j) for j in range(count)]
    rivals = np.full((len(ground.blocks), max([1, *map(len, ground.rivals)])), -1, np.int64)
    for b, row in enumerate(ground.rivals):
        rivals[b, : len(row)] = row
    limit = problem.max_changes
    return Places(
        _job_rows(ground),
        table,
        np.array([len(home) for home in homes] or [0], np.int64),
        np.array(prices or [0], np.int64),
        np.array(near, np.int64).reshape(count, -1 if count else 1),
        rivals,
        _weights(ground),
        np.ones(count, np.int64),
        np.zeros(len(ground.blocks), np.int64),
        np.arange(count, dtype=np.int64),
        np.array([ground.change, NO_LIMIT if limit is None else limit, count], np.int64),
    )


def _job_rows(ground: Ground) -> Numbers:
    rows, first = [], 0
    ranks = {level: n for n, level in enumerate(sorted({job.priority for job in ground.jobs}, reverse=True))}
    for j, key in enumerate(ground.keys):
        homes, placed = ground.homes[j], ground.problem.published.get(key)
        is_known = placed is not None and j < len(ground.problem.jobs)
        home, phase, start = _known(ground, j, placed) if placed is not None and is_known else (-1, FREE, FREE)
        known = (int(is_known), home + first if home >= 0 else -1, phase, start)
        end = first + len(homes)
        rows.append((first, end, first + ground.near[j], ground.left_out[j], *known, ranks[ground.jobs[j].priority]))
        first = end
    return np.array(rows, np.int64).reshape(-1, 9)


def _known(ground: Ground, j: int, placed: Placement) -> tuple[int, int, int]:
    """The published place as home, phase and start; -1 where the teams do not work then and there any more."""
    if placed.phase not in ground.phases[j] or placed.start % ground.step or placed.others:
        return -1, FREE, FREE
    home = tuple(ground.block_of.get((placed.team, day), -1) for day in sorted(placed.weekdays))
    return (ground.homes[j].index(home), placed.phase, placed.start) if home in ground.homes[j] else (-1, FREE, FREE)


def _weights(ground: Ground) -> NDArray[np.float64]:
    """Per job: visits times service, homes, visits times distance from a base, visits."""
    base = ground.drive[ground.blocks[0].start_place] if ground.blocks else ()
    rows = []
    for j in range(len(ground.keys)):
        visits = max(map(len, ground.active[j]), default=0) * ground.jobs[j].pattern.times_a_week
        away = base[ground.place[j]] if base else 0
        rows.append((-ground.busy[j] * visits, len(ground.homes[j]), -away * visits, -visits, -ground.busy[j]))
    return np.array(rows, np.float64).reshape(-1, 5)


def standing_of(places: Places, seed: int) -> Standing:
    """A plan that serves nobody."""
    count = len(places.jobs)
    changes = places.jobs[:, IS_KNOWN].sum() * places.setting[CHANGE]
    sums = np.zeros(8, np.int64)
    sums[COST], sums[UNSERVED] = places.jobs[:, LEFT_OUT].sum() + changes, count
    sums[BEST_COST], sums[VERSION] = sums[COST], 1
    start = np.array([(seed * 0x9E3779B97F4A7C15 + 0x1234567) % (1 << 64) or 1], np.uint64)
    return Standing(
        np.full(count, -1, np.int64), np.zeros(count, np.int64), sums, np.ones(len(places.is_closed), np.int64), start
    )


def memory_of(jobs: int, blocks: int) -> Memory:
    """Nothing is remembered yet."""
    return Memory(np.zeros((jobs, blocks), np.int64), np.zeros((jobs, blocks, 4), np.int64))


def desk_of(jobs: int, blocks: int) -> Desk:
    """Room to work in."""

    def numbers(*shape: int) -> Numbers:
        return np.zeros(shape, np.int64)

    return Desk(
        is_out=numbers(jobs),
        out=numbers(jobs + 1),
        is_touched=numbers(blocks),
        touched=numbers(blocks + 1),
        keys=np.zeros(jobs + 1),
        old_home=numbers(jobs),
        old_kept=numbers(jobs),
        old_phase=numbers(jobs),
        old_pin=numbers(jobs),
        way=numbers(6),
        best=numbers(6),
        spot=numbers(32),
        ways=numbers(7, 600, 6),
        way_count=numbers(7),
        way_block=np.full(7, -1, np.int64),
    )
