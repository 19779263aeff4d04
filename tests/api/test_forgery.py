"""Forged or malformed posts at every webhook that the address list holds: all refused, nothing asked of the database.

A thousand at each address; LOTSEN_FORGED=10000 makes it the ten thousand of promise D1.
"""

from __future__ import annotations

import io
import os
import time

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api import forgery

EACH = int(os.environ.get("LOTSEN_FORGED", "1000"))
THROUGH_ALL = 32
pytestmark = pytest.mark.django_db


def request_of(method, path, body, content_type, signature):
    """A request as the server hands it over."""
    plain, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": plain,
        "SCRIPT_NAME": "",
        "QUERY_STRING": query,
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
    }
    if signature:
        environ["HTTP_X_TWILIO_SIGNATURE"] = signature.encode().decode("latin-1")
    return WSGIRequest(environ)


def of_url(path):
    """The words that the address itself holds, as the view gets them."""
    from django.urls import resolve

    return resolve(path).kwargs


@pytest.mark.parametrize("path", sorted(forgery.webhooks()))
def test_forged_posts_are_refused(path, record_property):
    view, kwargs = forgery.webhooks()[path], of_url(path)
    took = []
    with CaptureQueriesContext(connection) as asked:
        for one in forgery.forged(path, EACH):
            begun = time.perf_counter()
            status = view(request_of(*one), **kwargs).status_code
            took.append(time.perf_counter() - begun)
            assert status in {400, 403}, one
    assert len(asked) == 0
    p95 = sorted(took)[int(len(took) * 0.95)]
    record_property("p95_ms", round(p95 * 1000, 2))
    assert p95 < 0.05


@pytest.mark.parametrize("path", sorted(forgery.webhooks()))
def test_through_every_layer_of_the_server_they_are_refused_as_well(client, path):
    for method, where, body, content_type, signature in forgery.forged(path, THROUGH_ALL):
        headers = {"X-Twilio-Signature": signature} if signature else {}
        response = client.generic(method, where, body, content_type, headers=headers)
        assert response.status_code in {400, 403, 405}, (method, where, body)


def test_control_the_genuine_post_comes_in(client):
    for path in forgery.webhooks():
        fields = forgery.genuine(path)
        headers = {"X-Twilio-Signature": forgery.sign(fields, path)}
        body = forgery.urlencode(fields)
        assert client.generic("POST", path, body, forgery.FORM, headers=headers).status_code in {200, 204}, path
