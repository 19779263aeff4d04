"""The voice menu: keys, silence, night and holiday, a human at every point, nothing about any person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from twilio.twiml.voice_response import VoiceResponse

from api.spoken import date_words, digit_words, number_words, ordinal, time_words
from api.telephone.prompts import prompts, say
from api.telephone.urls import urlpatterns as hooks
from lotsen.messages.models import CallTask
from lotsen.messages.outbox import queue_message
from tests.api.conftest import CALLER, OURS, voice_fields
from tests.people import NOW, make_client, make_volunteer

pytestmark = pytest.mark.django_db
DAY = NOW
NIGHT = NOW + timedelta(hours=9)
JANUARY = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
REPENTANCE = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)


@pytest.fixture
def at():
    """Sets the clock."""
    with time_machine.travel(DAY, tick=False) as traveller:
        yield traveller.move_to


def heard(response):
    """What the caller hears, and what happens then: (tag, where)."""
    assert response.status_code == 200, response.content
    root = ElementTree.fromstring(response.content)
    words = " ".join(" ".join(say.itertext()) for say in root.iter("Say"))
    last = root[-1]
    return words, last.tag, last.attrib.get("action") or (last.text or "")


def test_by_day_the_menu_offers_its_keys(call_in, at):
    words, tag, action = heard(call_in("/api/telefon/anruf", voice_fields()))

    assert words.startswith("Guten Tag. Hier sind die Lotsen.")
    assert "wählen Sie eins, eins, zwei" in words
    assert (tag, action) == ("Gather", "/api/telefon/anruf/taste")


@pytest.mark.parametrize("digit", ["0", "1", "3"])
def test_keys_to_a_human_dial_the_hotline_only(call_in, at, settings, digit):
    response = call_in("/api/telefon/anruf/taste", voice_fields(Digits=digit))

    dial = ElementTree.fromstring(response.content).find("Dial")
    assert (dial.text, dial.attrib["callerId"]) == (settings.HOTLINE_NUMBER, OURS)


def test_a_number_that_may_not_be_dialled_is_never_dialled(call_in, at, settings):
    settings.HOTLINE_NUMBER = "+49900123456"
    _, tag, where = heard(call_in("/api/telefon/anruf/taste", voice_fields(Digits="0")))

    assert (tag, where) == ("Redirect", "/api/telefon/anruf/rueckruf")


def test_silence_is_patient_once_and_then_a_human_comes(call_in, at):
    words, tag, action = heard(call_in("/api/telefon/anruf/taste", voice_fields(Digits="")))
    assert words.startswith("Lassen Sie sich Zeit.")
    assert (tag, action) == ("Gather", "/api/telefon/anruf/taste?mal=1")

    words, tag, _ = heard(call_in(action, voice_fields(Digits="")))
    assert (words, tag) == ("Ich verbinde Sie jetzt mit einem Menschen.", "Dial")


def test_nine_speaks_english_to_the_end(call_in, at):
    words, _, action = heard(call_in("/api/telefon/anruf/taste", voice_fields(Digits="9")))
    assert words.startswith("Hello. This is Lotsen.")
    assert action == "/api/telefon/anruf/taste?sprache=en"
    words, _, _ = heard(call_in(action, voice_fields(Digits="1")))
    assert words.startswith("Gladly.")


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        (NIGHT, "Wir sind wieder da am Donnerstag, dem sechsundzwanzigsten November, um neun Uhr."),
        (REPENTANCE, "Heute ist Feiertag: Buß- und Bettag."),
        (DAY + timedelta(days=3), "Wir sind wieder da am Montag, dem dreißigsten November, um neun Uhr."),
    ],
    ids=["night", "holiday", "Saturday"],
)
def test_outside_the_hours_the_voice_says_when_we_are_back(call_in, at, moment, sentence):
    at(moment)
    words, tag, _ = heard(call_in("/api/telefon/anruf", voice_fields()))

    assert sentence in words
    assert "Ein Fremder an der Tür? Lassen Sie zu" in words
    assert tag == "Gather"
    assert b"<Dial" not in call_in("/api/telefon/anruf/taste", voice_fields(Digits="0")).content


def test_by_night_somebody_asks_to_be_called_back(call_in, at):
    at(NIGHT)
    _, tag, where = heard(call_in("/api/telefon/anruf/taste", voice_fields(Digits="1")))
    assert tag == "Redirect"
    _, _, action = heard(call_in(where, voice_fields()))
    words, tag, _ = heard(call_in(action, voice_fields(Digits="1")))

    until = "am Donnerstag, dem sechsundzwanzigsten November, bis dreizehn Uhr"
    assert words == f"Danke. Wir rufen Sie {until} zurück. Auf Wiederhören."
    task = CallTask.objects.get()
    assert (task.kind, task.phone) == ("callback", CALLER)
    call_in(action, voice_fields(Digits="1"))
    assert CallTask.objects.count() == 1


def test_a_hidden_number_is_typed_and_read_back(call_in, at):
    at(NIGHT)
    hidden = voice_fields("anonymous")
    words, _, action = heard(call_in("/api/telefon/anruf/rueckruf", hidden))
    assert words.startswith("Ihre Nummer ist nicht zu sehen.")

    words, _, again = heard(call_in(action, {**hidden, "Digits": "0900123456"}))
    assert words.startswith("Diese Nummer können wir leider nicht anrufen.")
    words, _, check = heard(call_in(again, {**hidden, "Digits": "03023125216"}))
    assert words.startswith("Ich habe verstanden: null drei null zwei drei eins zwei fünf zwei eins sechs.")
    assert "3023125216" not in check
    heard(call_in(check, {**hidden, "Digits": "1"}))

    assert [task.phone for task in CallTask.objects.all()] == ["+493023125216"]


def test_nobody_picks_up_then_a_call_back_is_offered(call_in, at):
    words, tag, where = heard(call_in("/api/telefon/anruf/danach", voice_fields(DialCallStatus="no-answer")))
    assert words == "Jetzt nimmt leider niemand ab. Wir rufen Sie gern zurück."
    assert (tag, where) == ("Redirect", "/api/telefon/anruf/rueckruf")
    assert heard(call_in("/api/telefon/anruf/danach", voice_fields(DialCallStatus="completed")))[1] == "Hangup"


# --- postal codes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("digits", "begin"),
    [
        ("", "Es fehlen Ziffern."),
        ("011", "Es fehlen Ziffern."),
        ("99999", "Zu neun neun neun neun neun gehört kein Ort in unserer Stadt."),
        ("01169", "In den nächsten Wochen hält dort niemand in der Nähe."),
        ("*" * 100, "Es fehlen Ziffern."),
    ],
)
def test_postal_codes_with_their_sentences(call_in, at, digits, begin):
    assert heard(call_in("/api/telefon/anruf/ort/plz", voice_fields(Digits=digits)))[0].startswith(begin)


def test_too_few_digits_twice_and_zero_reach_a_human(call_in, at):
    assert heard(call_in("/api/telefon/anruf/ort/plz?mal=1", voice_fields(Digits="01")))[1] == "Dial"
    assert heard(call_in("/api/telefon/anruf/ort/plz", voice_fields(Digits="0")))[1] == "Dial"


def test_the_nearest_stop_is_read_out(call_in, at, published):
    at(JANUARY)
    words, tag, action = heard(call_in("/api/telefon/anruf/ort/plz", voice_fields(Digits="01169")))

    assert words.startswith("Am nächsten für null eins eins sechs neun ist: Bibliothek Gorbitz, Merianplatz 1.")
    assert "Wir kommen am Dienstag, dem fünften Januar, um zehn Uhr. Wir bleiben bis elf Uhr dreißig." in words
    assert "Am Eingang sind Stufen. Wir helfen Ihnen gern." in words
    assert (tag, action) == ("Gather", "/api/telefon/anruf/ort/weiter?plz=01169")
    second = heard(call_in(action, voice_fields(Digits="2")))[0]
    assert second.startswith("Am nächsten für null eins eins sechs neun ist: Bibliothek Plauen")
    assert heard(call_in(action, voice_fields(Digits="1")))[0] == words
    assert heard(call_in(action, voice_fields(Digits="0")))[1] == "Dial"


def test_on_the_day_itself_the_voice_says_until_when(call_in, at, published):
    at(JANUARY + timedelta(days=1, hours=1))

    words = heard(call_in("/api/telefon/anruf/ort/plz", voice_fields(Digits="01169")))[0]
    assert words.startswith("Wir sind heute da, noch bis elf Uhr dreißig: Bibliothek Gorbitz, Merianplatz 1.")


# --- no oracle, a human everywhere ------------------------------------------------------------------

NO_SPEECH = ("anruf/ende", "anruf/aufsprechen/aufnahme")
STEPS = [
    f"/api/telefon/{hook.pattern}"
    for hook in hooks
    if str(hook.pattern).startswith("anruf") and str(hook.pattern) not in NO_SPEECH
]
ASKS_FIRST = ("anruf", "danach", "rueckruf", "ort", "warten", "ausweis", "aufsprechen", "gewartet")


@pytest.mark.parametrize("path", STEPS)
def test_what_is_said_never_depends_on_who_calls(call_in, at, path):
    make_client(phone=CALLER)
    volunteer = make_volunteer()
    callers = [CALLER, volunteer.user.phone, "+493512000000"]
    if "rueckruf" not in path:  # a hidden number has to be typed there; elsewhere it hears the same
        callers.append("anonymous")
    for turn, digits in enumerate(("", "0", "1", "2", "3", "9", "*", "01169", "123456789")):
        said = {
            call_in(path, voice_fields(number, sid=f"CA{turn:016x}{index:016x}", Digits=digits)).content
            for index, number in enumerate(callers)
        }
        assert len(said) == 1, digits


@pytest.mark.parametrize("path", [path for path in STEPS if not path.endswith(ASKS_FIRST)])
def test_zero_reaches_a_human_at_every_point(call_in, at, path):
    expected = "Leave" if "warten" in path else "Dial"  # out of the queue, to the hotline's own telephone
    assert heard(call_in(path, voice_fields(Digits="0")))[1] == expected


@pytest.mark.parametrize("number", ["anonymous", "+266696687", "+12025550123", "+8821234567", OURS, ""])
@pytest.mark.parametrize("path", STEPS)
def test_odd_callers_and_keys_break_nothing(call_in, at, path, number):
    for query in ("", "?mal=99", "?mal=-1&nr=x", "?plz=abc&sprache=xx", "?nr=99"):
        response = call_in(path + query, voice_fields(number, Digits="1" * 100))
        assert response.status_code == 200
        ElementTree.fromstring(response.content)


# --- calls that we make -----------------------------------------------------------------------------


def announced():
    words = {"date_long": "Dienstag, 1. Dezember", "time": "14:30", "reference": "482 615 6"}
    return queue_message(
        kind="senior_reminder_1d",
        channel="call",
        to=CALLER,
        language="de",
        variables=words,
        about=None,
        key="a",
        by=None,
        at=NOW,
    )


def test_no_date_before_a_key_is_pressed(call_in, at):
    message = announced()
    type(message).objects.filter(pk=message.pk).update(channel="voice")
    path = f"/api/telefon/ansage/{message.pk}"
    ours = voice_fields() | {"Direction": "outbound-api", "From": OURS, "To": CALLER}

    words, _, action = heard(call_in(path, ours))
    assert "Dezember" not in words
    words, _, action = heard(call_in(action, {**ours, "Digits": "1"}))
    assert words.startswith("Der Termin ist am Dienstag, dem ersten Dezember, um vierzehn Uhr dreißig.")
    assert heard(call_in(action, {**ours, "Digits": "1"}))[0].startswith("Danke. Der Termin bleibt.")
    assert CallTask.objects.count() == 0
    words = heard(call_in(action, {**ours, "Digits": "2"}))[0]
    assert words.startswith("Gut. Ein Mensch ruft Sie an, heute bis")
    assert [(task.kind, task.phone) for task in CallTask.objects.all()] == [("callback", CALLER)]


def test_another_number_hears_no_date(call_in, at):
    message = announced()
    type(message).objects.filter(pk=message.pk).update(channel="voice")
    other = voice_fields() | {"Direction": "outbound-api", "From": OURS, "To": "+493512000000"}

    words, _, _ = heard(call_in(f"/api/telefon/ansage/{message.pk}/taste?schritt=1", {**other, "Digits": "1"}))
    assert "Dezember" not in words
    assert words.startswith("Guten Tag. Hier sind die Lotsen. Bitte rufen Sie uns an.")


# --- words ------------------------------------------------------------------------------------------


def test_every_prompt_is_there_in_both_languages_and_short():
    for node, texts in prompts().items():
        assert set(texts) == {"de", "en"}, node
        assert all(0 < len(text) < 330 for text in texts.values()), node


def test_numbers_dates_and_times_are_words():
    assert [number_words(n) for n in (0, 1, 2, 16, 17, 21, 30, 59)] == [
        "null", "eins", "zwei", "sechzehn", "siebzehn", "einundzwanzig", "dreißig", "neunundfünfzig",
    ]  # fmt: skip
    assert [ordinal(n) for n in (1, 3, 7, 8, 16, 19, 20, 21, 31)] == [
        "ersten", "dritten", "siebten", "achten", "sechzehnten", "neunzehnten", "zwanzigsten", "einundzwanzigsten",
        "einunddreißigsten",
    ]  # fmt: skip
    assert date_words(datetime(2026, 12, 1, tzinfo=UTC).date(), "de") == "Dienstag, dem ersten Dezember"
    assert time_words(datetime(2026, 12, 1, 13, 30, tzinfo=UTC), "de") == "vierzehn Uhr dreißig"
    assert time_words(datetime(2026, 12, 1, 0, 0, tzinfo=UTC), "de") == "ein Uhr"
    assert digit_words("01169", "de") == "null eins eins sechs neun"
    assert digit_words("01169", "en") == "zero one one six nine"


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")))
def test_whatever_stands_in_a_text_stays_text(name):
    document = VoiceResponse()
    say(document, name, "de")
    assert "".join(ElementTree.fromstring(str(document)).itertext()) == name
