"""What no plan can exceed: prices of the requests, made better step by step, and everybody's best plan above them.

The flow knows no hours and the programs of neighbourhoods know no other people; this bound knows both. It is one
whatever the prices are, so that prices may come from anywhere: from a flow, then moved towards requests that too many
want (a subgradient method with the step of B. Polyak).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from volunteers.matching.assign.arcs import Arcs
from volunteers.matching.assign.pricing import best_of_all
from volunteers.matching.assign.walks import Walks
from volunteers.matching.columns import Ints

Prices = NDArray[np.float64]

MARGIN = 60.0
"""Arcs that are worth so much less than the price of their request are priced without ways: nobody will want them."""

GRAIN = 1024.0
"""Prices are whole parts of this, so that sums are exact."""

BEFORE = 0.7
"""So much of the last direction is kept."""

FIRST_LENGTH = 0.05
PATIENCE = 6
SHORTER, LONGER, MOST_LENGTH = 0.6, 1.1, 1.0


def upper_bound(walks: Walks, prices: Prices) -> tuple[int, Ints]:
    """No plan is worth more; and how many want each request at these prices."""
    wanted = np.zeros(len(prices), np.int64)
    return math.floor(best_of_all(walks.laid, _exact(prices), wanted)), wanted


def _exact(prices: Prices) -> Prices:
    return np.round(np.maximum(prices, 0.0) * GRAIN) / GRAIN


class Polishing:
    """Prices that become better, one step at a time. `bound` is the lowest so far, `prices` are those that gave it."""

    def __init__(self, arcs: Arcs, prices: Prices) -> None:
        self.walks = Walks(arcs, arcs.score - prices[arcs.need] > -MARGIN)
        self.length, self.still = FIRST_LENGTH, 0
        self.direction = np.zeros(len(prices))
        self.prices = prices
        self.bound, self.wanted = upper_bound(self.walks, prices)
        self._stand(self.prices, self.bound, self.wanted)

    def _stand(self, prices: Prices, bound: int, wanted: Ints) -> None:
        """Where the next step begins."""
        self.here, self.last, self.slope = prices, bound, wanted - 1.0

    def step(self, value: int) -> None:
        """One more: `value` is that of a plan, below which no bound can fall."""
        before, slope = self.direction, self.slope
        slope[(self.here <= 0) & (slope < 0)] = 0.0
        self.direction = slope + before * (BEFORE * min(1.0, _norm(slope) / max(1e-9, _norm(before))))
        self.direction[(self.here <= 0) & (self.direction < 0)] = 0.0
        square = float((self.direction**2).sum())
        if square:
            size = self.length * max(1.0, self.last - value) / square
            self._try(np.maximum(0.0, self.here + size * self.direction))

    def _try(self, prices: Prices) -> None:
        """Look at these and go on from there; after many that were no better, back to the best and in shorter steps."""
        bound, wanted = upper_bound(self.walks, prices)
        self._stand(prices, bound, wanted)
        if bound < self.bound:
            self.prices, self.bound, self.wanted, self.still = prices, bound, wanted, 0
            self.length = min(MOST_LENGTH, self.length * LONGER)
            return
        self.still += 1
        if self.still >= PATIENCE:
            self.length, self.still = self.length * SHORTER, 0
            self.direction = np.zeros(len(prices))
            self._stand(self.prices, self.bound, self.wanted)


def _norm(direction: NDArray[np.floating[Any]]) -> float:
    return float(np.linalg.norm(direction))
