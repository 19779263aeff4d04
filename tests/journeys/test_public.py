"""The whole public part without JavaScript: every page is there, every map has its table, and all of it prints."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from bookings import referrals
from lotsen.kernel.calendar import Period
from lotsen.people import cards
from tests.access.matrix import EVERYBODY, MATRIX
from tests.bookings.test_referrals import make_list
from tests.chromium import DESK, PHONE, listen
from tests.people import NOW, make_user, make_volunteer
from tests.touring.city import make_city, make_published
from tests.volunteers.new_emails import token_for
from volunteers import certificates

FILES = (
    "stops-json",
    "stop-calendar",
    "area-calendar",
    "team-calendar",
    "poster",
    "area-poster",
    "area-leaflet",
    "stop-photo",
)
APP = ("guide-feed", "guide-manifest", "guide-worker")
NO_PAGES = (
    "places:",
    "api:",
    "pages:gallery",
    *(f"touring:{name}" for name in FILES),
    *(f"bookings:{name}" for name in APP),
)
NAMED = {"stop": "S1", "area": "01169"}
PAGES = [
    name
    for name, row in MATRIX.items()
    if row.door == EVERYBODY
    and row.get == "ok"
    and not name.startswith(NO_PAGES)
    and not name.startswith("bookings:web-")
]


@pytest.fixture
def city():
    """A city with a published plan, lists of an office, begun and sent, a card and a certificate; the keys of pages
    behind a link."""
    make_city()
    make_published(period=Period(NOW.date().replace(day=23), NOW.date().replace(month=12, day=31)), at=NOW)
    begun, sent = make_list(), make_list()
    referrals.send(sent, by=None, at=NOW)
    volunteer, office = make_volunteer(), make_user()
    card = cards.issue_card(volunteer.user, valid_until=date(2027, 6, 30), by=office, at=NOW)
    span = {"first_on": date(2026, 1, 1), "last_on": NOW.date(), "years": [(2026, 60)], "courses": []}
    paper = certificates.issue_certificate(volunteer, **span, by=office, at=NOW)
    tokens = {"card_token": card.token, "certificate_token": paper.token}
    tokens["new_email"] = token_for(volunteer, "neu@example.org")
    return NAMED | {"referral": begun.token, "referral_sent": sent.token, **tokens}


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_public_page_works_and_prints_without_javascript(open_context, live_server, city, viewport):
    page = open_context(viewport=viewport, java_script_enabled=False).new_page()
    said = listen(page, live_server.url)
    for name in [*PAGES, "bookings:web-start"]:
        args = [city[str(arg)] for arg in MATRIX[name].args]
        answer = page.goto(reverse(name, args=args))
        assert answer.status == 200, name
        assert page.locator("h1:visible").count() == 1, name
        assert page.locator("[data-needs-js]:visible, .l-map:visible").count() == 0, name
        page.emulate_media(media="print")
        assert page.locator("h1").first.is_visible(), name
        assert page.locator("header nav:visible, .l-noprint:visible, form button:visible").count() == 0, name
        page.emulate_media(media="screen")
        assert said == [], name


def test_the_map_has_its_table(open_context, city):
    page = open_context(java_script_enabled=False).new_page()
    page.goto("/fahrplan/")
    for name in ("Bibliothek Gorbitz", "Treff Pieschen"):
        assert name in page.inner_text("main")


def test_a_stop_is_found_by_postal_code_without_javascript(open_context, city):
    page = open_context(java_script_enabled=False).new_page()
    page.goto("/fahrplan/")
    page.locator("main input[name='ort']").fill("01169")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "km" in page.inner_text("main")
    assert "01169" in page.content()
