"""One need put to many people at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from volunteers.matching.case import Need, Place, Travel
from volunteers.matching.columns import Bools, Ints, People, Times


@dataclass(frozen=True)
class Asked:
    """One need put to many people: those with these `numbers` among `people`, at these times."""

    need: Need
    people: People
    numbers: Ints
    travel: Travel
    metres: Ints
    """From their homes, in the order of `numbers`."""
    times: Times

    def of(self, which: Bools) -> Asked:
        """The same for some of them."""
        return replace(self, numbers=self.numbers[which], metres=self.metres[which])

    @cached_property
    def all(self) -> Bools:
        """True for each of them."""
        return np.ones(len(self.numbers), np.bool_)

    @cached_property
    def promises(self) -> Promises:
        """Their promised visits on days that are asked for."""
        rows, places = self.people.promised
        where = np.full(len(self.people), -1, np.int64)
        where[self.numbers] = np.arange(len(self.numbers))
        kept = np.nonzero((where[rows[:, 0]] >= 0) & np.isin(rows[:, 1], self.times.days.ordinals))[0]
        who = where[rows[kept, 0]]
        return Promises(who, rows[kept], tuple(places[k] for k in kept.tolist()))

    def nowhere(self, conflicts: Bools) -> Bools:
        """`[person, slot]` that are free of these conflicts, `[promised visit, slot]`; only the same day counts."""
        found = np.ones((len(self.numbers), len(self.times.slots)), np.bool_)
        who, rows = self.promises.who, self.promises.rows
        if len(rows):
            conflicts = conflicts & (rows[:, 1, None] == self.times.days.ordinals[self.times.day])
            first = np.nonzero(np.diff(who, prepend=-1))[0]
            found[who[first]] = ~np.logical_or.reduceat(conflicts, first, axis=0)
        return found


@dataclass(frozen=True)
class Promises:
    """Promised visits: whose (place in `Asked.numbers`, in order), rows of `People.promised`, where."""

    who: Ints
    rows: Ints
    places: tuple[Place, ...]

    @property
    def start(self) -> Ints:
        """Minutes after midnight, as a column."""
        return self.rows[:, 2, None]

    @property
    def end(self) -> Ints:
        """Minutes after midnight, as a column."""
        return self.rows[:, 3, None]
