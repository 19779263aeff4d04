"""Arcs laid out by person and day, as `pricing` reads them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from volunteers.matching.assign.arcs import Arcs
from volunteers.matching.assign.flow import most_on_days
from volunteers.matching.assign.pricing import NO_TIME, QUARTERS, Laid
from volunteers.matching.columns import Ints


class Walks:
    """`laid` for the compiled functions, and what its numbers mean: `ids` of the arcs, `places` of person and day."""

    def __init__(self, arcs: Arcs, worth: NDArray[np.bool_] | None = None) -> None:
        """`worth`: between other arcs than these the way is taken for none, which can only make a bound higher."""
        self.arcs = arcs
        self.ids: Ints = np.lexsort((arcs.need, arcs.day, arcs.person))
        person, day = arcs.person[self.ids].astype(np.int64), arcs.day[self.ids].astype(np.int64)
        keys, first = np.unique(person * arcs.days + day, return_index=True)
        self.places = np.stack([keys // arcs.days, keys % arcs.days], axis=1)
        self.number = {(int(p), int(d)): n for n, (p, d) in enumerate(self.places)}
        left = np.maximum(arcs.left, 0).astype(np.int64)
        need = arcs.need[self.ids].astype(np.int64)
        row, width, base, way = self._ways(person, need, len(left), worth)
        self.laid = Laid(
            need=need,
            score=arcs.score[self.ids].astype(np.float64),
            begin=arcs.begin[self.ids].astype(np.int64),
            minutes=arcs.minutes[need].astype(np.int64),
            row=row,
            first=np.append(first, len(need)).astype(np.int64),
            week=arcs.week_of[self.places[:, 1]].astype(np.int64),
            room=np.maximum(most_on_days(arcs, self.places, self._group(first)), 0),
            days=np.searchsorted(self.places[:, 0], np.arange(len(left) + 1)).astype(np.int64),
            left=left,
            load=float(arcs.load),
            width=width,
            base=base,
            way=way,
            next_begin=_next_begins(arcs.bits),
        )

    def _group(self, first: Ints) -> Ints:
        """The row of person and day of each arc, in the arcs' own order."""
        group = np.zeros(len(self.ids), np.int64)
        group[self.ids] = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(self.ids))))
        return group

    def _ways(
        self, person: Ints, need: Ints, people: int, worth: NDArray[np.bool_] | None
    ) -> tuple[Ints, Ints, Ints, NDArray[np.int16]]:
        """Row of each arc; width and beginning of each person's table; and all tables."""
        counted = np.arange(len(need)) if worth is None else np.nonzero(worth[self.ids])[0]
        bounds = np.searchsorted(person[counted], np.arange(people + 1))
        row, width, base = np.full(len(need), -1, np.int64), np.zeros(people, np.int64), np.zeros(people, np.int64)
        tables: list[NDArray[np.int16]] = []
        begins: dict[int, int] = {}
        end = 0
        for one in range(people):
            mine = counted[bounds[one] : bounds[one + 1]]
            if not len(mine):
                continue
            rows, table = self.arcs.ways.table(one, need[mine])
            row[mine], width[one] = rows, len(table)
            base[one] = begins.setdefault(id(table), end)
            if base[one] == end:
                tables.append(table)
                end += table.size
        way = np.concatenate([table.ravel() for table in tables]) if tables else np.zeros(1, np.int16)
        return row, width, base, way


def _next_begins(bits: object) -> Ints:
    table = np.full((len(bits), QUARTERS), NO_TIME, np.int64)  # type: ignore[arg-type]
    for number, one in enumerate(bits):  # type: ignore[var-annotated, arg-type]
        for quarter in range(QUARTERS - 2, -1, -1):
            table[number, quarter] = quarter if one >> quarter & 1 else table[number, quarter + 1]
    return table
