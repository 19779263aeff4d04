from datetime import date

import pytest

from bookings.imports import import_city
from lotsen.kernel.calendar import local_date
from lotsen.kernel.imports import Counts
from lotsen.kernel.models import Transition
from lotsen.kernel.tables import read_table
from lotsen.messages.models import Message
from lotsen.people.models import Role, User
from tests.bookings.imports.lists import AT, VOLUNTEER, city_file, sentences, table
from tests.people import make_user
from volunteers.imports import volunteer_columns
from volunteers.models import Topic, Volunteer
from volunteers.topics import CATALOGUE, load_topics, topic_words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("heading", "cell", "key", "value"),
    [
        ("Mobil", "0171/39 200-01", "phone", "+491713920001"),
        ("Mobil", "+49 171 3920002", "phone", "+491713920002"),
        ("E-Mail", "A.B@Example.org", "email", "a.b@example.org"),
        ("Themen", "Online-Termin beim Amt, E-Rezept; Sicher im Netz", "topics", ("amt", "gesundheit", "sicherheit")),
        ("Sprachen", "Deutsch, Sorbisch", "languages", ("Deutsch", "Sorbisch")),
        ("unterwegs", "zu Fuß", "travel_mode", "foot"),
        ("Umkreis (km)", "2,5", "radius_metres", 2500),
        ("verfügbar", "Sa 10-16 Uhr", "hours", "Sa 10:00-16:00"),
        ("Besuche je Woche", "4", "visits_a_week", 4),
        ("Schulung am", "1.10.2026", "training", date(2026, 10, 1)),
    ],
)
def test_a_cell_that_fits(heading, cell, key, value):
    read = read_table(table([VOLUNTEER | {heading: cell}]), volunteer_columns(), "lotsen.csv")
    assert (read.problems, read.rows[0][key]) == ((), value)


@pytest.mark.parametrize(
    ("heading", "cell", "sentence"),
    [
        ("Mobil", "3920000", "In der Telefonnummer fehlt die Vorwahl. Zum Beispiel: 0351 123 45 67"),
        (
            "Mobil",
            "4,93512E+11",
            (
                "Die Tabelle hat die Telefonnummer verändert. Bitte die Spalte als Text speichern, "
                "zum Beispiel 0351 123 45 67."
            ),
        ),
        ("E-Mail", "keine", "Das ist keine E-Mail-Adresse. Zum Beispiel: name@example.org"),
        ("Themen", "Online-Auswies", "Das Thema „Online-Auswies“ gibt es nicht. Meinen Sie „Online-Ausweis“?"),
        ("Sprachen", "Deutsch, Polnich", "Die Sprache „Polnich“ kennen wir nicht. Meinen Sie „Polnisch“?"),
        ("unterwegs", "Farrad", "„Farrad“ kennen wir nicht. Meinen Sie „Fahrrad“?"),
        ("Umkreis (km)", "0", "„0“ ist hier nicht möglich. Möglich ist eine Zahl von 0,1 bis 100."),
        ("verfügbar", "oft", "„oft“ verstehe ich nicht. Zum Beispiel: Mo,Mi 10:00-18:00; Fr 9:00-13:00."),
        ("Besuche je Woche", "40", "„40“ ist hier nicht möglich. Möglich ist eine ganze Zahl von 1 bis 14."),
        ("Schulung am", "30.2.2026", "Den Tag „30.2.2026“ gibt es nicht. Bitte so schreiben: 31.12.2026."),
    ],
)
def test_a_cell_that_does_not_fit(heading, cell, sentence):
    read = read_table(table([VOLUNTEER | {heading: cell}]), volunteer_columns(), "lotsen.csv")
    assert [str(problem.sentence) for problem in read.problems] == [sentence]


def test_a_new_volunteer_is_active_has_no_password_and_hears_nothing():
    import_city([city_file("lotsen")], by=None, at=AT)
    one = Volunteer.objects.get()
    user = one.user
    assert (user.name, user.email, user.phone, user.roles, user.has_usable_password()) == (
        "Gülşen Şahin",
        "guelsen@example.org",
        "+491713920000",
        [Role.VOLUNTEER],
        False,
    )
    assert (one.key, one.state, one.radius_metres, one.travel_mode, one.hours, one.visits_a_week, one.languages) == (
        "L001",
        "active",
        2500,
        "transit",
        "Di,Do 14:00-18:00",
        2,
        ["Deutsch", "Türkisch"],
    )
    days = dict(one.evidence.values_list("requirement__key", "issued_on"))
    assert (
        days
        == {
            "training": date(2026, 10, 1),
            "certificate": date(2026, 1, 27),
            "talk": local_date(AT),
            "pair": local_date(AT),
        }
        | days
    )
    assert sorted(one.skills.values_list("topic__key", flat=True)) == ["fotos", "iphone"]
    history = list(Transition.objects.values_list("subject_type", "subject_id", "source", "target"))
    assert history == [("volunteers.volunteer", str(one.pk), "", "active")]
    assert not Message.objects.exists()


def test_a_new_volunteer_can_ask_for_a_password(client, mailoutbox):
    import_city([city_file("lotsen")], by=None, at=AT)
    client.post("/konto/password/reset/", {"email": "guelsen@example.org"})
    assert [mail.to for mail in mailoutbox] == [["guelsen@example.org"]]


def test_changed_rows_change_user_volunteer_and_topics():
    import_city([city_file("lotsen", {}, {"Kennung": "L002", "E-Mail": "zwei@example.org"})], by=None, at=AT)
    changed = {"E-Mail": "neu@example.org", "Themen": "Fotos, Tablet", "Umkreis (km)": "8"}
    outcome = import_city(
        [city_file("lotsen", changed, {"Kennung": "L002", "E-Mail": "zwei@example.org"})], by=None, at=AT
    )
    one = Volunteer.objects.get(key="L001")
    assert outcome.counts["lotsen"] == Counts(changed=1, same=1)
    assert (one.user.email, one.radius_metres) == ("neu@example.org", 8000)
    assert sorted(one.skills.values_list("topic__key", flat=True)) == ["fotos", "tablet"]
    assert (User.objects.count(), Transition.objects.count()) == (2, 2)


def test_an_address_belongs_to_one_volunteer():
    import_city([city_file("lotsen")], by=None, at=AT)
    outcome = import_city([city_file("lotsen", {"Kennung": "L9"})], by=None, at=AT)
    twice = import_city(
        [city_file("lotsen", {"E-Mail": "x@example.org"}, {"Kennung": "L7", "E-Mail": "x@example.org"})], by=None, at=AT
    )
    assert sentences(outcome) == [("lotsen.csv", 2, "E-Mail", "Diese E-Mail-Adresse gehört schon zu Kennung L001.")]
    assert sentences(twice) == [("lotsen.csv", 3, "E-Mail", "Wie Zeile 2. Bitte eine Zeile löschen.")]


def test_staff_who_also_volunteer_keep_their_name_and_number():
    make_user(Role.COORDINATOR, name="Dora Sommer", email="guelsen@example.org", phone="+493023125110")
    import_city([city_file("lotsen")], by=None, at=AT)
    user = User.objects.get()
    assert (user.name, user.phone, user.roles) == ("Dora Sommer", "+493023125110", ["coordinator", "volunteer"])
    assert import_city([city_file("lotsen")], by=None, at=AT).counts["lotsen"] == Counts(same=1)


def test_the_catalogue_is_there_from_the_first_start_and_a_citys_own_topics_count():
    assert Topic.objects.count() == len(CATALOGUE)
    Topic.objects.filter(key="fotos").update(name="Bilder machen")
    Topic.objects.create(key="garten", name="Garten-App")
    assert (load_topics(), topic_words()["Garten-App"], topic_words()["Bilder machen"]) == (0, "garten", "fotos")
    Topic.objects.filter(key="wlan").delete()
    assert (load_topics(), Topic.objects.filter(key="wlan").count()) == (1, 1)
