"""Status callbacks in any order and as often as they like: one same final state."""

import itertools

import pytest

from lotsen.messages import receipts
from lotsen.messages.models import CallTask, InboundSms, Message, WebhookReceipt
from lotsen.messages.receipts import keep_inbound_sms, record_status
from lotsen.messages.sending import send_message
from tests.lotsen.messages.shared import AT, MOBILE

SID = "SM" + "a" * 32
STATUSES = ("accepted", "queued", "sending", "sent", "undelivered", "delivered")


@pytest.fixture
def sent(queue, office):
    def sent(key):
        message = queue(key)
        send_message(message.pk, office=office, at=AT)
        return message

    return sent


def state(message):
    return Message.objects.get(pk=message.pk).state


def test_every_order_ends_the_same(sent):
    steps = ["queued", "sending", "sent", "delivered", "delivered"]
    ends = set()
    for number, order in enumerate(dict.fromkeys(itertools.permutations(steps))):
        message = sent(f"order-{number}")
        for status in order:
            record_status(message.pk, sid=f"SM{number:032x}", status=status, at=AT)
        ends.add(state(message))
    assert ends == {"delivered"}


@pytest.mark.slow
@pytest.mark.django_db
def test_seven_hundred_and_twenty_orders_of_six_statuses_end_the_same():
    """Also where the network contradicts itself: what has arrived has arrived."""
    orders = list(itertools.permutations(STATUSES))
    fields = {"kind": "senior_booked", "channel": "sms", "to": MOBILE, "variables": {}, "state": "sent"}
    times = {"created_at": AT, "claimed_at": AT, "sent_at": AT}
    rows = Message.objects.bulk_create(Message(key=f"all-{n}", **fields, **times) for n in range(len(orders)))
    for message, order in zip(rows, orders, strict=True):
        for status in (*order, order[0]):
            record_status(message.pk, sid=f"SM{message.pk.hex}", status=status, at=AT)
    ends = set(Message.objects.values_list("state", flat=True))
    assert (len(orders), ends, CallTask.objects.filter(state="open").count()) == (720, {"delivered"}, 0)


@pytest.mark.parametrize("status", sorted(receipts.LOST))
def test_what_was_lost_becomes_a_call_task(sent, status):
    message = sent("lost")
    record_status(message.pk, sid=SID, status="sent", at=AT)
    record_status(message.pk, sid=SID, status=status, at=AT)
    record_status(message.pk, sid=SID, status="sent", at=AT)
    assert (state(message), CallTask.objects.get().message_id) == ("failed", message.pk)


def test_a_replay_changes_nothing(sent):
    message = sent("replay")
    for _ in range(100):
        record_status(message.pk, sid=SID, status="undelivered", at=AT)
    assert (WebhookReceipt.objects.count(), CallTask.objects.count()) == (1, 1)


def test_a_callback_faster_than_our_own_note(queue, office, notebook):
    message = queue("fast")
    plain = notebook.send

    def send_and_report(row):
        result = plain(row)
        record_status(row.pk, sid=SID, status="delivered", at=AT)
        return result

    notebook.send = send_and_report
    send_message(message.pk, office=office, at=AT)
    message.refresh_from_db()
    assert (message.state, message.provider_reference) == ("delivered", SID)


def test_a_late_callback_stops_the_second_copy(queue, office, notebook):
    message = queue("late")
    send_message(message.pk, office=office, at=AT)
    Message.objects.filter(pk=message.pk).update(state="queued")
    record_status(message.pk, sid=SID, status="sent", at=AT)
    send_message(message.pk, office=office, at=AT)
    assert (state(message), len(notebook.taken)) == ("sent", 1)


def test_unknown_status_and_unknown_message(sent):
    message = sent("odd")
    record_status(message.pk, sid=SID, status="teleported", at=AT)
    record_status("00000000-0000-4000-8000-000000000000", sid=SID, status="sent", at=AT)
    assert (state(message), WebhookReceipt.objects.count()) == ("sent", 0)


@pytest.mark.django_db
def test_an_sms_that_came_in_is_kept_once():
    fields = {"sid": SID, "from_number": "+491722345678", "body": "JA 4711", "at": AT}
    first = keep_inbound_sms(**fields)
    assert (first.body, keep_inbound_sms(**fields), InboundSms.objects.count()) == ("JA 4711", None, 1)
