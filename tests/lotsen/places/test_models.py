import re

import pytest
from django.db import IntegrityError, transaction

from lotsen.places.models import GSM7, Accuracy, Address, Crossing, District, PostalCode, StreetPoint

pytestmark = pytest.mark.django_db

HERE = {"latitude": 51.05, "longitude": 13.74}
ADDRESS = {"street": "Altmarkt", "house_number": "1", "postal_code": "01067"}
POINT = {"street": "Altmarkt", "street_key": "altmarkt", "source": "test"}


def refused(model, **values):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        model.objects.create(**values)
    return re.search(r'constraint "(\w+)"', str(refusal.value))[1]


def test_an_address_reads_as_on_an_envelope():
    address = Address.objects.create(**ADDRESS, **HERE, accuracy=Accuracy.ADDRESS)
    assert (str(address), address.point) == ("Altmarkt 1, 01067 Dresden", (51.05, 13.74))
    assert Address(street="Altmarkt").point is None


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"latitude": 51.05, "accuracy": "address"}, "address_point_both_or_none"),
        ({"longitude": 13.74}, "address_accuracy_says_what_the_point_is"),
        ({"latitude": 13.74, "longitude": 51.05, "accuracy": "address"}, "address_point_both_or_none"),
        ({"latitude": 0.0, "longitude": 0.0, "accuracy": "address"}, "address_point_both_or_none"),
        ({"latitude": float("nan"), "longitude": 13.7, "accuracy": "address"}, "address_point_both_or_none"),
        ({**HERE, "accuracy": "none"}, "address_accuracy_says_what_the_point_is"),
        ({"accuracy": "address"}, "address_accuracy_says_what_the_point_is"),
        ({"postal_code": "1067"}, "address_postal_code_five_digits"),
    ],
)
def test_an_address_that_lies_is_refused_by_the_database(values, constraint):
    assert refused(Address, **{**ADDRESS, **values}) == constraint


def test_addresses_with_and_without_a_point_are_kept():
    rows = [Address.objects.create(**ADDRESS), Address.objects.create(**ADDRESS, **HERE, accuracy="street")]
    assert [row.accuracy for row in rows] == ["none", "street"]


@pytest.mark.parametrize("name", ["Łódź", "Plauen\n", "a|b", "[x]", "100 €"])
def test_a_short_name_must_fit_an_sms(name):
    assert refused(District, key="1", name="x", short_name=name) == "district_short_name_fits_an_sms"
    assert re.fullmatch(GSM7, name) is None


@pytest.mark.parametrize("name", ["Äußere Neust.", "Löbtau-Süd", "Plauen & Co.", "a\"b'(c)", "Straße 1/2"])
def test_german_short_names_fit(name):
    assert District.objects.create(key="1", name="x", short_name=name).short_name == name


def test_a_district_key_is_once_per_kind():
    District.objects.create(key="1", name="x", short_name="x")
    District.objects.create(key="1", name="x", short_name="x", kind="borough")
    assert refused(District, key="1", name="y", short_name="y") == "district_key_once_per_kind"


@pytest.mark.parametrize("half", [{"label_latitude": 51.05}, {"label_longitude": 13.74}])
def test_half_a_label_point_is_refused(half):
    assert refused(District, key="1", name="x", short_name="x", **half) == "district_label_both_or_none"


def test_other_points_must_lie_in_germany():
    nowhere = {"latitude": 0.0, "longitude": 0.0}
    assert refused(Crossing, name="x", **nowhere) == "crossing_in_germany"
    assert refused(PostalCode, code="01067", **nowhere) == "postal_code_in_germany"
    assert refused(PostalCode, code="1067", **HERE) == "postal_code_five_digits"
    assert refused(StreetPoint, **POINT, **nowhere) == "street_point_in_germany"
    assert refused(StreetPoint, **POINT, **HERE, accuracy="none") == "street_point_has_accuracy"
    StreetPoint.objects.create(**POINT, **HERE)
    assert refused(StreetPoint, **POINT, **HERE) == "street_point_once_per_source"
