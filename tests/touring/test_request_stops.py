import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from lotsen.kernel.calendar import local
from lotsen.kernel.errors import MoveNotAllowed
from lotsen.kernel.windows import OpeningHours
from lotsen.messages.models import Message
from lotsen.messages.silence import silence_number
from tests.people import make_address, make_user
from tests.races.racing import at_once
from tests.touring.city import LATER, NOW, PLACEMENTS, make_city, make_draft, make_published
from touring import notices, request_stops, tours
from touring.insertion import ground_for
from touring.models import RequestStop, Stop, Team, Tour, TourPlan, TourStop
from touring.planning.evaluate.tours import TOUR_RULES
from touring.planning.plan import Plan
from touring.planning.problem import Placement, clock
from touring.request_stops import FreePlace, drop_place, free_places, move_place, place_from, serve, take_place

HOURS = OpeningHours.parse("Mo-Fr 9:00-16:00")
TUESDAY = date(2027, 1, 5)


def home(**fields):
    return make_address("Wiesenweg", "3", "01159", **({"latitude": 51.046, "longitude": 13.71} | fields))


def places(day=TUESDAY, *, address=None, minutes=60, hours=HOURS, limit=20, latest=None):
    return free_places(address or home(), minutes=minutes, earliest=day, latest=latest or day, hours=hours, limit=limit)


def take(place, *, address=None, minutes=60, title="Schulung Pflegeheim Lindenhof", told=(), at=LATER, latest=None):
    day = local(place.starts_at).date()
    return take_place(
        title=title,
        address=address or home(),
        minutes=minutes,
        place=place,
        earliest=day,
        latest=latest or day,
        hours=HOURS,
        told=told,
        by=None,
        at=at,
    )


def words(found):
    return [(place.team.key, f"{local(place.starts_at):%a %H:%M}", place.near_stop) for place in found]


def broken_rules(tour):
    tour = Tour.objects.select_related("plan", "team__base").get(pk=tour.pk)
    ground = ground_for([(tour.plan, tour.team, tour.date, tour)], [])
    route = ground.route(ground.tours[0])
    return [violation.code for rule in TOUR_RULES for violation in rule(ground.problem, ground.tours[0].shift, route)]


@pytest.mark.django_db
def test_free_places_lie_before_and_after_the_halts_and_on_days_without_a_tour():
    make_city()
    make_published()
    found = places()
    assert words(found) == [
        ("sued", "Tue 09:00", ""),
        ("nord", "Tue 12:00", "Gorbitz"),
    ]
    assert found[1].ends_at - found[1].starts_at == timedelta(minutes=60)
    assert 0 < found[1].extra_driving_seconds < 1200


@pytest.mark.django_db
def test_no_place_out_of_hours_on_holidays_or_without_a_plan():
    make_city()
    assert places() == []
    make_published()
    assert places(hours=OpeningHours.parse("Sa 9:00-16:00")) == []
    assert places(date(2027, 3, 26)) == []  # Good Friday
    assert places(date(2027, 4, 6)) == []  # after the plan
    assert places(minutes=480) == []


@pytest.mark.django_db
def test_an_address_without_a_point_is_refused():
    make_city()
    with pytest.raises(request_stops.NotOnTheMap) as refused:
        places(address=home(latitude=None, longitude=None, accuracy="none"))
    assert refused.value.sentence == (
        "Diese Adresse steht noch nicht auf der Karte. Bitte prüfen Sie Straße und Hausnummer."
    )


@pytest.mark.django_db
def test_a_taken_place_stands_in_the_tour_and_the_tour_can_be_driven():
    make_city()
    make_published()
    place = places()[1]
    told = make_user("facility")
    taken = take(place, told=[told])
    taken.refresh_from_db()
    assert (taken.state, taken.team.key, taken.starts_at, taken.ends_at) == (
        "planned",
        "nord",
        place.starts_at,
        place.ends_at,
    )
    assert list(taken.told.all()) == [told]
    tour = taken.halt.tour
    assert [halt.stop_id is None for halt in tour.halts.order_by("starts_at")] == [False, True]
    assert broken_rules(tour) == []
    assert tour.returns_at > place.ends_at
    assert ("nord", "Tue 12:00", "Gorbitz") not in words(places())


@pytest.mark.django_db
def test_every_offered_place_can_be_taken():
    make_city()
    make_published()
    address = home()
    for place in places(address=address, latest=date(2027, 1, 15), limit=100):
        taken = take(place, address=address)
        assert broken_rules(taken.halt.tour) == []
        drop_place(taken, by=None, at=LATER)


@pytest.mark.django_db
def test_a_place_on_a_free_day_makes_a_tour_and_dropping_it_ends_the_tour():
    make_city()
    make_published()
    before = set(Tour.objects.values_list("pk", flat=True))
    taken = take(places()[0])
    assert Tour.objects.count() == len(before) + 1
    drop_place(taken, by=None, at=LATER)
    taken.refresh_from_db()
    assert taken.state == "dropped"
    assert set(Tour.objects.values_list("pk", flat=True)) == before


@pytest.mark.django_db
def test_dropping_leaves_the_tour_as_it_was():
    make_city()
    make_published()
    tour = Tour.objects.get(team__key="nord", date=TUESDAY)
    columns = ("leaves_at", "returns_at", "break_starts_at", "driving_seconds")
    before = [getattr(tour, name) for name in columns]
    drop_place(take(places()[1]), by=None, at=LATER)
    tour.refresh_from_db()
    assert [getattr(tour, name) for name in columns] == before


@pytest.mark.django_db
def test_moving_frees_the_old_time_and_takes_the_new_one():
    make_city()
    make_published()
    first, second = places()
    taken = take(first)
    move_place(taken, place=second, by=None, at=LATER)
    taken.refresh_from_db()
    assert (taken.state, taken.team.key, taken.starts_at) == ("planned", "nord", second.starts_at)
    assert words(places())[0] == ("sued", "Tue 09:00", "")
    assert taken.halt.tour.team.key == "nord"


@pytest.mark.django_db
def test_moving_to_a_place_that_is_gone_leaves_all_as_it_was():
    make_city()
    make_published()
    first, second = places()
    taken, other = take(first), take(second)
    with pytest.raises(request_stops.PlaceGone):
        move_place(taken, place=second, by=None, at=LATER)
    taken.refresh_from_db()
    assert (taken.state, taken.starts_at, taken.halt.tour.team.key) == ("planned", first.starts_at, "sued")
    assert other.halt.tour.team.key == "nord"


@pytest.mark.django_db
def test_what_is_over_or_does_not_fit_is_refused():
    make_city()
    make_published()
    place = places()[1]
    with pytest.raises(request_stops.PlaceInThePast):
        take(place, at=place.starts_at)
    with pytest.raises(request_stops.PlaceGone) as refused:
        take(FreePlace(place.team, place.starts_at - timedelta(hours=1), place.ends_at))
    assert refused.value.sentence == "Diese Zeit ist gerade vergeben worden. Bitte wählen Sie eine andere."
    assert RequestStop.objects.count() == 0


@pytest.mark.django_db
def test_a_place_comes_back_from_its_value():
    make_city()
    make_published()
    place = places()[1]
    again = place_from(place.value, minutes=60)
    assert (again.team, again.starts_at, again.ends_at) == (place.team, place.starts_at, place.ends_at)
    for nonsense in ("", "nord", "nord|gestern", "west|2027-01-05T12:00+01:00", "nord|2027-01-05T12:00"):
        with pytest.raises(request_stops.PlaceGone):
            place_from(nonsense, minutes=60)


@pytest.mark.django_db
def test_served_once_it_has_begun_and_only_once():
    make_city()
    make_published()
    taken = take(places()[1])
    with pytest.raises(request_stops.NotServedYet):
        serve(taken, by=None, at=LATER)
    serve(taken, by=None, at=taken.ends_at)
    with pytest.raises(MoveNotAllowed):
        drop_place(taken, by=None, at=taken.ends_at)


@pytest.mark.django_db
def test_free_places_need_the_same_number_of_queries_for_one_and_many_days(django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make_city()
    make_published()
    address = home()
    with CaptureQueriesContext(connection) as few:
        places(address=address)
    with django_assert_num_queries(len(few)):
        places(address=address, latest=date(2027, 3, 31), limit=500)


# --- a new plan -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_promised_halt_keeps_its_time_in_a_new_plan():
    make_city()
    make_published(at=NOW + timedelta(minutes=1))
    taken = take(places()[1], at=NOW + timedelta(minutes=2))
    new = make_published(at=LATER)
    taken.refresh_from_db()
    assert (taken.state, taken.team.key, taken.halt.tour.plan) == ("planned", "nord", new)
    assert broken_rules(taken.halt.tour) == []
    assert Message.objects.count() == 0


def plan_against(taken):
    """Team Nord is now at S1 when it was promised elsewhere, Team Süd at another stop."""
    begin = local(taken.starts_at)
    start = clock(begin.hour, begin.minute) + 45 * 60
    moved = {"S1": Placement("nord", (1,), 0, start), "S4": Placement("sued", (1,), 0, start)}
    return Plan(dict(PLACEMENTS) | moved)


@pytest.mark.django_db
def test_a_promised_halt_that_cannot_keep_its_time_moves_and_people_are_told():
    make_city()
    Stop.objects.filter(key="S4").update(rhythm="every_2_weeks")
    make_published(at=NOW + timedelta(minutes=1), plan=Plan({k: v for k, v in PLACEMENTS.items() if k != "S4"}))
    told = make_user("facility", email="heim@example.org")
    taken = take(places()[1], told=[told], at=NOW + timedelta(minutes=2))
    old = taken.starts_at
    make_published(at=LATER, plan=plan_against(taken))
    taken.refresh_from_db()
    assert (taken.state, local(taken.starts_at).date()) == ("planned", TUESDAY)
    assert taken.starts_at != old
    assert broken_rules(taken.halt.tour) == []
    message = Message.objects.get()
    assert (message.kind, message.channel, message.to, message.recipient_user) == (
        "halt_moved",
        "email",
        "heim@example.org",
        told,
    )


@pytest.mark.django_db
def test_a_plan_in_which_a_promised_halt_finds_no_place_is_refused():
    make_city()
    make_published(at=NOW + timedelta(minutes=1))
    taken = take(places()[1], at=NOW + timedelta(minutes=2))
    RequestStop.objects.filter(pk=taken.pk).update(hours="Di 12:00-14:00")
    Team.objects.filter(key="sued").update(hours="Mi-Fr 8:00-16:30")
    moved = dict(PLACEMENTS) | {"S1": Placement("nord", (1,), 0, clock(12))}
    draft = make_draft(at=LATER, plan=Plan(moved))
    with pytest.raises(tours.carrying.HaltWithoutPlace) as refused:
        tours.publish_plan(draft, by=None, at=LATER)
    assert refused.value.sentence == (
        "„Schulung Pflegeheim Lindenhof“ am Dienstag, 5. Januar, 12 Uhr, "
        "findet im neuen Plan keinen Platz. Bitte zuerst verlegen."
    )
    assert [plan.state for plan in TourPlan.objects.order_by("version")] == ["published", "draft"]
    assert TourStop.objects.get(request_stop=taken).tour.plan.version == 1


# --- races ------------------------------------------------------------------------------------------


def two_bookers():
    """Two times in one gap, each free, both together without the drive between them."""
    make_city()
    make_published()
    nord = Team.objects.get(key="nord")
    first = datetime(2027, 1, 5, 11, 30, tzinfo=UTC)
    second = datetime(2027, 1, 5, 12, 30, tzinfo=UTC)
    there, elsewhere = home(), home(latitude=51.10, longitude=13.80)
    acts = [
        lambda: take(FreePlace(nord, first, first), address=there),
        lambda: take(FreePlace(nord, second, second), address=elsewhere),
    ]
    return at_once(acts)


@pytest.mark.django_db(transaction=True)
def test_two_bookers_at_once_never_get_times_that_only_one_drive_allows():
    results = two_bookers()
    assert sorted(type(result).__name__ for result in results) == ["PlaceGone", "RequestStop"]
    won = next(result for result in results if isinstance(result, RequestStop))
    assert broken_rules(won.halt.tour) == []


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_both_get_them(monkeypatch):
    barrier, real = threading.Barrier(2, timeout=30), request_stops.ground_for

    def both_look_first(*args):
        ground = real(*args)
        if threading.current_thread() is not threading.main_thread():
            barrier.wait()
        return ground

    monkeypatch.setattr(request_stops, "lock_plans", lambda *_days: None)
    monkeypatch.setattr(request_stops, "ground_for", both_look_first)
    results = two_bookers()
    assert [type(result).__name__ for result in results] == ["RequestStop", "RequestStop"]
    assert "travel" in broken_rules(results[0].halt.tour)


@pytest.mark.django_db
@pytest.mark.parametrize(("is_silent", "channel"), [(False, "sms"), (True, "email")])
def test_who_wrote_stopp_learns_of_a_moved_halt_by_email(is_silent, channel):
    make_city()
    make_published(at=NOW + timedelta(minutes=1))
    told = make_user("facility", phone="+491713920099")
    taken = take(places()[1], told=[told], at=NOW + timedelta(minutes=2))
    if is_silent:
        silence_number(told.phone, at=NOW)

    notices.tell_halt_moved(taken, old_starts_at=taken.starts_at, by=None, at=LATER)

    assert [message.channel for message in Message.objects.filter(kind="halt_moved")] == [channel]
