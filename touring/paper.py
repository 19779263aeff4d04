"""Paper: the timetable as a poster, a leaflet for a district, the route sheet of a team; tagged PDF (PDF/UA-1).

Poster and leaflet hold what stands in the public timetable. The route sheet names keys and telephone numbers and is for
the team alone.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import segno
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lotsen.kernel.calendar import at_minute, long_date, spoken_clock
from lotsen.messages.channels.letter import draw
from lotsen.spoken import grouped_phone
from touring.day_notices import change_words
from touring.models import Deviation, RequestStop, Stop, Tour, TourStop
from touring.queries.timetable import Area, StopEntry, Timetable
from touring.words import date_words, steps_sentence

SHEETS = Path(__file__).with_name("sheets")
SIZES = ((5, 19.0), (9, 15.0), (10_000, 12.0))
"""Up to so many stops on a poster, and then so large are its letters, in points: never below twelve."""

CROWDED = 9
"""With more stops than this a row has two lines instead of three."""


def poster_pdf(table: Timetable, area: Area | None, *, url: str, house: Mapping[str, Any], fonts_dir: Path) -> bytes:
    """The timetable of a district, or of the whole city, as a poster (A3), the same bytes all day.

    `url` is where its code leads. More stops make smaller letters and, below twelve points, more sheets.
    """
    areas = [area] if area else table.areas
    count = sum(len(one.entries) for one in areas)
    row = _short_row if count > CROWDED else _row
    data = _public_words(table.today, url, house) | {
        "title": _("Hilfe mit Handy und Computer"),
        "lead": _("%(place)s. Kommen Sie einfach vorbei. Es kostet nichts.")
        % {"place": area.name if area else house["city_name"]},
        "columns": [_("Haltestelle"), _("Wann"), _("Die nächsten Termine")],
        "is_crowded": count > CROWDED,
        "size": next(size for most, size in SIZES if count <= most),
        "areas": [{"name": "" if area else one.name, "rows": [row(entry) for entry in one.entries]} for one in areas],
    }
    return draw(data, fonts_dir=fonts_dir, at=at_minute(table.today, 0), sheet=SHEETS / "poster.typ")


def leaflet_pdf(table: Timetable, area: Area, *, url: str, house: Mapping[str, Any], fonts_dir: Path) -> bytes:
    """The stops of a district to take home (A4, large print), the same bytes all day."""
    data = _public_words(table.today, url, house) | {
        "title": _("Hilfe mit Handy und Computer: %(place)s") % {"place": area.name},
        "lead": _("Kommen Sie einfach vorbei. Es kostet nichts."),
        "next_words": _("Die nächsten Termine:"),
        "stops": [_row(entry) for entry in area.entries],
    }
    return draw(data, fonts_dir=fonts_dir, at=at_minute(table.today, 0), sheet=SHEETS / "leaflet.typ")


def _public_words(today: date, url: str, house: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "language": _language(),
        "claim": _("Digitale Hilfe in %(city)s") % {"city": house["city_name"]},
        "as_of": _("Stand: %(date)s. Änderungen stehen im Fahrplan.")
        % {"date": long_date(today, language=_language(), year=True)},
        "page": _("Seite"),
        "off": _("fällt aus"),
        "qr": _code(url),
        "qr_alt": _("Code für die Kamera des Handys. Er führt zu %(url)s") % {"url": _bare(url)},
        "qr_lead": _("Alle Termine, jeden Tag neu:"),
        "qr_url": _bare(url),
        "hotline_line": _("Telefon %(number)s") % {"number": house["hotline"]},
        "hotline_hours": str(house["hotline_hours"]),
    }


def _row(entry: StopEntry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "place": entry.place,
        "steps": entry.steps_words,
        "rhythm": entry.rhythm,
        "dates": [
            {"words": f"{date_words(one.date)}{_unusual(entry, one.starts_at)}", "is_off": one.is_off}
            for one in entry.next_dates[:3]
        ],
    }


def _short_row(entry: StopEntry) -> dict[str, Any]:
    """Two lines: the way in stands behind the address, and there are two dates."""
    row = _row(entry)
    return row | {"place": f"{row['place']}. {row['steps']}", "steps": "", "dates": row["dates"][:2]}


def _unusual(entry: StopEntry, starts_at: datetime) -> str:
    """The time of day of a date that does not begin when the rhythm says."""
    begin = starts_at.hour * 60 + starts_at.minute
    if begin in {slot[1] for slot in entry.slots}:
        return ""
    return ", " + _("%(time)s Uhr") % {"time": spoken_clock(starts_at)}


def _code(url: str) -> str:
    """A QR code as SVG; a quarter of it may be torn off."""
    drawn = io.BytesIO()
    segno.make(url, error="q", micro=False).save(drawn, kind="svg", border=2, light="#ffffff", xmldecl=False)
    return drawn.getvalue().decode()


def _bare(url: str) -> str:
    return url.partition("://")[2].rstrip("/")


def _language() -> str:
    return "en" if (get_language() or "de").startswith("en") else "de"


# --- the team's sheet -------------------------------------------------------------------------------


def route_sheet_pdf(tour: Tour, halts: Sequence[TourStop], *, at: datetime, fonts_dir: Path) -> bytes:
    """A team's day with times, addresses, keys, parking and telephone numbers (A4). `halts` with `active`, in order."""
    day = long_date(tour.date, language=_language(), year=True)
    data = {
        "language": _language(),
        "claim": _("Tourenblatt"),
        "title": _("Team %(team)s, %(date)s") % {"team": tour.team.name, "date": day},
        "lines": [line for line in _lines(tour) if line],
        "columns": [_("Zeit"), _("Halt"), _("Gut zu wissen")],
        "halts": [_halt(halt) for halt in halts],
        "end": _("Zurück am Stützpunkt um %(time)s Uhr.") % {"time": spoken_clock(tour.returns_at)},
        "foot": _("Nur für das Team. Nach der Tour bitte vernichten."),
        "page": _("Seite"),
    }
    return draw(data, fonts_dir=fonts_dir, at=at, sheet=SHEETS / "route.typ")


def _lines(tour: Tour) -> Iterable[str]:
    words = {"time": spoken_clock(tour.leaves_at), "base": str(tour.team.base)}
    yield _("Abfahrt um %(time)s Uhr: %(base)s") % words
    if tour.break_starts_at:
        words = {"time": spoken_clock(tour.break_starts_at), "minutes": str(tour.team.break_minutes)}
        yield _("Pause um %(time)s Uhr, %(minutes)s Minuten") % words
    if tour.team.vehicle:
        yield _("Fahrzeug: %(vehicle)s") % {"vehicle": tour.team.vehicle}


def _halt(halt: TourStop) -> dict[str, Any]:
    where = halt.stop or halt.request_stop
    assert where is not None
    minutes = -(-halt.drive_seconds // 60)
    announced = " ".join(change_words(one) for one in _active(halt))
    return {
        "times": f"{spoken_clock(halt.starts_at)} – {spoken_clock(halt.ends_at)}",
        "drive": ngettext("Fahrt ca. %(n)d Minute", "Fahrt ca. %(n)d Minuten", minutes) % {"n": minutes},
        "name": str(where),
        "place": str(where.address),
        "announced": announced or (_("Ersatztermin") if halt.replaces_date else ""),
        "facts": [[f"{name}:", value] for name, value in _facts(where) if value],
    }


def _active(halt: TourStop) -> Iterable[Deviation]:
    return halt.active  # type: ignore[attr-defined, no-any-return]


def _facts(where: Stop | RequestStop) -> Iterable[tuple[str, str]]:
    yield _("Aufbau"), _minutes(where.setup_minutes)
    if isinstance(where, RequestStop):
        return
    yield _("Abbau"), _minutes(where.packing_minutes)
    yield _("Zugang"), steps_sentence(where.step_free, where.steps)
    yield _("Schlüssel"), where.key_note
    yield _("Parken"), where.parking_note
    yield _("Kontakt"), ", ".join(filter(None, (where.contact_name, grouped_phone(where.contact_phone))))


def _minutes(count: int) -> str:
    return ngettext("%(n)d Minute", "%(n)d Minuten", count) % {"n": count} if count else ""
