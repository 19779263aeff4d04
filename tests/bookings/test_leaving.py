"""Suspended at once (A8): the next click of every session is denied, offers and promises are taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser

from bookings import calendar_links, leaving, offers, visits
from bookings.models import HomeVisit, Offer, SafeReturn
from lotsen.messages.models import CallTask, Message
from lotsen.people import cards
from lotsen.people.models import Card, Role, User
from tests.people import NOW, make_client, make_scheduled, make_topic, make_user, make_volunteer
from volunteers import membership
from volunteers.membership import NoReason
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
SESSIONS = 100
PAGES = ("/lotse/", "/lotse/angebote/", "/lotse/berichte/", "/lotse/ich/")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def anna():
    return make_user()


@pytest.fixture
def dora():
    return make_user(Role.COORDINATOR, name="Dora Klein")


def promised(anna, bernd, *, days=6):
    visit = make_scheduled(by=anna, starts_at=NOW + timedelta(days=days), client=make_client(name=f"Frau {days}"))
    offer = offers.send_offers(visit, volunteers=[bernd], answer_by=NOW + timedelta(hours=5), by=anna, at=NOW)[0]
    offers.accept_offer(offer, by=bernd.user, at=NOW)
    return visit


def _sessions(user, count):
    browsers = []
    for _session in range(count):
        browser = Browser()
        browser.force_login(user)
        browsers.append(browser)
    return browsers


def _let_in(browsers):
    return sum(browser.get(page).status_code == 200 for browser in browsers for page in PAGES)


@pytest.mark.parametrize("stop", ["suspend", "leave"])
def test_a_hundred_sessions_and_not_one_passes(anna, dora, stop):
    bernd = make_volunteer()
    browsers = _sessions(bernd.user, SESSIONS)
    assert _let_in(browsers[:2]) == 2 * len(PAGES)  # control: before, they pass
    if stop == "suspend":
        leaving.suspend(bernd, because="Beschwerde", by=dora, at=NOW)
    else:
        leaving.leave(bernd, by=dora, at=NOW)
    assert _let_in(browsers) == 0


def test_without_taking_the_role_the_sessions_would_pass(dora, monkeypatch):
    """Control: the state alone opens pages again."""
    bernd = make_volunteer()
    browsers = _sessions(bernd.user, 3)
    monkeypatch.setattr(membership, "_take_roles", lambda *args, **kwargs: None)
    leaving.suspend(bernd, because="Beschwerde", by=dora, at=NOW)
    assert _let_in(browsers) > 0


def test_offers_are_withdrawn_visits_open_again_and_a_human_knows(anna, dora):
    bernd, clara = make_volunteer(topics=[make_topic()]), make_volunteer(name="Clara Wolf", topics=[make_topic()])
    visit = promised(anna, bernd)
    asked = make_scheduled(by=anna, starts_at=NOW + timedelta(days=8))
    offer = offers.send_offers(asked, volunteers=[bernd], answer_by=NOW + timedelta(hours=5), by=anna, at=NOW)[0]

    assert leaving.suspend(bernd, because="Beschwerde", by=dora, at=NOW) == 1

    visit.refresh_from_db()
    offer.refresh_from_db()
    assert (visit.state, visit.guide, visit.code_word, offer.state) == ("scheduled", None, "", "withdrawn")
    task = CallTask.objects.get(kind="k_released")
    assert task.variables["reference"] == visit.reference
    assert Offer.objects.filter(visit=visit, volunteer=clara, state="open").exists()
    assert not Offer.objects.filter(volunteer=bernd, state="open").exists()
    assert Message.objects.filter(kind="v_reassigned", to=bernd.user.phone).exists()
    assert (bernd.state, bernd.suspended_because) == ("suspended", "Beschwerde")


def test_a_visit_of_tomorrow_morning_is_watched_within_a_quarter_of_an_hour(anna, dora):
    bernd = make_volunteer()
    promised(anna, bernd, days=1) and leaving.suspend(bernd, because="x", by=dora, at=NOW + timedelta(hours=6))
    task = CallTask.objects.get(kind="k_released")
    assert task.deadline_at == NOW + timedelta(hours=6, minutes=15)


def test_a_visit_under_way_stays_and_a_human_calls(anna, dora):
    bernd = make_volunteer()
    visit = promised(anna, bernd)
    there = visit.slot_starts_at + timedelta(minutes=5)
    visits.check_in(HomeVisit.objects.get(pk=visit.pk), by=bernd.user, at=there)
    assert leaving.suspend(bernd, because="Anruf", by=dora, at=there) == 0
    visit.refresh_from_db()
    assert (visit.state, visit.guide) == ("assigned", bernd.user)
    assert CallTask.objects.filter(kind="k_released").count() == 1
    assert SafeReturn.objects.filter(visit=visit).exists()


def test_the_card_is_void_and_a_yes_by_sms_says_that_the_access_rests(anna, dora):
    bernd = make_volunteer()
    card = cards.issue_card(bernd.user, valid_until=NOW.date() + timedelta(days=90), by=dora, at=NOW)
    assert cards.is_valid_card(card.number, at=NOW)
    leaving.suspend(bernd, because="x", by=dora, at=NOW)
    assert not cards.is_valid_card(card.number, at=NOW)
    assert Card.objects.get().revoked_because == "suspended"


def test_the_machine_door_and_the_calendar_close_too(dora):
    bernd = make_volunteer()
    token = calendar_links.make_link(by=bernd.user, at=NOW)
    (browser,) = _sessions(bernd.user, 1)
    assert browser.get("/api/v1/offers/").status_code == 200
    assert calendar_links.user_of(token) == bernd.user
    leaving.suspend(bernd, because="x", by=dora, at=NOW)
    assert browser.get("/api/v1/offers/").status_code in (401, 403)
    assert calendar_links.user_of(token) is None


def test_back_again_they_are_asked_again(anna, dora):
    bernd = make_volunteer()
    leaving.suspend(bernd, because="x", by=dora, at=NOW)
    membership.lift(bernd, by=dora, at=NOW)
    (browser,) = _sessions(User.objects.get(pk=bernd.user_id), 1)
    assert _let_in([browser]) == len(PAGES)
    assert (bernd.state, bernd.suspended_because) == ("active", "")
    with pytest.raises(membership.NotReady):
        membership.lift(bernd, by=dora, at=NOW)


def test_staff_who_also_volunteer_rest_as_staff_too(dora):
    bernd = make_volunteer()
    User.objects.filter(pk=bernd.user_id).update(roles=[Role.HOTLINE, Role.VOLUNTEER])
    leaving.suspend(bernd, because="x", by=dora, at=NOW)
    assert User.objects.get(pk=bernd.user_id).roles == []
    assert Volunteer.objects.get(pk=bernd.pk).roles_at_rest == [Role.HOTLINE]


def test_the_page_suspends_with_a_reason_only(client, anna, dora):
    bernd = make_volunteer()
    promised(anna, bernd)
    client.force_login(dora)
    url = f"/koordination/lotsen/{bernd.key}/"
    assert client.post(f"{url}sperren/", {"because": "  "}).status_code == 422
    assert client.post(f"{url}sperren/", {"because": "Beschwerde"}).status_code == 302
    page = client.get(url).content.decode()
    assert "Gesperrt: Beschwerde" in page
    assert client.post(f"{url}sperren/", {"because": "noch einmal"}).status_code == 409
    client.post(f"{url}stand/entsperren/")
    assert Volunteer.objects.get(pk=bernd.pk).state == "active"
    client.post(f"{url}stand/ausscheiden/")
    assert Volunteer.objects.get(pk=bernd.pk).state == "left"
    assert client.post(f"{url}stand/entsperren/", follow=True).status_code == 200
    assert client.post(f"{url}stand/fliegen/").status_code == 404
    with pytest.raises(NoReason):
        membership.suspend(bernd, because=" ", by=dora, at=NOW)
