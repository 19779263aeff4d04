"""One block: the order of its stops, and the times that follow over all weeks at once.

A block stores one total order of its stops, a phase per stop and, per week, how many visits come
before the break. Start times are derived: `earliest` by one pass forward and `latest` by one pass
backward, where a stop takes the worst of all weeks it is served in. So "the same time every week"
costs nothing, and neighbours slide by themselves when a stop comes in.

Blocks never change. `Blocks` hands out the same object for the same content, and each block
remembers what it would cost to take in a job; most steps of the search only look up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from touring.planning.blocks.ground import Ground, Hours, Spans

NEVER = 1 << 40
FREE = -1
"""No pin: the start may slide."""


class Item(NamedTuple):
    """One stop of a block; `pin` is a start time or `FREE`."""

    job: int
    phase: int
    pin: int


Gap = tuple[int, int, int, int, int, bool]
"""A place between two visits in one week: origin, free there at; target, due there at; the drive
between them now; does the break lie here? A plain tuple: this is the innermost loop."""


class Way(NamedTuple):
    """One way to take a job in: position, phase, break before (0) or after (1) it, and its span of start times."""

    cost: int
    position: int
    phase: int
    side: int
    first: int
    last: int


class Prospect:
    """The cheapest way to take one job into one block, looked for only as far as somebody asks."""

    __slots__ = ("_ahead", "_cost", "_way")

    def __init__(self, ways: Iterator[Way | int]) -> None:
        self._ahead = ways
        self._cost = -NEVER
        self._way: Way | None = None

    def below(self, limit: int) -> Way | None:
        """The cheapest way if it costs less than `limit`; remembers how far it has looked."""
        while self._way is None and self._cost < limit:
            found = next(self._ahead, NEVER)
            if isinstance(found, int):
                self._cost = found
            else:
                self._way = found
                self._ahead = iter(())
        return self._way if self._way is not None and self._way.cost < limit else None


class Block:
    """One feasible block. `earliest` and `latest` are the start times of `items`; `cost` is driving."""

    __slots__ = ("cost", "earliest", "gaps", "items", "latest", "number", "prospects", "rests")

    def __init__(
        self,
        number: int,
        items: tuple[Item, ...],
        rests: tuple[int, ...],
        earliest: list[int],
        latest: list[int],
        cost: int,
    ) -> None:
        self.number = number
        self.items = items
        self.rests = rests
        self.earliest = earliest
        self.latest = latest
        self.cost = cost
        self.gaps: list[list[Gap]] | None = None
        self.prospects: dict[tuple[int, int, int], Prospect] = {}


def after_break(free: int, leg: int, hours: Hours) -> int:
    """Earliest arrival when the break lies on this leg: drive then rest, or else rest then drive."""
    start = max(free + leg, hours.rest_from)
    if start + hours.rest <= hours.rest_to:
        return start + hours.rest
    start = max(free, hours.rest_from)
    return start + hours.rest + leg if start + hours.rest <= hours.rest_to else NEVER


def before_break(due: int, leg: int, hours: Hours) -> int:
    """Latest departure when the break lies on this leg."""
    start = min(due - leg, hours.rest_to) - hours.rest
    if start >= hours.rest_from:
        return start
    start = min(due, hours.rest_to) - hours.rest
    return start - leg if start >= hours.rest_from else -NEVER


def first_open(spans: Spans, time: int, step: int) -> int:
    """The first allowed start at or after `time`."""
    for first, last in spans:
        if time <= last:
            return first if time <= first else -(-time // step) * step
    return NEVER


def last_open(spans: Spans, time: int, step: int) -> int:
    """The last allowed start at or before `time`."""
    for first, last in reversed(spans):
        if time >= first:
            return last if time >= last else time // step * step
    return -NEVER


def built(ground: Ground, number: int, items: tuple[Item, ...], rests: tuple[int, ...]) -> Block | None:
    """The block with these contents, or `None` if no start times exist for it."""
    forward = _forward(ground, number, items, rests)
    if forward is None:
        return None
    earliest, cost = forward
    latest = _backward(ground, number, items, rests, earliest)
    return None if latest is None else Block(number, items, rests, earliest, latest, cost)


def _forward(
    ground: Ground, number: int, items: tuple[Item, ...], rests: tuple[int, ...]
) -> tuple[list[int], int] | None:
    hours, weeks = ground.blocks[number], ground.weeks
    here, free, count = [hours.start_place] * weeks, [hours.start] * weeks, [0] * weeks
    earliest, cost = [], 0
    for job, phase, pin in items:
        place = ground.place[job]
        legs, drives, active = ground.leg_to[place], ground.drive_to[place], ground.active[job][phase]
        time = 0
        for w in active:
            origin = here[w]
            arrive = after_break(free[w], legs[origin], hours) if count[w] == rests[w] else free[w] + legs[origin]
            cost += drives[origin]
            if arrive > time:
                time = arrive
        time = _opened(ground, number, job, pin, time + ground.setup[job])
        if time >= NEVER:
            return None
        earliest.append(time)
        for w in active:
            here[w], free[w], count[w] = place, time + ground.busy[job], count[w] + 1
    for w in range(weeks):
        if count[w]:
            leg = ground.leg[here[w]][hours.end_place]
            back = after_break(free[w], leg, hours) if count[w] == rests[w] else free[w] + leg
            cost += ground.drive[here[w]][hours.end_place]
            if back > hours.end:
                return None
    return earliest, cost


def _opened(ground: Ground, number: int, job: int, pin: int, time: int) -> int:
    spans = ground.starts[job][number]
    if pin == FREE:
        return first_open(spans, time, ground.step)
    return pin if time <= pin and any(first <= pin <= last for first, last in spans) else NEVER


def _backward(
    ground: Ground, number: int, items: tuple[Item, ...], rests: tuple[int, ...], earliest: list[int]
) -> list[int] | None:
    hours, weeks = ground.blocks[number], ground.weeks
    ahead, due, count = [hours.end_place] * weeks, [hours.end] * weeks, [0] * weeks
    for job, phase, _ in items:
        for w in ground.active[job][phase]:
            count[w] += 1
    latest = [0] * len(items)
    for k in range(len(items) - 1, -1, -1):
        job, phase, pin = items[k]
        legs, active = ground.leg[ground.place[job]], ground.active[job][phase]
        time = NEVER
        for w in active:
            leg = legs[ahead[w]]
            leave = before_break(due[w], leg, hours) if count[w] == rests[w] else due[w] - leg
            time = min(time, leave)
        time -= ground.busy[job]
        if pin != FREE:
            time = pin if time >= pin else -NEVER
        else:
            time = last_open(ground.starts[job][number], time, ground.step)
        if time < earliest[k]:
            return None
        latest[k] = time
        for w in active:
            ahead[w], due[w], count[w] = ground.place[job], time - ground.setup[job], count[w] - 1
    return latest


def gaps_of(ground: Ground, block: Block) -> list[list[Gap]]:
    """Per position (before the first item, ..., after the last) and week: what lies on both sides."""
    if block.gaps is None:
        block.gaps = _gaps(ground, block)
    return block.gaps


def _gaps(ground: Ground, block: Block) -> list[list[Gap]]:
    hours, weeks, items = ground.blocks[block.number], ground.weeks, block.items
    ahead = [[(hours.end_place, hours.end)] * weeks]
    for k in range(len(items) - 1, -1, -1):
        row, job = list(ahead[-1]), items[k].job
        for w in ground.active[job][items[k].phase]:
            row[w] = (ground.place[job], block.latest[k] - ground.setup[job])
        ahead.append(row)
    ahead.reverse()
    empty = [ahead[0][w] == ahead[-1][w] for w in range(weeks)]
    here, free, count = [hours.start_place] * weeks, [hours.start] * weeks, [0] * weeks
    gaps: list[list[Gap]] = []
    for k in range(len(items) + 1):
        if k:
            job, phase, _ = items[k - 1]
            for w in ground.active[job][phase]:
                here[w], free[w], count[w] = ground.place[job], block.earliest[k - 1] + ground.busy[job], count[w] + 1
        gap: list[Gap] = []
        for w, (target, due) in enumerate(ahead[k]):
            drive = 0 if empty[w] else ground.drive[here[w]][target]
            gap.append((here[w], free[w], target, due, drive, count[w] == block.rests[w]))
        gaps.append(gap)
    return gaps
