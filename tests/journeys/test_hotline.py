"""The hotline's screen by keyboard alone: a request with a stopwatch, a dead browser, words of danger, focus."""

from __future__ import annotations

import re

import pytest

from bookings.models import HomeVisit, HotlineDraft
from lotsen.kernel import references
from lotsen.people.models import Role
from tests.chromium import DESK
from tests.journeys.typing import Typist
from tests.people import make_client, make_topic, make_user, make_volunteer

THREE_MINUTES = 180


@pytest.fixture
def anna():
    make_volunteer("Bernd Kluge", topics=[make_topic(), make_topic("messenger", "Messenger")])
    return make_user(Role.HOTLINE)


@pytest.fixture
def desk(as_user, anna):
    page = as_user(anna, viewport=DESK)
    page.goto("/hotline/")
    return page


def saved(page):
    """Until the last keystroke is kept."""
    page.locator("#gespeichert").get_by_text("gespeichert").wait_for()
    page.wait_for_load_state("networkidle")


def test_a_request_from_the_search_to_the_number_by_keyboard_in_under_three_minutes(desk, anna, record_property):
    typist = Typist(desk)
    assert typist.focus()[0] == "q"
    typist.type("Krause")
    desk.get_by_text("Niemand gefunden zu „Krause“").wait_for()

    typist.choose("caller", "self")
    typist.choose("salutation", "mrs")
    typist.fill("name", "Ursula Krause")
    typist.fill("phone", "030 23125216")
    typist.fill("street", "Merianplatz 4")
    typist.fill("postal_code", "01169")
    typist.choose("topics", "fotos")
    typist.fill("goal", "Fotos vom Enkel ansehen und selbst verschicken")
    typist.fill("times", "Di, Do ab 14")
    typist.choose("needs", "hearing")
    typist.choose("reach_by", "letter")
    typist.tab_to("consent")
    typist.press("Space")
    typist.choose("may_needs", "yes")
    desk.locator("[data-key='Alt+1'][value^='2026-12-01T14']").wait_for()  # the first date that keeps the wish
    typist.press("Alt+1")
    desk.wait_for_url(re.compile(r"/hotline/vorgang/\d{7}/"))

    visit = HomeVisit.objects.get()
    spoken = references.grouped(visit.reference).replace(" ", "")
    assert spoken in re.sub(r"\s", "", desk.inner_text("main"))
    assert (visit.state, visit.client.needs, visit.goal[:5]) == ("scheduled", ["hearing"], "Fotos")
    print(f"\nkeys: {typist.keys}, stopwatch: {typist.seconds:.1f} s")
    record_property("seconds", round(typist.seconds, 1))
    assert typist.seconds < THREE_MINUTES


def test_a_killed_browser_loses_nothing(desk, anna, as_user):
    typist = Typist(desk)
    typist.fill("name", "Ursula Kra")
    typist.fill("phone", "030 23125216")
    typist.fill("street", "Merianplatz 4")
    typist.fill("postal_code", "01169")
    typist.choose("topics", "fotos")
    typist.choose("topics", "messenger")
    typist.choose("reach_by", "letter")
    desk.locator("[data-key='Alt+1']").wait_for()
    typist.press("Alt+1")  # the consent is missing: the date is kept
    desk.locator(".l-errsum").wait_for()
    typist.fill("goal", "Fotos vom Enk")  # nothing has left the field yet
    saved(desk)
    desk.context.close()

    again = as_user(anna, viewport=DESK)
    again.goto("/hotline/")
    assert [again.locator(f"#id_{name}").input_value() for name in ("name", "phone", "street", "goal")] == [
        "Ursula Kra",
        "030 23125216",
        "Merianplatz 4",
        "Fotos vom Enk",
    ]
    chosen = again.locator("input[name=topics]:checked, input[name=reach_by]:checked")
    assert [one.input_value() for one in chosen.all()] == ["fotos", "messenger", "letter"]
    assert re.match(r"2026-1\d-\d\dT", again.locator("input[name=vorschlag]").input_value())
    assert HotlineDraft.objects.count() == 1


def test_words_of_danger_bring_the_bar_while_somebody_types(desk):
    typist = Typist(desk)
    typist.fill("goal", "Sie ist gestürzt")
    desk.locator("#notfall-wort").get_by_text("gestürzt").wait_for()
    assert "112 / 110" in desk.locator("#notfall").inner_text()
    assert typist.focus()[0] == "goal"
    typist.press("Control+A")
    typist.type("Fotos")
    desk.locator("#notfall-wort").wait_for(state="hidden")


def test_the_guide_follows_and_focus_stays_with_who_types(desk):
    typist = Typist(desk)
    typist.tab_to("goal")
    shown = desk.locator(".l-guide__steps li:visible")
    assert [one.inner_text() for one in shown.all()] == ["„Was möchten Sie am Ende selbst können?“"]
    typist.tab_to("times")
    assert "Wann passt es Ihnen?" in desk.locator(".l-guide__steps").inner_text()


def test_the_same_person_by_key_fills_the_form(desk, anna):
    make_client()
    typist = Typist(desk)
    typist.fill("phone", "030 23125216")
    typist.press("Tab")
    desk.get_by_text("Vielleicht schon bekannt").wait_for()
    typist.press("Alt+D")
    desk.get_by_text("Aufnahme für Frau Schulze, schon bekannt.").wait_for()
    assert desk.locator("#id_street").input_value() == "Gartenweg 16"
    typist.press("Alt+S")
    assert typist.focus()[0] == "q"
