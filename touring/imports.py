"""The city's lists of stops and teams: their columns, what must fit together, and the rows they become."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import count

from lotsen.kernel.cells import choice, day, plain_text, several, whole_number, yes_no
from lotsen.kernel.imports import Counts, count_rows, email, given, line, row_key, write_rows
from lotsen.kernel.phones import parse_phone
from lotsen.kernel.sentences import NotUnderstood, Sentence
from lotsen.kernel.tables import Column, Problem, Row, Table, refuse_duplicates
from lotsen.kernel.windows import OpeningHours
from lotsen.people.models import User
from lotsen.places.imports import STREET, WHERE, check_points, typed_address, write_addresses
from touring.models import Rhythm, Stop, Team, TourPlan

SHORT_NAME = 22
LONGEST_HOURS = 200
NO_BREAK = (0, "11:30-13:30")

_RHYTHMS = {
    "zweimal in der Woche": Rhythm.TWICE_A_WEEK,
    "zweimal pro Woche": Rhythm.TWICE_A_WEEK,
    "zweimal wöchentlich": Rhythm.TWICE_A_WEEK,
    "2x wöchentlich": Rhythm.TWICE_A_WEEK,
    "2 x pro Woche": Rhythm.TWICE_A_WEEK,
    "wöchentlich": Rhythm.WEEKLY,
    "jede Woche": Rhythm.WEEKLY,
    "einmal in der Woche": Rhythm.WEEKLY,
    "1x wöchentlich": Rhythm.WEEKLY,
    "14-täglich": Rhythm.EVERY_2_WEEKS,
    "14-tägig": Rhythm.EVERY_2_WEEKS,
    "alle 14 Tage": Rhythm.EVERY_2_WEEKS,
    "alle 2 Wochen": Rhythm.EVERY_2_WEEKS,
    "alle zwei Wochen": Rhythm.EVERY_2_WEEKS,
    "zweiwöchentlich": Rhythm.EVERY_2_WEEKS,
    "alle 4 Wochen": Rhythm.EVERY_4_WEEKS,
    "alle vier Wochen": Rhythm.EVERY_4_WEEKS,
    "vierwöchentlich": Rhythm.EVERY_4_WEEKS,
    "monatlich": Rhythm.EVERY_4_WEEKS,
}
_WEEKDAYS = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
_BREAK = re.compile(
    r"(?P<minutes>\d{1,3})\s*(?:min|minuten)?\.?\s*(?:zwischen|von|im)?\s*(?P<start>\d{1,2}(?::\d\d)?)(?:\s*uhr)?"
    r"\s*(?:und|bis|-|–)\s*(?P<end>\d{1,2}(?::\d\d)?)(?:\s*uhr)?",
    re.IGNORECASE,
)


def opening(cell: str) -> str:
    """Opening hours as canonical text; refuses what is not understood and what is never open."""
    hours = OpeningHours.parse(cell)
    text = str(hours)
    if not hours:
        raise NotUnderstood(Sentence("Hier fehlt etwas. Nötig ist: {expected}.", expected="Mo,Mi 10:00-18:00"))
    if len(text) > LONGEST_HOURS:
        raise NotUnderstood(Sentence("Das ist zu lang. Möglich sind {limit} Zeichen.", limit=LONGEST_HOURS))
    return text


def break_rule(cell: str) -> tuple[int, str]:
    """Reads "30 min zwischen 11:30 und 13:30" as minutes and window; "keine" as none."""
    text = plain_text(cell)
    if text.casefold() in ("keine", "ohne", "nein", "-", "0"):
        return NO_BREAK
    found = _BREAK.fullmatch(text)
    start, end = (_minute(found["start"]), _minute(found["end"])) if found else (0, 0)
    if not found or not 0 <= start < end <= 24 * 60 or not 0 < int(found["minutes"]) <= end - start:
        raise NotUnderstood(
            Sentence("„{value}“ verstehe ich nicht. Zum Beispiel: 30 min zwischen 11:30 und 13:30.", value=text[:40])
        )
    return int(found["minutes"]), f"{start // 60}:{start % 60:02d}-{end // 60}:{end % 60:02d}"


def weekday(cell: str) -> int:
    """Reads "Donnerstag", "Do" or "donnerstags" as 3."""
    word = cell.strip(" .").casefold().removesuffix("s")
    for number, name in enumerate(_WEEKDAYS):
        if word == name or (len(word) == 2 and name.startswith(word)) or (word == "sonnabend" and number == 5):
            return number
    raise NotUnderstood(Sentence("„{value}“ ist kein Wochentag. Zum Beispiel: Donnerstag.", value=cell[:20]))


def _minute(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes or 0) if int(minutes or 0) < 60 else -1


STOP_COLUMNS = (
    Column("key", ("Kennung", "Nummer", "Nr.", "ID"), row_key, expected="S01"),
    Column("name", ("Haltestelle", "Name", "Bezeichnung"), line(120)),
    Column("short_name", ("Kurzname",), line(SHORT_NAME), required=False),
    STREET,
    *WHERE,
    Column(
        "rhythm",
        ("Rhythmus", "Takt", "Turnus"),
        choice(_RHYTHMS, "„{value}“ ist kein Rhythmus. Möglich: wöchentlich, 14-täglich, alle 4 Wochen."),
        expected="wöchentlich",
    ),
    Column("duration_minutes", ("Dauer", "Dauer in Minuten", "Minuten"), whole_number(5, 720), expected="60"),
    Column("hours", ("Öffnungszeiten", "Öffnung", "geöffnet"), opening, expected="Mo,Mi 10:00-18:00"),
    Column("step_free", ("stufenfrei", "barrierefrei"), yes_no, required=False),
    Column("steps", ("Stufen",), whole_number(0, 500), required=False),
    Column("permit_until", ("Sondernutzung bis", "Genehmigung bis"), day, required=False),
    Column("wish_weekdays", ("Wunschtag", "Wunschtage"), several(weekday), required=False),
    Column("priority", ("Gewicht", "Priorität"), whole_number(1, 9), required=False),
    Column("setup_minutes", ("Aufbau", "Aufbau in Minuten"), whole_number(0, 240), required=False),
    Column("packing_minutes", ("Abbau", "Abbau in Minuten"), whole_number(0, 240), required=False),
    Column("forbidden_weekdays", ("nicht am", "gesperrte Tage"), several(weekday), required=False),
    Column("rests_in_school_holidays", ("ruht in den Ferien", "Ferienpause"), yes_no, required=False),
    Column("contact_name", ("Ansprechperson", "Kontakt"), line(120), required=False),
    Column("contact_phone", ("Telefon", "Telefon Ansprechperson"), parse_phone, required=False, phone=True),
    Column("contact_email", ("E-Mail", "E-Mail-Adresse"), email, required=False),
    Column("key_note", ("Schlüssel",), line(200), required=False),
    Column("parking_note", ("Parken", "Parkplatz"), line(200), required=False),
    Column("has_bench", ("Sitzbank", "Bank"), yes_no, required=False),
    Column("has_toilet", ("Toilette", "WC"), yes_no, required=False),
)
TEAM_COLUMNS = (
    Column("key", ("Team", "Name"), row_key, expected="Nord"),
    Column("base", ("Stützpunkt", *STREET.headings), line(120), expected="Straße und Hausnummer"),
    *WHERE,
    Column("hours", ("Arbeitszeit", "Arbeitszeiten", "Dienstzeit"), opening, expected="Mo-Fr 8:00-16:30"),
    Column("break", ("Pause",), break_rule, required=False),
    Column("vehicle", ("Fahrzeug",), line(60), required=False),
    Column("break_parts", ("Pausenteile", "Teile der Pause"), whole_number(1, 3), required=False),
    Column("reserve_percent", ("Freihalten", "Freihalten in Prozent"), whole_number(0, 60), required=False),
)


PLAIN = (
    "name",
    "rhythm",
    "duration_minutes",
    "hours",
    "step_free",
    "steps",
    "permit_until",
    "has_bench",
    "has_toilet",
)
TEXTS = ("contact_name", "contact_phone", "contact_email", "key_note", "parking_note")


def check_stops(table: Table) -> tuple[Problem, ...]:
    """What must fit within a row and between rows: a key once, a whole point, a stay shorter than the opening."""
    problems = [*refuse_duplicates(table, "key", "Kennung"), *check_points(table)]
    for row in table.rows:
        opened = OpeningHours.parse(str(row["hours"]))
        longest = max(window.minutes for day in opened.days for window in day)
        if int(row["duration_minutes"]) > longest:  # type: ignore[call-overload]
            sentence = Sentence(
                "{value} Minuten sind zu viel. Die Öffnung dauert {open_minutes} Minuten.",
                value=row["duration_minutes"],
                open_minutes=longest,
            )
            problems.append(Problem(table.file, row.number, "Dauer", sentence))
    return tuple(problems)


def check_teams(table: Table) -> tuple[Problem, ...]:
    """A team once, a whole point."""
    return (*refuse_duplicates(table, "key", "Team"), *check_points(table))


def write_stops(table: Table, *, by: User | None, at: datetime) -> Counts:
    """Make the stops of the list true. Stops that are not on it stay as they are."""
    rows = {str(row["key"]): row for row in table.rows}
    known = {stop.key: stop for stop in Stop.objects.filter(key__in=rows).select_related("address")}
    addresses = write_addresses(
        {key: typed_address(row) for key, row in rows.items()}, known={key: stop.address for key, stop in known.items()}
    )
    stops = write_rows(
        Stop,
        {key: _stop(row, known.get(key)) | {"address": addresses.rows[key]} for key, row in rows.items()},
        known=known,
    )
    if changed := stops.changed | addresses.changed:
        published = TourPlan.objects.filter(state=TourPlan.State.PUBLISHED, pattern__stop__key__in=changed)
        TourPlan.objects.filter(pk__in=published).update(changed_at=at)  # the public pages are kept by it
    return count_rows(rows, new=stops.new, changed=changed)


def write_teams(table: Table, *, by: User | None, at: datetime) -> Counts:
    """Make the teams of the list true; "Nord" and "nord" are one team. New ones get the next colour and shape."""
    rows = {str(row["key"]): row for row in table.rows}
    there = {team.key.casefold(): team for team in Team.objects.select_related("base")}
    known = {key: there[key.casefold()] for key in rows if key.casefold() in there}
    addresses = write_addresses(
        {key: typed_address(row, street="base") for key, row in rows.items()},
        known={key: team.base for key, team in known.items()},
    )
    fresh = [key for key in rows if key not in known]
    order = dict(zip(fresh, count(Team.objects.count()), strict=False))
    teams = write_rows(
        Team,
        {key: _team(row) | {"base": addresses.rows[key]} for key, row in rows.items()},
        known=known,
        for_new=lambda key: {"order": order[key]},
    )
    return count_rows(rows, new=teams.new, changed=teams.changed | addresses.changed)


def short_name(name: str) -> str:
    """At most 22 characters of a stop's name, for narrow columns: what stands behind " - ", or the later words."""
    tail = name.rpartition(" - ")[2]
    if len(tail) <= SHORT_NAME:
        return tail
    words = tail.split()[1:] or [tail]
    if len(words[0]) > SHORT_NAME:
        return tail[:SHORT_NAME].rstrip()
    kept = words[0]
    for word in words[1:]:
        if len(f"{kept} {word}") > SHORT_NAME:
            break
        kept = f"{kept} {word}"
    return kept


def _stop(row: Row, known: Stop | None) -> dict[str, object]:
    columns = given(row, *PLAIN) | {name: value or "" for name, value in given(row, *TEXTS).items()}
    columns |= {name: value or 0 for name, value in given(row, "setup_minutes", "packing_minutes").items()}
    columns |= {name: bool(value) for name, value in given(row, "rests_in_school_holidays").items()}
    columns |= {name: sorted(value or ()) for name, value in given(row, "wish_weekdays", "forbidden_weekdays").items()}
    if row.values.get("priority"):
        columns["priority"] = row["priority"]
    if row.values.get("short_name"):
        columns["short_name"] = row["short_name"]
    elif known is None or known.name != row["name"]:
        columns["short_name"] = short_name(str(row["name"]))
    return columns


def _team(row: Row) -> dict[str, object]:
    columns: dict[str, object] = {"name": row["key"], "hours": row["hours"]}
    if "vehicle" in row.values:
        columns["vehicle"] = row["vehicle"] or ""
    if row.values.get("break"):
        columns["break_minutes"], columns["break_window"] = row["break"]  # type: ignore[misc]
    columns |= {
        name: value for name, value in given(row, "break_parts", "reserve_percent").items() if value is not None
    }
    return columns
