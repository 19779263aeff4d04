"""German sentences that carry their own template, so that the edge can say them in English.

Pure modules know no gettext. They make a `Sentence`: a `str` that reads as German and remembers the
template and the values. `gettext(sentence.text).format(**sentence.values)` says it in another language.
The word lists are read for translation like this: the first argument of every `Sentence(...)`.
"""

from __future__ import annotations

from typing import Self


class Sentence(str):
    """A German sentence; `text` is the template with `{names}`, `values` what stands in their place."""

    text: str
    values: dict[str, object]

    def __new__(cls, text: str, **values: object) -> Self:
        """Fills the template. Braces inside a value stay as they are."""
        sentence = super().__new__(cls, text.format(**values))
        sentence.text = text
        sentence.values = values
        return sentence

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.text, self.values)


def _again(text: str, values: dict[str, object]) -> Sentence:
    return Sentence(text, **values)


class NotUnderstood(ValueError):
    """Something typed that we cannot read; `sentence` is fit for the person who typed it."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence
