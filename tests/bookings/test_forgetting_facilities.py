"""Who books for a facility is forgotten two years after; where, when and for how many it was stays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from bookings import door_tasks, forgetting, records, trainings
from bookings.models import Facility, Training
from lotsen.kept import FATES
from lotsen.kernel.calendar import BERLIN
from lotsen.people.models import PushSubscription, Role, User
from tests.people import make_facility, make_topic, make_user, make_volunteer
from tests.touring.city import NOW, make_city, make_published
from touring.models import Team
from touring.request_stops import FreePlace

pytestmark = pytest.mark.django_db
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
TWO_YEARS = FATES["bookings.Facility"].period
STARTS = datetime(2027, 1, 12, 14, 0, tzinfo=BERLIN)
ENDS = STARTS + timedelta(minutes=90)
OVER = ENDS + TWO_YEARS


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def frieda():
    return make_user(Role.FACILITY, name="Frieda Roth")


@pytest.fixture
def home(frieda):
    make_city()
    make_published()
    contact = {"contact_name": "Frieda Roth", "email": frieda.email, "phone": "+493023125222"}
    return make_facility("Pflegeheim Lindenhof", frieda, **contact)


def book(facility, by, *, starts_at=STARTS, **fields):
    place = FreePlace(Team.objects.get(key="nord"), starts_at, starts_at + timedelta(minutes=90))
    fields = {"topics": [make_topic()], "people": 12, "level": "beginners", "room": "Speisesaal"} | fields
    return trainings.request_training(facility, place=place, note="Frau Roth fragen", by=by, at=NOW, **fields)


def held(training):
    """It took place, and the team wrote it down."""
    advisor = make_user(Role.ADVISOR)
    Team.objects.get(key="nord").members.add(advisor)
    said = {"head_count": 11, "level": "mixed", "topics": [make_topic()], "devices": ["Handy"], "minutes": 80}
    return records.log_training(training, **said, note="Frau Adam kam spät", by=advisor, at=ENDS)


def contact_of(facility):
    row = Facility.objects.get(pk=facility.pk)
    return (row.contact_name, row.email, row.phone, list(row.contacts.all()))


def test_a_training_loses_who_booked_it_and_keeps_its_figures(home, frieda):
    training = book(home, frieda)
    held(training)
    assert forgetting.forget_bookings(at=OVER) == 0
    assert forgetting.forget_bookings(at=OVER + SECOND) == 1
    row = Training.objects.get()
    assert (row.booked_by, row.note, row.room, row.idempotency_key) == (None, "", "", None)
    assert (row.state, row.facility, row.people, row.request_stop.ends_at) == ("done", home, 12, ENDS)
    assert (row.record.note, row.record.head_count, row.record.minutes) == ("", 11, 80)
    assert forgetting.forget_bookings(at=OVER + DAY) == 0


def test_a_later_training_keeps_its_own_time(home, frieda):
    first, second = book(home, frieda), book(home, frieda, starts_at=STARTS + 14 * DAY)
    forgetting.forget_bookings(at=OVER + SECOND)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.booked_by, second.booked_by, second.note) == (None, frieda, "Frau Roth fragen")


def test_two_years_after_the_last_training_nobody_is_known_there(home, frieda):
    book(home, frieda)
    PushSubscription.objects.create(user=frieda, endpoint="https://push.example/1", made_at=NOW)
    known = contact_of(home)
    assert forgetting.forget_facilities(at=OVER) == 0
    assert contact_of(home) == known
    assert forgetting.forget_facilities(at=OVER + SECOND) == 1
    assert contact_of(home) == ("", "", "", [])
    frieda = User.objects.get(pk=frieda.pk)
    assert (frieda.name, frieda.email, frieda.phone) == ("ausgeschieden", f"weg-{frieda.pk}@lotsen.invalid", "")
    assert (frieda.is_active, frieda.roles, frieda.has_usable_password()) == (False, [], False)
    assert not PushSubscription.objects.exists()
    assert Facility.objects.get(pk=home.pk).name == "Pflegeheim Lindenhof"
    assert forgetting.forget_facilities(at=OVER + DAY) == 0


@pytest.mark.parametrize("column", ["date_joined", "last_login"])
def test_who_joined_or_signed_in_since_counts_from_then(home, frieda, column):
    book(home, frieda)
    User.objects.filter(pk=frieda.pk).update(**{column: ENDS + 30 * DAY})
    assert forgetting.forget_facilities(at=OVER + 30 * DAY) == 0
    assert forgetting.forget_facilities(at=OVER + 30 * DAY + SECOND) == 1


def test_without_a_training_it_counts_from_who_books_and_without_both_from_nothing(home, frieda):
    listed = make_facility("Haus Elbblick", contact_name="Herr Veit")
    assert forgetting.forget_facilities(at=NOW + TWO_YEARS) == 0
    assert forgetting.forget_facilities(at=NOW + TWO_YEARS + SECOND) == 1
    assert contact_of(home) == ("", "", "", [])
    assert forgetting.forget_facilities(at=NOW + 5 * TWO_YEARS) == 0
    assert contact_of(listed)[0] == "Herr Veit"


def test_who_is_needed_elsewhere_keeps_the_account(home, frieda):
    dora = make_user(name="Dora Klein")
    both = make_user(Role.FACILITY, name="Birgit Both")
    bernd = make_volunteer()
    User.objects.filter(pk=bernd.user_id).update(roles=[Role.FACILITY])
    User.objects.filter(pk=dora.pk).update(roles=[Role.FACILITY, Role.COORDINATOR])
    home.contacts.add(dora, both, bernd.user)
    next_door = make_facility("Haus Elbblick", both)
    book(next_door, both, starts_at=STARTS + 14 * DAY)
    assert forgetting.forget_facilities(at=NOW + TWO_YEARS + SECOND) == 1
    assert contact_of(home)[3] == []
    names = User.objects.filter(pk__in=[frieda.pk, dora.pk, both.pk, bernd.user_id]).values_list("name", flat=True)
    assert sorted(names) == ["Bernd Kluge", "Birgit Both", "Dora Klein", "ausgeschieden"]


def test_every_night_the_job_does_it_and_without_it_nothing_goes(home, frieda, clock, monkeypatch):
    monkeypatch.setattr(door_tasks, "close_old_connections", lambda: None)
    book(home, frieda)
    clock.move_to(OVER + SECOND)
    assert (contact_of(home)[0], Training.objects.get().booked_by) == ("Frieda Roth", frieda)
    door_tasks.forget_facilities(0)
    door_tasks.forget_facilities(0)
    assert (contact_of(home)[0], Training.objects.get().booked_by) == ("", None)


def test_the_database_knows_that_words_go_with_who_wrote_them(home, frieda):
    training = book(home, frieda)
    with pytest.raises(IntegrityError, match="who_booked_is_forgotten"), transaction.atomic():
        Training.objects.filter(pk=training.pk).update(booked_by=None)
