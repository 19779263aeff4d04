"""Letters: drawn by typst as tagged PDF, laid into the print queue. Words travel as JSON, so no name can be markup."""

import functools
import io
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import typst
from pypdf import PdfReader

from lotsen.messages import wording
from lotsen.messages.channels.base import ChannelError, Sent
from lotsen.messages.models import Letter, Message

SHEET = Path(__file__).with_name("letter.typ")
ADDRESS_LINES = 6
REGULAR_FONT = "FiraSans-Regular.ttf"


class LetterChannel:
    """`house` gives the words of the house by language and moment, `sender` the name, claim and return line."""

    provider = "paper"
    gives_receipts = False

    def __init__(
        self,
        *,
        fonts_dir: Path,
        sender: Mapping[str, str],
        house: Callable[[str, datetime], Mapping[str, str]],
    ) -> None:
        self.fonts_dir = fonts_dir
        self.sender = sender
        self.house = house

    def send(self, message: Message) -> Sent:
        """Draw the letter and lay it into the print queue, once."""
        pdf = letter_pdf(message, fonts_dir=self.fonts_dir, sender=self.sender, house=self.house)
        letter = Letter(message=message, pdf=pdf, pages=page_count(pdf), created_at=message.claimed_at)
        Letter.objects.bulk_create([letter], ignore_conflicts=True)
        return Sent(f"letter:{message.pk}")

    def find(self, message: Message) -> Sent | None:
        """The letter lies in the queue or it does not."""
        return Sent(f"letter:{message.pk}") if Letter.objects.filter(pk=message.pk).exists() else None


def letter_pdf(
    message: Message,
    *,
    fonts_dir: Path,
    sender: Mapping[str, str],
    house: Callable[[str, datetime], Mapping[str, str]],
) -> bytes:
    """One letter as PDF/UA-1 (DIN 5008 form B). Refuses an address of no or more than six lines."""
    address = [line.strip() for line in message.to.splitlines() if line.strip()]
    if not 1 <= len(address) <= ADDRESS_LINES:
        raise ChannelError("address_lines", permanent=True)
    written_at = message.claimed_at or message.created_at
    house_words = house(message.language, written_at)
    sheet = wording.letter_sheet(message.kind, message.language, message.variables, house_words)
    data = {
        "language": message.language if message.language in wording.LANGUAGES else "de",
        "address": address,
        "subject": sheet.subject,
        "blocks": sheet.blocks,
        "frame": sheet.frame,
        "keep": sheet.keep,
        "sender": dict(sender),
        "info": _info(sheet.frame, message, house_words),
        "signature": {**house_words, **message.variables}["owner_name"],
    }
    pdf = draw({**data, "tight": False}, fonts_dir=fonts_dir, at=written_at)
    if page_count(pdf) == 1:
        return pdf
    return draw({**data, "tight": True}, fonts_dir=fonts_dir, at=written_at)


def _info(frame: Mapping[str, str], message: Message, house: Mapping[str, str]) -> list[list[str]]:
    rows = [
        (frame["number"], message.variables.get("reference", "")),
        (frame["phone"], house["hotline"]),
        (frame["hours"], house["hotline_hours"]),
        (frame["date"], house["today_long"]),
    ]
    return [[name, value] for name, value in rows if value]


def draw(data: Mapping[str, object], *, fonts_dir: Path, at: datetime, sheet: Path = SHEET) -> bytes:
    """Compile a sheet (the letter's, or another room's) with this data; the compiler itself refuses what is not
    PDF/UA-1."""
    return typst.compile(
        sheet,
        root=sheet.parent,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        font_paths=_fonts(fonts_dir),
        pdf_standards="ua-1",
        timestamp=int(at.timestamp()),
    )


@functools.cache
def _fonts(fonts_dir: Path) -> typst.Fonts:
    """Our own faces only, read once a process: the same sheet on every machine."""
    if not (fonts_dir / REGULAR_FONT).exists():
        raise ChannelError("fonts_missing", permanent=False)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts_dir])


def page_count(pdf: bytes) -> int:
    """Pages of a PDF."""
    return len(PdfReader(io.BytesIO(pdf)).pages)
