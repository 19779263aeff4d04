"""A whole plan as blocks: taking jobs out, putting them back, what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random

from touring.planning.blocks.block import FREE, NEVER, Block, Item, Way, first_open
from touring.planning.blocks.change import Blocks, all_ways
from touring.planning.blocks.ground import Ground
from touring.planning.plan import Plan, routes_of
from touring.planning.problem import Placement, Problem

Home = tuple[int, ...]
Saved = tuple[list[Block], list[Home], list[bool], int, int]
BLINK = 0.02


@dataclass(frozen=True, slots=True)
class Known:
    """Where people know a job to be."""

    home: Home
    phase: int
    start: int


@dataclass(frozen=True, slots=True)
class Spot:
    """A found place for a job: its blocks, a way into each, the pin, and the price in all."""

    home: Home
    ways: tuple[Way, ...]
    pin: int
    kept: bool
    price: int


class State:
    """The plan that the search works on.

    `home[j]`: blocks of a job, empty when it is not served. `kept[j]`: it stands exactly where it is
    published. `cost`: all prices added up.
    """

    def __init__(self, blocks: Blocks) -> None:
        ground = blocks.ground
        self.ground, self.library = ground, blocks
        self.blocks: list[Block] = [blocks.empty(b) for b in range(len(ground.blocks))]
        self.home: list[Home] = [()] * len(ground.keys)
        self.kept = [False] * len(ground.keys)
        self.known = known_places(ground)
        self.published = [key in ground.problem.published for key in ground.keys]
        self.moved = 0
        self.cost = sum(self.price(j, (), False) for j in range(len(ground.keys)))

    def price(self, j: int, home: Home, kept: bool) -> int:
        """What it costs that a job stands there, beside the driving."""
        change = self.ground.change if self.published[j] and not kept else 0
        return change + (self.ground.wish_cost(j, home) if home else self.ground.left_out[j])

    def unserved(self) -> list[int]:
        """Jobs that have no place."""
        return [j for j, home in enumerate(self.home) if not home]

    def take_out(self, jobs: Iterable[int], rng: Random | None = None) -> set[int]:
        """Take jobs out, and whatever cannot stay without them; all that is out now."""
        out: set[int] = set()
        waiting = {j for j in jobs if self.home[j]}
        while waiting:
            out |= waiting
            touched = sorted({b for j in waiting for b in self.home[j]})
            for j in waiting:
                self._set(j, (), False)
            waiting = set()
            for b in touched:
                waiting |= self._empty_of(b, out, rng) - out
        return out

    def _empty_of(self, b: int, jobs: set[int], rng: Random | None) -> set[int]:
        """Take jobs out of one block; more jobs that fell out with them."""
        old = self.blocks[b]
        new = self.library.without_jobs(old, jobs)
        fallen = {item.job for item in old.items} - {item.job for item in new.items}
        if rng is not None and rng.random() < 0.3:
            new = self.library.with_other_breaks(new, new.items, rng) or new
        self.blocks[b] = new
        self.cost += new.cost - old.cost
        return fallen

    def put_in(self, j: int, spot: Spot) -> None:
        """Put a job at a spot that `best_spot` found for this very state."""
        for b, way in zip(spot.home, spot.ways, strict=True):
            old = self.blocks[b]
            self.blocks[b] = self.library.with_job(old, j, way, spot.pin)
            self.cost += self.blocks[b].cost - old.cost
        self._set(j, spot.home, spot.kept)

    def _set(self, j: int, home: Home, kept: bool) -> None:
        self.cost += self.price(j, home, kept) - self.price(j, self.home[j], self.kept[j])
        self.moved += self._is_moved(j, home, kept) - self._is_moved(j, self.home[j], self.kept[j])
        self.home[j], self.kept[j] = home, kept

    def _is_moved(self, j: int, home: Home, kept: bool) -> int:
        return int(self.published[j] and bool(home) and not kept)

    def best_spot(self, j: int, rng: Random | None = None) -> Spot | None:
        """The cheapest place for a job now; with `rng` a few places are overlooked."""
        best = self._known_spot(j)
        limit = self.ground.problem.max_changes
        if self.published[j] and limit is not None and self.moved >= limit:
            return best
        for home in self.ground.homes[j]:
            extra = self.price(j, home, False)
            if (best is not None and extra >= best.price) or (rng is not None and rng.random() < BLINK):
                continue
            spot = self._spot_in(j, home, extra, best.price if best else NEVER)
            if spot is not None and (best is None or spot.price < best.price):
                best = spot
        return best

    def _spot_in(self, j: int, home: Home, extra: int, below: int) -> Spot | None:
        if len(home) > 1:
            return self._joint_spot(j, home, extra)
        way = self.library.cheapest(self.blocks[home[0]], j, below - extra)
        return Spot(home, (way,), FREE, False, way.cost + extra) if way else None

    def _joint_spot(self, j: int, home: Home, extra: int) -> Spot | None:
        """One start time on two weekdays: the cheapest pair of ways whose spans meet in an open time."""
        ground, best = self.ground, None
        spans = ground.common_starts(j, home)
        first, second = (all_ways(ground, self.blocks[b], j) for b in home)
        for one in first:
            for two in second:
                price = one.cost + two.cost + extra
                if one.phase != two.phase or (best is not None and price >= best.price):
                    continue
                start = first_open(spans, max(one.first, two.first), ground.step)
                if start <= min(one.last, two.last):
                    best = Spot(home, (one, two), start, False, price)
        return best

    def _known_spot(self, j: int) -> Spot | None:
        """Exactly where people know it to be, if that is free."""
        known = self.known[j]
        if known is None:
            return None
        found = [self.library.cheapest(self.blocks[b], j, phase=known.phase, pin=known.start) for b in known.home]
        ways = tuple(way for way in found if way)
        price = sum(way.cost for way in ways) + self.price(j, known.home, True)
        return Spot(known.home, ways, known.start, True, price) if len(ways) == len(found) else None

    def load(self, blocks: Mapping[int, Block]) -> None:
        """Replace the whole plan by these blocks; blocks not named are empty."""
        self.blocks = [blocks.get(b) or self.library.empty(b) for b in range(len(self.blocks))]
        homes: list[list[int]] = [[] for _ in self.home]
        items: dict[int, Item] = {}
        for block in self.blocks:
            for item in block.items:
                homes[item.job].append(block.number)
                items[item.job] = item
        self.home = [tuple(home) for home in homes]
        self.kept = [bool(home) and self.is_known(home, items[j]) for j, home in enumerate(self.home)]
        self.moved = sum(self._is_moved(j, home, self.kept[j]) for j, home in enumerate(self.home))
        prices = (self.price(j, home, self.kept[j]) for j, home in enumerate(self.home))
        self.cost = sum(block.cost for block in self.blocks) + sum(prices)

    def is_known(self, home: Home, item: Item) -> bool:
        """Does a job in these blocks stand where people know it to be?"""
        known = self.known[item.job]
        return known is not None and (known.home, known.phase, known.start) == (home, item.phase, item.pin)

    def save(self) -> Saved:
        """Everything that a step may change; blocks themselves never do."""
        return list(self.blocks), list(self.home), list(self.kept), self.moved, self.cost

    def restore(self, saved: Saved) -> None:
        """Back to what was saved."""
        blocks, home, kept, self.moved, self.cost = saved
        self.blocks, self.home, self.kept = list(blocks), list(home), list(kept)


def known_places(ground: Ground) -> list[Known | None]:
    """The published placement per job, where the teams still work then and there."""
    return [_known(ground, j, ground.problem.published.get(key)) for j, key in enumerate(ground.keys)]


def _known(ground: Ground, j: int, placed: Placement | None) -> Known | None:
    if placed is None or placed.phase not in ground.phases[j] or placed.start % ground.step:
        return None
    home = tuple(sorted(ground.block_of.get((placed.team, day), -1) for day in placed.weekdays))
    return Known(home, placed.phase, placed.start) if home in ground.homes[j] else None


def load_plan(state: State, plan: Plan) -> None:
    """Start from a plan as far as it can be driven; blocks that cannot stay empty."""
    ground, problem = state.ground, state.ground.problem
    rests = {b: [*state.library.empty(b).rests] for b in range(len(ground.blocks))}
    for route in routes_of(problem, plan):
        b = ground.block_of[route.team, route.weekday]
        if ground.blocks[b].rest:
            rests[b][route.week] = route.break_after
    found: dict[int, Block] = {}
    for b, items in _items_of(state, problem, plan).items():
        block = state.library.block(b, items, tuple(rests[b]))
        block = block or state.library.with_other_breaks(state.library.empty(b), items, None)
        if block:
            found[b] = block
    state.load(found)
    state.take_out([j for j, home in enumerate(state.home) if home and home not in ground.homes[j]])


def _items_of(state: State, problem: Problem, plan: Plan) -> dict[int, tuple[Item, ...]]:
    """Items per block in order of time; published times and those on several weekdays are pinned."""
    ground, items = state.ground, dict[int, list[tuple[int, Item]]]()
    for j, job in enumerate(problem.jobs):
        placed = plan.placements.get(job.key)
        if placed is None or placed.phase not in ground.phases[j] or placed.start % ground.step:
            continue
        pinned = problem.published.get(job.key) == placed or len(placed.weekdays) > 1
        item = Item(j, placed.phase, placed.start if pinned else FREE)
        for day in placed.weekdays:
            b = ground.block_of.get((placed.team, day))
            if b is not None and ground.starts[j][b]:
                items.setdefault(b, []).append((placed.start, item))
    return {b: tuple(item for _, item in sorted(row)) for b, row in items.items()}
