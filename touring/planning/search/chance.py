"""Chance for a search: the same numbers for the same seed, whatever the steps between two looks at the clock."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from touring.planning.compiled import compiled


@compiled
def draw(random: NDArray[np.uint64]) -> float:
    """The next number from 0 up to 1 (xorshift64*, Vigna 2016)."""
    x = random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[0] = x
    return np.float64((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def draw_below(random: NDArray[np.uint64], count: int) -> int:
    """The next whole number from 0 up to `count`."""
    return int(draw(random) * count)


@compiled
def mixed(value: int) -> np.uint64:
    """A whole number scattered over 64 bits (splitmix64)."""
    x = np.uint64(value) + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
