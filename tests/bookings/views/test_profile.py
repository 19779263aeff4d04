"""Times and profile of a volunteer: their own pages, and the desk's for whoever calls."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from bookings import visits
from lotsen.kernel.models import FieldChange
from lotsen.people.models import Role
from tests.people import NOW, make_scheduled, make_topic, make_user, make_volunteer
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
TIMES, PROFILE = "/lotse/ich/zeiten/", "/lotse/ich/profil/"
DAY = date(2026, 12, 1)
"""A Tuesday, NOW plus six days; a visit on it begins at 10:00 in Dresden."""


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def bernd(client):
    bernd = make_volunteer(hours="Mo-Fr 8:00-20:00")
    client.force_login(bernd.user)
    return bernd


def hours_of(volunteer):
    return Volunteer.objects.get(pk=volunteer.pk).hours


def profile(**fields):
    data = {
        "offers_by": "now",
        "visits_a_week": "2",
        "travel_mode": "transit",
        "pace": "usual",
        "radius_km": "5",
        "languages": ["Deutsch"],
    }
    return data | fields


def test_a_week_by_parts_and_exact_times(client, bernd):
    typed = {"what": "week", "parts0": ["8-12", "12-14"], "exact2": "9-12:30 und 14-16", "parts2": ["14-18"]}
    assert client.post(TIMES, typed).url == TIMES
    assert hours_of(bernd) == "Mo 8:00-14:00; Mi 9:00-12:30; Mi 14:00-16:00"
    assert FieldChange.objects.values_list("fields", "by").get() == (["hours"], bernd.user_id)
    page = client.get(TIMES).content.decode()
    assert 'value="9:00-12:30 und 14:00-16:00"' in page
    assert "von Ihnen" in page


def test_tuesday_to_friday_as_monday(client, bernd):
    client.post(TIMES, {"what": "week", "parts0": ["8-12"], "same": "on", "parts5": ["14-18"], "rests": "on"})
    stored = Volunteer.objects.get(pk=bernd.pk)
    assert (stored.hours, stored.rests_in_school_holidays) == ("Mo-Fr 8:00-12:00; Sa 14:00-18:00", True)


@pytest.mark.parametrize("text", ["Mi 9-12", "13-12", "25-26", "immer", "9-12, 10-11", "💐", "1" * 61, ";"])
def test_times_that_nobody_understands_are_said_and_kept(client, bernd, text):
    answer = client.post(TIMES, {"what": "week", "exact0": text})
    assert answer.status_code == 422
    assert hours_of(bernd) == "Mo-Fr 8:00-20:00"
    assert answer.context["week"].errors


def test_a_day_off_and_a_day_with_other_times(client, bernd):
    client.post(TIMES, {"what": "day", "first_on": "2026-12-01"})
    client.post(TIMES, {"what": "day", "first_on": "2026-12-03", "last_on": "2026-12-04", "times": "9 bis 11 Uhr"})
    assert [(one.first_on, one.last_on) for one in bernd.absences.all()] == [(DAY, DAY)]
    assert [(str(one.on), one.hours) for one in bernd.other_hours.order_by("on")] == [
        ("2026-12-03", "Do 9:00-11:00"),
        ("2026-12-04", "Fr 9:00-11:00"),
    ]
    page = client.get(TIMES).content.decode()
    assert "kann nicht" in page
    client.post(TIMES, {"what": "strike", "row": f"a{bernd.absences.get().pk}"})
    client.post(TIMES, {"what": "strike", "row": f"o{bernd.other_hours.first().pk}"})
    assert (bernd.absences.count(), bernd.other_hours.count()) == (0, 1)


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"what": "day"}, 422),
        ({"what": "day", "first_on": "0001-01-01"}, 422),
        ({"what": "day", "first_on": "2026-11-01", "last_on": "2026-11-02"}, 409),
        ({"what": "day", "first_on": "2026-12-02", "last_on": "2026-12-01"}, 409),
        ({"what": "day", "first_on": "2026-12-01", "last_on": "2028-12-01"}, 409),
        ({"what": "day", "first_on": "2026-12-01", "last_on": "2027-02-01", "times": "9-12"}, 409),
        ({"what": "pause", "until": "2026-11-24"}, 409),
        ({"what": "pause", "until": "2029-11-24"}, 409),
        ({"what": "pause", "until": "morgen"}, 422),
        ({"what": "strike", "row": "a99999999999999999999"}, 302),
        ({"what": "strike", "row": "x1"}, 302),
        ({"what": "unfug"}, 302),
        ({}, 302),
    ],
)
def test_what_is_refused_has_a_sentence(client, bernd, typed, status):
    answer = client.post(TIMES, typed)
    assert answer.status_code == status
    page = client.get(TIMES) if status == 302 else answer
    assert "l-saved" in page.content.decode() or "kern-error" in page.content.decode() or page.context["form"].errors


def test_a_day_of_another_is_not_struck_out(client, bernd):
    other = make_volunteer("Clara Winter")
    row = other.absences.create(first_on=DAY, last_on=DAY)
    client.post(TIMES, {"what": "strike", "row": f"a{row.pk}"})
    assert other.absences.count() == 1


def test_other_times_on_a_day_away_are_refused(client, bernd):
    bernd.absences.create(first_on=DAY, last_on=DAY)
    assert client.post(TIMES, {"what": "day", "first_on": str(DAY), "times": "9-12"}).status_code == 409


def test_a_pause_ends_by_itself_or_at_once(client, bernd):
    client.post(TIMES, {"what": "pause", "until": "2026-12-24"})
    assert Volunteer.objects.get(pk=bernd.pk).paused_until == date(2026, 12, 24)
    assert "Pause jetzt beenden" in client.get(TIMES).content.decode()
    client.post(TIMES, {"what": "unpause"})
    assert Volunteer.objects.get(pk=bernd.pk).paused_until is None


def test_promised_visits_outside_the_new_times_are_named_and_stay(client, bernd):
    anna = make_user()
    visit = make_scheduled(by=anna)
    visits.assign_guide(visit, guide=bernd.user, by=anna, at=NOW)
    assert "außerhalb dieser Zeiten" not in client.get(TIMES).content.decode()
    client.post(TIMES, {"what": "week", "parts1": ["14-18"]})
    page = client.get(TIMES).content.decode()
    assert "außerhalb dieser Zeiten" in page
    assert f"/lotse/besuch/{visit.reference}/" in page
    visit.refresh_from_db()
    assert (visit.state, visit.guide_id) == ("assigned", bernd.user_id)


def test_a_profile(client, bernd):
    fotos, tablet = make_topic(), make_topic("tablet", "Tablet")
    bernd.skills.create(topic=fotos, level=1)
    typed = profile(
        offers_by="daily",
        pace="slow",
        travel_mode="foot",
        radius_km="3",
        no_dogs="on",
        gender="woman",
        languages=["Deutsch", "Polnisch"],
        start_street="Gartenweg 16",
        start_postal_code="01169",
        **{f"topic{tablet.pk}": "3"},
    )
    assert client.post(PROFILE, typed).url == PROFILE
    now = Volunteer.objects.get(pk=bernd.pk)
    assert (now.offers_by, now.way, now.radius_metres, now.dogs, now.stairs, now.gender, now.languages) == (
        *("daily", "foot-slow", 3000, False, True, "woman"),
        ["Deutsch", "Polnisch"],
    )
    assert [(one.topic.key, one.level) for one in now.skills.all()] == [("tablet", 3)]
    assert (now.start.street, now.start.postal_code, now.onward) == ("Gartenweg", "01169", None)
    start = now.start_id
    assert "Gartenweg 16" in client.get(PROFILE).content.decode()
    before = FieldChange.objects.count()
    client.post(PROFILE, typed)
    assert Volunteer.objects.get(pk=bernd.pk).start_id == start
    assert FieldChange.objects.count() == before
    client.post(PROFILE, profile())
    assert Volunteer.objects.get(pk=bernd.pk).start_id is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"offers_by": "nie"},
        {"visits_a_week": "15"},
        {"radius_km": "4"},
        {"languages": []},
        {"languages": ["Klingonisch"]},
        {"start_street": "Gartenweg 16"},
        {"onward_postal_code": "01169"},
        {"onward_street": "x" * 121, "onward_postal_code": "0116"},
        {"gender": "💐"},
    ],
)
def test_a_profile_that_is_wrong_is_said_at_the_field(client, bernd, wrong):
    answer = client.post(PROFILE, profile(**wrong))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) <= {*wrong, "start_postal_code", "onward_street"}


def test_a_radius_between_two_steps_is_kept(client, bernd):
    Volunteer.objects.filter(pk=bernd.pk).update(radius_metres=2500)
    client.post(PROFILE, profile(radius_km="3"))
    assert Volunteer.objects.get(pk=bernd.pk).radius_metres == 2500


@pytest.mark.parametrize("role", [Role.HOTLINE, Role.COORDINATOR])
def test_the_desk_enters_it_on_the_phone(client, role):
    bernd, anna = make_volunteer(), make_user(role)
    client.force_login(anna)
    client.post(f"/hotline/lotsen/{bernd.key}/", {"called": "1"})  # who speaks is proven
    client.post(f"/koordination/lotsen/{bernd.key}/zeiten/", {"what": "week", "parts0": ["8-12"]})
    client.post(f"/koordination/lotsen/{bernd.key}/profil/", profile(no_stairs="on"))
    now = Volunteer.objects.get(pk=bernd.pk)
    assert (now.hours, now.stairs) == ("Mo 8:00-12:00", False)
    assert set(FieldChange.objects.values_list("by", flat=True)) == {anna.pk}
    assert f"von {anna.name}" in client.get(f"/koordination/lotsen/{bernd.key}/zeiten/").content.decode()
    client.force_login(bernd.user)
    mine = client.get(TIMES).content.decode()
    assert ("von unserem Büro" in mine, anna.name in mine) == (True, False)


@pytest.mark.parametrize("state", ["left", "suspended"])
def test_who_has_left_has_no_such_page(client, bernd, state):
    Volunteer.objects.filter(pk=bernd.pk).update(state=state)
    assert [client.get(path).status_code for path in (TIMES, PROFILE)] == [404, 404]


@pytest.mark.parametrize("path", [TIMES, PROFILE])
def test_more_rows_need_no_more_queries(client, bernd, django_assert_num_queries, path):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    anna = make_user()

    def add(number):
        bernd.absences.create(first_on=DAY, last_on=DAY)
        bernd.other_hours.create(on=DAY + timedelta(days=7 * number), hours="Di 9:00-10:00")
        bernd.skills.create(topic=make_topic(f"t{number}", f"T{number}"), level=2)
        visit = make_scheduled(by=anna, starts_at=NOW + timedelta(days=7 * number, hours=12))
        visits.assign_guide(visit, guide=bernd.user, by=anna, at=NOW)

    add(1)
    client.get(path)
    with CaptureQueriesContext(connection) as one:
        client.get(path)
    add(2), add(3)
    with django_assert_num_queries(len(one)):
        client.get(path)
