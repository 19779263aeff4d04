"""Blocks as plain values, over the same compiled functions that the search uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from touring.planning.blocks import times, ways
from touring.planning.blocks.ground import FREE, Ground
from touring.planning.blocks.tables import BEGIN, FINISH, LONGEST, Blocks, Tables, empty_blocks, tables_of
from touring.planning.plan import Plan
from touring.planning.problem import Halt, Placement

MOST_WAYS = 2000
SLIDES = 8


class Item(NamedTuple):
    """One stop of a block; `pin` is a start time or `FREE`."""

    job: int
    phase: int
    pin: int = FREE


@dataclass(frozen=True, slots=True)
class Block:
    """One team-day that can be driven.

    `rests`: per week and part of the break, how many visits come before it. `start` to `end`: the hours
    it uses. `earliest`, `latest`: per item its start in every week it is served in. `cost`: driving.
    """

    number: int
    items: tuple[Item, ...]
    rests: tuple[tuple[int, ...], ...]
    start: int
    end: int
    earliest: tuple[tuple[int, ...], ...]
    latest: tuple[tuple[int, ...], ...]
    cost: int


class Way(NamedTuple):
    """One way to take a job in: position, phase, break before (0) or after (1) it, and its span of start times."""

    cost: int
    position: int
    phase: int
    side: int
    first: int
    last: int


class Bench:
    """A plan's worth of arrays to try single blocks in."""

    def __init__(self, ground: Ground) -> None:
        self.tables: Tables = tables_of(ground)
        self.blocks: Blocks = empty_blocks(self.tables)


def bench_of(ground: Ground) -> Bench:
    """The bench that belongs to a ground; made once."""
    bench: Bench | None = getattr(ground, "bench", None)
    if bench is None:
        bench = Bench(ground)
        ground.bench = bench  # type: ignore[attr-defined]
    return bench


def lay(s: Blocks, number: int, items: Iterable[Item]) -> None:
    """Write the stops of a block, in their order; times are not up to date after it."""
    count = 0
    for item in items:
        s.order[number, count] = item.job
        s.phase[item.job], s.pin[item.job] = item.phase, item.pin
        count += 1
    s.size[number] = count


def lay_rests(s: Blocks, number: int, rests: tuple[tuple[int, ...], ...]) -> None:
    """Write where the breaks of a block stand; other blocks may have more parts."""
    s.rests[number] = 0
    for week, parts in enumerate(rests):
        s.rests[number, week, : len(parts)] = parts


def built(
    ground: Ground,
    number: int,
    items: tuple[Item, ...],
    rests: tuple[tuple[int, ...], ...] | None = None,
    start: int | None = None,
) -> Block | None:
    """The block with these stops in this order, or `None` if it cannot be driven.

    Without `rests` every break is set where it fits first; without `start` the hours are slid until all fits.
    """
    bench = bench_of(ground)
    t, s = bench.tables, bench.blocks
    if len(items) + 1 >= s.order.shape[1]:
        return None
    ways.clear(t, s, number)
    lay(s, number, items)
    if rests is not None:
        lay_rests(s, number, rests)
    for begin, finish in _spans(ground, t, number, start):
        s.hours[number, BEGIN], s.hours[number, FINISH] = begin, finish
        if times.derive(t, s, number) if rests is not None else ways.set_all_rests(t, s, number):
            return block_at(ground, t, s, number)
    return None


def _spans(ground: Ground, t: Tables, number: int, start: int | None) -> list[tuple[int, int]]:
    hours = ground.blocks[number]
    longest = int(t.hours[number, LONGEST])
    if start is not None:
        return [(start, min(hours.end, start + longest))]
    free = hours.end - hours.start - longest
    if free <= 0:
        return [(hours.start, hours.end)]
    begins = {hours.start + free * n // SLIDES // ground.step * ground.step for n in range(SLIDES + 1)}
    return [(begin, begin + longest) for begin in sorted(begins)]


def block_at(ground: Ground, t: Tables, s: Blocks, number: int) -> Block:
    """One block of a plan in arrays, as a value."""
    size = int(s.size[number])
    jobs = s.order[number, :size].tolist()
    items = tuple(Item(j, int(s.phase[j]), int(s.pin[j])) for j in jobs)
    served = [len(ground.active[item.job][item.phase]) for item in items]
    early, late = s.early[number, :size].tolist(), s.late[number, :size].tolist()
    parts = len(ground.blocks[number].rests)
    return Block(
        number,
        items,
        tuple(tuple(row[:parts]) for row in s.rests[number].tolist()),
        int(s.hours[number, BEGIN]),
        int(s.hours[number, FINISH]),
        tuple(tuple(row[:count]) for row, count in zip(early, served, strict=True)),
        tuple(tuple(row[:count]) for row, count in zip(late, served, strict=True)),
        int(s.cost[number]),
    )


def ways_in(ground: Ground, block: Block, job: int) -> list[Way]:
    """Every way to take a job into a block, the cheapest first; vehicles of other teams aside."""
    bench = bench_of(ground)
    if built(ground, block.number, block.items, block.rests, block.start) is None:
        return []
    rows = np.zeros((MOST_WAYS, 6), np.int64)
    count = ways.all_ways(bench.tables, bench.blocks, block.number, job, 0, rows)
    return sorted(Way(*row) for row in rows[:count].tolist())


def empty_block(ground: Ground, number: int) -> Block:
    """A team-day without stops."""
    block = built(ground, number, ())
    assert block is not None
    return block


# --- plans ------------------------------------------------------------------------------------------


def items_of(ground: Ground, plan: Plan) -> dict[int, tuple[Item, ...]]:
    """Stops per block in order of time, pinned to their times; what the problem does not know is left out."""
    rows: dict[int, list[tuple[int, Item]]] = {}
    for j in range(len(ground.keys)):
        placed = _placed(ground, j, plan)
        if placed is None or placed.phase not in ground.phases[j]:
            continue
        for day in placed.weekdays:
            b = ground.block_of.get((placed.team, day))
            if b is not None and ground.starts[j][b]:
                rows.setdefault(b, []).append((placed.start, Item(j, placed.phase, placed.start)))
    return {b: tuple(item for _, item in sorted(row)) for b, row in rows.items()}


def _placed(ground: Ground, j: int, plan: Plan) -> Placement | None:
    """Where a job stands; a promised one-off stands where it was promised."""
    if j < len(ground.problem.jobs):
        return plan.placements.get(ground.keys[j])
    promised = ground.one_offs[j - len(ground.problem.jobs)].promised
    assert promised
    return Placement(promised.team, (promised.day.weekday(),), ground.phases[j][0], promised.start)


def blocks_of(ground: Ground, plan: Plan) -> list[Block]:
    """The blocks of a plan with every stop pinned to its time, as far as they can be driven; others are empty."""
    items = items_of(ground, plan)
    found = (built(ground, b, items.get(b, ())) for b in range(len(ground.blocks)))
    return [block or empty_block(ground, b) for b, block in enumerate(found)]


Starts = Callable[[Block], list[tuple[int, ...]] | tuple[tuple[int, ...], ...]]


def plan_of(ground: Ground, blocks: Iterable[Block], starts: Starts) -> Plan:
    """The plan that these blocks are, with `starts` per item and served week; one-off jobs aside."""
    halts: dict[int, list[Halt]] = {}
    phases: dict[int, int] = {}
    days: dict[int, set[int]] = {}
    for block in blocks:
        hours = ground.blocks[block.number]
        for item, times_of in zip(block.items, starts(block), strict=True):
            if item.job >= len(ground.problem.jobs):
                continue
            phases[item.job] = item.phase
            days.setdefault(item.job, set()).add(hours.weekday)
            for week, start in zip(ground.active[item.job][item.phase], times_of, strict=True):
                halts.setdefault(item.job, []).append(Halt(7 * week + hours.weekday, hours.team, start))
    return Plan({ground.keys[j]: _placement(phases[j], days[j], sorted(halts[j])) for j in sorted(halts)})


def _placement(phase: int, days: set[int], halts: list[Halt]) -> Placement:
    first = halts[0]
    others = tuple(halt for halt in halts if halt.start != first.start)
    return Placement(first.team, tuple(sorted(days)), phase, first.start, others)


def earliest_plan(ground: Ground, blocks: Iterable[Block]) -> Plan:
    """The plan with every stop at its earliest time."""
    return plan_of(ground, blocks, lambda block: block.earliest)
