import gzip

import pytest
from django.http import HttpResponse
from django.test import Client

from tests import weights

pytestmark = [pytest.mark.urls("tests.lotsen.look_urls"), pytest.mark.django_db]
PAGES = (
    "/",
    "/sicherheit/",
    "/mitmachen/",
    "/barrierefreiheit/",
    "/datenschutz/",
    "/impressum/",
    "/einfache-sprache/",
    "/gebaerdensprache/",
    "/konto/login/",
)


@pytest.fixture(scope="module", autouse=True)
def kit():
    weights.build_kit()


def test_the_shared_kit_keeps_its_promise():
    parts = weights.kit_bytes()
    assert min(parts.values()) > 0
    assert sum(parts.values()) <= weights.KIT_LIMIT, parts


@pytest.mark.parametrize("url", PAGES)
def test_pages_of_the_look_keep_their_promise(client, url):
    assert weights.page_bytes(client, url) <= weights.PAGE_LIMIT


def test_the_measure_counts_what_a_page_brings_beyond_the_kit(monkeypatch):
    html = (
        b'<link href="/static/kern/kern.min.css"><link href="/static/js_lib_leaflet/leaflet.css">'
        b'<div data-outlines="/karte/flaechen.json">'
    )
    answers = {"/": HttpResponse(html), "/karte/flaechen.json": HttpResponse(b"{}")}
    monkeypatch.setattr(Client, "get", lambda self, url: answers[url])
    own = weights.static_bytes("js_lib_leaflet/leaflet.css")
    assert weights.page_bytes(Client(), "/") == len(gzip.compress(html, 9)) + own + len(gzip.compress(b"{}", 9))
