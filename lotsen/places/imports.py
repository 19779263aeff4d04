"""Addresses of imported lists: the columns they are read from, and the rows, many at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lotsen.kernel.cells import decimal_number, postal_code
from lotsen.kernel.imports import Written, line, update_rows
from lotsen.kernel.sentences import Sentence
from lotsen.kernel.tables import Column, Problem, Row, Table
from lotsen.places.addresses import TypedAddress, addresses_for
from lotsen.places.models import LATITUDES, LONGITUDES, Address

STREET = Column(
    "street",
    ("Straße und Hausnummer", "Straße", "Straße/Hausnummer", "Straße u. Hausnr.", "Adresse", "Anschrift"),
    line(120),
    expected="Straße und Hausnummer",
)
POSTAL_CODE = Column("postal_code", ("PLZ", "Postleitzahl"), postal_code, expected="01169")
CITY = Column("city", ("Ort", "Stadt", "Wohnort"), line(80), required=False)
LATITUDE = Column("latitude", ("Breite", "Breitengrad", "Latitude", "lat"), decimal_number(*LATITUDES), required=False)
LONGITUDE = Column(
    "longitude", ("Länge", "Längengrad", "Longitude", "lon", "lng"), decimal_number(*LONGITUDES), required=False
)
WHERE = (POSTAL_CODE, CITY, LATITUDE, LONGITUDE)

_TEXT = ("street", "house_number", "extra", "postal_code", "city")
_PLACE = ("latitude", "longitude", "accuracy", "district")


def check_points(table: Table) -> tuple[Problem, ...]:
    """A problem for each row that has only one of the two numbers of a point."""
    problems = []
    for row in table.rows:
        missing = [column for column in (LATITUDE, LONGITUDE) if row.values.get(column.key) is None]
        if len(missing) == 1:
            sentence = Sentence("Hier fehlt etwas. Nötig ist: {expected}.", expected=missing[0].name)
            problems.append(Problem(table.file, row.number, missing[0].name, sentence))
    return tuple(problems)


def typed_address(row: Row, *, street: str = "street", extra: str = "") -> TypedAddress:
    """The address that stands in a row. A row without coordinates is looked up later."""
    values = row.values
    latitude, longitude = values.get("latitude"), values.get("longitude")
    return TypedAddress(
        street=str(values.get(street) or ""),
        postal_code=str(values.get("postal_code") or ""),
        city=str(values.get("city") or ""),
        extra=extra,
        point=(float(latitude), float(longitude)) if latitude is not None and longitude is not None else None,  # type: ignore[arg-type]
    )


def write_addresses(typed: Mapping[Any, TypedAddress], *, known: Mapping[Any, Address | None]) -> Written[Address]:
    """Addresses by key. `known` are those that the owners have already; each owner keeps its own row.

    A point set by hand stays while the address is the same. Without coordinates in the file nothing is looked up
    again while the text is the same: `locate_again` does that when better geodata come.
    """
    made = dict(zip(typed, addresses_for(list(typed.values())), strict=True))
    rows: dict[Any, Address] = {}
    new, changed = set(), set()
    for key, address in made.items():
        row = known.get(key)
        if row is None:
            rows[key] = address
            new.add(key)
        else:
            rows[key] = row
            if _moves_to(row, address, has_point=typed[key].point is not None):
                changed.add(key)
    Address.objects.bulk_create([rows[key] for key in made if key in new], batch_size=1000)
    update_rows(Address, [rows[key] for key in made if key in changed], [*_TEXT, *_PLACE, "corrected_by_hand"])
    return Written(rows, frozenset(new), frozenset(changed))


def _moves_to(row: Address, wanted: Address, *, has_point: bool) -> bool:
    """Make the row the wanted address; says whether that changed it."""
    is_same_text = all(getattr(row, name) == getattr(wanted, name) for name in _TEXT)
    is_same_point = not has_point or row.corrected_by_hand or row.point == wanted.point
    if is_same_text and is_same_point:
        return False
    for name in (*_TEXT, *_PLACE):
        setattr(row, name, getattr(wanted, name))
    row.corrected_by_hand = False
    return True
