"""Every write of an address: made from what somebody typed, corrected by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.errors import Refused
from lotsen.places import gazetteer, queries
from lotsen.places.models import LATITUDES, LONGITUDES, Accuracy, Address, District
from lotsen.places.normalise import StreetLine, postal_code_key, split_street

Point = tuple[float, float]

BATCH = 2_000
NOWHERE = gazetteer.Located(None, Accuracy.NONE)


class NotOnTheMap(Refused):
    """A point outside Germany, or no point at all."""

    sentence = _("Dieser Punkt liegt nicht in Deutschland. Bitte setzen Sie ihn neu.")


@dataclass(frozen=True, slots=True)
class TypedAddress:
    """An address as typed or imported; `street` may hold the house number. `point` wins over the gazetteer."""

    street: str
    postal_code: str = ""
    house_number: str = ""
    extra: str = ""
    city: str = ""
    point: Point | None = None


def address_for(typed: TypedAddress) -> Address:
    """One unsaved Address with point, accuracy and district, as far as they can be known."""
    return addresses_for([typed])[0]


def addresses_for(typed: Sequence[TypedAddress]) -> list[Address]:
    """Unsaved Address rows in the order given, with a handful of queries for all of them.

    A given point counts as exact to the house and is not looked up; it must lie in Germany (NotOnTheMap).
    """
    for one in typed:
        _refuse_elsewhere(one.point)
    found = iter(gazetteer.locate_all([_question(one) for one in typed if one.point is None]))
    located = [next(found) if one.point is None else NOWHERE for one in typed]
    districts = queries.districts_of([one.point for one in typed])
    return [_row(one, place, district) for one, place, district in zip(typed, located, districts, strict=True)]


def correct_point(address: Address, point: Point, *, by: Any, at: datetime) -> Address:
    """Set an address's point by hand; geocoding leaves it alone from then on. `by` and `at`: who, when.

    Who moved a point is kept by the history of the row that owns the address.
    """
    _refuse_elsewhere(point)
    address.latitude, address.longitude = point
    address.accuracy = Accuracy.ADDRESS
    address.corrected_by_hand = True
    address.district = queries.district_of(*point)
    address.save(update_fields=["latitude", "longitude", "accuracy", "corrected_by_hand", "district"])
    return address


def locate_again(addresses: Sequence[Address]) -> int:
    """After new geodata: look up what is not exact, and name the district of what is; returns how many rows changed.

    Points set by hand and exact points stay where they are.
    """
    is_rough = [not one.corrected_by_hand and one.accuracy != Accuracy.ADDRESS for one in addresses]
    rough = [one for one, again in zip(addresses, is_rough, strict=True) if again]
    exact = [one for one, again in zip(addresses, is_rough, strict=True) if not again]
    located = gazetteer.locate_all([_question_of_row(one) for one in rough])
    districts = queries.districts_of([one.point for one in exact])
    changed = [one for one, found in zip(rough, located, strict=True) if _take(one, found)]
    changed += [one for one, district in zip(exact, districts, strict=True) if _take_district(one, district)]
    Address.objects.bulk_update(changed, ["latitude", "longitude", "accuracy", "district"], batch_size=BATCH)
    return len(changed)


def locate_all_again() -> int:
    """`locate_again` for every address, some thousand at a time; returns how many rows changed."""
    changed, last = 0, 0
    while batch := list(Address.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        changed += locate_again(batch)
        last = batch[-1].pk
    return changed


def _refuse_elsewhere(point: Point | None) -> None:
    if point is None:
        return
    in_box = LATITUDES[0] <= point[0] <= LATITUDES[1] and LONGITUDES[0] <= point[1] <= LONGITUDES[1]
    if not in_box:
        raise NotOnTheMap


def _question(typed: TypedAddress) -> gazetteer.Asked:
    return gazetteer.ask(typed.street, typed.postal_code, house_number=typed.house_number, city=typed.city)


def _question_of_row(address: Address) -> gazetteer.Asked:
    return gazetteer.ask(address.street, address.postal_code, house_number=address.house_number, city=address.city)


def _row(typed: TypedAddress, found: gazetteer.Located, district: District | None) -> Address:
    """What does not fit its column is cut: better a short line on the envelope than a lost request."""
    line = _line(typed)
    address = Address(
        street=line.street[: _longest("street")],
        house_number=line.house_number[: _longest("house_number")],
        extra=line.extra[: _longest("extra")],
        postal_code=postal_code_key(typed.postal_code),
    )
    if typed.city:
        address.city = typed.city[: _longest("city")]
    if typed.point is None:
        _take(address, found)
        return address
    address.latitude, address.longitude = typed.point
    address.accuracy, address.district = Accuracy.ADDRESS, district
    return address


def _line(typed: TypedAddress) -> StreetLine:
    if typed.house_number:
        return StreetLine(typed.street.strip(), typed.house_number.strip(), typed.extra)
    line = split_street(typed.street)
    return replace(line, extra=typed.extra or line.extra)


def _longest(column: str) -> int:
    return Address._meta.get_field(column).max_length or 0


def _take_district(address: Address, district: District | None) -> bool:
    if district is None or address.district_id == district.pk:
        return False
    address.district = district
    return True


def _take(address: Address, found: gazetteer.Located) -> bool:
    """Put the found place on the row; says whether that changed it. A point is never lost."""
    if found.point is None:
        return False
    before = (address.point, address.accuracy, address.district_id)
    address.latitude, address.longitude = found.point
    address.accuracy, address.district = found.accuracy, found.district
    return before != (address.point, address.accuracy, address.district_id)


def forget_address(address: Address) -> bool:
    """Delete an address that nobody stands for any more; says whether it went. Others may still live there."""
    try:
        with transaction.atomic():
            address.delete()
    except (ProtectedError, RestrictedError):
        return False
    return True
