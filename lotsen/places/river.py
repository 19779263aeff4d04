"""The Elbe in Dresden: its course in a few points, and who may cross it where. Pure.

Simplified by hand to bends that everybody in the city knows. Between Stetzsch and Zschieren the
line stays within 140 m of the border between left- and right-bank districts in the city's open data
(Landeshauptstadt Dresden, dl-de/by-2-0); the bridges are good to about 170 m. `load_geodata` puts
better crossings into the database; this set is what the application starts with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

Point = tuple[float, float]

LEFT: Final = "links"
RIGHT: Final = "rechts"

# Downstream from Pirna to Meißen, (latitude, longitude).
ELBE: Final[tuple[Point, ...]] = (
    (50.936, 14.080),
    (50.964, 13.940),
    (50.982, 13.893),
    (50.990, 13.881),
    (51.000, 13.874),
    (51.008, 13.867),
    (51.013, 13.856),
    (51.020, 13.845),
    (51.026, 13.841),
    (51.032, 13.8385),
    (51.037, 13.828),
    (51.042, 13.819),
    (51.048, 13.815),
    (51.053, 13.810),
    (51.059, 13.805),
    (51.062, 13.797),
    (51.064, 13.785),
    (51.064, 13.775),
    (51.062, 13.765),
    (51.057, 13.754),
    (51.0545, 13.747),
    (51.055, 13.739),
    (51.061, 13.732),
    (51.068, 13.726),
    (51.074, 13.719),
    (51.0765, 13.713),
    (51.075, 13.706),
    (51.070, 13.701),
    (51.065, 13.695),
    (51.064, 13.686),
    (51.067, 13.677),
    (51.077, 13.671),
    (51.086, 13.666),
    (51.091, 13.660),
    (51.097, 13.640),
    (51.100, 13.612),
    (51.120, 13.580),
    (51.135, 13.535),
    (51.163, 13.475),
)
# Closes the line round the north-east: all land on the right bank near the city.
_FAR_NORTH_EAST: Final[tuple[Point, ...]] = (
    (51.60, 13.20),
    (51.60, 14.70),
    (50.90, 14.70),
    (50.90, 14.20),
)

_ALL: Final = frozenset({"car", "bike", "foot", "transit"})
_NO_CAR: Final = frozenset({"bike", "foot", "transit"})


@dataclass(frozen=True, slots=True)
class Bridge:
    """A way over the river and the modes that may take it now. A ferry counts for none."""

    name: str
    latitude: float
    longitude: float
    modes: frozenset[str] = field(default=_ALL)
    is_ferry: bool = False

    @property
    def point(self) -> Point:
        """(latitude, longitude)."""
        return (self.latitude, self.longitude)


# The Carolabrücke fell in September 2024 and is not listed. Ferries wait, stop at night and at
# high water: used without a penalty they made the estimate worse, so they carry no mode.
DRESDEN_CROSSINGS: Final[tuple[Bridge, ...]] = (
    Bridge("Autobahnbrücke A 4", 51.0775, 13.6680, frozenset({"car"})),
    Bridge("Flügelwegbrücke", 51.0643, 13.6900),
    Bridge("Marienbrücke", 51.0608, 13.7323),
    Bridge("Augustusbrücke", 51.0551, 13.7392, _NO_CAR),
    Bridge("Albertbrücke", 51.0571, 13.7545),
    Bridge("Waldschlößchenbrücke", 51.0638, 13.7768),
    Bridge("Loschwitzer Brücke", 51.0532, 13.8100),
    Bridge("Fähre Johannstadt", 51.0620, 13.7660, frozenset(), is_ferry=True),
    Bridge("Fähre Laubegast", 51.0320, 13.8385, frozenset(), is_ferry=True),
    Bridge("Fähre Kleinzschachwitz", 51.0105, 13.8628, frozenset(), is_ferry=True),
)


@cache
def _right_bank() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Begin and end of each edge round the right bank, as (latitude, longitude) rows."""
    ring = np.array([*ELBE, *_FAR_NORTH_EAST], dtype=np.float64)
    return ring, np.roll(ring, -1, axis=0)


def banks_of(points: Sequence[Point]) -> npt.NDArray[np.bool_]:
    """True for each point on the right bank, by the simplified line (even-odd rule)."""
    degrees = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    begin, end = _right_bank()
    latitude, longitude = degrees[:, 0, None], degrees[:, 1, None]
    spans = (begin[:, 0] > latitude) != (end[:, 0] > latitude)
    rise = np.where(end[:, 0] == begin[:, 0], 1.0, end[:, 0] - begin[:, 0])
    at = begin[:, 1] + (latitude - begin[:, 0]) * (end[:, 1] - begin[:, 1]) / rise
    hits = np.count_nonzero(spans & (longitude < at), axis=1)
    right: npt.NDArray[np.bool_] = hits % 2 == 1
    return right


def bank_of(point: Point) -> str:
    """LEFT or RIGHT for one point, by the simplified line."""
    return RIGHT if bool(banks_of([point])[0]) else LEFT
