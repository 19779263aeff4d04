"""Good routes that the search has seen, each set of jobs once, for the recombination to choose from."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from touring.planning.compiled import compiled
from touring.planning.search.routes.ground import Ground, Small, Whole, Words
from touring.planning.search.routes.state import NODE, State

MOST_ROUTES = 1 << 16
MOST_NODES = 1 << 22
FULL = 0.6


class Pool(NamedTuple):
    """An open hash table by kind of slot and set of jobs; `length` 0 is a free row."""

    code: Words
    kind: Small
    length: Small
    cost: Whole
    seen: Whole  # iteration
    nodes: Small  # [row, position]
    filled: Whole  # [1]; how many rows


def empty_pool(longest: int) -> Pool:
    """Room for many routes of at most `longest` visits."""
    size = MOST_ROUTES
    while size * longest > MOST_NODES and size > 1024:
        size //= 2
    return Pool(
        code=np.zeros(size, np.uint64),
        kind=np.zeros(size, np.int32),
        length=np.zeros(size, np.int32),
        cost=np.zeros(size, np.int64),
        seen=np.zeros(size, np.int64),
        nodes=np.zeros((size, longest), np.int32),
        filled=np.zeros(1, np.int64),
    )


@compiled
def remember(pool: Pool, code: int, kind: int, nodes: Whole, cost: int, seen: int) -> None:
    """The route, or a cheaper order of one that is known; a full pool takes no new ones."""
    size = len(pool.code)
    row = np.int64(code & np.uint64(size - 1))
    while pool.length[row] > 0 and pool.code[row] != code:
        row += 1 - size * (row + 1 == size)
    if pool.length[row] == 0:
        if pool.filled[0] >= FULL * size:
            return
        pool.filled[0] += 1
        pool.code[row], pool.kind[row], pool.length[row] = code, kind, len(nodes)
        pool.cost[row] = cost + 1
    if cost < pool.cost[row]:
        pool.cost[row] = cost
        pool.nodes[row, : len(nodes)] = nodes
    pool.seen[row] = max(pool.seen[row], seen)


@compiled
def remember_route(ground: Ground, state: State, pool: Pool, route: int, seen: int) -> None:
    """A route of the plan as it is now."""
    kind = ground.slot_kind[ground.route_slot[route]]
    nodes = state.tour[route, : state.length[route], NODE]
    if len(nodes) > 0:
        remember(pool, code_of(ground, kind, nodes), kind, nodes, state.driven[route], seen)


@compiled
def code_of(ground: Ground, kind: int, nodes: Whole) -> int:
    """One word for a kind of slot and a set of jobs."""
    code = np.uint64(kind + 1) * np.uint64(0x9E3779B97F4A7C15)
    for node in nodes:
        code += ground.job_code[ground.node_job[node]]
    return code  # type: ignore[return-value]  # a word of 64 bits, compiled


@compiled
def remember_harvest(
    ground: Ground, pool: Pool, kinds: Small, lengths: Small, costs: Whole, nodes: Small, seen: int
) -> None:
    """Routes of another process."""
    for number in range(len(kinds)):
        row = nodes[number, : lengths[number]].astype(np.int64)
        remember(pool, code_of(ground, kinds[number], row), kinds[number], row, costs[number], seen)


def rows_since(pool: Pool, seen: int) -> Whole:
    """Numbers of the rows that were seen from this iteration on."""
    return np.flatnonzero((pool.length > 0) & (pool.seen >= seen))


def without_old(pool: Pool, most: int) -> Pool:
    """A pool with the `most` routes seen last."""
    rows = rows_since(pool, 0)
    rows = np.sort(rows[np.argsort(-pool.seen[rows], kind="stable")[:most]])
    fresh = empty_pool(pool.nodes.shape[1])
    for row in rows:
        nodes = pool.nodes[row, : pool.length[row]].astype(np.int64)
        remember(fresh, pool.code[row], pool.kind[row], nodes, pool.cost[row], pool.seen[row])
    return fresh
