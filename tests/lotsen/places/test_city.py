"""The room on a real city's lists; skipped where there are none beside the project."""

import time

import pytest
from django.core.management import call_command

from lotsen.places.cells import map_layers
from lotsen.places.gazetteer import ask, locate_all
from lotsen.places.models import Accuracy, District, StreetPoint
from lotsen.places.postal_codes import is_served
from lotsen.places.queries import districts_of, travel_matrix
from lotsen.places.travel import Mode
from tests.lotsen.places.shared import CITY, GEO, needs_city, needs_geo, rows

pytestmark = [pytest.mark.django_db, needs_geo, needs_city]


def city_rows():
    lists = ("haltestellen", "teams", "einrichtungen", "anfragen", "lotsen")
    return [row for name in lists for row in rows(CITY / f"{name}.csv", ";")]


def test_every_address_of_the_city_is_found_somewhere():
    questions = [
        ask(row.get("Straße und Hausnummer") or row.get("Stützpunkt") or "", row["PLZ"]) for row in city_rows()
    ]
    without_data = locate_all(questions)
    call_command("load_geodata", str(GEO), verbosity=0)
    start = time.perf_counter()
    with_data = locate_all(questions)
    taken = time.perf_counter() - start
    assert [one for one in [*without_data, *with_data] if one.point is None] == []
    assert [one.asked.postal_code for one in with_data if not is_served(one.asked.postal_code)] == []
    by_street = sum(one.accuracy == Accuracy.STREET for one in with_data)
    print(len(questions), "addresses,", by_street, "by street, seconds", round(taken, 2))
    assert (len(questions) > 600, by_street > 0, taken < 3) == (True, True, True)


def test_the_citys_points_lie_in_its_districts():
    call_command("load_geodata", str(GEO), verbosity=0)
    points = [(float(row["lat"]), float(row["lon"])) for row in rows(GEO / "synthetische_punkte_dresden.csv")]
    keys = [row["stadtteil_nr"] for row in rows(GEO / "synthetische_punkte_dresden.csv")]
    found = districts_of(points)
    wrong = [key for key, one in zip(keys, found, strict=True) if one is None or one.key != key]
    assert len(wrong) <= 0.03 * len(keys)  # the outlines are simplified to 25 m


def test_the_map_of_districts_is_small():
    call_command("load_geodata", str(GEO), verbosity=0)
    layers = map_layers()
    assert (layers.kind, len(layers.collection["features"])) == ("districts", 65)
    assert len(layers.packed) <= 70_000
    assert "Landeshauptstadt Dresden" in layers.attribution
    assert (District.objects.count(), StreetPoint.objects.count() > 400) == (74, True)


def test_the_citys_ways_in_one_matrix():
    points = [(float(row["Breite"]), float(row["Länge"])) for row in city_rows() if row.get("Breite")][:300]
    start = time.perf_counter()
    matrix = travel_matrix(points, Mode.CAR)
    assert time.perf_counter() - start < 1
    assert (matrix.seconds.shape, matrix.is_estimate) == ((300, 300), True)
