"""Reading a city's geodata files into rows. Pure: a file in, plain rows out, or a sentence that says what is wrong.

Addresses come as `adressen*.csv` (semicolon, comma or tab; UTF-8) or `adressen*.geojson` (points), one row a house.
Headings or properties, in any order and spelling of the list `ADDRESS_NAMES`: street, house number, optional
letter, optional postal code; in CSV also latitude and longitude in WGS84 degrees.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import shapely

from lotsen.places.lookup import ONE_STREET_M
from lotsen.places.models import GSM7, SHORT_NAME_LENGTH
from lotsen.places.normalise import fold, house_number_key, postal_code_key, split_street, street_key
from lotsen.places.travel import beeline

Point = tuple[float, float]

ADDRESS_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "street": ("strasse", "strassenname", "str", "str_name", "street", "addr:street"),
    "number": ("hausnummer", "hausnr", "hnr", "nummer", "house_number", "addr:housenumber"),
    "letter": ("zusatz", "hausnummernzusatz", "hnrz", "adz"),
    "postal_code": ("plz", "postleitzahl", "postal_code", "addr:postcode"),
    "latitude": ("lat", "breite", "latitude"),
    "longitude": ("lon", "laenge", "longitude", "lng"),
}
_STREET_WORDS = r"(?:stra(?:ß|ss)e|str\.|weg|platz|allee|ring|ufer|gasse|markt|steig|winkel|damm|zeile|wiese)"
_STREET_PART = re.compile(rf"^(?P<street>[^\W\d_][^,]*{_STREET_WORDS})(?![^\W\d_])", re.IGNORECASE)
_NOT_A_STREET = re.compile(r"^(?:zw\. .*|.*(?:spiel|bolz|skater|park|stadtteil)platz)$", re.IGNORECASE)


class UnreadableGeodata(Exception):
    """A geodata file that is not what its name says; the text names the file and what is missing."""


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """One area with its outline as GeoJSON geometry."""

    key: str
    name: str
    borough: str
    bank: str
    outline: dict[str, Any]
    label: Point


@dataclass(frozen=True, slots=True)
class HouseRow:
    """One house, or (number "") one street, of a list of addresses."""

    street: str
    number: str
    postal_code: str
    point: Point


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One postal code's centre and the key of the district there."""

    code: str
    point: Point
    district_key: str


@dataclass(frozen=True, slots=True)
class CrossingRow:
    """One way over the river."""

    name: str
    point: Point
    car: bool
    bike: bool
    foot: bool
    transit: bool
    is_ferry: bool
    source: str


def read_districts(path: Path) -> tuple[str, list[DistrictRow]]:
    """Attribution and areas of `stadtteile*.geojson` or `stadtbezirke*.geojson`."""
    document = _geojson(path)
    rows = [_district(path, feature) for feature in document["features"]]
    return str(document.get("attribution", path.name)), rows


def _district(path: Path, feature: Mapping[str, Any]) -> DistrictRow:
    facts, outline = feature["properties"], feature["geometry"]
    if not facts.get("nr") or not facts.get("name"):
        raise UnreadableGeodata(f"{path.name}: einer Fläche fehlt „nr“ oder „name“.")
    shape = shapely.geometry.shape(outline)
    middle = shape.representative_point()
    label = (float(facts.get("label_lat", middle.y)), float(facts.get("label_lon", middle.x)))
    bank = facts.get("ufer") if facts.get("ufer") in ("links", "rechts") else ""
    return DistrictRow(str(facts["nr"]), facts["name"], facts.get("stadtbezirk") or "", str(bank), dict(outline), label)


def short_district_name(name: str) -> str:
    """At most 15 letters that an SMS can carry: "Wilsdruffer Vorstadt/Seevorstadt-West" is "Wilsdruffer V."."""
    short = re.split(r"/|\s\(", name)[0].strip()
    if len(short) > SHORT_NAME_LENGTH:
        short = re.sub(r"Vorstadt$", "V.", short).replace("stadt-", "st.-")
    if len(short) > SHORT_NAME_LENGTH:
        short = short[: SHORT_NAME_LENGTH - 1].rstrip(" -") + "."
    return "".join(letter if re.match(GSM7, letter) else _plain(letter) for letter in short)


def _plain(letter: str) -> str:
    """The nearest letter without accents, in the same case; "" for what is no letter."""
    plain = fold(letter)[:1]
    return plain.upper() if letter.isupper() else plain


def read_postal_codes(path: Path) -> list[CodeRow]:
    """Rows of `plz*.csv`: plz, lat, lon and the district's key where known."""
    return [
        CodeRow(_code(path, line), _point(path, line), line.get("stadtteil_nr_am_schwerpunkt") or "")
        for line in _lines(path)
    ]


def read_crossings(path: Path) -> list[CrossingRow]:
    """Rows of `elbquerungen*.csv`: name, lat, lon, 1 or 0 for auto, rad, fuss, bahn_bus."""
    return [_crossing(path, line) for line in _lines(path) if line.get("name")]


def _crossing(path: Path, line: Mapping[str, str]) -> CrossingRow:
    return CrossingRow(
        name=line["name"],
        point=_point(path, line),
        car=line.get("auto") == "1",
        bike=line.get("rad") == "1",
        foot=line.get("fuss") == "1",
        transit=line.get("bahn_bus") == "1",
        is_ferry="fähre" in line["name"].lower(),
        source=line.get("quelle") or path.name,
    )


def read_houses(path: Path) -> Iterator[HouseRow]:
    """Rows of `adressen*.csv` or `adressen*.geojson`; rows without a street are left out."""
    lines = _points_as_lines(path) if path.suffix == ".geojson" else _lines(path)
    for line in lines:
        facts = _address_facts(line)
        if facts.get("street"):
            number = house_number_key(f"{facts.get('number', '')}{facts.get('letter', '')}")
            code = postal_code_key(facts.get("postal_code", ""))
            yield HouseRow(facts["street"], number, code, _point(path, facts, "latitude", "longitude"))


def read_street_names(path: Path) -> list[HouseRow]:
    """Streets named in a list of places ("Elsternstraße/Langobardenstraße - Spielplatz"), one point each.

    A name that lies at two ends of the city is two streets, and left out.
    """
    found: dict[str, list[HouseRow]] = {}
    for line in _points_as_lines(path):
        for street in streets_in(str(line.get("name", ""))):
            row = HouseRow(street, "", "", (float(line["lat"]), float(line["lon"])))
            found.setdefault(street_key(street), []).append(row)
    return [_middle(rows) for rows in found.values() if _is_one_street(rows)]


def streets_in(name: str) -> list[str]:
    """The street names in a place's name, "Str." written out."""
    streets = []
    for part in re.split(r"\s-\s|[/()]", name):
        found = _STREET_PART.match(split_street(part.strip()).street)
        if found and not _NOT_A_STREET.match(found["street"]):
            street = re.sub(r"(?<=[^\W\d_])str\.$", "straße", found["street"].strip())
            streets.append(re.sub(r"\bStr\.", "Straße", street))
    return streets


def _is_one_street(rows: list[HouseRow]) -> bool:
    return all(beeline(rows[0].point, row.point) <= ONE_STREET_M for row in rows)


def _middle(rows: list[HouseRow]) -> HouseRow:
    """The row nearest to the mean of all, so that the point is a real one."""
    mean = (sum(row.point[0] for row in rows) / len(rows), sum(row.point[1] for row in rows) / len(rows))
    return min(rows, key=lambda row: (beeline(row.point, mean), row.point))


def _address_facts(line: Mapping[str, Any]) -> dict[str, str]:
    folded = {fold(str(name)).strip(): value for name, value in line.items()}
    facts = {}
    for fact, names in ADDRESS_NAMES.items():
        value = next((folded[name] for name in names if folded.get(name) not in (None, "")), "")
        facts[fact] = str(value).strip()
    return facts


def _geojson(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise UnreadableGeodata(f"{path.name}: kein gültiges GeoJSON.") from error
    if not isinstance(document, dict) or not isinstance(document.get("features"), list):
        raise UnreadableGeodata(f"{path.name}: keine FeatureCollection.")
    return document


def _points_as_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Each feature's properties with `lat` and `lon` of its point, or of a point inside its area."""
    for feature in _geojson(path)["features"]:
        if feature.get("geometry"):
            point = shapely.geometry.shape(feature["geometry"]).representative_point()
            yield {**(feature.get("properties") or {}), "lat": point.y, "lon": point.x}


def _lines(path: Path) -> Iterable[dict[str, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableGeodata(f"{path.name}: bitte als UTF-8 speichern.") from error
    heading = text.partition("\n")[0]
    delimiter = max(";,\t", key=heading.count)
    return csv.DictReader(io.StringIO(text), delimiter=delimiter)


def _code(path: Path, line: Mapping[str, str]) -> str:
    code = postal_code_key(line.get("plz") or "")
    if not code:
        raise UnreadableGeodata(f"{path.name}: „{line.get('plz', '')}“ ist keine Postleitzahl.")
    return code


def _point(path: Path, line: Mapping[str, Any], latitude: str = "lat", longitude: str = "lon") -> Point:
    try:
        return (_degrees(line[latitude]), _degrees(line[longitude]))
    except (KeyError, TypeError, ValueError):
        raise UnreadableGeodata(f"{path.name}: einer Zeile fehlen Breite und Länge als Zahl.") from None


def _degrees(value: Any) -> float:
    return float(str(value).replace(",", "."))
