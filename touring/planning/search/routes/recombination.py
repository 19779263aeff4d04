"""A plan put together out of routes that were seen: the pool as a `Choice` of `partition`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from touring.planning.cpsat import Effort
from touring.planning.partition import Choice, Column, Option, chosen
from touring.planning.search.routes.ground import Ground
from touring.planning.search.routes.pool import Pool, rows_since
from touring.planning.search.routes.words import Routes

MOST_COLUMNS = 12_000


@dataclass(slots=True)
class _Offers:
    """Columns, each with its nodes; the same set of jobs in the same slot once."""

    columns: list[Column] = field(default_factory=list)
    nodes: list[tuple[int, ...]] = field(default_factory=list)
    known: set[tuple[int, tuple[int, ...]]] = field(default_factory=set)

    def add(self, ground: Ground, slot: int, day: int, nodes: tuple[int, ...], cost: int) -> None:
        """One route in one slot."""
        days = ground.first_node.shape[1]
        parts = tuple(sorted(int(ground.node_job[node]) * days + day for node in nodes))
        if (slot, parts) not in self.known:
            self.known.add((slot, parts))
            self.columns.append(Column(slot, parts, cost))
            self.nodes.append(nodes)


def recombined(
    ground: Ground,
    pool: Pool,
    incumbent: Routes,
    costs: Sequence[int],
    effort: Effort,
    should_stop: Callable[[], bool],
) -> tuple[Routes, list[int]] | None:
    """Routes (nodes) by number and options by job, at least as good as the incumbent; `None`: no answer."""
    offers = _Offers()
    for route, nodes in enumerate(incumbent):
        if nodes:
            offers.add(ground, int(ground.route_slot[route]), int(ground.route_day[route]), tuple(nodes), costs[route])
    mine = len(offers.columns)
    _offer_pool(ground, pool, offers)
    choice = Choice(
        columns=tuple(offers.columns),
        options=tuple(_options(ground)),
        left_out=tuple(int(price) for price in ground.absent_price),
        capacity=_capacity(ground),
        incumbent=frozenset(range(mine)),
    )
    found = None if should_stop() else chosen(choice, effort, should_stop)
    if found is None:
        return None
    taken = [(offers.columns[n].slot, offers.nodes[n]) for n in found.columns]
    return _placed(ground, taken), _chosen_options(ground, choice, found.options)


def _capacity(ground: Ground) -> dict[int, int]:
    slots, counts = np.unique(ground.route_slot, return_counts=True)
    return dict(zip(slots.tolist(), counts.tolist(), strict=True))


def _offer_pool(ground: Ground, pool: Pool, offers: _Offers) -> None:
    """Those seen last, each in every slot where it can be driven as it is."""
    rows = rows_since(pool, 0)
    wanted = _wanted_days(ground)
    places: dict[int, list[tuple[int, int]]] = {}
    for route, slot in enumerate(ground.route_slot.tolist()):
        place = (slot, int(ground.route_day[route]))
        known = places.setdefault(int(ground.slot_kind[slot]), [])
        if place not in known:
            known.append(place)
    for row in rows[np.argsort(-pool.seen[rows], kind="stable")]:
        if len(offers.columns) >= MOST_COLUMNS:
            break
        nodes = pool.nodes[row, : pool.length[row]]
        may = _may_drive(ground, nodes, wanted)
        for slot, day in places[int(pool.kind[row])]:
            if may[day]:
                offers.add(ground, slot, day, tuple(nodes.tolist()), int(pool.cost[row]))


def _wanted_days(ground: Ground) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """[job, day]: is the day in one of the job's options?"""
    jobs, days = ground.first_node.shape
    wanted = np.zeros((jobs, days), np.bool_)
    for job in range(jobs):
        bits = int(np.bitwise_or.reduce(ground.option_days[ground.first_option[job] : ground.first_option[job + 1]]))
        wanted[job] = [bits >> day & 1 for day in range(days)]
    return wanted


def _may_drive(
    ground: Ground,
    nodes: np.ndarray[tuple[int], np.dtype[np.int32]],
    wanted: np.ndarray[tuple[int, int], np.dtype[np.bool_]],
) -> list[bool]:
    """By day: are these nodes valid on it?"""
    jobs = ground.node_job[nodes]
    first, count = ground.first_node[jobs], ground.node_count[jobs]
    held = (first <= nodes[:, None]) & (nodes[:, None] < first + count) & wanted[jobs]
    return [bool(day) for day in np.all(held, axis=0)]


def _options(ground: Ground) -> list[Option]:
    days = ground.first_node.shape[1]
    found = []
    for job in range(len(ground.load)):
        for k in range(ground.first_option[job], ground.first_option[job + 1]):
            bits = int(ground.option_days[k])
            parts = tuple(job * days + day for day in range(days) if bits >> day & 1)
            found.append(Option(job, parts, int(ground.option_price[k])))
    return found


def _placed(ground: Ground, taken: list[tuple[int, tuple[int, ...]]]) -> Routes:
    """Chosen routes on the vehicles of their slots."""
    routes: Routes = [[] for _ in ground.route_slot]
    free: dict[int, list[int]] = {}
    for route, slot in enumerate(ground.route_slot.tolist()):
        free.setdefault(slot, []).append(route)
    for slot, nodes in taken:
        routes[free[slot].pop(0)] = list(nodes)
    return routes


def _chosen_options(ground: Ground, choice: Choice, found: Sequence[int]) -> list[int]:
    options = [-1] * len(ground.load)
    for k in found:
        options[choice.options[k].job] = k
    return options
