"""How texts look on their page: filled with the longest values, measured, compared."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from lotsen.messages.models import TextVersion
from lotsen.messages.texts import TextKey, current_wish
from lotsen.messages.wording import catalogue
from lotsen.messages.wording.checks import Length, Wish, filled_longest, sms_length
from lotsen.messages.wording.gsm7 import normalised

WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Preview:
    """A text as it would be read; `length` of an SMS only. `is_broken`: a stray brace, nothing can be filled."""

    subject: str
    paragraphs: Sequence[str]
    length: Length | None
    is_broken: bool = False


@dataclass(frozen=True, slots=True)
class TextRow:
    """One line of the list."""

    kind: str
    name: str
    text: str
    length: Length | None
    version: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that both have, or that was taken out ("gone"), or is new ("new")."""

    text: str
    mark: str


def preview(key: TextKey, wish: Wish) -> Preview:
    """With every word at its longest."""
    try:
        subject = filled_longest(wish.subject, key.language)
        paragraphs = [filled_longest(part, key.language).replace("**", "") for part in wish.parts or (wish.text,)]
    except (ValueError, IndexError, AttributeError, KeyError):
        return Preview(wish.subject, wish.parts or (wish.text,), None, is_broken=True)
    if key.channel == "sms":
        return Preview("", [normalised(paragraphs[0])], sms_length(wish.text, key.language))
    return Preview(subject, paragraphs, None)


def text_rows(*, channel: str, language: str, words: str, only_changed: bool, shown_in: str) -> list[TextRow]:
    """The texts of one way and language that have `words` in their name or text."""
    newest: dict[str, int] = {}
    found = TextVersion.objects.filter(channel=channel, language=language).values_list("kind", "version")
    for kind, version in found:
        newest[kind] = max(version, newest.get(kind, 0))
    rows = [_row(kind, channel, language, newest.get(kind, 0), shown_in) for kind in catalogue.kinds(channel)]
    wanted = words.casefold().strip()
    return [
        row
        for row in rows
        if (row.version or not only_changed) and (not wanted or wanted in f"{row.name} {row.text}".casefold())
    ]


def _row(kind: str, channel: str, language: str, version: int, shown_in: str) -> TextRow:
    wish = current_wish(TextKey(kind, channel, language))
    text = wish.text or wish.subject
    length = sms_length(wish.text, language) if channel == "sms" else None
    return TextRow(kind, catalogue.kind_name(kind, shown_in), text, length, version)


def difference(old: Wish, new: Wish) -> list[list[Piece]]:
    """Subject and texts of two versions, word by word."""
    before = [old.subject, *(old.parts or (old.text,))]
    after = [new.subject, *(new.parts or (new.text,))]
    pairs = zip(before, after, strict=False)
    return [_pieces(first, second) for first, second in pairs if first or second]


def _pieces(old: str, new: str) -> list[Piece]:
    before, after = WORDS.findall(old), WORDS.findall(new)
    pieces: list[Piece] = []
    for step, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if step == "equal":
            pieces.append(Piece("".join(before[a:b]), ""))
            continue
        if b > a:
            pieces.append(Piece("".join(before[a:b]), "gone"))
        if d > c:
            pieces.append(Piece("".join(after[c:d]), "new"))
    return pieces
