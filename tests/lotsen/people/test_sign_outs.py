"""Signing out everywhere (A8): of a hundred requests of parallel sessions none passes; notices and calendar end too."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from bookings import calendar_links
from lotsen.kernel.models import FieldChange
from lotsen.people import sign_outs
from lotsen.people.models import PushSubscription, Role, User
from tests.people import NOW, PASSWORD, make_user, make_volunteer
from tests.races.racing import at_once

SESSIONS, EACH = 20, 5


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def _sessions(user: User) -> list[Browser]:
    browsers = [Browser() for _session in range(SESSIONS)]
    for browser in browsers:
        browser.force_login(user)
    return browsers


def _passed(browsers: list[Browser], page: str) -> int:
    """How many of a hundred requests in twenty threads are let in."""
    results = at_once([lambda one=one: [one.get(page).status_code for _each in range(EACH)] for one in browsers])
    statuses = [status for codes in results for status in codes]
    assert len(statuses) == SESSIONS * EACH
    return statuses.count(200)


@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_requests_of_parallel_sessions_none_passes():
    bernd = make_volunteer()
    browsers = _sessions(bernd.user)
    assert _passed(browsers, "/lotse/") == SESSIONS * EACH  # control: before, all pass
    answer = browsers[0].post(reverse("pages:sign-out"))
    assert (answer.status_code, answer.url) == (302, reverse("account_login"))
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert _passed(browsers, "/lotse/") == 0


@pytest.mark.django_db(transaction=True)
def test_control_without_the_count_all_pass(monkeypatch):
    monkeypatch.setattr(User, "_get_session_auth_hash", lambda self, secret=None: self.password)
    bernd = make_volunteer()
    browsers = _sessions(bernd.user)
    sign_outs.sign_out_everywhere(bernd.user, by=bernd.user, at=NOW)
    assert _passed(browsers, "/lotse/") == SESSIONS * EACH


@pytest.mark.django_db
def test_notices_and_the_link_to_the_calendar_end_those_of_others_stay(client):
    bernd, clara = make_volunteer(), make_volunteer(name="Clara Wolf")
    links = {one: calendar_links.make_link(by=one.user, at=NOW) for one in (bernd, clara)}
    for number, one in enumerate((bernd, clara)):
        PushSubscription.objects.create(user=one.user, endpoint=f"https://push.example/{number}", made_at=NOW)
    sign_outs.sign_out_everywhere(bernd.user, by=bernd.user, at=NOW)
    assert [calendar_links.user_of(links[one]) for one in (bernd, clara)] == [None, clara.user]
    assert list(PushSubscription.objects.values_list("user", flat=True)) == [clara.user.pk]
    assert client.get(f"/kalender/{links[bernd]}.ics").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.VOLUNTEER])
def test_everybody_who_signs_in_can_do_it_and_signs_in_again(client, role):
    user = make_user(role)
    client.force_login(user)
    assert client.get("/konto/ueberall-abmelden/").status_code == 200
    client.post("/konto/ueberall-abmelden/")
    assert client.get("/konto/").status_code == 302
    sent = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert sent.status_code == 302
    assert client.get("/konto/").status_code == 200


@pytest.mark.django_db
def test_a_coordinator_does_it_for_a_volunteer_whose_telephone_is_lost(client):
    dora, bernd, thief = make_user(Role.COORDINATOR), make_volunteer(), Browser()
    thief.force_login(bernd.user)
    client.force_login(dora)
    page = client.get(reverse("bookings:volunteer", args=[bernd.key])).content.decode()
    assert "Überall abmelden" in page
    client.post(reverse("bookings:volunteer-act", args=[bernd.key, "abmelden"]))
    assert thief.get("/lotse/").status_code == 302
    assert client.get("/mein-platz/").status_code == 302  # the coordinator's own session stays
    assert client.get(reverse("bookings:volunteer", args=[bernd.key])).status_code == 200
    line = FieldChange.objects.get(subject_type="people.user")
    assert (line.subject_id, line.fields, line.by) == (str(bernd.user_id), ["sessions"], dora)


@pytest.mark.django_db
def test_the_rights_stay():
    bernd = make_volunteer()
    sign_outs.sign_out_everywhere(bernd.user, by=bernd.user, at=NOW)
    bernd.refresh_from_db()
    assert (bernd.state, bernd.user.roles) == ("active", [Role.VOLUNTEER])
