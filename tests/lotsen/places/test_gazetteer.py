import pytest
from geopy.geocoders.base import Geocoder

from lotsen.places.gazetteer import Gazetteer, ask, locate, locate_all
from lotsen.places.models import Accuracy, District, PostalCode, StreetPoint
from lotsen.places.normalise import street_key
from lotsen.places.postal_codes import shipped_centre

pytestmark = pytest.mark.django_db

HOUSES = [
    ("Königsbrücker Straße", "26", "01099", 51.0672, 13.7476),
    ("Königsbrücker Straße", "28", "01099", 51.0674, 13.7477),
    ("Königsbrücker Straße", "100a", "01099", 51.0800, 13.7600),
    ("Dorfstraße", "13", "01109", 51.1140, 13.7866),
    ("Dorfstraße", "13", "01257", 50.9950, 13.8160),
    ("Prohliser Allee", "10", "01239", 51.0010, 13.7960),
    ("Prohliser Straße", "10", "01239", 51.0050, 13.7900),
]
# About three kilometres on each side.
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[13.73, 51.05], [13.77, 51.05], [13.77, 51.09], [13.73, 51.09], [13.73, 51.05]]],
}


@pytest.fixture
def houses():
    return StreetPoint.objects.bulk_create(
        StreetPoint(
            street=street,
            street_key=street_key(street),
            house_number=number,
            postal_code=code,
            latitude=latitude,
            longitude=longitude,
            source="test",
        )
        for street, number, code, latitude, longitude in HOUSES
    )


@pytest.fixture
def neustadt():
    return District.objects.create(
        key="11",
        name="Äußere Neustadt",
        short_name="Neustadt",
        outline=SQUARE,
        label_latitude=51.07,
        label_longitude=13.75,
    )


@pytest.mark.parametrize(
    "line",
    [
        "Königsbrücker Straße 26",
        "koenigsbruecker str.26",
        "KÖNIGSBRÜCKER STRASSE 26 HH 2. OG",
        "Königsbrücker Str. 26-28",
    ],
)
def test_a_house_is_found_in_any_spelling(houses, neustadt, line):
    found = locate(line, "1099")
    assert (found.point, found.accuracy, found.is_exact, found.suggestion, found.district) == (
        (51.0672, 13.7476),
        Accuracy.ADDRESS,
        True,
        None,
        neustadt,
    )


def test_an_unknown_number_is_the_nearest_house_and_says_street(houses):
    found = locate("Königsbrücker Straße 27 b", "01099")
    assert (found.point, found.accuracy, found.is_exact) == ((51.0672, 13.7476), Accuracy.STREET, True)


def test_a_misspelt_street_is_a_suggestion_and_never_a_point(houses):
    found = locate("Königsbrüker Straße 26", "01099")
    assert (found.point, found.accuracy, found.is_exact) == (shipped_centre("01099"), Accuracy.POSTCODE, False)
    assert found.suggestion == "Königsbrücker Straße 26, 01099"
    assert found.candidates[0].score < 100


def test_two_similar_streets_are_both_named(houses):
    found = locate("Prohliser Alee 10", "01239")
    assert (found.accuracy, [one.label for one in found.candidates]) == (
        Accuracy.POSTCODE,
        ["Prohliser Allee 10, 01239"],
    )
    both = locate("Prohlisser Strase 10", "01239")
    assert both.suggestion == "Prohliser Straße 10, 01239"


def test_one_name_in_two_parts_of_the_city_is_asked_back(houses):
    found = locate("Dorfstraße 13")
    assert (found.point, found.accuracy, found.is_exact) == (None, Accuracy.NONE, False)
    assert [one.label for one in found.candidates] == ["Dorfstraße 13, 01109", "Dorfstraße 13, 01257"]
    assert locate("Dorfstraße 13", "01257").point == (50.9950, 13.8160)


def test_a_wrong_postal_code_is_asked_back(houses):
    found = locate("Prohliser Allee 10", "01099")
    assert (found.point, found.accuracy, found.suggestion) == (
        shipped_centre("01099"),
        Accuracy.POSTCODE,
        "Prohliser Allee 10, 01239",
    )


def test_a_street_without_postal_code_must_lie_near_the_asked_one():
    StreetPoint.objects.create(
        street="Waldweg", street_key="waldweg", latitude=51.0, longitude=13.8, accuracy="street", source="test"
    )
    near, far, open_ = locate("Waldweg 3", "01239"), locate("Waldweg 3", "01109"), locate("Waldweg 3")
    assert (near.point, near.accuracy, near.is_exact) == ((51.0, 13.8), Accuracy.STREET, True)
    assert (far.accuracy, far.is_exact, far.suggestion) == (Accuracy.POSTCODE, False, "Waldweg")
    assert open_.point == (51.0, 13.8)


def test_districts_by_name(neustadt):
    for found in (
        locate("", "", district="äußere neustadt"),
        locate("", "", city="Dresden-Äußere Neustadt"),
        locate("Äußere Neustadt", ""),
    ):
        assert (found.point, found.accuracy, found.district) == ((51.07, 13.75), Accuracy.DISTRICT, neustadt)


def test_a_loaded_centre_beats_the_shipped_one():
    assert locate("", "01099").point == shipped_centre("01099")
    PostalCode.objects.create(code="01099", latitude=51.07, longitude=13.76)
    assert (locate("", "01099").point, locate("", "01099").is_exact) == ((51.07, 13.76), True)


def test_the_middle_of_a_postal_code_tells_no_district(neustadt):
    PostalCode.objects.create(code="01099", latitude=51.07, longitude=13.76)
    assert locate("Unbekannte Gasse 3", "01099").district is None


@pytest.mark.parametrize("street", ["", " ", "🏠", "x" * 5000, "1", "'; DROP TABLE", "\u202e", "Straße 99999999999"])
def test_nonsense_is_nowhere(houses, street):
    found = locate(street, "abc")
    assert (found.point, found.accuracy, found.is_exact) == (None, Accuracy.NONE, False)


def test_a_thousand_addresses_take_a_handful_of_queries(houses, django_assert_max_num_queries):
    questions = [ask(f"Königsbrüker Straße {n}", "01099") for n in range(500)]
    questions += [ask(f"Königsbrücker Straße {n}", "01099") for n in range(500)]
    with django_assert_max_num_queries(8):
        found = locate_all(questions)
    assert {one.accuracy for one in found[:500]} == {Accuracy.POSTCODE}
    assert [found[500 + n].point for n in (26, 28)] == [(51.0672, 13.7476), (51.0674, 13.7477)]


def test_new_streets_are_found_at_once(houses):
    assert locate("Neue Gass 1", "01099").suggestion is None
    StreetPoint.objects.create(
        street="Neue Gasse", street_key="neuegasse", postal_code="01099", latitude=51.0, longitude=13.8, source="t"
    )
    assert locate("Neue Gass 1", "01099").suggestion == "Neue Gasse, 01099"


def test_it_is_a_geopy_geocoder(houses):
    gazetteer = Gazetteer()
    place = gazetteer.geocode("Königsbrücker Straße 26, 01099 Dresden")
    assert isinstance(gazetteer, Geocoder)
    assert (place.address, place.latitude, place.longitude) == ("Königsbrücker Straße 26, 01099", 51.0672, 13.7476)
    assert place.raw == {
        "provider": "gazetteer",
        "street": "Königsbrücker Straße",
        "house_number": "26",
        "postal_code": "01099",
        "accuracy": "address",
        "is_exact": True,
        "score": 100.0,
    }
    same = gazetteer.geocode({"street": "Königsbrücker Straße 26", "postalcode": "01099", "city": "Dresden"})
    assert same == place


def test_geocode_marks_guesses(houses):
    places = Gazetteer().geocode("Königsbrüker Straße 26, 01099 Dresden", exactly_one=False)
    assert [(place.raw["accuracy"], place.raw["is_exact"]) for place in places] == [
        ("postcode", False),
        ("address", False),
    ]
    assert Gazetteer().geocode("Nirgendwo 3") is None
    assert Gazetteer().geocode("Nirgendwo 3", exactly_one=False) is None
    assert Gazetteer().geocode("01067").raw["accuracy"] == "postcode"


def test_reverse_finds_the_nearest_house_or_the_district(houses, neustadt):
    gazetteer = Gazetteer()
    assert gazetteer.reverse((51.0673, 13.7476)).address == "Königsbrücker Straße 26, 01099"
    assert [place.address for place in gazetteer.reverse(["51.0673", "13.7476"], exactly_one=False)] == [
        "Königsbrücker Straße 26, 01099",
        "Königsbrücker Straße 28, 01099",
    ]
    assert gazetteer.reverse((51.0600, 13.7600)).address == "Äußere Neustadt"
    assert gazetteer.reverse((50.0, 13.0)) is None
