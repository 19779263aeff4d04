"""Blocks: one team on one weekday over all weeks of the cycle, the pieces that the search moves.

Blocks meet only in "each stop once", so a plan is a choice of blocks. Stands between `plan` and
`search`, `partition` and `polish`, which all build on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from touring.planning.blocks.block import Block
from touring.planning.blocks.ground import Ground
from touring.planning.plan import Plan
from touring.planning.problem import Placement

__all__ = ["Block", "Ground", "earliest_plan", "plan_of"]


def plan_of(ground: Ground, blocks: Iterable[Block], starts: Callable[[Block], list[int]]) -> Plan:
    """The plan that these blocks are, with start times per item from `starts`."""
    placements: dict[str, Placement] = {}
    for block in blocks:
        hours = ground.blocks[block.number]
        for item, start in zip(block.items, starts(block), strict=True):
            key = ground.keys[item.job]
            days = placements[key].weekdays if key in placements else ()
            placements[key] = Placement(hours.team, tuple(sorted((*days, hours.weekday))), item.phase, start)
    return Plan({key: placements[key] for key in ground.keys if key in placements})


def earliest_plan(ground: Ground, blocks: Iterable[Block]) -> Plan:
    """The plan with every stop at its earliest time."""
    return plan_of(ground, blocks, lambda block: block.earliest)
