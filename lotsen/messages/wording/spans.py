"""Filling `{names}` and splitting `**bold**`: the template is split first, so a value can never become markup."""

import string
from collections.abc import Mapping
from typing import TypedDict


class Span(TypedDict):
    """A run of letters of one weight."""

    text: str
    bold: bool


def placeholders(text: str) -> frozenset[str]:
    """The names in braces."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


def spans(template: str, words: Mapping[str, str]) -> list[Span]:
    """The filled template as runs; every second piece between `**` is bold."""
    pieces = template.split("**")
    return [Span(text=piece.format_map(words), bold=odd % 2 == 1) for odd, piece in enumerate(pieces) if piece]


def plain(template: str, words: Mapping[str, str]) -> str:
    """The filled template without weights."""
    return "".join(span["text"] for span in spans(template, words))
