"""What stands in a cell of an office's table, as a value. Each reader refuses with NotUnderstood and an example.

Readers that need to know something first (`choice`, `whole_number`) make a reader of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from rapidfuzz import fuzz, process, utils

from lotsen.kernel.sentences import NotUnderstood, Sentence

_YES, _NO = {"ja", "j", "yes", "y", "x", "wahr", "true", "1"}, {"nein", "n", "no", "falsch", "false", "0"}
_CLOSE_ENOUGH = 60
Chosen = TypeVar("Chosen")
One = TypeVar("One")


def plain_text(cell: str) -> str:
    """One line without double spaces. Refuses control signs and signs that turn the reading direction."""
    if re.search("[\x00-\x08\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]", cell):
        raise NotUnderstood(Sentence("Hier stehen Zeichen, die man nicht sieht. Bitte neu schreiben."))
    return " ".join(cell.split())


def postal_code(cell: str) -> str:
    """Five digits. The 0 that a spreadsheet dropped comes back where that makes a code of the 01 region."""
    digits = re.sub(r"[.,]0$", "", cell.strip().removeprefix("D-").removeprefix("D "))
    if re.fullmatch(r"(?!00)[0-9]{5}", digits):
        return digits
    if re.fullmatch(r"1[0-9]{3}", digits):
        return f"0{digits}"
    meant = re.sub(r"\s", "", digits).translate(str.maketrans("oOlI", "0011"))
    if re.fullmatch(r"(?!00)[0-9]{5}", meant):
        raise NotUnderstood(
            Sentence(
                "„{value}“ ist keine Postleitzahl. Richtig wäre „{suggestion}“.", value=cell[:20], suggestion=meant
            )
        )
    raise NotUnderstood(Sentence("Eine Postleitzahl hat 5 Ziffern, zum Beispiel 01169."))


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers within limits, both allowed; "60 min" and "60,0" are 60."""

    def read(cell: str) -> int:
        found = re.fullmatch(r"([+-]?[0-9]{1,9})(?:[.,]0+)?\s*(?:[a-zA-Z]{1,10}\.?)?", cell.strip())
        if not found or not least <= int(found[1]) <= most:
            raise NotUnderstood(
                Sentence(
                    "„{value}“ ist hier nicht möglich. Möglich ist eine ganze Zahl von {least} bis {most}.",
                    value=cell[:20],
                    least=least,
                    most=most,
                )
            )
        return int(found[1])

    return read


def decimal_number(least: float, most: float) -> Callable[[str], float]:
    """A reader of numbers with comma or dot within limits, both allowed; "51,05 km" is 51.05."""

    def read(cell: str) -> float:
        found = re.fullmatch(r"([+-]?[0-9]{1,9}(?:[.,][0-9]{1,12})?)\s*(?:[a-zA-Z°]{1,10})?", cell.strip())
        value = float(found[1].replace(",", ".")) if found else None
        if value is None or not least <= value <= most:
            raise NotUnderstood(
                Sentence(
                    "„{value}“ ist hier nicht möglich. Möglich ist eine Zahl von {least} bis {most}.",
                    value=cell[:20],
                    least=_german(least),
                    most=_german(most),
                )
            )
        return value

    return read


def day(cell: str) -> date:
    """Reads "31.12.2026", "31.12.26" or "2026-12-31". Refuses "01/02/03", which may mean three days."""
    text = re.sub(r"[T ]00:00(:00)?$", "", cell.strip())
    german = re.fullmatch(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4}|[0-9]{2})", text)
    iso = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if german:
            year = int(german[3])
            return date(year + 2000 if year < 100 else year, int(german[2]), int(german[1]))
    except ValueError:
        raise NotUnderstood(
            Sentence("Den Tag „{value}“ gibt es nicht. Bitte so schreiben: 31.12.2026.", value=cell[:20])
        ) from None
    if re.fullmatch(r"[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4}", text):
        raise NotUnderstood(
            Sentence("„{value}“ kann zweierlei heißen. Bitte so schreiben: 31.12.2026.", value=cell[:20])
        )
    raise NotUnderstood(Sentence("„{value}“ ist kein Datum. Bitte so schreiben: 31.12.2026.", value=cell[:20]))


def yes_no(cell: str) -> bool:
    """Reads "ja" or "nein", "x" for yes."""
    word = cell.strip().casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise NotUnderstood(Sentence("„{value}“ ist weder „ja“ noch „nein“.", value=cell[:20]))


def choice(options: Mapping[str, Chosen], refusal: str) -> Callable[[str], Chosen]:
    """A reader of one of these words; case, spaces and hyphens do not matter. `refusal` is a template with {value} and
    {suggestion}, such as the sentence about topics; the nearest option is suggested."""
    plain = {_bare(option): value for option, value in options.items()}

    def read(cell: str) -> Chosen:
        if _bare(cell) in plain:
            return plain[_bare(cell)]
        raise NotUnderstood(Sentence(refusal, value=cell[:40], suggestion=nearest(cell, list(options))))

    return read


def several(read_one: Callable[[str], One]) -> Callable[[str], tuple[One, ...]]:
    """A reader of a list within one cell, separated by comma, semicolon, bar or line."""

    def read(cell: str) -> tuple[One, ...]:
        return tuple(dict.fromkeys(read_one(part.strip()) for part in re.split(r"[,;|\n]", cell) if part.strip()))

    return read


def nearest(word: str, options: Sequence[str]) -> str:
    """The option that is spelt most like the word; all of them where none is like it."""
    found = process.extractOne(word[:100], options, scorer=fuzz.WRatio, processor=utils.default_process)
    if found is None or found[1] < _CLOSE_ENOUGH:
        return ", ".join(options)
    return str(found[0])


def _bare(word: str) -> str:
    return re.sub(r"[\s\-‐–_./]", "", word).casefold()


def _german(number: float) -> str:
    return f"{number:g}".replace(".", ",")
