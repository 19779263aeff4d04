"""The team's day: its own tours with their halts, and the record of a training afterwards."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import records, trainings
from bookings.models import TrainingRecord
from lotsen.kernel.calendar import BERLIN
from tests.people import make_facility, make_topic, make_user
from tests.touring.city import NOW, make_city, make_published
from touring.models import Team
from touring.request_stops import FreePlace

pytestmark = pytest.mark.django_db
STARTS = datetime(2027, 1, 12, 14, 0, tzinfo=BERLIN)
DAY = "/team/?tag=2027-01-12"
LOGGED = {
    "head_count": "9",
    "minutes": "85",
    "level": "mixed",
    "topics": ["fotos"],
    "devices": ["Handy"],
    "note": "Gut.",
}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def city():
    make_city()
    return make_published()


@pytest.fixture
def after(client, clock):
    """Puts the clock behind the training and signs in again: nobody stays signed in for weeks."""

    def go(user):
        clock.move_to(STARTS + timedelta(minutes=95))
        client.force_login(user)

    return go


@pytest.fixture
def gerd(client, city):
    gerd = make_user("advisor", name="Gerd Arnold")
    Team.objects.get(key="nord").members.add(gerd)
    client.force_login(gerd)
    return gerd


def book(team="nord", starts_at=STARTS, name="Pflegeheim Lindenhof"):
    contact = make_user("facility")
    facility = make_facility(name, contact, contact_name="Frau Sommer")
    place = FreePlace(Team.objects.get(key=team), starts_at, starts_at + timedelta(minutes=90))
    return trainings.request_training(
        facility,
        topics=[make_topic()],
        people=12,
        level="beginners",
        room="Speisesaal",
        place=place,
        by=contact,
        at=NOW,
    )


def test_the_day_shows_halts_with_time_place_steps_and_the_training(client, gerd):
    book()
    shown = client.get(DAY).content.decode().replace("\xa0", " ")
    for words in (
        "Bibliothek Plauen",
        "10:00",
        "Merianplatz 2, 01169 Dresden",
        "Ob es Stufen gibt, wissen wir noch nicht.",
        "Schulung: Pflegeheim Lindenhof",
        "etwa 12 Menschen",
        "Speisesaal",
        "Frau Sommer",
        "openstreetmap.org/?mlat=",
        'href="?tag=2027-01-11"',
        'href="?tag=2027-01-13"',
    ):
        assert words in shown, words


def test_today_is_shown_without_a_day_and_for_nonsense(client, gerd):
    for url in ("/team/", "/team/?tag=morgen", "/team/?tag=2027-13-40"):
        assert client.get(url).context["day"].isoformat() == "2026-11-25"


def test_advisors_see_their_teams_tours_and_coordinators_all(client, gerd):
    book("sued", datetime(2027, 1, 12, 9, 0, tzinfo=BERLIN), "Haus Elbblick")
    assert [tour.team.key for tour, _halts in client.get(DAY).context["tours"]] == ["nord"]
    client.force_login(make_user("coordinator"))
    assert [tour.team.key for tour, _halts in client.get(DAY).context["tours"]] == ["nord", "sued"]
    client.force_login(make_user("advisor"))
    assert client.get(DAY).context["tours"] == []


@pytest.mark.parametrize("role", ["hotline", "volunteer", "facility", "data_protection", "administrator"])
def test_other_roles_find_nothing_here(client, city, role):
    training = book()
    client.force_login(make_user(role))
    assert client.get("/team/").status_code == 404
    assert client.get(f"/team/schulung/{training.reference}/").status_code == 404


def test_the_record_is_written_once_after_it_began(client, gerd, after):
    training = book()
    url = f"/team/schulung/{training.reference}/"
    assert "wenn die Schulung begonnen hat" in client.get(url).content.decode()
    assert client.post(url, LOGGED).status_code == 409
    assert not TrainingRecord.objects.exists()

    after(gerd)
    assert "Protokoll schreiben" in client.get(DAY).content.decode()
    answer = client.post(url, LOGGED)
    assert answer.url == DAY
    training.refresh_from_db()
    record = training.record
    assert (training.state, training.request_stop.state) == ("done", "served")
    assert (record.head_count, record.minutes, record.level, record.devices, record.note, record.by) == (
        9,
        85,
        "mixed",
        ["Handy"],
        "Gut.",
        gerd,
    )
    assert [topic.key for topic in record.topics.all()] == ["fotos"]
    assert client.post(url, LOGGED).status_code == 409
    assert "Protokoll ist da" in client.get(DAY).content.decode()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"head_count": ""}, "Bitte schreiben Sie eine Zahl."),
        ({"topics": []}, "Bitte wählen Sie mindestens ein Thema."),
        ({"note": "Passwort: hallo1"}, "Das sieht nach einer PIN oder einem Passwort aus."),
    ],
)
def test_a_wrong_record_is_said(client, gerd, after, values, sentence):
    training = book()
    after(gerd)
    answer = client.post(f"/team/schulung/{training.reference}/", LOGGED | values)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_another_teams_training_does_not_exist(client, gerd, after):
    training = book("sued")
    after(gerd)
    assert client.post(f"/team/schulung/{training.reference}/", LOGGED).status_code == 404
    with pytest.raises(records.NotToLog, match="anderen Team"):
        records.log_training(
            training, head_count=1, level="mixed", topics=[], devices=[], minutes=60, by=gerd, at=STARTS
        )
    training.refresh_from_db()
    assert training.state == "booked"


def test_the_day_needs_as_many_queries_for_three_trainings_as_for_one(client, city):
    client.force_login(make_user("coordinator"))
    book()
    client.get(DAY)
    with CaptureQueriesContext(connection) as one:
        client.get(DAY)
    book("sued", datetime(2027, 1, 12, 9, 0, tzinfo=BERLIN), "Zwei")
    book("sued", datetime(2027, 1, 12, 14, 0, tzinfo=BERLIN), "Drei")
    with CaptureQueriesContext(connection) as three:
        shown = client.get(DAY).content.decode()
    assert shown.count("etwa 12 Menschen") == 3
    assert len(three) == len(one)
