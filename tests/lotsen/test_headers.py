"""What no column can hold never reaches a query."""

import pytest
from django.test import override_settings

from lotsen.settings import MIDDLEWARE
from tests.people import make_user

pytestmark = pytest.mark.django_db
NUL = "lotsen.headers.NulMiddleware"
ADDRESSES = [
    "/hotline/vorgang/48%00/",
    "/hausbesuch/%00/pruefen/",
    "/fahrplan/%00/",
    "/planung/haltestellen/%00/",
    "/import/%00/",
    "/fahrplan/stadtteil/%00/kalender.ics",
]


@pytest.fixture
def dora(client):
    client.force_login(make_user("coordinator", name="Dora Thiel"))


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_with_a_nul_is_not_there(client, dora, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("fields", [{"because": "\x00"}, {"\x00": "ja"}])
def test_a_field_with_a_nul_is_no_request(client, dora, fields):
    assert client.post("/hotline/entwurf/", fields).status_code == 400
    assert client.get("/hotline/anfragen/", {"seite": "1\x00"}).status_code == 400


def test_the_timetable_reads_past_a_nul(client):
    assert client.post("/fahrplan/", {"ort": "Merian\x00platz, 01169"}).status_code == 200


@override_settings(MIDDLEWARE=[name for name in MIDDLEWARE if name != NUL])
def test_control_without_the_middleware_the_database_would_be_asked(client, dora):
    client.raise_request_exception = False
    assert client.get("/hotline/vorgang/48%00/").status_code == 500
