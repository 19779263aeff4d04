"""What tests of the machine door need: the telephone network's signature."""

from __future__ import annotations

import pytest
from twilio.request_validator import RequestValidator

ACCOUNT, TOKEN, OURS = "AC" + "1" * 32, "a-token", "+493023125101"
BASE = "https://lotsen.example"
CALLER = "+4917604069001"


@pytest.fixture(autouse=True)
def network(settings):
    """An account of the telephone network, and our public address."""
    settings.PUBLIC_BASE_URL = BASE
    settings.TWILIO_ACCOUNT_SID = ACCOUNT
    settings.TWILIO_AUTH_TOKENS = [TOKEN]
    settings.TWILIO_NUMBER = OURS


@pytest.fixture
def call_in(client):
    """Posts as the network does: signed, form-encoded. `call_in("/api/telefon/sms", {"Body": "JA"})`."""

    def post(path, fields=(), *, token=TOKEN, base=BASE):
        sent = {"AccountSid": ACCOUNT, **dict(fields)}
        signature = RequestValidator(token).compute_signature(base + path, sent)
        return client.post(path, sent_body(sent), content_type=FORM, headers={"X-Twilio-Signature": signature})

    return post


FORM = "application/x-www-form-urlencoded"


def sent_body(fields):
    """The fields as the body of a post."""
    from urllib.parse import urlencode

    return urlencode(fields)


def sms_fields(body="JA", number=CALLER, sid="SM" + "a" * 32):
    """One SMS that comes in."""
    return {"MessageSid": sid, "From": number, "To": OURS, "Body": body}


def voice_fields(number=CALLER, sid="CA" + "c" * 32, **more):
    """One step of a call that comes in."""
    return {"CallSid": sid, "CallStatus": "in-progress", "Direction": "inbound", "From": number, "To": OURS, **more}


@pytest.fixture
def published():
    """A small city with a published timetable from 4 January 2027 on."""
    from tests.touring.city import make_city, make_published

    make_city()
    return make_published()
