"""Numbers that people say on the telephone: the Vorgangsnummer and the short code of an offer.

A reference has seven digits, said in groups of 3, 3 and 1. The last one is a check digit after H. Michael Damm,
"Total anti-symmetrische Quasigruppen" (Marburg 2004): every single wrong digit and every swap of two neighbours is
caught. The first digit is never 0, because spreadsheets drop it.
"""

from __future__ import annotations

import re
import unicodedata
from random import Random

from lotsen.kernel.sentences import NotUnderstood, Sentence

DIGITS = 7
_LATIN_SQUARE = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
_SPOKEN = ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
_WORDS = {word: str(digit) for digit, word in enumerate(_SPOKEN)} | {"zwo": "2", "fuenf": "5"}


class NotAReference(NotUnderstood):
    """What was typed or said is not one of our numbers."""


def check_digit(digits: str) -> str:
    """The Damm digit that belongs behind these digits."""
    interim = "0"
    for digit in digits:
        interim = _LATIN_SQUARE[int(interim)][int(digit)]
    return interim


def is_reference(text: str) -> bool:
    """Seven plain digits, the first not 0, the last one right."""
    return re.fullmatch(r"[1-9][0-9]{6}", text) is not None and check_digit(text) == "0"


def new_reference(random: Random) -> str:
    """One of 900,000 references. The caller keeps it unique and brings the source of chance (`SystemRandom`)."""
    body = str(random.randrange(100_000, 1_000_000))
    return body + check_digit(body)


def new_offer_code(random: Random) -> str:
    """Four digits for "JA 4711", the first not 0. Unique among a volunteer's open offers: the caller's care."""
    return str(random.randrange(1_000, 10_000))


def parse(text: str) -> str:
    """Reads "482 615 6", "482-615-6", "4 8 2, 6 1 5, 6", "vier acht zwei ..." into "4826156", else NotAReference."""
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = re.sub(r"[a-zäöüß]+", lambda word: _WORDS.get(word[0], word[0]), plain)
    digits = re.sub(r"[\s.,;:/_\-‐‑‒–—·()#]", "", plain)
    if is_reference(digits):
        return digits
    raise NotAReference(_why_not(digits))


def _why_not(digits: str) -> Sentence:
    if re.fullmatch(r"[0-9]+", digits) is None:
        return Sentence("Eine Nummer besteht nur aus Ziffern, zum Beispiel {example}.", example="482 615 6")
    if len(digits) != DIGITS:
        return Sentence("Eine Nummer hat {want} Ziffern, hier stehen {count}.", want=DIGITS, count=len(digits))
    return Sentence("Diese Nummer gibt es nicht. Bitte prüfen Sie die Ziffern.")


def grouped(reference: str) -> str:
    """Puts "4826156" as it is written: "482 615 6"."""
    return " ".join(_groups(reference))


def spoken(reference: str) -> str:
    """Puts "4826156" as it is read out, digit by digit: "4 8 2, 6 1 5, 6" (for screen readers and the telephone)."""
    return ", ".join(" ".join(group) for group in _groups(reference))


def _groups(reference: str) -> tuple[str, str, str]:
    return reference[:3], reference[3:6], reference[6:]
