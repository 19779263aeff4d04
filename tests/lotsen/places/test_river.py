import json

import pytest
import shapely

from lotsen.places.river import DRESDEN_CROSSINGS, ELBE, LEFT, RIGHT, bank_of, banks_of
from tests.lotsen.places.shared import GEO, needs_geo, rows


@pytest.mark.parametrize(
    ("point", "bank"),
    [
        ((51.0519, 13.7367), LEFT),  # Theaterplatz
        ((51.0577, 13.7412), RIGHT),  # Goldener Reiter
        ((51.0525, 13.8060), LEFT),  # Schillerplatz
        ((51.0545, 13.8135), RIGHT),  # Körnerplatz
        ((51.0090, 13.8700), RIGHT),  # Schloss Pillnitz
        ((50.9990, 13.7900), LEFT),  # Prohlis
        ((51.1424, 13.7975), RIGHT),  # Weixdorf
        ((51.0870, 13.6450), LEFT),  # Stetzsch
    ],
)
def test_everybody_knows_which_bank_this_is(point, bank):
    assert bank_of(point) == bank


def test_bridges_lie_on_the_line():
    line = shapely.LineString([(longitude * 0.6287, latitude) for latitude, longitude in ELBE])
    metres = {
        bridge.name: 111_195 * line.distance(shapely.Point(bridge.longitude * 0.6287, bridge.latitude))
        for bridge in DRESDEN_CROSSINGS
    }
    assert {name for name, distance in metres.items() if distance > 250} == set()


@needs_geo
def test_every_home_lies_on_its_districts_bank():
    districts = json.loads((GEO / "stadtteile_simplified.geojson").read_text())["features"]
    banks = {one["properties"]["nr"]: one["properties"]["ufer"] for one in districts}
    homes = rows(GEO / "synthetische_punkte_dresden.csv")
    sides = banks_of([(float(home["lat"]), float(home["lon"])) for home in homes])
    wrong = [h for h, right in zip(homes, sides, strict=True) if (banks[h["stadtteil_nr"]] == RIGHT) != right]
    assert (len(homes) > 1000, wrong) == (True, [])
