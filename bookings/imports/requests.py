"""The city's list of requests: its columns, what must fit together, and the people and visits it becomes.

Such a list has no key of its own. A request is known again by its day of entry, the person's name, the street line and
the topics; a person by name, street line and postal code. Spelling variants of name and street do not matter. The keys
are kept as hashes: in `HomeVisit.idempotency_key` (UUID, version 5) and in `Client.key` (SHA-256).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from bookings.clients import search_key
from bookings.imports.wishes import ENTRANCES, Remarks, Wishes, remarks, wished_times, wishes
from bookings.models import Caller, Client, Entrance, HomeVisit, ReachBy
from bookings.visits import CHANCE, promised_answer
from lotsen.kernel import references
from lotsen.kernel.calendar import HOTLINE_OPENS, at_minute, local_date
from lotsen.kernel.cells import choice, day, several
from lotsen.kernel.imports import Counts, Written, count_rows, email, line, write_rows
from lotsen.kernel.moves import begin_all
from lotsen.kernel.phones import parse_phone
from lotsen.kernel.sentences import Sentence
from lotsen.kernel.tables import Column, Problem, Row, Table
from lotsen.people.models import User
from lotsen.places.imports import STREET, WHERE, check_points, typed_address, write_addresses
from lotsen.places.models import Address
from lotsen.places.normalise import fold, house_number_key, split_street, street_key
from volunteers.imports import NO_TOPIC
from volunteers.models import Topic
from volunteers.topics import topic_words

REQUEST_KEYS = UUID("6f0d1f6e-4f0b-5b4f-9f57-3b6f0c1a7d52")


def request_columns() -> tuple[Column, ...]:
    """The columns; the topics are those that the city has now."""
    return (
        Column("entered_on", ("Eingang", "Eingangsdatum", "Datum"), day, expected="31.12.2026"),
        Column(
            "entrance",
            ("Weg", "Eingangsweg", "Kanal"),
            choice(ENTRANCES, "„{value}“ ist kein Weg. Möglich: Telefon, Web, Brief."),
            expected="Telefon",
        ),
        Column("name", ("Name", "Vor- und Nachname", "Person"), line(120)),
        STREET,
        *WHERE,
        Column("phone", ("Telefon", "Telefonnummer", "Tel."), parse_phone, required=False, phone=True),
        Column("email", ("E-Mail", "Mail", "E-Mail-Adresse"), email, required=False),
        Column("topics", ("Thema", "Themen", "Anliegen"), several(choice(topic_words(), NO_TOPIC)), expected="Fotos"),
        Column("times", ("Zeitwunsch", "Wunschzeit", "Zeit"), wished_times, required=False),
        Column("remarks", ("zu beachten", "Hinweise"), remarks, required=False),
        Column("wishes", ("Wunsch", "Wünsche"), wishes, required=False),
        Column("note", ("Notiz", "Bemerkung"), line(400), required=False),
    )


def person_key(row: Row) -> str:
    """The key of the person in a row."""
    return sha256("|".join([*_who(row), str(row["postal_code"])]).encode()).hexdigest()


def request_key(row: Row) -> UUID:
    """The key of the request in a row."""
    topics: Iterable[str] = row["topics"]  # type: ignore[assignment]
    return uuid5(REQUEST_KEYS, "|".join([f"{row['entered_on']}", *_who(row), *sorted(topics)]))


def check_requests(table: Table, *, at: datetime) -> tuple[Problem, ...]:
    """A request once, a whole point, no day of entry that is still to come."""
    problems = list(check_points(table))
    first: dict[UUID, int] = {}
    for row in table.rows:
        if row["entered_on"] > local_date(at):  # type: ignore[operator]
            sentence = Sentence("Dieser Tag ist noch nicht da. Bitte das Datum prüfen.")
            problems.append(Problem(table.file, row.number, "Eingang", sentence))
        other = first.setdefault(request_key(row), row.number)
        if other != row.number:
            sentence = Sentence("Wie Zeile {other_row}. Bitte eine Zeile löschen.", other_row=other)
            problems.append(Problem(table.file, row.number, "", sentence))
    return tuple(problems)


def write_requests(table: Table, *, by: User | None, at: datetime) -> Counts:
    """Make the open requests of the list true. What people have worked on since (a date, a guide) stays as it is.

    Nobody is told anything. A person who telephoned themselves has agreed; for all others somebody calls first.
    """
    rows = {request_key(row): row for row in table.rows}
    visits = {one.idempotency_key: one for one in HomeVisit.objects.filter(idempotency_key__in=rows)}
    settled = {key for key, one in visits.items() if one.state != HomeVisit.State.REQUESTED}
    open_rows = {key: row for key, row in rows.items() if key not in settled}
    people = {key: person_key(row) for key, row in open_rows.items()}
    clients, people_changed = _write_people([(people[key], row) for key, row in open_rows.items()])
    wanted = {key: _visit(row, clients[people[key]]) for key, row in open_rows.items()}
    written = _write_visits(wanted, rows, known=visits, at=at)
    _add_topics(written, rows)
    begin_all((written.rows[key] for key in wanted if key in written.new), by=by, at=at)
    changed = {key for key, person in people.items() if person in people_changed}
    return count_rows(rows, new=written.new, changed=written.changed | changed)


def _write_visits(
    wanted: Mapping[UUID, dict[str, Any]], rows: Mapping[UUID, Row], *, known: Mapping[Any, HomeVisit], at: datetime
) -> Written[HomeVisit]:
    numbers = _free_references(len(wanted.keys() - known.keys()))
    minutes = dict(Topic.objects.values_list("key", "minutes"))

    def for_new(key: UUID) -> dict[str, Any]:
        row = rows[key]
        entered = at_minute(row["entered_on"], HOTLINE_OPENS)  # type: ignore[arg-type]
        return {
            "reference": next(numbers),
            "requested_at": entered,
            "answer_by": promised_answer(entered),
            "agreed_at": entered if _has_agreed(row) else None,
            "minutes": max(minutes[topic] for topic in row["topics"]),  # type: ignore[attr-defined]
        }

    return write_rows(HomeVisit, wanted, known=known, key="idempotency_key", for_new=for_new)


def _add_topics(written: Written[HomeVisit], rows: Mapping[UUID, Row]) -> None:
    """Topics of new visits; those of known ones are part of their key."""
    numbers = dict(Topic.objects.values_list("key", "pk"))
    link = HomeVisit.topics.through
    pairs = [(written.rows[key].pk, numbers[topic]) for key in written.new for topic in rows[key]["topics"]]  # type: ignore[attr-defined]
    link.objects.bulk_create([link(homevisit_id=visit, topic_id=topic) for visit, topic in pairs], batch_size=1000)


def _write_people(keys_and_rows: Iterable[tuple[str, Row]]) -> tuple[dict[str, Client], set[str]]:
    """The people of these rows by key, and the keys of those that changed. The newest row about a person counts."""
    people: dict[str, list[Row]] = {}
    for key, row in sorted(keys_and_rows, key=lambda one: (one[1]["entered_on"], one[1].number)):  # type: ignore[arg-type,return-value]
        people.setdefault(key, []).append(row)
    known = {one.key: one for one in Client.objects.filter(key__in=people).select_related("address")}
    homes = write_addresses(
        {key: typed_address(group[-1], extra=_remarks(group[-1]).words) for key, group in people.items()},
        known={key: one.address for key, one in known.items()},
    )
    wanted = {key: _person(group, homes.rows[key], known.get(key)) for key, group in people.items()}
    first = {key: at_minute(group[0]["entered_on"], HOTLINE_OPENS) for key, group in people.items()}  # type: ignore[arg-type]
    written = write_rows(Client, wanted, known=known, for_new=lambda key: {"created_at": first[key]})
    return written.rows, set(written.changed | homes.changed)


def _person(group: list[Row], home: Address, known: Client | None) -> dict[str, Any]:
    last = group[-1]
    phone = str(last.values.get("phone") or "")
    columns: dict[str, Any] = {
        "name": last["name"],
        "phone": phone,
        "address": home,
        "needs": sorted({need for row in group for need in _remarks(row).needs}),
        "wish": next((_wishes(row).wish for row in reversed(group) if _wishes(row).wish), ""),
        "speaks": sorted({language for row in group for language in _wishes(row).speaks}),
    }
    if "email" in last.values:
        columns["email"] = last["email"] or ""
    columns["search_key"] = search_key(Client(**columns))
    if known is None:
        columns["reach_by"] = [ReachBy.CALL if phone and last["entrance"] != Entrance.LETTER else ReachBy.LETTER]
    if known is None or known.phone != phone:
        called = [row for row in group if _has_agreed(row) and row.values.get("phone") == phone]
        columns["phone_confirmed_at"] = at_minute(called[-1]["entered_on"], HOTLINE_OPENS) if called and phone else None  # type: ignore[arg-type]
    return columns


def _visit(row: Row, client: Client) -> dict[str, Any]:
    wish = _wishes(row)
    times, words = row.values.get("times") or ("", "")  # type: ignore[misc]
    return {
        "client": client,
        "entrance": row["entrance"],
        "caller": wish.caller,
        "caller_name": wish.caller_name,
        "caller_phone": wish.caller_phone,
        "times": times,
        "times_words": words,
        "note": row.values.get("note") or "",
    }


def _free_references(count: int) -> Iterator[str]:
    """So many numbers that no visit has; the database decides in the end."""
    found: set[str] = set()
    while len(found) < count:
        made = {references.new_reference(CHANCE) for _ in range(count - len(found))}
        found |= made - set(HomeVisit.objects.filter(reference__in=made).values_list("reference", flat=True))
    return iter(sorted(found, key=lambda _: CHANCE.random()))


def _has_agreed(row: Row) -> bool:
    """A human spoke with the person visited: they telephoned themselves."""
    return row["entrance"] == Entrance.PHONE and _wishes(row).caller == Caller.SELF


def _who(row: Row) -> tuple[str, str]:
    """Name and street line without their spelling variants."""
    line = split_street(str(row["street"]))
    name = " ".join(fold(str(row["name"])).split())
    return name, street_key(line.street) + house_number_key(line.house_number)


def _remarks(row: Row) -> Remarks:
    return row.values.get("remarks") or Remarks()  # type: ignore[return-value]


def _wishes(row: Row) -> Wishes:
    return row.values.get("wishes") or Wishes()  # type: ignore[return-value]
