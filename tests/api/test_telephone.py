"""The webhooks: only the network comes in, an SMS settles a visit, statuses only move forward."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import get_resolver

from api.telephone import door
from api.telephone.urls import urlpatterns as hooks
from bookings import offers
from bookings.models import HomeVisit
from lotsen.kernel.models import Transition
from lotsen.messages.models import CallTask, InboundSms, Message, WebhookReceipt
from lotsen.messages.outbox import queue_message
from tests.api.conftest import CALLER, OURS, sms_fields
from tests.people import NOW, make_scheduled, make_user, make_volunteer

pytestmark = pytest.mark.django_db
STATUS_PATH = "/api/telefon/status/{}"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW, tick=False):
        yield


def state():
    """Everything that a webhook could change."""
    models = (InboundSms, WebhookReceipt, Message, CallTask, Transition, HomeVisit)
    return [model.objects.count() for model in models]


def test_ja_by_sms_settles_the_visit_from_end_to_end(call_in):
    anna, bernd = make_user("hotline"), make_volunteer()
    visit = make_scheduled(by=anna)
    (offer,) = offers.send_offers(visit, volunteers=[bernd], answer_by=NOW + timedelta(days=1), by=anna, at=NOW)

    response = call_in("/api/telefon/sms", sms_fields(f"ja {offer.code}", bernd.user.phone))

    visit.refresh_from_db()
    assert (response.status_code, response["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert "<Message" not in response.content.decode()
    assert (visit.state, visit.guide) == ("assigned", bernd.user)
    assert InboundSms.objects.get().outcome == "accepted"
    assert {(row.kind, row.channel) for row in Message.objects.exclude(state="dropped")} >= {
        ("v_accepted", "sms"),
        ("senior_booked", "letter"),
    }
    assert CallTask.objects.filter(kind="senior_booked", state="open").exists()


def test_a_thousand_replays_have_one_effect(call_in):
    first = call_in("/api/telefon/sms", sms_fields("hallo"))
    before = state()

    assert {call_in("/api/telefon/sms", sms_fields("hallo")).status_code for _ in range(30)} == {first.status_code}
    assert state() == before


def test_a_webhook_sets_no_cookie_and_needs_no_token_of_a_form(call_in):
    client = Client(enforce_csrf_checks=True)
    assert client.post("/api/telefon/sms", {}).status_code == 403
    assert call_in("/api/telefon/sms", sms_fields("hallo")).cookies == {}


def test_every_webhook_of_the_address_list_stands_behind_the_gate():
    under = next(part for part in get_resolver().url_patterns if str(part.pattern) == "api/").url_patterns
    door_of_network = next(part for part in under if str(part.pattern) == "telefon/").url_patterns
    assert [hook.name for hook in door_of_network] == [hook.name for hook in hooks]
    assert [hook.name for hook in door_of_network if not getattr(hook.callback, "is_webhook", False)] == []


def test_control_without_the_gate_the_forged_ones_come_in(client, monkeypatch):
    from lotsen.messages.signatures import WebhookCall

    monkeypatch.setattr(
        door, "checked_webhook", lambda request, gate: WebhookCall("SM" + "9" * 32, request.POST.dict())
    )
    before = state()
    client.post("/api/telefon/sms", sms_fields("hallo"))
    assert state() != before


# --- status -----------------------------------------------------------------------------------------


def sent_message():
    message = queue_message(
        kind="senior_stop",
        channel="sms",
        to=CALLER,
        language="de",
        variables={},
        about=None,
        key="m1",
        by=None,
        at=NOW,
    )
    Message.objects.filter(pk=message.pk).update(state="sending", claimed_at=NOW)
    return message


def status_fields(word, sid="SM" + "b" * 32):
    return {"MessageSid": sid, "MessageStatus": word, "From": OURS, "To": CALLER}


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "queued"])), ids=" ".join)
def test_statuses_in_any_order_end_in_delivered(call_in, order):
    message = sent_message()

    for word in (*order, *order):
        assert call_in(STATUS_PATH.format(message.pk), status_fields(word)).status_code == 204
    message.refresh_from_db()
    assert (message.state, message.provider_reference) == ("delivered", "SM" + "b" * 32)


def test_a_message_that_did_not_arrive_becomes_a_call(call_in):
    message = sent_message()

    call_in(STATUS_PATH.format(message.pk), status_fields("undelivered"))

    message.refresh_from_db()
    assert message.state == "failed"
    assert CallTask.objects.get().message == message


def test_the_status_of_an_unknown_message_and_an_unknown_word_do_nothing(call_in):
    message = sent_message()
    before = state()

    assert call_in(STATUS_PATH.format(uuid4()), status_fields("delivered")).status_code == 204
    assert call_in(STATUS_PATH.format(message.pk), status_fields("exploded" * 20)).status_code == 204
    assert state() == before
