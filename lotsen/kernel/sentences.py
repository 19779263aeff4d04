"""German sentences that carry their own template, so that the edge can say them in English.

Pure modules know no gettext. They make a `Sentence`: a `str` that reads as German and remembers the
template and the values; `lotsen.spoken.said` says it in another language. What is read for translation: the
first argument of every `Sentence(...)`, or the text behind the name that stands there.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Self

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


Data = str | int | dict[str, Any]


def as_data(text: str) -> Data:
    """What a row keeps of a sentence: its template and its values, so that it is said in the language of whoever reads
    it. A text without a template stays as it is."""
    if not isinstance(text, Sentence):
        return str(text)
    return {"text": text.text, "values": {name: _value_data(value) for name, value in text.values.items()}}


def from_data(data: Data) -> str:
    """The sentence that `as_data` kept; plain text, as rows of earlier times hold it, comes back as it is.

    What no longer fits its template is never shown half filled: then the template stands as it is.
    """
    if not isinstance(data, dict):
        return str(data)
    try:
        return Sentence(data["text"], **{name: _value(value) for name, value in data["values"].items()})
    except (KeyError, IndexError, ValueError):
        return str(data.get("text", ""))


def _value_data(value: object) -> Any:
    if isinstance(value, Sentence):
        return as_data(value)
    if isinstance(value, tuple):
        return {"words": [_value_data(word) for word in value]}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _value(data: Any) -> object:
    if not isinstance(data, dict):
        return data
    if "words" in data:
        return tuple(_value(word) for word in data["words"])
    return date.fromisoformat(data["day"]) if "day" in data else from_data(data)


class NotUnderstood(ValueError):
    """Something typed that we cannot read; `sentence` is fit for the person who typed it."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence
