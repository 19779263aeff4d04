"""A plan of the round under construction: who serves what on which day, always walkable."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np

from volunteers.matching.assign.arcs import Arcs
from volunteers.matching.assign.days import MOST_VISITS, DayBook
from volunteers.matching.columns import Ints

Pattern = tuple[int, ...]
Patterns = Mapping[tuple[int, int], Pattern]
"""Arcs by person and day."""


class Draft:
    """Patterns that keep every limit. `value`: scores of all visits in points, less what load costs."""

    def __init__(self, arcs: Arcs, book: DayBook, patterns: Patterns | None = None) -> None:
        self.arcs, self.book, self.value = arcs, book, 0
        self.patterns: dict[tuple[int, int], Pattern] = {}
        self.served: dict[int, int] = {}
        self.in_week = np.zeros(arcs.left.shape, np.int64)
        self.visits = np.zeros(len(arcs.left), np.int64)
        for pattern in (patterns or {}).values():
            for arc in pattern:
                self.put(arc)

    def place(self, arc: int) -> tuple[int, int]:
        """Person and day."""
        return self.arcs.persons[arc], int(self.arcs.day[arc])

    def gain(self, arc: int) -> int:
        """What one more visit adds."""
        return int(self.arcs.score[arc]) - int(self.visits[self.arcs.persons[arc]]) * self.arcs.load

    def worth_trying(self, r: int) -> list[int]:
        """Arcs of a request that would add something and leave the week's limit kept, the best first."""
        arcs, here = self.arcs, slice(self.arcs.first[r], self.arcs.first[r + 1])
        person, week = arcs.person[here], arcs.week_of[arcs.day[here]]
        gains = arcs.score[here] - self.visits[person] * arcs.load
        able = np.nonzero((gains > 0) & (self.in_week[person, week] < arcs.left[person, week]))[0]
        order: list[int] = (able[np.argsort(-gains[able], kind="stable")] + arcs.first[r]).tolist()
        return order

    def has_room(self, arc: int) -> bool:
        """Whether the request is open and the visit fits into week and day."""
        person, day = place = self.place(arc)
        week = self.arcs.week_of[day]
        if self.arcs.needs[arc] in self.served or self.in_week[person, week] >= self.arcs.left[person, week]:
            return False
        return self.fits(arc, place)

    def fits(self, arc: int, place: tuple[int, int]) -> bool:
        """Whether the visit fits into what is planned for that day."""
        pattern = self.patterns.get(place)
        if pattern is None:
            return True
        return len(pattern) < MOST_VISITS and self.book.begins((*pattern, arc)) is not None

    def put(self, arc: int) -> None:
        """Take a visit in; ask `has_room` first."""
        person, day = place = self.place(arc)
        self.value += self.gain(arc)
        self.patterns[place] = tuple(sorted((*self.patterns.get(place, ()), arc)))
        self.served[self.arcs.needs[arc]] = arc
        self.in_week[person, self.arcs.week_of[day]] += 1
        self.visits[person] += 1

    def drop(self, arc: int) -> None:
        """Take a visit out."""
        person, day = place = self.place(arc)
        left = tuple(one for one in self.patterns[place] if one != arc)
        if left:
            self.patterns[place] = left
        else:
            del self.patterns[place]
        del self.served[self.arcs.needs[arc]]
        self.in_week[person, self.arcs.week_of[day]] -= 1
        self.visits[person] -= 1
        self.value -= self.gain(arc)


def walkable(arcs: Arcs, book: DayBook, chosen: Ints) -> tuple[Draft, dict[tuple[int, int], int]]:
    """The flow made walkable: of each day the best visits that fit; `insert` finds room for the others.

    With it how many could be walked of each day for which the flow had chosen too many.
    """
    draft, narrow = Draft(arcs, book), {}
    days: dict[tuple[int, int], list[int]] = {}
    for arc in chosen.tolist():
        days.setdefault(draft.place(arc), []).append(arc)
    for place, ids in days.items():
        kept = _best_walkable(arcs, book, ids)
        for arc in kept:
            draft.put(arc)
        if len(kept) < len(ids):
            narrow[place] = len(kept)
    return draft, narrow


def _best_walkable(arcs: Arcs, book: DayBook, ids: list[int]) -> Pattern:
    for size in range(min(len(ids), MOST_VISITS), 0, -1):
        sets = sorted(combinations(sorted(ids), size), key=lambda one: -int(arcs.score[list(one)].sum()))
        for one in sets:
            if book.begins(one) is not None:
                return one
    return ()


def insert(draft: Draft) -> int:
    """Serve who is left out, the most valuable first: at a free place, else by moving one other visit. How many."""
    arcs, first = draft.arcs, draft.arcs.first
    left = [r for r in range(len(arcs.minutes)) if r not in draft.served and first[r] < first[r + 1]]
    left.sort(key=lambda r: (-int(arcs.score[first[r] : first[r + 1]].max()), r))
    return sum(_serve(draft, r) for r in left)


def _serve(draft: Draft, r: int) -> bool:
    order = draft.worth_trying(r)
    for arc in order:
        if draft.fits(arc, draft.place(arc)):
            draft.put(arc)
            return True
    return any(_serve_by_moving(draft, arc) for arc in _at_best_places(draft, r)[:MOVES_TRIED])


MOVES_TRIED = 12


def _at_best_places(draft: Draft, r: int) -> list[int]:
    """Arcs of a request whose place is taken by others, the most valuable first."""
    first = draft.arcs.first
    ids = [arc for arc in range(first[r], first[r + 1]) if draft.place(arc) in draft.patterns]
    return sorted(ids, key=lambda arc: (-draft.gain(arc), arc))


def _serve_by_moving(draft: Draft, arc: int) -> bool:
    """Make room on that day by moving one of its visits to another place."""
    for other in draft.patterns.get(draft.place(arc), ()):
        before = draft.value
        draft.drop(other)
        if draft.has_room(arc):
            draft.put(arc)
            ways = draft.worth_trying(draft.arcs.needs[other])
            there = next((one for one in ways if draft.fits(one, draft.place(one))), None)
            if there is not None:
                draft.put(there)
                if draft.value > before:
                    return True
                draft.drop(there)
            draft.drop(arc)
        draft.put(other)
    return False
