"""The round without hours, as a flow of minimum cost: what no plan can exceed, and a very good start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from volunteers.matching.assign.arcs import QUARTER, Arcs
from volunteers.matching.assign.days import MOST_VISITS
from volunteers.matching.columns import Ints

Floats = NDArray[np.float64]


class Network:
    """Request > person and day > person and week > person, whose load costs more with each visit.

    `pairs`: rows of person and day, `group` the row of each arc, `most` visits that a day could hold if ways took no
    time between them beyond the shortest visit.
    """

    def __init__(self, arcs: Arcs) -> None:
        self.arcs = arcs
        groups, self.group = np.unique(arcs.person.astype(np.int64) * arcs.days + arcs.day, return_inverse=True)
        self.pairs = np.stack([groups // arcs.days, groups % arcs.days], axis=1)
        self.most = most_on_days(arcs, self.pairs, self.group)

    def best(self) -> tuple[Ints, int]:
        """The arcs chosen and what they are worth together; no plan is worth more."""
        return self._solved(self.arcs.score.astype(np.int64), self.arcs.load, self.most)

    def narrowed(self, most: Mapping[tuple[int, int], int]) -> Ints:
        """The arcs chosen with at most so many visits of a person on a day: no bound, but a better start where more
        had been chosen than can be walked."""
        return self._solved(self.arcs.score.astype(np.int64), self.arcs.load, self._room(most))[0]

    def prices(self, most: Mapping[tuple[int, int], int]) -> Floats:
        """What serving each request costs others, with at most so many visits on these days."""
        if not len(self.arcs):
            return np.zeros(len(self.arcs.minutes))
        lines = self._lines(self.arcs.score.astype(np.int64), self.arcs.load, self._room(most))
        return _dear(lines, _flows(lines, len(self.arcs.minutes))[0], len(self.arcs.minutes))

    def most_served(self) -> int:
        """No plan serves more requests."""
        return self._solved(np.ones(len(self.arcs), np.int64), 0, self.most)[1]

    def _room(self, most: Mapping[tuple[int, int], int]) -> Ints:
        pairs = zip(map(tuple, self.pairs.tolist()), self.most.tolist(), strict=True)
        return np.array([min(count, most.get(pair, count)) for pair, count in pairs], np.int64)

    def _solved(self, value: Ints, load: int, most: Ints) -> tuple[Ints, int]:
        if not len(self.arcs):
            return np.zeros(0, np.int64), 0
        taken, cost = _flows(self._lines(value, load, most), len(self.arcs.minutes))
        return np.nonzero(taken[: len(self.arcs)])[0], -cost

    def _lines(self, value: Ints, load: int, most: Ints) -> Lines:
        arcs, pairs = self.arcs, self.pairs
        needs, (people, weeks) = len(arcs.minutes), arcs.left.shape
        day_node = needs + np.arange(len(pairs))
        week_node = needs + len(pairs) + np.arange(people * weeks)
        person_node = week_node[-1] + 1 + np.arange(people)
        source, sink = person_node[-1] + 1, person_node[-1] + 2
        lines: list[tuple[Ints, Ints, Ints, Ints]] = []

        def add(tails: Ints, heads: Ints, room: Ints, cost: Ints) -> None:
            lines.append((tails, heads, room, cost))

        def each(count: int, number: int) -> Ints:
            return np.full(count, number, np.int64)

        add(arcs.need.astype(np.int64), day_node[self.group], each(len(arcs), 1), -value)
        weeks_of = pairs[:, 0] * weeks + arcs.week_of[pairs[:, 1]]
        add(day_node, week_node[weeks_of], most, each(len(pairs), 0))
        add(week_node, np.repeat(person_node, weeks), np.maximum(arcs.left.ravel(), 0), each(people * weeks, 0))
        for k in range(int(np.maximum(arcs.left, 0).sum(axis=1).max(initial=0))):
            add(person_node, each(people, sink), each(people, 1), each(people, k * load))
        add(np.arange(needs), each(needs, sink), each(needs, 1), each(needs, 0))
        add(each(needs, source), np.arange(needs), each(needs, 1), each(needs, 0))
        return Lines(*(np.concatenate(column) for column in zip(*lines, strict=True)))


class Lines(NamedTuple):
    """Lines of the network; the last lead from the source, which is the highest number but one."""

    tail: Ints
    head: Ints
    room: Ints
    cost: Ints


def _flows(lines: Lines, needs: int) -> tuple[Ints, int]:
    """How much flows through each line at least cost, and that cost."""
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(*lines)
    source = int(lines.tail[-1])
    flow.set_nodes_supplies(np.array([source, source + 1]), np.array([needs, -needs]))
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError("a flow with a way round every person always has a solution")
    return flow.flows(np.arange(len(lines.tail))), flow.optimal_cost()


def _dear(lines: Lines, taken: Ints, needs: int) -> Floats:
    """Prices of requests: how much nearer the sink is to them than all of it, by ways on which the flow could change
    (shortest ways by R. Bellman and L. Ford)."""
    source = int(lines.tail[-1])
    inside = lines.tail != source
    more, less = inside & (taken < lines.room), inside & (taken > 0)
    tail = np.concatenate([lines.tail[more], lines.head[less]])
    head = np.concatenate([lines.head[more], lines.tail[less]])
    cost = np.concatenate([lines.cost[more], -lines.cost[less]])
    order = np.argsort(head, kind="stable")
    tail, cost = tail[order], cost[order]
    reached, first = np.unique(head[order], return_index=True)
    far = np.zeros(source + 2, np.int64)
    while True:
        nearer = np.minimum(far[reached], np.minimum.reduceat(far[tail] + cost, first))
        if (nearer == far[reached]).all():
            prices: Floats = np.maximum(0, far[:needs] - far[source + 1]).astype(np.float64)
            return prices
        far[reached] = nearer


def most_on_days(arcs: Arcs, pairs: Ints, group: Ints) -> Ints:
    """For each row of person and day how many visits it could hold if ways took no time."""
    bits, shortest = [0] * len(pairs), np.full(len(pairs), 10**6, np.int64)
    for found in np.unique(group * len(arcs.bits) + arcs.begin).tolist():
        one, number = divmod(found, len(arcs.bits))
        bits[one] |= arcs.bits[number]
    np.minimum.at(shortest, group, arcs.minutes[arcs.need])
    spans = np.array([bit.bit_length() - (bit & -bit).bit_length() for bit in bits], np.int64) * QUARTER
    left = arcs.left[pairs[:, 0], arcs.week_of[pairs[:, 1]]]
    room: Ints = np.minimum(np.minimum(1 + spans // shortest, MOST_VISITS), left)
    return room
