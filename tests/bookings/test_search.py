"""Finding people again: how names, numbers and streets are typed, and that the index is used."""

from __future__ import annotations

import pytest
from django.db import connection

from bookings.clients import search_key
from bookings.models import Client
from bookings.queries import attach_latest_visits, find_clients, search_words
from tests.people import NOW, make_address, make_client, make_visit

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("Sc", []),
        ("Schulze", ["schulze"]),
        ("Ursula  Schulze", ["ursula", "schulze"]),
        ("Müller, Böhm", ["mueller", "boehm"]),
        ("Lindenstraße 14", ["lindenstr14"]),
        ("Lindenstr. 14a, Schulze", ["lindenstr14a", "schulze"]),
        ("Am Markt 3", ["markt3"]),
        ("Dr.-Külz-Ring 12", ["kuelz", "ring12"]),
        ("Schulze 14", ["schulze"]),
        ("Schulze 01169", ["schulze", "01169"]),
        ("Schulze 1169", ["schulze"]),
        ("1169", ["01169"]),
        ("01169", ["01169"]),
        ("030 231 25 216", ["03023125216"]),
        ("+49 30 231-25216", ["03023125216"]),
        ("0049 30 23125216", ["03023125216"]),
        ("(030) 231/25216", ["03023125216"]),
        ("%", []),
        ("100 %", ["100"]),
    ],
)
def test_what_is_looked_for(text, words):
    assert search_words(text) == words


def test_a_key_holds_the_name_as_it_is_written_and_as_it_sounds():
    address = make_address("Lindenstraße", "14A", "01169")
    client = Client(name="Ursula Meyer", phone="+493023125216", email="U.Meyer@example.org", address=address)
    assert search_key(client) == "ursula meyer 03023125216 u.meyer@example.org lindenstr14a 01169 meier"


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Ursula Meyer", "Maier"),
        ("Ursula Schulze", "Schultze"),
        ("Ursula Schmidt", "Schmitt"),
        ("Ursula Hoffmann", "Hofman"),
        ("Ursula Böhm", "Boem"),
        ("Ursula Müller", "muller"),  # no key has it, but most of its letters
        ("Ursula Winkler", "Winker"),
        ("Ursula Vogel", "Fogel Gartenweg"),
    ],
)
def test_misheard_and_misspelt_names_are_found(name, typed):
    wanted = make_client(name)
    make_client("Otto Zander", phone="+493023125999", address=None)
    assert find_clients(typed) == [wanted]


def test_who_is_spelt_as_typed_comes_before_who_only_sounds_so():
    alike, exact = make_client("Ursula Maier"), make_client("Otto Meyer")
    assert find_clients("Meyer") == [exact, alike]


def test_enough_people_spelt_as_typed_leave_out_those_who_only_sound_so(django_assert_num_queries):
    exact = [make_client(f"Person{number} Meyer") for number in range(5)]
    make_client("Ursula Maier")
    with django_assert_num_queries(1):
        assert find_clients("Meyer") == exact


def test_no_more_than_the_limit():
    for number in range(4):
        make_client(f"Person{number} Meyer")
    assert len(find_clients("Maier", limit=3)) == 3


def test_a_reference_finds_its_person_alone():
    visit = make_visit(client=make_client())
    make_client("Otto Vogel")
    assert find_clients(f" {visit.reference[:3]} {visit.reference[3:]}") == [visit.client]


def test_the_latest_three_visits_of_each():
    ursula, otto = make_client(), make_client("Otto Vogel")
    visits = [make_visit(client=ursula, at=NOW.replace(minute=minute)) for minute in range(4)]
    attach_latest_visits([ursula, otto])
    assert [one.reference for one in ursula.latest_visits] == [one.reference for one in reversed(visits[1:])]
    assert [one.state_label for one in ursula.latest_visits] == ["offen"] * 3
    assert otto.latest_visits == []


def plan_of(condition: str) -> str:
    hits = f"SELECT id FROM bookings_client WHERE {condition} LIMIT 200"
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN SELECT * FROM bookings_client WHERE id IN ({hits}) ORDER BY id LIMIT 20")
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.fixture
def many_people():
    names = ["Ursula Meyer", "Otto Vogel", "Helga Schulze", "Bernd Kluge"]
    Client.objects.bulk_create(
        Client(name=name, phone=f"+4930231250{n:05d}", search_key=f"{name.lower()} 030231250{n:05d}", created_at=NOW)
        for n, name in ((n, f"{names[n % 4]}{n:05d}") for n in range(6000))
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('client_search')")
        cursor.execute("ANALYZE bookings_client")


@pytest.mark.parametrize(
    "condition",
    ["search_key LIKE '%%vogel00401%%'", "search_key %%> 'vogle00401'", "search_key LIKE '%%03023125000401%%'"],
)
def test_the_search_reads_the_index_of_three_letter_groups(many_people, condition):
    condition = condition.replace("%%", "%")
    assert "Bitmap Index Scan on client_search" in plan_of(condition)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_bitmapscan = off")  # the control: without it all people are read
    assert "client_search" not in plan_of(condition)


def test_the_search_asks_what_the_plans_above_are_of(many_people, django_assert_num_queries):
    make_client("Otto Kluge")
    with django_assert_num_queries(1) as asked:
        find_clients("Kluge")
    assert "search_key\"::text LIKE '%kluge%' LIMIT 200" in asked[0]["sql"]
