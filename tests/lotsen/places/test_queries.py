import logging

import pytest

from lotsen.places import queries
from lotsen.places.models import Crossing, District
from lotsen.places.queries import Near, district_of, districts_of, nearest, travel_leg, travel_matrix
from lotsen.places.river import DRESDEN_CROSSINGS
from lotsen.places.travel import Leg, Mode
from tests.lotsen.places.stub import serve

pytestmark = pytest.mark.django_db

ALTMARKT, NEUSTADT = (51.0493, 13.7381), (51.0650, 13.7460)


def square(south, west, north, east):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def two_districts():
    return [
        District.objects.create(
            key="01", name="West", short_name="W", bank="links", outline=square(51.04, 13.72, 51.07, 13.74)
        ),
        District.objects.create(
            key="02", name="Ost", short_name="O", bank="rechts", outline=square(51.04, 13.74, 51.07, 13.76)
        ),
    ]


def test_points_fall_into_their_districts(two_districts):
    west, east = two_districts
    points = [(51.05, 13.73), None, (51.05, 13.75), (50.0, 13.75)]
    assert districts_of(points) == [west, None, east, None]
    assert district_of(51.05, 13.73) == west
    assert district_of(51.05, 13.74) == west  # on the border: the first of the two


def test_without_outlines_there_is_no_district():
    assert districts_of([ALTMARKT, None]) == [None, None]


def test_boroughs_stand_in_where_there_are_no_quarters():
    borough = District.objects.create(
        key="0", kind="borough", name="Altstadt", short_name="A", outline=square(51.04, 13.72, 51.07, 13.74)
    )
    assert district_of(51.05, 13.73) == borough


def test_a_changed_outline_counts_at_once(two_districts):
    west, east = two_districts
    assert district_of(51.05, 13.75) == east
    west.outline, east.outline = east.outline, west.outline
    west.save()
    east.save()
    assert district_of(51.05, 13.75) == west


def test_districts_of_many_points_take_one_query(two_districts, django_assert_num_queries):
    district_of(*ALTMARKT)
    for count in (1, 300):
        with django_assert_num_queries(1):
            assert len(districts_of([ALTMARKT] * count)) == count


def test_the_shipped_bridges_serve_until_others_are_loaded():
    assert queries.crossings() == DRESDEN_CROSSINGS
    Crossing.objects.create(name="Steg", latitude=51.055, longitude=13.739, is_open_for_foot=True)
    Crossing.objects.create(name="Fähre", latitude=51.062, longitude=13.766, is_open_for_foot=True, is_ferry=True)
    assert [(bridge.name, sorted(bridge.modes)) for bridge in queries.crossings()] == [
        ("Fähre", []),
        ("Steg", ["foot"]),
    ]


def test_the_districts_banks_send_a_way_over_the_bridge(two_districts):
    a, b = (51.0450, 13.7300), (51.0450, 13.7500)
    assert travel_leg(a, b, Mode.CAR).metres > 3000
    District.objects.update(bank="links")
    two_districts[0].save()  # any saved change makes the outlines be read again
    District.objects.update(bank="links")
    assert travel_leg(a, b, Mode.CAR).metres > 2000


def test_ways_are_estimates_by_default(settings):
    settings.ROUTER = ""
    assert travel_leg(ALTMARKT, NEUSTADT, Mode.CAR).is_estimate is True


def test_a_configured_router_is_asked(settings):
    table = {"durations": [[321]], "distances": [[2.5]]}
    with serve(lambda asked: (200, {"sources_to_targets": table})) as stub:
        settings.ROUTER, settings.ROUTER_URL = "valhalla", stub.url
        assert travel_leg(ALTMARKT, NEUSTADT, Mode.CAR) == Leg(321, 2500, "valhalla", "", is_estimate=False)
        assert travel_leg(ALTMARKT, NEUSTADT, Mode.TRANSIT).is_estimate is True
    assert len(stub.requests) == 1


def test_a_failing_router_leaves_estimates_and_a_line_without_places(settings, caplog):
    settings.ROUTER = ""
    estimated = travel_leg(ALTMARKT, NEUSTADT, Mode.CAR)
    with serve(lambda asked: (400, {"error_code": 170})) as stub:
        settings.ROUTER, settings.ROUTER_URL = "valhalla", stub.url
        with caplog.at_level(logging.WARNING):
            assert travel_leg(ALTMARKT, NEUSTADT, Mode.CAR) == estimated
    assert caplog.messages == ["router failed, estimates stand in: valhalla: error 170"]


def test_the_matrix_takes_the_same_queries_for_any_size(two_districts, django_assert_num_queries):
    travel_matrix([ALTMARKT], Mode.CAR)
    for count in (1, 200):
        with django_assert_num_queries(2):
            assert travel_matrix([ALTMARKT] * count, Mode.CAR).seconds.shape == (count, count)


def test_the_nearest_is_the_one_soonest_reached_on_foot():
    things = [("drüben", (51.0565, 13.7470)), ("hier", (51.0490, 13.7470)), ("weit", (51.0000, 13.8000))]
    found = nearest((51.0535, 13.7470), things, limit=2)
    assert found == [Near("hier", 500, 9), Near("drüben", 334, 21)]
    assert nearest(ALTMARKT, []) == []
