"""Two coordinators choose another date for the same cancelled one at once; and one day is announced twice at once."""

from datetime import date
from functools import partial

import pytest

from lotsen.messages.models import Message
from tests.people import make_user
from tests.races.racing import at_once
from tests.touring.city import LATER, make_city, make_published
from touring import day_off, deviations
from touring.models import Deviation, Stop, Tour, TourStop

pytestmark = pytest.mark.django_db(transaction=True)
FRIDAY = date(2027, 1, 8)


def prepared():
    """A cancelled halt and some free days for it."""
    make_city()
    Stop.objects.filter(key="S5").update(contact_email="reh@example.org")
    make_published()
    halt = TourStop.objects.get(stop__key="S5", tour__date=FRIDAY)
    deviations.announce_cancelled(halt, by=None, at=LATER)
    places = [one for one in day_off.replacement_places(halt, at=LATER) if one.starts_at.date() > FRIDAY]
    assert len(places) > 1
    return halt, places[:4]


def choose(halt, place):
    fresh = TourStop.objects.select_related("stop__address", "tour__team").get(pk=halt.pk)
    return day_off.replace_date(fresh, place=place, by=None, at=LATER)


def test_one_of_several_replaces_the_date():
    halt, places = prepared()
    results = at_once([partial(choose, halt, place) for place in places])
    won = [one for one in results if isinstance(one, TourStop)]
    lost = [one for one in results if isinstance(one, deviations.HasReplacement)]
    assert (len(won), len(lost)) == (1, len(places) - 1), results
    assert TourStop.objects.filter(replaces=halt).count() == 1
    assert Message.objects.filter(key__contains="extra").count() == 1


def test_control_without_the_lock_more_than_one_does(monkeypatch):
    halt, places = prepared()
    monkeypatch.setattr(day_off, "lock_plans", lambda *_days: None)
    results = at_once([partial(choose, halt, place) for place in places])
    assert sum(isinstance(one, TourStop) for one in results) > 1, results


def test_a_day_that_two_announce_at_once_is_told_once():
    make_city()
    make_published()
    Stop.objects.filter(key="S5").update(contact_email="reh@example.org")
    tour = Tour.objects.get(date=FRIDAY, team__key="sued")
    people = [make_user("coordinator", name=f"Dora {number}") for number in range(4)]
    results = at_once([partial(day_off.cancel_day, tour, by=one, at=LATER) for one in people])
    assert sum(isinstance(one, list) for one in results) == 1, results
    assert sum(isinstance(one, day_off.NothingToAnnounce) for one in results) == 3, results
    assert Deviation.objects.count() == 1
    assert [row.kind for row in Message.objects.all()] == ["f_stop_changed"]
