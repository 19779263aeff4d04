"""What a round is asked, and what its visits are worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from volunteers.matching.case import Need, Slot, Travel
from volunteers.matching.columns import People


@dataclass(frozen=True, slots=True)
class RoundWeights:
    """Points of one visit: for being served, a day of waiting, a level, a kilometre, somebody known, a day later.

    `load`: the k-th visit of one person costs (k - 1) times this. `kept`: a visit stays with who was told so.
    """

    served: int = 1000
    waiting_day: int = 4
    level: int = 30
    kilometre: int = -8
    known: int = 80
    later_day: int = -6
    load: int = 6
    kept: int = 200


@dataclass(frozen=True)
class Round:
    """The question. `kept`: who and when was told already, by the need's key; it is changed only for a better plan.
    `extra`: points that serving single needs is worth beside `weights`, by their keys (urgent, given back)."""

    needs: tuple[Need, ...]
    people: People
    days: tuple[date, ...]
    travel: Travel
    weights: RoundWeights = RoundWeights()
    kept: Mapping[int, tuple[int, Slot]] = field(default_factory=dict)
    extra: Mapping[int, int] = field(default_factory=dict)
