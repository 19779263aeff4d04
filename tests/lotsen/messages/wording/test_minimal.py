"""What a lock screen shows: no address, surname, need or code word, in no text. And letters arrive whole."""

import random

import pytest

from lotsen.messages import texts, wording
from lotsen.messages.wording import catalogue, filling
from lotsen.messages.wording.checks import FORBIDDEN, LINK, NEEDS_A_PHONE, faults
from lotsen.messages.wording.gsm7 import alien_letters, fits_one_segment, normalised, segments, septets
from lotsen.messages.wording.longest import longest_words
from tests.lotsen.messages.wording.septets import packed, unpacked

OPEN_CHANNELS = ("sms", "email", "push")
PERSONAS = 200
GIVEN = ("Ursula", "Zdźisława", "Thị Ngọc", "فاطمة", "Aḱila", "Wićaz", "Jürgen", "Łucja")
SURNAMES = ("Krause", "Šołćina", "Nguyễn", "السيد", "Oberländer-Schmidt", "Wjelsowa", "Żółkiewska", "Müller")
NEEDS = ("Rollstuhl", "hört schwer", "Hund im Haus", "sieht schlecht")


def persona(number):
    """Every word that a person could give, each with a mark that occurs nowhere else."""
    chance, mark = random.Random(number), f"Zq{number:03d}"
    name = f"{chance.choice(GIVEN)}{mark} {chance.choice(SURNAMES)}{mark}"
    secret = {key: f"{key}{mark}" for key in FORBIDDEN}
    secret |= {"name": name, "visitor_name": name, "salutation": f"Guten Tag, Frau {name},", "street": f"Weg {mark} 4"}
    secret |= {"needs": f"{chance.choice(NEEDS)} {mark}", "code_word": f"Kirschbaum{mark}", "topic": f"Fotos {mark}"}
    return mark, secret


def test_no_open_text_says_anything_of_a_person():
    shown, texts_seen = [], 0
    for number in range(PERSONAS):
        mark, secret = persona(number)
        for channel in OPEN_CHANNELS:
            for kind in wording.kinds(channel):
                language = ("de", "en")[number % 2]
                words = {**longest_words(language), **secret}
                given = wording.needed_only(kind, channel, language, words)
                found = wording.render(kind, channel, language, given, longest_words(language))
                texts_seen += 1
                if mark in found.subject + found.text:
                    shown.append((kind, channel))
    assert texts_seen > PERSONAS * 190
    assert set(shown) == set()


def test_control_a_letter_does_say_it():
    mark, secret = persona(1)
    words = {**longest_words("de"), **secret}
    text = wording.render("senior_booked", "letter", "de", words, longest_words("de")).text
    assert text.count(mark) > 1


def test_every_text_of_the_house_keeps_every_rule():
    found, count = {}, 0
    for channel in texts.CHANNELS:
        own = catalogue.table("calls") if channel == "call" else wording.kinds(channel)
        for kind in own:
            for language in wording.LANGUAGES:
                count += 1
                wish = texts.current_wish(texts.TextKey(kind, channel, language))
                if broken := faults(kind, channel, language, wish):
                    found[kind, channel, language] = broken
    assert count > 450
    assert found == {}


def test_no_link_to_seniors():
    for channel in OPEN_CHANNELS:
        for kind in wording.kinds(channel):
            if catalogue.audience(kind) in NEEDS_A_PHONE:
                wish = texts.current_wish(texts.TextKey(kind, channel, "de"))
                assert not LINK.search(wish.text), (kind, channel)


def test_every_kind_has_a_name_of_its_own():
    nameless = {
        kind
        for channel in texts.CHANNELS
        for kind in (catalogue.table("calls") if channel == "call" else wording.kinds(channel))
        if catalogue.kind_name(kind, "de") == kind
    }
    assert nameless == set()


def test_every_sms_comes_back_whole_from_the_septets():
    for kind, row in catalogue.sms_texts().items():
        for language in wording.LANGUAGES:
            text = normalised(row[language].format_map(longest_words(language)))
            assert unpacked(packed(text), septets(text)) == text, kind


@pytest.mark.parametrize("text", ["äöüßÄÖÜ", "1 € {[~]}", "à è ì ò ù Ç Ø å Æ É ñ ¿ ¡"])
def test_letters_of_the_alphabet_come_back_whole(text):
    assert unpacked(packed(text), septets(text)) == text


@pytest.mark.parametrize("name", [*SURNAMES[1:4], "Wićaz", "Nguyễn Thị Ngọc", "Šołta", "Łużyca"])
def test_a_name_beyond_it_is_never_replaced(name):
    """It turns the SMS into UCS-2, comes back whole, and is refused as an SMS: the next way takes it."""
    text = f"Lotsen: {name}"
    assert alien_letters(text)
    with pytest.raises(KeyError):
        packed(text)
    assert text.encode("utf-16-be").decode("utf-16-be") == text
    assert (fits_one_segment(text), segments(text)) == (False, 1)
    assert name in normalised(text)
    assert not wording.sms_fits("stop_reminder", "de", {**longest_words("de"), "stop": name})


def test_segments():
    assert [segments("x" * n) for n in (0, 160, 161, 306, 307)] == [1, 1, 2, 2, 3]
    assert [segments("ć" * n) for n in (70, 71, 134, 135)] == [1, 2, 2, 3]


def test_an_email_carries_any_name():
    body = filling.render("f_booked", "email", "de", {**longest_words("de"), "training_topic": "Nguyễn"}, {})
    assert "Nguyễn" in body.text
