import threading
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured

from lotsen.places import routers
from lotsen.places.routers import Osrm, RouterFailed, Valhalla, configured
from lotsen.places.travel import UNREACHABLE, Mode
from tests.lotsen.places.stub import serve

POINTS = [(51.0493, 13.7381), (51.0650, 13.7460), (51.0530, 13.8050)]


def seconds_between(a, b):
    """What both stubs answer, from the coordinates they got; null for one pair."""
    if round(a[1], 4) == 13.7381 and round(b[1], 4) == 13.8050:
        return None
    return round(abs(a[0] - b[0]) * 10_000 + abs(a[1] - b[1]) * 10_000, 3)


def valhalla(asked):
    if asked.path != "/sources_to_targets" or asked.body["costing"] not in ("auto", "bicycle", "pedestrian"):
        return 400, {"error_code": 125, "error": "No costing method found", "status_code": 400}
    places = [[(one["lat"], one["lon"]) for one in asked.body[side]] for side in ("sources", "targets")]
    durations = [[seconds_between(a, b) for b in places[1]] for a in places[0]]
    kilometres = [[None if cell is None else cell / 100 for cell in row] for row in durations]
    table = {"durations": durations, "distances": kilometres}
    return 200, {"sources_to_targets": table, "algorithm": "timedistancematrix", "units": "kilometers"}


def osrm(asked):
    url = urlsplit(asked.path)
    places = [tuple(map(float, text.split(",")))[::-1] for text in url.path.rsplit("/", 1)[1].split(";")]
    if len(places) > 100:
        return 400, {"code": "TooBig", "message": "Too many table coordinates"}
    asks = parse_qs(url.query)
    sides = [[places[int(n)] for n in asks[side][0].split(";")] for side in ("sources", "destinations")]
    durations = [[seconds_between(a, b) for b in sides[1]] for a in sides[0]]
    metres = [[None if cell is None else cell * 10 for cell in row] for row in durations]
    return 200, {"code": "Ok", "durations": durations, "distances": metres, "sources": [], "destinations": []}


SECONDS = [[0, 236, UNREACHABLE], [236, 0, 710], [706, 710, 0]]
METRES = [[0, 2360, UNREACHABLE], [2360, 0, 7100], [7060, 7100, 0]]


def router_for(name, stub, **options):
    if name == "valhalla":
        return Valhalla(stub.url, **options)
    return Osrm({Mode.CAR: stub.url, Mode.FOOT: stub.url}, **options)


both = pytest.mark.parametrize(("name", "answer"), [("valhalla", valhalla), ("osrm", osrm)])


@both
def test_a_matrix_is_asked_for_and_read(name, answer):
    with serve(answer) as stub:
        whole = router_for(name, stub, data_version="2026-10").matrix(POINTS, Mode.CAR)
    assert (whole.seconds.tolist(), whole.metres.tolist()) == (SECONDS, METRES)
    assert (whole.provider, whole.data_version, whole.is_estimate) == (name, "2026-10", False)
    assert len(stub.requests) == 1


@both
def test_large_matrices_are_asked_in_chunks(name, answer):
    with serve(answer) as stub:
        whole = router_for(name, stub, chunk=2).matrix(POINTS, Mode.CAR)
    assert (whole.seconds.tolist(), whole.metres.tolist()) == (SECONDS, METRES)
    assert len(stub.requests) == 4


@both
def test_120_places_stay_inside_the_servers_limits(name, answer):
    points = [(51.0 + n / 1000, 13.7) for n in range(120)]
    with serve(answer) as stub:
        whole = router_for(name, stub).matrix(points, Mode.FOOT, targets=points[:3])
    assert whole.seconds.shape == (120, 3)
    assert whole.seconds[119].tolist() == [1190, 1180, 1170]
    assert len(stub.requests) == 3


@both
def test_the_request_has_the_documented_shape(name, answer):
    with serve(answer) as stub:
        router_for(name, stub).matrix(POINTS[:1], Mode.FOOT, targets=POINTS[1:2])
    asked = stub.requests[0]
    if name == "valhalla":
        assert (asked.method, asked.path) == ("POST", "/sources_to_targets")
        assert asked.body == {
            "sources": [{"lat": 51.0493, "lon": 13.7381}],
            "targets": [{"lat": 51.065, "lon": 13.746}],
            "costing": "pedestrian",
            "verbose": False,
        }
    else:
        assert asked.path == (
            "/table/v1/walking/13.738100,51.049300;13.746000,51.065000"
            "?sources=0&destinations=1&annotations=duration,distance"
        )


@pytest.mark.parametrize(
    ("name", "status", "body", "sentence"),
    [
        ("valhalla", 400, {"error_code": 170, "error": "Locations are in unconnected regions"}, "error 170"),
        ("valhalla", 200, {"error": "?"}, "error without a code"),
        ("osrm", 400, {"code": "NoTable", "message": "Cannot find route between points"}, "osrm: NoTable"),
        ("osrm", 200, {}, "osrm: no code"),
        ("osrm", 200, [1], "no JSON object"),
        ("osrm", 200, b"<html>", "no JSON"),
        ("osrm", 200, {"code": "Ok", "durations": [[1]], "distances": [[1]]}, "another size"),
        ("osrm", 200, {"code": "Ok", "durations": [["a"] * 3] * 3, "distances": []}, "no numbers"),
        ("osrm", 200, {"code": "Ok", "durations": [[-1] * 3] * 3, "distances": [[1] * 3] * 3}, "negative"),
    ],
)
def test_errors_are_named_without_places(name, status, body, sentence):
    with serve(lambda asked: (status, body)) as stub, pytest.raises(RouterFailed, match=sentence) as failure:
        router_for(name, stub).matrix(POINTS, Mode.CAR)
    assert "13.7" not in str(failure.value)


def test_a_server_error_is_tried_once_more():
    answers = iter([(503, {}), valhalla])

    def answer(asked):
        now = next(answers)
        return now if isinstance(now, tuple) else now(asked)

    with serve(answer) as stub:
        assert Valhalla(stub.url).matrix(POINTS, Mode.CAR).seconds.tolist() == SECONDS
    assert len(stub.requests) == 2


def test_two_server_errors_are_enough():
    with serve(lambda asked: (503, {})) as stub, pytest.raises(RouterFailed, match="no answer in 2 tries: HTTPError"):
        Valhalla(stub.url).matrix(POINTS, Mode.CAR)
    assert len(stub.requests) == 2


def test_a_silent_server_ends_at_the_timeout():
    quiet = threading.Event()

    def answer(asked):
        quiet.wait(5)
        return 200, {}

    with serve(answer) as stub:
        with pytest.raises(RouterFailed, match="no answer in 2 tries: TimeoutError"):
            Valhalla(stub.url, timeout=0.1).matrix(POINTS, Mode.CAR)
        quiet.set()
    assert len(stub.requests) == 2


def test_a_closed_door_is_named():
    with pytest.raises(RouterFailed, match="no answer in 2 tries"):
        Valhalla("http://127.0.0.1:9").matrix(POINTS, Mode.CAR)


def test_no_router_by_default(settings):
    settings.ROUTER, settings.ROUTER_URL = "", ""
    assert configured() is None


def test_routers_by_setting(settings):
    settings.ROUTER, settings.ROUTER_URL = "valhalla", "http://v:8002"
    assert configured() == Valhalla("http://v:8002")
    settings.ROUTER, settings.ROUTER_URL = "osrm", "http://c:5000"
    assert configured() == Osrm({Mode.CAR: "http://c:5000"})
    settings.ROUTER_URL = "car=http://c:5000, bike=http://b:5001"
    assert configured() == Osrm({Mode.CAR: "http://c:5000", Mode.BIKE: "http://b:5001"})
    assert configured().modes == {Mode.CAR, Mode.BIKE}


@pytest.mark.parametrize(("router", "url"), [("google", "http://x"), ("osrm", "")])
def test_wrong_settings_are_refused(settings, router, url):
    settings.ROUTER, settings.ROUTER_URL = router, url
    with pytest.raises(ImproperlyConfigured, match="LOTSEN_ROUTER"):
        configured()


def test_no_proxy_sees_the_places(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with serve(valhalla) as stub:
        assert Valhalla(stub.url).matrix(POINTS, Mode.CAR).seconds.tolist() == SECONDS
    assert not any(getattr(one, "proxies", None) for one in routers.WAYS.handlers)
