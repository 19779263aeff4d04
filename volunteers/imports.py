"""The city's list of volunteers: its columns, what must fit together, and the rows it becomes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models.functions import Lower

from lotsen.kernel.calendar import local_date
from lotsen.kernel.cells import choice, day, decimal_number, several, whole_number, yes_no
from lotsen.kernel.imports import Counts, Written, count_rows, email, line, row_key, update_rows, write_rows
from lotsen.kernel.moves import begin_all
from lotsen.kernel.phones import parse_phone
from lotsen.kernel.sentences import NotUnderstood, Sentence
from lotsen.kernel.tables import Column, Problem, Row, Table, refuse_duplicates
from lotsen.kernel.windows import OpeningHours
from lotsen.people.models import Role, User
from lotsen.places.imports import STREET, WHERE, check_points, typed_address, write_addresses
from lotsen.places.models import Address
from volunteers.languages import LANGUAGES
from volunteers.listed import AS_OF, keep_said, kept_columns, latest_entries
from volunteers.models import Gender, Skill, Topic, TravelMode, Volunteer
from volunteers.needed import CERTIFICATE, SECRECY, TRAINING
from volunteers.queries import quarters
from volunteers.requirements import keep_list
from volunteers.topics import topic_words

NO_TOPIC = "Das Thema „{value}“ gibt es nicht. Meinen Sie „{suggestion}“?"
NO_DISTRICT = "Den Stadtteil „{value}“ gibt es nicht. Meinen Sie „{suggestion}“?"
NO_LANGUAGE = "Die Sprache „{value}“ kennen wir nicht. Meinen Sie „{suggestion}“?"
LONGEST_HOURS = 200
SERVING = (Volunteer.State.ACTIVE, Volunteer.State.PAUSED)

_MODES = {
    "zu Fuß": TravelMode.FOOT,
    "Fahrrad": TravelMode.BIKE,
    "Rad": TravelMode.BIKE,
    "Bus und Bahn": TravelMode.TRANSIT,
    "ÖPNV": TravelMode.TRANSIT,
    "Bahn": TravelMode.TRANSIT,
    "Bus": TravelMode.TRANSIT,
    "Auto": TravelMode.CAR,
    "PKW": TravelMode.CAR,
}
_GENDERS = {
    "Frau": Gender.WOMAN,
    "w": Gender.WOMAN,
    "Mann": Gender.MAN,
    "m": Gender.MAN,
    "divers": Gender.DIVERSE,
    "d": Gender.DIVERSE,
}


def available(cell: str) -> str:
    """When somebody could go, as canonical text; "" for never."""
    text = str(OpeningHours.parse(cell))
    if len(text) > LONGEST_HOURS:
        raise NotUnderstood(Sentence("Das ist zu lang. Möglich sind {limit} Zeichen.", limit=LONGEST_HOURS))
    return text


def metres(cell: str) -> int:
    """Kilometres, as people write them, in metres."""
    return round(decimal_number(0.1, 100)(cell) * 1000)


def volunteer_columns() -> tuple[Column, ...]:
    """The columns; the topics are those that the city has now."""
    return (
        Column("key", ("Kennung", "Nummer", "Nr.", "ID"), row_key, expected="L001"),
        Column("name", ("Name", "Vor- und Nachname", "Lotse", "Lotsin"), line(120)),
        Column(STREET.key, STREET.headings, STREET.parse, required=False),
        *WHERE,
        Column("phone", ("Mobil", "Handy", "Telefon", "Mobiltelefon"), parse_phone, required=False, phone=True),
        Column("email", ("E-Mail", "Mail", "E-Mail-Adresse"), email, expected="name@example.org"),
        Column("topics", ("Themen", "Thema"), several(choice(topic_words(), NO_TOPIC)), expected="Fotos, Videoanruf"),
        Column("languages", ("Sprachen", "Sprache"), several(choice(_languages(), NO_LANGUAGE)), required=False),
        Column(
            "travel_mode",
            ("unterwegs", "Verkehrsmittel", "unterwegs mit"),
            choice(_MODES, "„{value}“ kennen wir nicht. Meinen Sie „{suggestion}“?"),
            required=False,
        ),
        Column("radius_metres", ("Umkreis", "Radius", "Umkreis in km"), metres, required=False),
        Column("hours", ("verfügbar", "Verfügbarkeit", "Zeiten"), available, required=False),
        Column("hours_even", ("verfügbar gerade Wochen", "gerade Wochen"), available, required=False),
        Column("hours_odd", ("verfügbar ungerade Wochen", "ungerade Wochen"), available, required=False),
        Column("districts", ("Stadtteile", "auch in"), several(choice(_quarters(), NO_DISTRICT)), required=False),
        Column("visits_a_week", ("Besuche je Woche", "Besuche pro Woche"), whole_number(1, 14), required=False),
        Column(TRAINING, ("Schulung am", "geschult am"), day, required=False),
        Column(CERTIFICATE, ("Führungszeugnis vom", "Führungszeugnis"), day, required=False),
        Column(SECRECY, ("Verschwiegenheit am", "Verschwiegenheit"), day, required=False),
        Column(
            "gender",
            ("Geschlecht", "Anrede"),
            choice(_GENDERS, "„{value}“ kennen wir nicht. Meinen Sie „{suggestion}“?"),
            required=False,
        ),
        Column(AS_OF, ("Stand", "geändert am", "zuletzt geändert"), day, required=False),
        Column("dogs", ("Hunde", "geht zu Hunden"), yes_no, required=False),
        Column("stairs", ("Treppen", "steigt Treppen"), yes_no, required=False),
    )


def check_volunteers(table: Table) -> tuple[Problem, ...]:
    """A key once, an e-mail address once and nobody else's, a whole point."""
    return (
        *refuse_duplicates(table, "key", "Kennung"),
        *refuse_duplicates(table, "email", "E-Mail"),
        *check_points(table),
        *_taken_emails(table),
        *_forgotten(table),
    )


def write_volunteers(table: Table, *, by: User | None, at: datetime) -> Counts:
    """Make the volunteers of the list true, but for what somebody has entered here since (`listed`). New ones are
    active, without a password: they ask for a link by e-mail."""
    rows = {str(row["key"]): row for row in table.rows}
    found = (
        Volunteer.objects.filter(key__in=rows)
        .select_related("user", "home")
        .prefetch_related("skills__topic", "districts")
    )
    known = {one.key: one for one in found}
    entries = latest_entries(known.values())
    kept = {key: kept_columns(rows[key], one, entries) for key, one in known.items()}
    users = _write_users(rows, known, kept)
    homes = write_addresses(
        {key: typed_address(row) for key, row in rows.items() if "home" not in kept.get(key, ())},
        known={key: one.home for key, one in known.items()},
    )
    home_of = {key: one.home for key, one in known.items()} | dict(homes.rows)
    volunteers = write_rows(
        Volunteer,
        {key: _columns(row, users.rows[key], home_of[key], without=kept.get(key, ())) for key, row in rows.items()},
        known=known,
        for_new=lambda key: {"state": Volunteer.State.ACTIVE, "joined_at": at},
    )
    begin_all((volunteers.rows[key] for key in volunteers.rows if key in volunteers.new), by=by, at=at)
    topics = {key: row["topics"] for key, row in rows.items() if "topics" not in kept.get(key, ())}
    skills = _write_skills({volunteers.rows[key].pk: names for key, names in topics.items()})  # type: ignore[misc]
    areas = {key: row.values["districts"] or () for key, row in rows.items() if "districts" in row.values}
    areas = {key: names for key, names in areas.items() if "districts" not in kept.get(key, ())}
    went = _write_districts({volunteers.rows[key].pk: names for key, names in areas.items()})  # type: ignore[misc]
    keep_said(volunteers.rows, rows, at=at)
    shown = keep_list(
        {volunteers.rows[key].pk: row.values for key, row in rows.items()},
        new={volunteers.rows[key].pk for key in volunteers.new},
        on=local_date(at),
    )
    skilled = {key for key, one in volunteers.rows.items() if one.pk in skills | went}
    changed = volunteers.changed | homes.changed | users.changed | skilled
    changed |= {key for key, one in volunteers.rows.items() if one.pk in shown}
    counts = count_rows(rows, new=volunteers.new, changed=changed)
    return replace(counts, kept=tuple(one for sentences in kept.values() for one in sentences.values()))


def users_by_email(emails: Iterable[str]) -> dict[str, User]:
    """Users by their address in lower case."""
    lower = User.objects.annotate(lower=Lower("email")).filter(lower__in={one.lower() for one in emails if one})
    return {user.email.lower(): user for user in lower}


def new_user(*, email: str, name: str, phone: str, role: str) -> User:
    """An unsaved user who cannot sign in before asking for a link by e-mail."""
    user = User(email=email, name=name, phone=phone, roles=[role])
    user.set_unusable_password()
    return user


def _languages() -> dict[str, str]:
    return {language: language for language in LANGUAGES}


def _quarters() -> dict[str, int]:
    return {district.name: district.pk for district in quarters()}


def _taken_emails(table: Table) -> tuple[Problem, ...]:
    """An address that another volunteer signs in with."""
    users = users_by_email(str(row["email"]) for row in table.rows)
    owners = dict(Volunteer.objects.filter(user__in=users.values()).values_list("user_id", "key"))
    problems = []
    for row in table.rows:
        user = users.get(str(row["email"]))
        if user and owners.get(user.pk, row["key"]) != row["key"]:
            sentence = Sentence("Diese E-Mail-Adresse gehört schon zu Kennung {key}.", key=owners[user.pk])
            problems.append(Problem(table.file, row.number, "E-Mail", sentence))
    return tuple(problems)


def _forgotten(table: Table) -> list[Problem]:
    """Somebody who left long ago and is forgotten does not come back by a list."""
    keys = {str(row["key"]) for row in table.rows}
    gone = set(Volunteer.objects.filter(key__in=keys, forgotten_at__isnull=False).values_list("key", flat=True))
    sentence = Sentence("Wer das war, ist ausgeschieden und gelöscht. Bitte nehmen Sie die Zeile heraus.")
    return [Problem(table.file, row.number, "Kennung", sentence) for row in table.rows if row["key"] in gone]


def _write_users(
    rows: Mapping[str, Row], known: Mapping[str, Volunteer], kept: Mapping[str, Collection[str]]
) -> Written[User]:
    """The user of each volunteer, by the volunteer's key. Staff who also volunteer keep their name and number."""
    by_email = users_by_email(str(row["email"]) for row in rows.values())
    users: dict[str, User] = {}
    new, changed = set(), set()
    for key, row in rows.items():
        user = known[key].user if key in known else by_email.get(str(row["email"]))
        phone = str(row.values.get("phone") or "")
        if user is None:
            users[key] = new_user(email=str(row["email"]), name=str(row["name"]), phone=phone, role=Role.VOLUNTEER)
            new.add(key)
            continue
        users[key] = user
        serves = key not in known or known[key].state in SERVING
        if _follows(user, row, phone=phone, serves=serves, without=kept.get(key, ())):
            changed.add(key)
    User.objects.bulk_create([users[key] for key in rows if key in new], batch_size=1000)
    update_rows(User, [users[key] for key in rows if key in changed], ["name", "phone", "email", "roles"])
    return Written(users, frozenset(new), frozenset(changed))


def _follows(user: User, row: Row, *, phone: str, serves: bool, without: Collection[str]) -> bool:
    """Make the user what the row says, but for the columns in `without`; whether that changed it. A list gives nobody a
    role back who is suspended, has left or has not joined yet."""
    before = (user.name, user.phone, user.email, list(user.roles))
    if serves and Role.VOLUNTEER not in user.roles:
        user.roles = [*user.roles, Role.VOLUNTEER]
    if set(user.roles) <= {Role.VOLUNTEER}:
        user.name = str(row["name"])
        user.email = user.email if "email" in without else str(row["email"])
        if "phone" in row.values and "phone" not in without:
            user.phone = phone
    return before != (user.name, user.phone, user.email, list(user.roles))


def _columns(row: Row, user: User, home: Address, *, without: Collection[str]) -> dict[str, Any]:
    columns: dict[str, Any] = {"user": user, "home": home}
    for key in ("radius_metres", "travel_mode", "visits_a_week", "dogs", "stairs"):
        if row.values.get(key) is not None:
            columns[key] = row[key]
    for key in ("hours", "hours_even", "hours_odd", "gender"):
        if key in row.values:
            columns[key] = row[key] or ""
    if "languages" in row.values:
        columns["languages"] = list(row["languages"] or ("Deutsch",))  # type: ignore[call-overload]
    return {name: value for name, value in columns.items() if name not in without}


def _write_skills(wanted: Mapping[int, Iterable[str]]) -> set[int]:
    """Make the volunteers' topics true (keys by the volunteer's primary key); whose changed."""
    numbers = dict(Topic.objects.values_list("key", "pk"))
    pairs = {(volunteer, numbers[topic]) for volunteer, topics in wanted.items() for topic in topics}
    known = {(volunteer, topic): pk for pk, volunteer, topic in _skills_of(wanted)}
    Skill.objects.filter(pk__in=[pk for pair, pk in known.items() if pair not in pairs]).delete()
    fresh = sorted(pairs - known.keys())
    Skill.objects.bulk_create([Skill(volunteer_id=who, topic_id=topic) for who, topic in fresh], batch_size=1000)
    return {volunteer for volunteer, _topic in pairs ^ known.keys()}


def _write_districts(wanted: Mapping[int, Iterable[int]]) -> set[int]:
    """Make the volunteers' districts true (keys by the volunteer's primary key); whose changed."""
    through = Volunteer.districts.through
    pairs = {(volunteer, district) for volunteer, districts in wanted.items() for district in districts}
    rows = through.objects.filter(volunteer__in=list(wanted))
    known = {(volunteer, district): pk for pk, volunteer, district in rows.values_list("pk", "volunteer", "district")}
    through.objects.filter(pk__in=[pk for pair, pk in known.items() if pair not in pairs]).delete()
    fresh = sorted(pairs - known.keys())
    through.objects.bulk_create([through(volunteer_id=who, district_id=where) for who, where in fresh], batch_size=1000)
    return {volunteer for volunteer, _district in pairs ^ known.keys()}


def _skills_of(volunteers: Iterable[int]) -> list[tuple[int, int, int]]:
    found = Skill.objects.filter(volunteer_id__in=list(volunteers))
    return list(found.values_list("pk", "volunteer_id", "topic_id"))
