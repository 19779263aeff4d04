"""One person's day: which visits fit into it, and when each begins."""

from __future__ import annotations

from collections.abc import Sequence

from volunteers.matching.assign.arcs import QUARTER, Arcs

MOST_VISITS = 4
"""So many visits of one person on one day are looked at; their orders are tried exactly."""

Begins = tuple[tuple[int, int], ...]
"""Arc and the quarter at which its visit begins, in order of time."""


class DayBook:
    """Remembers which sets of arcs of one person and day can be walked."""

    def __init__(self, arcs: Arcs) -> None:
        self.arcs = arcs
        self.known: dict[tuple[int, ...], Begins | None] = {}

    def begins(self, ids: Sequence[int]) -> Begins | None:
        """When the visits of these arcs begin, each as early as may be; None where no order works.

        For a given order the earliest beginning of each visit is best for all that follow, so that trying every order
        is exact.
        """
        key = tuple(sorted(ids))
        if key not in self.known:
            self.known[key] = self._search(key)
        return self.known[key]

    def _search(self, ids: tuple[int, ...]) -> Begins | None:
        if len(ids) == 1:
            return ((ids[0], _first(self.arcs.begins(ids[0]), 0)),)
        if len(ids) > MOST_VISITS:
            return None
        self.arcs.learn_ways(self.arcs.persons[ids[0]])
        if len(ids) > 2 and any(self.begins(ids[:k] + ids[k + 1 :]) is None for k in range(len(ids))):
            return None
        return self._after((), ids)

    def _after(self, done: Begins, left: tuple[int, ...]) -> Begins | None:
        """The order tried further; with `done` behind it."""
        if not left:
            return done
        arcs, ready = self.arcs, 0
        if done:
            last, begin = done[-1]
            first = arcs.needs[last]
            ready = begin * QUARTER + arcs.lengths[first]
        for k, arc in enumerate(left):
            way = arcs.minutes_between(arc, first, arcs.needs[arc]) if done else 0
            begin = _first(arcs.begins(arc), -(-(ready + way) // QUARTER))
            if begin >= 0 and (found := self._after((*done, (arc, begin)), left[:k] + left[k + 1 :])):
                return found
        return None


def _first(bits: int, ready: int) -> int:
    """The first possible quarter from `ready` on, -1 where there is none."""
    later = bits >> ready
    return ready + (later & -later).bit_length() - 1 if later else -1
