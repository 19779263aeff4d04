"""Writing geodata into the database: what is new is added, what differs is changed, the rest is left alone."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction

from lotsen.places.geodata_files import (
    CodeRow,
    CrossingRow,
    DistrictRow,
    HouseRow,
    short_district_name,
)
from lotsen.places.models import Accuracy, Crossing, District, DistrictKind, PostalCode, StreetPoint
from lotsen.places.normalise import street_key
from lotsen.places.postal_codes import area_name

BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Change:
    """How many rows a load added, changed, removed and found as they were."""

    added: int
    changed: int
    removed: int
    same: int


@transaction.atomic
def load_districts(rows: Iterable[DistrictRow], kind: str, source: str, *, at: datetime) -> Change:
    """Districts of one kind by their key. None is removed: addresses may point to it. `at` marks what changed."""
    wanted = [
        District(
            key=row.key,
            kind=kind,
            name=row.name,
            short_name=short_district_name(row.name),
            bank=row.bank,
            borough=row.borough,
            outline=row.outline,
            label_latitude=row.label[0],
            label_longitude=row.label[1],
            source=source,
            changed_at=at,
        )
        for row in rows
    ]
    values = ["name", "short_name", "bank", "borough", "outline", "label_latitude", "label_longitude", "source"]
    return _sync(District.objects.filter(kind=kind), wanted, ["key"], values, touched=["changed_at"])


@transaction.atomic
def load_postal_codes(rows: Iterable[CodeRow], source: str) -> Change:
    """Centres of postal codes, each with its district where that is loaded."""
    districts = {row.key: row for row in District.objects.filter(kind=DistrictKind.QUARTER)}
    wanted = [
        PostalCode(
            code=row.code,
            latitude=row.point[0],
            longitude=row.point[1],
            name=area_name(row.code),
            district=districts.get(row.district_key),
            source=source,
        )
        for row in rows
    ]
    values = ["latitude", "longitude", "name", "district_id", "source"]
    return _sync(PostalCode.objects.all(), wanted, ["code"], values)


@transaction.atomic
def load_crossings(rows: Iterable[CrossingRow]) -> Change:
    """Bridges and ferries; those no longer listed are removed."""
    wanted = [
        Crossing(
            name=row.name,
            latitude=row.point[0],
            longitude=row.point[1],
            is_open_for_car=row.car,
            is_open_for_bike=row.bike,
            is_open_for_foot=row.foot,
            is_open_for_transit=row.transit,
            is_ferry=row.is_ferry,
            source=row.source,
        )
        for row in rows
    ]
    modes = [f"is_open_for_{mode}" for mode in ("car", "bike", "foot", "transit")]
    values = ["latitude", "longitude", *modes, "is_ferry", "source"]
    return _sync(Crossing.objects.all(), wanted, ["name"], values, remove=True)


@transaction.atomic
def load_street_points(rows: Iterable[HouseRow], source: str) -> Change:
    """The gazetteer's rows of one source; those no longer listed are removed. Of doubles the first counts."""
    wanted = [
        StreetPoint(
            street=row.street,
            street_key=street_key(row.street),
            house_number=row.number,
            postal_code=row.postal_code,
            latitude=row.point[0],
            longitude=row.point[1],
            accuracy=Accuracy.ADDRESS if row.number else Accuracy.STREET,
            source=source,
        )
        for row in rows
    ]
    keys, values = ["street_key", "house_number", "postal_code"], ["street", "latitude", "longitude", "accuracy"]
    return _sync(StreetPoint.objects.filter(source=source), wanted, keys, values, remove=True)


def _sync(
    scope: models.QuerySet[Any],
    wanted: Sequence[Any],
    keys: Sequence[str],
    values: Sequence[str],
    *,
    touched: Sequence[str] = (),
    remove: bool = False,
) -> Change:
    """Make `scope` equal to `wanted`, matched by `keys`, writing only what differs in `values`."""
    key_of, value_of = _reader(keys), _reader(values)
    existing = {key_of(row): row for row in scope}
    first = {key_of(row): row for row in reversed(wanted)}
    added = [row for key, row in first.items() if key not in existing]
    changed = []
    for key, row in first.items():
        if key in existing and value_of(existing[key]) != value_of(row):
            row.pk = existing[key].pk
            changed.append(row)
    gone = [row.pk for key, row in existing.items() if remove and key not in first]
    scope.model.objects.bulk_create(reversed(added), batch_size=BATCH)
    scope.model.objects.bulk_update(changed, [name.removesuffix("_id") for name in [*values, *touched]], BATCH)
    scope.model.objects.filter(pk__in=gone).delete()
    return Change(len(added), len(changed), len(gone), len(first) - len(added) - len(changed))


def _reader(names: Sequence[str]) -> Callable[[Any], Hashable | tuple[Any, ...]]:
    return lambda row: tuple(getattr(row, name) for name in names)
