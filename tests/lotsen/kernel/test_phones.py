"""Telephone numbers in every spelling."""

import contextlib
import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotsen.kernel.phones import NotAPhoneNumber, grouped, is_for_films, is_mobile, masked, parse_phone

CITY = Path(__file__).parents[4] / "shared" / "city"

READ = {
    "0351 123 45 67": "+493511234567",
    "0351/123 45-67": "+493511234567",
    "(0351) 1234567": "+493511234567",
    "+49 (0)351 1234567": "+493511234567",
    "0049 351 1234567": "+493511234567",
    "0351 – 123 45 67": "+493511234567",
    "Tel.: 0351 1234567": "+493511234567",
    "０３５１ １２３ ４５ ６７": "+493511234567",
    "0351 488 0": "+493514880",
    "0171-39200 57": "+491713920057",
    "+49 176 04069015": "+4917604069015",
    "030/231 25334": "+493023125334",
    "00493023125434": "+493023125434",
    "0151 12345678": "+4915112345678",
}


@pytest.mark.parametrize("text", READ)
def test_reads_every_spelling(text):
    assert parse_phone(text) == READ[text]


AREA = "In der Telefonnummer fehlt die Vorwahl. Zum Beispiel: 0351 123 45 67"
SHORT = "Die Nummer ist zu kurz."
CANNOT = "Diese Nummer können wir nicht anrufen. Bitte nehmen Sie Festnetz oder Handy."
TABLE = "Die Tabelle hat die Telefonnummer verändert. Bitte die Spalte als Text speichern, zum Beispiel 0351 123 45 67."
DIGITS = "Eine Telefonnummer besteht aus Ziffern. Zum Beispiel: 0351 123 45 67"
REFUSED = {
    "1234567": AREA,
    "123 45 67": AREA,
    "0351 12": SHORT,
    "030": SHORT,
    "0": SHORT,
    "0160 1234": SHORT,
    "0351 123 45 67 89 01": "Die Nummer ist zu lang.",
    "0" * 5000: "Die Nummer ist zu lang.",
    "4,93512E+11": TABLE,
    "4.93512E+11": TABLE,
    "4,93512e11": TABLE,
    "0171 abc": DIGITS,
    "0351 1234567 oder 0171 3920000": DIGITS,
    "": DIGITS,
    "\x00": DIGITS,
    **dict.fromkeys(
        ["110", "112", "115", "116117", "116 116", "11833", "118000", "19222", "0900 1234567", "0137 123456"], CANNOT
    ),
    **dict.fromkeys(["0180 5123456", "01805 123456", "0700 12345678", "0800 1110111", "0190 123456"], CANNOT),
    **dict.fromkeys(["+43 1 5880", "+1 212 555 0100", "0043 1 5880", "+882 16 12345678", "+49 900 1234567"], CANNOT),
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: repr(text)[:30])
def test_refuses_with_the_sentence_that_helps(text):
    with pytest.raises(NotAPhoneNumber) as refused:
        parse_phone(text)
    assert refused.value.sentence == REFUSED[text]


def test_refuses_our_own_number():
    with pytest.raises(NotAPhoneNumber) as refused:
        parse_phone("0351 488 9010", own={"+493514889010"})
    assert refused.value.sentence == "Das ist unsere eigene Nummer. Bitte schreiben Sie Ihre."
    assert parse_phone("0351 488 9010", own={"+493511234567"}) == "+493514889010"


@given(st.text("0123456789+()/- .Ee,", max_size=20) | st.text(max_size=20))
def test_whatever_is_taken_is_an_ordinary_german_number(text):
    with contextlib.suppress(NotAPhoneNumber):
        phone = parse_phone(text)
        assert re.fullmatch(r"\+49[2-9]\d{3,12}|\+491[567]\d{8,9}", phone)
        assert not phone.startswith(("+49900", "+49800", "+49700", "+49180", "+49137", "+49118"))
        assert parse_phone(grouped(phone)) == phone


@pytest.mark.parametrize(
    ("phone", "mobile", "films", "shown", "hidden"),
    [
        ("+493511234567", False, False, "0351 123 45 67", "… 567"),
        ("+493023125434", False, True, "030 23 12 54 34", "… 434"),
        ("+491713920057", True, True, "0171 392 00 57", "… 057"),
        ("+4917604069015", True, True, "0176 04 06 90 15", "… 015"),
        ("+493514880", False, False, "0351 48 80", "… 880"),
    ],
)
def test_how_it_is_shown(phone, mobile, films, shown, hidden):
    assert (is_mobile(phone), is_for_films(phone), grouped(phone), masked(phone)) == (mobile, films, shown, hidden)


def test_every_number_of_a_city_is_read():
    if not CITY.is_dir():
        pytest.skip("no folder with a city's own lists beside the project")
    found = []
    for name, column in [("anfragen", "Telefon"), ("lotsen", "Mobil"), ("einrichtungen", "Telefon")]:
        rows = csv.DictReader(io.StringIO((CITY / f"{name}.csv").read_text(encoding="utf-8-sig")), delimiter=";")
        for row in rows:
            told = re.search(r"ruft an: (.*)", row.get("Wunsch", ""))
            found += [row[column], told[1] if told else ""]
    assert all(is_for_films(parse_phone(text)) for text in found if text)
    assert len([text for text in found if text]) > 600
