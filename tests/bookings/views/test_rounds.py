"""The pages of the weekly round."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import HomeVisit, MatchingRound, MatchingWeights, Offer, RoundWish
from bookings.proposals import suggest
from bookings.queries.rounds import pair_weights
from bookings.views.rounds import gap_words
from bookings.weighed import weighed
from tests.bookings.test_rounds import small_city, worked
from tests.people import NOW
from volunteers.matching.rank import Weights

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


def signed_in(client, user):
    client.force_login(user)
    return client


def text_of(response):
    return " ".join(response.content.decode().replace("&nbsp;", " ").split())


def test_a_round_is_started_watched_and_stopped(client):
    dora, _guides, _asked = small_city()
    signed_in(client, dora)
    page = text_of(client.get("/runde/"))
    assert "<dt>offene Anfragen</dt><dd>3</dd>" in page
    assert "Montag, 30. November bis Samstag, 12. Dezember, ohne Sonntage" in page
    started = client.post("/runde/starten/", {"seconds": "30"})
    row = MatchingRound.objects.get()
    assert (started.status_code, started["Location"]) == (302, f"/runde/{row.pk}/")
    assert "Die Runde wartet, bis ein Rechner frei ist." in text_of(client.get(f"/runde/{row.pk}/"))
    again = client.post("/runde/starten/", {"seconds": "10"})
    assert (again["Location"], MatchingRound.objects.count()) == (f"/runde/{row.pk}/", 1)
    client.post(f"/runde/{row.pk}/stoppen/")
    row.refresh_from_db()
    assert row.state == "stopped"
    assert client.get(f"/runde/{row.pk}/stand/").status_code == 286


def test_nothing_new_is_no_page(client):
    dora, _guides, _asked = small_city()
    signed_in(client, dora).post("/runde/starten/", {"seconds": "30"})
    row = MatchingRound.objects.get()
    mark = client.get(f"/runde/{row.pk}/").context["mark"]
    assert client.get(f"/runde/{row.pk}/stand/?bekannt={mark}").status_code == 204
    assert client.get(f"/runde/{row.pk}/stand/?bekannt=x").status_code == 200


def test_without_requests_nothing_starts(client):
    dora, _guides, _asked = small_city(requests=0)
    response = signed_in(client, dora).post("/runde/starten/", {"seconds": "10"})
    assert response.status_code == 409
    assert "Es ist keine Anfrage offen" in text_of(response)


def test_a_coordinator_who_reads_english_reads_the_result_in_english(client):
    dora, _guides, _asked = small_city(people=1, requests=3, visits_a_week=1)
    row = worked(dora)
    signed_in(client, dora).cookies["lotsen_language"] = "en"
    page = text_of(client.get(f"/runde/{row.pk}/"))
    assert "knows Photos" in page
    assert "Would do:" in page or "one more visit" in page
    for german in ("Thema ", "noch nicht</", "Wochenzahl", "ein Besuch mehr", "alle auch samstags"):
        assert german not in page


def test_a_result_of_earlier_times_stays_readable(client):
    dora, _guides, (_first, second, *_more) = small_city(people=1, requests=3)
    row = worked(dora)
    old = row.result["visits"][0] | {"reasons": ["Thema Fotos", "wartet seit 9 Tagen"]}
    result = {"visits": [old], "unserved": [[second.pk, "Alle sind voll.", "ein Besuch mehr", None]]}
    result["help"] = [["alle auch samstags 10 bis 16 Uhr", 4, 2]]
    MatchingRound.objects.filter(pk=row.pk).update(result=row.result | result)
    page = text_of(signed_in(client, dora).get(f"/runde/{row.pk}/"))
    for told in ("Thema Fotos, wartet seit 9 Tagen", "Alle sind voll.", "ein Besuch mehr", "alle auch samstags"):
        assert told in page


def test_the_result_is_read_and_taken_over(client):
    dora, _guides, asked = small_city(people=1, requests=3, visits_a_week=1)
    row = worked(dora)
    page = text_of(signed_in(client, dora).get(f"/runde/{row.pk}/"))
    assert "<dt>von 3 Anfragen versorgt</dt><dd>2</dd>" in page
    assert "Noch ohne Termin" in page
    assert "Was am meisten hilft" in page
    assert "Lotse 0" in page
    assert not any(visit.client.name in page for visit in asked)
    chosen = [one["visit"] for one in row.result["visits"]]
    page = text_of(client.post(f"/runde/{row.pk}/fragen/", {"anfrage": chosen}, follow=True))
    assert "2 Anfragen sind verschickt." in page
    assert Offer.objects.count() == 2
    assert "Bitte kreuzen Sie zuerst an" in text_of(client.post(f"/runde/{row.pk}/fragen/", follow=True))
    nonsense = client.post(f"/runde/{row.pk}/fragen/", {"anfrage": ["x", "-1", "9" * 30, "٣"]})
    assert nonsense.status_code == 302


def test_a_page_of_many_rows_asks_no_more(client):
    counts = []
    dora, _guides, _asked = small_city(requests=3)
    row = worked(dora)
    everything = row.result["visits"]
    signed_in(client, dora).get("/runde/")
    for rows in (1, 3):
        MatchingRound.objects.update(result=row.result | {"visits": everything[:rows]})
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/runde/{row.pk}/")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_list_of_wishes_asks_no_more_with_more_rows(client):
    dora, (bernd, _clara), asked = small_city()
    signed_in(client, dora).get("/runde/")
    counts = []
    for visit in (asked[0], asked[1], asked[2]):
        RoundWish.objects.create(visit=visit, volunteer=bernd, is_excluded=True, by=dora, at=NOW)
        with CaptureQueriesContext(connection) as seen:
            client.get("/runde/")
        counts.append(len(seen))
    assert counts[0] == counts[2]


def test_who_shall_not_go_is_named_listed_and_undone(client):
    dora, (bernd, _clara), (visit,) = small_city(requests=1)
    signed_in(client, dora)
    client.post("/runde/wunsch/", {"nicht": f"{visit.pk}-{bernd.pk}"})
    row = RoundWish.objects.get()
    assert (row.visit, row.volunteer, row.is_excluded, row.by) == (visit, bernd, True, dora)
    assert "nicht Lotse 0" in text_of(client.get("/runde/"))
    client.post(f"/runde/wunsch/{row.pk}/streichen/")
    assert RoundWish.objects.count() == 0
    assert client.post("/runde/wunsch/", {"nur": f"{visit.pk}-x"}).status_code == 404


# --- what counts --------------------------------------------------------------------------------------

USUAL = {
    "waiting_day": 4, "level": 30, "known": 40, "most_known": 2, "wished_for": 60, "recent_visit": -6, "minute": -2,
    "later_day": -6, "served": 1000, "round_known": 80, "kilometre": -8, "load": 6,
}  # fmt: skip


def test_new_weights_hold_from_now_on(client):
    dora, _guides, (visit,) = small_city(requests=1)
    before = suggest(visit, at=NOW).best[0].best.score
    response = signed_in(client, dora).post("/runde/gewichte/", USUAL | {"level": 100})
    assert response.status_code == 302
    assert pair_weights() == Weights(level=100)
    assert suggest(visit, at=NOW).best[0].best.score == before + 2 * 70
    assert "Zuletzt geändert von Dora Winkler" in text_of(client.get("/runde/gewichte/"))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"level": -1}, "Die Punkte sind nie kleiner als 0."),
        ({"minute": 1}, "Die Punkte sind nie größer als 0."),
        ({"known": 1001}, "höchstens 1.000 Punkte."),
        ({"most_known": 11}, "Es zählen 0 bis 10 frühere Besuche."),
        ({"served": 99}, "Ein Termin zählt 100 bis 10.000 Punkte."),
    ],
)
def test_nonsense_is_refused_with_a_sentence(client, wrong, sentence):
    dora, _guides, _asked = small_city(requests=0)
    response = signed_in(client, dora).post("/runde/gewichte/", USUAL | wrong)
    assert (response.status_code, sentence in text_of(response), MatchingWeights.objects.count()) == (409, True, 0)


def test_the_points_of_each_reason_add_up_to_the_score(client):
    dora, _guides, asked = small_city(requests=2)
    HomeVisit.objects.update(requested_at=NOW - timedelta(days=9))
    visit = HomeVisit.objects.get(pk=asked[0].pk)
    found = weighed(visit, at=NOW)
    assert 3 <= len(found) <= 5
    assert [sum(one.points) for one in found] == [one.score for one in found]
    assert [one.best.score for one in suggest(visit, at=NOW, limit=5).best] == [one.score for one in found]
    page = text_of(signed_in(client, dora).get(f"/runde/gewichte/?anfrage={visit.reference}"))
    assert f'<b class="l-strong">{found[0].score}</b>' in page


def test_the_gap_in_words():
    assert gap_words(1000, 1000) == "Besser geht es nicht."
    assert gap_words(9995, 10_000) == "Höchstens 0,1\xa0% unter dem, was überhaupt möglich ist."
    assert gap_words(0, 0) == ""
