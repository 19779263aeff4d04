"""The machine door: the public timetable, a volunteer's offers, problems, the description, calendar feeds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
import yaml
from django.test import Client
from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from api import problems
from bookings import offers
from bookings.models import Offer
from lotsen.kernel.models import ContactRead
from tests.people import NOW, make_client, make_scheduled, make_user, make_volunteer

pytestmark = pytest.mark.django_db
JANUARY = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
DESCRIPTION = Path(__file__).parents[2] / "docs" / "openapi.yaml"


@pytest.fixture
def january(published):
    with time_machine.travel(JANUARY, tick=False):
        yield published


def told(response, status, **members):
    """Whether the answer is a problem of this status with these members."""
    body = response.json()
    assert (response.status_code, response["Content-Type"].partition(";")[0]) == (status, "application/problem+json"), (
        body
    )
    assert body["status"] == status
    assert {name: body.get(name) for name in members} == members
    return body


# --- stops ------------------------------------------------------------------------------------------


def test_one_stop_whole(client, january):
    response = client.get("/api/v1/stops/S1/")

    body = response.json()
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=60"
    assert response.cookies == {}
    assert body.pop("next_dates")[0] == {
        "starts_at": "2027-01-05T10:00:00+01:00",
        "ends_at": "2027-01-05T11:30:00+01:00",
        "is_off": False,
        "reason": "",
        "late_minutes": 0,
    }
    assert body == {
        "key": "S1",
        "name": "Bibliothek Gorbitz",
        "street": "Merianplatz 1",
        "postal_code": "01169",
        "city": "Dresden",
        "district": "",
        "latitude": 51.042,
        "longitude": 13.70 + 1 / 300,
        "step_free": False,
        "steps": 3,
        "rhythm": {
            "kind": "every_2_weeks",
            "words": "Jeden zweiten Dienstag, 10 bis 11:30 Uhr",
            "slots": [{"weekday": 1, "starts": "10:00", "ends": "11:30"}],
        },
        "metres": None,
        "url": "https://lotsen.example/fahrplan/S1/",
        "calendar_url": "https://lotsen.example/fahrplan/S1/kalender.ics",
    }


def test_stops_come_in_pages(client, january):
    first = client.get("/api/v1/stops/", {"page_size": "2"}).json()

    assert (first["count"], len(first["results"]), first["previous"]) == (5, 2, None)
    second = client.get(first["next"]).json()
    assert {stop["key"] for stop in second["results"]}.isdisjoint(stop["key"] for stop in first["results"])


def test_stops_by_postal_code_and_near(client, january):
    assert client.get("/api/v1/stops/", {"postal_code": "01067"}).json()["count"] == 0
    assert client.get("/api/v1/stops/", {"postal_code": "01169"}).json()["count"] == 5
    near = client.get("/api/v1/stops/", {"near": "01169"}).json()["results"]
    metres = [stop["metres"] for stop in near]
    assert near[0]["key"] == "S1"
    assert metres == sorted(metres)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("page=0", 400),
        ("page=-1", 400),
        ("page=x", 400),
        ("page=99", 404),
        ("page_size=1e9", 400),
        ("page=%00", 400),
        ("page=99999999999999999999", 400),
        ("postal_code=1169", 400),
        ("postal_code=0116%0A", 400),
        ("postal_code=", 400),
        ("near=", 400),
        ("near=" + "x" * 500, 400),
        ("near=%00", 400),
        ("near=Nirgendwo%20xyz", 404),
        ("near=99999", 404),
        ("ordering=name", 400),
        ("format=api", 400),
        ("page=1&page=2", 400),
        ("client__phone=1", 400),
    ],
)
def test_odd_parameters_are_refused(client, january, query, status):
    told(client.get(f"/api/v1/stops/?{query}"), status)


def test_a_stop_that_is_not_there(client, january):
    told(client.get("/api/v1/stops/S99/"), 404)
    told(client.get("/api/v1/stops/%00/"), 404)


def test_the_public_part_asks_the_database_for_the_stamp_only(client, january, django_assert_num_queries):
    client.get("/api/v1/stops/")
    with django_assert_num_queries(1):
        client.get("/api/v1/stops/")


# --- offers -----------------------------------------------------------------------------------------


@pytest.fixture
def noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def anna(noon):
    return make_user("hotline")


def offered(anna, *people, **fields):
    visit = make_scheduled(by=anna, client=make_client(needs=["dog"]), goal="Enkel", note="Schlüssel", **fields)
    return offers.send_offers(
        visit, volunteers=people, answer_by=NOW + timedelta(days=2), by=anna, at=NOW, reasons={people[0].pk: ["Nah."]}
    )


def signed_in(volunteer):
    client = Client()
    client.force_login(volunteer.user)
    return client


def test_an_offer_tells_nothing_that_points_to_a_person(anna):
    bernd = make_volunteer()
    (offer,) = offered(anna, bernd)

    body = signed_in(bernd).get(f"/api/v1/offers/{offer.pk}/").json()

    assert body == {
        "id": offer.pk,
        "state": "open",
        "starts_at": "2026-12-01T10:00:00+01:00",
        "ends_at": "2026-12-01T11:00:00+01:00",
        "answer_by": "2026-11-27T10:00:00+01:00",
        "district": "01169",
        "kilometres": body["kilometres"],
        "topics": ["Fotos"],
        "needs": "Hund im Haus",
        "wish": "",
        "reasons": ["Nah."],
        "code": offer.code,
    }
    assert ContactRead.objects.count() == 0


def test_accepting_declining_and_coming_second(anna):
    bernd, clara = make_volunteer("Bernd Kluge"), make_volunteer("Clara Vogel")
    to_bernd, to_clara = offered(anna, bernd, clara)
    (other,) = offered(anna, clara, starts_at=NOW + timedelta(days=8))
    path = "/api/v1/offers/{}/accept/"

    won = signed_in(bernd).post(path.format(to_bernd.pk), content_type="application/json")
    again = signed_in(bernd).post(path.format(to_bernd.pk), content_type="application/json")
    lost = signed_in(clara).post(path.format(to_clara.pk), content_type="application/json")

    assert (won.status_code, again.status_code, again.json()) == (200, 200, won.json())
    told(
        lost,
        409,
        type="urn:lotsen:offer-lost",
        detail="Eine andere Person war etwas schneller. Danke, dass Sie wollten!",
        still_open=[other.pk],
    )
    declined = signed_in(clara).post(
        f"/api/v1/offers/{other.pk}/decline/", {"because": "Weg"}, content_type="application/json"
    )
    other.refresh_from_db()
    assert (declined.status_code, other.state, other.because) == (204, "declined", "Weg")
    told(
        signed_in(clara).post(path.format(other.pk), content_type="application/json"), 409, type="urn:lotsen:offer-over"
    )


def test_what_somebody_else_took_tells_no_needs_any_more(anna):
    bernd, clara = make_volunteer("Bernd Kluge"), make_volunteer("Clara Vogel")
    to_bernd, to_clara = offered(anna, bernd, clara)
    path = f"/api/v1/offers/{to_clara.pk}/"
    assert signed_in(clara).get(path).json()["needs"] == "Hund im Haus"

    signed_in(bernd).post(f"/api/v1/offers/{to_bernd.pk}/accept/", content_type="application/json")

    body = signed_in(clara).get(path).json()
    assert (body["state"], body["needs"], body["wish"], body["reasons"]) == ("withdrawn", "", "", [])


def test_a_list_holds_their_own_only(anna):
    bernd, clara = make_volunteer("Bernd Kluge"), make_volunteer("Clara Vogel")
    (to_bernd,) = offered(anna, bernd)
    (to_clara,) = offered(anna, clara, starts_at=NOW + timedelta(days=8))

    assert [row["id"] for row in signed_in(bernd).get("/api/v1/offers/").json()["results"]] == [to_bernd.pk]
    for path in (f"/api/v1/offers/{to_clara.pk}/", f"/api/v1/offers/{to_clara.pk}/accept/"):
        method = "post" if path.endswith("accept/") else "get"
        told(getattr(signed_in(bernd), method)(path, content_type="application/json"), 404)


@pytest.mark.parametrize("role", [None, "hotline", "coordinator", "facility", "advisor"])
def test_only_volunteers_come_in(client, anna, role):
    if role:
        client.force_login(make_user(role))
    told(client.get("/api/v1/offers/"), 403)
    told(client.post("/api/v1/offers/1/accept/", content_type="application/json"), 403)


def test_a_forged_form_is_refused(anna):
    bernd = make_volunteer()
    (offer,) = offered(anna, bernd)
    client = Client(enforce_csrf_checks=True)
    client.force_login(bernd.user)

    told(client.post(f"/api/v1/offers/{offer.pk}/accept/", content_type="application/json"), 403)
    assert Offer.objects.get().state == "open"


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ('{"because": 0}', "application/json", 400),
        ('{"because": ["x"]}', "application/json", 400),
        ('{"because": "' + "x" * 61 + '"}', "application/json", 400),
        ('{"state": "accepted"}', "application/json", 400),
        ('{"because": "\\u0000"}', "application/json", 400),
        ("[]", "application/json", 400),
        ("[" * 5000, "application/json", 400),
        ("{", "application/json", 400),
        ("\xff", "application/json", 400),
        ("because=x", "application/x-www-form-urlencoded", 415),
        ("<a/>", "text/xml", 415),
    ],
)
def test_odd_bodies_change_nothing(anna, body, content_type, status):
    bernd = make_volunteer()
    (offer,) = offered(anna, bernd)

    told(signed_in(bernd).post(f"/api/v1/offers/{offer.pk}/decline/", body, content_type=content_type), status)
    offer.refresh_from_db()
    assert offer.state == "open"


def test_the_list_asks_no_more_for_three_than_for_one(anna, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    bernd = make_volunteer()
    client = signed_in(bernd)
    counts = []
    for number in range(3):
        offered(anna, bernd, starts_at=NOW + timedelta(days=6 + number))
        with CaptureQueriesContext(connection) as seen:
            client.get("/api/v1/offers/")
        counts.append(len(seen))
    assert counts[0] == counts[2]


# --- problems and description -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("get", "/api/", {}, 404),
        ("get", "/api/v2/stops/", {}, 404),
        ("get", "/api/v1/stops//", {}, 404),
        ("post", "/api/v1/stops/", {}, 405),
        ("delete", "/api/v1/stops/S1/", {}, 405),
        ("get", "/api/v1/stops/", {"Accept": "text/html"}, 406),
        ("get", "/api/v1/offers/99999999999999999999999/", {}, 403),
        ("get", "/api/v1/offers/x/", {}, 404),
    ],
)
def test_everything_under_api_is_told_as_a_problem(client, method, path, headers, status):
    response = getattr(client, method)(path, headers=headers)

    told(response, status)
    if status == 405:
        assert "GET" in response["Allow"]


def test_a_crash_is_told_as_a_problem_and_pages_elsewhere_stay_pages(client, monkeypatch):
    client.raise_request_exception = False

    def crash(*args, **kwargs):
        raise RuntimeError("secret")

    monkeypatch.setattr("api.views.timetable.timetable", crash)
    body = told(client.get("/api/v1/stops/"), 500)
    assert "secret" not in str(body)
    assert client.get("/gibt-es-nicht/")["Content-Type"].startswith("text/html")


def test_control_without_the_middleware_an_unknown_address_is_a_page(client, settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != "api.problems.ProblemMiddleware"]
    assert client.get("/api/nichts/")["Content-Type"].startswith("text/html")


def test_nested_errors_become_pointers():
    found = {
        "name": [{"message": "fehlt", "code": "required"}],
        "non_field_errors": [{"message": "nein", "code": "no"}],
    }
    assert list(problems._errors(found, "")) == [
        {"pointer": "#/name", "code": "required", "detail": "fehlt"},
        {"pointer": "#", "code": "no", "detail": "nein"},
    ]


def description():
    with override("en"):
        return SchemaGenerator().get_schema(request=None, public=True)


def test_the_description_is_valid_and_the_one_in_docs():
    made = description()

    validate_schema(made)
    assert yaml.safe_load(DESCRIPTION.read_text(encoding="utf-8")) == made, (
        "manage.py spectacular --lang en --validate --fail-on-warn --file docs/openapi.yaml"
    )


def test_the_description_is_served_and_holds_every_door(client):
    response = client.get("/api/schema/")

    assert response.status_code == 200
    assert response.json()["openapi"] == "3.1.1"
    assert sorted(response.json()["paths"]) == [
        "/api/v1/offers/",
        "/api/v1/offers/{id}/",
        "/api/v1/offers/{id}/accept/",
        "/api/v1/offers/{id}/decline/",
        "/api/v1/stops/",
        "/api/v1/stops/{key}/",
    ]
