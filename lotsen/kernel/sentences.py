"""German sentences that carry their own template, so that the edge can say them in English.

Pure modules know no gettext. They make a `Sentence`: a `str` that reads as German and remembers the
template and the values; `lotsen.spoken.said` says it in another language. What is read for translation: the
first argument of every `Sentence(...)`, or the text behind the name that stands there.
"""

from __future__ import annotations

from datetime import date
from typing import Self

from lotsen.kernel.calendar import long_date


class Sentence(str):
    """A German sentence; `text` is the template with `{names}`, `values` what stands in their place."""

    text: str
    values: dict[str, object]

    def __new__(cls, text: str, **values: object) -> Self:
        """Fills the template. A `date` becomes "Dienstag, 1. Dezember", a tuple of words "Fotos, Tablet und iPhone"."""
        sentence = super().__new__(cls, text.format(**{name: _shown(value) for name, value in values.items()}))
        sentence.text = text
        sentence.values = values
        return sentence

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.text, self.values)


def _shown(value: object) -> object:
    if isinstance(value, date):
        return long_date(value)
    return listed(value, " und ") if isinstance(value, tuple) else value


def listed(words: tuple[str, ...], last: str) -> str:
    """Joins words with commas and, before the last one, with `last`."""
    return last.join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _again(text: str, values: dict[str, object]) -> Sentence:
    return Sentence(text, **values)


class NotUnderstood(ValueError):
    """Something typed that we cannot read; `sentence` is fit for the person who typed it."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence
