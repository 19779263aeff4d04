"""The case as one file for the electronic record: PDF/A-3a and PDF/UA-1 at once, with its metadata as JSON inside.

PDF/A-3 lets a machine read what a human reads: the attachment "vorgang.json" holds reference, office, dates, retention
class and the whole timeline. The code word is in neither.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from bookings.models import HomeVisit
from bookings.queries.happenings import Happening
from bookings.queries.timeline import Standing, consents_of, history_of
from bookings.states import CLOSED
from lotsen.kernel import references
from lotsen.kernel.calendar import clock, local, local_date, long_date, spoken_clock
from lotsen.messages.channels.letter import draw
from lotsen.people.models import User
from lotsen.spoken import grouped_phone, said

SHEET = Path(__file__).with_name("casefile.typ")
STANDARDS = ("a-3a", "ua-1")
SCHEMA = "lotsen-vorgang-1"
KEPT = {"visit": timedelta(days=365), "never_came_about": timedelta(days=30)}
"""Retention classes and how long each is kept from the last contact on."""


def case_file(visit: HomeVisit, *, office: str, fonts_dir: Path, by: User, at: datetime) -> bytes:
    """The whole case as PDF. `visit` with client, address and guide; a handful of queries whatever its length."""
    lines, consents = history_of(visit), consents_of(visit.client)
    number = references.grouped(visit.reference)
    kept = retention(visit, lines, at=at)
    data = {
        "language": "de",
        "title": _("Vorgang %(number)s") % {"number": number},
        "office": _("%(city)s, Lotsen: Digitale Hilfe") % {"city": office},
        "keywords": [f"Vorgang {number}", f"Frist {kept['class']}", f"Löschen ab {kept['delete_from']}", SCHEMA],
        "subject": _("Akte eines Hausbesuchs"),
        "made": _("Erstellt am %(moment)s von %(name)s") % {"moment": _moment(at), "name": by.name},
        "facts": [[str(name), str(words)] for name, words in _facts(visit) if words],
        "parts": [_part_of_consents(consents), _part_of_lines(lines)],
        "kept": _("Aufbewahren bis %(date)s.")
        % {"date": long_date(date.fromisoformat(kept["delete_from"]), language="de", year=True)},
        "page": _("Seite"),
        "metadata": json.dumps(_metadata(visit, office, lines, consents, kept, at), ensure_ascii=False, indent=1),
    }
    return draw(data, fonts_dir=fonts_dir, at=at, sheet=SHEET, standards=STANDARDS)


def retention(visit: HomeVisit, lines: Iterable[Happening], *, at: datetime) -> dict[str, str]:
    """The class, and the day from which the case must be gone: twelve months after the last contact, one month where a
    request came to nothing."""
    never = visit.state == HomeVisit.State.CANCELLED and visit.guide_id is None
    name = "never_came_about" if never else "visit"
    contacts = [line.at for line in lines if line.group in ("talk", "message") and line.at <= at]
    last = max([visit.requested_at, *contacts, *filter(None, [visit.slot_ends_at])])
    gone = local_date(last) + KEPT[name]
    return {"class": name, "last_contact": local_date(last).isoformat(), "delete_from": gone.isoformat()}


def _facts(visit: HomeVisit) -> Iterable[tuple[str, str]]:
    client, address = visit.client, visit.client.address
    yield _("Stand"), str(visit.get_state_display())
    yield _("Name"), f"{client.get_salutation_display() if client.salutation else ''} {client.name}".strip()
    yield _("Anschrift"), str(address) if address else ""
    yield _("Telefon"), grouped_phone(client.phone) if client.phone else ""
    yield _("E-Mail"), client.email
    yield _("Weg"), f"{visit.get_entrance_display()}, {_moment(visit.requested_at)}"
    yield _("Wer hat angerufen"), _caller(visit)
    yield _("Thema"), ", ".join(said(topic.name) for topic in visit.topics.all())
    yield _("Ziel"), visit.goal
    yield _("Zeit"), visit.times_words or visit.times
    yield _("Bitte beachten"), client.need_words
    yield _("Wunsch"), str(client.get_wish_display()) if client.wish else ""
    yield _("Termin"), _slot(visit)
    yield _("Begleitung"), visit.guide.name if visit.guide else ""
    yield _("Kennwort"), _("vergeben") if visit.code_word else _("nicht vergeben")
    yield _("Notiz"), visit.note


def _caller(visit: HomeVisit) -> str:
    phone = grouped_phone(visit.caller_phone) if visit.caller_phone else ""
    return ", ".join(part for part in (str(visit.get_caller_display()), visit.caller_name, phone) if part)


def _slot(visit: HomeVisit) -> str:
    if visit.slot_starts_at is None or visit.slot_ends_at is None:
        return ""
    day = long_date(local_date(visit.slot_starts_at), language="de", year=True)
    begin, end = spoken_clock(visit.slot_starts_at), spoken_clock(visit.slot_ends_at)
    return _("%(day)s, %(begin)s bis %(end)s Uhr") % {"day": day, "begin": begin, "end": end}


def _moment(at: datetime) -> str:
    return f"{local_date(at):%d.%m.%Y}, {clock(local(at))}"


def _part_of_consents(consents: Iterable[Standing]) -> dict[str, Any]:
    rows = [
        [_moment(one.at), one.label, _("ja") if one.given else _("nein"), f"{_('Fassung')} {one.version}, {one.by}"]
        for one in consents
    ]
    columns = [_("Wann"), _("Wofür"), _("Antwort"), _("Vorgelesen")]
    return {"heading": _("Einwilligungen"), "columns": columns, "rows": rows, "empty": _("Keine.")}


def _part_of_lines(lines: Iterable[Happening]) -> dict[str, Any]:
    rows = [
        [_moment(line.at), line.what, "; ".join(filter(None, [line.state, line.said, *line.more])), line.who]
        for line in reversed(list(lines))
    ]
    columns = [_("Wann"), _("Was"), _("Stand und Worte"), _("Wer")]
    return {"heading": _("Verlauf"), "columns": columns, "rows": rows, "empty": _("Keiner.")}


def _metadata(
    visit: HomeVisit,
    office: str,
    lines: Iterable[Happening],
    consents: Iterable[Standing],
    kept: dict[str, str],
    at: datetime,
) -> dict[str, Any]:
    """For the electronic record: what it files by. Times are UTC."""
    return {
        "schema": SCHEMA,
        "reference": visit.reference,
        "office": office,
        "kind": "home_visit",
        "state": visit.state,
        "is_closed": visit.state in CLOSED,
        "requested_at": visit.requested_at.isoformat(),
        "slot_starts_at": visit.slot_starts_at.isoformat() if visit.slot_starts_at else None,
        "made_at": at.isoformat(),
        "retention": kept,
        "consents": [
            {"purpose": one.purpose, "given": one.given, "version": one.version, "at": one.at.isoformat()}
            for one in consents
        ],
        "timeline": [
            {
                "at": line.at.isoformat(),
                "group": line.group,
                "what": line.what,
                "state": line.state,
                "said": line.said,
                "by": line.who,
            }
            for line in lines
        ],
    }
