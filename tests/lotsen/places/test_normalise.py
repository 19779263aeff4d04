import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotsen.places.normalise import (
    StreetLine,
    first_house_number,
    fold,
    house_number_key,
    postal_code_key,
    sound_key,
    split_street,
    street_key,
)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Königsbrücker Straße 26a", StreetLine("Königsbrücker Straße", "26a")),
        ("  Königsbrücker   Straße  26 a ", StreetLine("Königsbrücker Straße", "26 a")),
        ("Koenigsbruecker Str.26", StreetLine("Koenigsbruecker Str.", "26")),
        ("Hauptstraße12", StreetLine("Hauptstraße", "12")),
        ("Straße des 17. Juni 135 a-c", StreetLine("Straße des 17. Juni", "135 a-c")),
        ("Straße des 17. Juni", StreetLine("Straße des 17. Juni")),
        ("Straße des 17 Juni 135", StreetLine("Straße des 17 Juni", "135")),
        ("Prohliser Allee 10 HH 2. OG", StreetLine("Prohliser Allee", "10", "HH 2. OG")),
        ("Prohliser Allee 10, HH 2. OG", StreetLine("Prohliser Allee", "10", "HH 2. OG")),
        ("Str. des Friedens 4 2. OG", StreetLine("Str. des Friedens", "4", "2. OG")),
        ("Elbweg 7 b (Hinterhaus)", StreetLine("Elbweg", "7 b", "Hinterhaus")),
        ("Dorfstr. 5, bei Müller", StreetLine("Dorfstr.", "5", "bei Müller")),
        ("Hauptstraße 26 – 28", StreetLine("Hauptstraße", "26-28")),
        ("Rosa-Menzer-Straße 2 - 8a", StreetLine("Rosa-Menzer-Straße", "2-8a")),
        ("Elbweg 12/14", StreetLine("Elbweg", "12/14")),
        ("Platz der Einheit Nr. 1", StreetLine("Platz der Einheit", "1")),
        ("Altmarkt", StreetLine("Altmarkt")),
        ("Hohenbusch-Markt 1", StreetLine("Hohenbusch-Markt", "1")),
        ("26", StreetLine("26")),
        ("", StreetLine("")),
        ("Postfach 123456", StreetLine("Postfach 123456")),
    ],
)
def test_a_street_line_is_taken_apart(line, expected):
    assert split_street(line) == expected


@pytest.mark.parametrize(
    "spelling",
    [
        "Königsbrücker Straße",
        "Koenigsbruecker Strasse",
        "KÖNIGSBRÜCKER STR.",
        "königsbrücker-str",
        "Ko\u0308nigsbru\u0308cker Straße",
        " Königsbrücker  Straße. ",
    ],
)
def test_one_street_has_one_key(spelling):
    assert street_key(spelling) == "koenigsbrueckerstr"


@pytest.mark.parametrize(
    ("street", "expected"),
    [
        ("Hauptstraße", "hauptstr"),
        ("Strehlener Straße", "strehlenerstr"),
        ("Strelapark", "strelapark"),
        ("Straße des 17. Juni", "strdes17juni"),
        ("Łódźer Straße", "lodzerstr"),
        ("", ""),
        ("…", ""),
    ],
)
def test_only_the_word_street_is_shortened(street, expected):
    assert street_key(street) == expected


def test_different_streets_keep_different_keys():
    names = ["Hauptstraße", "Hauptplatz", "Hauptallee", "Alte Hauptstraße", "Strelaer Straße"]
    assert len({street_key(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("number", "whole", "first"),
    [
        ("26a", "26a", "26a"),
        ("135 a - C", "135a-c", "135a"),
        ("26 – 28", "26-28", "26"),
        ("12/14", "12/14", "12"),
        ("", "", ""),
        ("ohne", "ohne", ""),
    ],
)
def test_house_numbers_have_one_spelling(number, whole, first):
    assert (house_number_key(number), first_house_number(number)) == (whole, first)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("01067", "01067"),
        ("1067", "01067"),
        ("1067.0", "01067"),
        (" D-01465 ", "01465"),
        ("123456", ""),
        ("106", ""),
        ("0106x", ""),
        ("٠١٠٦٧", ""),
        ("", ""),
    ],
)
def test_postal_codes_get_their_zero_back(text, code):
    assert postal_code_key(text) == code


@given(st.text(max_size=80))
def test_nothing_typed_breaks_the_reading(text):
    line = split_street(text)
    assert set(street_key(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789")
    assert street_key(street_key(text)) in (street_key(text), street_key(street_key(text)))
    assert line == split_street(text)
    assert postal_code_key(text) == "" or len(postal_code_key(text)) == 5


@given(
    st.sampled_from(["Hauptstraße", "An der Dreikönigskirche", "Straße des 17. Juni", "Prohliser Allee"]),
    st.integers(1, 9999),
    st.sampled_from(["", "a", " b"]),
    st.sampled_from(["", ", 2. OG", " HH"]),
)
def test_street_and_number_come_back_as_they_were_written(street, number, letter, extra):
    assert split_street(f"{street} {number}{letter}{extra}") == StreetLine(
        street, f"{number}{letter}", extra.strip(", ")
    )


def test_folding_drops_accents_and_spells_umlauts():
    assert [fold(name) for name in ("Łódź", "Yılmaz", "Müßig", "Nguyễn")] == ["lodz", "yilmaz", "muessig", "nguyen"]


@pytest.mark.parametrize(
    "names",
    [
        "Meyer Maier Mayer Meier",
        "Schulze Schultze",
        "Schmidt Schmitt Schmid",
        "Hoffmann Hofmann Hofman",
        "Lehmann Lemann",
        "Böhm Boehm Boem",
        "Schäfer Schefer",
        "Thomas Tomas",
        "Günther Günter",
        "Philipp Filip",
        "Carl Karl",
        "Claus Klaus",
        "Becker Bäcker",
        "Vogel Fogel",
    ],
)
def test_names_that_sound_alike_have_one_sound(names):
    assert len({sound_key(name) for name in names.split()}) == 1


def test_names_that_sound_different_stay_apart():
    names = [
        "Schulz",
        "Schulze",
        "Scholz",
        "Braun",
        "Brown",
        "Koch",
        "Kuhn",
        "Krause",
        "Kruse",
        "Mann",
        "Müller",
        "Möller",
    ]
    assert len({sound_key(name) for name in names}) == len(names)
