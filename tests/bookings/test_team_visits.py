"""A visit by the mobile team on a tour: offered where there is room, fixed at once, given up cleanly."""

from datetime import date, datetime, timedelta

import pytest
import time_machine

from bookings import reports, visits
from bookings.models import HomeVisit
from bookings.proposals import guide_of, team_places
from bookings.team_visits import NotOnTheTeam, take_team_place
from bookings.translate import need_for
from lotsen.kernel.calendar import local
from lotsen.messages.models import CallTask
from lotsen.people.models import Role
from tests.people import make_address, make_client, make_topic, make_user, make_visit
from tests.touring.city import make_city, make_published
from touring.models import RequestStop, Team, Tour, TourStop
from touring.request_stops import PlaceGone

pytestmark = pytest.mark.django_db
NEW_YEAR = datetime.fromisoformat("2027-01-04T09:00:00+01:00")


@pytest.fixture
def anna():
    make_city()
    make_published()
    return make_user("hotline")


@pytest.fixture
def emil(anna):
    """Who drives with team Nord."""
    emil = make_user(Role.ADVISOR, name="Emil Hartig")
    Team.objects.get(key="nord").members.add(emil)
    return emil


def asked(**more):
    home = make_address("Wiesenweg", "3", "01159", latitude=51.046, longitude=13.71)
    return make_visit(client=make_client(address=home), at=NEW_YEAR, **more)


def free(visit, **more):
    return team_places(visit.client.address, need_for(visit), minutes=visit.minutes, at=NEW_YEAR, **more)


def test_a_place_is_offered_with_who_would_come(emil):
    (one,) = free(asked())
    assert (one.guide, one.place.team.key, local(one.place.starts_at).date()) == (emil, "nord", date(2027, 1, 6))


def test_nothing_is_offered_where_nobody_can_be_named_or_the_place_is_unknown(anna, emil):
    visit = asked()
    emil.is_active = False
    emil.save()
    assert free(visit) == []
    emil.is_active = True
    emil.save()
    assert len(free(visit)) == 1
    visit.client.address.latitude = visit.client.address.longitude = None
    assert free(visit) == []


def test_another_language_is_not_promised_for_the_team(emil):
    visit = make_visit(client=make_client(speaks=["Polnisch"]), at=NEW_YEAR)
    assert free(visit) == []


def test_taken_it_stands_in_the_tour_and_the_person_is_told(anna, emil):
    visit = asked()
    (one,) = free(visit)

    take_team_place(visit, one.place, guide=one.guide, by=anna, at=NEW_YEAR)

    visit.refresh_from_db()
    halt = TourStop.objects.get(request_stop=visit.request_stop)
    assert (visit.state, visit.guide, visit.slot_starts_at) == ("assigned", emil, one.place.starts_at)
    assert (halt.starts_at, halt.tour.team.key) == (one.place.starts_at, "nord")
    assert "Schulze" not in visit.request_stop.title
    assert visit.code_word
    assert CallTask.objects.filter(kind="senior_comes", about_id=str(visit.pk)).exists()  # too soon for a letter
    assert guide_of(one.place) is None


def test_the_same_place_is_taken_once(anna, emil):
    first, second = asked(), asked()
    (one,) = free(first)
    take_team_place(first, one.place, guide=one.guide, by=anna, at=NEW_YEAR)

    with pytest.raises(PlaceGone):
        take_team_place(second, one.place, guide=one.guide, by=anna, at=NEW_YEAR)
    second.refresh_from_db()
    assert (second.state, second.request_stop) == ("requested", None)


def test_who_is_not_on_the_team_cannot_come_with_it(anna, emil):
    visit = asked()
    (one,) = free(visit)
    with pytest.raises(NotOnTheTeam):
        take_team_place(visit, one.place, guide=anna, by=anna, at=NEW_YEAR)


@pytest.mark.parametrize("how", ["cancel", "release"])
def test_given_up_its_place_is_free_again(anna, emil, how):
    visit = asked()
    (one,) = free(visit)
    take_team_place(visit, one.place, guide=one.guide, by=anna, at=NEW_YEAR)
    stop = visit.request_stop

    if how == "cancel":
        visits.cancel_visit(visit, because="wieder gesund", own_wish=True, by=anna, at=NEW_YEAR)
    else:
        visits.release_guide(visit, because="krank", by=anna, at=NEW_YEAR)

    stop.refresh_from_db()
    assert (stop.state, TourStop.objects.filter(request_stop=stop).exists()) == ("dropped", False)
    assert HomeVisit.objects.get(pk=visit.pk).request_stop is None
    assert [place.place.starts_at for place in free(asked())] == [one.place.starts_at]


def test_reported_its_halt_is_served(anna, emil):
    visit = asked()
    (one,) = free(visit)
    take_team_place(visit, one.place, guide=one.guide, by=anna, at=NEW_YEAR)

    later = one.place.ends_at + timedelta(minutes=5)
    reports.file_report(visit, outcome="helped", topics=[make_topic()], minutes=50, goal="alone", by=emil, at=later)

    assert RequestStop.objects.get().state == "served"
    assert Tour.objects.filter(halts__request_stop=visit.request_stop).exists()


def test_on_the_screen_it_is_taken_with_one_key(client, anna, emil):
    make_topic()
    typed = {
        "entrance": "phone",
        "caller": "self",
        "name": "Ursula Schulze",
        "phone": "030 23125216",
        "street": "Merianplatz 1",
        "postal_code": "01169",
        "topics": ["fotos"],
        "reach_by": ["letter"],
        "consent": "on",
    }
    with time_machine.travel(NEW_YEAR, tick=True):
        client.force_login(anna)
        page = client.post("/hotline/vorschlaege/", typed)
        (offer,) = page.context["suggestions"]
        assert (offer.key, offer.who) == ("Alt+1", "Emil Hartig kommt, Team Nord")
        answer = client.post("/hotline/", typed | {"vorschlag": offer.value})
        assert answer.status_code == 302
    assert (HomeVisit.objects.get().state, HomeVisit.objects.get().guide) == ("assigned", emil)
