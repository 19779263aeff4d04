"""A note in plain letters, and the same without the numbers that open nothing (times, prices, bus lines, models)."""

# ruff: noqa: ISC004 - a pattern reads better whole than cut

from __future__ import annotations

import re

from lotsen.places.normalise import fold

GAP = r"(?:(?![.!?;](?:\s|$)).)"
"""Any sign inside one sentence: a full stop inside "web.de" ends none."""

RUN = r"\d(?:[ .\-/,]{0,3}\d)"
"""Digits that may stand apart: "4 7 1 1", "47-11". Says "one digit"; followed by {3} it is four of them."""


def plain(text: str) -> str:
    """Lower case, no accents, one kind of space; digits in words become digits, so that spelling out hides nothing.

    >>> plain("Die PIN lautet  vier-sieben eins eins")
    'die pin lautet 4-7 1 1'
    """
    bare = re.sub(r"[\u200b-\u200d\u2060\ufeff\u00ad]", "", text)
    bare = " ".join(fold(bare).split())
    bare = _SPELT.sub(lambda hit: hit.group().replace(" ", ""), bare)
    bare = _SHORT.sub(r"\1", bare)
    bare = _TENS.sub(lambda hit: f"{_TENS_WORDS[hit['tens']] + int(_ONES[hit['one'] or 'null'])}", bare)
    bare = _TEEN.sub(lambda hit: _TEENS[hit.group()], bare)
    bare = _TOGETHER.sub(lambda hit: _DIGIT.sub(lambda one: _DIGITS[one.group()], hit.group()), bare)
    bare = _DIGIT_WORDS.sub(lambda hit: _DIGITS[hit.group()], bare)
    return _TIMES.sub(lambda hit: " ".join(hit["digit"] * int(_ONES.get(hit["times"], hit["times"]))), bare)


def without_harmless_numbers(text: str) -> str:
    """The plain text with numbers taken out that say what they are: 14:30, 20 min, Bus 61, Android 14, 0351 …

    >>> without_harmless_numbers("pin geuebt, 20 min, bus 61 um 14:30, naechstes mal am 12.11.")
    'pin geuebt, #, # um #, naechstes mal am #'
    """
    for pattern in _HARMLESS:
        text = pattern.sub("#", text)
    return text


_SPELT = re.compile(r"\b(?:p i n|t a n|p u k)\b")
_SHORT = re.compile(r"\b(nr|kto|geb|str|passw|pw|schl|tel|ca|kd|li|re|gueltig|maedchenn|hausm|\w+schl)\.")
"""Shortened words lose their full stop, which would end the sentence."""

_DIGITS = {
    "null": "0",
    "eins": "1",
    "zwei": "2",
    "zwo": "2",
    "drei": "3",
    "vier": "4",
    "fuenf": "5",
    "sechs": "6",
    "sieben": "7",
    "acht": "8",
    "neun": "9",
    "zero": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
}
_DIGIT_WORDS = re.compile(r"\b(?:" + "|".join(_DIGITS) + r")\b")

_ONES = _DIGITS | {"ein": "1", "eine": "1"}
_TENS_WORDS = {
    "zwanzig": 20,
    "dreissig": 30,
    "vierzig": 40,
    "fuenfzig": 50,
    "sechzig": 60,
    "siebzig": 70,
    "achtzig": 80,
    "neunzig": 90,
}
_TEENS = {
    "zehn": "10",
    "elf": "11",
    "zwoelf": "12",
    "dreizehn": "13",
    "vierzehn": "14",
    "fuenfzehn": "15",
    "sechzehn": "16",
    "siebzehn": "17",
    "achtzehn": "18",
    "neunzehn": "19",
}
_TEEN = re.compile(r"\b(?:" + "|".join(_TEENS) + r")\b")
_TENS = re.compile(
    r"\b(?:(?P<one>ein|zwei|drei|vier|fuenf|sechs|sieben|acht|neun)und)?(?P<tens>" + "|".join(_TENS_WORDS) + r")\b"
)
_DIGIT = re.compile("null|eins|zwei|zwo|drei|vier|fuenf|sechs|sieben|acht|neun")
_TOGETHER = re.compile(rf"\b(?:{_DIGIT.pattern}){{2,6}}\b")
_TIMES = re.compile(r"\b(?P<times>[2-6]|zwei|drei|vier|fuenf|sechs) ?mal (?:die )?(?P<digit>\d)\b")

_COUNTED = (
    "€|euro|eur|cent|ct|%|prozent|gb|mb|kwh|grad|seiten?|fotos?|bilder\\w*|mails?|e-mails?|schritte\\w*|stufen|"
    "nachrichten|kontakte\\w*|zeichen|photos?|pictures|pages?|steps|emails?|apps?|titel|lieder\\w*|programme\\w*|"
    "sender\\w*|treffer\\w*|dateien|punkte\\w*|einwohner\\w*"
)
_MEASURED = (
    "min\\w*|sek\\w*|std|stunden?|h|uhr|mal|x|km|m|cm|mm|zoll|jahre?n?|jaehrig\\w*|j|tage?n?|wochen?|monate?n?|etage|og|"
    "minutes?|hours?|times|years?|days?|weeks?|versuche\\w*|leute|personen|menschen"
)
_NAMED = (
    "bus|buslinie|linien?|tram|strassenbahn\\w*|bahn|android|ios|windows|win|iphone|ipad|galaxy|samsung|nokia|xiaomi|"
    "redmi|huawei|motorola|modell|fritz[! ]?box|canon|epson|hp|brother|version|seite|kapitel|kanal|zimmer|raum|"
    "hausn\\w*|packstation|plz|postleitzahl|kunden-?(?:nummer|nr)|bestell\\w*|serien-?(?:nummer|nr)|"
    "rechnung\\w*|paket\\w*|sendungs\\w*|imei|isbn|aktenzeichen|vorgang\\w*|kurs\\w*|vhs|vertrags\\w*|"
    "zaehler\\w*|notruf|modellnummer|geraetenummer|artikel\\w*|ticket\\w*|"
    "order|invoice|model|line|nummer der|din|typ|zip|mitglieds\\w*"
)
_HARMLESS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b\d{1,2}\.\s?\d{1,2}\.(?:\s?(?:19|20)?\d\d\b)?",
        r"\b(?:am|vom|bis|ab|seit|zum|termin|on|until)\s\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?\b",
        r"\b\d{1,2}:\d\d(?:\s?(?:uhr|h|am|pm))?\b|\b\d{1,2}[.:]?\d\d\s?uhr\b"
        r"|\b\d{1,2}[.:]\d\d\s?(?:am|pm)\b|(?<!\d )\b\d{1,2}\s?(?:am|pm)\b",
        r"(?:\+\d\d|\b00\d\d)[ \d/()\-]{7,}\d|\b0[1-9]\d{1,4}[ /\-]+\d[\d \-]{3,}\d|\b0[1-9]\d{8,11}\b",
        r"\b(?:fax\w*|tel|telefon\w*|rufnummer|handy-?(?:nummer|nr)|mobil\w*|phone|phone number)\b\W{0,3}(?:\w+ )?"
        r"\d(?:[ /\-]?\d){5,}",
        rf"\b(?:{_NAMED})\b(?:\s?(?:nr|nummer|no|number|galaxy|box|se|ist|is|war|:|=|#))*[ .:\-]{{0,3}}"
        r"[a-z]{0,4}-?\d[\w\-./]*(?: \d[\d\-]*)*",
        rf"\b\d[\d.,]*\s?(?:{_COUNTED})(?!\w)",
        rf"\b\d{{1,3}}(?:[.,]\d+)?[ \-]?(?:{_MEASURED})\b",
        r"\b(?:aus|von|seit|in|im jahr|jahrgang|baujahr|jahr|from|since|of|bis|modell|skat)\s(?:19|20)\d\d\b",
        r"\b\w+(?:str|strasse|weg|platz|allee|ring|ufer|gasse)\.?\s\d{1,3}\w?\b",
        r"\b\d{5}\s(?=dresden|radebeul|freital|heidenau|pirna|meissen|radeberg|coswig)",
    )
)
