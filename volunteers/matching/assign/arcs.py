"""Which person could take which request on which day, in columns.

A day's possible beginnings are bits: bit q stands for q quarters of an hour after midnight.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from volunteers.matching.assign.ways import Ways
from volunteers.matching.columns import Bools, Ints

QUARTER = 15
SEVERAL = 150
"""A person with more requests than this within reach has the ways between them worked out one by one."""


Column = NDArray[np.int32]


class Columns(NamedTuple):
    """One row an arc, sorted by request: numbers of request, person, day; points; number of its `bits`."""

    need: Column
    person: Column
    day: Column
    score: Column
    begin: Column


class Frame(NamedTuple):
    """What all arcs stand in. `minutes` by request; `left[person, week]` visits; `week_of[day]`; points of one more
    visit (`load`) and of a day later."""

    minutes: Ints
    left: Ints
    week_of: Ints
    load: int
    later_day: int


class Arcs:
    """Flat columns with the frame that they stand in; knows nothing of rules and can be sent to another process."""

    def __init__(self, frame: Frame, columns: Columns, bits: Sequence[int], ways: Ways) -> None:
        self.frame, self.bits, self.ways = frame, bits, ways
        self.minutes, self.left, self.week_of, self.load, self.later_day = frame
        self.need, self.person, self.day, self.score, self.begin = columns
        self.needs, self.persons, self._begins = (_plain(one) for one in (self.need, self.person, self.begin))
        self.lengths: list[int] = self.minutes.tolist()

    def __len__(self) -> int:
        return len(self.need)

    @property
    def days(self) -> int:
        """How many days the round has."""
        return len(self.week_of)

    def begins(self, arc: int) -> int:
        """The quarters at which its visit could begin, as bits."""
        return self.bits[self._begins[arc]]

    def minutes_between(self, arc: int, first: int, second: int) -> int:
        """The way from one request to another for the person of this arc."""
        return self.ways.minutes(self.persons[arc], first, second)

    def learn_ways(self, person: int) -> None:
        """All ways between the requests of a person, once and at once; nothing for whom there are very many."""
        if self.ways.knows(person):
            return
        requests = self._requests_of[person]
        if 2 < len(requests) <= SEVERAL:
            self.ways.learn(person, requests)

    @cached_property
    def _requests_of(self) -> dict[int, list[int]]:
        order = np.argsort(self.person, kind="stable")
        numbers, firsts = np.unique(self.person[order], return_index=True)
        groups = np.split(self.need[order], firsts[1:]) if len(order) else []
        return {int(n): np.unique(group).tolist() for n, group in zip(numbers, groups, strict=True)}

    @cached_property
    def first(self) -> list[int]:
        """Where the arcs of each request begin, and one number more."""
        found: list[int] = np.searchsorted(self.need, np.arange(len(self.minutes) + 1)).tolist()
        return found

    def inside(self, people: Collection[int], requests: Collection[int]) -> Ints:
        """The arcs between some people and some requests."""
        is_theirs, is_meant = _flags(people, len(self.left)), _flags(requests, len(self.minutes))
        return np.nonzero(is_theirs[self.person] & is_meant[self.need])[0]

    def only(self, ids: Ints) -> Arcs:
        """These arcs alone, numbered anew in the same order, with all ways between their requests."""
        columns = Columns(*(column[ids] for column in (self.need, self.person, self.day, self.score, self.begin)))
        used, columns = _renumbered(columns)
        requests = np.unique(columns.need).tolist()
        modes = [self.ways.modes[person] for person in np.unique(columns.person).tolist()]
        return Arcs(self.frame, columns, [self.bits[n] for n in used], self.ways.among(requests, modes))


def _renumbered(columns: Columns) -> tuple[list[int], Columns]:
    used, begin = np.unique(columns.begin, return_inverse=True)
    return used.tolist(), columns._replace(begin=begin.astype(np.int32))


def _flags(numbers: Collection[int], count: int) -> Bools:
    flags = np.zeros(count, np.bool_)
    flags[list(numbers)] = True
    return flags


def _plain(column: Column) -> array[int]:
    """Whole numbers that Python reads one by one without making a row of objects of them."""
    return array("i", column.tobytes())
