"""Every text that we send: its letters, its length, its words. The same judge is shown bad texts and must find them."""

import re

import pytest

from lotsen.messages import wording
from lotsen.messages.wording import catalogue, filling
from lotsen.messages.wording.gsm7 import alien_letters, fits_one_segment, normalised, septets
from lotsen.messages.wording.spans import placeholders

LONGEST = {
    "hotline": "0351 488 000 000",
    "reference": "482 615 6",
    "code": "4711",
    "code2": "4718",
    "time": "14:30",
    "time_end": "16:30",
    "until_time": "18:00",
    "minutes": "120",
    "n": "12",
    "otp": "482 615",
    "percent": "100",
    "limit": "12000",
    "stop": "Bibliothek Prohlis-Nord",
    "district": "Äußere Neustadt",
}
LONGEST_BY_LANGUAGE = {
    "de": {
        "date_long": "Donnerstag, 30. September",
        "old_date": "Donnerstag, 30. September",
        "next_date": "Donnerstag, 30. September",
        "date_short": "Do, 30.12.",
        "until_short": "Do, 30.12.",
        "rhythm": "jeden zweiten Donnerstag",
        "distance": "12,5",
    },
    "en": {
        "date_long": "Wednesday, 30 September",
        "old_date": "Wednesday, 30 September",
        "next_date": "Wednesday, 30 September",
        "date_short": "Wed 30 Dec",
        "until_short": "Wed 30 Dec",
        "rhythm": "every second Wednesday",
        "distance": "12.5",
    },
}
FORBIDDEN = {
    *("name", "surname", "last_name", "first_name", "visitor_name", "salutation", "street", "address", "house_number"),
    *("postal_code", "topic", "need", "needs", "phone", "code_word", "birthdate", "link", "url", "login_link"),
}
PERSONAL = re.compile(
    r"\b(Frau|Herrn?|Mrs|Mr|Ms)\b|\b(alleine?|alone)\b|Straße|Weg \d|\b\d{5}\b|Rollstuhl|wheelchair|Hund|\bdog\b"
    r"|Stock\b|floor|Pflegegrad|Kennwort (ist|lautet) \W|code word is \W|Hausbesuch|home visit",
    re.IGNORECASE,
)
LINK = re.compile(r"https?:|www\.|\.(de|com|org|eu|net)\b", re.IGNORECASE)


def findings(audience, language, text):
    """The rules that one SMS breaks."""
    names = placeholders(text)
    words = {**LONGEST, **LONGEST_BY_LANGUAGE[language], **dict.fromkeys(FORBIDDEN, "x")}
    filled = text.format_map(words)
    broken = {
        "start": not text.startswith("Lotsen: "),
        "forbidden": bool(names & FORBIDDEN),
        "letters": bool(alien_letters(filled)),
        "length": septets(filled) > 160,
        "personal": bool(PERSONAL.search(text)),
        "link": bool(LINK.search(text)),
        "no phone": audience in {"senior", "unknown"} and "hotline" not in names and "112" not in text,
    }
    return {rule for rule, is_broken in broken.items() if is_broken}


def test_every_sms_keeps_every_rule():
    texts = catalogue.sms_texts()
    found = {
        f"{kind}.{language}": findings(text["audience"], language, text[language])
        for kind, text in texts.items()
        for language in wording.LANGUAGES
    }
    assert len(found) == 2 * len(texts) > 200
    assert {name: rules for name, rules in found.items() if rules} == {}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Guten Tag. {hotline}", "start"),
        ("Lotsen: {street}. {hotline}", "forbidden"),
        ("Lotsen: Dzień dobry {hotline}", "letters"),
        ("Lotsen: „Ja“ {hotline}", "letters"),
        ("Lotsen: " + "x" * 140 + "{hotline}", "length"),
        ("Lotsen: " + "€" * 70 + "{hotline}", "length"),
        ("Lotsen: Frau Krause {hotline}", "personal"),
        ("Lotsen: Sie sind allein. {hotline}", "personal"),
        ("Lotsen: siehe www.lotsen.example {hotline}", "link"),
        ("Lotsen: Bitte rufen Sie an.", "no phone"),
    ],
)
def test_control_the_judge_finds_bad_texts(text, rule):
    assert rule in findings("senior", "de", text)


def test_both_languages_need_the_same_words():
    pairs = {
        (kind, channel): [wording.needed_words(kind, channel, language) for language in wording.LANGUAGES]
        for channel in ("sms", "email", "letter", "call")
        for kind in wording.kinds(channel)
    }
    assert {pair: words for pair, words in pairs.items() if words[0] != words[1]} == {}


def test_a_call_sentence_needs_no_word_that_its_sms_lacks():
    lacking = {
        kind: placeholders(catalogue.call_template(kind, "de")) - placeholders(catalogue.sms_template(kind, "de"))
        for kind in catalogue.sms_texts()
    }
    assert {kind: names for kind, names in lacking.items() if names} == {}


def test_no_email_to_seniors_has_a_link_or_a_name():
    for kind in wording.kinds("email"):
        names = placeholders(" ".join(catalogue.email_template(kind, "de")))
        if catalogue.audience(kind) == "senior":
            assert names & FORBIDDEN == set(), kind
        assert names & (FORBIDDEN - {"login_link"}) == set(), kind


def test_the_code_word_stands_in_letters_only():
    texts = [catalogue.call_template(kind, "de") for kind in wording.kinds("call")]
    texts += [catalogue.sms_template(kind, "de") for kind in wording.kinds("sms")]
    texts += [catalogue.email_template(kind, "de")[1] for kind in wording.kinds("email")]
    assert [text for text in texts if "code_word" in text] == []
    assert {
        kind for kind in wording.kinds("letter") if "code_word" in wording.needed_words(kind, "letter", "de")[0]
    } == {
        "senior_booked",
        "senior_visitor_changed",
    }


def test_email():
    words = {"date_long": "Dienstag, 1. Dezember", "time": "14:30", "reference": "482 615 6"}
    assert wording.render("senior_booked", "email", "de", words, {"hotline": "030 231 25 100"}) == wording.Rendered(
        "Lotsen: Ihr Termin",
        "Guten Tag,\n\nIhr Termin ist am Dienstag, 1. Dezember, 14:30 Uhr. Ihre Nummer ist 482 615 6. Einzelheiten "
        "schicken wir per Brief. Passt es nicht? Rufen Sie an: 030 231 25 100.\n\nWir schicken nie Links und fragen "
        "nie nach PIN, TAN, Passwort oder Geld.\n",
    )


def test_a_value_never_becomes_markup():
    assert filling.spans("**{a}** und {b}", {"a": "x**y", "b": "{c}**"}) == [
        {"text": "x**y", "bold": True},
        {"text": " und {c}**", "bold": False},
    ]


def test_an_unknown_language_reads_german():
    assert wording.render("v_lost", "sms", "vi", {}, {}).text == wording.render("v_lost", "sms", "de", {}, {}).text


def test_gsm7():
    assert septets("äöüß€[") == 8
    assert normalised("„Ja“ – nein…\u202f") == '"Ja" - nein... '
    assert fits_one_segment("ß" * 160)
    assert not fits_one_segment("ß" * 161)
    assert not fits_one_segment("Wićaz")


def test_sms_fits_only_if_nothing_has_to_be_cut():
    words = {"stop": "Bibliothek Prohlis-Nord", "date_long": "Dienstag, 1. Dezember", "time": "9", "time_end": "12"}
    assert wording.sms_fits("stop_reminder", "de", words)
    assert not wording.sms_fits(
        "stop_reminder", "de", {**words, "stop": "Amt Cossebaude/Mobschatz/Oberwartha/Altfranken/Gompitz und Umland"}
    )
    assert not wording.sms_fits("stop_reminder", "de", {**words, "stop": "Wićaz"})
