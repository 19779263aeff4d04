"""A facility's pages: only its own trainings, booking from real free times, calendar file, record."""

import io
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar
from pypdf import PdfReader

from bookings import records, trainings
from bookings.models import Training
from lotsen.kernel.calendar import BERLIN, local_date
from lotsen.messages.models import Message
from tests.people import make_facility, make_topic, make_user
from tests.touring.city import NOW, make_city, make_published
from touring.models import RequestStop, Team, TourStop
from touring.request_stops import FreePlace, PlaceGone

pytestmark = pytest.mark.django_db
QUERY = "themen=fotos&menschen=12&stufe=beginners"
STARTS = datetime(2027, 1, 12, 14, 0, tzinfo=BERLIN)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def city():
    make_city()
    return make_published()


@pytest.fixture
def frank(client):
    frank = make_user("facility", name="Frank O’Neill")
    client.force_login(frank)
    return frank


@pytest.fixture
def home(frank):
    return make_facility("Pflegeheim Lindenhof", frank)


def book(facility, by, *, starts_at=STARTS, **fields):
    place = FreePlace(Team.objects.get(key="nord"), starts_at, starts_at + timedelta(minutes=90))
    fields = {"topics": [make_topic()], "people": 12, "level": "beginners", "room": "Speisesaal"} | fields
    return trainings.request_training(facility, place=place, by=by, at=NOW, **fields)


def times_url(facility, query=QUERY):
    return f"/einrichtung/schulung/neu/termin/?einrichtung={facility.key}&{query}"


def free_values(client, facility):
    shown = client.get(times_url(facility))
    return [place.value for day in shown.context["days"] for place in day.places]


def test_booking_from_the_first_step_to_the_confirmation(client, city, home, frank):
    make_topic()
    assert client.get("/einrichtung/schulung/neu/").status_code == 200
    value = free_values(client, home)[0]
    key = str(uuid4())
    chosen = {"termin": value, "raum": "Speisesaal", "notiz": "Klingel links", "key": key}
    answer = client.post(times_url(home), chosen)
    training = Training.objects.get()
    stop = training.request_stop
    assert answer.url == f"/einrichtung/schulung/{training.reference}/"
    assert (training.state, training.people, training.room, training.note, training.booked_by) == (
        "booked",
        12,
        "Speisesaal",
        "Klingel links",
        frank,
    )
    assert (stop.state, stop.title, stop.minutes, list(stop.told.all())) == (
        "planned",
        "Schulung: Pflegeheim Lindenhof",
        90,
        [frank],
    )
    assert TourStop.objects.filter(request_stop=stop).count() == 1
    (message,) = Message.objects.all()
    assert (message.kind, message.channel, message.to) == ("f_booked", "email", frank.email)
    assert "Pflegeheim" not in str(message.variables), "e-mail carries no address"
    assert "Gebucht" in client.get(answer.url).content.decode()
    assert client.post(times_url(home), chosen).url == answer.url, "the same form again is the same training"
    assert Training.objects.count() == 1
    assert value not in free_values(client, home)


def test_a_time_that_was_just_taken_says_what_is_free(client, city, home):
    make_topic()
    value = free_values(client, home)[0]
    other = make_user("facility")
    chosen = {"termin": value, "raum": "", "notiz": ""}
    client.post(times_url(home), chosen | {"key": str(uuid4())})
    client.force_login(other)
    next_door = make_facility("Haus Elbblick", other)
    answer = client.post(times_url(next_door), chosen | {"key": str(uuid4())})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "ist gerade vergeben. Frei ist noch: " in shown
    assert Training.objects.filter(facility=next_door).count() == 0


@pytest.mark.parametrize("termin", ["", "Unsinn", "nord|2027-01-12T14:00", "gibtesnicht|2027-01-12T14:00+01:00"])
def test_nonsense_for_a_time_books_nothing(client, city, home, termin):
    make_topic()
    answer = client.post(times_url(home), {"termin": termin, "key": str(uuid4())})
    assert answer.status_code == 422
    assert not Training.objects.exists()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("themen=fotos&menschen=41&stufe=beginners", "In den Raum passen 40 Menschen. Ihre Gruppe hat 41."),
        ("menschen=4&stufe=beginners", "Bitte wählen Sie mindestens ein Thema."),
        ("themen=fotos&menschen=viele&stufe=beginners", "Bitte schreiben Sie eine Zahl, zum Beispiel 12."),
    ],
)
def test_a_wrong_first_step_is_said(client, home, query, sentence):
    make_topic()
    answer = client.get(times_url(home, query))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_another_facility_cannot_be_booked_for(client, city, home):
    foreign = make_facility("Fremdes Heim", make_user("facility"))
    make_topic()
    assert client.get(times_url(foreign)).status_code == 422
    with pytest.raises(trainings.NotYourFacility):
        book(foreign, make_user("facility"))


def test_a_room_too_small_and_a_time_that_is_over_are_refused(city, home, frank):
    with pytest.raises(trainings.RoomTooSmall, match="40 Menschen"):
        book(home, frank, people=41)
    with pytest.raises(Exception, match="schon vorbei"):
        book(home, frank, starts_at=NOW - timedelta(days=1))
    assert not Training.objects.exists()


def test_without_a_plan_nothing_is_free(client, home):
    make_topic()
    assert "ist nichts frei" in client.get(times_url(home)).content.decode()
    assert "Noch keine Schulung gebucht." in client.get("/einrichtung/").content.decode()


def test_with_a_plan_the_empty_page_names_the_next_free_time(client, city, home):
    shown = client.get("/einrichtung/").content.decode()
    assert "Die nächste freie Zeit: Montag, 4.\xa0Januar" in shown, shown[shown.index("<main") :]


PAGES = ["", "absagen/", "termin.ics", "protokoll.pdf"]


def logged(training):
    stop = training.request_stop
    team_member = make_user("advisor", name="Gerd Arnold")
    stop.team.members.add(team_member)
    return records.log_training(
        training,
        head_count=9,
        level="mixed",
        topics=training.topics.all(),
        devices=["Handy"],
        minutes=85,
        note="Alle konnten am Ende ein Foto verschicken.",
        by=team_member,
        at=stop.ends_at,
    )


def test_a_foreign_training_does_not_exist(client, city, frank, home):
    owner = make_user("facility")
    foreign = book(make_facility("Fremdes Heim", owner), owner)
    logged(foreign)
    for path in PAGES:
        assert client.get(f"/einrichtung/schulung/{foreign.reference}/{path}").status_code == 404, path
    client.post(f"/einrichtung/schulung/{foreign.reference}/absagen/")
    foreign.refresh_from_db()
    assert foreign.state == "done"
    client.force_login(owner)
    assert client.get(f"/einrichtung/schulung/{foreign.reference}/protokoll.pdf").status_code == 200


@pytest.mark.parametrize("role", ["hotline", "coordinator", "advisor", "volunteer", "data_protection", "administrator"])
def test_other_roles_find_nothing_here(client, role):
    client.force_login(make_user(role))
    assert client.get("/einrichtung/").status_code == 404
    assert client.get("/einrichtung/schulung/neu/").status_code == 404


def test_a_former_contact_sees_nothing_any_more(client, city, home, frank):
    training = book(home, frank)
    home.contacts.clear()
    assert client.get(f"/einrichtung/schulung/{training.reference}/").status_code == 404


def test_calling_off_frees_the_time_and_says_so(client, city, home, frank):
    training = book(home, frank)
    url = f"/einrichtung/schulung/{training.reference}/"
    assert "Möchten Sie diese Schulung absagen?" in client.get(url + "absagen/").content.decode()
    client.post(url + "absagen/")
    training.refresh_from_db()
    assert (training.state, training.request_stop.state) == ("cancelled", "dropped")
    assert not TourStop.objects.filter(request_stop=training.request_stop).exists()
    assert sorted(Message.objects.values_list("kind", "state")) == [
        ("f_booked", "dropped"),
        ("f_cancelled_own", "queued"),
    ]
    shown = client.get(url).content.decode()
    assert "Diese Schulung ist abgesagt" in shown


def test_too_late_to_call_off_online(client, city, home, frank, clock):
    training = book(home, frank)
    clock.move_to(datetime(2027, 1, 9, 22, 30, tzinfo=UTC))
    client.force_login(frank)
    url = f"/einrichtung/schulung/{training.reference}/"
    assert "Schulung absagen" in client.get(url).content.decode()
    clock.move_to(datetime(2027, 1, 9, 23, 30, tzinfo=UTC))
    assert "Online ändern ging bis" in client.get(url).content.decode()
    client.post(url + "absagen/")
    training.refresh_from_db()
    assert training.state == "booked"


def test_the_calendar_file_is_one_event_at_the_right_time(client, city, home, frank):
    training = book(home, frank)
    answer = client.get(f"/einrichtung/schulung/{training.reference}/termin.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (STARTS, STARTS + timedelta(minutes=90))
    assert (str(event["UID"]), str(event["STATUS"])) == (f"schulung-{training.reference}@lotsen", "CONFIRMED")
    assert str(event["LOCATION"]) == "Pflegeheim Lindenhof, Speisesaal"
    assert b"TZID=Europe/Berlin" in answer.content


def test_the_record_is_a_tagged_pdf_with_what_took_place(client, city, home, frank):
    training = book(home, frank)
    assert client.get(f"/einrichtung/schulung/{training.reference}/protokoll.pdf").status_code == 404
    logged(training)
    answer = client.get(f"/einrichtung/schulung/{training.reference}/protokoll.pdf")
    reader = PdfReader(io.BytesIO(answer.content))
    text = " ".join(reader.pages[0].extract_text().split())
    assert len(reader.pages) == 1
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    for words in ("Protokoll einer Schulung", "Pflegeheim Lindenhof", "85 Minuten", "gemischt", "Gerd Arnold"):
        assert words in text
    assert client.get(f"/einrichtung/schulung/{training.reference}/protokoll.pdf").content == answer.content


def test_names_in_a_record_are_never_markup(city, home, frank, settings):
    training = book(home, frank, room="#panic() $x$ *fett* `code`")
    record = logged(training)
    pdf = records.record_pdf(record, fonts_dir=settings.FONTS_DIR)
    assert "#panic() $x$ *fett* `code`" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def test_the_list_needs_as_many_queries_for_three_as_for_one(client, city, home, frank, django_assert_num_queries):
    book(home, frank)
    client.get("/einrichtung/")
    with CaptureQueriesContext(connection) as one:
        client.get("/einrichtung/")
    book(home, frank, starts_at=datetime(2027, 1, 13, 9, 0, tzinfo=BERLIN))
    book(home, frank, starts_at=datetime(2027, 1, 14, 13, 0, tzinfo=BERLIN))
    with django_assert_num_queries(len(one)):
        client.get("/einrichtung/")
    assert RequestStop.objects.count() == 3


def test_a_time_that_is_too_near_or_outside_our_hours_is_refused_whatever_the_form_says(city, home, frank):
    near = local_date(NOW) + timedelta(days=2)
    with pytest.raises(trainings.TooLate):
        book(home, frank, starts_at=datetime(near.year, near.month, near.day, 10, 0, tzinfo=BERLIN))
    with pytest.raises(PlaceGone):
        book(home, frank, starts_at=STARTS.replace(hour=8))
    assert Training.objects.count() == 0


@pytest.mark.parametrize("termin", ["nord|0001-01-01T00:00+14:00", "nord|9999-12-31T23:59-14:00"])
def test_a_time_at_the_end_of_the_calendar_is_gone(client, city, home, termin):
    make_topic()
    chosen = {"termin": termin, "key": str(uuid4())}
    assert client.post(times_url(home), chosen).status_code == 422


@pytest.mark.parametrize("first", ["0001-01-01", "9999-12-31", "x"])
def test_a_day_that_nobody_plans_shows_the_next_free_ones(client, city, home, first):
    make_topic()
    assert client.get(times_url(home) + f"&ab={first}").context["days"] == client.get(times_url(home)).context["days"]
