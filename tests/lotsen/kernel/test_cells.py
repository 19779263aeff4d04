"""Readers of single cells."""

from datetime import date

import pytest

from lotsen.kernel.cells import (
    choice,
    day,
    decimal_number,
    nearest,
    plain_text,
    postal_code,
    several,
    whole_number,
    yes_no,
)
from lotsen.kernel.sentences import NotUnderstood, Sentence

TOPIC = "Das Thema „{value}“ gibt es nicht. Meinen Sie „{suggestion}“?"
topic = choice({"E-Mail": "email", "Fotos": "photos", "Online-Ausweis": "eid"}, TOPIC)
minutes, degrees = whole_number(15, 480), decimal_number(-90, 90)

READ = [
    (plain_text, "  Straße  des\n17. Juni ", "Straße des 17. Juni"),
    (postal_code, "01169", "01169"),
    (postal_code, "1169", "01169"),
    (postal_code, "1169,0", "01169"),
    (postal_code, "D-01169", "01169"),
    (postal_code, "80331", "80331"),
    (minutes, "60", 60),
    (minutes, "60 min", 60),
    (minutes, "60,0", 60),
    (degrees, "51.05393", 51.05393),
    (degrees, "51,05393", 51.05393),
    (degrees, "-3,5 km", -3.5),
    (day, "31.12.2026", date(2026, 12, 31)),
    (day, "1. 2. 26", date(2026, 2, 1)),
    (day, "2026-12-31", date(2026, 12, 31)),
    (day, "2026-12-31 00:00:00", date(2026, 12, 31)),
    (yes_no, "Ja", True),
    (yes_no, "x", True),
    (yes_no, "nein", False),
    (topic, "e mail", "email"),
    (several(topic), "Fotos, E-Mail; Fotos", ("photos", "email")),
]


@pytest.mark.parametrize(("read", "cell", "value"), READ)
def test_reads(read, cell, value):
    assert read(cell) == value


NUMBER = "„{}“ ist hier nicht möglich. Möglich ist eine ganze Zahl von 15 bis 480."
REFUSED = [
    (plain_text, "a\u202eb", "Hier stehen Zeichen, die man nicht sieht. Bitte neu schreiben."),
    (postal_code, "O1169", "„O1169“ ist keine Postleitzahl. Richtig wäre „01169“."),
    (postal_code, "01 169", "„01 169“ ist keine Postleitzahl. Richtig wäre „01169“."),
    (postal_code, "8033", "Eine Postleitzahl hat 5 Ziffern, zum Beispiel 01169."),
    (postal_code, "011699", "Eine Postleitzahl hat 5 Ziffern, zum Beispiel 01169."),
    (postal_code, "00000", "Eine Postleitzahl hat 5 Ziffern, zum Beispiel 01169."),
    (minutes, "14", NUMBER.format("14")),
    (minutes, "481", NUMBER.format("481")),
    (minutes, "60,5", NUMBER.format("60,5")),
    (minutes, "1e9", NUMBER.format("1e9")),
    (minutes, "NaN", NUMBER.format("NaN")),
    (degrees, "inf", "„inf“ ist hier nicht möglich. Möglich ist eine Zahl von -90 bis 90."),
    (degrees, "1e309", "„1e309“ ist hier nicht möglich. Möglich ist eine Zahl von -90 bis 90."),
    (degrees, "90,1", "„90,1“ ist hier nicht möglich. Möglich ist eine Zahl von -90 bis 90."),
    (day, "01/02/03", "„01/02/03“ kann zweierlei heißen. Bitte so schreiben: 31.12.2026."),
    (day, "12/31/2026", "„12/31/2026“ kann zweierlei heißen. Bitte so schreiben: 31.12.2026."),
    (day, "29.2.2027", "Den Tag „29.2.2027“ gibt es nicht. Bitte so schreiben: 31.12.2026."),
    (day, "46352", "„46352“ ist kein Datum. Bitte so schreiben: 31.12.2026."),
    (yes_no, "vielleicht", "„vielleicht“ ist weder „ja“ noch „nein“."),
    (topic, "Photos", "Das Thema „Photos“ gibt es nicht. Meinen Sie „Fotos“?"),
    (topic, "Onlein Ausweiß", "Das Thema „Onlein Ausweiß“ gibt es nicht. Meinen Sie „Online-Ausweis“?"),
    (topic, "{suggestion}", "Das Thema „{suggestion}“ gibt es nicht. Meinen Sie „E-Mail, Fotos, Online-Ausweis“?"),
]


@pytest.mark.parametrize(("read", "cell", "sentence"), REFUSED)
def test_refuses(read, cell, sentence):
    with pytest.raises(NotUnderstood) as refused:
        read(cell)
    assert refused.value.sentence == sentence


def test_nearest_names_all_where_none_is_like_it():
    assert (nearest("fotos", ["Fotos", "Tablet"]), nearest("xyzq", ["Fotos", "Tablet"])) == ("Fotos", "Fotos, Tablet")


def test_a_sentence_keeps_its_template_for_another_language():
    sentence = Sentence(TOPIC, value="{x}", suggestion="Fotos")
    assert (sentence, sentence.text, sentence.values) == (
        "Das Thema „{x}“ gibt es nicht. Meinen Sie „Fotos“?",
        TOPIC,
        {"value": "{x}", "suggestion": "Fotos"},
    )
