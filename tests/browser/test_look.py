"""The look in a real browser: every component, by day and by night, wide and narrow, under the strict policy."""

import pytest

from lotsen.people.models import Role, User
from tests.browser.conftest import DESK, PHONE
from tests.chromium import failures, is_complaint

pytestmark = pytest.mark.urls("tests.lotsen.look_urls")
PASSWORD = "vier-lange-woerter"
PAGES = ("/", "/baukasten/", "/mitmachen/", "/datenschutz/", "/sicherheit/", "/konto/login/")
NARROW = {"width": 320, "height": 640}


@pytest.fixture(autouse=True)
def sample(settings):
    settings.SIMULATOR = True


def listening(context):
    """A page, and what its console and its requests complain about."""
    page, complaints = context.new_page(), []
    page.on("console", lambda said: complaints.append(said.text) if is_complaint(said) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.extend(failures(request)))
    return page, complaints


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_component_is_accessible_and_keeps_the_policy(open_context, axe, viewport, colours):
    page, complaints = listening(open_context(viewport=viewport, color_scheme=colours))
    for url in PAGES:
        page.goto(url)
        assert axe(page) == "", url
        assert complaints == [], url


def test_the_policy_is_heard_when_it_is_broken(open_context):
    page, complaints = listening(open_context())
    page.goto("/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">rot</p>')")
    page.wait_for_timeout(100)
    assert any("Content Security Policy" in complaint for complaint in complaints)


@pytest.mark.parametrize("url", PAGES)
def test_nothing_scrolls_sideways_at_320(open_context, url):
    page = open_context(viewport=NARROW).new_page()
    page.goto(url)
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide == 0


def test_the_map_draws_its_pins_and_is_absent_without_javascript(open_context):
    page = open_context(viewport=DESK).new_page()
    page.goto("/baukasten/")
    pins = page.locator(".l-map .l-pin")
    assert pins.count() == 6
    assert {round(pins.nth(at).bounding_box()["width"]) for at in range(6)} == {44}
    plain = open_context(viewport=DESK, java_script_enabled=False).new_page()
    plain.goto("/baukasten/")
    assert not plain.locator(".l-map").is_visible()
    assert not plain.locator("[data-print]").first.is_visible()


def test_an_error_summary_takes_the_focus(open_context):
    page = open_context().new_page()
    page.goto("/konto/login/")
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.locator(".l-errsum").wait_for()
    assert page.title() == "Fehler: Anmelden – Lotsen"
    assert page.evaluate("document.activeElement.className") == "l-errsum"
    page.get_by_role("link", name="E-Mail-Adresse: Bitte füllen Sie dieses Feld aus.").click()
    assert page.evaluate("document.activeElement.id") == "id_login"


def test_a_passkey_can_be_set_up_and_used(open_context):
    User.objects.create_user("clara@example.org", PASSWORD, name="Clara Weiß", roles=[Role.VOLUNTEER])
    context = open_context(viewport=DESK)
    page, complaints = listening(context)
    tools = context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options = device | {"isUserVerified": True, "automaticPresenceSimulation": True}
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto("/konto/login/")
    page.get_by_label("E-Mail").fill("clara@example.org")
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.goto("/konto/2fa/webauthn/add/")
    if "reauthenticate" in page.url:
        page.get_by_label("Passwort").fill(PASSWORD)
        page.get_by_role("button", name="Weiter").click()
    page.locator("#id_name").fill("Mein Handy")
    page.locator("#id_passwordless").check()
    page.get_by_role("button", name="Einrichten").click()
    page.wait_for_url(lambda url: "/webauthn/add/" not in url)  # the page before would match, too, and go on
    page.wait_for_load_state()
    page.goto("/konto/logout/")
    page.get_by_role("button", name="Jetzt abmelden").click()
    page.goto("/konto/login/")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    page.wait_for_url("**/mein-platz/")
    assert complaints == []
