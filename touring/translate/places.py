"""Places of a problem, each point once, and the ways between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lotsen.places.models import Address
from lotsen.places.queries import travel_matrix
from lotsen.places.travel import UNREACHABLE, Mode, planned_minutes
from touring.planning.problem import (
    Travel,
)

Point = tuple[float, float]


@dataclass(slots=True)
class Places:
    """Numbers the points of a problem, each once."""

    numbers: dict[Point, int] = field(default_factory=dict)

    def number(self, address: Address) -> int:
        """The row of the travel matrices for an address that has a point."""
        point = address.point
        assert point is not None
        return self.numbers.setdefault(point, len(self.numbers))

    def travel(self) -> Travel:
        """Estimated driving between all numbered points, and the planned legs with parking and buffer."""
        points = list(self.numbers)
        seconds = travel_matrix(points, Mode.CAR).seconds
        legs = planned_minutes(seconds)
        legs[seconds < UNREACHABLE] *= 60
        return Travel(drive=_square(seconds), leg=_square(legs))


def _square(matrix: Any) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(int(value) for value in row) for row in matrix)
