"""Good blocks that the search has seen, for the partition to choose from."""

from __future__ import annotations

from collections.abc import Iterable

from touring.planning.blocks.block import Block, Item

Content = tuple[int, frozenset[Item]]


class Pool:
    """The cheapest block per content (same stops, phases and pins on the same team-day)."""

    def __init__(self, size: int = 20_000) -> None:
        self.size = size
        self._blocks: dict[Content, Block] = {}

    def add(self, blocks: Iterable[Block]) -> None:
        """Remember blocks; those seen last are kept longest."""
        for block in blocks:
            if not block.items:
                continue
            content = (block.number, frozenset(block.items))
            known = self._blocks.pop(content, None)
            self._blocks[content] = block if known is None or block.cost < known.cost else known
        while len(self._blocks) > self.size:
            self._blocks.pop(next(iter(self._blocks)))

    def recent(self, count: int) -> list[Block]:
        """The blocks seen last, the latest first."""
        blocks = list(self._blocks.values())
        return blocks[: -count - 1 : -1]

    def __len__(self) -> int:
        return len(self._blocks)
