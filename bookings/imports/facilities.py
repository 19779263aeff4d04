"""The city's list of facilities: its columns, what must fit together, and the rows it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bookings.models import Facility
from lotsen.kernel.cells import whole_number
from lotsen.kernel.imports import Counts, count_rows, email, line, row_key, update_rows, write_rows
from lotsen.kernel.phones import parse_phone
from lotsen.kernel.tables import Column, Problem, Row, Table, refuse_duplicates
from lotsen.people.models import Role, User
from lotsen.places.imports import STREET, WHERE, check_points, typed_address, write_addresses
from volunteers.imports import new_user, users_by_email

FACILITY_COLUMNS = (
    Column("key", ("Kennung", "Nummer", "Nr.", "ID"), row_key, expected="E01"),
    Column("name", ("Einrichtung", "Name", "Bezeichnung"), line(120)),
    STREET,
    *WHERE,
    Column("contact_name", ("Ansprechperson", "Ansprechpartner", "Kontakt"), line(120), required=False),
    Column("phone", ("Telefon", "Telefonnummer", "Tel."), parse_phone, required=False, phone=True),
    Column("email", ("E-Mail", "Mail", "E-Mail-Adresse"), email, required=False),
    Column("seats", ("Plätze", "Anzahl Plätze"), whole_number(0, 5000), required=False),
    Column("internet", ("Internet", "WLAN"), line(60), required=False),
    Column("equipment", ("Technik", "Ausstattung"), line(60), required=False),
)


def check_facilities(table: Table) -> tuple[Problem, ...]:
    """A key once, a whole point."""
    return (*refuse_duplicates(table, "key", "Kennung"), *check_points(table))


def write_facilities(table: Table, *, by: User | None, at: datetime) -> Counts:
    """Make the facilities of the list true. Where an e-mail address is there, its owner may book for the facility;
    when the address changes, the former one may no longer."""
    rows = {str(row["key"]): row for row in table.rows}
    known = {one.key: one for one in Facility.objects.filter(key__in=rows).select_related("address")}
    former = {key: one.email for key, one in known.items()}
    addresses = write_addresses(
        {key: typed_address(row) for key, row in rows.items()}, known={key: one.address for key, one in known.items()}
    )
    facilities = write_rows(
        Facility, {key: _columns(row) | {"address": addresses.rows[key]} for key, row in rows.items()}, known=known
    )
    moved = {key: one for key, one in facilities.rows.items() if one.email != former.get(key, "")}
    _write_contacts(moved, {key: former.get(key, "") for key in moved})
    return count_rows(rows, new=facilities.new, changed=facilities.changed | addresses.changed)


def _columns(row: Row) -> dict[str, object]:
    columns: dict[str, object] = {"name": row["name"]}
    for key in ("contact_name", "phone", "email", "internet", "equipment"):
        if key in row.values:
            columns[key] = row[key] or ""
    if "seats" in row.values:
        columns["seats"] = row["seats"] or 0
    return columns


def _write_contacts(facilities: Mapping[str, Facility], former: Mapping[str, str]) -> None:
    """Put the owner of the new address in the place of the owner of the former one."""
    users = users_by_email([*former.values(), *(one.email for one in facilities.values())])
    for one in facilities.values():
        if one.email and one.email not in users:
            name = one.contact_name or one.name
            users[one.email] = new_user(email=one.email, name=name, phone=one.phone, role=Role.FACILITY)
    User.objects.bulk_create([user for user in users.values() if user.pk is None], batch_size=1000)
    _give_role(users[one.email] for one in facilities.values() if one.email)
    link = Facility.contacts.through
    for key, one in facilities.items():
        if former[key] in users:
            link.objects.filter(facility=one, user=users[former[key]]).delete()
    link.objects.bulk_create(
        [link(facility=one, user=users[one.email]) for one in facilities.values() if one.email],
        ignore_conflicts=True,
        batch_size=1000,
    )


def _give_role(users: object) -> None:
    without = {user.pk: user for user in users if Role.FACILITY not in user.roles}  # type: ignore[attr-defined]
    for user in without.values():
        user.roles = [*user.roles, Role.FACILITY]
    update_rows(User, without.values(), ["roles"])
