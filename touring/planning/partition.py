"""Recombination: CP-SAT picks whole blocks from everything that the search has seen.

Each column is one block with its stops. Every stop is in exactly one chosen column or left out, every
team-day has at most one column. A stop visited on several weekdays needs one column on each of them,
with the same start time. Each good block is also offered on the other team-days where its stops could
be served.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from touring.planning.blocks.block import FREE, Block, Item
from touring.planning.blocks.change import Blocks
from touring.planning.cpsat import Effort, never, solved
from touring.planning.search.pool import Pool
from touring.planning.search.state import Home, State

MOST_COLUMNS = 12_000
Content = tuple[int, frozenset[Item]]
Columns = dict[Content, Block]


def recombined(
    state: State,
    incumbent: list[Block],
    pool: Pool,
    effort: Effort,
    should_stop: Callable[[], bool] = never,
    sources: int = 1200,
) -> dict[int, Block] | None:
    """Blocks of a plan that is at least as good as the incumbent, by number; `None` if there is no answer."""
    used = [block for block in incumbent if block.items]
    columns = _columns(state.library, used, pool.recent(sources), should_stop)
    if should_stop():
        return None
    choice = _Choice(state, columns, {_content(block) for block in used})
    solver = solved(choice.model, effort, should_stop, presolve=False)
    if solver is None:
        return None
    return {columns[key].number: columns[key] for key, chosen in choice.chosen.items() if solver.value(chosen)}


def _content(block: Block) -> Content:
    return block.number, frozenset(block.items)


def _columns(library: Blocks, used: list[Block], seen: list[Block], should_stop: Callable[[], bool]) -> Columns:
    """The incumbent's blocks, the seen ones, and the seen ones on other team-days."""
    columns: Columns = {}
    for block in (*used, *seen):
        _offer(columns, block)
    for block in (*used, *seen):
        if len(columns) >= MOST_COLUMNS or should_stop():
            break
        for other in _moved(library, block):
            _offer(columns, other)
    return columns


def _offer(columns: Columns, block: Block) -> None:
    known = columns.get(_content(block))
    if known is None or block.cost < known.cost:
        columns[_content(block)] = block


def _moved(library: Blocks, block: Block) -> Iterable[Block]:
    """The same stops in the same order on other team-days, without what is pinned."""
    ground = library.ground
    if any(item.pin != FREE for item in block.items):
        return
    for number in range(len(ground.blocks)):
        if number == block.number or not all(ground.starts[item.job][number] for item in block.items):
            continue
        rests = block.rests if ground.blocks[number].rest else library.empty(number).rests
        moved = library.block(number, block.items, rests)
        moved = moved or library.with_other_breaks(library.empty(number), block.items, None)
        if moved:
            yield moved


@dataclass(slots=True)
class _Choice:
    """The model: which columns to take."""

    state: State
    columns: Columns
    incumbent: set[Content]
    model: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    chosen: dict[Content, cp_model.IntVar] = field(default_factory=dict)
    prices: list[tuple[cp_model.IntVar, int]] = field(default_factory=list)
    moved: list[cp_model.IntVar] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Build it."""
        by_block: dict[int, list[cp_model.IntVar]] = {}
        holding: dict[int, list[tuple[Content, Item]]] = {}
        for key, block in self.columns.items():
            chosen = self.chosen[key] = self.model.new_bool_var("")
            self.model.add_hint(chosen, key in self.incumbent)
            by_block.setdefault(block.number, []).append(chosen)
            for item in block.items:
                holding.setdefault(item.job, []).append((key, item))
        for row in by_block.values():
            self.model.add_at_most_one(row)
        once = {key: block.cost for key, block in self.columns.items()}
        for j in range(len(self.state.ground.keys)):
            self._serve(j, holding.get(j, []), once)
        self.prices += [(self.chosen[key], cost) for key, cost in once.items()]
        limit = self.state.ground.problem.max_changes
        if limit is not None and self.moved:
            self.model.add(sum(self.moved) <= limit)
        self.model.minimize(cp_model.LinearExpr.weighted_sum(*map(list, zip(*self.prices, strict=True))))

    def _serve(self, j: int, holding: list[tuple[Content, Item]], once: dict[Content, int]) -> None:
        """Exactly one place, or left out."""
        left_out = self.model.new_bool_var("")
        self.model.add_hint(left_out, not any(key in self.incumbent for key, _ in holding))
        self.prices.append((left_out, self.state.price(j, (), False)))
        if self.state.ground.problem.jobs[j].pattern.times_a_week > 1:
            self.model.add_exactly_one([left_out, *self._several_days(j, holding)])
            return
        for key, item in holding:
            kept = self.state.is_known((key[0],), item)
            once[key] += self.state.price(j, (key[0],), kept)
            if self.state.published[j] and not kept:
                self.moved.append(self.chosen[key])
        self.model.add_exactly_one([left_out, *[self.chosen[key] for key, _ in holding]])

    def _several_days(self, j: int, holding: list[tuple[Content, Item]]) -> list[cp_model.IntVar]:
        """One variable per set of weekdays, phase and start time, tied to the columns of each day."""
        columns: dict[tuple[int, Item], list[cp_model.IntVar]] = {}
        for key, item in holding:
            columns.setdefault((key[0], item), []).append(self.chosen[key])
        places: dict[tuple[int, Item], list[cp_model.IntVar]] = {place: [] for place in columns}
        together = []
        for home in self.state.ground.homes[j]:
            for item in sorted({item for number, item in columns if number == home[0]}):
                if all((number, item) in columns for number in home):
                    pair = self._together(j, home, item)
                    together.append(pair)
                    for number in home:
                        places[number, item].append(pair)
        for place, row in columns.items():
            self.model.add(sum(row) == sum(places[place]))
        return together

    def _together(self, j: int, home: Home, item: Item) -> cp_model.IntVar:
        pair, kept = self.model.new_bool_var(""), self.state.is_known(home, item)
        self.prices.append((pair, self.state.price(j, home, kept)))
        self.model.add_hint(pair, self.state.home[j] == home and self._is_used(home, item))
        if self.state.published[j] and not kept:
            self.moved.append(pair)
        return pair

    def _is_used(self, home: Home, item: Item) -> bool:
        return all(any(number == b and item in items for number, items in self.incumbent) for b in home)
