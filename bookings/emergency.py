"""Words that mean danger, and words that nobody should write to us. Pure: text in, words out.

A false alarm costs one line on a page, a missed one may cost a life: the list is generous, but "Hilfe" counts only as a
cry, because everybody here asks for help.
"""

from __future__ import annotations

import re

from lotsen.places.normalise import fold

EMERGENCY_WORDS = (
    "gestürzt",
    "gestürtzt",
    "hingefallen",
    "komme nicht hoch",
    "kann nicht aufstehen",
    "Herz",
    "Herzinfarkt",
    "Brust",
    "keine Luft",
    "Atemnot",
    "Schlaganfall",
    "Lähmung",
    "gelähmt",
    "Mundwinkel",
    "blutet",
    "Blut",
    "bewusstlos",
    "ohnmächtig",
    "Feuer",
    "brennt",
    "Rauch",
    "Gas",
    "Gasgeruch",
    "Einbrecher",
    "vor der Tür",
    "ich will nicht mehr",
    "umbringen",
    "sterben",
    "Tabletten genommen",
)
_CRY = re.compile(r"\bhilfe\s*!|!\s*hilfe\b|^\s*hilfe\W*$|\bhilfe\W+hilfe\b")
_FOLDED = {word: re.compile(rf"\b{re.escape(fold(word))}\b") for word in EMERGENCY_WORDS}
_SECRET = re.compile(
    r"\b(?:pin|tan|puk|geheimzahl)\b(?:\W*(?:nummer|lautet|ist|heisst|fuer|mein|meine|meiner|die|der|das|handy|karte|konto|bank))*"
    r"\W*\d(?:\W?\d){2,}"
    r"|\b(?:pass?wort|kennwort|password)\b\W*(?:lautet|ist|heisst|:|=)\W*\S{3,}"
)
_ACCOUNT = re.compile(r"\bde\d{2}(?:\s?\d{4}){4}\s?\d{2}\b|\b(?:\d{4}[ -]?){3}\d{4}\b")


def emergency_words(text: str) -> tuple[str, ...]:
    """The words of danger that stand in the text, as they stand in the list; () where there is none.

    >>> emergency_words("Ich bin gestuerzt und brauche Hilfe")
    ('gestürzt',)
    """
    folded = fold(text)
    found = [word for word, pattern in _FOLDED.items() if pattern.search(folded)]
    return (*found, "Hilfe") if _CRY.search(folded) else tuple(found)


def looks_like_secret(text: str) -> bool:
    """Whether a PIN, a password or an account number stands in the text: the word with what belongs behind it."""
    folded = fold(text)
    return bool(_SECRET.search(folded) or _ACCOUNT.search(folded))
