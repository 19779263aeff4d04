"""The other doors: a request on the web without JavaScript, and a facility that books a training."""

from __future__ import annotations

import re
from datetime import date

import pytest

from bookings.models import HomeVisit, Training
from lotsen.kernel import references
from lotsen.kernel.calendar import Period
from lotsen.messages.models import Message
from lotsen.people.models import Role
from tests.chromium import DESK, PHONE
from tests.people import NOW, make_facility, make_topic, make_user
from tests.touring.city import make_city, make_published

ANSWERS = {
    "fuer-wen": lambda page: page.locator('input[value="self"]').check(),
    "themen": lambda page: page.locator('input[value="fotos"]').check(),
    "ziel": lambda page: page.locator("#id_goal").fill("Ich möchte Fotos vom Enkel sehen."),
    "zeiten": lambda page: page.locator('input[name="times"]').first.check(),
    "beachten": lambda page: None,
    "wer-kommt": lambda page: page.locator('input[name="wish"]').first.check(),
    "name": lambda page: page.locator("#id_name").fill("Ursula Krause"),
    "telefon": lambda page: page.locator("#id_phone").fill("030 23125116"),
    "antwort": lambda page: page.locator('input[value="letter"]').check(),
}


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_visit_is_asked_for_without_javascript(open_context, clock, viewport):
    make_topic()
    page = open_context(viewport=viewport, java_script_enabled=False).new_page()

    # From the start page to the first question.
    page.goto("/")
    page.locator("main a[href='/hausbesuch/']").first.click()
    page.locator("#id_street").fill("Gartenweg 16")
    page.locator("#id_postal_code").fill("01169")
    page.get_by_role("button", name="Weiter").click()

    # What there is near by, then one question a page.
    page.wait_for_url("**/in-ihrer-naehe/")
    page.locator("main a[href*='/fuer-wen/']").click()
    asked = []
    while not page.url.endswith("/pruefen/"):
        slug = page.url.rstrip("/").rpartition("/")[2]
        assert slug not in asked, f"{slug} is asked again"
        asked.append(slug)
        ANSWERS[slug](page)
        page.get_by_role("button", name="Weiter").click()
    assert asked == list(ANSWERS)

    # All answers once more; sent.
    clock.shift(60)
    assert "Ursula Krause" in page.inner_text("main")
    page.locator("main form[method='post'] button[type='submit']").last.click()
    page.wait_for_url("**/danke/")
    visit = HomeVisit.objects.get()
    assert references.grouped(visit.reference).replace(" ", "") in re.sub(r"\s", "", page.inner_text("main"))
    assert (visit.entrance, visit.state, visit.held_because) == ("web", "requested", "")

    # How it stands, by number and the end of the telephone number.
    page.goto("/hausbesuch/stand/")
    page.locator("#id_reference").fill(references.grouped(visit.reference))
    page.locator("#id_said").fill(visit.client.phone[-4:])
    page.locator("main form[method='post'] button[type='submit']").first.click()
    assert references.grouped(visit.reference).replace(" ", "") in re.sub(r"\s", "", page.inner_text("main"))


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_facility_books_a_training(as_user, viewport):
    make_city()
    make_topic()
    make_published(period=Period(date(2026, 11, 23), date(2027, 1, 3)), at=NOW)
    frieda = make_user(Role.FACILITY, name="Frieda Baum")
    make_facility("Pflegeheim Lindenhof", frieda)
    page = as_user(frieda, viewport=viewport)

    # What, and for how many.
    page.goto("/einrichtung/")
    page.locator("main a[href='/einrichtung/schulung/neu/']").first.click()
    page.locator("label", has=page.locator('input[value="fotos"]')).click()
    page.locator("#id_menschen").fill("8")
    page.get_by_role("button", name="Weiter").click()

    # A free time of a published tour, taken at once.
    page.wait_for_url("**/termin/**")
    page.locator(".l-slot input").first.check()
    page.get_by_role("button", name="Gewählte Zeit buchen").click()
    training = Training.objects.get()
    page.wait_for_url(f"**/einrichtung/schulung/{training.reference}/")
    assert (training.state, training.people) == ("booked", 8)
    assert references.grouped(training.reference).replace(" ", "") in re.sub(r"\s", "", page.inner_text("main"))

    # The confirmation is on its way, the date goes into the own calendar.
    assert Message.objects.filter(recipient_user=frieda).exists()
    assert page.context.request.get(f"/einrichtung/schulung/{training.reference}/termin.ics").status == 200
