"""Reads of places: in which district, what is near, how long from here to there."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

import numpy as np
import shapely
from django.db.models import Count, Max

from lotsen.places import routers, travel
from lotsen.places.models import Bank, Crossing, District, DistrictKind
from lotsen.places.normalise import street_key
from lotsen.places.river import DRESDEN_CROSSINGS, Bridge

Point = tuple[float, float]
Thing = TypeVar("Thing")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DistrictIndex:
    """All outlines in a search tree, as of one state of the table."""

    version: str
    districts: tuple[District, ...]
    shapes: tuple[shapely.Geometry, ...]
    tree: shapely.STRtree


@dataclass(frozen=True, slots=True)
class Near(Generic[Thing]):
    """Something near by. Metres are beeline, minutes an estimate for walking."""

    thing: Thing
    metres: int
    walk_minutes: int
    is_estimate: bool = True


def district_version() -> str:
    """Changes whenever a district changes; for caches and ETags."""
    state = District.objects.aggregate(rows=Count("pk"), last=Max("changed_at"))
    last = state["last"].timestamp() if state["last"] else 0
    return f"{state['rows']}-{last:.6f}"


def district_index() -> DistrictIndex:
    """The districts with outlines, kept in memory until the table changes."""
    return _read_districts(district_version())


@lru_cache(maxsize=1)
def _read_districts(version: str) -> DistrictIndex:
    rows = District.objects.filter(kind=DistrictKind.QUARTER, outline__isnull=False)
    districts = tuple(rows) or tuple(District.objects.filter(kind=DistrictKind.BOROUGH, outline__isnull=False))
    shapes = tuple(shapely.geometry.shape(row.outline) for row in districts)
    return DistrictIndex(version, districts, shapes, shapely.STRtree(list(shapes)))


def districts_of(points: Sequence[Point | None]) -> list[District | None]:
    """The district of each point, or None outside all outlines; one query for all."""
    index = district_index()
    found: list[District | None] = [None] * len(points)
    known = [number for number, point in enumerate(points) if point is not None]
    if not known or not index.districts:
        return found
    spots = shapely.points([(points[n][1], points[n][0]) for n in known])  # type: ignore[index]
    spot_numbers, shape_numbers = index.tree.query(spots, predicate="intersects")
    for spot, shape in zip(spot_numbers[::-1], shape_numbers[::-1], strict=True):
        found[known[spot]] = index.districts[shape]
    return found


def district_of(latitude: float, longitude: float) -> District | None:
    """The district in which a point lies, or None."""
    return districts_of([(latitude, longitude)])[0]


def district_named(name: str) -> District | None:
    """The district with that name, however it is spelt: "Prohlis-Nord", "plauen"."""
    return next(iter(districts_named([name]).values()), None)


def districts_named(names: Iterable[str]) -> dict[str, District]:
    """Districts by the asked names; names without a district are left out."""
    wanted = {street_key(name): name for name in names if street_key(name)}
    if not wanted:
        return {}
    return {
        wanted[street_key(row.name)]: row
        for row in District.objects.filter(label_latitude__isnull=False).order_by("-kind")
        if street_key(row.name) in wanted
    }


def crossings() -> tuple[Bridge, ...]:
    """River crossings from the database; the shipped set where none are loaded."""
    rows = tuple(_bridge(row) for row in Crossing.objects.all())
    return rows or DRESDEN_CROSSINGS


def _bridge(row: Crossing) -> Bridge:
    allowed = {
        "car": row.is_open_for_car,
        "bike": row.is_open_for_bike,
        "foot": row.is_open_for_foot,
        "transit": row.is_open_for_transit,
    }
    modes = frozenset(mode for mode, is_open in allowed.items() if is_open and not row.is_ferry)
    return Bridge(row.name, row.latitude, row.longitude, modes, is_ferry=row.is_ferry)


def travel_matrix(
    points: Sequence[Point],
    mode: travel.Mode,
    *,
    targets: Sequence[Point] | None = None,
    walking_kmh: float = travel.WALKING_KMH,
) -> travel.Matrix:
    """All ways between places: by the configured router, else the estimate.

    A router that fails is logged (without coordinates) and the estimate stands in; the result's
    `provider` and `is_estimate` say which it was. At most five queries whatever the size.
    """
    router = routers.configured()
    if router is not None and mode in router.modes:
        try:
            return router.matrix(points, mode, targets=targets)
        except routers.RouterFailed as failure:
            log.warning("router failed, estimates stand in: %s", failure)
    return estimated_matrix(points, mode, targets=targets, walking_kmh=walking_kmh)


def estimated_matrix(
    points: Sequence[Point],
    mode: travel.Mode,
    *,
    targets: Sequence[Point] | None = None,
    walking_kmh: float = travel.WALKING_KMH,
) -> travel.Matrix:
    """The estimate with the database's crossings and the districts' banks."""
    return travel.matrix(
        points,
        mode,
        targets=targets,
        banks=_banks(points),
        target_banks=None if targets is None else _banks(targets),
        crossings=crossings(),
        walking_kmh=walking_kmh,
    )


def travel_leg(a: Point, b: Point, mode: travel.Mode) -> travel.Leg:
    """One way, by router or estimate."""
    return travel_matrix([a], mode, targets=[b]).leg(0, 0)


def _banks(points: Sequence[Point]) -> list[str]:
    return [str(row.bank) if row else str(Bank.UNKNOWN) for row in districts_of(points)]


def nearest(origin: Point, things: Iterable[tuple[Thing, Point]], *, limit: int = 5) -> list[Near[Thing]]:
    """The things nearest to a point by beeline, each with metres and an estimated walk.

    The walk goes over a bridge where the river lies between; order is by that walk.
    """
    pairs = list(things)
    if not pairs:
        return []
    spots = [point for _thing, point in pairs]
    straight = travel.beelines([origin], spots)[0]
    walk = estimated_matrix([origin], travel.Mode.FOOT, targets=spots)
    order = np.lexsort((straight, walk.seconds[0]))[:limit]
    return [Near(pairs[n][0], round(float(straight[n])), walk.leg(0, int(n)).minutes) for n in order]
