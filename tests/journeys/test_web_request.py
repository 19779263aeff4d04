"""Whatever happens on the way through the questions, nothing is lost: back, two tabs, double click, reload, an expired
token, a lost session, a dead battery. With JavaScript and without, to the printed page; and in English."""

import io
import re

import pytest
from pypdf import PdfReader

from bookings.models import HomeVisit, WebRequest
from bookings.web_requests import FASTEST
from lotsen.kernel import references
from tests.people import make_topic


@pytest.fixture(autouse=True)
def topics():
    make_topic()


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def tab(request, open_context):
    """A page of a phone, with JavaScript and without."""
    return open_context(java_script_enabled=request.param).new_page()


def press(page, name):
    page.get_by_role("button", name=name).click()
    page.wait_for_load_state()


def begin(page):
    page.goto("/hausbesuch/")
    page.get_by_label("Straße und Hausnummer").fill("Gartenweg 16")
    page.get_by_label("Postleitzahl").fill("01169")
    press(page, "Weiter")
    page.get_by_role("link", name="Weiter: Hausbesuch anfragen").click()
    page.get_by_label("für mich").check()
    press(page, "Weiter")
    page.get_by_label("Fotos").check()
    press(page, "Weiter")
    page.get_by_role("textbox").first.fill("Meine Enkel sehen")


def finish(page):
    """From the goal to the check page."""
    press(page, "Weiter")
    page.get_by_label("nachmittags").check()
    press(page, "Weiter")
    press(page, "Weiter")
    press(page, "Weiter")
    page.get_by_label("Vorname und Nachname").fill("Ursula Krause")
    press(page, "Weiter")
    page.get_by_role("textbox").first.fill("030 231 25 116")
    press(page, "Weiter")
    page.get_by_label("Anruf").check()
    press(page, "Weiter")


def send(page):
    for row in WebRequest.objects.all():
        WebRequest.objects.filter(pk=row.pk).update(started_at=row.started_at - FASTEST)
    press(page, "Anfrage senden")
    page.wait_for_url("**/danke/")


def test_from_the_start_page_to_the_printed_page(tab):
    tab.goto("/")
    tab.get_by_role("link", name="Hausbesuch anfragen").click()
    begin(tab)
    assert re.search(r"Ihre Nummer: \d{3}\s\d{3}\s\d", tab.inner_text("main"))
    finish(tab)
    assert "Meine Enkel sehen" in tab.inner_text("main")
    send(tab)
    visit = HomeVisit.objects.get()
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(tab.pdf(format="A4"))).pages)
    assert re.sub(r"\D", "", words).count(visit.reference) >= 1
    assert "So geht es weiter" in words
    tab.reload()
    tab.go_back()
    assert tab.url.endswith("/danke/"), "back after sending shows what is known, and sends nothing again"
    assert HomeVisit.objects.count() == 1


def test_back_reload_and_two_tabs_lose_nothing(tab):
    begin(tab)
    press(tab, "Weiter")
    tab.go_back()
    tab.reload()
    assert tab.get_by_role("textbox").first.input_value() == "Meine Enkel sehen"
    tab.get_by_role("link", name="Zurück zu Frage 3").click()
    assert tab.get_by_label("Fotos").is_checked()
    other = tab.context.new_page()
    other.goto(tab.url.replace("/themen/", "/ziel/"))
    other.get_by_role("textbox").first.fill("Videoanruf")
    press(other, "Weiter")
    press(tab, "Weiter")
    answers = WebRequest.objects.get().answers
    assert (answers["goal"], answers["topics"]) == ({"goal": "Videoanruf"}, {"topics": ["fotos"]})


def test_a_double_click_is_one_request(tab):
    tab.goto("/hausbesuch/")
    tab.get_by_label("Straße und Hausnummer").fill("Gartenweg 16")
    tab.get_by_label("Postleitzahl").fill("01169")
    tab.get_by_role("button", name="Weiter").dblclick()
    tab.wait_for_url("**/in-ihrer-naehe/")
    assert WebRequest.objects.count() == 1


def test_an_expired_token_keeps_what_was_typed(tab):
    begin(tab)
    tab.context.clear_cookies()
    press(tab, "Weiter")
    assert tab.get_by_role("heading", level=1).inner_text() == "Bitte noch einmal senden."
    press(tab, "Noch einmal senden")
    assert WebRequest.objects.get().answers["goal"] == {"goal": "Meine Enkel sehen"}


def test_a_dead_battery_loses_nothing(tab, open_context):
    begin(tab)
    press(tab, "Weiter")
    row = WebRequest.objects.get()
    tab.context.close()
    page = open_context(java_script_enabled=False).new_page()
    page.goto("/hausbesuch/")
    page.get_by_role("link", name="Weitermachen, nachsehen, ändern oder absagen").click()
    page.get_by_label("Ihre Nummer").fill(references.grouped(row.reference))
    page.get_by_label("Die letzten 4 Ziffern").fill("01169 16")
    press(page, "Nachsehen")
    press(page, "Hier weitermachen")
    assert page.url.endswith(f"/{row.token}/zeiten/")
    page.get_by_role("link", name="Zurück zu Frage 4").click()
    assert page.get_by_role("textbox").first.input_value() == "Meine Enkel sehen"
    finish(page)
    send(page)
    assert HomeVisit.objects.get().reference == row.reference


def test_in_english(open_context):
    page = open_context(locale="en-GB", java_script_enabled=False).new_page()
    page.goto("/hausbesuch/")
    assert page.locator("html").get_attribute("lang") == "en"
    page.locator("[name=street]").fill("Gartenweg 16")
    page.locator("[name=postal_code]").fill("01169")
    page.locator("main form[method=post] button[type=submit]").first.click()
    page.wait_for_url("**/in-ihrer-naehe/")
    for question, value in (("caller", "self"), ("topics", "fotos")):
        page.goto(page.url.replace("in-ihrer-naehe", "fuer-wen") if question == "caller" else page.url)
        page.locator(f"[name={question}][value={value}]").check()
        page.locator("main form[method=post] button[type=submit]").first.click()
        page.wait_for_load_state()
    assert page.url.endswith("/ziel/")
    assert WebRequest.objects.get().answers["topics"] == {"topics": ["fotos"]}
