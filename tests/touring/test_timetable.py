from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.people import make_user
from tests.touring.city import LATER, make_city, make_published, make_stop
from touring import deviations
from touring.models import ClosingDay, Stop, TourStop
from touring.queries import public_stop_count, timetable
from touring.queries.nearby import nearby
from touring.words import distance_words, rhythm_sentence, steps_sentence

pytestmark = pytest.mark.django_db

TODAY = date(2027, 1, 4)


@pytest.fixture
def in_january():
    with time_machine.travel("2027-01-04T09:00:00+01:00", tick=False):
        yield


@pytest.mark.parametrize(
    ("rhythm", "slots", "sentence"),
    [
        ("every_2_weeks", [(1, 600, 690)], "Jeden zweiten Dienstag, 10 bis 11:30 Uhr"),
        ("weekly", [(0, 540, 600)], "Jeden Montag, 9 bis 10 Uhr"),
        ("every_4_weeks", [(4, 570, 690)], "Alle vier Wochen am Freitag, 9:30 bis 11:30 Uhr"),
        ("twice_a_week", [(0, 540, 600), (3, 540, 600)], "Jeden Montag und Donnerstag, 9 bis 10 Uhr"),
        ("twice_a_week", [(0, 540, 600), (3, 600, 660)], "Jeden Montag ab 9 Uhr, jeden Donnerstag ab 10 Uhr"),
        ("weekly", [], ""),
    ],
)
def test_the_rhythm_in_words(rhythm, slots, sentence):
    assert rhythm_sentence(rhythm, slots) == sentence


def test_steps_and_distances_in_words():
    assert [
        steps_sentence(*known) for known in ((True, None), (False, 3), (False, 1), (False, None), (None, None))
    ] == [
        "Ohne Stufen.",
        "3 Stufen am Eingang. Wir helfen Ihnen gern.",
        "1 Stufe am Eingang. Wir helfen Ihnen gern.",
        "Am Eingang sind Stufen. Wir helfen Ihnen gern.",
        "Ob es Stufen gibt, wissen wir noch nicht.",
    ]
    assert [distance_words(metres) for metres in (0, 480, 999, 1480)] == ["50 m", "500 m", "1000 m", "1,5 km"]


def test_an_entry_has_the_dates_of_its_tours_and_those_that_drop_out():
    make_city()
    make_published()
    stop = Stop.objects.get(key="S5")
    ClosingDay.objects.create(date=date(2027, 1, 15), stop=stop, reason="Inventur")
    make_published(at=LATER + timedelta(hours=1))
    entry = timetable(TODAY).entry("S5")
    assert entry.rhythm == "Jeden Freitag, 9:30 bis 11:30 Uhr"
    assert [(one.date, one.hours, one.is_off, one.reason) for one in entry.dates[:3]] == [
        (date(2027, 1, 8), "9:30 bis 11:30 Uhr", False, ""),
        (date(2027, 1, 15), "9:30 bis 11:30 Uhr", True, "Inventur"),
        (date(2027, 1, 22), "9:30 bis 11:30 Uhr", False, ""),
    ]
    assert [(one.date, one.reason) for one in entry.dates if one.is_off][1:] == [(date(2027, 3, 26), "Karfreitag")]
    assert [one.date.day for one in entry.next_dates] == [8, 15, 22, 29]
    assert public_stop_count() == 5


def test_a_plan_that_only_begins_later_says_so():
    make_city()
    make_published()
    assert timetable(date(2026, 12, 1)).entry("S1").rhythm == (
        "Ab Montag, 4. Januar: Jeden zweiten Dienstag, 10 bis 11:30 Uhr"
    )


def test_the_kept_timetable_is_new_after_every_change():
    make_city()
    plan = make_published()
    first = timetable(TODAY)
    assert timetable(TODAY) is first
    halt = TourStop.objects.filter(stop__key="S5").order_by("starts_at").first()
    deviations.announce_cancelled(halt, by=None, at=LATER + timedelta(minutes=5))
    assert timetable(TODAY).entry("S5").dates[0].is_off
    plan.refresh_from_db()
    with CaptureQueriesContext(connection) as queries:
        timetable(TODAY)
    assert len(queries) == 1


def test_the_timetable_needs_as_many_queries_for_many_stops_as_for_one():
    make_city()
    make_published()
    with CaptureQueriesContext(connection) as few:
        timetable(date(2027, 1, 11))
    Stop.objects.filter(key__in=["S2", "S3", "S4", "S5"]).update(is_active=False)
    with CaptureQueriesContext(connection) as fewer:
        timetable(date(2027, 1, 12))
    assert len(fewer) == len(few) == 6


def test_nearby_by_postal_code_address_and_nonsense():
    make_city()
    make_published()
    table = timetable(TODAY)
    found = nearby("01169", table)
    assert (found.label, found.problem, len(found.hits)) == ("01169 Dresden", "", 3)
    assert found.hits[0].sentence.endswith("von der Mitte Ihres Postleitzahl-Gebiets")
    assert nearby("10115", table).problem == "10115 gehört nicht zu Dresden."
    unknown = nearby("Gibtesnichtgasse", table)
    assert unknown.problem == "„Gibtesnichtgasse“ finden wir nicht. Schreiben Sie zum Beispiel: Merianplatz 4, 01169."
    rough = nearby("Gibtesnichtgasse 3, 01169", table)
    assert (rough.problem, len(rough.hits)) == ("Die Straße finden wir nicht. Wir suchen in der Mitte von 01169.", 3)


# --- pages ------------------------------------------------------------------------------------------


def get(client, url, **headers):
    return client.get(url, headers=headers)


@pytest.mark.parametrize(
    "url",
    [
        "/fahrplan/",
        "/fahrplan/?ort=01169",
        "/fahrplan/S1/",
        "/fahrplan/S6/",
        "/fahrplan/druck/",
        "/fahrplan/haltestellen.json",
    ],
)
def test_public_pages_are_kept_and_touch_no_session(client, in_january, url):
    make_city()
    make_published()
    response = get(client, url)
    assert response.status_code == 200
    assert response.cookies == {}
    assert not response.wsgi_request.session.accessed
    assert response["Cache-Control"] == "public, max-age=0, s-maxage=30"
    again = get(client, url, if_none_match=response["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    with CaptureQueriesContext(connection) as queries:
        assert get(client, url).content == response.content
    assert len(queries) <= 2


def test_a_stop_page_says_when_and_where(client, in_january):
    make_city()
    make_published()
    page = get(client, "/fahrplan/S1/").content.decode()
    for words in (
        "Jeden zweiten Dienstag, 10 bis 11:30 Uhr",
        "3 Stufen am Eingang. Wir helfen Ihnen gern.",
        "Dienstag, 5.\xa0Januar",
        '<script type="application/ld+json">[{"@context": "https://schema.org", "@type": "Event"',
    ):
        assert words in page
    assert get(client, "/fahrplan/S99/").status_code == 404
    assert "Hier hält zurzeit niemand." in get(client, "/fahrplan/S6/").content.decode()


def test_what_is_announced_shows_at_once_though_pages_are_kept(client, in_january):
    make_city()
    make_published()
    before = get(client, "/fahrplan/S1/")
    halt = TourStop.objects.filter(stop__key="S1").order_by("starts_at").first()
    deviations.announce_cancelled(halt, by=None, at=LATER + timedelta(minutes=5))
    after = get(client, "/fahrplan/S1/", if_none_match=before["ETag"])
    assert after.status_code == 200
    assert "Fällt aus." in after.content.decode()
    assert "Fällt aus." not in before.content.decode()


def test_a_busy_page_costs_no_query_at_all(client, in_january, monkeypatch):
    make_city()
    make_published()
    monkeypatch.setattr("touring.views.kept.STAMP_SECONDS", 60.0)
    get(client, "/fahrplan/")
    with CaptureQueriesContext(connection) as queries:
        get(client, "/fahrplan/")
    assert len(queries) == 0


def test_linked_data_cannot_be_broken_out_of(client, in_january):
    make_city()
    Stop.objects.filter(key="S1").update(name="</script><script>alert(1)</script>")
    make_published()
    page = get(client, "/fahrplan/S1/").content.decode()
    assert "<script>alert" not in page


def test_a_signed_in_person_leaves_nothing_in_a_kept_page(client, in_january):
    make_city()
    make_published()
    client.force_login(make_user("coordinator", name="Dora Krüger"))
    assert "Dora" not in get(client, "/fahrplan/").content.decode()


def test_the_timetable_without_a_plan_says_what_to_do(client):
    make_stop()
    assert "Zurzeit ist kein Fahrplan veröffentlicht." in get(client, "/fahrplan/").content.decode()


def test_an_address_is_posted_and_never_stands_in_a_url(client, in_january):
    make_city()
    make_published()

    posted = client.post("/fahrplan/", {"ort": "01169"})
    typed = client.get("/fahrplan/", {"ort": "Merianplatz 4"})

    assert 'value="01169"' in posted.content.decode()
    assert (posted["Cache-Control"], posted.cookies) == ("no-store", {})
    assert "Merianplatz" not in typed.content.decode().split("<main")[1].split('class="l-hint"')[0]
    assert 'method="post"' in typed.content.decode()


def test_what_one_visitor_writes_behind_the_address_is_shown_to_nobody_else(client, in_january):
    make_city()
    make_published()

    first = client.get("/fahrplan/", {"ort": "Gartenweg 16", "wer": "Schulze"}).content.decode()
    second = client.get("/fahrplan/").content.decode()

    assert [word in page for word in ("Gartenweg", "Schulze") for page in (first, second)] == [False] * 4
