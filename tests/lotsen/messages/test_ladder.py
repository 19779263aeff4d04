"""A way that fails or is late hands over to the next, and the last is a human: each step in one transaction."""

from datetime import timedelta
from unittest import mock

import pytest

from lotsen.messages import rungs, sending
from lotsen.messages.channels.base import ChannelError
from lotsen.messages.deadlines import URGENT, URGENT_CANCELLATION, USUAL, human_by, pace_of
from lotsen.messages.models import CallTask, Message
from lotsen.messages.receipts import record_status
from lotsen.messages.sending import PostOffice, send_message, sweep_messages
from lotsen.messages.silence import silence_number
from lotsen.messages.telling import tell
from lotsen.people.ladder import ContactPoint, ladder, with_announcement
from tests.lotsen.messages.shared import AT, MOBILE, WORDS, Notebook, house

SMS, VOICE, CALL = (ContactPoint(channel, MOBILE) for channel in ("sms", "voice", "call"))
EMAIL, LETTER = ContactPoint("email", "karin@example.org"), ContactPoint("letter", "Karin Krause\nWeg 1\n01169 Dresden")
QUARTER = AT + timedelta(minutes=15)


@pytest.fixture
def two_ways(notebook):
    voice = Notebook()
    return PostOffice({"sms": notebook, "voice": voice}, house), notebook, voice


def cancel(*points, kind="senior_cancelled_today", deadline_at=QUARTER, **changes):
    fields = {"language": "de", "variables": WORDS, "about": None, "key": "absage", "by": None, "at": AT}
    return tell(points=points or (SMS, VOICE, CALL), kind=kind, deadline_at=deadline_at, **{**fields, **changes})


def ways():
    found = Message.objects.order_by("created_at", "deadline_at")
    return [(one.channel, one.state, one.deadline_at - AT) for one in found]


def minutes(number):
    return timedelta(minutes=number)


@pytest.mark.django_db
def test_an_urgent_cancellation_step_by_step(two_ways):
    office, _sms, _voice = two_ways
    first = cancel()
    send_message(first.pk, office=office, at=AT)
    sweep_messages(office=office, at=AT + timedelta(minutes=4, seconds=59))
    assert ways() == [("sms", "sent", minutes(5))]

    sweep_messages(office=office, at=AT + minutes(5))
    assert ways() == [("sms", "failed", minutes(5)), ("voice", "queued", minutes(10))]
    send_message(Message.objects.get(channel="voice").pk, office=office, at=AT + minutes(5))

    sweep_messages(office=office, at=AT + minutes(10))
    task = CallTask.objects.get()
    assert ways() == [("sms", "failed", minutes(5)), ("voice", "failed", minutes(10))]
    assert (task.message.channel, task.phone, task.deadline_at) == ("voice", MOBILE, QUARTER)
    assert task.message.stands_in_for_id == first.pk


@pytest.mark.django_db
def test_an_sms_that_arrives_ends_it(two_ways):
    office, _sms, voice = two_ways
    first = cancel()
    send_message(first.pk, office=office, at=AT)
    record_status(first.pk, sid="SM" + "a" * 32, status="delivered", at=AT + minutes(1))
    for minute in range(1, 20):
        sweep_messages(office=office, at=AT + minutes(minute))
    assert (ways(), voice.taken, CallTask.objects.count()) == ([("sms", "delivered", minutes(5))], [], 0)


@pytest.mark.django_db
def test_a_failure_goes_on_at_once(two_ways):
    office, sms, voice = two_ways
    sms.error = ChannelError("not_mobile", permanent=True)
    send_message(cancel().pk, office=office, at=AT)
    second = Message.objects.get(channel="voice")
    send_message(second.pk, office=office, at=AT)
    assert (second.created_at, voice.taken) == (AT, [str(second.pk)])


@pytest.mark.django_db
def test_both_or_neither(two_ways, monkeypatch):
    """The failure and what comes instead are one transaction: without the second there is no first."""
    first = cancel()
    monkeypatch.setattr(rungs, "put_into_outbox", mock.Mock(side_effect=RuntimeError))
    with pytest.raises(RuntimeError):
        sending.fail_message(first, "deadline", at=AT)
    assert ways() == [("sms", "queued", minutes(5))]


@pytest.mark.django_db
def test_an_email_proves_nothing_when_it_is_urgent():
    assert cancel(EMAIL, SMS, CALL).channel == "sms"
    assert isinstance(cancel(EMAIL, CALL, key="b"), CallTask)
    assert cancel(EMAIL, CALL, key="c", deadline_at=AT + timedelta(days=2)).channel == "email"


@pytest.mark.django_db
def test_a_secret_never_waits_in_another_row():
    first = cancel(SMS, LETTER, CALL, kind="senior_booked", deadline_at=AT + timedelta(days=9))
    assert (first.channel, first.rungs, "code_word" in first.variables) == ("sms", [], False)


@pytest.mark.django_db
def test_at_night_no_machine_lets_a_telephone_ring(two_ways):
    office, sms, _voice = two_ways
    night = AT + timedelta(hours=13)
    sms.error = ChannelError("not_mobile", permanent=True)
    first = cancel(at=night, deadline_at=night + minutes(15))
    send_message(first.pk, office=office, at=night)
    assert CallTask.objects.get().message_id == first.pk


@pytest.mark.django_db
def test_who_wrote_stopp_meanwhile_gets_no_sms_as_a_spare(two_ways):
    office, sms, _voice = two_ways
    sms.error = ChannelError("not_mobile", permanent=True)
    other = ContactPoint("sms", "+491722345679")
    first = cancel(SMS, other, CALL)
    silence_number(other.to, at=AT)
    send_message(first.pk, office=office, at=AT)
    assert CallTask.objects.get().message_id == first.pk


@pytest.mark.django_db
def test_arrived_late_what_has_not_begun_is_dropped(two_ways):
    office, _sms, voice = two_ways
    first = cancel()
    send_message(first.pk, office=office, at=AT)
    sweep_messages(office=office, at=AT + minutes(5))
    record_status(first.pk, sid="SM" + "a" * 32, status="delivered", at=AT + minutes(6))
    second = Message.objects.get(channel="voice")
    send_message(second.pk, office=office, at=AT + minutes(6))
    first.refresh_from_db()
    assert (first.state, first.failure, second.state, voice.taken) == ("delivered", "late:deadline", "dropped", [])


@pytest.mark.django_db
def test_arrived_late_the_human_need_not_call(two_ways):
    office, _sms, _voice = two_ways
    first = cancel(SMS, CALL)
    send_message(first.pk, office=office, at=AT)
    sweep_messages(office=office, at=AT + minutes(5))
    record_status(first.pk, sid="SM" + "a" * 32, status="delivered", at=AT + minutes(6))
    assert CallTask.objects.get().state == "dropped"


@pytest.mark.django_db
def test_what_a_human_says_later_waits_in_the_queue_and_can_be_dropped():
    later = AT + timedelta(days=5)
    row = cancel(CALL, kind="senior_reminder_1d", not_before_at=later, deadline_at=later + timedelta(hours=4))
    assert (row.channel, row.to, row.not_before_at, CallTask.objects.count()) == ("call", MOBILE, later, 0)


@pytest.mark.parametrize(
    ("kind", "within", "pace"),
    [
        ("senior_cancelled", minutes(15), URGENT_CANCELLATION),
        ("senior_booked", minutes(15), URGENT),
        ("senior_booked", minutes(16), USUAL),
    ],
)
def test_pace(kind, within, pace):
    assert pace_of(kind, start=AT, human_by=AT + within) == pace


def test_no_way_has_longer_than_the_end():
    assert USUAL.until("sms", start=AT, human_by=AT + minutes(20)) == AT + minutes(20)
    assert human_by("senior_reminder_today", start=AT, deadline_at=None) == AT + minutes(45)


def test_the_announcement_comes_right_after_the_sms():
    points = ladder(wishes=["sms", "email"], mobile=MOBILE, phone=MOBILE, email="k@example.org")
    assert [one.channel for one in with_announcement(points, phone=MOBILE)] == ["sms", "voice", "email", "call"]
    assert [one.channel for one in with_announcement(points, phone="")] == ["sms", "email", "call"]
