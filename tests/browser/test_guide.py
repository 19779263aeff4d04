"""The volunteers' phone pages in a real browser: one thumb, no JavaScript, by day and by night, nothing for axe."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from bookings import offers
from bookings.models import HomeVisit
from tests.browser.conftest import DESK, PHONE
from tests.chromium import is_complaint
from tests.people import PASSWORD, make_address, make_client, make_scheduled, make_user, make_volunteer
from volunteers.models import Topic

SHOTS = os.environ.get("LOTSEN_SHOTS")


def day_of(volunteer):
    """A visit in 45 minutes, one later, one next week, two open offers, one report that is missing."""
    now, anna = timezone.now(), make_user("hotline")
    topics = [Topic.objects.get_or_create(name="Fernseher und Mediathek", defaults={"key": "fernseher"})[0]]

    def offered(client, starts_at, **fields):
        visit = make_scheduled(by=anna, client=client, starts_at=starts_at, topics=topics, **fields)
        return visit, offers.send_offers(
            visit,
            volunteers=[volunteer],
            answer_by=now + timedelta(hours=8),
            by=anna,
            at=now,
            reasons={volunteer.pk: ["Sie kennen das Thema gut.", "Frau K. wartet seit 9 Tagen."]},
        )[0]

    karin = make_client("Karin Krause", address=make_address("Dorfstraße", "26", extra="Erdgeschoss links"))
    far = make_address("Wiesenweg", "3", "01157", latitude=51.0600, longitude=13.6800)
    karl = make_client("Karl Sauer", salutation="mr", address=far, needs=["dog"])
    soon, offer = offered(karin, now + timedelta(minutes=45), goal="Ich möchte die Tagesschau später ansehen.")
    offers.accept_offer(offer, by=volunteer.user, at=now)
    for client, start in ((karl, now + timedelta(hours=3)), (karin, now + timedelta(days=7))):
        offers.accept_offer(offered(client, start)[1], by=volunteer.user, at=now)
    missing, offer = offered(make_client("Rosa Pohl"), now + timedelta(days=20))
    offers.accept_offer(offer, by=volunteer.user, at=now)
    begun = now - timedelta(days=1)
    ended = begun + timedelta(hours=1)
    HomeVisit.objects.filter(pk=missing.pk).update(
        slot_starts_at=begun, slot_ends_at=ended, way_starts_at=begun, way_ends_at=ended
    )
    offered(make_client("Ilse Vogt", needs=["stairs"], wish="woman"), now + timedelta(days=5))
    _, last = offered(karl, now + timedelta(days=8))
    return soon, missing, last


@pytest.fixture
def volunteer():
    return make_volunteer("Clara Weiß", travel_mode="bike")


def sign_in(page, volunteer):
    page.goto("/konto/login/")
    page.get_by_label("E-Mail").fill(volunteer.user.email)
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()


def paths_of(soon, missing, last):
    visit = f"/lotse/besuch/{soon.reference}/"
    return {
        "heute": "/lotse/",
        "angebote": "/lotse/angebote/",
        "angebot": f"/lotse/angebot/{last.token}/",
        "absage": f"/lotse/angebot/{last.token}/nein/",
        "besuch": visit,
        "zurueck": visit + "zurueckgeben/",
        "nicht": f"/lotse/besuch/{missing.reference}/nicht-angetroffen/",
        "bericht": f"/lotse/besuch/{missing.reference}/bericht/",
        "berichte": "/lotse/berichte/",
        "ich": "/lotse/ich/",
        "kalender": "/lotse/ich/kalender/",
        "kein-netz": "/lotse/offline/",
    }


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_context, axe, volunteer, viewport, colours):
    paths = paths_of(*day_of(volunteer))
    page, complaints = open_context(viewport=viewport, color_scheme=colours).new_page(), []
    page.on("console", lambda said: complaints.append(said.text) if is_complaint(said) else None)
    sign_in(page, volunteer)
    for name, path in paths.items():
        page.goto(path)
        assert page.locator("h1").count() == 1, path
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{viewport['width']}-{colours}.png", full_page=True)
        assert axe(page) == "", path
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0, path
    assert complaints == []


def test_from_the_offer_to_the_report_without_javascript(open_context, volunteer):
    soon, _, last = day_of(volunteer)
    page = open_context(java_script_enabled=False).new_page()
    page.goto(f"/lotse/angebot/{last.token}/")
    page.get_by_label("E-Mail").fill(volunteer.user.email)
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    assert page.url.endswith(f"/lotse/angebot/{last.token}/")
    page.get_by_role("button", name="Ja, ich komme").click()
    assert page.get_by_text("Danke! Sie haben zugesagt").is_visible()

    page.goto(f"/lotse/besuch/{soon.reference}/")
    page.get_by_role("button", name="Ich bin da").click()
    begun = timezone.now() - timedelta(minutes=1)
    HomeVisit.objects.filter(pk=soon.pk).update(slot_starts_at=begun, way_starts_at=begun)
    page.get_by_role("button", name="Ich bin wieder weg").click()
    page.get_by_text("geht mit Hilfe").first.click()
    page.get_by_label("Notiz").fill("Große Tasten markiert.")
    page.get_by_role("button", name="Bericht fertig").click()

    assert page.get_by_text("Danke. Der Bericht ist da.").is_visible()
    soon.refresh_from_db()
    assert (soon.state, soon.report.goal, soon.report.minutes) == ("done", "with_help", 5)


def test_every_control_is_big_enough_for_a_thumb(open_context, volunteer):
    paths = paths_of(*day_of(volunteer))
    page = open_context(viewport=PHONE).new_page()
    sign_in(page, volunteer)
    for path in paths.values():
        page.goto(path)
        for control in page.locator("main button:visible, main a.kern-btn:visible, .l-tabs a, .l-act:visible").all():
            assert control.bounding_box()["height"] >= 48, (path, control.inner_text())
