from datetime import date

import pytest

from bookings.imports import import_city
from lotsen.kernel.imports import Counts
from lotsen.kernel.tables import read_table
from lotsen.places.models import Accuracy
from tests.bookings.imports.lists import AT, STOP, TEAM, city_file, sentences, table
from touring.imports import STOP_COLUMNS, TEAM_COLUMNS, short_name
from touring.models import Stop, Team

HOURS = "„{}“ verstehe ich nicht. Zum Beispiel: Mo,Mi 10:00-18:00; Fr 9:00-13:00."
RHYTHM = "„{}“ ist kein Rhythmus. Möglich: wöchentlich, 14-täglich, alle 4 Wochen."


@pytest.mark.parametrize(
    ("heading", "cell", "key", "value"),
    [
        ("Kennung", " S01 ", "key", "S01"),
        ("Haltestelle", "Treff  am   Platz", "name", "Treff am Platz"),
        ("Straße und Hausnummer", "Merianplatz 4", "street", "Merianplatz 4"),
        ("PLZ", "1169", "postal_code", "01169"),
        ("Ort", "", "city", None),
        ("Breite", "51,04508", "latitude", 51.04508),
        ("Länge", "13.66901", "longitude", 13.66901),
        ("Rhythmus", "zweimal in der Woche", "rhythm", "twice_a_week"),
        ("Rhythmus", "Wöchentlich", "rhythm", "weekly"),
        ("Rhythmus", "alle 2 Wochen", "rhythm", "every_2_weeks"),
        ("Rhythmus", "alle 4 Wochen", "rhythm", "every_4_weeks"),
        ("Dauer (min)", "90", "duration_minutes", 90),
        ("Öffnungszeiten", "Mo-Fr 9-17 Uhr", "hours", "Mo-Fr 9:00-17:00"),
        ("stufenfrei", "nein", "step_free", False),
        ("stufenfrei", "", "step_free", None),
        ("Sondernutzung bis", "2027-03-31", "permit_until", date(2027, 3, 31)),
        ("Wunschtag", "Di, Donnerstag", "wish_weekdays", (1, 3)),
        ("nicht am", "Mo", "forbidden_weekdays", (0,)),
        ("Aufbau (min)", "15", "setup_minutes", 15),
        ("Ansprechperson", "Frau Reh", "contact_name", "Frau Reh"),
        ("Telefon", "0351 4884880", "contact_phone", "+493514884880"),
        ("Sitzbank", "ja", "has_bench", True),
        ("ruht in den Ferien", "ja", "rests_in_school_holidays", True),
    ],
)
def test_a_cell_that_fits(heading, cell, key, value):
    read = read_table(table([STOP | {heading: cell}]), STOP_COLUMNS, "haltestellen.csv")
    assert (read.problems, read.rows[0][key]) == ((), value)


@pytest.mark.parametrize(
    ("heading", "cell", "column", "sentence"),
    [
        ("Kennung", "", "Kennung", "Hier fehlt etwas. Nötig ist: S01."),
        (
            "Kennung",
            "Nord/Ost",
            "Kennung",
            "Eine Kennung besteht aus Buchstaben, Ziffern und Strichen. Zum Beispiel: S01",
        ),
        ("Haltestelle", "x" * 121, "Haltestelle", "Das ist zu lang. Möglich sind 120 Zeichen."),
        ("PLZ", "O1169", "PLZ", "„O1169“ ist keine Postleitzahl. Richtig wäre „01169“."),
        ("Breite", "13.66", "Breite", "„13.66“ ist hier nicht möglich. Möglich ist eine Zahl von 47,2 bis 55,1."),
        ("Rhythmus", "gelegentlich", "Rhythmus", RHYTHM.format("gelegentlich")),
        ("Dauer (min)", "2", "Dauer", "„2“ ist hier nicht möglich. Möglich ist eine ganze Zahl von 5 bis 720."),
        ("Öffnungszeiten", "Mo-Fr ganztags", "Öffnungszeiten", HOURS.format("Mo-Fr ganztags")),
        ("stufenfrei", "fast", "stufenfrei", "„fast“ ist weder „ja“ noch „nein“."),
        (
            "Sondernutzung bis",
            "01/02/03",
            "Sondernutzung bis",
            "„01/02/03“ kann zweierlei heißen. Bitte so schreiben: 31.12.2026.",
        ),
        ("Wunschtag", "Donnertag", "Wunschtag", "„Donnertag“ ist kein Wochentag. Zum Beispiel: Donnerstag."),
        ("Haltestelle", "=1+1", "Haltestelle", "Die Zelle beginnt mit „=“. Das ist hier nicht erlaubt."),
    ],
)
def test_a_cell_that_does_not_fit(heading, cell, column, sentence):
    read = read_table(table([STOP | {heading: cell}]), STOP_COLUMNS, "haltestellen.csv")
    found = [(problem.row, problem.column, str(problem.sentence)) for problem in read.problems]
    assert found == [(2, column, sentence)]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("30 min zwischen 11:30 und 13:30", (30, "11:30-13:30")),
        ("45 Minuten 12-14 Uhr", (45, "12:00-14:00")),
        ("keine", (0, "11:30-13:30")),
    ],
)
def test_a_break(cell, value):
    read = read_table(table([TEAM | {"Pause": cell}]), TEAM_COLUMNS, "teams.csv")
    assert (read.problems, read.rows[0]["break"]) == ((), value)


@pytest.mark.parametrize("cell", ["mittags", "30 min zwischen 13:30 und 11:30", "180 min zwischen 11:30 und 13:30"])
def test_a_break_that_does_not_fit(cell):
    read = read_table(table([TEAM | {"Pause": cell}]), TEAM_COLUMNS, "teams.csv")
    expected = f"„{cell}“ verstehe ich nicht. Zum Beispiel: 30 min zwischen 11:30 und 13:30."
    assert [str(problem.sentence) for problem in read.problems] == [expected]


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Merianplatz", "Merianplatz"),
        ("Städtische Bibliotheken - Neustadt", "Neustadt"),
        ("Nachbarschaftstreff Äußere Neustadt (Antonstadt) 3", "Äußere Neustadt"),
        ("Donaudampfschifffahrtsplatz", "Donaudampfschifffahrts"),
    ],
)
def test_short_name(name, short):
    assert short_name(name) == short


@pytest.mark.django_db
def test_a_stop_and_a_team_with_all_columns():
    outcome = import_city([city_file("haltestellen"), city_file("teams")], by=None, at=AT)
    stop, team = Stop.objects.get(), Team.objects.get()
    assert (outcome.problems, outcome.is_written) == ((), True)
    assert outcome.counts == {"teams": Counts(new=1), "haltestellen": Counts(new=1)}
    assert (stop.key, stop.name, stop.short_name, stop.rhythm, stop.duration_minutes, stop.hours) == (
        "S01",
        "Treff Gorbitz",
        "Treff Gorbitz",
        "every_2_weeks",
        60,
        "Di,Do 9:00-12:30; Di,Do 13:30-18:00",
    )
    assert (stop.step_free, stop.permit_until, stop.wish_weekdays) == (True, date(2027, 3, 31), [3])
    assert (str(stop.address), stop.address.point, stop.address.accuracy) == (
        "Merianplatz 4, 01169 Dresden",
        (51.04508, 13.66901),
        Accuracy.ADDRESS,
    )
    assert (team.key, team.name, team.hours, team.break_minutes, team.break_window, team.vehicle) == (
        "Nord",
        "Nord",
        "Mo-Do 8:00-16:30; Fr 8:00-14:30",
        30,
        "11:30-13:30",
        "Kleinbus",
    )
    assert str(team.base) == "Königsbrücker Straße 1, 01099 Dresden"


@pytest.mark.django_db
def test_without_coordinates_the_address_is_looked_up():
    import_city([city_file("haltestellen", {"Breite": "", "Länge": ""})], by=None, at=AT)
    address = Stop.objects.get().address
    assert (address.accuracy, address.point is not None) == (Accuracy.POSTCODE, True)


@pytest.mark.django_db
def test_rows_that_do_not_fit_together():
    rows = ({}, {"Kennung": "S02", "Länge": ""}, {}, {"Kennung": "S03", "Dauer (min)": "300"})
    outcome = import_city([city_file("haltestellen", *rows)], by=None, at=AT)
    assert sentences(outcome) == [
        ("haltestellen.csv", 4, "Kennung", "Wie Zeile 2. Bitte eine Zeile löschen."),
        ("haltestellen.csv", 3, "Länge", "Hier fehlt etwas. Nötig ist: Länge."),
        ("haltestellen.csv", 5, "Dauer", "300 Minuten sind zu viel. Die Öffnung dauert 270 Minuten."),
    ]
    assert not Stop.objects.exists()


@pytest.mark.django_db
def test_a_point_set_by_hand_stays_until_the_address_changes():
    import_city([city_file("haltestellen")], by=None, at=AT)
    address = Stop.objects.get().address
    address.latitude, address.corrected_by_hand = 51.05, True
    address.save()
    same = import_city([city_file("haltestellen")], by=None, at=AT)
    kept = Stop.objects.get().address.point
    moved = import_city([city_file("haltestellen", {"Straße und Hausnummer": "Merianplatz 5"})], by=None, at=AT)
    assert (same.counts["haltestellen"], kept) == (Counts(same=1), (51.05, 13.66901))
    assert (moved.counts["haltestellen"], Stop.objects.get().address.point) == (Counts(changed=1), (51.04508, 13.66901))


@pytest.mark.django_db
def test_a_team_is_known_in_any_case():
    import_city([city_file("teams")], by=None, at=AT)
    Team.objects.update(key="nord")
    outcome = import_city([city_file("teams")], by=None, at=AT)
    assert (outcome.counts["teams"], Team.objects.get().key) == (Counts(same=1), "nord")


@pytest.mark.django_db
def test_columns_of_the_passport_are_taken_and_old_files_keep_them():
    full = STOP | {
        "Aufbau": "15", "Abbau": "10", "nicht am": "Mo, Di", "ruht in den Ferien": "ja", "Ansprechperson": "Frau Reh",
        "Telefon": "0351 4884880", "E-Mail": "reh@example.org", "Schlüssel": "am Empfang", "Parken": "im Hof",
        "Sitzbank": "ja", "Toilette": "nein",
    }  # fmt: skip
    expected = (
        15,
        10,
        [0, 1],
        True,
        "Frau Reh",
        "+493514884880",
        "reh@example.org",
        "am Empfang",
        "im Hof",
        True,
        False,
    )
    names = (
        "setup_minutes", "packing_minutes", "forbidden_weekdays", "rests_in_school_holidays", "contact_name",
        "contact_phone", "contact_email", "key_note", "parking_note", "has_bench", "has_toilet",
    )  # fmt: skip
    import_city([city_file("haltestellen", full)], by=None, at=AT)
    assert Stop.objects.values_list(*names).get() == expected
    import_city([city_file("haltestellen", STOP | {"Dauer (min)": "75"})], by=None, at=AT)
    assert Stop.objects.values_list(*names, "duration_minutes").get() == (*expected, 75)
