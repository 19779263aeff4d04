"""Street names, house numbers and postal codes in one spelling. Pure.

The key of a street is what two people who mean the same street would both arrive at:
"Königsbrücker Straße", "Koenigsbruecker Str." and "KÖNIGSBRÜCKER STRASSE" share one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"}
)
_STREET_WORD = re.compile(r"(strasse|strase|straße|str)(?![a-zäöüß])")
_NOT_ALNUM = re.compile(r"[^a-z0-9]+")
_DASHES = str.maketrans({"–": "-", "—": "-", "‑": "-", "−": "-"})

# What German ears do not tell apart, in this order: where whoever takes a name down by phone guesses wrong.
_SOUNDS = tuple(
    (re.compile(heard), written)
    for heard, written in (
        (r"ph", "f"),
        (r"th|dt|d\b", "t"),
        (r"ck|\bc(?!h)", "k"),
        (r"tz", "z"),
        (r"\bv", "f"),
        (r"[ae][iy]", "ei"),
        (r"y", "i"),
        (r"ae", "e"),
        (r"(?<=[aeiou])h(?=[^aeiou\W])", ""),
        (r"([a-z])\1", r"\1"),
    )
)

_MONTHS = "januar|februar|märz|maerz|april|mai|juni|juli|august|september|oktober|november|dezember"
_MEMBER = r"(?:\d{1,4}(?:\s?[a-z](?![^\W\d_]))?|[a-z](?![^\W\d_]))"
_NUMBER = rf"\d{{1,4}}(?:\s?[a-z](?![^\W\d_]))?(?:\s?[-/+]\s?{_MEMBER})*"
_LINE = re.compile(
    rf"^(?P<street>[^\d].*?)(?:nr\.?\s*|[\s,]+|(?<=[^\W\d_])|(?<=\.))"
    rf"(?P<number>{_NUMBER})(?!\d|\.)(?!\s+(?:{_MONTHS})\b)"
    r"(?:\s*[,;/(]\s*|\s+|$)(?P<extra>.*)$",
    re.IGNORECASE,
)
_FIRST_NUMBER = re.compile(r"^(\d{1,4})\s?([a-z])?", re.IGNORECASE)
_LONGEST_LINE = 300


@dataclass(frozen=True, slots=True)
class StreetLine:
    """A street line taken apart; what is not there is the empty string."""

    street: str
    house_number: str = ""
    extra: str = ""


def fold(text: str) -> str:
    """Lower case, umlauts spelt out, other accents dropped: "Łódź" becomes "lodz"."""
    spelt = unicodedata.normalize("NFC", text).lower().translate(_UMLAUTS)
    parts = unicodedata.normalize("NFKD", spelt)
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def sound_key(word: str) -> str:
    """One spelling for names that sound alike: "Meyer" and "Maier" become "meier", "Schultze" becomes "schulze"."""
    sound = fold(word)
    for heard, written in _SOUNDS:
        sound = heard.sub(written, sound)
    return sound


def street_key(street: str) -> str:
    """The one spelling of a street name, without spaces and punctuation; "" for nothing."""
    shortened = _STREET_WORD.sub("str", fold(street))
    return _NOT_ALNUM.sub("", shortened)


@lru_cache(maxsize=10_000)
def house_number_key(house_number: str) -> str:
    """A house number without spaces: "135 a - C" becomes "135a-c"."""
    return re.sub(r"[^a-z0-9+/-]", "", fold(house_number.translate(_DASHES)))


def first_house_number(house_number: str) -> str:
    """The first house of a range: "135 a-c" is "135a", "26-28" is "26"; "" for none."""
    found = _FIRST_NUMBER.match(house_number_key(house_number))
    return "".join(part for part in found.groups() if part) if found else ""


def split_street(line: str) -> StreetLine:
    """Take "Prohliser Allee 10, HH 2. OG" apart. A date inside a name is no house number."""
    clean = " ".join(line.translate(_DASHES).split())[:_LONGEST_LINE].strip(" ,;")
    found = _LINE.match(clean)
    if found is None:
        return StreetLine(clean)
    street = re.sub(r"\s+nr\.?$", "", found["street"].strip(" ,;"), flags=re.IGNORECASE)
    number = re.sub(r"\s*([-/+])\s*", r"\1", found["number"]).strip()
    return StreetLine(street, number, found["extra"].strip(" ,;()"))


def postal_code_key(text: str) -> str:
    """Five digits, or "". Spreadsheets drop the leading zero: "1067" becomes "01067"."""
    found = re.fullmatch(r"\s*(?:D[- ]?)?(\d{4,5})(?:\.0)?\s*", text, re.IGNORECASE | re.ASCII)
    return found[1].zfill(5) if found else ""
