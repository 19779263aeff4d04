"""What somebody says of themselves and wishes: ways, topics, languages, how they want to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from lotsen.kernel.journal import record_changes
from lotsen.people.models import User
from lotsen.places.addresses import TypedAddress, address_for
from lotsen.places.models import Address
from volunteers.availability import change
from volunteers.models import Skill, Volunteer


@dataclass(frozen=True)
class Profile:
    """Everything of the page. `levels` by the topic's primary key, 1 to 3; what is not named they do not know.

    `districts`: primary keys of those to which they go too, however far it is. `start` and `onward`: where they set out
    and where they go on to, None for their home.
    """

    offers_by: str
    visits_a_week: int
    travel_mode: str
    pace: str
    radius_metres: int
    languages: tuple[str, ...]
    gender: str
    dogs: bool
    stairs: bool
    levels: Mapping[int, int]
    districts: frozenset[int] = frozenset()
    start: TypedAddress | None = None
    onward: TypedAddress | None = None


@transaction.atomic
def set_profile(volunteer: Volunteer, profile: Profile, *, by: User, at: datetime) -> list[str]:
    """Write what is different, with one line in the journal of who entered it; returns the names of what changed."""
    columns: dict[str, object] = {
        name: getattr(profile, name)
        for name in ("offers_by", "visits_a_week", "travel_mode", "pace", "radius_metres", "gender", "dogs", "stairs")
    }
    columns["languages"] = list(profile.languages)
    columns["start"] = _address(volunteer.start, profile.start)
    columns["onward"] = _address(volunteer.onward, profile.onward)
    changed = change(volunteer, columns, by=by, at=at)
    if _write_levels(volunteer, profile.levels):
        record_changes(volunteer, fields=["skills"], by=by, at=at)
        changed.append("skills")
    if set(volunteer.districts.values_list("pk", flat=True)) != profile.districts:
        volunteer.districts.set(profile.districts)
        record_changes(volunteer, fields=["districts"], by=by, at=at)
        changed.append("districts")
    return changed


def _address(known: Address | None, typed: TypedAddress | None) -> Address | None:
    if typed is None:
        return None
    if known is not None and (line_of(known), known.postal_code) == (typed.street, typed.postal_code):
        return known
    address = address_for(typed)
    address.save()
    return address


def line_of(address: Address) -> str:
    """Street and number as they are typed."""
    return f"{address.street} {address.house_number}".strip()


def _write_levels(volunteer: Volunteer, levels: Mapping[int, int]) -> bool:
    known = dict(volunteer.skills.values_list("topic", "level"))
    if known == dict(levels):
        return False
    volunteer.skills.exclude(topic__in=levels).delete()
    for topic, level in levels.items():
        if known.get(topic) != level:
            Skill.objects.update_or_create(volunteer=volunteer, topic_id=topic, defaults={"level": level})
    return True
