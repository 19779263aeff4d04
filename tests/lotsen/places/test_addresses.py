import datetime as dt

import pytest

from lotsen.places.addresses import (
    NotOnTheMap,
    TypedAddress,
    address_for,
    addresses_for,
    correct_point,
    locate_again,
    locate_all_again,
)
from lotsen.places.models import Accuracy, Address, District, StreetPoint
from lotsen.places.postal_codes import shipped_centre
from tests.lotsen.places.test_queries import square

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)


@pytest.fixture
def house():
    return StreetPoint.objects.create(
        street="Louisenstraße",
        street_key="louisenstr",
        house_number="5",
        postal_code="01099",
        latitude=51.0651,
        longitude=13.7523,
        source="test",
    )


@pytest.fixture
def neustadt():
    return District.objects.create(
        key="11", name="Neustadt", short_name="N", outline=square(51.06, 13.74, 51.07, 13.76)
    )


def facts(address):
    return {
        "line": str(address),
        "extra": address.extra,
        "point": address.point,
        "accuracy": str(address.accuracy),
        "district": address.district,
        "by_hand": address.corrected_by_hand,
    }


def test_an_address_is_made_from_what_was_typed(house, neustadt):
    address = address_for(TypedAddress("Louisenstr. 5, HH 2. OG", "1099"))
    address.save()
    assert facts(Address.objects.get()) == {
        "line": "Louisenstr. 5, 01099 Dresden",
        "extra": "HH 2. OG",
        "point": (51.0651, 13.7523),
        "accuracy": "address",
        "district": neustadt,
        "by_hand": False,
    }


def test_a_given_point_wins(house, neustadt):
    address = address_for(TypedAddress("Louisenstraße", "01099", house_number="5", point=(51.0666, 13.7444)))
    assert (address.point, address.accuracy, address.district) == ((51.0666, 13.7444), "address", neustadt)


def test_what_cannot_be_found_is_kept_without_a_point():
    address = address_for(TypedAddress("Hinterm Mond 3", ""))
    address.save()
    assert (address.point, address.accuracy) == (None, Accuracy.NONE)


@pytest.mark.parametrize("point", [(13.75, 51.06), (0.0, 0.0), (float("nan"), 13.7)])
def test_points_elsewhere_are_refused(point):
    with pytest.raises(NotOnTheMap) as refusal:
        address_for(TypedAddress("Louisenstraße 5", "01099", point=point))
    assert refusal.value.sentence == "Dieser Punkt liegt nicht in Deutschland. Bitte setzen Sie ihn neu."


def test_many_addresses_take_as_many_queries_as_one(house, neustadt, django_assert_max_num_queries):
    for count in (1, 300):
        with django_assert_max_num_queries(8):
            assert len(addresses_for([TypedAddress(f"Louisenstrase {n}", "01099") for n in range(count)])) == count


def test_a_point_set_by_hand_stays(house, neustadt):
    address = address_for(TypedAddress("Unbekannt 3", "01099"))
    address.save()
    correct_point(address, (51.0640, 13.7500), by=None, at=AT)
    address.street, address.house_number = "Louisenstraße", "5"
    address.save()
    assert locate_again([address]) == 0
    address.refresh_from_db()
    assert (address.point, address.district, address.corrected_by_hand) == ((51.0640, 13.7500), neustadt, True)


def test_rough_points_are_made_better_by_new_streets(neustadt):
    address = address_for(TypedAddress("Louisenstraße 5", "01099"))
    address.save()
    assert (address.point, address.accuracy) == (shipped_centre("01099"), "postcode")
    assert locate_again([address]) == 0
    StreetPoint.objects.create(
        street="Louisenstraße",
        street_key="louisenstr",
        postal_code="01099",
        latitude=51.0651,
        longitude=13.7523,
        accuracy="street",
        source="test",
    )
    assert locate_again([address]) == 1
    address.refresh_from_db()
    assert (address.point, address.accuracy, address.district) == ((51.0651, 13.7523), "street", neustadt)


def test_what_is_too_long_is_cut_and_kept():
    typed = TypedAddress(
        "Lange " * 60, "01099", house_number="1-2-3-4-5-6-7-8-9-10-11-12", extra="x" * 500, city="y" * 500
    )
    address = address_for(typed)
    address.save()
    address.refresh_from_db()
    assert [len(text) for text in (address.street, address.house_number, address.extra, address.city)] == [
        120,
        20,
        120,
        80,
    ]


def test_loaded_outlines_name_the_districts_of_exact_points():
    exact = address_for(TypedAddress("Louisenstraße 5", "01099", point=(51.0651, 13.7523)))
    rough = address_for(TypedAddress("Unbekannt 3", "01099"))
    exact.save()
    rough.save()
    district = District.objects.create(
        key="11", name="Neustadt", short_name="N", outline=square(51.06, 13.74, 51.07, 13.76)
    )
    assert (locate_all_again(), locate_all_again()) == (1, 0)
    exact.refresh_from_db()
    rough.refresh_from_db()
    assert (exact.point, exact.district, rough.district) == ((51.0651, 13.7523), district, None)


def test_locating_all_again_takes_no_query_per_address(house, neustadt, django_assert_max_num_queries):
    Address.objects.bulk_create(addresses_for([TypedAddress(f"Unbekannt {n}", "01099") for n in range(300)]))
    Address.objects.update(accuracy="district")
    with django_assert_max_num_queries(12):
        assert locate_all_again() == 300
