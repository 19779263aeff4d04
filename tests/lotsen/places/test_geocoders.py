import logging
import time

import pytest
from django.core.exceptions import ImproperlyConfigured

from lotsen import settings as defaults
from lotsen.places.gazetteer import ask, locate, locate_all
from lotsen.places.geocoders import configured
from lotsen.places.models import Accuracy, StreetPoint
from lotsen.places.postal_codes import shipped_centre
from tests.lotsen.places.stub import serve

pytestmark = pytest.mark.django_db


def nominatim(road="Louisenstraße", number="5", postcode="01099"):
    details = {"house_number": number, "road": road, "city": "Dresden", "postcode": postcode, "country_code": "de"}
    place = {
        "place_id": 1,
        "licence": "Data © OpenStreetMap contributors, ODbL 1.0.",
        "lat": "51.0651",
        "lon": "13.7523",
        "class": "building",
        "type": "yes",
        "display_name": f"{number}, {road}, Dresden, {postcode}, Deutschland",
        "address": {name: value for name, value in details.items() if value},
    }
    return lambda asked: (200, [place])


def photon(street="Louisenstraße", number="5", postcode="01099"):
    facts = {"housenumber": number, "street": street, "postcode": postcode, "city": "Dresden", "type": "house"}
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [13.7523, 51.0651]},
        "properties": {name: value for name, value in facts.items() if value},
    }
    return lambda asked: (200, {"type": "FeatureCollection", "features": [feature]})


@pytest.fixture
def outside(settings):
    settings.GEOCODER_SECONDS_BETWEEN = 0

    def use(name, stub):
        settings.GEOCODER, settings.GEOCODER_DOMAIN = name, stub.url

    return use


both = pytest.mark.parametrize(("name", "answer"), [("nominatim", nominatim), ("photon", photon)])


@both
def test_the_very_house_is_taken(outside, name, answer):
    with serve(answer()) as stub:
        outside(name, stub)
        found = locate("Louisenstr. 5", "01099")
    assert (found.point, found.accuracy, found.is_exact) == ((51.0651, 13.7523), Accuracy.ADDRESS, True)


@both
@pytest.mark.parametrize(
    ("road", "number", "postcode"),
    [("Luisenstraße", "5", "01099"), ("Louisenstraße", "7", "01099"), ("Louisenstraße", "5", "01109")],
)
def test_anything_else_is_only_a_suggestion(outside, name, answer, road, number, postcode):
    with serve(answer(road, number, postcode)) as stub:
        outside(name, stub)
        found = locate("Louisenstraße 5", "01099")
    assert (found.point, found.accuracy, found.is_exact) == (shipped_centre("01099"), Accuracy.POSTCODE, False)
    assert found.suggestion == f"{road} {number}, {postcode}"


@both
def test_a_street_without_house_is_a_street(outside, name, answer):
    with serve(answer(number="")) as stub:
        outside(name, stub)
        assert locate("Louisenstraße 5", "01099").accuracy == Accuracy.STREET


@both
def test_who_asks_and_how(outside, name, answer):
    with serve(answer()) as stub:
        outside(name, stub)
        locate("Louisenstraße 5", "01099")
    asked = stub.requests[0]
    assert (len(stub.requests), asked.method, asked.headers["User-Agent"]) == (1, "GET", "lotsen-places/1")
    assert "01099" in asked.path


@both
@pytest.mark.parametrize(
    ("status", "body"),
    [(500, {}), (429, {}), (403, {}), (200, []), (200, {"features": []}), (200, b"<html>"), (200, [{"lat": "x"}])],
)
def test_a_server_that_fails_leaves_the_postal_code_and_no_trace_of_the_address(
    outside, caplog, name, answer, status, body
):
    caplog.set_level(logging.DEBUG)
    with serve(lambda asked: (status, body)) as stub:
        outside(name, stub)
        found = locate("Louisenstraße 5", "01099")
    assert (found.point, found.accuracy) == (shipped_centre("01099"), Accuracy.POSTCODE)
    assert [line for line in caplog.messages if "Louisen" in line] == []


def test_the_own_list_is_asked_first(outside):
    StreetPoint.objects.create(
        street="Louisenstraße",
        street_key="louisenstr",
        house_number="5",
        postal_code="01099",
        latitude=51.06,
        longitude=13.75,
        source="test",
    )
    with serve(nominatim()) as stub:
        outside("nominatim", stub)
        assert locate("Louisenstraße 5", "01099").point == (51.06, 13.75)
    assert stub.requests == []


def test_a_whole_list_is_never_sent_outside(outside):
    with serve(nominatim()) as stub:
        outside("nominatim", stub)
        found = locate_all([ask(f"Louisenstraße {n}", "01099") for n in range(1, 20)])
        assert {one.accuracy for one in found} == {Accuracy.POSTCODE}
        assert stub.requests == []
        locate_all([ask("Louisenstraße 5", "01099")])
        assert len(stub.requests) == 1


def test_one_request_a_second_at_most(outside, settings):
    assert defaults.GEOCODER_SECONDS_BETWEEN == 1.0
    settings.GEOCODER_SECONDS_BETWEEN = 0.3
    with serve(nominatim()) as stub:
        outside("nominatim", stub)
        start = time.monotonic()
        for _number in range(3):
            locate("Louisenstraße 5", "01099")
        taken = time.monotonic() - start
    assert (len(stub.requests), taken >= 0.6) == (3, True)


def test_nobody_outside_is_asked_by_default(settings):
    assert (settings.GEOCODER, configured()) == ("", None)


@pytest.mark.parametrize(("name", "domain"), [("google", "x"), ("nominatim", "")])
def test_wrong_settings_are_refused(settings, name, domain):
    settings.GEOCODER, settings.GEOCODER_DOMAIN = name, domain
    with pytest.raises(ImproperlyConfigured, match="LOTSEN_GEOCODER"):
        configured()
