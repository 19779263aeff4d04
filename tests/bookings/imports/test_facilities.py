import pytest

from bookings.imports import import_city
from bookings.imports.facilities import FACILITY_COLUMNS
from bookings.models import Facility
from lotsen.kernel.imports import Counts
from lotsen.kernel.tables import read_table
from lotsen.people.models import Role, User
from tests.bookings.imports.lists import AT, FACILITY, city_file, sentences, table
from tests.people import make_user


@pytest.mark.parametrize(
    ("heading", "cell", "key", "value"),
    [
        ("Telefon", "00493023125009", "phone", "+493023125009"),
        ("Telefon", "+49 (0)30 23125002", "phone", "+493023125002"),
        ("E-Mail", "", "email", None),
        ("Plätze", "120", "seats", 120),
        ("Internet", "unbekannt", "internet", "unbekannt"),
        ("Technik", "", "equipment", None),
    ],
)
def test_a_cell_that_fits(heading, cell, key, value):
    read = read_table(table([FACILITY | {heading: cell}]), FACILITY_COLUMNS, "einrichtungen.csv")
    assert (read.problems, read.rows[0][key]) == ((), value)


@pytest.mark.parametrize(
    ("heading", "cell", "sentence"),
    [
        ("Einrichtung", "", "Hier fehlt etwas. Nötig ist: Einrichtung."),
        ("Straße und Hausnummer", "", "Hier fehlt etwas. Nötig ist: Straße und Hausnummer."),
        ("Telefon", "110", "Diese Nummer können wir nicht anrufen. Bitte nehmen Sie Festnetz oder Handy."),
        ("E-Mail", "haus@", "Das ist keine E-Mail-Adresse. Zum Beispiel: name@example.org"),
        ("Plätze", "viele", "„viele“ ist hier nicht möglich. Möglich ist eine ganze Zahl von 0 bis 5000."),
        ("Ansprechperson", "@Vogel", "Die Zelle beginnt mit „@“. Das ist hier nicht erlaubt."),
    ],
)
def test_a_cell_that_does_not_fit(heading, cell, sentence):
    read = read_table(table([FACILITY | {heading: cell}]), FACILITY_COLUMNS, "einrichtungen.csv")
    assert [str(problem.sentence) for problem in read.problems] == [sentence]


@pytest.mark.django_db
def test_a_facility_and_its_contact():
    import_city([city_file("einrichtungen")], by=None, at=AT)
    one = Facility.objects.get()
    contact = one.contacts.get()
    assert (one.key, one.name, one.contact_name, one.phone, one.email, one.seats, one.internet, one.equipment) == (
        "E01",
        "Haus Beispiel",
        "Lothar Vogel",
        "+493023125000",
        "haus@example.org",
        60,
        "Gäste-WLAN 6 Mbit/s",
        "Beamer",
    )
    assert (str(one.address), one.address.point) == ("Dorfstraße 13, 01109 Dresden", (51.1141, 13.78665))
    assert (contact.name, contact.email, contact.phone, contact.roles, contact.has_usable_password()) == (
        "Lothar Vogel",
        "haus@example.org",
        "+493023125000",
        [Role.FACILITY],
        False,
    )


@pytest.mark.django_db
def test_without_an_email_nobody_can_book():
    import_city([city_file("einrichtungen", {"E-Mail": ""})], by=None, at=AT)
    assert (Facility.objects.get().contacts.count(), User.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_new_address_takes_the_place_of_the_former_one():
    import_city([city_file("einrichtungen")], by=None, at=AT)
    helper = make_user(Role.FACILITY)
    Facility.objects.get().contacts.add(helper)
    outcome = import_city([city_file("einrichtungen", {"E-Mail": "neu@example.org"})], by=None, at=AT)
    assert outcome.counts["einrichtungen"] == Counts(changed=1)
    assert set(Facility.objects.get().contacts.values_list("email", flat=True)) == {"neu@example.org", helper.email}


@pytest.mark.django_db
def test_one_contact_of_two_facilities_and_one_who_volunteers_too():
    make_user(Role.VOLUNTEER, email="Haus@example.org")
    import_city([city_file("einrichtungen", {}, {"Kennung": "E02"})], by=None, at=AT)
    user = User.objects.get()
    assert (set(user.roles), user.facilities.count()) == ({"volunteer", "facility"}, 2)
    same = import_city([city_file("einrichtungen", {}, {"Kennung": "E02"})], by=None, at=AT)
    assert same.counts["einrichtungen"] == Counts(same=2)


@pytest.mark.django_db
def test_a_key_stands_once():
    outcome = import_city([city_file("einrichtungen", {}, {})], by=None, at=AT)
    assert sentences(outcome) == [("einrichtungen.csv", 3, "Kennung", "Wie Zeile 2. Bitte eine Zeile löschen.")]
