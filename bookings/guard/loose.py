"""What might open something, without a word for it: a bare number, a word like "sonne_77", a pattern wiped with a finger.

Looked for last and only pointed out: whoever wrote it may say that it is none.
"""

# ruff: noqa: E501 - a pattern reads better whole than cut

from __future__ import annotations

import re

from bookings.guard.plain import GAP, without_harmless_numbers


def is_in(text: str) -> bool:
    """Whether a note has such a thing, once what says what it is ("14:30 uhr", "folge 1264", "bis 2025") is out.

    >>> is_in("amazon geht wieder, blumenkohl_77"), is_in("nimmt jetzt 2580"), is_in("folge 1264 geguckt")
    (True, True, False)
    """
    rest = without_harmless_numbers(_ADDRESS.sub("#", text))
    for harmless in (_COUNTED, _YEARS, *([_POSTAL_CODE] if "postleitz" in text or "plz" in text else [])):
        rest = harmless.sub("#", rest)
    numbers = (re.sub(r"\D", "", hit.group()) for hit in _NUMBER.finditer(rest))
    words = (hit.group() for hit in _WORD.finditer(rest))
    return (
        any(not _is_round(number) for number in numbers)
        or any(not _MODEL.fullmatch(word) for word in words)
        or any(pattern.search(text) for pattern in _SAID)
    )


def _is_round(number: str) -> bool:
    """Hundreds count something and open nothing; everybody knows the helplines."""
    return number in _HELPLINES or (number.endswith("00") and bool(number.strip("0")))


_NUMBER = re.compile(r"(?<![\w#/,.+])\d(?:[ \-]{1,2}\d|\d){3,}(?![\w/*+]|[.,]\d|\s?[+*x=]\s?\d)")
_HELPLINES = frozenset({"116116", "116117", "110112"})
_YEARS = re.compile(
    r"(?<![\d\w#\-])(?:19[3-9]\d|20[0-4]\d)(?!\d)(?:/\d\d(?!\d))?|\b(?:bis|seit|von|um|aus) 1[5-9]\d\d\b"
)
_POSTAL_CODE = re.compile(r"(?<!\d)\d{5}(?!\d)")
_COUNTED = re.compile(
    r"\b(?:folge|ice|ic|re|zug|flug\w*|flight|zeile|wagen|platz|plz|postleitz\w*|navi|bild\w*|aufloesung|parfum|rund|ueber|fast|"
    r"gut|etwa|circa|ca|knapp|nr|art|kdnr|rezept|puzzle|waren es|zaehler\w*|\w*ablesung|\w*meldung|fehler|\w*(?:kunden|kurs|mitglieds|auftrags|termin)-?(?:nummer|nr)|\w*zaehler)\b\W{0,3}(?:\w+ ){0,2}?(?:0x\w+|\d[\d .\-]*(?![\w]))"
    r"|\b\d[\d.]*\s?(?:px|pixel\w*|teile\w*|aufruf\w*|schritt\w*|kalorien|kcal|mp|watt|volt|mhz|hz|dpi|ungelesene\w*|alte|abonnent\w*|follower|wort\w*|woerter|plus)\b"
)
_ADDRESS = re.compile(r"\S+@\S+|\bhttps?:\S+|\b\w+(?:[.\-]\w+)*\.(?:de|com|org|net|info|eu)\b\S*")
_WORD = re.compile(
    r"(?<![\w.\-/])(?=[\w.#!$%&*+\-]*[a-z][\w.#!$%&*+\-]*)(?=[\w.#!$%&*+\-]*\d)[a-z\d][\w.#!$%&*+\-]{5,}(?<![.\-])"
    r"|(?<![\w#])[a-z]{3,}[#$%&*_]\w*"
)
_MODEL = re.compile(
    r"[a-z]{1,3}-?\d{1,4}[a-z]{0,2}|sm-\w+|[a-z]+\.\d|\d+(?:er|x|mal|te[rnms]?|st|nd|rd|th|jaehrig\w*|fach|stellig\w*|mm|cm|km|kg|gb|mb|min|uhr)|"
    r"\d+(?:[.\-]\d+)*(?:-?[a-z]+)*|(?:covid|windows|android|iphone|ipad|galaxy|office|whatsapp|mp|usb|hdmi|wpa|wlan|h|eu|a|b|s|tv|hd|vhs|zdf|mdr|kika|ard|"
    r"din|top|u|g|x|pro|mini|max|win|ios|web|q|kw)-?\d+(?:[.\-]\d+)*[a-z]{0,2}(?:-[a-z]+)*|[a-z]+-\d{1,3}(?:-\w+)?|g\d+|\d+in\d+"
)
_LETTER = r"(?:gross\w*|klein\w*|gr|kl)\.? [a-z]\b"
_SAID = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:\w*muster|wischcode|wischen|wischt|gewischt)\b{GAP}{{0,45}}?(?:\bein(?:en)? (?:gross\w* )?[a-z]\b|{_LETTER}|\becken\b|\bmitte\b|\brunter\b|\blinks\b.*\bunten\b|\boben\b.*\b(?:unten|runter)\b)",
        rf"{_LETTER}{GAP}{{0,12}}?(?:klein\w* |dann )?\b[a-z]\b{GAP}{{0,40}}?\d",
        r"\b(?:einloggen|entsperren|anmelden|reinkommen|start|hotspot|internet|wlan|windows|tablet|laptop)\b[^.!?]{0,40}\b(?:gibt man|schreibt man|tippt (?:man|sie|er)|einfach|das wort)\b (?:einfach )?(?:das wort )?\w{5,}\b[^.!?]{0,12}\b(?:ein|eintippen|eingeben|hin)\b",
        r"\b(?:alles|zusammen|klein) (?:zusammen|klein|und klein|und zusammen)\b|\bohne leerzeichen\b",
        r"\bunter[nm]? (?:\w+ ){0,3}?\w*(?:blumentopf|fussmatte|matte|topf|stein)\b|\bhinter[nm]? \w*(?:vogelha\w+|laterne|briefkasten)\b|\b(?:im|in|ausm?|aus dem) (?:\w+ )?(?:gummistiefel|meisenkasten|vogelhaeu?s\w*)\b",
        r"\b(?:links|rechts) \d{1,2}\b.{0,6}\b(?:links|rechts) \d{1,2}\b",
        r"\b(?:maedchenname|sicherheitsfrage)\b[^.!?]{0,45}\b(?:antwort|mit|beantwortet)\b",
        r"\b(?:d ?e|a ?t|c ?h|f ?r|l ?t|n ?l)[ ]?\d[ ]?\d(?:[ ./\-]{0,3}\d){10,}",
        r"\b(?:terrassen|keller|balkon|hinter)\w*(?:tuere?|fenster)\b[^.!?]{0,30}\b(?:angelehnt|aufschieben|offen)\b|\b(?:sperrt|schliesst) (?:nie|nicht) (?:ab|zu)\b",
    )
)
