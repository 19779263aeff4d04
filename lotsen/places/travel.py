"""Travel times as estimates: beeline times factor, and over a bridge where the river lies between.

Pure: points are (latitude, longitude) in WGS84 degrees, results whole seconds and metres.

Where the figures come from: trips of a traffic model of Dresden (car 742, bicycle 213,
bus and tram 372 trips inside the city) and, for walking, a street network. Half of the estimates
are within 9 to 16 % of those times, one in twenty is off by 40 to 50 %: therefore the buffer in
`planned_minutes`, and therefore each value says that it is an estimate.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from lotsen.places.river import DRESDEN_CROSSINGS, LEFT, RIGHT, Bridge, banks_of

Point = tuple[float, float]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

PROVIDER: Final = "estimate"
DATA_VERSION: Final = "beeline-2026-11"
EARTH_RADIUS_M: Final = 6_371_000.0
SAME_PLACE_M: Final = 1.0
UNREACHABLE: Final = 1_000_000_000
WALKING_KMH: Final = 4.5
PARKING_MINUTES: Final = 4
BUFFER_FACTOR: Final = 1.15
BUFFER_MINUTES: Final = 3


class Mode(StrEnum):
    """How somebody travels."""

    CAR = "car"
    BIKE = "bike"
    FOOT = "foot"
    TRANSIT = "transit"


@dataclass(frozen=True, slots=True)
class Factors:
    """minutes = base + per_km * beeline; metres = detour * beeline."""

    base_minutes: float
    minutes_per_km: float
    detour: float
    uses_crossings: bool = True


FACTORS: Final[dict[Mode, Factors]] = {
    Mode.CAR: Factors(2.0, 2.36, 1.45),
    Mode.BIKE: Factors(2.5, 4.8, 1.42),
    Mode.FOOT: Factors(0.0, 60 / WALKING_KMH * 1.33, 1.33),
    Mode.TRANSIT: Factors(13.2, 4.5, 1.42, uses_crossings=False),
}


@dataclass(frozen=True, slots=True)
class Leg:
    """One way between two places. `is_estimate` must be shown as "ca." or "Schätzung"."""

    seconds: int
    metres: int
    provider: str
    data_version: str
    is_estimate: bool = True

    @property
    def minutes(self) -> int:
        """Whole minutes, rounded up."""
        return math.ceil(self.seconds / 60)


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """All ways between sources (rows) and targets (columns); UNREACHABLE where there is none."""

    seconds: Ints
    metres: Ints
    provider: str
    data_version: str
    is_estimate: bool = True

    def leg(self, source: int, target: int) -> Leg:
        """One cell with its origin."""
        seconds, metres = int(self.seconds[source, target]), int(self.metres[source, target])
        return Leg(seconds, metres, self.provider, self.data_version, self.is_estimate)


def beelines(sources: Sequence[Point], targets: Sequence[Point]) -> Floats:
    """Great-circle metres from each source to each target (haversine)."""
    a, b = _radians(sources), _radians(targets)
    lat_a, lat_b = a[:, None, 0], b[None, :, 0]
    half_lat = np.sin((lat_b - lat_a) / 2) ** 2
    half_lon = np.sin((b[None, :, 1] - a[:, None, 1]) / 2) ** 2
    chord = half_lat + np.cos(lat_a) * np.cos(lat_b) * half_lon
    metres: Floats = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0)))
    return metres


def beeline(a: Point, b: Point) -> float:
    """Great-circle metres between two points; for one pair much quicker than `beelines`."""
    lat_a, lon_a, lat_b, lon_b = map(math.radians, (*a, *b))
    half_lat, half_lon = math.sin((lat_b - lat_a) / 2) ** 2, math.sin((lon_b - lon_a) / 2) ** 2
    chord = half_lat + math.cos(lat_a) * math.cos(lat_b) * half_lon
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord)))


def matrix(
    points: Sequence[Point],
    mode: Mode,
    *,
    targets: Sequence[Point] | None = None,
    banks: Sequence[str] | None = None,
    target_banks: Sequence[str] | None = None,
    crossings: Iterable[Bridge] = DRESDEN_CROSSINGS,
    walking_kmh: float = WALKING_KMH,
) -> Matrix:
    """Estimates from each point to each target (default: the points themselves).

    `banks` are the sides of the river by district ("links", "rechts", "" unknown); where unknown,
    the simplified river line decides. Refuses coordinates that are no numbers (ValueError).
    """
    ends = points if targets is None else targets
    straight = beelines(points, ends)
    way = straight
    if FACTORS[mode].uses_crossings and straight.size:
        sides = _sides(points, banks)
        end_sides = sides if targets is None else _sides(ends, target_banks)
        way = _over_the_river(straight, points, ends, sides, end_sides, crossings, mode)
    seconds, metres = _seconds_and_metres(way, straight, mode, walking_kmh)
    return Matrix(seconds, metres, PROVIDER, DATA_VERSION)


def estimate(
    a: Point,
    b: Point,
    mode: Mode,
    *,
    banks: tuple[str, str] = ("", ""),
    crossings: Iterable[Bridge] = DRESDEN_CROSSINGS,
    walking_kmh: float = WALKING_KMH,
) -> Leg:
    """One estimated way, door to door, without parking and buffer."""
    whole = matrix(
        [a],
        mode,
        targets=[b],
        banks=banks[:1],
        target_banks=banks[1:],
        crossings=crossings,
        walking_kmh=walking_kmh,
    )
    return whole.leg(0, 0)


def planned_minutes(seconds: Ints, *, parking_minutes: int = PARKING_MINUTES) -> Ints:
    """Minutes to plan for a drive: 1.15 * (drive + parking) + 3, rounded up; 0 for no drive."""
    drive = seconds / 60.0
    planned = np.ceil(BUFFER_FACTOR * (drive + parking_minutes) + BUFFER_MINUTES - 1e-9)
    minutes: Ints = np.where(seconds == 0, 0.0, planned).astype(np.int64)
    return np.where(seconds >= UNREACHABLE, UNREACHABLE, minutes)


def planned_leg_minutes(leg: Leg, *, parking_minutes: int = PARKING_MINUTES) -> int:
    """`planned_minutes` for one leg."""
    return int(planned_minutes(np.array([leg.seconds]), parking_minutes=parking_minutes)[0])


def walk_minutes(metres: float, *, walking_kmh: float = WALKING_KMH) -> int:
    """Estimated minutes on foot for a beeline in metres, rounded up."""
    return math.ceil(metres * FACTORS[Mode.FOOT].detour / (walking_kmh * 1000 / 60) - 1e-9)


def _radians(points: Sequence[Point]) -> Floats:
    degrees = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    if not np.isfinite(degrees).all() or (np.abs(degrees) > [90.0, 180.0]).any():
        raise ValueError("a point is (latitude, longitude) in degrees")
    return np.radians(degrees)


def _sides(points: Sequence[Point], banks: Sequence[str] | None) -> npt.NDArray[np.bool_]:
    """True where a point lies on the right bank."""
    by_line = banks_of(points)
    if banks is None:
        return by_line
    if len(banks) != len(points):
        raise ValueError("one bank for each point")
    known = np.array([bank in (LEFT, RIGHT) for bank in banks], dtype=bool)
    return np.where(known, np.array([bank == RIGHT for bank in banks], dtype=bool), by_line)


def _over_the_river(
    straight: Floats,
    points: Sequence[Point],
    ends: Sequence[Point],
    sides: npt.NDArray[np.bool_],
    end_sides: npt.NDArray[np.bool_],
    crossings: Iterable[Bridge],
    mode: Mode,
) -> Floats:
    """Beelines, bent over the nearest open bridge where the two ends have different banks."""
    bridges = [bridge.point for bridge in crossings if mode.value in bridge.modes]
    if not bridges or not (sides[:, None] != end_sides[None, :]).any():
        return straight
    to_bridge, from_bridge = beelines(points, bridges), beelines(bridges, ends)
    detour = np.full_like(straight, np.inf)
    for number in range(len(bridges)):
        np.minimum(detour, to_bridge[:, number, None] + from_bridge[None, number], out=detour)
    crossing = sides[:, None] != end_sides[None, :]
    return np.where(crossing, np.maximum(detour, straight), straight)


def _seconds_and_metres(way: Floats, straight: Floats, mode: Mode, walking_kmh: float) -> tuple[Ints, Ints]:
    if not 1.0 <= walking_kmh <= 10.0:
        raise ValueError("walking speed between 1 and 10 km/h")
    factors = FACTORS[mode]
    pace = factors.minutes_per_km * (WALKING_KMH / walking_kmh if mode is Mode.FOOT else 1.0)
    seconds = np.ceil(60 * (factors.base_minutes + pace * way / 1000) - 1e-6)
    metres = np.ceil(factors.detour * way - 1e-6)
    same = straight < SAME_PLACE_M
    return (
        np.where(same, 0.0, seconds).astype(np.int64),
        np.where(same, 0.0, metres).astype(np.int64),
    )
