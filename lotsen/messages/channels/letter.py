"""Letters: what stands on them is fixed when the message is sent, and lies in the print queue as data; the page is
drawn by typst when somebody looks at it or prints it. Words travel as JSON, so no name can be markup."""

import contextlib
import functools
import io
import json
import math
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pikepdf
import typst

from lotsen.messages import wording
from lotsen.messages.channels.base import ChannelError, Sent
from lotsen.messages.models import Letter, Message

SHEET = Path(__file__).with_name("letter.typ")
TYPESET = Path(__file__).with_name("typeset.py")
CHUNK = 25
"""So many letters are one document: typst forgets what it set ten documents ago."""

ADDRESS_LINES = 6
LINE, SMALL_LINE = 32, 38
"""So many letters fit a line of the address field in 14 pt, and in 11.5 pt."""

REGULAR_FONT = "FiraSans-Regular.ttf"
LETTERS_A_LINE = 60
ROOM, ROOM_ABOVE_CARD = 180, 84
"""Millimetres from the subject to the foot of the page, or to a card, less some for safety."""

Sheet = dict[str, Any]


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
        """Lay the letter into the print queue, once."""
        sheet = sheet_of(message, house=self.house)
        letter = Letter(message=message, sheet=sheet, created_at=message.claimed_at)
        Letter.objects.bulk_create([letter], ignore_conflicts=True)
        return Sent(f"letter:{message.pk}")

    def find(self, message: Message) -> Sent | None:
        """The letter lies in the queue or it does not."""
        return Sent(f"letter:{message.pk}") if Letter.objects.filter(pk=message.pk).exists() else None

    def page(self, letter: Letter) -> bytes:
        """One letter as PDF/UA-1."""
        sheet = letter.sheet or sheet_of(letter.message, house=self.house)
        return letter_pdf(sheet, fonts_dir=self.fonts_dir, sender=self.sender, at=letter.created_at)

    def pages(
        self, sheets: Sequence[Sheet], *, title: str, at: datetime, told: Callable[[int], object] = bool
    ) -> bytes:
        """Many letters as one file for the printer."""
        return printer_pdf(sheets, title=title, fonts_dir=self.fonts_dir, sender=self.sender, at=at, told=told)


def sheet_of(message: Message, *, house: Callable[[str, datetime], Mapping[str, str]]) -> Sheet:
    """What stands on the letter, as data. Refuses an address of no lines, or more than six in the window."""
    address = [line.strip() for line in message.to.splitlines() if line.strip()]
    if not 1 <= sum(math.ceil(len(line) / SMALL_LINE) for line in address) <= ADDRESS_LINES:
        raise ChannelError("address_lines", permanent=True)
    house_words = house(message.language, message.claimed_at or message.created_at)
    sheet = wording.letter_sheet(message.kind, message.language, message.variables, house_words)
    return {
        "language": message.language if message.language in wording.LANGUAGES else "de",
        "large": str(message.variables.get("_large", "")) not in {"", "False"},
        "address": address,
        "small_address": len(address) > 4 or any(len(line) > LINE for line in address),
        "subject": together(sheet.subject),
        "blocks": [together(block) for block in sheet.blocks if block["style"] not in CARDS],
        "card": together(_card(sheet.blocks, sheet.frame)),
        "frame": sheet.frame,
        "keep": sheet.keep,
        "signed": sheet.signed,
        "info": _info(sheet.frame, message, house_words),
        "signature": {**house_words, **message.variables}["owner_name"],
    }


CARDS = frozenset({"card", "survey"})
_LOOSE = re.compile(r"(?<=[0-9]) (?=[0-9]|Uhr\b)|(?<=[0-9]\.) (?=[A-ZÄ])")


def together(part: Any) -> Any:
    """The same words, but no line ends inside a number, a date or a time of day."""
    if isinstance(part, str):
        return _LOOSE.sub("\N{NO-BREAK SPACE}", part)
    if isinstance(part, Mapping):
        return {key: together(value) for key, value in part.items()}
    return [together(one) for one in part] if isinstance(part, list) else part


def _card(blocks: Sequence[Mapping[str, Any]], frame: Mapping[str, str]) -> dict[str, Any] | None:
    """The card at the foot of the page: things to tick, or questions, each written "question | answer | answer"."""
    block = next((block for block in blocks if block["style"] in CARDS), None)
    if block is None:
        return None
    asked = [[part.strip() for part in line.split("|")] for line in block.get("questions", [])]
    return {
        "title": block["number"] if block["style"] == "card" else block["title"],
        "items": [{"text": item, "line": item.endswith(":")} for item in block.get("items", [])],
        "questions": [{"ask": parts[0], "answers": parts[1:]} for parts in asked],
        "free": block.get("free", ""),
        "note": block["note"],
        "cut": frame["cut"],
        "answer_word": frame["answer"],
        "postage": frame["postage"],
    }


def _info(frame: Mapping[str, str], message: Message, house: Mapping[str, str]) -> list[list[str]]:
    rows = [
        (frame["number"], message.variables.get("reference", "")),
        (frame["phone"], house["hotline"]),
        (frame["hours"], house["hotline_hours"]),
        (frame["date"], house["today_long"]),
    ]
    return [[name, value] for name, value in rows if value]


def is_careful(sheet: Sheet) -> bool:
    """Whether the page may be full, so that it is measured before it is set. A guess on the safe side."""
    room = ROOM_ABOVE_CARD if sheet["card"] else ROOM
    return bool(sheet["large"]) or 32 + sum(_millimetres(block) for block in sheet["blocks"]) > room


def _millimetres(block: Mapping[str, Any]) -> float:
    """About how tall a block is in 14 pt: 60 letters to a line, 6.65 mm a line."""
    if block["style"] == "heading":
        return 9.3
    if block["style"] == "box":
        return 34
    rows = block.get("items") or [block.get("runs", "")]
    height = sum(math.ceil(_length(row) / LETTERS_A_LINE) * 6.65 + 1.8 for row in rows)
    return height + {"list": 9.3, "ticks": 22.0, "lines": 12.0 + 8 * len(rows)}.get(block["style"], 0)


def _length(part: Any) -> int:
    if isinstance(part, str):
        return len(part)
    return sum(len(str(run["text"])) for run in part)


def letter_pdf(sheet: Sheet, *, fonts_dir: Path, sender: Mapping[str, str], at: datetime) -> bytes:
    """One letter as tagged PDF (PDF/UA-1)."""
    data = {"title": sheet["subject"], "sender": dict(sender), "letters": [{**sheet, "careful": True}]}
    return draw(data, fonts_dir=fonts_dir, at=at)


def printer_pdf(
    sheets: Sequence[Sheet],
    *,
    title: str,
    fonts_dir: Path,
    sender: Mapping[str, str],
    at: datetime,
    told: Callable[[int], object] = bool,
) -> bytes:
    """Many letters as one file, each beginning on a page of its own, set by `typeset` in a process of its own.

    Paper reads no tags, so there are none: that is two thirds of the work. `told` hears how many letters are set.
    Raises ChannelError where the process fails.
    """
    letters = [{**sheet, "careful": is_careful(sheet)} for sheet in sheets]
    chunks = (letters[start : start + CHUNK] for start in range(0, len(letters), CHUNK))
    order = {
        "sheet": str(SHEET),
        "root": str(SHEET.parent),
        "fonts_dir": str(_checked(fonts_dir)),
        "timestamp": int(at.timestamp()),
        "documents": [{"title": title, "sender": dict(sender), "letters": chunk} for chunk in chunks],
    }
    command = [sys.executable, str(TYPESET)]
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nowhere) as child:  # noqa: S603 - our own file
        assert child.stdin is not None
        assert child.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            child.stdin.write(json.dumps(order).encode())
            child.stdin.close()
        for line in child.stdout:
            word, number = line.split()
            if word == b"pdf":
                return child.stdout.read(int(number))
            told(int(number))
    raise ChannelError("not_drawn", permanent=False)


def draw(
    data: Mapping[str, object],
    *,
    fonts_dir: Path,
    at: datetime,
    sheet: Path = SHEET,
    standards: Sequence[str] = ("ua-1",),
) -> bytes:
    """Compile a sheet (the letter's, or another room's) with this data; the compiler itself refuses what does not meet
    the standards."""
    return typst.compile(
        sheet,
        root=sheet.parent,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        font_paths=_fonts(fonts_dir),
        pdf_standards=list(standards),
        timestamp=int(at.timestamp()),
    )


@functools.cache
def _fonts(fonts_dir: Path) -> typst.Fonts:
    """Our own faces only, read once a process: the same sheet on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_checked(fonts_dir)])


def _checked(fonts_dir: Path) -> Path:
    if not (fonts_dir / REGULAR_FONT).exists():
        raise ChannelError("fonts_missing", permanent=False)
    return fonts_dir


def page_count(pdf: bytes) -> int:
    """Pages of a PDF."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)
