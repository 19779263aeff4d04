"""Sentences of pure modules are said in the language that is active, values and all."""

from datetime import date

import pytest
from django.utils import translation

from lotsen.kernel.sentences import Sentence, listed
from lotsen.spoken import said

DAY = date(2026, 12, 1)
SAID = [
    (
        Sentence("Macht Pause bis {date_long}.", date_long=DAY),
        "Macht Pause bis Dienstag, 1. Dezember.",
        "On a break until Tuesday, 1 December.",
    ),
    (
        Sentence("Thema {topics}, war schon {times} dort", topics=("Fotos", "Tablet"), times=Sentence("zweimal")),
        "Thema Fotos und Tablet, war schon zweimal dort",
        "knows Photos and Tablet, has been there twice",
    ),
    (Sentence("Thema {topic} fehlt.", topic=("Gartenbau",)), "Thema Gartenbau fehlt.", "Does not know Gartenbau."),
    (
        Sentence("Wohnt {km} km entfernt, Umkreis {radius} km.", km="3,9", radius="2"),
        "Wohnt 3,9 km entfernt, Umkreis 2 km.",
        "Lives 3.9 km away, radius 2 km.",
    ),
    (
        Sentence("„{value}“ ist weder „ja“ noch „nein“.", value="Fotos"),
        "„Fotos“ ist weder „ja“ noch „nein“.",
        "“Fotos” is neither “ja” nor “nein”.",
    ),
    ("Fotos", "Fotos", "Photos"),
    ("Gartenbau", "Gartenbau", "Gartenbau"),
    ("", "", ""),
    (DAY, "Dienstag, 1. Dezember", "Tuesday, 1 December"),
]


@pytest.mark.parametrize(("text", "german", "english"), SAID)
def test_said(text, german, english):
    with translation.override("de"):
        in_german = said(text)
    with translation.override("en"):
        in_english = said(text)
    assert (in_german, in_english) == (german, english)


def test_words_are_listed():
    lists = [(), ("A",), ("A", "B"), ("A", "B", "C")]
    assert [listed(words, " und ") for words in lists] == ["", "A", "A und B", "A, B und C"]
