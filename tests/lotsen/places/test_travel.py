import json
import math
import time

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from lotsen.places.river import DRESDEN_CROSSINGS, LEFT, RIGHT, Bridge, bank_of
from lotsen.places.travel import (
    DATA_VERSION,
    FACTORS,
    PROVIDER,
    UNREACHABLE,
    Leg,
    Mode,
    beeline,
    beelines,
    estimate,
    matrix,
    planned_leg_minutes,
    planned_minutes,
    walk_minutes,
)
from tests.lotsen.places.shared import GEO, needs_geo, rows

ALTMARKT, NEUSTADT, BLASEWITZ, LOSCHWITZ = (
    (51.0493, 13.7381),
    (51.0650, 13.7460),
    (51.0530, 13.8050),
    (51.0545, 13.8150),
)
PROHLIS, PROHLIS_EAST = (51.0000, 13.7950), (51.0000, 13.8092853)  # one kilometre apart

dresden = st.tuples(st.floats(50.97, 51.17), st.floats(13.58, 13.96))
modes = st.sampled_from(list(Mode))


def test_a_drive_of_one_kilometre_on_one_bank():
    assert round(beeline(PROHLIS, PROHLIS_EAST)) == 1000
    assert estimate(PROHLIS, PROHLIS_EAST, Mode.CAR) == Leg(262, 1450, PROVIDER, DATA_VERSION, is_estimate=True)


@pytest.mark.parametrize(
    ("mode", "seconds", "metres"),
    [
        (Mode.CAR, 60 * (2.0 + 2.36), 1450),
        (Mode.BIKE, 60 * (2.5 + 4.8), 1420),
        (Mode.FOOT, 60 * 60 / 4.5 * 1.33, 1330),
        (Mode.TRANSIT, 60 * (13.2 + 4.5), 1420),
    ],
)
def test_each_mode_has_its_own_constants(mode, seconds, metres):
    leg = estimate(PROHLIS, PROHLIS_EAST, mode)
    assert (abs(leg.seconds - seconds) <= 1, abs(leg.metres - metres) <= 1) == (True, True)


def test_the_river_sends_the_car_over_the_nearest_open_bridge():
    over = min(
        beeline(ALTMARKT, bridge.point) + beeline(bridge.point, NEUSTADT)
        for bridge in DRESDEN_CROSSINGS
        if "car" in bridge.modes
    )
    assert (bank_of(ALTMARKT), bank_of(NEUSTADT)) == (LEFT, RIGHT)
    assert estimate(ALTMARKT, NEUSTADT, Mode.CAR).metres == math.ceil(1.45 * over - 1e-6)
    assert over > 1.05 * beeline(ALTMARKT, NEUSTADT)


def test_without_open_bridges_the_beeline_remains():
    closed = [Bridge("zu", 51.0551, 13.7392, frozenset())]
    straight = estimate(ALTMARKT, NEUSTADT, Mode.CAR, crossings=closed)
    assert straight.metres == math.ceil(1.45 * beeline(ALTMARKT, NEUSTADT))


def test_a_bridge_closed_for_cars_helps_only_the_others():
    only_feet = [Bridge("Steg", 51.0551, 13.7392, frozenset({"foot"})), Bridge("weit", 51.0776, 13.6680)]
    car = estimate(ALTMARKT, NEUSTADT, Mode.CAR, crossings=only_feet).metres / 1.45
    foot = estimate(ALTMARKT, NEUSTADT, Mode.FOOT, crossings=only_feet).metres / 1.33
    assert (foot < 2200, car > 9000) == (True, True)


def test_buses_follow_their_own_lines():
    assert estimate(ALTMARKT, NEUSTADT, Mode.TRANSIT).metres == math.ceil(1.42 * beeline(ALTMARKT, NEUSTADT))


def test_a_ferry_carries_nobody():
    assert {bridge.name for bridge in DRESDEN_CROSSINGS if bridge.is_ferry and bridge.modes} == set()


def test_the_districts_bank_beats_the_line():
    by_line = estimate(ALTMARKT, BLASEWITZ, Mode.CAR)
    by_district = estimate(ALTMARKT, BLASEWITZ, Mode.CAR, banks=(LEFT, RIGHT))
    assert by_line.metres < by_district.metres
    assert estimate(ALTMARKT, BLASEWITZ, Mode.CAR, banks=("", "")) == by_line


def test_the_same_place_takes_no_time():
    assert estimate(ALTMARKT, ALTMARKT, Mode.CAR) == Leg(0, 0, PROVIDER, DATA_VERSION)


@given(dresden, dresden, modes)
def test_there_and_back_are_alike(a, b, mode):
    there, back = estimate(a, b, mode), estimate(b, a, mode)
    assert abs(there.seconds - back.seconds) <= 1
    assert abs(there.metres - back.metres) <= 1


@given(dresden, dresden, modes)
def test_no_way_is_shorter_than_the_beeline(a, b, mode):
    assert estimate(a, b, mode).metres >= math.floor(FACTORS[mode].detour * beeline(a, b)) * (beeline(a, b) >= 1)


@given(dresden, st.floats(0.0001, 0.02), st.floats(0.0001, 0.02), modes)
def test_further_on_one_bank_never_takes_less(a, near, more, mode):
    banks = (LEFT, LEFT)
    first = estimate(a, (a[0], a[1] + near), mode, banks=banks)
    second = estimate(a, (a[0], a[1] + near + more), mode, banks=banks)
    assert first.seconds <= second.seconds
    assert first.metres <= second.metres


@given(st.lists(dresden, min_size=1, max_size=6), st.lists(dresden, min_size=1, max_size=6), modes)
def test_the_matrix_says_what_each_single_way_says(points, targets, mode):
    whole = matrix(points, mode, targets=targets)
    singles = [[estimate(a, b, mode).seconds for b in targets] for a in points]
    assert whole.seconds.tolist() == singles


def test_matrix_300_by_300_is_fast():
    random = np.random.default_rng(1)
    points = list(zip(random.uniform(50.97, 51.17, 300), random.uniform(13.58, 13.96, 300), strict=True))
    matrix(points[:2], Mode.CAR)
    start = time.perf_counter()
    whole = matrix(points, Mode.CAR)
    taken = time.perf_counter() - start
    assert (whole.seconds.shape, whole.seconds.dtype, whole.metres.dtype) == ((300, 300), np.int64, np.int64)
    assert np.diag(whole.seconds).tolist() == [0] * 300
    assert taken < 0.5


def test_no_points_no_ways():
    assert matrix([], Mode.CAR).seconds.shape == (0, 0)
    assert matrix([ALTMARKT], Mode.CAR, targets=[]).seconds.shape == (1, 0)


@pytest.mark.parametrize("point", [(float("nan"), 13.7), (float("inf"), 13.7), (91.0, 13.7), (51.0, 181.0)])
def test_what_is_no_coordinate_is_refused(point):
    with pytest.raises(ValueError, match="latitude"):
        matrix([point], Mode.CAR)


def test_one_bank_for_each_point():
    with pytest.raises(ValueError, match="bank"):
        matrix([ALTMARKT, NEUSTADT], Mode.CAR, banks=[LEFT])


@pytest.mark.parametrize(("kmh", "minutes"), [(4.5, 18), (3.0, 27), (5.1, 16)])
def test_slow_walkers_take_longer(kmh, minutes):
    assert estimate(PROHLIS, PROHLIS_EAST, Mode.FOOT, walking_kmh=kmh).minutes == minutes
    assert walk_minutes(1000, walking_kmh=kmh) == minutes


def test_nobody_walks_faster_than_ten():
    with pytest.raises(ValueError, match="walking speed"):
        estimate(PROHLIS, PROHLIS_EAST, Mode.FOOT, walking_kmh=0.0)


def test_a_planned_leg_has_buffer_and_parking():
    # 1.15 * (4.36 + 4) + 3 = 12.6
    assert planned_leg_minutes(estimate(PROHLIS, PROHLIS_EAST, Mode.CAR)) == 13
    assert planned_leg_minutes(Leg(0, 0, PROVIDER, DATA_VERSION)) == 0
    assert planned_leg_minutes(Leg(600, 5000, PROVIDER, DATA_VERSION), parking_minutes=0) == 15  # 14.5
    assert planned_leg_minutes(Leg(UNREACHABLE, UNREACHABLE, "osrm", "", is_estimate=False)) == UNREACHABLE


def test_planned_minutes_of_a_matrix_are_whole_numbers():
    planned = planned_minutes(np.array([[0, 120], [262, UNREACHABLE]]))
    assert (planned.tolist(), planned.dtype) == ([[0, 10], [13, UNREACHABLE]], np.int64)


def test_beelines_agree_with_the_known_length_of_a_degree():
    assert round(float(beelines([(51.0, 13.0)], [(52.0, 13.0)])[0, 0])) == 111195


@needs_geo
@pytest.mark.parametrize(
    ("mode", "half_within", "most_within"), [("car", 0.16, 0.50), ("bike", 0.11, 0.40), ("pt", 0.18, 0.60)]
)
def test_estimates_fit_the_trips_of_a_traffic_model(mode, half_within, most_within):
    own = {"car": Mode.CAR, "bike": Mode.BIKE, "pt": Mode.TRANSIT}[mode]
    border = json.loads((GEO / "stadtgrenze_simplified.geojson").read_text())["features"][0]["geometry"]
    city = shapely.geometry.shape(border)
    errors = []
    for row in rows(GEO / "kalibrierung_matsim_fahrten.csv"):
        a, b = (float(row["lat1"]), float(row["lon1"])), (float(row["lat2"]), float(row["lon2"]))
        inside = shapely.contains_xy(city, [a[1], b[1]], [a[0], b[0]]).all()
        rides = mode != "pt" or row["n_oepnv"] != "0"
        if row["modus"] == mode and inside and rides and beeline(a, b) > 300:
            seconds = float(row["gesamt_s"])
            errors.append(abs(estimate(a, b, own).seconds - seconds) / seconds)
    half, most = np.percentile(errors, [50, 95])
    assert (len(errors) > 100, half < half_within, most < most_within) == (True, True, True)


@given(dresden, dresden)
def test_one_beeline_is_one_cell_of_all(a, b):
    assert beeline(a, b) == pytest.approx(float(beelines([a], [b])[0, 0]), abs=1e-6)
