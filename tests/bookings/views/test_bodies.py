"""Big and broken bodies on the public forms: refused in a sentence, never an error of ours, and cheap."""

import io
import json
import time

import pytest

from bookings.models import WebRequest
from tests.people import make_topic

pytestmark = pytest.mark.django_db
PAGES = ("/hausbesuch/", "/hausbesuch/stand/", "/hausbesuch/stand/aendern/", "/hausbesuch/fuer-fachleute/")
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
TEN_MEGABYTES = 10 * 1024 * 1024
MOST_SECONDS = 1.0


def part(name, body, filename=""):
    more = f'; filename="{filename}"' if filename else ""
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{body}\r\n'


BODIES = {
    "10 MB in one field": (FORM, b"street=" + b"a" * TEN_MEGABYTES),
    "10 MB as a file": (MULTIPART, (part("street", "a" * TEN_MEGABYTES, "a.txt") + "--x--").encode()),
    "10,000 fields": (FORM, "&".join(f"f{number}=1" for number in range(10_000)).encode()),
    "10,000 values": (FORM, b"street=1&" * 10_000),
    "1,000 files": (MULTIPART, ("".join(part("f", "a", "a.txt") for _ in range(1000)) + "--x--").encode()),
    "1,000 small files": (MULTIPART, ("".join(part("f", "", "a") for _ in range(500)) + "--x--").encode()),
    "deep JSON": ("application/json", b"[" * 100_000 + b"]" * 100_000),
    "JSON": ("application/json", json.dumps({"street": "Gartenweg 16"}).encode()),
    "no boundary": ("multipart/form-data", b"street=1"),
    "boundary only": (MULTIPART, b"--x"),
    "cut off": (MULTIPART, part("street", "Garten").encode()[:60]),
    "invalid UTF-8": (FORM, b"street=%ff%fe&postal_code=\xff\xfe"),
    "lone surrogate": (FORM, b"street=%ed%a0%80 1&postal_code=01169"),
    "NUL": (FORM, b"street=a%00b&postal_code=01169"),
    "other charset": (f"{FORM}; charset=utf-7", b"street=+AGE-"),
    "unknown charset": (f"{FORM}; charset=quatsch", b"street=1"),
    "gzip": (FORM, b"\x1f\x8b" + b"\x00" * 1000),
    "nothing": (FORM, b""),
    "no type": ("", b"street=1"),
    "a million lines": (FORM, b"street=" + b"%0A" * 20_000),
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_refused_cheaply(client, page, name):
    make_topic()
    kind, body = BODIES[name]
    begun = time.process_time()
    answer = client.generic("POST", page, body, content_type=kind)
    took = time.process_time() - begun
    assert answer.status_code in (302, 400, 413, 422), answer.status_code
    assert took < MOST_SECONDS
    assert not WebRequest.objects.exists()


@pytest.mark.parametrize("length", ["-1", "abc", "99999999999999999999", "٣"])
def test_a_false_length_breaks_nothing(client, length):
    answer = client.generic("POST", PAGES[0], b"street=1", content_type=FORM, CONTENT_LENGTH=length)
    assert answer.status_code == 400


def test_what_is_too_long_is_not_even_read(rf, settings):
    from django.http import HttpResponse

    from lotsen.gate import PublicFormGate

    request = rf.generic("POST", PAGES[0], b"a" * 70_000, content_type=FORM)
    request._stream = request.environ["wsgi.input"] = io.BytesIO(b"")
    assert PublicFormGate(lambda request: HttpResponse())(request).status_code == 400
