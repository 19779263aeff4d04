"""Columns for the partition: good blocks that were seen, and the same stops on other team-days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from touring.planning.blocks.tables import Blocks, Tables
from touring.planning.blocks.times import derive
from touring.planning.blocks.values import Block, Item, built
from touring.planning.blocks.ways import clear, set_all_rests
from touring.planning.compiled import compiled, unowned
from touring.planning.cpsat import Effort
from touring.planning.partition import Choice, Column, Even, Option, chosen
from touring.planning.search.spots import price
from touring.planning.search.tables import KNOWN_HOME, KNOWN_PHASE, KNOWN_START, MOST_CHANGES, NO_LIMIT

if TYPE_CHECKING:
    from touring.planning.search.engine import BlockEngine

Row = NDArray[np.int32]
Piece = tuple[int, int, int, int]
"""Job, block, phase, pin."""

HEAD = 5
MOST_COLUMNS = 12_000
SOURCES = 2500


@compiled
def try_elsewhere(t: Tables, s: Blocks, row: Row, number: int, width: int, out: Row) -> bool:
    """The stops of a row on another team-day, the order kept; False where they cannot be driven there."""
    size, at = row[1], HEAD + width
    for k in range(size):
        j = row[at + 3 * k]
        if t.span_count[j, number] == 0:
            return False
    clear(t, s, number)
    for k in range(size):
        j = row[at + 3 * k]
        s.order[number, k] = j
        s.phase[j], s.pin[j] = row[at + 3 * k + 1], row[at + 3 * k + 2]
    s.size[number] = size
    parts = s.rests.shape[2]
    for n in range(width):
        s.rests[number, n // parts, n % parts] = row[HEAD + n]
    if not derive(t, s, number) and not set_all_rests(t, s, number):
        return False
    out[:] = row
    out[0], out[2], out[3], out[4] = number, s.cost[number], s.hours[number, 0], s.hours[number, 1]
    for n in range(width):
        out[HEAD + n] = s.rests[number, n // parts, n % parts]
    return True


@compiled
def expand(t: Tables, s: Blocks, rows: Row, width: int, is_closed: NDArray[np.int64], out: Row) -> int:
    """Every row on every other team-day that is open to the search; how many rows `out` has then."""
    t, s = unowned(t), unowned(s)
    found = 0
    for n in range(len(rows)):
        row, at = rows[n], HEAD + width
        pinned = False
        for k in range(row[1]):
            pinned = pinned or row[at + 3 * k + 2] >= 0
        for number in range(len(s.size)):
            if pinned or is_closed[number] or number == row[0]:
                continue
            if found < len(out) and try_elsewhere(t, s, row, number, width, out[found]):
                found += 1
    return found


def row_of(engine: BlockEngine, block: Block) -> Row:
    """A block as a row."""
    parts = engine.blocks.rests.shape[2]
    width = engine.blocks.rests.shape[1] * parts
    row = np.zeros(HEAD + width + 3 * engine.blocks.order.shape[1], np.int32)
    row[:HEAD] = block.number, len(block.items), block.cost, block.start, block.end
    if block.rests[0]:
        rests = np.zeros(engine.blocks.rests.shape[1:], np.int32)
        rests[:, : len(block.rests[0])] = block.rests
        row[HEAD : HEAD + width] = rests.ravel()
    row[HEAD + width : HEAD + width + 3 * len(block.items)] = np.array(block.items, np.int32).ravel()
    return row


def block_from(engine: BlockEngine, row: Row) -> Block | None:
    """A row as a block."""
    ground = engine.ground
    weeks, parts = engine.blocks.rests.shape[1:]
    values = row.tolist()
    at, number = HEAD + weeks * parts, values[0]
    items = tuple(Item(*values[at + 3 * k : at + 3 * k + 3]) for k in range(values[1]))
    count = len(ground.blocks[number].rests)
    rests = tuple(tuple(values[HEAD + w * parts : HEAD + w * parts + count]) for w in range(weeks))
    return built(ground, number, items, rests, values[3])


def expanded(engine: BlockEngine, incumbent: list[Block], pool: list[Row]) -> list[Row]:
    """The incumbent's blocks, those seen last, and these on other team-days; each set of stops once, the cheapest."""
    is_closed, is_free = engine.places.is_closed, engine.places.is_free
    used = [row_of(engine, block) for block in incumbent if not is_closed[block.number]]
    width = engine.blocks.rests.shape[1] * engine.blocks.rests.shape[2]
    recent = [row for row in pool[: -SOURCES - 1 : -1] if not is_closed[row[0]]]
    if not is_free.all():
        recent = [row for row in recent if is_free[_jobs(row, width)].all()]
    if not used and not recent:
        return []
    sources = np.array([*used, *recent], np.int32)
    out = np.zeros((MOST_COLUMNS, sources.shape[1]), np.int32)
    count = expand(engine.tables, engine.bench, sources, width, is_closed, out)
    return [*used, *recent, *out[:count]]


def _jobs(row: Row, width: int) -> Row:
    return row[HEAD + width : HEAD + width + 3 * int(row[1]) : 3]


def chosen_rows(
    engine: BlockEngine,
    incumbent: list[Block],
    rows: list[Row],
    effort: Effort,
    should_stop: Callable[[], bool],
    *,
    even_at: int | None = None,
) -> list[Block] | None:
    """Blocks of the best plan out of these rows; those that are closed stay as they are.

    `even_at`: of the most even plan instead that costs at most so much.
    """
    stock = _Stock(engine)
    for row in rows:
        stock.add(row)
    choice = stock.choice([row_of(engine, block) for block in incumbent])
    if even_at is not None:
        choice = replace(choice, even=Even(tuple(range(len(stock.teams))), even_at))
    selection = chosen(choice, effort, should_stop)
    if selection is None:
        return None
    closed = [block for block in incumbent if engine.places.is_closed[block.number]]
    found = [block_from(engine, stock.rows[n]) for n in selection.columns]
    return [*closed, *(block for block in found if block)]


@dataclass(slots=True)
class _Stock:
    """Columns, each set of stops once; and the numbers of their pieces."""

    engine: BlockEngine
    rows: list[Row] = field(default_factory=list)
    pieces: dict[Piece, int] = field(default_factory=dict)
    held: list[tuple[int, ...]] = field(default_factory=list)
    known: dict[tuple[int, frozenset[int]], int] = field(default_factory=dict)
    hours: dict[str, int] = field(init=False)
    """Seconds of each team in a cycle."""
    teams: list[str] = field(init=False)

    def __post_init__(self) -> None:
        ground = self.engine.ground
        self.hours = {}
        for block in ground.blocks:
            self.hours[block.team] = self.hours.get(block.team, 0) + (block.end - block.start) * ground.weeks
        self.teams = list(self.hours)

    def add(self, row: Row) -> int:
        """Its number; a cheaper block with the same stops takes the place of a dearer one."""
        key = (int(row[0]), frozenset(self._parts(row)))
        n = self.known.get(key)
        if n is None:
            n = self.known[key] = len(self.rows)
            self.rows.append(row)
            self.held.append(tuple(sorted(key[1])))
        elif row[2] < self.rows[n][2]:
            self.rows[n] = row
        return n

    def choice(self, incumbent: list[Row]) -> Choice:
        """The partition: columns, the ways to serve each job with them, what is chosen now."""
        engine = self.engine
        limit = int(engine.places.setting[MOST_CHANGES])
        fixed = self._moved_elsewhere()
        keys = {n for row in incumbent if (n := self.known.get((int(row[0]), frozenset(self._parts(row))))) is not None}
        is_free = engine.places.is_free
        prices = (price(engine.places, j, -1, 0) if is_free[j] else 0 for j in range(len(engine.ground.keys)))
        return Choice(
            columns=tuple(
                Column(int(row[0]), held, int(row[2]), self._vehicles(row), *self._share(row))
                for row, held in zip(self.rows, self.held, strict=True)
            ),
            options=tuple(self._options()),
            left_out=tuple(map(int, prices)),
            capacity={},
            max_moves=None if limit >= NO_LIMIT else max(0, limit - fixed),
            incumbent=frozenset(keys),
        )

    def _share(self, row: Row) -> tuple[int, int]:
        """Number of the team, and the work of a block in millionths of the team's hours in a cycle."""
        ground, values = self.engine.ground, row.tolist()
        at = HEAD + self.engine.blocks.rests.shape[1] * self.engine.blocks.rests.shape[2]
        block = ground.blocks[values[0]]
        serving = sum(
            (ground.setup[values[n]] + ground.busy[values[n]]) * len(ground.active[values[n]][values[n + 1]])
            for n in range(at, at + 3 * values[1], 3)
        )
        return self.teams.index(block.team), 1_000_000 * (serving + values[2]) // self.hours[block.team]

    def _moved_elsewhere(self) -> int:
        """Changes at stops that are not free now."""
        engine = self.engine
        return 0 if engine.places.is_free.all() else engine.moved_outside()

    def _parts(self, row: Row) -> list[int]:
        values, width = row.tolist(), self.engine.blocks.rests.shape[1] * self.engine.blocks.rests.shape[2]
        at = HEAD + width
        pieces = ((values[n], values[0], values[n + 1], values[n + 2]) for n in range(at, at + 3 * values[1], 3))
        return [self.pieces.setdefault(piece, len(self.pieces)) for piece in pieces]

    def _options(self) -> list[Option]:
        """One per piece; of jobs on several weekdays one per set of days that all have the same phase and time."""
        ground, found = self.engine.ground, []
        several: dict[tuple[int, int, int], dict[int, int]] = {}
        for (j, b, phase, pin), part in self.pieces.items():
            if ground.jobs[j].pattern.times_a_week == 1:
                found.append(self._option(j, (b,), phase, pin, (part,)))
            else:
                several.setdefault((j, phase, pin), {})[b] = part
        for (j, phase, pin), parts in several.items():
            whole = (home for home in ground.homes[j] if all(b in parts for b in home))
            found += [self._option(j, home, phase, pin, tuple(parts[b] for b in home)) for home in whole]
        return found

    def _option(self, j: int, home: tuple[int, ...], phase: int, pin: int, parts: tuple[int, ...]) -> Option:
        places, ground = self.engine.places, self.engine.ground
        h = int(places.jobs[j, 0]) + ground.homes[j].index(home)
        known = tuple(places.jobs[j, [KNOWN_HOME, KNOWN_PHASE, KNOWN_START]].tolist())
        kept = known == (h, phase, pin)
        is_move = bool(ground.keys[j] in ground.problem.published) and not kept
        return Option(j, parts, int(price(places, j, h, int(kept))), is_move)

    def _vehicles(self, row: Row) -> tuple[int, ...]:
        """One group per rival block and week in which this block is out."""
        ground, b = self.engine.ground, int(row[0])
        if not ground.rivals[b]:
            return ()
        values, width = row.tolist(), self.engine.blocks.rests.shape[1] * self.engine.blocks.rests.shape[2]
        at = HEAD + width
        weeks = {w for n in range(at, at + 3 * values[1], 3) for w in ground.active[values[n]][values[n + 1]]}
        pairs = (tuple(sorted((b, r))) for r in ground.rivals[b])
        size = len(ground.blocks)
        return tuple(sorted((x * size + y) * ground.weeks + w for (x, y), w in product(pairs, weeks)))
