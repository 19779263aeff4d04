"""Posts that no telephone network sends: a genuine one with something wrong. Every one of them must be refused."""

from __future__ import annotations

import random
from urllib.parse import parse_qsl, urlencode

from django.urls import get_resolver
from twilio.request_validator import RequestValidator

from tests.api.conftest import ACCOUNT, BASE, FORM, OURS, TOKEN, sms_fields, voice_fields

NUL_NUMBER = "00000000-0000-4000-8000-000000000000"


def webhooks():
    """Every webhook of the whole address list: its path with made-up numbers, and whether it takes recordings."""
    found = {}

    def walk(patterns, before):
        for one in patterns:
            path = before + str(one.pattern)
            if hasattr(one, "url_patterns"):
                walk(one.url_patterns, path)
            elif getattr(one.callback, "is_webhook", False):
                for name in ("<uuid:message_id>", "<uuid:ring_id>"):
                    path = path.replace(name, NUL_NUMBER)
                found["/" + path] = one.callback

    walk(get_resolver().url_patterns, "")
    return found


def genuine(path):
    """What the network would send there."""
    if path.endswith("/sms"):
        return {"AccountSid": ACCOUNT, **sms_fields()}
    if path.endswith("/aufnahme"):
        recording = {"CallSid": "CA" + "c" * 32, "RecordingSid": "RE" + "a" * 32, "RecordingStatus": "completed"}
        return {"AccountSid": ACCOUNT, "RecordingDuration": "7", **recording}
    return {"AccountSid": ACCOUNT, **voice_fields(Digits="1")}


def sign(fields, path, token=TOKEN, base=BASE):
    """A signature over these fields."""
    return RequestValidator(token).compute_signature(base + path, fields)


def forged(path, count):
    """`count` posts as (method, path, body, content type, signature), each wrong in one way; always the same ones."""
    chance = random.Random(path)
    fields = genuine(path)
    good = sign(fields, path)
    makers = [
        _bad_signature, _other_fields, _cut_anew, _broken_body, _changed_byte, _missing, _other_account, _other_shape
    ]  # fmt: skip
    for number in range(count):
        yield makers[number % len(makers)](chance, path, fields, good)


def _post(path, body, signature, content_type=FORM, method="POST"):
    return (
        method,
        path,
        body if isinstance(body, bytes) else body.encode("utf-8", "surrogateescape"),
        content_type,
        signature,
    )


def _bad_signature(chance, path, fields, good):
    bad = chance.choice(
        [
            "",
            good[:-3],
            good[::-1],
            "ä" * 28,
            "A" * 27 + "=",
            good + good,
            sign(fields, path, token=f"foreign {chance.random()}"),
            sign(fields, path, base="http://lotsen.example"),
            sign(fields, path, base="https://lotsen.example:8444"),
            sign(fields, path + "?a=b"),
            sign(fields, "/api/telefon/anderswo"),
        ]
    )
    return _post(path, urlencode(fields), bad)


def _other_fields(chance, path, fields, good):
    name = chance.choice(sorted(fields))
    body = urlencode(fields)
    extra = f"{chance.choice(['Digits', 'Extra', 'Body', name])}={chance.randrange(10**6)}"
    return _post(path, chance.choice([f"{body}&{extra}", f"{extra}&{body}", f"{body}&{name}=", f"{body}&{body}"]), good)


def _cut_anew(chance, path, fields, good):
    """The same joined text under the same signature, with names and values cut elsewhere."""
    names = sorted(fields)
    at = chance.randrange(len(names) - 1)
    one, two = names[at], names[at + 1]
    cut = {name: value for name, value in fields.items() if name not in (one, two)}
    joined = fields[one] + two + fields[two]
    keep = chance.randrange(len(two) + 1)
    if chance.random() < 0.5 or keep == len(two):
        cut[one] = joined
    else:
        cut[one], cut[two[keep:] or "X"] = fields[one] + two[:keep], fields[two]
    if cut == fields:
        cut.pop(one)
    return _post(path, urlencode(cut), good)


def _broken_body(chance, path, fields, good):
    body = urlencode(fields)
    size = chance.choice([40_000, 100_000]) if chance.random() < 0.1 else chance.randrange(5_000, 9_000)
    return chance.choice(
        [
            _post(path, "", good),
            _post(path, '{"AccountSid": 1}', good, "application/json"),
            _post(path, "--x--", good, "multipart/form-data; boundary=x"),
            _post(path, body, good, "text/plain"),
            _post(path, body, good, ""),
            _post(path, f"{body}&X={'x' * size}", good),
            _post(path, f"{body}&X=%00", good),
            _post(path, f"{body}&X=%ff%fe", good),
            _post(path, body.encode() + b"&X=\xff\xfe\xed\xa0\x80", good),
            _post(path, body + "&" + "&".join(f"F{n}=1" for n in range(100)), good),
            _post(path, body, good, method=chance.choice(["GET", "PUT", "DELETE", "OPTIONS", "TRACE", "HEAD"])),
            _post(path + f"?a={chance.randrange(9)}", body, good),
        ]
    )


def _changed_byte(chance, path, fields, good):
    body = bytearray(urlencode(fields).encode())
    while True:
        at = chance.randrange(len(body))
        body[at : at + 1] = bytes([chance.randrange(256), chance.randrange(256)][: chance.randrange(3)])
        if dict(parse_qsl(body.decode("latin-1"), keep_blank_values=True)) != fields:
            return _post(path, bytes(body), good)


def _missing(chance, path, fields, good):
    """Signed rightly, and a field is not there."""
    needed = [name for name in fields if name not in {"Digits", "RecordingDuration"}]
    lost = chance.choice(needed)
    less = {name: value for name, value in fields.items() if name != lost}
    return _post(path, urlencode(less), sign(less, path))


def _other_account(chance, path, fields, good):
    """Signed rightly, for somebody else."""
    other = dict(fields)
    name = chance.choice(["AccountSid", "CallSid", "MessageSid"])
    other["AccountSid" if name not in other else name] = chance.choice(
        ["", "AC" + "2" * 32, "XX" + "c" * 32, ACCOUNT[:-1], "CA" + "C" * 32, OURS]
    )
    return _post(path, urlencode(other), sign(other, path))


def _other_shape(chance, path, fields, good):
    """Signed rightly, with what such a field cannot hold."""
    if "RecordingSid" in fields:
        other = fields | {"RecordingSid": chance.choice(["", "RE1", "RE" + "g" * 32, "../" + "a" * 31])}
    elif "MessageSid" in fields:
        other = fields | chance.choice([{"To": "+4930999"}, {"From": "+4930x"}, {"From": "x" * 500}, {"To": ""}])
    else:
        other = fields | chance.choice(
            [
                {"CallStatus": "in-progressDigits1"},
                {"Direction": "inboundFrom"},
                {"Direction": "outbound-api"},
                {"To": "+4930999"},
                {"Digits": "1Direction"},
                {"RecordingStatus": "completed", "RecordingSid": "RE" + "a" * 32},
            ]
        )
    return _post(path, urlencode(other), sign(other, path))
