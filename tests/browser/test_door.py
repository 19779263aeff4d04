"""The pages of the door and of what comes after, in a real browser: by day and by night, wide and narrow."""

from __future__ import annotations

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from lotsen.kernel.calendar import local_date
from lotsen.people import cards
from tests.chromium import DESK, PHONE
from tests.people import make_user, make_volunteer

NARROW = {"width": 320, "height": 640}


@pytest.fixture
def card(settings):
    settings.CARD_TRIES_PER_ADDRESS = 100
    drawn = io.BytesIO()
    Image.radial_gradient("L").resize((240, 320)).convert("RGB").save(drawn, "JPEG")
    now = timezone.now()
    last = local_date(now) + timedelta(days=300)
    user = make_volunteer().user
    make_volunteer("Clara Vogel")
    return cards.issue_card(user, valid_until=last, by=None, at=now, photo=drawn.getvalue(), has_agreed=True)


def public(card):
    return (
        "/ausweis/",
        f"/ausweis/{card.token}/",
        "/ausweis/nirgends/",
        "/rueckmeldung/",
        "/rueckmeldung/danke/",
        "/sicherheit/",
    )


def signed_in(context, client, role):
    client.force_login(make_user(role))
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    url = context.new_page().goto("/ausweis/").url.removesuffix("ausweis/")
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])
    return context


def kept(page, name):
    """A picture for whoever wants to look: in the folder that LOTSEN_TEST_PICTURES names."""
    if folder := os.environ.get("LOTSEN_TEST_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_is_accessible(open_context, axe, client, card, viewport, colours):
    context = open_context(viewport=viewport, color_scheme=colours)
    page = context.new_page()
    for number, url in enumerate(public(card)):
        page.goto(url)
        kept(page, f"door{number}-{viewport['width']}-{colours}")
        assert axe(page) == "", url
    signed_in(context, client, "coordinator")
    for number, url in enumerate(("/ausweise/", f"/ausweise/{card.user_id}/", "/hotline/rueckmeldung/")):
        page.goto(url)
        assert page.inner_text("h1") != "Anmelden"
        kept(page, f"desk{number}-{viewport['width']}-{colours}")
        assert axe(page) == "", url


def test_nothing_scrolls_sideways_at_320(open_context, card):
    page = open_context(viewport=NARROW).new_page()
    for url in public(card):
        page.goto(url)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert (url, wide) == (url, 0)


def test_a_card_is_checked_by_keyboard_without_javascript(open_context, card):
    page = open_context(java_script_enabled=False).new_page()
    page.goto("/ausweis/")
    page.get_by_label("Nummer auf dem Ausweis").fill(card.grouped_number)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Bernd gehört zu den Lotsen.")
