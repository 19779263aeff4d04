"""Whoever reads English reads English: no German word is left on the main pages."""

import re
from html import unescape

import pytest
from django.urls import reverse

from tests.people import make_facility, make_topic, make_user, make_volunteer
from tests.touring.city import make_city

GERMAN = re.compile(
    r"\b(und|oder|der|die|das|nicht|Sie|wir|Wir|eine?|bitte|Bitte|für|mit|ist|sind|keine?|von|zum|zur|auf|Uhr|wird|Ihre?)\b"
)
IN_GERMAN_ON_PURPOSE = (
    'lang="de"',  # the way back to German
    "vormittags",  # wished times are typed in German
)
PUBLIC = (
    "start",
    "touring:timetable",
    "touring:timetable-print",
    "bookings:web-start",
    "bookings:status",
    "pages:safety",
)
MORE = ("pages:join", "pages:accessibility", "pages:privacy", "pages:imprint", "pages:plain", "pages:signs")
DOORS = ("account_login", "account_reset_password", "account_signup")
STAFF = {
    "hotline": ("intake", "requests", "calls", "search"),
    "coordinator": ("board",),
    "volunteer": ("guide-today", "guide-offers", "guide-reports", "guide-me"),
    "facility": ("facility", "facility-book"),
    "advisor": ("team-day",),
}

pytestmark = pytest.mark.django_db


def german_lines(html):
    """The lines of a page, attributes read aloud included, in which a German word stands."""
    html = re.sub(r"<(script|style|svg)\b.*?</\1>", "", html, flags=re.DOTALL)
    spoken = re.findall(r'(?:aria-label|alt|placeholder|title)="([^"]*)"', html)
    lines = [
        re.sub(r"<[^>]*>", " ", line) for line in html.splitlines() if not any(x in line for x in IN_GERMAN_ON_PURPOSE)
    ]
    return [line for line in map(unescape, [*lines, *spoken]) if GERMAN.search(line)]


def page(client, name, language):
    return client.get(reverse(name), headers={"accept-language": language}).content.decode()


@pytest.mark.parametrize("name", [*PUBLIC, *MORE, *DOORS])
def test_public_pages_and_the_sign_in(client, name):
    make_city()
    make_topic()
    assert german_lines(page(client, name, "en")) == []
    assert german_lines(page(client, name, "de")) != []  # the words are found where they stand


@pytest.mark.parametrize(("role", "name"), [(role, name) for role, names in STAFF.items() for name in names])
def test_pages_of_the_roles(client, role, name):
    make_topic()
    user = make_volunteer().user if role == "volunteer" else make_user(role)
    if role == "facility":
        make_facility("Lindenhof", user)
    client.force_login(user)
    assert german_lines(page(client, f"bookings:{name}", "en")) == []


def test_the_language_can_be_chosen(client):
    client.post(reverse("pages:language"), {"language": "en", "next": "/"}, headers={"accept-language": "de"})
    assert 'lang="en"' in page(client, "start", "de")
