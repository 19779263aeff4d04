"""What the address of the board says: week, filter, the stop that is looked at, where it is to go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from touring.queries.board import Filter

LONGEST = 60


def _number(text: str, most: int) -> int | None:
    """A whole number from 0 to `most`, else None."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 and int(text) <= most else None


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of the address, in German as everywhere: an empty one is left out of it."""

    woche: str = ""
    team: str = ""
    tag: str = ""
    bezirk: str = ""
    karte: str = ""
    halt: str = ""

    @classmethod
    def of(cls, data: QueryDict) -> Asked:
        """Reads an address, or the hidden fields of a form."""
        return cls(**{one.name: data.get(one.name, "")[:LONGEST] for one in fields(cls)})

    def filter(self, week: int, cycle_weeks: int) -> Filter:
        """What of the board is shown; `week` (from 0) where the address names none."""
        named = _number(self.woche, cycle_weeks)
        weekday = _number(self.tag, 6)
        return Filter(named - 1 if named else week, self.team, weekday, self.bezirk)

    def map_day(self, known: list[int], wished: int | None) -> int | None:
        """The weekday that the map shows: the named one, the wished one, else the first with a tour."""
        for day in (_number(self.karte, 6), _number(self.tag, 6), wished):
            if day in known:
                return day
        return known[0] if known else None

    def pairs(self, **changes: Any) -> Iterator[tuple[str, str]]:
        """Names and values that are not empty, with changes."""
        changed = replace(self, **{name: str(value) for name, value in changes.items()})
        for one in fields(self):
            if value := getattr(changed, one.name):
                yield one.name, value

    def query(self, **changes: Any) -> str:
        """The part of the address after the path: "?woche=2&team=nord"."""
        return "?" + urlencode(list(self.pairs(**changes)))
