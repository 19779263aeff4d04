"""What waits for a person follows them."""

from datetime import timedelta

import pytest

from lotsen.messages.models import CallTask, Message
from lotsen.messages.outbox import queue_message
from lotsen.messages.readdressing import readdress
from tests.people import NOW, make_client, make_user, make_visit

pytestmark = pytest.mark.django_db
OLD, NEW = "+491713920080", "+491713920081"
OLD_POST, NEW_POST = "Frau Schulze\nGartenweg 16\n01169 Dresden", "Frau Schulze\nMerianplatz 4\n01169 Dresden"
WORDS = {
    "reference": "482 615 6",
    "salutation": "Guten Tag, Frau Schulze,",
    "date_long": "Dienstag, 1. Dezember",
    "time": "10",
    "until_time": "17",
    "until_short": "Di 1.12.",
    "date_short": "Di 1.12.",
    "visitor_name": "Bernd Kluge",
}


def queued(visit, channel, to, kind="senior_received", key="", **fields):
    return queue_message(
        kind=kind,
        channel=channel,
        to=to,
        language="de",
        variables=WORDS,
        about=visit,
        key=key or f"{channel}:{to}",
        by=None,
        at=NOW,
        phone=OLD,
        **fields,
    )


def now(message):
    row = Message.objects.get(pk=message.pk)
    return row.channel, row.to, row.phone, row.state


@pytest.fixture
def visit():
    return make_visit(client=make_client(phone=OLD))


def test_a_letter_that_waits_goes_to_the_new_address(visit):
    letter = queued(visit, "letter", OLD_POST)

    assert readdress([visit], moved={OLD_POST: NEW_POST}, at=NOW) == 1
    assert now(letter) == ("letter", NEW_POST, OLD, "queued")


def test_what_a_machine_would_have_said_to_the_old_number_a_human_says_on_the_new_one(visit):
    later = NOW + timedelta(days=2)
    sms = queued(visit, "sms", OLD, kind="senior_reminder_1d", not_before_at=later)

    readdress([visit], moved={OLD: NEW}, at=NOW)

    assert now(sms) == ("call", NEW, NEW, "queued")
    assert Message.objects.get(pk=sms.pk).not_before_at == later


def test_where_no_number_is_left_it_fails_and_a_human_has_it(visit):
    sms = queued(visit, "sms", OLD, kind="senior_reminder_1d")

    readdress([visit], moved={OLD: ""}, at=NOW)

    assert (now(sms)[3], CallTask.objects.filter(message=sms).count()) == ("failed", 1)


def test_the_ways_that_are_left_follow_too(visit):
    sms = queued(visit, "sms", "+4917139200099", kind="senior_reminder_1d")
    rungs = [
        {"channel": "voice", "to": OLD},
        {"channel": "letter", "to": OLD_POST},
        {"channel": "email", "to": "a@b.de"},
    ]
    Message.objects.filter(pk=sms.pk).update(rungs=rungs)

    readdress([visit], moved={OLD: NEW, OLD_POST: NEW_POST}, at=NOW)

    assert Message.objects.get(pk=sms.pk).rungs == [
        {"channel": "letter", "to": NEW_POST},
        {"channel": "email", "to": "a@b.de"},
    ]


def test_open_calls_ring_on_the_new_number():
    visit = make_visit(client=make_client(phone=OLD), is_agreed=False)

    readdress([visit], moved={OLD: NEW}, at=NOW)

    assert list(CallTask.objects.values_list("phone", flat=True)) == [NEW]


def test_what_is_sent_already_what_goes_to_a_user_and_what_is_about_another_stays(visit):
    other = make_visit(client=make_client("Otto Vogel", phone="+493023125999"))
    sent = queued(visit, "letter", OLD_POST, key="sent")
    Message.objects.filter(pk=sent.pk).update(state="sent", claimed_at=NOW, sent_at=NOW)
    to_user = queued(visit, "sms", OLD, kind="senior_reminder_1d", key="user", recipient_user=make_user(phone=OLD))
    elsewhere = queued(other, "letter", OLD_POST, key="other")

    assert readdress([visit], moved={OLD: NEW, OLD_POST: NEW_POST}, at=NOW) == 0
    assert [now(one)[1] for one in (sent, to_user, elsewhere)] == [OLD_POST, OLD, OLD_POST]
