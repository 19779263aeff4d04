"""Taking jobs into blocks and out of them; every change makes another block."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from touring.planning.blocks.block import (
    FREE,
    NEVER,
    Block,
    Gap,
    Item,
    Prospect,
    Way,
    after_break,
    before_break,
    built,
    first_open,
    gaps_of,
)
from touring.planning.blocks.ground import Ground

KEPT = 30_000
"""Blocks remembered before the memory is cleared; about 9 kB each at 50 stops."""


class Blocks:
    """Hands out blocks of one problem, the same object for the same content."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._known: dict[tuple[int, tuple[Item, ...], tuple[int, ...]], Block | None] = {}

    def block(self, number: int, items: tuple[Item, ...], rests: tuple[int, ...]) -> Block | None:
        """The block with these contents, or `None` if it cannot be driven."""
        key = (number, items, rests)
        if key not in self._known:
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[key] = built(self.ground, number, items, rests)
        return self._known[key]

    def empty(self, number: int) -> Block:
        """A block without stops; its break, if any, stands at the base."""
        rests = (0 if self.ground.blocks[number].rest else -1,) * self.ground.weeks
        block = self.block(number, (), rests)
        assert block is not None
        return block

    def cheapest(self, block: Block, job: int, below: int = NEVER, phase: int = FREE, pin: int = FREE) -> Way | None:
        """The cheapest way to take the job in, if it costs less than `below`."""
        key = (job, phase, pin)
        prospect = block.prospects.get(key)
        if prospect is None:
            prospect = block.prospects[key] = Prospect(ways_in(self.ground, block, job, phase, pin))
        return prospect.below(below)

    def with_job(self, block: Block, job: int, way: Way, pin: int = FREE) -> Block:
        """The block with the job in it, the way that was found."""
        rests = list(block.rests)
        before = _counts(self.ground, block.items[: way.position])
        for w in self.ground.active[job][way.phase]:
            if rests[w] == before[w]:
                rests[w] += way.side
            elif rests[w] > before[w]:
                rests[w] += 1
        items = (*block.items[: way.position], Item(job, way.phase, pin), *block.items[way.position :])
        grown = self.block(block.number, items, tuple(rests))
        assert grown is not None, "a way into a block was promised that is none"
        return grown

    def without_jobs(self, block: Block, jobs: set[int]) -> Block:
        """The block with these jobs taken out.

        Where a detour was shorter than the direct leg, the rest may not fit any more: then the
        breaks are set anew, and if that does not help the block comes back empty.
        """
        rests, count = list(block.rests), [0] * self.ground.weeks
        for job, phase, _ in block.items:
            for w in self.ground.active[job][phase]:
                if job in jobs and count[w] < block.rests[w]:
                    rests[w] -= 1
                count[w] += 1
        kept = tuple(item for item in block.items if item.job not in jobs)
        shrunk = self.block(block.number, kept, tuple(rests))
        return shrunk or self.with_other_breaks(self.empty(block.number), kept, None) or self.empty(block.number)

    def with_other_breaks(self, block: Block, items: tuple[Item, ...], rng: Random | None) -> Block | None:
        """These items with the breaks set anew, week by week: at random, or the first that fits."""
        if not self.ground.blocks[block.number].rest:
            return self.block(block.number, items, block.rests)
        rests = list(block.rests)
        for w in range(self.ground.weeks):
            loose = self.block(block.number, items, (*rests[:w], -1, *rests[w + 1 :]))
            if loose is None and rng is None:
                loose = self.block(block.number, items, (*rests[:w], *[-1] * (self.ground.weeks - w)))
            fitting = self._breaks(loose, w) if loose else []
            if fitting:
                rests[w] = rng.choice(fitting) if rng else fitting[0]
        return self.block(block.number, items, tuple(rests))

    def _breaks(self, block: Block, week: int) -> list[int]:
        """Where in this week a break fits, as the number of visits before it."""
        hours, fitting, count = self.ground.blocks[block.number], [], 0
        gaps = gaps_of(self.ground, block)
        for k, row in enumerate(gaps):
            origin, free, target, due, *_ = row[week]
            active = k == len(block.items) or week in self.ground.active[block.items[k].job][block.items[k].phase]
            if active:
                if after_break(free, self.ground.leg[origin][target], hours) <= due:
                    fitting.append(count)
                count += 1
        return fitting


def ways_in(ground: Ground, block: Block, job: int, phase: int = FREE, pin: int = FREE) -> Iterator[Way | int]:
    """Every way to take a job into a block, the cheapest first.

    Before looking at a place closely it yields what a way there would cost, so that a caller who has
    something cheaper stops early.
    """
    spans = ground.starts[job][block.number]
    if pin != FREE:
        spans = ((pin, pin),) if any(first <= pin <= last for first, last in spans) else ()
    if not spans:
        return
    rows = gaps_of(ground, block)
    for cost, position, p in _costs(ground, rows, job, ground.phases[job] if phase == FREE else (phase,)):
        yield cost
        gaps = [rows[position][w] for w in ground.active[job][p]]
        for side in (0, 1):
            first, last, rests = _span(ground, block.number, job, gaps, side)
            first = first_open(spans, first, ground.step)
            if first <= last:
                yield Way(cost, position, p, side, first, last)
                break
            if not rests:
                break


def all_ways(ground: Ground, block: Block, job: int) -> list[Way]:
    """Every way to take a job into a block, the cheapest first."""
    return [way for way in ways_in(ground, block, job) if isinstance(way, Way)]


def _costs(ground: Ground, rows: list[list[Gap]], job: int, phases: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """Extra driving, position and phase of every place for a job, whether it fits or not; in order."""
    into, out = ground.drive_to[ground.place[job]], ground.drive[ground.place[job]]
    costs = []
    for position, row in enumerate(rows):
        weekly = [into[origin] + out[target] - drive for origin, _, target, _, drive, _ in row]
        for p in phases:
            cost = 0
            for w in ground.active[job][p]:
                cost += weekly[w]
            costs.append((cost, position, p))
    costs.sort()
    return costs


def _span(ground: Ground, number: int, job: int, gaps: list[Gap], side: int) -> tuple[int, int, bool]:
    """Earliest and latest start in these gaps (one per week), and whether a break lies in one of them."""
    legs_to, legs = ground.leg_to[ground.place[job]], ground.leg[ground.place[job]]
    arrive, leave, rests = 0, NEVER, False
    for origin, free, target, due, _, resting in gaps:
        before, after = legs_to[origin], legs[target]
        first, last = free + before, due - after
        if resting:
            rests = True
            if side == 0:
                first = after_break(free, before, ground.blocks[number])
            else:
                last = before_break(due, after, ground.blocks[number])
        if first > arrive:
            arrive = first
        if last < leave:
            leave = last
    return arrive + ground.setup[job], leave - ground.busy[job], rests


def _counts(ground: Ground, items: tuple[Item, ...]) -> list[int]:
    count = [0] * ground.weeks
    for job, phase, _ in items:
        for w in ground.active[job][phase]:
            count[w] += 1
    return count
