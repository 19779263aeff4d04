"""The gate in front of the webhooks: the genuine call passes, every change of it is refused, nothing else happens."""

import random
from urllib.parse import urlencode

import pytest
from django.test import RequestFactory
from twilio.request_validator import RequestValidator

from lotsen.messages import signatures
from lotsen.messages.signatures import Gate, WebhookRefused, checked_webhook

BASE = "https://lotsen.example"
ACCOUNT = "AC" + "1" * 32
NEW, OLD, FOREIGN = "new-token", "old-token", "foreign-token"
OURS = "+493023125101"
GATE = Gate(base_url=BASE, account_sid=ACCOUNT, tokens=(NEW, OLD), number=OURS)
PATH = "/api/telefon/sms"
SMS = {
    "AccountSid": ACCOUNT,
    "MessageSid": "SM" + "a" * 32,
    "From": "+491722345678",
    "To": OURS,
    "Body": "JA 4711",
}
STATUS = {
    "AccountSid": ACCOUNT,
    "MessageSid": "SM" + "b" * 32,
    "MessageStatus": "delivered",
    "From": OURS,
    "To": "+491722345678",
}
CALL_IN = {
    "AccountSid": ACCOUNT,
    "CallSid": "CA" + "c" * 32,
    "CallStatus": "ringing",
    "Direction": "inbound",
    "From": "+491722345678",
    "To": OURS,
}
CALL_OUT = {**CALL_IN, "Direction": "outbound-api", "From": OURS, "To": "+491722345678"}
FORM = "application/x-www-form-urlencoded"


def signed(url, fields, token=NEW):
    return RequestValidator(token).compute_signature(url, fields)


def ask(fields, *, path=PATH, signature=None, body=None, content_type=FORM, method="POST", gate=GATE, **headers):
    if signature is None:
        signature = signed(BASE + path, fields)
    body = urlencode(fields).encode() if body is None else body
    headers |= {"HTTP_X_TWILIO_SIGNATURE": signature} if signature is not False else {}
    request = RequestFactory().generic(method, path, body, content_type, **headers)
    return checked_webhook(request, gate=gate)


def is_refused(*args, **kwargs):
    """True if refused, False if let in; any other exception is a failure of the gate and breaks the test."""
    try:
        ask(*args, **kwargs)
    except WebhookRefused:
        return True
    return False


@pytest.mark.parametrize("fields", [SMS, STATUS, CALL_IN, CALL_OUT], ids=["sms", "status", "call in", "call out"])
def test_the_genuine_call_passes(fields):
    call = ask(fields)
    assert (call.sid, dict(call.fields), call["Digits"]) == (
        fields.get("MessageSid") or fields["CallSid"],
        fields,
        "",
    )


def test_two_tokens_are_valid_while_they_change():
    assert not is_refused(SMS, signature=signed(BASE + PATH, SMS, OLD))
    assert is_refused(SMS, signature=signed(BASE + PATH, SMS, FOREIGN))


def test_the_query_is_signed_too():
    path = PATH + "?schritt=2"
    assert not is_refused(SMS, path=path)
    assert is_refused(SMS, path=path, signature=signed(BASE + PATH, SMS))


def test_umlauts_and_emoji_pass():
    assert ask({**SMS, "Body": "Ja, gern 😊 äöü"})["Body"] == "Ja, gern 😊 äöü"


def malformed():
    """Posts that no telephone network sends, each with what is wrong."""
    good = signed(BASE + PATH, SMS)
    plain = urlencode(SMS)
    yield "no signature", {"signature": False}
    yield "empty signature", {"signature": ""}
    yield "short signature", {"signature": good[:-4]}
    yield "signature of another address", {"signature": signed("https://other.example" + PATH, SMS)}
    yield "signature for http", {"signature": signed("http://lotsen.example" + PATH, SMS)}
    yield "signature of another port", {"signature": signed("https://lotsen.example:8443" + PATH, SMS)}
    yield "GET", {"method": "GET"}
    yield "PUT", {"method": "PUT"}
    yield "JSON", {"content_type": "application/json", "body": b'{"AccountSid": "x"}'}
    yield "multipart", {"content_type": "multipart/form-data; boundary=x", "body": b"--x--"}
    yield "empty body", {"body": b""}
    yield "1 MB", {"body": plain.encode() + b"&X=" + b"x" * 1_000_000}
    yield "10,000 fields", {"body": plain.encode() + b"&X=1" * 10_000}
    yield "field twice", {"body": (plain + "&Body=JA+4711").encode()}
    yield "field twice, other value", {"body": (plain + "&Body=NEIN").encode()}
    yield "broken UTF-8", {"body": plain.encode() + b"&X=\xff\xfe"}
    yield "NUL", {"body": (plain + "&X=%00").encode()}
    yield "odd name", {"body": (plain + "&x[]=1").encode()}
    yield "signature with a line break", {"signature": good[:10] + "\n" + good[11:]}
    yield "signature beyond ASCII", {"signature": "ä" * 28}


@pytest.mark.parametrize(("reason", "change"), list(malformed()), ids=[reason for reason, _ in malformed()])
def test_malformed(reason, change):
    assert is_refused(SMS, **change)


@pytest.mark.parametrize(
    "change",
    [
        {"AccountSid": "AC" + "2" * 32},
        {"To": "+493023125199"},
        {"MessageSid": "SM123"},
        {"MessageSid": "XX" + "a" * 32},
        {"MessageSid": "SM" + "a" * 32 + "\n"},
        {"Body": "x" * 5000},
        {"Body": "nul\x00"},
    ],
    ids=str,
)
def test_even_with_a_valid_signature(change):
    assert is_refused({**SMS, **change})


@pytest.mark.parametrize("field", ["From", "To", "Body", "AccountSid", "MessageSid"])
def test_no_field_may_lack_or_move_into_another(field):
    less = {name: value for name, value in SMS.items() if name != field}
    assert is_refused(less)
    merged = {**less, "AccountSid": less.get("AccountSid", "") + field + SMS[field]}
    assert is_refused(merged, signature=signed(BASE + PATH, SMS))


def test_two_fields_made_one_keep_the_signature_but_not_the_gate():
    """The control: the library alone lets this through, because names and values are joined without a separator."""
    joined = {name: value for name, value in SMS.items() if name != "From"}
    joined["Body"] = SMS["Body"] + "From" + SMS["From"]
    signature = signed(BASE + PATH, SMS)
    assert RequestValidator(NEW).validate(BASE + PATH, joined, signature)
    assert is_refused(joined, signature=signature)


def mutations(count, seed=7):
    """Random changes of one or two bytes of body or signature, all different from the genuine post."""
    chance = random.Random(seed)
    body, signature = urlencode(SMS).encode(), signed(BASE + PATH, SMS)
    for _ in range(count):
        if chance.random() < 0.8:
            changed = bytearray(body)
            for _times in range(chance.randint(1, 2)):
                at = chance.randrange(len(changed))
                changed[at : at + chance.randint(0, 2)] = bytes(
                    chance.randrange(256) for _ in range(chance.randint(0, 3))
                )
            yield bytes(changed), signature
        else:
            at = chance.randrange(len(signature))
            yield body, signature[:at] + chance.choice("ABCabc+/=\x00ä\udcff \n") + signature[at + 1 :]


def same_fields(body):
    """A change that only writes the same fields in another way (an escaped letter) is no forgery."""
    from django.http import QueryDict

    try:
        return QueryDict(body.decode()).dict() == SMS
    except UnicodeDecodeError:
        return False


def test_hundreds_of_mutations_are_refused_without_any_other_exception():
    genuine = signed(BASE + PATH, SMS)
    tried = 0
    for body, signature in mutations(800):
        if signature == genuine and same_fields(body):
            continue
        assert is_refused(SMS, body=body, signature=signature), (body, signature)
        tried += 1
    assert tried > 700


def test_control_without_the_signature_check_mutations_come_in(monkeypatch):
    monkeypatch.setattr(signatures, "_signed", lambda request, fields, gate: True)
    genuine = signed(BASE + PATH, SMS)
    assert not all(is_refused(SMS, body=body, signature=genuine) for body, _ in mutations(300))


def test_no_token_lets_nobody_in():
    assert is_refused(SMS, signature=signed(BASE + PATH, SMS, ""), gate=Gate(BASE, ACCOUNT, ("",), OURS))
