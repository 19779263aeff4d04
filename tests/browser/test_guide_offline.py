"""The guide's pages as an app: a visit without network, a report filed once, help by SMS, and nothing left behind."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from bookings import offers, reports
from bookings.models import HomeVisit, SafeReturn, VisitReport
from bookings.views import guide_safe
from tests.browser.conftest import PHONE
from tests.people import PASSWORD, make_address, make_client, make_scheduled, make_user, make_volunteer
from volunteers.models import Topic

SHOTS = os.environ.get("LOTSEN_SHOTS")
LEFT = """async () => {
  const found = []
  for (const name of Object.keys(localStorage)) found.push('localStorage ' + name)
  for (const one of await indexedDB.databases()) found.push('indexedDB ' + one.name)
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) found.push(name + ' ' + new URL(request.url).pathname)
  }
  return found
}"""
KEPT_TEXT = """async () => {
  let text = JSON.stringify({ ...localStorage })
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) text += await (await cache.match(request, { ignoreVary: true })).text()
  }
  return text
}"""


@pytest.fixture
def volunteer():
    return make_volunteer("Clara Weiß", travel_mode="bike")


def offered(volunteer, starts_at):
    anna, now = make_user("hotline"), timezone.now()
    topics = [Topic.objects.get_or_create(name="Fernseher und Mediathek", defaults={"key": "fernseher"})[0]]
    home = make_client("Karin Krause", address=make_address("Dorfstraße", "26", extra="Erdgeschoss"))
    visit = make_scheduled(by=anna, client=home, starts_at=starts_at, topics=topics)
    (offer,) = offers.send_offers(visit, volunteers=[volunteer], answer_by=now + timedelta(hours=8), by=anna, at=now)
    return visit, offer


def begin(visit):
    """The time of the visit has come."""
    began = timezone.now() - timedelta(minutes=1)
    HomeVisit.objects.filter(pk=visit.pk).update(slot_starts_at=began, way_starts_at=began)


def sign_in(page, user):
    page.goto("/konto/login/")
    page.get_by_label("E-Mail").fill(user.email)
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()


def until(page, expression):
    """Wait for it; the policy of our pages forbids playwright's own way of asking again and again."""
    for _try in range(100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(expression)


def nothing_waits(page):
    until(page, "Object.keys(localStorage).every((name) => !name.startsWith('lotsen-sende-'))")


def ready(page):
    """The service worker stands between this page and the network."""
    page.goto("/lotse/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto("/lotse/")
    until(page, "navigator.serviceWorker.controller !== null")


def shot(page, name):
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.fixture
def at_the_door(open_context, volunteer):
    """Clara has said yes and is there; her telephone has the pages."""
    visit, offer = offered(volunteer, timezone.now() + timedelta(minutes=45))
    context = open_context(viewport=PHONE)
    page = context.new_page()
    sign_in(page, volunteer.user)
    ready(page)
    page.goto(f"/lotse/angebot/{offer.token}/")
    page.get_by_role("button", name="Ja, ich komme").click()
    page.get_by_text("Danke! Sie haben zugesagt").wait_for()
    page.get_by_role("button", name="Ich bin da").click()
    page.get_by_role("button", name="Ich bin wieder weg").wait_for()
    begin(visit)
    return context, page, visit


def test_offer_yes_arrive_report_without_network_filed_once_when_it_is_back(at_the_door):
    context, page, _visit = at_the_door
    page.get_by_role("button", name="Ich bin wieder weg").click()
    page.get_by_text("geht mit Hilfe").first.click()

    context.set_offline(True)
    page.get_by_label("Notiz").fill("Große Tasten markiert.")
    page.get_by_text("Ihr Text bleibt auf diesem Gerät").wait_for()
    page.get_by_role("button", name="Bericht fertig").click()
    page.get_by_text("geht von selbst ab").first.wait_for()
    assert page.get_by_role("button", name="Bericht fertig").is_hidden()
    shot(page, "bericht-wartet")
    assert VisitReport.objects.count() == 0

    context.set_offline(False)
    page.wait_for_url("**/lotse/berichte/")
    (report,) = VisitReport.objects.all()
    assert (report.note, report.goal, len(report.copy)) == ("Große Tasten markiert.", "with_help", 36)
    assert not [one for one in page.evaluate(LEFT) if one.startswith("localStorage lotsen-") and "wer" not in one]


def test_the_page_may_be_closed_and_opened_meanwhile(at_the_door):
    context, page, visit = at_the_door
    page.goto(f"/lotse/besuch/{visit.reference}/bericht/")
    context.set_offline(True)
    page.get_by_label("Notiz").fill("Kabel getauscht.")
    page.get_by_text("Ihr Text bleibt auf diesem Gerät").wait_for()
    page.close()

    page = context.new_page()
    page.goto(f"/lotse/besuch/{visit.reference}/bericht/")
    assert page.get_by_label("Notiz").input_value() == "Kabel getauscht."
    assert page.get_by_text("Kein Netz. Sie sehen den Stand von").is_visible()
    page.get_by_role("button", name="Bericht fertig").click()
    page.get_by_text("geht von selbst ab").first.wait_for()
    page.close()

    context.set_offline(False)
    page = context.new_page()
    page.goto("/lotse/")
    nothing_waits(page)
    assert VisitReport.objects.get().note == "Kabel getauscht."


def test_an_answer_that_is_lost_files_no_second_report(at_the_door):
    _context, page, visit = at_the_door
    page.goto(f"/lotse/besuch/{visit.reference}/bericht/")
    page.get_by_label("Notiz").fill("Einmal.")
    path = f"**/lotse/besuch/{visit.reference}/bericht/"

    def lose(route):
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(path, lose)
    page.get_by_role("button", name="Bericht fertig").click()
    page.get_by_text("geht von selbst ab").first.wait_for()
    assert VisitReport.objects.count() == 1
    page.unroute(path)
    page.goto("/lotse/")
    nothing_waits(page)
    assert [one.note for one in VisitReport.objects.all()] == ["Einmal."]


def test_a_report_that_was_filed_elsewhere_shows_why_and_keeps_the_words(at_the_door, volunteer):
    context, page, visit = at_the_door
    page.goto(f"/lotse/besuch/{visit.reference}/bericht/")
    context.set_offline(True)
    page.get_by_label("Notiz").fill("Vom Handy.")
    page.get_by_role("button", name="Bericht fertig").click()
    page.get_by_text("geht von selbst ab").first.wait_for()
    row = HomeVisit.objects.get(pk=visit.pk)
    reports.file_report(
        row, outcome="helped", topics=row.topics.all(), minutes=30, by=volunteer.user, at=timezone.now(), note="PC"
    )
    context.set_offline(False)
    page.get_by_text("gibt es schon einen Bericht").first.wait_for()
    assert page.get_by_text("„Vom Handy.“").is_visible()
    shot(page, "bericht-konflikt")
    page.get_by_role("button", name="Verwerfen").click()
    assert page.get_by_text("„Vom Handy.“").count() == 0
    assert [one.note for one in VisitReport.objects.all()] == ["PC"]


def test_without_network_the_visit_is_there_as_it_was_and_the_rest_says_so(at_the_door):
    context, page, visit = at_the_door
    page.goto(f"/lotse/besuch/{visit.reference}/")
    page.goto("/lotse/")
    context.set_offline(True)

    page.goto("/lotse/")
    page.get_by_text("Kein Netz. Sie sehen den Stand von").wait_for()
    shot(page, "heute-ohne-netz")
    page.goto(f"/lotse/besuch/{visit.reference}/")
    assert page.get_by_role("heading", name="Dorfstraße 26").is_visible()
    page.goto("/lotse/berichte/")
    page.get_by_role("heading", name="Kein Netz").wait_for()
    shot(page, "kein-netz")


def test_help_without_network_shows_the_sms_and_the_call_at_once(at_the_door):
    context, page, visit = at_the_door
    page.goto(f"/lotse/besuch/{visit.reference}/")
    context.set_offline(True)
    page.get_by_role("button", name="Ich brauche Hilfe").click()
    sms = page.get_by_role("link", name="SMS um Hilfe senden")
    sms.wait_for(timeout=1_000)
    shot(page, "hilfe-ohne-netz")
    code = SafeReturn.objects.get().code
    assert sms.get_attribute("href").endswith(f"?body=HILFE%20{code}")
    assert "Krause" not in sms.get_attribute("href")
    assert page.get_by_role("link", name="Hotline anrufen", exact=True).get_attribute("href").startswith("tel:+49")
    assert page.get_by_role("link", name="Notruf 112").get_attribute("href") == "tel:112"


def ask_for_help_in_vain(page):
    page.get_by_role("button", name="Ich brauche Hilfe").click()
    page.get_by_role("link", name="SMS um Hilfe senden").wait_for(timeout=3_000)
    assert SafeReturn.objects.get().help_at is None


def test_help_that_our_house_refuses_shows_the_other_ways(at_the_door, monkeypatch):
    _context, page, visit = at_the_door
    page.goto(f"/lotse/besuch/{visit.reference}/")
    with monkeypatch.context() as broken:
        broken.setattr(guide_safe.safe_return, "ask_for_help", lambda *_row, **_who: 1 / 0)
        ask_for_help_in_vain(page)
    page.get_by_role("button", name="Ich brauche Hilfe").click()
    page.get_by_text("Ihr Hilferuf von").wait_for()


def test_help_that_is_cut_off_shows_the_other_ways(at_the_door):
    """The fault lies under the page itself: what a service worker lets pass may miss the browser's routes."""
    _context, page, visit = at_the_door
    page.goto(f"/lotse/besuch/{visit.reference}/")
    page.evaluate("() => { window.wire = window.fetch; window.fetch = async () => { throw new TypeError('cut off') } }")
    ask_for_help_in_vain(page)
    page.evaluate("() => { window.fetch = window.wire }")
    page.get_by_role("button", name="Ich brauche Hilfe").click()
    page.get_by_text("Ihr Hilferuf von").wait_for()


def test_nothing_of_anybody_is_left_after_signing_out(at_the_door):
    _context, page, visit = at_the_door
    page.goto(f"/lotse/besuch/{visit.reference}/bericht/")
    page.get_by_label("Notiz").fill("Sehr persönlich.")
    page.goto(f"/lotse/besuch/{visit.reference}/")
    page.goto("/lotse/ich/")
    before = page.evaluate(KEPT_TEXT)
    assert "Krause" in before  # control: there was something
    shot(page, "ich")

    page.get_by_role("button", name="Abmelden").click()
    page.wait_for_url(lambda url: "/lotse/" not in url)
    left = page.evaluate(LEFT)
    after = page.evaluate(KEPT_TEXT)
    assert [one for one in left if "seiten" in one or one.startswith(("localStorage lotsen", "indexedDB"))] == []
    for word in ("Krause", "Dorfstraße", "Clara", visit.reference, "persönlich"):
        assert word not in after, left


def test_nothing_is_left_for_the_next_who_signs_in_where_nobody_signed_out(at_the_door):
    context, page, visit = at_the_door
    page.goto(f"/lotse/besuch/{visit.reference}/bericht/")
    page.get_by_label("Notiz").fill("Sehr persönlich.")
    page.goto(f"/lotse/besuch/{visit.reference}/")
    context.clear_cookies()
    other = make_volunteer("Otto Neu")
    sign_in(page, other.user)
    page.goto("/lotse/")
    page.wait_for_timeout(500)
    after = page.evaluate(KEPT_TEXT)
    for word in ("Krause", "Dorfstraße", "Clara", "persönlich"):
        assert word not in after


def test_the_telephone_may_put_it_on_the_home_screen(open_context, volunteer):
    context = open_context(viewport=PHONE)
    page = context.new_page()
    sign_in(page, volunteer.user)
    ready(page)
    session = context.new_cdp_session(page)
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one["errorId"] for one in errors if one["errorId"] != "in-incognito"] == []
    told = page.request.get("/lotse/app.webmanifest").json()
    for icon in told["icons"]:
        answer = page.request.get(icon["src"])
        assert (answer.status, answer.headers["content-type"]) == (200, "image/png")


def test_a_notice_is_shown_and_names_nobody(open_context, volunteer):
    context = open_context(viewport=PHONE, permissions=["notifications"])
    page = context.new_page()
    sign_in(page, volunteer.user)
    session = context.new_cdp_session(page)
    found = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(told["registrations"]))
    session.send("ServiceWorker.enable")
    ready(page)
    page.wait_for_timeout(300)
    origin = page.evaluate("location.origin")
    data = '{"title":"Lotsen","body":"Neuer Besuch in Ihrer Nähe, Di 10:30","path":"/lotse/angebote/"}'
    number = next(one["registrationId"] for one in found if one["scopeURL"].endswith("/lotse/"))
    session.send("ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": number, "data": data})
    shown = """async () => {
      const worker = await navigator.serviceWorker.ready
      for (let tries = 0; tries < 50; tries += 1) {
        const notices = await worker.getNotifications()
        if (notices.length) return notices.map((one) => [one.title, one.body, one.data.path])
        await new Promise((done) => setTimeout(done, 100))
      }
      return []
    }"""
    assert page.evaluate(shown) == [["Lotsen", "Neuer Besuch in Ihrer Nähe, Di 10:30", "/lotse/angebote/"]]
