"""Texts that the house changes: refused where they break a rule, held from the next message on, and back again."""

import pytest

from lotsen.messages import texts, wording
from lotsen.messages.models import TextVersion
from lotsen.messages.sending import send_message
from lotsen.messages.texts import TextChanged, TextFaulty, TextKey, change_text, current_wish, restore_text
from lotsen.messages.wording import catalogue, released
from lotsen.messages.wording.checks import Wish, faults
from tests.lotsen.messages.shared import AT, WORDS

KEY = TextKey("senior_reminder_today", "sms", "de")
NEW = Wish(text="Lotsen: Heute kommen wir um {time} Uhr. Passt es nicht? Bitte rufen Sie an: {hotline}. {reference}")


@pytest.fixture(autouse=True)
def as_delivered():
    """This process forgets what a test has changed."""
    released.put(0, {})
    yield
    released.put(0, {})


@pytest.fixture
def dora(db, django_user_model):
    return django_user_model.objects.create_user("dora@example.org", name="Dora Kunze", roles=["coordinator"])


def said():
    texts.refresh()
    return wording.render(KEY.kind, "sms", "de", {"time": "9", "reference": "482 615 6"}, {"hotline": "030"}).text


def test_the_newest_holds_at_once(dora, queue, office):
    message = queue(kind=KEY.kind)
    change_text(KEY, NEW, seen=0, by=dora, at=AT)
    send_message(message.pk, office=office, at=AT)
    message.refresh_from_db()
    assert message.text == (
        "Lotsen: Heute kommen wir um 14:30 Uhr. Passt es nicht? Bitte rufen Sie an: 030 231 25 100. 482 615 6"
    )


def test_an_earlier_one_comes_back(dora):
    before = said()
    change_text(KEY, NEW, seen=0, by=dora, at=AT)
    assert said() != before
    row = restore_text(KEY, 0, seen=1, by=dora, at=AT)
    assert (said(), row.version, TextVersion.objects.count()) == (before, 2, 2)
    restore_text(KEY, 1, seen=2, by=dora, at=AT)
    assert said().startswith("Lotsen: Heute kommen wir")


def test_two_at_once_one_is_told(dora):
    change_text(KEY, NEW, seen=0, by=dora, at=AT)
    with pytest.raises(TextChanged):
        change_text(KEY, NEW, seen=0, by=dora, at=AT)


def test_a_refused_text_changes_nothing(dora):
    with pytest.raises(TextFaulty) as refused:
        change_text(KEY, Wish(text="Lotsen: Frau Krause. {hotline}"), seen=0, by=dora, at=AT)
    assert len(refused.value.faults) == 2
    assert not TextVersion.objects.exists()


def test_a_letter_keeps_its_form(dora):
    key = TextKey("senior_booked", "letter", "de")
    old = current_wish(key)
    changed = Wish(subject=old.subject, parts=(old.parts[0] + " Schön!", *old.parts[1:]))
    change_text(key, changed, seen=0, by=dora, at=AT)
    texts.refresh()
    sheet = wording.letter_sheet("senior_booked", "de", WORDS, {"hotline": "030", "owner_name": "A"})
    assert sheet.blocks[0]["runs"][0]["text"].endswith(" Schön!")
    assert catalogue.letter_parts(catalogue.letter_template("senior_booked", "de")) == list(changed.parts)


def test_a_letter_of_another_form_is_passed_over(dora):
    TextVersion.objects.create(
        kind="senior_booked",
        channel="letter",
        language="de",
        version=1,
        subject="x",
        parts=["nur einer"],
        by=dora,
        at=AT,
    )
    texts.refresh()
    assert catalogue.letter_template("senior_booked", "de")["subject"] != "x"


def test_reading_costs_one_short_question(dora, django_assert_num_queries):
    change_text(KEY, NEW, seen=0, by=dora, at=AT)
    texts.refresh()
    with django_assert_num_queries(1):
        texts.refresh()


@pytest.mark.parametrize(
    ("channel", "wish", "part"),
    [
        ("sms", Wish(text=NEW.text.replace("{reference}", "")), "Dieser Platzhalter fehlt: {reference}"),
        ("sms", Wish(text=NEW.text + " {name}"), "Diesen Platzhalter gibt es hier nicht: {name}"),
        ("sms", Wish(text=NEW.text + " {"), "Eine geschweifte Klammer"),
        ("sms", Wish(text=NEW.text + " {time.__class__}"), "Platzhalter"),
        ("sms", Wish(text=NEW.text + " ć"), "Diese Zeichen kann eine SMS nicht: ć"),
        ("sms", Wish(text=NEW.text + "x" * 90), "Der Text ist zu lang: 192 von 160"),
        ("sms", Wish(text=NEW.text[8:]), "Eine SMS beginnt mit"),
        ("sms", Wish(text=NEW.text + " www.x.de"), "Kein Link"),
        ("sms", Wish(text=NEW.text + " Hausbesuch"), "Kein Name"),
        ("sms", Wish(text=""), "Der Text ist leer."),
        ("email", Wish(subject="", text="x"), "Der Betreff fehlt."),
    ],
)
def test_faults(channel, wish, part):
    assert any(part in fault for fault in faults(KEY.kind, channel, "de", wish)), faults(KEY.kind, channel, "de", wish)


def test_the_good_text_has_none():
    assert faults(KEY.kind, "sms", "de", NEW) == []


def test_the_code_word_may_stand_in_letters_only():
    assert faults("senior_booked", "email", "de", Wish(subject="x", text="{code_word}"))
    letter = current_wish(TextKey("senior_booked", "letter", "de"))
    assert faults("senior_booked", "letter", "de", letter) == []
