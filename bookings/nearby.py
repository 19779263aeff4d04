"""What the van offers near somebody's home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lotsen.kernel.calendar import local_date
from lotsen.places.travel import beeline
from touring.queries import StopEntry, timetable
from touring.words import distance_words
from volunteers.matching.case import Place

NEAR_METRES = 1500


@dataclass(frozen=True)
class NearStop:
    """A stop with its straight-line distance in metres, rounded to fifty."""

    entry: StopEntry
    metres: int

    @property
    def distance(self) -> str:
        """The distance in words: "500 m", "1,5 km"."""
        return distance_words(self.metres)


def stops_near(point: Place, *, at: datetime, limit: int = 2, within: int = NEAR_METRES) -> list[NearStop]:
    """At most `limit` stops with a coming date within `within` metres, the nearest first."""
    if point is None:
        return []
    near = [
        NearStop(entry, round(beeline(point, entry.point) / 50) * 50)
        for entry in timetable(local_date(at)).entries
        if entry.point is not None and entry.next_date is not None
    ]
    return sorted((one for one in near if one.metres <= within), key=lambda one: one.metres)[:limit]
