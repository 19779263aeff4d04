"""Ways between requests, by each person's own means: learnt when somebody's day needs them, kept small."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from volunteers.matching.case import Place, Travel
from volunteers.matching.columns import Ints, minutes_table

Table = tuple[Mapping[int, int], "array[int]"]
"""Row of each request, and the minutes row by row."""


class Ways:
    """Minutes between requests (by their numbers), for each way of going about."""

    def __init__(self, travel: Travel | None, places: Sequence[Place], modes: Sequence[str]) -> None:
        self.travel, self.places, self.modes = travel, places, modes
        self._of_person: dict[int, Table] = {}
        self._of_mode: dict[str, Table] = {}
        self._pairs: dict[tuple[str, int, int], int] = {}
        self._tables: dict[str, NDArray[np.int16]] = {}
        self._rows: dict[str, Ints] = {}

    def minutes(self, person: int, first: int, second: int) -> int:
        """From one request to another."""
        table = self._of_person.get(person) or self._of_mode.get(self.modes[person])
        if table is not None:
            row, minutes = table
            return minutes[row[first] * len(row) + row[second]]
        way = (self.modes[person], first, second)
        if way not in self._pairs:
            assert self.travel is not None
            self._pairs[way] = self.travel.minutes(way[0], self.places[first], self.places[second])
        return self._pairs[way]

    def knows(self, person: int) -> bool:
        """Whether the ways of this person are worked out already."""
        return person in self._of_person or self.modes[person] in self._of_mode

    def learn(self, person: int, requests: Sequence[int]) -> None:
        """All ways between the requests that this person could go to, at once."""
        if not self.knows(person):
            self._of_person[person] = self._among(self.modes[person], requests)

    def among(self, requests: Sequence[int], modes: Sequence[str]) -> Ways:
        """Everything about some requests, in a form that another process can read without knowing of travel."""
        known = Ways(None, (), self.modes)
        known._of_mode = {mode: self._among(mode, requests) for mode in dict.fromkeys(modes)}
        return known

    def table(self, person: int, requests: Ints) -> tuple[Ints, NDArray[np.int16]]:
        """The row of each of these requests, and the minutes from each row to each; people with the same means share a
        table where it is known."""
        mode = self.modes[person]
        if mode in self._of_mode:
            rows, flat = self._of_mode[mode]
            if mode not in self._tables:
                self._tables[mode] = np.frombuffer(flat, np.int16).reshape(len(rows), len(rows))
                self._rows[mode] = np.array(list(rows), np.int64)
            return np.searchsorted(self._rows[mode], requests), self._tables[mode]
        assert self.travel is not None
        different, row = np.unique(requests, return_inverse=True)
        return row, minutes_table(self.travel, mode, [self.places[r] for r in different.tolist()])

    def _among(self, mode: str, requests: Sequence[int]) -> Table:
        assert self.travel is not None
        table = minutes_table(self.travel, mode, [self.places[r] for r in requests])
        return {r: n for n, r in enumerate(requests)}, array("h", table.tobytes())
