"""A list that is imported again, and what somebody has entered here since: who wrote last is believed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookings.imports import import_city
from bookings.imports.uploads import keep_lists, outcome_of
from lotsen.kernel.imports import Counts
from lotsen.kernel.windows import OpeningHours
from lotsen.people.models import Role
from tests.bookings.imports.lists import AT, EXAMPLES, city_file
from tests.people import make_user
from tests.volunteers.new_emails import change
from volunteers import availability
from volunteers.models import Skill, Topic, Volunteer
from volunteers.profiles import Profile, set_profile

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NEW_HOURS = "Mo 8:00-12:00"


@pytest.fixture
def dora():
    return make_user(Role.COORDINATOR, name="Dora Klein")


def imported(*changes, at=AT):
    return import_city([city_file("lotsen", *changes)], by=None, at=at).counts["lotsen"]


def volunteer():
    return Volunteer.objects.select_related("user").get(key="L001")


def enter_hours(by, at, hours=NEW_HOURS):
    availability.set_week(volunteer(), hours=OpeningHours.parse(hours), rests=False, by=by, at=at)


def test_what_was_entered_here_stays_when_the_list_says_what_it_said(dora):
    imported()
    enter_hours(dora, AT + DAY)
    counts = imported(at=AT + 2 * DAY)
    assert volunteer().hours == NEW_HOURS
    assert [str(one) for one in counts.kept] == [
        "Gülşen Şahin: Es bleibt, wie Dora Klein es am Donnerstag, 26. November eingetragen hat: die Zeiten."
    ]
    assert (counts.new, counts.changed, counts.same) == (0, 0, 1)
    assert volunteer().hours == NEW_HOURS


def test_also_at_the_third_import(dora):
    imported()
    enter_hours(dora, AT + DAY)
    for days in (2, 3, 4):
        assert len(imported(at=AT + days * DAY).kept) == 1
    assert volunteer().hours == NEW_HOURS


def test_what_the_list_says_anew_is_believed_where_nothing_was_entered_since(dora):
    imported()
    enter_hours(dora, AT + DAY)
    imported(at=AT + 2 * DAY)
    counts = imported({"verfügbar": "Fr 9:00-12:00"}, at=AT + 3 * DAY)
    assert (counts, volunteer().hours) == (Counts(changed=1), "Fr 9:00-12:00")


def test_where_both_have_changed_the_entry_stays_and_the_preview_asks(dora):
    imported()
    enter_hours(volunteer().user, AT + DAY)
    counts = imported({"verfügbar": "Fr 9:00-12:00"}, at=AT + 2 * DAY)
    assert volunteer().hours == NEW_HOURS
    (sentence,) = counts.kept
    assert "wie die Person selbst es am" in sentence
    assert "Gilt das Neue?" in sentence


@pytest.mark.parametrize(("as_of", "hours"), [("25.11.2026", NEW_HOURS), ("27.11.2026", "Fr 9:00-12:00")])
def test_a_day_at_stand_decides(dora, as_of, hours):
    imported()
    enter_hours(dora, AT + DAY)
    imported({"verfügbar": "Fr 9:00-12:00", "Stand": as_of}, at=AT + 2 * DAY)
    assert volunteer().hours == hours


def test_topics_and_profile_stay_and_the_other_columns_follow(dora):
    imported()
    one, fotos = volunteer(), Topic.objects.get(key="fotos")
    profile = Profile(
        offers_by="now",
        visits_a_week=4,
        travel_mode="bike",
        pace="usual",
        radius_metres=one.radius_metres,
        languages=("Deutsch", "Türkisch"),
        gender="woman",
        dogs=False,
        stairs=True,
        levels={fotos.pk: 3},
    )
    set_profile(one, profile, by=dora, at=AT + DAY)
    counts = imported({"Umkreis (km)": "8", "Mobil": "0171 3920009"}, at=AT + 2 * DAY)
    now = volunteer()
    assert (now.visits_a_week, now.travel_mode, now.radius_metres, now.user.phone) == (4, "bike", 8000, "+491713920009")
    assert list(Skill.objects.filter(volunteer=now).values_list("topic__key", "level")) == [("fotos", 3)]
    assert {str(one).rpartition(": ")[2] for one in counts.kept} == {
        "die Besuche je Woche.",
        "der Weg.",
        "die Themen.",
    }


def contacts_now():
    one = Volunteer.objects.select_related("user", "home").get(key="L001")
    return one.user.email, one.user.phone, one.home.street_line


def test_how_somebody_is_reached_stays_as_it_was_entered_here(dora):
    imported()
    before = contacts_now()
    entered = ("neu@example.org", "+4917139200991", "Gartenweg 16")
    change(volunteer(), by=dora, at=AT + DAY, **dict(zip(("email", "phone", "street"), entered, strict=True)))
    counts = imported({"Umkreis (km)": "8"}, at=AT + 2 * DAY)
    assert (before == entered, contacts_now(), volunteer().radius_metres) == (False, entered, 8000)
    assert {str(one).rpartition(": ")[2] for one in counts.kept} == {
        "die E-Mail-Adresse.",
        "die Telefonnummer.",
        "die Anschrift.",
    }
    imported({"Mobil": "", "Stand": "25.11.2026"}, at=AT + 3 * DAY)
    assert contacts_now() == entered
    imported({"Mobil": "0171 3920009"}, at=AT + 4 * DAY)
    assert contacts_now() == (entered[0], "+491713920009", entered[2])


def test_control_how_somebody_is_reached_follows_the_list_where_nobody_entered_it(dora):
    imported()
    before = contacts_now()
    imported({"Mobil": "0171 3920009", "E-Mail": "liste@example.org"}, at=AT + DAY)
    assert contacts_now() == ("liste@example.org", "+491713920009", before[2])


def test_control_who_entered_nothing_gets_the_list(dora):
    imported()
    Volunteer.objects.update(hours=NEW_HOURS)  # by no person: the journal has no line of it
    assert imported(at=AT + DAY) == Counts(changed=1)
    assert volunteer().hours == "Di,Do 14:00-18:00"


def test_the_preview_says_it_in_words(client, dora):
    imported()
    enter_hours(dora, AT + DAY)
    file = city_file("lotsen")
    upload = keep_lists([(file.name, file.data)], by=dora, at=AT + 2 * DAY)
    (sentence,) = outcome_of(upload).counts["lotsen"].kept
    client.force_login(dora)
    page = client.get(f"/import/{upload.token}/").content.decode()
    assert ("Es bleibt, wie Dora Klein es am" in page, str(sentence) in page) == (True, True)
    assert volunteer().hours == NEW_HOURS


def test_a_list_over_somebody_who_was_here_before_keeps_what_was_entered(dora):
    imported()
    Volunteer.objects.update(listed={}, listed_at=None)
    enter_hours(dora, AT + DAY)
    assert len(imported(at=AT + 2 * DAY).kept) == 1
    assert EXAMPLES["lotsen"]["verfügbar"] != volunteer().hours
