from datetime import UTC, date, datetime, timedelta

import pytest

from bookings.clients import search_key
from bookings.imports import import_city
from bookings.imports.requests import request_columns
from bookings.imports.wishes import Remarks, Wishes
from bookings.models import Client, HomeVisit
from bookings.visits import cancel_visit, fix_slot
from lotsen.kernel.imports import Counts
from lotsen.kernel.models import Transition
from lotsen.kernel.references import is_reference
from lotsen.kernel.tables import read_table
from lotsen.messages.models import CallTask, Message
from tests.bookings.imports.lists import AT, REQUEST, city_file, sentences, table
from tests.people import make_user

pytestmark = pytest.mark.django_db

ENTERED = datetime(2026, 11, 2, 8, tzinfo=UTC)
NOT_IN_MIND = (
    "„Zu beachten“ verstehe ich nicht ganz. Möglich: schwerhörig, sieht schlecht, Rollstuhl, Hund im Haus, "
    "ohne Aufzug. Anderes gehört in die Spalte „Notiz“."
)


@pytest.mark.parametrize(
    ("heading", "cell", "key", "value"),
    [
        ("Eingang", "2.11.2026", "entered_on", date(2026, 11, 2)),
        ("Weg", "telefonisch", "entrance", "phone"),
        ("Weg", "Web", "entrance", "web"),
        ("Weg", "Brief", "entrance", "letter"),
        ("Name", "Małgorzata  Großmann-Lüttich", "name", "Małgorzata Großmann-Lüttich"),
        ("Telefon", "", "phone", None),
        ("Telefon", "030/231 25177", "phone", "+493023125177"),
        ("Thema", "Fernseher und Mediathek", "topics", ("fernseher",)),
        ("Zeitwunsch", "Di oder Do ab 14 Uhr", "times", ("Di,Do 14:00-18:00", "Di oder Do ab 14 Uhr")),
        ("Zeitwunsch", "nicht mittwochs", "times", ("Mo-Di 8:00-18:00; Do-Sa 8:00-18:00", "nicht mittwochs")),
        ("Zeitwunsch", "egal", "times", ("", "egal")),
        ("zu beachten", "schwerhörig", "remarks", Remarks(("hearing",))),
        ("zu beachten", "sieht schlecht, Hund im Haus", "remarks", Remarks(("dog", "seeing"))),
        ("zu beachten", "3. Stock ohne Aufzug", "remarks", Remarks(("stairs",), "3. Stock ohne Aufzug")),
        ("zu beachten", "Rollstuhl", "remarks", Remarks(("wheelchair",))),
        ("Wunsch", "bitte eine Frau", "wishes", Wishes(wish="woman")),
        ("Wunsch", "bitte russisch", "wishes", Wishes(speaks=("Russisch",))),
        (
            "Wunsch",
            "Tochter ruft an: +49 176 04069015",
            "wishes",
            Wishes(caller="family", caller_name="Tochter", caller_phone="+4917604069015"),
        ),
        (
            "Wunsch",
            "bitte ein Mann; Nachbarin ruft an: 0171/3920057",
            "wishes",
            Wishes(wish="man", caller="neighbour", caller_name="Nachbarin", caller_phone="+491713920057"),
        ),
    ],
)
def test_a_cell_that_fits(heading, cell, key, value):
    read = read_table(table([REQUEST | {heading: cell}]), request_columns(), "anfragen.csv")
    found = read.rows[0][key] if read.rows else None
    if key == "times" and value[1] == "nicht mittwochs":
        found, value = found[1], value[1]
    assert (read.problems, found) == ((), value)


@pytest.mark.parametrize(
    ("heading", "cell", "sentence"),
    [
        ("Eingang", "bald", "„bald“ ist kein Datum. Bitte so schreiben: 31.12.2026."),
        ("Weg", "Rauch", "„Rauch“ ist kein Weg. Möglich: Telefon, Web, Brief."),
        ("Name", "", "Hier fehlt etwas. Nötig ist: Name."),
        ("PLZ", "11", "Eine Postleitzahl hat 5 Ziffern, zum Beispiel 01169."),
        ("Telefon", "0900 123456", "Diese Nummer können wir nicht anrufen. Bitte nehmen Sie Festnetz oder Handy."),
        ("Thema", "Fotografie", "Das Thema „Fotografie“ gibt es nicht. Meinen Sie „Foto“?"),
        (
            "Zeitwunsch",
            "wenn die Sonne scheint",
            "„wenn die Sonne scheint“ verstehe ich nicht. Zum Beispiel: Mo,Mi 10:00-18:00; Fr 9:00-13:00.",
        ),
        ("zu beachten", "mag Katzen", NOT_IN_MIND),
        (
            "Wunsch",
            "bitte morgen",
            "Diesen Wunsch verstehe ich nicht. Zum Beispiel: bitte eine Frau; Tochter ruft an: 0351 123 45 67.",
        ),
        (
            "Wunsch",
            "bitte rusisch",
            "Diesen Wunsch verstehe ich nicht. Zum Beispiel: bitte russisch; Tochter ruft an: 0351 123 45 67.",
        ),
        ("Wunsch", "Tochter ruft an: 0171", "Die Nummer ist zu kurz."),
    ],
)
def test_a_cell_that_does_not_fit(heading, cell, sentence):
    read = read_table(table([REQUEST | {heading: cell}]), request_columns(), "anfragen.csv")
    assert [str(problem.sentence) for problem in read.problems] == [sentence]


def test_who_telephoned_has_agreed_and_hears_nothing():
    row = {"zu beachten": "schwerhörig, 3. Stock ohne Aufzug", "Wunsch": "bitte eine Frau, bitte vietnamesisch"}
    outcome = import_city([city_file("anfragen", row)], by=None, at=AT)
    visit = HomeVisit.objects.get()
    person = visit.client
    assert (outcome.problems, outcome.counts) == ((), {"anfragen": Counts(new=1)})
    assert (visit.state, visit.entrance, visit.caller, visit.requested_at, visit.agreed_at, visit.minutes) == (
        "requested",
        "phone",
        "self",
        ENTERED,
        ENTERED,
        60,
    )
    assert (visit.times, visit.times_words, is_reference(visit.reference)) == ("Mo-Sa 8:00-12:30", "vormittags", True)
    assert list(visit.topics.values_list("key", flat=True)) == ["fotos"]
    assert (person.name, person.phone, person.phone_confirmed_at, person.needs, person.wish, person.speaks) == (
        "Nguyễn Văn Sơn",
        "+4917604069100",
        ENTERED,
        ["hearing", "stairs"],
        "woman",
        ["Vietnamesisch"],
    )
    assert (person.reach_by, person.created_at, person.search_key) == (
        ["call"],
        ENTERED,
        search_key(person),
    )
    assert (str(person.address), person.address.extra) == ("Birkenhain 90, 01159 Dresden", "3. Stock ohne Aufzug")
    history = list(Transition.objects.values_list("subject_type", "subject_id", "source", "target"))
    assert history == [("bookings.homevisit", str(visit.pk), "", "requested")]
    assert (Message.objects.count(), CallTask.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("change", "reach_by"),
    [
        ({"Weg": "Web"}, ["call"]),
        ({"Weg": "Brief"}, ["letter"]),
        ({"Telefon": "", "Wunsch": "Tochter ruft an: 0171 3920086"}, ["letter"]),
        ({"Wunsch": "Tochter ruft an: 0171 3920086"}, ["call"]),
    ],
)
def test_for_all_others_somebody_calls_first(change, reach_by):
    import_city([city_file("anfragen", change)], by=None, at=AT)
    visit = HomeVisit.objects.get()
    assert (visit.agreed_at, visit.client.phone_confirmed_at, visit.client.reach_by) == (None, None, reach_by)


def test_a_person_with_two_requests_stands_once():
    rows = ({}, {"Thema": "Tablet", "Eingang": "2026-11-03", "zu beachten": "Rollstuhl", "Telefon": "030 23125177"})
    outcome = import_city([city_file("anfragen", *rows)], by=None, at=AT)
    person = Client.objects.get()
    assert (outcome.counts["anfragen"], person.visits.count()) == (Counts(new=2), 2)
    assert (person.phone, person.needs) == ("+493023125177", ["wheelchair"])
    assert import_city([city_file("anfragen", *rows)], by=None, at=AT).counts["anfragen"] == Counts(same=2)


def test_spelling_does_not_make_a_new_request():
    import_city([city_file("anfragen", {"Straße und Hausnummer": "Königsbrücker Straße 26 a"})], by=None, at=AT)
    outcome = import_city(
        [city_file("anfragen", {"Straße und Hausnummer": "Koenigsbruecker Str. 26a"})], by=None, at=AT
    )
    assert (outcome.counts["anfragen"], HomeVisit.objects.count(), Client.objects.count()) == (Counts(changed=1), 1, 1)


def test_a_changed_row_changes_what_is_still_open():
    import_city([city_file("anfragen", {}, {"Name": "Inge Sauer"})], by=None, at=AT)
    change = {"Telefon": "030 23125177", "Zeitwunsch": "Sa", "zu beachten": "Hund im Haus"}
    outcome = import_city([city_file("anfragen", change, {"Name": "Inge Sauer"})], by=None, at=AT)
    visit = HomeVisit.objects.get(client__name="Nguyễn Văn Sơn")
    assert outcome.counts["anfragen"] == Counts(changed=1, same=1)
    assert (visit.times, visit.client.phone, visit.client.needs) == ("Sa 8:00-18:00", "+493023125177", ["dog"])
    assert "03023125177" in visit.client.search_key


@pytest.mark.parametrize("ending", ["scheduled", "cancelled"])
def test_what_people_have_worked_on_stays(ending):
    import_city([city_file("anfragen")], by=None, at=AT)
    visit, by = HomeVisit.objects.get(), make_user()
    if ending == "scheduled":
        fix_slot(visit, starts_at=AT + timedelta(days=3), by=by, at=AT)
    else:
        cancel_visit(visit, because="umgezogen", own_wish=True, by=by, at=AT)
    outcome = import_city([city_file("anfragen", {"Zeitwunsch": "Sa"})], by=None, at=AT)
    visit.refresh_from_db()
    assert (outcome.counts["anfragen"], visit.state, visit.times_words) == (Counts(same=1), ending, "vormittags")


def test_a_request_stands_once_and_not_in_the_future():
    outcome = import_city([city_file("anfragen", {}, {}, {"Eingang": "2026-11-26"})], by=None, at=AT)
    assert sentences(outcome) == [
        ("anfragen.csv", 3, "", "Wie Zeile 2. Bitte eine Zeile löschen."),
        ("anfragen.csv", 4, "Eingang", "Dieser Tag ist noch nicht da. Bitte das Datum prüfen."),
    ]
