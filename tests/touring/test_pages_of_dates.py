"""Pages on which one date is made different, the passport of a stop, closed days, and what the public sees of it."""

import gzip
import io
import json
import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from lotsen.messages.models import CallTask, Message
from tests import weights
from tests.people import make_user
from tests.touring.city import LATER, make_city, make_published, make_stop
from touring import photos
from touring.models import ClosingDay, Deviation, SchoolHoliday, Stop, StopPhoto, Team, Tour, TourStop

pytestmark = pytest.mark.django_db
FRIDAY = date(2027, 1, 8)


@pytest.fixture
def now():
    with time_machine.travel(LATER + timedelta(days=1), tick=False):
        yield


@pytest.fixture
def city(now):
    make_city()
    make_published()
    Stop.objects.filter(key="S5").update(contact_email="reh@example.org", contact_name="Frau Reh")


@pytest.fixture
def dora(client, city):
    user = make_user("coordinator", name="Dora Krüger")
    client.force_login(user)
    return user


def friday():
    return Tour.objects.get(date=FRIDAY, team__key="sued")


def a_halt():
    return friday().halts.get(stop__key="S5")


def test_a_stop_is_cancelled_after_a_look_at_who_learns_of_it(client, dora):
    url = f"/team/touren/halt/{a_halt().pk}/anders/"
    assert "Was ist anders?" in client.get(url).content.decode()
    asked = client.get(url, {"kind": "cancelled", "reason": "ice"})
    html = asked.content.decode()
    assert asked.status_code == 200
    assert "Der Termin fällt aus. Grund: Glatteis oder Schnee." in html
    assert [(one.who, one.halt, one.how) for one in asked.context["learners"]] == [
        ("Frau Reh", "Treff Pieschen", "E-Mail an reh@example.org")
    ]
    assert (Deviation.objects.count(), Message.objects.count()) == (0, 0), "nothing is said by looking"
    done = client.post(url, {"kind": "cancelled", "reason": "ice"})
    assert done.url == f"/team/touren/halt/{a_halt().pk}/ersatz/"
    assert [row.to for row in Message.objects.all()] == ["reh@example.org"]
    page = client.get(done.url)
    first = page.context["places"][0]
    taken = client.post(done.url, {"platz": first.value})
    assert taken.status_code == 302
    extra = TourStop.objects.get(replaces=a_halt())
    assert (extra.starts_at, Message.objects.count()) == (first.starts_at, 2)
    assert "Es gibt schon einen Ersatztermin" in client.get(done.url).content.decode()
    gone = client.post(done.url, {"platz": "nord|gestern"}, follow=True)
    assert "Diese Zeit ist gerade vergeben worden" in gone.content.decode()


def test_a_move_needs_a_time_and_a_misfit_is_said(client, dora):
    url = f"/team/touren/halt/{a_halt().pk}/anders/"
    missing = client.get(url, {"kind": "moved"})
    assert (missing.status_code, missing.context["form"].errors["starts"]) == (
        422,
        ["Bitte geben Sie die neue Zeit an, zum Beispiel 14:00."],
    )
    night = client.post(url, {"kind": "moved", "starts": "03:00"})
    assert (night.status_code, night.context["form"].non_field_errors()) == (
        409,
        ["Um diese Zeit passt der Halt nicht in die Tour. Bitte wählen Sie eine andere."],
    )
    late = client.get(url, {"kind": "late"})
    assert late.context["form"].errors == {"minutes": ["Bitte geben Sie die Minuten als Zahl an, zum Beispiel 20."]}
    assert client.post(url, {"kind": "moved", "starts": "10:30"}).url == f"/team/touren/?tag={FRIDAY}"
    html = client.get("/fahrplan/S5/").content.decode()
    assert "statt um 9:30 Uhr" in html
    events = json.loads(re.search(r'ld\+json">(.*?)</script>', html)[1])
    assert [(one["eventStatus"].rpartition("/")[2], one.get("previousStartDate")) for one in events] == [
        ("EventRescheduled", "2027-01-08T09:30:00+01:00"),
        ("EventScheduled", None),
        ("EventScheduled", None),
    ]
    assert events[0]["startDate"] == "2027-01-08T10:30:00+01:00"


def test_a_whole_day_and_back(client, dora):
    tour = friday()
    emil = make_user("advisor", email="emil@example.org", name="Emil Hartig")
    tour.team.members.add(emil)
    url = f"/team/touren/tour/{tour.pk}/anders/"
    asked = client.get(url, {"kind": "cancelled", "reason": "illness"})
    assert [one.who for one in asked.context["learners"]] == ["Frau Reh", "Emil Hartig"]
    done = client.post(url, {"kind": "cancelled", "reason": "illness"}, follow=True)
    assert "Angesagt für 1 Halt. Alle Betroffenen erfahren es." in done.content.decode()
    twice = client.post(url, {"kind": "cancelled"})
    assert (twice.status_code, twice.context["form"].non_field_errors()) == (
        409,
        ["An diesem Tag steht kein Halt mehr aus."],
    )
    back = client.post(f"/team/touren/tour/{tour.pk}/wie-geplant/", follow=True)
    assert "Zurückgenommen für 1 Halt." in back.content.decode()
    assert {row.state for row in Message.objects.all()} == {"dropped"}
    late = client.post(url, {"kind": "late", "minutes": "30"}, follow=True)
    assert "30 Minuten später" in late.content.decode()


def test_an_advisor_changes_only_tours_of_the_own_team(client, city):
    emil = make_user("advisor", name="Emil Hartig")
    Team.objects.get(key="nord").members.add(emil)
    client.force_login(emil)
    own = Tour.objects.filter(team__key="nord", date__gt=LATER.date()).first()
    for tour, status in ((own, 200), (friday(), 404)):
        assert client.get(f"/team/touren/tour/{tour.pk}/anders/").status_code == status
        assert client.get(f"/team/touren/tour/{tour.pk}/blatt.pdf").status_code == status
        assert client.get(f"/team/touren/halt/{tour.halts.first().pk}/anders/").status_code == status
    assert client.get(f"/team/touren/halt/{a_halt().pk}/ersatz/").status_code == 404, "coordinators replace"
    sheet = client.get(f"/team/touren/tour/{own.pk}/blatt.pdf")
    assert (sheet["Content-Type"], sheet["Cache-Control"]) == ("application/pdf", "no-store")


# --- the passport -----------------------------------------------------------------------------------


def picture():
    drawn = io.BytesIO()
    Image.new("RGB", (60, 40), "#336699").save(drawn, "JPEG")
    return drawn.getvalue()


def test_a_photo_is_taken_shown_and_removed(client, dora):
    url = "/planung/haltestellen/S1/foto/"
    upload = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    assert client.post(url, {"photo": upload, "description": "Der Eingang"}).url == "/planung/haltestellen/S1/pass/"
    assert 'alt="Der Eingang"' in client.get("/planung/haltestellen/S1/pass/").content.decode()
    public = client.get("/fahrplan/S1/").content.decode()
    address = re.search(r'src="(/fahrplan/S1/foto\.jpg\?v=\d+)"', public)[1]
    shown = client.get(address)
    assert (shown["Content-Type"], shown["Cache-Control"]) == ("image/jpeg", "public, max-age=31536000, immutable")
    wrong = client.post(url, {"photo": SimpleUploadedFile("a.jpg", b"kein Bild"), "description": "x"})
    assert wrong.status_code == 422
    assert wrong.context["form"].errors == {
        "photo": ["Diese Datei ist kein Foto, das wir lesen können. Möglich sind JPEG und PNG."]
    }
    large = SimpleUploadedFile("a.jpg", b"x" * (photos.MOST_BYTES + 1))
    too_large = client.post(url, {"photo": large, "description": "x"})
    assert too_large.context["form"].errors == {
        "photo": ["Das Foto ist größer als 5 MB. Bitte nehmen Sie ein kleineres."]
    }
    assert client.post(url, {"photo": SimpleUploadedFile("a.jpg", picture())}).context["form"].errors.keys() == {
        "description"
    }
    with time_machine.travel(LATER + timedelta(days=1, minutes=1), tick=False):
        client.post(url, {"entfernen": "1"})
    assert StopPhoto.objects.count() == 0
    assert client.get(address).status_code == 404
    assert "foto.jpg" not in client.get("/fahrplan/S1/").content.decode()


FORM = {
    "name": "Bibliothek Gorbitz", "short_name": "Gorbitz", "street": "Merianplatz 1", "postal_code": "01169",
    "rhythm": "twice_a_week", "min_gap_days": "1", "duration_minutes": "60", "setup_minutes": "20",
    "packing_minutes": "10", "hours": "Mo-Fr 9-17", "wish_weekdays": ["1"], "forbidden_weekdays": ["4"],
    "priority": "2", "has_bench": "True", "has_toilet": "False", "key_note": "am Empfang", "parking_note": "im Hof",
    "contact_name": "Frau Reh", "contact_phone": "0351 488 48 80", "contact_email": "reh@example.org",
    "rests_in_school_holidays": "on", "is_active": "on",
}  # fmt: skip


def test_the_passport_is_kept_and_read(client, dora):
    nord, sued = Team.objects.get(key="nord"), Team.objects.get(key="sued")
    filled = FORM | {"wish_teams": [nord.pk], "forbidden_teams": [sued.pk]}
    assert client.post("/planung/haltestellen/S1/", filled).status_code == 302
    stop = Stop.objects.get(key="S1")
    kept = (
        stop.min_gap_days, stop.setup_minutes, stop.packing_minutes, stop.forbidden_weekdays, stop.has_bench,
        stop.has_toilet, stop.rests_in_school_holidays, stop.contact_phone, [*stop.wish_teams.all()],
        [*stop.forbidden_teams.all()],
    )  # fmt: skip
    assert kept == (1, 20, 10, [4], True, False, True, "+493514884880", [nord], [sued])
    page = client.get("/planung/haltestellen/S1/pass/").content.decode()
    for words in ("am Empfang", "im Hof", "Frau Reh", "0351 488 48 80", "Ruht in den Schulferien", "Freitag"):
        assert words in page, words
    form = client.get("/planung/haltestellen/S1/").content.decode()
    assert 'value="0351 488 48 80"' in form
    public = client.get("/fahrplan/S1/").content.decode()
    assert "Hier können Sie sich setzen." in public
    assert not [words for words in ("Empfang", "Frau Reh", "488 48 80", "reh@") if words in public]


def test_what_is_wished_and_forbidden_at_once_is_refused(client, dora):
    nord = Team.objects.get(key="nord")
    both = FORM | {"forbidden_weekdays": ["1"], "wish_teams": [nord.pk], "forbidden_teams": [nord.pk]}
    answer = client.post("/planung/haltestellen/S1/", both | {"contact_phone": "12"})
    sentence = ["Das steht auch bei den Wünschen. Bitte nur eines von beiden ankreuzen."]
    assert answer.status_code == 422
    errors = dict(answer.context["form"].errors)
    assert errors.pop("contact_phone")
    assert errors == {"forbidden_weekdays": sentence, "forbidden_teams": sentence}


TEAM = {
    "name": "Nord", "hours": "Mo-Do 8-16:30", "break_minutes": "30", "break_parts": "2", "break_window": "11:30-13:30",
    "reserve_percent": "15", "end_street": "Altmarkt 1", "end_postal_code": "01067", "vehicle": "Bus",
    "shares_vehicle": "on", "is_active": "on",
}  # fmt: skip


def test_a_team_ends_elsewhere_and_keeps_a_reserve(client, dora):
    assert client.post("/planung/teams/nord/", TEAM).status_code == 302
    team = Team.objects.get(key="nord")
    assert (str(team.end_base), team.break_parts, team.reserve_percent, team.shares_vehicle) == (
        "Altmarkt 1, 01067 Dresden",
        2,
        15,
        True,
    )
    kept = team.end_base_id
    client.post("/planung/teams/nord/", TEAM)
    assert Team.objects.get(key="nord").end_base_id == kept
    client.post("/planung/teams/nord/", TEAM | {"end_street": "", "end_postal_code": ""})
    assert Team.objects.get(key="nord").end_base is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"break_parts": "3"}, "break_parts"),
        ({"end_postal_code": ""}, "end_street"),
        ({"end_street": "Nirgendwo 1", "end_postal_code": "99999"}, "end_street"),
        ({"reserve_percent": "61"}, "reserve_percent"),
    ],
)
def test_what_a_team_cannot_be(client, dora, change, field):
    answer = client.post("/planung/teams/nord/", TEAM | change)
    assert (answer.status_code, [*answer.context["form"].errors]) == (422, [field])


# --- closed days ------------------------------------------------------------------------------------


def test_closed_days_are_kept(client, dora):
    stop = Stop.objects.get(key="S5")
    added = client.post(
        "/planung/schliesstage/neu/",
        {"tag-date": "2027-01-08", "tag-stop": stop.pk, "tag-reason": "Umbau"},
        follow=True,
    )
    assert "An diesem Tag steht noch 1 Halt im Fahrplan." in added.content.decode()
    both = client.post(
        "/planung/schliesstage/neu/",
        {"tag-date": "2027-01-08", "tag-stop": stop.pk, "tag-team": Team.objects.first().pk},
    )
    assert (both.status_code, [*both.context["closing_form"].errors]) == (422, ["team"])
    again = client.post("/planung/schliesstage/neu/", {"tag-date": "2027-01-08", "tag-stop": stop.pk})
    assert again.context["closing_form"].errors == {"date": ["Dieser Tag steht schon in der Liste."]}
    client.post(f"/planung/schliesstage/{ClosingDay.objects.get().pk}/entfernen/")
    assert ClosingDay.objects.count() == 0
    holiday = {"ferien-name": "Herbstferien", "ferien-starts_on": "2027-10-11", "ferien-ends_on": "2027-10-23"}
    assert client.post("/planung/ferien/neu/", holiday).status_code == 302
    backwards = client.post("/planung/ferien/neu/", holiday | {"ferien-ends_on": "2027-10-01"})
    assert backwards.context["holiday_form"].errors == {"ends_on": ["Der letzte Tag liegt vor dem ersten."]}
    row = SchoolHoliday.objects.get(starts_on=date(2027, 10, 11))
    client.post(f"/planung/ferien/{row.pk}/entfernen/")
    assert not SchoolHoliday.objects.filter(pk=row.pk).exists()


# --- the public -------------------------------------------------------------------------------------


def test_a_district_has_its_page_its_feed_and_its_paper(client, city):
    page = client.get("/fahrplan/stadtteil/01169/")
    html = page.content.decode()
    assert page.status_code == 200
    assert "sessionid" not in page.cookies
    for words in ("Bibliothek Gorbitz", "Treff Pieschen", "handzettel.pdf", "aushang.pdf", "webcal:"):
        assert words in html, words
    assert client.get("/fahrplan/stadtteil/99999/").status_code == 404
    for name in ("aushang.pdf", "handzettel.pdf"):
        answer = client.get(f"/fahrplan/stadtteil/01169/{name}")
        assert (answer.status_code, answer["Content-Type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")
        tag = {"if-none-match": answer["ETag"]}
        assert client.get(f"/fahrplan/stadtteil/01169/{name}", headers=tag).status_code == 304
        assert client.get(f"/fahrplan/stadtteil/99999/{name}").status_code == 404
    feed = client.get("/fahrplan/stadtteil/01169/kalender.ics")
    assert (feed["Content-Type"], feed.content.count(b"BEGIN:VTIMEZONE")) == ("text/calendar; charset=utf-8", 1)
    assert b"halt-S1-20270105@lotsen" in feed.content
    assert client.get("/fahrplan/team/sued/kalender.ics").content.count(b"halt-S1-") == 0
    assert client.get("/fahrplan/team/niemand/kalender.ics").status_code == 404


def test_todays_changes_stand_on_top(client, dora):
    client.post(f"/team/touren/halt/{a_halt().pk}/anders/", {"kind": "cancelled"})
    with time_machine.travel(a_halt().starts_at - timedelta(hours=1), tick=False):
        for url in ("/fahrplan/", "/fahrplan/stadtteil/01169/", "/"):
            html = client.get(url).content.decode()
            assert "Heute ist etwas anders" in html, url
            assert "Der Termin fällt aus. Nächster Termin: Freitag, 15. Januar, 9:30 Uhr." in html, url
            assert html.index("Heute ist etwas anders") < html.index("Treff Pieschen") + 1, url


@pytest.mark.parametrize("url", ["/fahrplan/", "/fahrplan/stadtteil/01169/", "/fahrplan/S1/"])
def test_public_pages_are_light(client, city, url):
    weights.build_kit()
    for number in range(10, 52):
        make_stop(f"S{number}", f"Begegnungszentrum am Platz {number}")
    assert weights.page_bytes(client, url) <= weights.MAP_PAGE_LIMIT
    assert len(gzip.compress(client.get(url).content)) < weights.PAGE_LIMIT


# --- as many questions for three rows as for one ------------------------------------------------------


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_lists_need_as_many_queries_for_three_rows_as_for_one(client, dora):
    stop = Stop.objects.get(key="S1")
    ClosingDay.objects.create(date=date(2027, 1, 11), stop=stop)
    Stop.objects.filter(key="S1").update(permit_until=date(2026, 12, 20))
    urls = ("/planung/ferien/", "/planung/haltestellen/", "/planung/teams/")
    one = [queries_of(client, url) for url in urls]
    for day in (12, 13):
        ClosingDay.objects.create(date=date(2027, 1, day), stop=stop, team=None)
        ClosingDay.objects.create(date=date(2027, 1, day), stop=None, team=Team.objects.get(key="nord"))
    Stop.objects.filter(key__in=["S2", "S3"]).update(permit_until=date(2026, 12, 20))
    make_team_with_end()
    assert [queries_of(client, url) for url in urls] == one
    assert CallTask.objects.count() == 0


def make_team_with_end():
    from tests.touring.city import make_team

    make_team("west", "West", order=3)
    Team.objects.filter(key="west").update(end_base=Team.objects.get(key="sued").base)
