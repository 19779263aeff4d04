"""Compiles the pricing of the round, so that nobody waits for it: `python -m volunteers.matching.assign.warm`.

Compiling takes about twenty seconds on a new machine and after a change of the code.
"""

from __future__ import annotations

import numpy as np

from volunteers.matching.assign.arcs import Arcs, Columns, Frame
from volunteers.matching.assign.bound import upper_bound
from volunteers.matching.assign.pricing import better_sets, near_sets
from volunteers.matching.assign.walks import Walks
from volunteers.matching.assign.ways import Ways
from volunteers.matching.case import Place


class _Near:
    """Every way takes five minutes."""

    def metres(self, start: Place, end: Place) -> int:
        return 500

    def minutes(self, mode: str, start: Place, end: Place) -> int:
        return 5


def warm() -> None:
    """Price two requests for one person."""
    requests = np.arange(2, dtype=np.int32)
    zeros = np.zeros(2, np.int32)
    columns = Columns(need=requests, person=zeros, day=zeros, score=zeros + 1000, begin=zeros)
    frame = Frame(np.array([60, 60]), np.array([[4]]), np.array([0]), load=6, later_day=-6)
    walks = Walks(Arcs(frame, columns, [0b1111 << 40], Ways(_Near(), (0, 0), ("foot",))))
    upper_bound(walks, np.zeros(2))
    better_sets(walks.laid, np.zeros(2), np.zeros(1), np.zeros(1))
    near_sets(walks.laid, np.zeros(2), np.zeros(1), np.zeros(1), 1.0, 10)


if __name__ == "__main__":
    warm()
