"""From tours to team-days over all weeks: the best pairs of weeks, then the best pair of pairs.

Stops of every week stand in all tours of a team-day, those of every 2nd week in both tours of a pair of weeks,
those of every 4th week in one tour. So a team-day is found by pairing twice. Relaxed: a stop of every 4th week may
be in both pairs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from touring.planning.compiled import compiled

Whole = NDArray[np.int64]
Real = NDArray[np.float64]


class Weeks(NamedTuple):
    """Sets of tours: what they share with all, what only the other half shares, what is theirs; cost and driving."""

    shared: Whole
    own: Whole
    once: Whole
    cost: Real
    drive: Whole


@compiled
def best_pairs(key: Whole, own: Whole, cost: Real) -> tuple[Whole, Whole]:
    """Per run of equal keys (sorted by cost within): the cheapest two rows whose `own` sets have nothing in common.

    A row may be paired with itself where its own set is empty.
    """
    one, other = np.full(len(key), -1, np.int64), np.full(len(key), -1, np.int64)
    count, first = 0, 0
    while first < len(key):
        last = first
        while last < len(key) and key[last] == key[first]:
            last += 1
        best = 1e18
        for x in range(first, last):
            if 2 * cost[x] >= best:
                break
            for y in range(x, last):
                if cost[x] + cost[y] >= best:
                    break
                if own[x] & own[y] == 0:
                    best = cost[x] + cost[y]
                    one[count], other[count] = x, y
                    break
        if best < 1e18:
            count += 1
        first = last
    return one[:count], other[:count]


def numbered(*columns: Whole) -> Whole:
    """One number per row, the same for equal rows."""
    key = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        _, part = np.unique(column, return_inverse=True)
        key = key * (int(part.max(initial=0)) + 1) + part
    return key


class Blocks(NamedTuple):
    """Team-days, the cheapest first: reduced cost, driving, and the sets of each kind of stops in them."""

    cost: Real
    drive: Whole
    weekly: Whole
    second: tuple[Whole, Whole]
    fourth: tuple[Whole, ...]


def best_blocks(weekly: Whole, second: Whole, fourth: Whole, cost: Real, drive: Whole, weeks: int) -> Blocks:
    """The cheapest team-day for each set of weekly stops, out of these tours (the empty one must be among them)."""
    none = np.zeros(len(cost), np.int64)
    if weeks == 1:
        order = np.argsort(cost, kind="stable")
        return Blocks(cost[order], drive[order], weekly[order], (none, none), (none,))
    if weeks == 2:
        halves, pairs = (weekly, second, cost, drive), (none, none)
    else:
        order = np.lexsort((cost, key := numbered(weekly, second)))
        one, other = best_pairs(key[order], fourth[order], cost[order])
        x, y = order[one], order[other]
        halves = (weekly[x], second[x], cost[x] + cost[y], drive[x] + drive[y])
        pairs = (fourth[x], fourth[y])
    shared, own, half_cost, half_drive = halves
    order = np.lexsort((half_cost, key := numbered(shared)))
    one, other = best_pairs(key[order], own[order], half_cost[order])
    x, y = order[one], order[other]
    total = half_cost[x] + half_cost[y]
    rank = np.argsort(total, kind="stable")
    x, y = x[rank], y[rank]
    return Blocks(
        total[rank],
        half_drive[x] + half_drive[y],
        shared[x],
        (own[x], own[y]),
        (pairs[0][x], pairs[1][x], pairs[0][y], pairs[1][y]),
    )
