"""The telephone under parallel load: money, telephones that ring, posts that come again."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.db import IntegrityError
from django.test import Client

from lotsen.messages import spending, telephone
from lotsen.messages.models import AgentLine, AgentRing, CallTask, InboundSms, PhoneCall, PhoneSpending
from lotsen.messages.telephone.lines import new_ring
from tests.api.conftest import ACCOUNT, BASE, CALLER, FORM, OURS, TOKEN, sms_fields, voice_fields
from tests.people import NOW, make_user
from tests.races.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def money(settings):
    settings.PHONE_PRICES = {"sms": 100, "call": 60, "connect": 150}
    settings.PHONE_DAILY_LIMIT = 2000
    settings.PUBLIC_BASE_URL, settings.TWILIO_ACCOUNT_SID = BASE, ACCOUNT
    settings.TWILIO_AUTH_TOKENS, settings.TWILIO_NUMBER = [TOKEN], OURS


def test_two_hundred_at_once_spend_exactly_the_money_of_the_day():
    for day in range(5):
        at = NOW + timedelta(days=day)
        passed = at_once([partial(spending.may_spend, "sms", at)] * 50)
        assert (passed.count(True), spending.spent_on(at.date())) == (20, 2000)


def read_then_write(at):
    """The control: reading, then writing, as copied limiters do."""
    spent = spending.spent_on(at.date())
    if spent + 100 > 2000:
        return False
    PhoneSpending.objects.filter(day=at.date()).update(spent=spent + 100)
    return True


def test_control_reading_first_lets_too_many_pass():
    PhoneSpending.objects.create(day=NOW.date())
    passed = sum(at_once([partial(read_then_write, NOW)] * 50).count(True) for _ in range(3))
    assert passed > 20


def test_one_waiting_call_rings_at_one_telephone():
    lines = []
    for number in range(8):
        user = make_user(name=f"Anna {number}")
        lines.append(telephone.go_on(user, phone=f"+4930231253{number:02d}", by=user, at=NOW))
    for turn in range(5):
        call = PhoneCall.objects.create(sid=f"CA{turn:032x}", phone=CALLER, arrived_at=NOW, queued_at=NOW)
        rings = at_once([partial(new_ring, line, call=call, at=NOW) for line in lines])
        assert sum(ring is not None for ring in rings) == 1
        AgentRing.objects.update(ended_at=NOW)


def test_control_the_database_itself_refuses_a_second_ring():
    user = make_user()
    line = telephone.go_on(user, phone="+493023125301", by=user, at=NOW)
    call = PhoneCall.objects.create(sid="CA" + "1" * 32, arrived_at=NOW, queued_at=NOW)
    AgentRing.objects.create(line=line, call=call, rang_at=NOW)
    with pytest.raises(IntegrityError):
        AgentRing.objects.create(line=AgentLine.objects.get(), call=call, rang_at=NOW)


def signed(path, fields):
    from twilio.request_validator import RequestValidator

    sent = {"AccountSid": ACCOUNT, **fields}
    return path, sent, RequestValidator(TOKEN).compute_signature(BASE + path, sent)


def post(captured, times):
    from urllib.parse import urlencode

    path, sent, signature = captured
    client = Client()
    for _ in range(times):
        answer = client.post(path, urlencode(sent), content_type=FORM, headers={"X-Twilio-Signature": signature})
        assert answer.status_code in {200, 204}


def effects():
    return [model.objects.count() for model in (InboundSms, CallTask, PhoneCall)]


@pytest.mark.parametrize(
    "captured",
    [
        signed("/api/telefon/sms", sms_fields("hallo")),
        signed("/api/telefon/anruf/rueckruf/taste", voice_fields(Digits="1")),
        signed(
            "/api/telefon/anruf/aufsprechen/aufnahme",
            {
                "CallSid": "CA" + "c" * 32,
                "RecordingSid": "RE" + "a" * 32,
                "RecordingStatus": "completed",
                "RecordingDuration": "9",
            },
        ),
    ],
    ids=["sms", "call back", "voicemail"],
)
def test_a_captured_post_a_thousand_times_at_once_and_a_year_later_has_one_effect(captured):
    with time_machine.travel(NOW, tick=False):
        post(captured, 1)
        once = effects()
        at_once([partial(post, captured, 125)] * 8)
        assert effects() == once
        assert sum(once) >= 1
    with time_machine.travel(NOW + timedelta(days=366), tick=False):
        telephone.calls.forget_calls(at=NOW + timedelta(days=366))
        before = effects()
        post(captured, 3)
        assert effects() == before
