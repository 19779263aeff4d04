"""The web request, the facility's pages and the team's day in a real browser: the ways, and what axe finds on them."""

import io
import re
from datetime import datetime, timedelta

import pytest
import time_machine
from pypdf import PdfReader

from bookings import trainings
from bookings.models import HomeVisit, Training, WebRequest
from bookings.web_requests import FASTEST
from lotsen.kernel.calendar import BERLIN
from lotsen.people.models import User
from tests.people import PASSWORD, make_facility, make_topic, make_user
from tests.touring.city import make_city, make_published
from touring.models import Team
from touring.request_stops import FreePlace

STARTS = datetime(2027, 1, 12, 14, 0, tzinfo=BERLIN)
BEFORE = datetime(2026, 12, 15, 9, 0, tzinfo=BERLIN)
TOPICS = [
    ("handy", "Handy und Telefon", "anrufen, Nachrichten, Einstellungen"),
    ("fernseher", "Fernseher und Mediathek", "Sendungen später ansehen"),
    ("fotos", "Fotos", "machen, finden, verschicken"),
]


@pytest.fixture(autouse=True)
def city():
    for number, (key, name, hint) in enumerate(TOPICS):
        topic = make_topic(key, name)
        type(topic).objects.filter(pk=topic.pk).update(hint=hint, order=number, is_public=True)
    make_city()
    with time_machine.travel(BEFORE, tick=True):
        make_published()
        yield


@pytest.fixture(params=["light", "dark"])
def scheme(request):
    return request.param


def press(page, name):
    page.get_by_role("button", name=name).click()


def choose(page, *names):
    for name in names:
        page.get_by_label(name).first.check()
    press(page, "Weiter")


def to_the_check_page(page, look=lambda page, name: None):
    page.goto("/hausbesuch/")
    look(page, "adresse")
    page.get_by_label("Straße und Hausnummer").fill("Gartenweg 16")
    page.get_by_label("Postleitzahl").fill("01169")
    press(page, "Weiter")
    look(page, "naehe")
    page.get_by_role("link", name="Weiter: Hausbesuch anfragen").click()
    look(page, "fuer-wen")
    choose(page, "für mich")
    look(page, "themen")
    choose(page, "Fotos", "Fernseher")
    page.get_by_role("textbox").first.fill("Ich möchte meine Enkel am Bildschirm sehen.")
    press(page, "Weiter")
    look(page, "zeiten")
    choose(page, "nachmittags")
    choose(page, "viele Stufen")
    choose(page, "ja")
    choose(page, "eine Frau")
    page.get_by_label("Frau", exact=True).check()
    page.get_by_label("Vorname und Nachname").fill("Ursula Krause")
    press(page, "Weiter")
    page.get_by_role("textbox").first.fill("231 25 116")
    press(page, "Weiter")
    look(page, "fehler")
    assert page.title().startswith("Fehler: Frage 10 von 11")
    assert page.get_by_role("textbox").first.input_value() == "231 25 116"
    page.get_by_role("textbox").first.fill("030 231 25 116")
    press(page, "Weiter")
    choose(page, "Anruf", "Brief")
    look(page, "pruefen")


def sent(page):
    WebRequest.objects.update(started_at=BEFORE - FASTEST)
    press(page, "Anfrage senden")
    page.wait_for_url("**/danke/")


def test_a_request_without_javascript(open_context):
    page = open_context(java_script_enabled=False).new_page()
    to_the_check_page(page)
    sent(page)
    visit = HomeVisit.objects.get()
    assert (visit.held_because, visit.client.name) == ("", "Ursula Krause")
    assert page.get_by_role("heading", level=1).inner_text() == "Danke, Frau Krause. Ihre Anfrage ist da."
    assert len(PdfReader(io.BytesIO(page.pdf(format="A4"))).pages) == 1, "it prints on one page"
    page.goto("/hausbesuch/stand/")
    page.get_by_label("Ihre Nummer").fill(visit.reference)
    page.get_by_label("Die letzten 4 Ziffern").fill("5116")
    press(page, "Nachsehen")
    assert "Ihre Anfrage ist da. Wir rufen Sie an bis" in page.locator("main").inner_text()
    press(page, "Anfrage absagen")
    press(page, "Ja, Anfrage absagen")
    page.wait_for_url("**/abgesagt/")
    visit.refresh_from_db()
    assert visit.state == "cancelled"


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_the_way(open_context, axe, scheme, width):
    page = open_context(color_scheme=scheme, viewport={"width": width, "height": 844}).new_page()
    found = {}

    def look(page, name):
        found[name] = axe(page)
        found[f"{name} wide"] = wide(page)

    to_the_check_page(page, look)
    sent(page)
    look(page, "danke")
    page.goto("/hausbesuch/stand/")
    look(page, "stand")
    page.get_by_label("Ihre Nummer").fill(HomeVisit.objects.get().reference)
    page.get_by_label("Die letzten 4 Ziffern").fill("0000")
    press(page, "Nachsehen")
    look(page, "stand falsch")
    page.get_by_label("Ihre Nummer").fill(HomeVisit.objects.get().reference)
    page.get_by_label("Die letzten 4 Ziffern").fill("5116")
    press(page, "Nachsehen")
    look(page, "stand richtig")
    press(page, "Etwas ändern")
    look(page, "ändern")
    press(page, re.compile("Ändern.*Wann es passt"))
    look(page, "zeiten ändern")
    page.get_by_label("vormittags").check()
    press(page, "Übernehmen")
    look(page, "geändert")
    the_list(page, look)
    assert {name: text for name, text in found.items() if text} == {}


def the_list(page, look=lambda page, name: None):
    """An organisation asks for two people."""
    page.goto("/hausbesuch/fuer-fachleute/")
    look(page, "fachleute")
    page.get_by_label("Name der Stelle").fill("Pflegedienst Elbaue")
    page.get_by_label("Pflege, Beratung").check()
    page.get_by_label("Ihr Name").fill("Jana Beier")
    page.get_by_label("Telefon der Stelle").fill("030 231 25 002")
    press(page, "Weiter zur Liste")
    look(page, "leere liste")
    for name in ("Ursula Krause", "Erich Noack"):
        page.get_by_label("Vorname und Nachname").fill(name)
        page.get_by_label("Straße und Hausnummer").fill("Gartenweg 16")
        page.get_by_label("Postleitzahl").fill("01169")
        page.get_by_label("Fotos").check()
        page.get_by_label("ja", exact=True).check()
        press(page, "In die Liste eintragen")
    look(page, "liste")
    press(page, "Liste senden")
    page.wait_for_url("**/danke/")
    look(page, "liste da")


def wide(page):
    """What sticks out at the side, as a text; empty when nothing does."""
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return f"{over} px too wide" if over > 0 else ""


def sign_in(page, user: User):
    page.goto("/konto/login/")
    page.locator("input[type=email]").fill(user.email)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"^(?!.*login)"))


def facility_contact():
    frank = make_user("facility", name="Frank O’Neill")
    return frank, make_facility("Pflegeheim Lindenhof", frank)


@pytest.mark.parametrize("width", [390, 1280])
def test_a_facility_books(open_context, axe, scheme, width):
    frank, _home = facility_contact()
    page = open_context(color_scheme=scheme, viewport={"width": width, "height": 844}).new_page()
    found = {}

    def look(name):
        found[name] = axe(page)
        found[f"{name} wide"] = wide(page)

    sign_in(page, frank)
    page.goto("/einrichtung/")
    look("leer")
    page.get_by_role("link", name="Schulung buchen").last.click()
    look("thema")
    page.get_by_label("Fotos").check()
    page.get_by_label("Wie viele Menschen kommen etwa?").fill("12")
    press(page, "Weiter: Termin wählen")
    look("termin")
    page.locator(".l-slot input").nth(2).check()
    page.get_by_label("In welchem Raum?").fill("Speisesaal")
    press(page, "Gewählte Zeit buchen")
    page.wait_for_url(re.compile(r"/einrichtung/schulung/\d{7}/$"))
    look("gebucht")
    page.goto("/einrichtung/")
    look("liste")
    assert Training.objects.get().state == "booked"
    assert {name: text for name, text in found.items() if text} == {}


@pytest.mark.parametrize("width", [390, 1280])
def test_the_teams_day(open_context, axe, scheme, width):
    frank, home = facility_contact()
    gerd = make_user("advisor", name="Gerd Arnold")
    Team.objects.get(key="nord").members.add(gerd)
    place = FreePlace(Team.objects.get(key="nord"), STARTS, STARTS + timedelta(minutes=90))
    topic = make_topic()
    training = trainings.request_training(
        home, topics=[topic], people=12, level="beginners", room="Speisesaal", place=place, by=frank, at=BEFORE
    )
    page = open_context(color_scheme=scheme, viewport={"width": width, "height": 844}).new_page()
    found = {}
    with time_machine.travel(STARTS + timedelta(minutes=95), tick=True):
        sign_in(page, gerd)
        page.goto("/team/")
        found["tag"], found["tag wide"] = axe(page), wide(page)
        page.get_by_role("link", name="Protokoll schreiben").click()
        found["protokoll"], found["protokoll wide"] = axe(page), wide(page)
        page.get_by_label("Wie viele waren da?").fill("9")
        press(page, "Protokoll abgeben")
        page.wait_for_url("**/team/?tag=*")
        training.refresh_from_db()
    assert training.state == "done"
    assert {name: text for name, text in found.items() if text} == {}
