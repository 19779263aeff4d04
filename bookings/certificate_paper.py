"""The certificate of engagement as one page, tagged PDF (PDF/UA-1), from the figures that were certified."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import segno
from django.utils.translation import gettext as _
from django.utils.translation import override

from lotsen.kernel.calendar import local_date, long_date
from lotsen.messages.channels.letter import draw
from lotsen.messages.house import house_words
from volunteers.models import Certificate
from volunteers.words import hours

SHEET = Path(__file__).with_name("sheets") / "certificate.typ"
COURSES_SHOWN = 5
"""So many fit beside ten years; the first ones are named, the others counted."""

FEW_YEARS = 4
"""With more the rows stand closer."""


def certificate_pdf(row: Certificate, *, base_url: str, city: str, fonts_dir: Path, at: datetime) -> bytes:
    """In German: it is shown to authorities and employers here. Dated the day on which it was issued."""
    with override("de"):
        return draw(_data(row, base_url, city), fonts_dir=fonts_dir, at=row.issued_at, sheet=SHEET)


def _data(row: Certificate, base_url: str, city: str) -> dict[str, Any]:
    house = house_words("de", row.issued_at)
    issued = long_date(local_date(row.issued_at), language="de", year=True).partition(", ")[2]
    words = {"first": f"{row.first_on:%d.%m.%Y}", "last": f"{row.last_on:%d.%m.%Y}", "city": city}
    body = _("hat vom %(first)s bis zum %(last)s ehrenamtlich als Lotsin oder Lotse der Stadt %(city)s geholfen.")
    more = _("Lotsinnen und Lotsen besuchen ältere Menschen und zeigen ihnen Handy, Tablet und Internet.")
    url = f"{base_url}/bescheinigung/{row.token}/"
    return {
        "language": "de",
        "title": _("Bescheinigung über ein Ehrenamt"),
        "city": city,
        "claim": _("Digitale Hilfe in %(city)s") % {"city": city},
        "place_and_day": f"{city}, {issued}",
        "lead": _("Wir bestätigen:"),
        "name": row.name,
        "body": f"{body % words} {more}",
        "year": _("Jahr"),
        "hours": _("Stunden mit Weg und Kursen"),
        "years": [[str(year), hours(minutes)] for year, minutes in row.years],
        "many": len(row.years) > FEW_YEARS,
        "sum": _("Zusammen"),
        "total": hours(row.minutes),
        "courses_title": _("Besuchte Kurse"),
        "courses": _courses(row.courses),
        "thanks": _("Für dieses Engagement danken wir herzlich."),
        "signature": house["owner_name"],
        "without_signature": _("Maschinell erstellt und ohne Unterschrift gültig."),
        "check": _("Prüfen: %(url)s") % {"url": f"{base_url.partition('://')[2].rstrip('/')}/bescheinigung"},
        "number_word": _("Nummer: "),
        "number": row.grouped_number,
        "qr": _code(url),
        "qr_alt": _("Code für die Kamera. Er führt zur Prüfung dieser Bescheinigung."),
    }


def _courses(courses: list[str]) -> list[str]:
    shown = courses[:COURSES_SHOWN]
    left = len(courses) - len(shown)
    return [*shown, _("und %(count)d weitere") % {"count": left}] if left else shown


def _code(url: str) -> str:
    """As SVG; a quarter of it may be worn off."""
    drawn = io.BytesIO()
    segno.make(url, error="q", micro=False).save(drawn, kind="svg", border=2, light="#ffffff", xmldecl=False)
    return drawn.getvalue().decode()
