"""The two questions on the web and at the desk."""

from __future__ import annotations

import pytest

from bookings import surveys
from bookings.models import SurveyAnswer, SurveyToken
from tests.people import NOW, make_user

pytestmark = pytest.mark.django_db
TOKEN = "TESTKARTE2"


@pytest.fixture(autouse=True)
def card():
    month = NOW.date().replace(day=1)
    return SurveyToken.objects.create(token_hash=surveys._hash(TOKEN), month=month)


def answers():
    return list(SurveyAnswer.objects.values_list("satisfied", "ability", "remark"))


def test_an_answer_on_the_web_is_taken_once(client):
    said = {"token": "testk arte2", "satisfied": "yes", "ability": "with_help", "remark": "Mehr  Zeit"}
    first, second = client.post("/rueckmeldung/", said), client.post("/rueckmeldung/", said)
    assert (first.status_code, first.url, second.status_code) == (302, "/rueckmeldung/danke/", 409)
    assert "Diese Karten-Nummer kennen wir nicht, oder sie ist schon benutzt." in second.content.decode()
    assert answers() == [("yes", "with_help", "Mehr Zeit")]
    assert "Danke für Ihre Antwort." in client.get("/rueckmeldung/danke/").content.decode()


@pytest.mark.parametrize(
    "said",
    [
        {"token": TOKEN},
        {"token": "", "satisfied": "yes"},
        {"token": TOKEN, "satisfied": "maybe"},
        {"token": TOKEN, "remark": "Das Passwort lautet Sommer2026"},
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_lost(client, said):
    assert (client.post("/rueckmeldung/", said).status_code, answers(), SurveyToken.objects.count()) == (422, [], 1)


def test_guessing_ends_soon(client, settings):
    settings.SURVEY_TRIES_PER_ADDRESS = 3
    codes = [client.post("/rueckmeldung/", {"token": f"FALSCH{n}", "satisfied": "yes"}).status_code for n in range(5)]
    assert codes == [409, 409, 409, 429, 429]


def test_the_hotline_types_a_card_in_and_stays_unknown(client):
    anna = make_user("hotline")
    client.force_login(anna)
    response = client.post(
        "/hotline/rueckmeldung/", {"token": TOKEN, "satisfied": "no", "ability": "not_yet"}, follow=True
    )
    assert "Danke. Die Antwort ist gezählt, ohne Namen." in response.content.decode()
    assert answers() == [("no", "not_yet", "")]
