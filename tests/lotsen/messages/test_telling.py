"""Which way a message takes: the first usable point, a human where none is."""

from datetime import timedelta

import pytest

from lotsen.messages.models import CallTask, Message
from lotsen.messages.silence import silence_number, unsilence_number
from lotsen.messages.telling import tell
from lotsen.people.ladder import ContactPoint
from tests.lotsen.messages.shared import AT, MOBILE, POSTAL, WORDS

SMS = ContactPoint("sms", MOBILE)
EMAIL = ContactPoint("email", "karin@example.org")
LETTER = ContactPoint("letter", POSTAL)
CALL = ContactPoint("call", "+4935148800100")
LANDLINE = ContactPoint("sms", "+4935148800100")
ABROAD = ContactPoint("sms", "+48601234567")
COSTLY = ContactPoint("call", "+49900123456")


@pytest.fixture
def told(db):
    def told(*points, **changes):
        fields = {
            "kind": "senior_booked",
            "language": "de",
            "variables": WORDS,
            "about": None,
            "key": "visit-1",
            "by": None,
            "at": AT,
        }
        row = tell(points=points, **{**fields, **changes})
        return (row.channel, row.to, row.phone) if isinstance(row, Message) else ("task", row.phone)

    return told


def test_the_first_point(told):
    assert told(SMS, LETTER, CALL) == ("sms", MOBILE, MOBILE)


def test_email(told):
    assert told(EMAIL, CALL) == ("email", "karin@example.org", "+4935148800100")


@pytest.mark.parametrize("point", [LANDLINE, ABROAD])
def test_no_sms_to_what_is_no_german_mobile(told, point):
    assert told(point, LETTER) == ("letter", POSTAL, "+4935148800100" if point == LANDLINE else "")


def test_stopp_is_kept_and_start_lifts_it(told):
    assert silence_number(MOBILE, at=AT)
    assert not silence_number(MOBILE, at=AT)
    assert told(SMS, LETTER, key="a")[0] == "letter"
    assert unsilence_number(MOBILE)
    assert told(SMS, LETTER, key="b")[0] == "sms"


def test_a_letter_only_if_it_arrives_in_time(told):
    assert told(LETTER, CALL, deadline_at=AT + timedelta(days=4), key="a")[0] == "letter"
    assert told(LETTER, CALL, deadline_at=AT + timedelta(days=3, hours=23), key="b") == ("task", "+4935148800100")


def test_nobody_can_be_reached_by_machine(told):
    assert told(CALL) == ("task", "+4935148800100")
    task = CallTask.objects.get()
    assert (task.kind, task.deadline_at, task.state) == ("senior_booked", AT + timedelta(minutes=15), "open")


def test_a_costly_number_is_not_offered_for_dialling(told):
    assert told(COSTLY) == ("task", "")


def test_without_any_point_a_human_finds_a_way(told):
    assert told() == ("task", "")


def test_an_sms_that_would_have_to_be_cut_takes_the_next_way(told):
    words = {"stop": "Wićazecy dom", "date_long": "Dienstag, 1. Dezember", "time": "9", "time_end": "12"}
    assert told(SMS, kind="stop_reminder", variables=words)[0] == "task"


def test_a_missing_word_never_silences(told):
    assert told(SMS, variables={"reference": "482 615 6"}) == ("task", MOBILE)


def test_told_once(told):
    assert told(SMS) == told(SMS)
    assert Message.objects.count() == 1
