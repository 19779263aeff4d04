"""Cards as paper: the size of a bank card, front and back side by side, five on an A4 sheet; tagged PDF (PDF/UA-1)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import segno
from django.utils.translation import gettext as _
from django.utils.translation import override

from lotsen.kernel.calendar import long_date
from lotsen.messages.channels.letter import draw
from lotsen.people.models import Card
from lotsen.spoken import grouped_phone

SHEET = Path(__file__).with_name("sheets") / "cards.typ"


def cards_pdf(cards: Sequence[Card], *, base_url: str, hotline: str, city: str, fonts_dir: Path, at: datetime) -> bytes:
    """These cards for the printer, in German: cards are shown to people here."""
    with override("de"):
        data = {
            "language": "de",
            "title": _("Ausweise"),
            "claim": _("Digitale Hilfe in %(city)s") % {"city": city},
            "fold": _("Hier falten"),
            "role": _("gehört zu den Lotsen"),
            "until": _("gültig bis"),
            "number": _("Nummer"),
            "check": _("Diesen Ausweis prüfen:"),
            "by_phone": _("Am Telefon: %(number)s, dann die Taste 4") % {"number": grouped_phone(hotline)},
            "by_web": _("Im Internet: %(url)s") % {"url": f"{_bare(base_url)}/ausweis"},
            "rule": _("Ich sage zuerst das Kennwort. Sie sagen es nicht."),
            "found": _("Gefunden? Bitte rufen Sie uns an: %(number)s") % {"number": grouped_phone(hotline)},
            "cards": [_card(card, base_url) for card in cards],
        }
        return draw(data, fonts_dir=fonts_dir, at=at, sheet=SHEET)


def _card(card: Card, base_url: str) -> dict[str, Any]:
    name = card.user.name
    return {
        "name": name,
        "number": card.grouped_number,
        "until": long_date(card.valid_until, language="de", year=True).partition(", ")[2],
        "qr": _code(f"{base_url}/ausweis/{card.token}/"),
        "qr_alt": _("Code für die Kamera. Er führt zur Prüfung dieses Ausweises."),
        "photo": list(bytes(card.photo)) if card.photo else [],
        "photo_alt": _("Foto von %(name)s") % {"name": name},
    }


def _code(url: str) -> str:
    """As SVG; a quarter of it may be scratched off."""
    drawn = io.BytesIO()
    segno.make(url, error="q", micro=False).save(drawn, kind="svg", border=2, light="#ffffff", xmldecl=False)
    return drawn.getvalue().decode()


def _bare(url: str) -> str:
    return url.partition("://")[2].rstrip("/")
