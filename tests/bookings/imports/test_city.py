"""All lists at once: whatever the office's spreadsheet wrote, and everything or nothing."""

import os
import random
import time

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bookings.imports import CityFile, import_city, kind_of
from bookings.models import Client, Facility, HomeVisit
from lotsen.kernel.imports import Counts
from lotsen.kernel.models import Transition
from lotsen.people.models import User
from lotsen.places.models import Address
from tests.bookings.imports.lists import AT, EXAMPLES, REQUEST, STOP, city_file, sentences, table
from touring.models import Stop, Team
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db

ALL = ("teams", "haltestellen", "einrichtungen", "lotsen", "anfragen")
MODELS = (Team, Stop, Facility, Volunteer, Client, HomeVisit, User, Address, Transition)


def rows_there():
    return sum(model.objects.count() for model in MODELS)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_same_table_in_every_dress(separator, encoding):
    row = STOP | {"Haltestelle": "Café Größe – Süd"}
    shuffled = dict(random.Random(3).sample(sorted(row.items()), len(row)))
    file = CityFile("haltestellen", "haltestellen.csv", table([shuffled], separator=separator, encoding=encoding))
    outcome = import_city([file], by=None, at=AT)
    stop = Stop.objects.get()
    assert (outcome.problems, stop.name, stop.address.street) == ((), "Café Größe – Süd", "Merianplatz")


def test_headings_as_other_offices_write_them():
    row = dict(
        zip(
            ["Nr.", "Bezeichnung", "Anschrift", "Postleitzahl", "Turnus", "Minuten", "Öffnung"],
            ["7", "Treff", "Merianplatz 4", "1169", "wöchentlich", "60", "Mo 9-12"],
            strict=True,
        )
    )
    outcome = import_city([CityFile("haltestellen", "h.csv", table([row]))], by=None, at=AT)
    stop = Stop.objects.get()
    assert (outcome.problems, stop.key, stop.address.postal_code, stop.hours) == ((), "7", "01169", "Mo 9:00-12:00")


def test_a_missing_column_is_named():
    row = {heading: cell for heading, cell in STOP.items() if heading != "Rhythmus"}
    outcome = import_city([CityFile("haltestellen", "h.csv", table([row]))], by=None, at=AT)
    assert sentences(outcome) == [
        ("h.csv", 1, "Rhythmus", f"Die Spalte „Rhythmus“ fehlt. Gefunden haben wir: {', '.join(row)}.")
    ]


def test_the_same_files_twice_change_nothing():
    files = [city_file(kind) for kind in ALL]
    first = import_city(files, by=None, at=AT)
    before = rows_there()
    again = import_city(files, by=None, at=AT)
    assert first.counts == dict.fromkeys(ALL, Counts(new=1))
    assert again.counts == dict.fromkeys(ALL, Counts(same=1))
    assert (again.changes_nothing, first.changes_nothing, rows_there()) == (True, False, before)


def test_a_rehearsal_says_what_would_be_and_writes_nothing():
    files = [city_file(kind) for kind in ALL]
    before = rows_there()
    outcome = import_city(files, by=None, at=AT, is_rehearsal=True)
    assert (outcome.counts, outcome.is_written, rows_there()) == (dict.fromkeys(ALL, Counts(new=1)), False, before)
    assert import_city(files, by=None, at=AT).counts == outcome.counts


def test_one_bad_line_in_one_list_stops_all_lists_and_every_problem_is_named():
    files = [
        city_file("teams", {"Arbeitszeit": "immer mal"}),
        city_file("haltestellen", {}, {"Kennung": "S02", "PLZ": "?"}, {"Kennung": "S03", "Rhythmus": "nie"}),
        city_file("anfragen"),
    ]
    before = rows_there()
    outcome = import_city(files, by=None, at=AT)
    assert [(file, row, column) for file, row, column, _sentence in sentences(outcome)] == [
        ("teams.csv", 2, "Arbeitszeit"),
        ("haltestellen.csv", 3, "PLZ"),
        ("haltestellen.csv", 4, "Rhythmus"),
    ]
    assert (outcome.bad_rows, outcome.is_written, rows_there()) == (3, False, before)


def test_a_rehearsal_counts_the_good_lines_beside_the_bad_ones():
    rows = ({}, {"Kennung": "S02"}, {"Kennung": "S03", "PLZ": "?"})
    outcome = import_city([city_file("haltestellen", *rows)], by=None, at=AT, is_rehearsal=True)
    assert (outcome.counts["haltestellen"], outcome.bad_rows, Stop.objects.count()) == (Counts(new=2), 1, 0)


def many_requests(count, *, bad_row=0):
    """`bad_row` as the spreadsheet numbers it: the headings are row 1."""
    rows = [
        REQUEST
        | {
            "Name": f"Person {number}",
            "Straße und Hausnummer": f"Birkenhain {number % 200 + 1}",
            "Telefon": f"030 23125{number % 1000:03d}",
        }
        for number in range(count)
    ]
    if bad_row:
        rows[bad_row - 2]["PLZ"] = "hier"
    return CityFile("anfragen", "anfragen.csv", table(rows))


@pytest.mark.slow
def test_line_9999_is_bad_and_nothing_is_imported():
    before = rows_there()
    outcome = import_city([many_requests(10_000, bad_row=9_999)], by=None, at=AT)
    assert sentences(outcome) == [
        ("anfragen.csv", 9_999, "PLZ", "Eine Postleitzahl hat 5 Ziffern, zum Beispiel 01169.")
    ]
    assert (outcome.is_written, rows_there()) == (False, before)


def took(file):
    """Counts, seconds on the clock and seconds of our own work."""
    clock, work = time.monotonic(), time.process_time()
    counts = import_city([file], by=None, at=AT).counts["anfragen"]
    return counts, time.monotonic() - clock, time.process_time() - work


@pytest.mark.slow
def test_ten_thousand_lines_in_under_thirty_seconds():
    """On a machine that is busy with something else the clock says nothing; then our own work must stay under half."""
    is_busy = os.getloadavg()[0] > (os.cpu_count() or 1)
    first, seconds, work = took(many_requests(10_000))
    again, seconds_again, work_again = took(many_requests(10_000))
    print(f"10,000 new rows: {seconds:.1f} s ({work:.1f} s of work); again: {seconds_again:.1f} s ({work_again:.1f} s)")
    assert (first, again) == (Counts(new=10_000), Counts(same=10_000))
    assert max(seconds, seconds_again) < 30 or (is_busy and max(work, work_again) * 2 < 30)


@pytest.mark.parametrize("kind", ALL)
def test_the_number_of_queries_does_not_grow_with_the_rows(kind):
    def queries(count):
        unique = {"teams": "Team", "anfragen": "Name"}.get(kind, "Kennung")
        changes = [
            {unique: f"X{count}{number}"}
            | ({"E-Mail": f"x{count}{number}@example.org"} if "E-Mail" in EXAMPLES[kind] else {})
            for number in range(count)
        ]
        with CaptureQueriesContext(connection) as captured:
            import_city([city_file(kind, *changes)], by=None, at=AT)
        return len(captured)

    queries(2)
    assert queries(30) == queries(3)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Haltestellen 2027.CSV", "haltestellen"),
        ("lotsen_neu.csv", "lotsen"),
        ("Mappe1.csv", "anfragen"),
        ("foto.csv", None),
    ],
)
def test_a_file_is_known_by_its_name_or_by_its_headings(name, kind):
    data = table([REQUEST]) if name == "Mappe1.csv" else b"a;b\n1;2\n"
    found = kind_of(name, data)
    assert (found.name if found else None) == kind


def test_it_can_be_part_of_a_larger_transaction():
    with transaction.atomic():
        import_city([city_file("teams")], by=None, at=AT, is_rehearsal=True)
        kept = import_city([city_file("haltestellen")], by=None, at=AT)
    assert (kept.is_written, Team.objects.count(), Stop.objects.count()) == (True, 0, 1)
