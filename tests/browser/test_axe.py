"""Every page of the house in a real browser, for the person that it is made for.

By day and by night, on a phone and on a screen: nothing that the accessibility rules find, nothing that the policy had
to refuse, no word on the console, nobody else asked for anything, nothing that scrolls sideways on the narrowest phone.
"""

import re

import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from tests.access import asking
from tests.access.matrix import MATRIX, NOBODY
from tests.access.world import make_world
from tests.chromium import DESK, NARROW, PHONE, UNUSED_FONTS, listen
from tests.people import NOW

# Who looks at a page that several may see: the first of these.
LOOKING = (NOBODY, "hotline", "volunteer", "facility", "advisor", "coordinator")
ALSO = ("bookings:facility-time",)
QUERY = {
    "bookings:facility-time": "?themen=fotos&menschen=8&stufe=beginners&einrichtung={facility.own}",
    "bookings:search": "?q=zqclient",
}
NO_PAGES = (".json", ".ics", ".pdf", ".jpg", ".csv", "/api/")
PARTS = {  # pieces of pages, fetched by them, what makes an app of them, and a recording
    "bookings:guide-manifest",
    "bookings:guide-worker",
    "touring:run-state",
    "bookings:call-count",
    "bookings:print-run-state",
    "bookings:round-state",
    "bookings:voicemail",
}


def pages_of(person):
    """Names of the pages that this person looks at."""
    names = [name for name, row in MATRIX.items() if row.get == "ok" or name in ALSO]
    return [name for name in names if next((one for one in LOOKING if one in MATRIX[name].owners), "") == person]


def signed_in(open_context, live_server, world, person):
    context = open_context()
    if person != NOBODY:
        client = Client()
        client.force_login(world.people[person])
        name = django_settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    return context.new_page()


def address(world, name):
    query = re.sub(r"\{([\w.]+)\}", lambda found: str(world.keys[found[1]]), QUERY.get(name, ""))
    return reverse(name, args=asking.values(world, MATRIX[name].args)) + query


def looked_at(page, axe):
    """What the rules find on the open page, in four looks, and how far it scrolls sideways at 320."""
    for viewport in (PHONE, DESK):
        page.set_viewport_size(viewport)
        for colours in ("light", "dark"):
            page.emulate_media(color_scheme=colours)
            if found := axe(page):
                yield f"{viewport['width']} {colours}: {found}"
    page.set_viewport_size(NARROW)
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if too_wide:
        yield f"scrolls {too_wide} px sideways at 320"
    yield from (f"preloaded and not used: {one}" for one in page.evaluate(UNUSED_FONTS))


@pytest.fixture
def world(transactional_db):
    with time_machine.travel(NOW, tick=True):
        yield make_world()


def test_everybody_has_pages_and_every_page_is_looked_at():
    looked = {name: person for person in LOOKING for name in pages_of(person)}
    assert {name for name, row in MATRIX.items() if row.get == "ok"} <= set(looked)
    assert set(looked.values()) == set(LOOKING)


@pytest.mark.slow
@pytest.mark.parametrize("person", LOOKING)
def test_pages_are_accessible_quiet_and_keep_to_themselves(open_context, live_server, axe, world, person):
    page = signed_in(open_context, live_server, world, person)
    said = listen(page, live_server.url)
    wrong = []
    for name in pages_of(person):
        url = address(world, name)
        if name in PARTS or any(part in url for part in NO_PAGES):
            continue
        said.clear()
        page.goto(url)
        wrong += [f"{name}: {one}" for one in (*looked_at(page, axe), *said)]
    assert not wrong, "\n".join(wrong)


def test_control_a_loud_page_is_heard(open_context, live_server, transactional_db):
    page = open_context().new_page()
    said = listen(page, live_server.url)
    page.goto("/sicherheit/")
    assert said == []
    page.evaluate("""() => {
        document.body.insertAdjacentHTML('beforeend', '<p style="color:red">rot</p><img src="https://example.org/x.png">')
        console.error('laut')
    }""")
    page.wait_for_timeout(300)
    assert any("Content Security Policy" in one for one in said)
    assert "laut" in said


def test_control_a_bad_page_is_found(open_context, axe, transactional_db):
    page = open_context().new_page()
    page.goto("/sicherheit/")
    page.evaluate("""() => {
        document.querySelector('main').insertAdjacentHTML('beforeend', '<img src="/x.png"><div id="breit">x</div>')
        document.getElementById('breit').classList.add('zu-breit')
        document.getElementById('breit').style.width = '2000px'
    }""")
    page.evaluate("""() => document.head.insertAdjacentHTML('beforeend',
        '<link rel="preload" as="font" crossorigin href="/static/lotsen/fonts/FiraSans-Nobody.woff2">')""")
    found = list(looked_at(page, axe))
    assert any("image-alt" in one for one in found)
    assert found[-2].startswith("scrolls ")
    assert [one.rpartition("/")[2] for one in found if "preloaded" in one] == ["FiraSans-Nobody.woff2"]
