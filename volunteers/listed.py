"""The city's list and what was entered here since: who wrote last is believed, and the preview says so in words.

The list does not say when its cells were written. So we keep what it said the last time (`Volunteer.listed`). What
it still says is older than what somebody has entered here since then, and gives way. What it says anew is believed
where nothing was entered since the last import. Where both have changed, the entry stays, and the preview asks; a row
with a day at "Stand" decides by that day.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lotsen.kernel.calendar import local_date
from lotsen.kernel.models import FieldChange
from lotsen.kernel.sentences import Sentence
from lotsen.kernel.tables import Row
from volunteers.models import Volunteer

AS_OF = "as_of"
ENTERED: dict[str, tuple[str, Sentence]] = {
    "hours": ("hours", Sentence("die Zeiten")),
    "hours_even": ("hours_even", Sentence("die Zeiten in geraden Wochen")),
    "hours_odd": ("hours_odd", Sentence("die Zeiten in ungeraden Wochen")),
    "districts": ("districts", Sentence("die Stadtteile")),
    "visits_a_week": ("visits_a_week", Sentence("die Besuche je Woche")),
    "radius_metres": ("radius_metres", Sentence("der Umkreis")),
    "travel_mode": ("travel_mode", Sentence("der Weg")),
    "languages": ("languages", Sentence("die Sprachen")),
    "gender": ("gender", Sentence("die Angabe Frau oder Mann")),
    "dogs": ("dogs", Sentence("die Angabe zu Hunden")),
    "stairs": ("stairs", Sentence("die Angabe zu Treppen")),
    "topics": ("skills", Sentence("die Themen")),
    "email": ("email", Sentence("die E-Mail-Adresse")),
    "phone": ("phone", Sentence("die Telefonnummer")),
    "home": ("home", Sentence("die Anschrift")),
}
"""Column of the list: the name in the journal of changes, and what people call it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Who entered something last, and when."""

    at: datetime
    name: str
    is_own: bool


Entries = Mapping[tuple[int, str], Entry]


def latest_entries(volunteers: Collection[Volunteer]) -> Entries:
    """The last entry by a person of each field of these volunteers; one query."""
    by_key = {str(one.pk): one for one in volunteers}
    lines = FieldChange.objects.filter(subject_type=Volunteer._meta.label_lower, subject_id__in=list(by_key))
    found: dict[tuple[int, str], Entry] = {}
    for line in lines.filter(by__isnull=False).select_related("by").order_by("at", "pk"):
        one = by_key[line.subject_id]
        entry = Entry(line.at, line.by.name, line.by_id == one.user_id)
        found |= {(one.pk, field): entry for field in line.fields}
    return found


def said_by(row: Row) -> dict[str, Any]:
    """What a row says of each of these columns, as it is kept; of the home its street and postal code."""
    said = {column: _plain(row.values[column]) for column in ENTERED if column in row.values}
    if "phone" in said:
        said["phone"] = said["phone"] or ""
    return said | {"home": [str(row.values.get(name) or "") for name in ("street", "postal_code")]}


def _plain(value: object) -> Any:
    return sorted(map(str, value)) if isinstance(value, tuple | list | frozenset) else value


def kept_columns(row: Row, volunteer: Volunteer, entries: Entries) -> dict[str, Sentence]:
    """Columns of the row that are not written, each with the sentence why. Expects `volunteer.skills__topic`, its user
    and its home."""
    here, kept = _as_it_is(volunteer), {}
    for column, says in said_by(row).items():
        entry = entries.get((volunteer.pk, ENTERED[column][0]))
        if entry is None or says is None or here[column] == says:
            continue
        if (stays := _stays(row, volunteer, column, says, entry)) is not None:
            kept[column] = stays
    return kept


def _stays(row: Row, volunteer: Volunteer, column: str, says: Any, entry: Entry) -> Sentence | None:
    """The sentence where the entry stays, None where the list is believed."""
    words = {
        "name": str(row["name"]),
        "what": ENTERED[column][1],
        "who": Sentence("die Person selbst") if entry.is_own else entry.name,
        "date_long": local_date(entry.at),
    }
    as_of = row.values.get(AS_OF)
    if isinstance(as_of, date):
        if as_of > local_date(entry.at):
            return None
        return Sentence("{name}: Es bleibt, wie {who} es am {date_long} eingetragen hat: {what}.", **words)
    if volunteer.listed.get(column) == says:
        return Sentence("{name}: Es bleibt, wie {who} es am {date_long} eingetragen hat: {what}.", **words)
    if volunteer.listed_at is not None and entry.at <= volunteer.listed_at:
        return None
    return Sentence(
        "{name}: Es bleibt, wie {who} es am {date_long} eingetragen hat: {what}. In der Liste steht jetzt etwas Neues. "
        "Gilt das Neue? Dann schreiben Sie in der Zeile bei „Stand“ einen späteren Tag.",
        **words,
    )


def _as_it_is(volunteer: Volunteer) -> dict[str, Any]:
    elsewhere = ("topics", "districts", "email", "phone", "home")
    columns = {column: _plain(getattr(volunteer, column)) for column in ENTERED if column not in elsewhere}
    return columns | {
        "email": volunteer.user.email,
        "phone": volunteer.user.phone,
        "home": [volunteer.home.street_line, volunteer.home.postal_code],
        "topics": sorted(skill.topic.key for skill in volunteer.skills.all()),
        "districts": sorted(str(district.pk) for district in volunteer.districts.all()),
    }


def keep_said(volunteers: Mapping[str, Volunteer], rows: Mapping[str, Row], *, at: datetime) -> None:
    """Remember what the list says now; two statements."""
    differ = []
    for key, one in volunteers.items():
        if one.listed != (says := said_by(rows[key])):
            one.listed = says
            differ.append(one)
    Volunteer.objects.bulk_update(differ, ["listed"], batch_size=200)
    Volunteer.objects.filter(pk__in=[one.pk for one in volunteers.values()]).update(listed_at=at)
