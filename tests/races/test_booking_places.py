"""Two facilities book the same time at once: one gets it, the other reads what is still free."""

from datetime import datetime
from functools import partial

import pytest

from bookings import trainings
from bookings.models import Training
from lotsen.kernel.calendar import BERLIN
from tests.people import make_facility, make_topic, make_user
from tests.races.racing import at_once
from tests.touring.city import NOW, make_city, make_published
from touring.models import RequestStop, Team
from touring.request_stops import FreePlace, PlaceGone

pytestmark = pytest.mark.django_db(transaction=True)
STARTS = datetime(2027, 1, 12, 14, 0, tzinfo=BERLIN)
ENDS = datetime(2027, 1, 12, 15, 30, tzinfo=BERLIN)


def prepared(count):
    make_city()
    make_published()
    topic = make_topic()
    bookers = []
    for number in range(count):
        user = make_user("facility", name=f"Kontakt {number}")
        bookers.append((make_facility(f"Heim {number}", user), user, topic))
    return bookers


def place():
    return FreePlace(Team.objects.get(key="nord"), STARTS, ENDS)


def book(facility, user, topic):
    return trainings.request_training(
        facility, topics=[topic], people=10, level="beginners", place=place(), by=user, at=NOW
    )


def test_one_of_eight_gets_the_time():
    results = at_once([partial(book, *one) for one in prepared(8)])
    won = [result for result in results if isinstance(result, Training)]
    lost = [result for result in results if isinstance(result, PlaceGone)]
    assert (len(won), len(lost)) == (1, 7), results
    assert Training.objects.count() == RequestStop.objects.count() == 1
    assert won[0].request_stop.starts_at == STARTS


def test_the_same_booker_pressing_twice_books_once():
    ((facility, user, topic),) = prepared(1)
    first = book(facility, user, topic)
    assert isinstance(first, Training)
    with pytest.raises(PlaceGone):
        book(facility, user, topic)
    assert Training.objects.count() == 1


def test_control_without_the_lock_and_the_constraint_more_get_it(monkeypatch):
    from django.db import connection

    from touring import request_stops

    bookers = prepared(8)
    monkeypatch.setattr(request_stops, "lock_plans", lambda *days: None)
    monkeypatch.setattr(request_stops, "enter", lambda *args: None)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE touring_requeststop DROP CONSTRAINT team_at_one_request_stop_at_a_time")
    try:
        results = at_once([partial(book, *one) for one in bookers])
        assert sum(isinstance(result, Training) for result in results) > 1
    finally:
        Training.objects.all().delete()
        RequestStop.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE touring_requeststop ADD CONSTRAINT team_at_one_request_stop_at_a_time EXCLUDE USING gist "
                "(team_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (state = 'planned')"
            )


def test_taking_and_giving_up_frees_the_time_again():
    bookers = prepared(2)
    first = book(*bookers[0])
    trainings.cancel_training(first, by=bookers[0][1], at=NOW)
    assert book(*bookers[1]).state == "booked"
