"""Becoming a volunteer, from the first page to the first visit in pair, in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from bookings import offers
from bookings.models import HomeVisit, Offer
from lotsen.people.models import Role, User
from tests.chromium import DESK, PHONE
from tests.people import NOW, make_client, make_scheduled, make_topic, make_user, make_volunteer
from volunteers.models import Application, FirstVisit, Volunteer


@pytest.fixture(autouse=True)
def topic():
    return make_topic()


def press(page, name):
    page.get_by_role("button", name=name).first.click()
    page.wait_for_load_state()


def apply_on_the_web(page, clock):
    page.goto("/mitmachen/")
    page.get_by_role("link", name="Jetzt bewerben").click()
    page.get_by_label("Vor- und Nachname").fill("Emil Sander")
    page.get_by_label("Telefonnummer").fill("0171 3920077")
    page.get_by_label("Postleitzahl").fill("01169")
    page.get_by_label("Fotos").check()
    for time in ("vormittags", "nachmittags"):
        page.get_by_label(time).check()
    page.get_by_label("Fahrrad").check()
    clock.shift(timedelta(minutes=2))
    press(page, "Bewerbung abschicken")
    page.wait_for_url("**/danke/")
    assert "Danke. Ihre Bewerbung ist da." in page.inner_text("main")


def take_on(desk):
    desk.goto("/koordination/lotsen/")
    desk.get_by_role("link", name="1 Bewerbung wartet").click()
    desk.get_by_role("link", name="Emil Sander").click()
    desk.get_by_label("E-Mail-Adresse").fill("emil@example.org")
    desk.get_by_label("Straße und Hausnummer").fill("Merianplatz 4")
    press(desk, "Aufnehmen")
    desk.wait_for_url("**/koordination/lotsen/B0001/")


def show(desk, name, *labels):
    """Enter one requirement: the days of its form."""
    form = desk.locator("form[action*='/nachweis/']").filter(has_text=f"Speichern: {name}")
    for label, day in labels:
        form.get_by_label(label, exact=True).fill(day)
    form.get_by_role("button").click()
    desk.get_by_text(f"Eingetragen: {name}.").wait_for()


def test_from_the_application_to_the_first_visit_in_pair(open_context, as_user, clock):
    dora, bernd = make_user(Role.COORDINATOR, name="Dora Klein"), make_volunteer(name="Bernd Kluge")
    apply_on_the_web(open_context(viewport=PHONE).new_page(), clock)
    assert Application.objects.get().held_because == ""

    desk = as_user(dora, viewport=DESK)
    take_on(desk)
    for name in ("Gespräch", "Schulung", "Verschwiegenheit"):
        show(desk, name, ("Am", "2026-11-25"))
    press(desk, "Aktiv machen")
    assert "Es fehlt noch: Führungszeugnis." in desk.inner_text("body")
    show(desk, "Führungszeugnis", ("Ausgestellt am", "2026-11-20"), ("Gesehen am", "2026-11-25"))
    press(desk, "Aktiv machen")
    desk.get_by_text("Aktiv. Die Person bekommt eine E-Mail").wait_for()

    emil = Volunteer.objects.get(key="B0001")
    visit = _asked(dora, emil)
    user = User.objects.get(pk=emil.user_id)
    phone = as_user(user, viewport=PHONE)
    phone.goto(reverse("bookings:guide-offer", args=[Offer.objects.get().token]))
    phone.get_by_role("button", name="Ja, ich komme").click()
    phone.wait_for_url(f"**/lotse/besuch/{visit.reference}/")
    assert FirstVisit.objects.get().newcomer == emil

    desk.reload()
    desk.get_by_label("Wer geht mit?").fill("Bernd Kluge")
    press(desk, "Begleitung eintragen")
    assert "Mit geht: Bernd Kluge." in desk.inner_text("main")

    _visit(as_user, user, visit, clock)
    desk = as_user(dora, viewport=DESK)
    desk.goto("/koordination/lotsen/B0001/")
    evidence = emil.evidence.get(requirement__key="pair")
    assert evidence.seen_by == bernd.user
    assert "Erster Besuch zu zweit erfüllt" in " ".join(desk.inner_text("main").split())


def _asked(dora, emil):
    visit = make_scheduled(by=dora, client=make_client(), starts_at=NOW + timedelta(days=5, hours=1))
    offers.send_offers(visit, volunteers=[emil], answer_by=NOW + timedelta(days=1), by=dora, at=NOW)
    return visit


def _visit(as_user, user, visit, clock):
    clock.move_to(visit.slot_starts_at - timedelta(minutes=2))
    phone = as_user(user, viewport=PHONE)
    phone.goto(f"/lotse/besuch/{visit.reference}/")
    phone.get_by_role("button", name="Ich bin da").click()
    phone.get_by_text("Sie sind da seit").wait_for()
    clock.move_to(visit.slot_ends_at - timedelta(minutes=1))
    phone = as_user(user, viewport=PHONE)
    phone.goto(f"/lotse/besuch/{visit.reference}/")
    phone.get_by_role("button", name="Ich bin wieder weg").click()
    phone.wait_for_url("**/bericht/")
    phone.get_by_text("kann ich allein").first.click()
    phone.get_by_role("button", name="Bericht fertig").click()
    phone.wait_for_url("**/lotse/berichte/")
    assert HomeVisit.objects.get(pk=visit.pk).state == "done"
