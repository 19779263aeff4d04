"""Finding people again: how names, numbers and streets are typed, and that the index is used."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.clients import search_key
from bookings.models import Client
from bookings.queries import attach_latest_visits, find_clients, likely_known
from bookings.queries.people import SOME
from bookings.search_words import distance, near_keys, search_words
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
        ("Hauptstra", ["hauptstr"]),
        ("Erlentraße 17", ["erlenstr17"]),
        ("Birkenstrße", ["birkenstr"]),
        ("Schäfersteaße", ["schaeferstr"]),
        ("Forstgasse 3", ["forstgasse3"]),
        ("Strasser", ["strasser"]),
        ("Müller-Lüdenscheidt", ["mueller", "luedenscheidt"]),
        ("O'Neil", ["oneil"]),
        ("1169", ["01169"]),
        ("01169", ["01169"]),
        ("030 231 25 216", ["03023125216"]),
        ("+49 30 231-25216", ["03023125216"]),
        ("0049 30 23125216", ["03023125216"]),
        ("(030) 231/25216", ["03023125216"]),
        ("%", []),
        ("100 %", ["100"]),
        ("_", []),
        (".*", []),
        ("(a+)+$", []),
        ("' | 'x':*", []),
        ("\\", []),
        ("Мария", []),
    ],
)
def test_what_is_looked_for(text, words):
    assert search_words(text) == words


def test_a_key_holds_the_words_as_written_as_they_sound_and_with_a_letter_less():
    address = make_address("Am Weg", "14A", "01169")
    client = Client(name="Ute Mey", phone="+493023125216", email="U.Mey@example.org", address=address)
    words = {word.strip("'") for word in search_key(client).split()}
    plain = "ute mey 03023125216 umeyexampleorg 01169 am weg amweg weg14a am14a amweg14a #14a"
    sounds = "~ute ~mei ~wek ~weg ~amweg"
    near = {f"^{key}" for key in near_keys("amweg")} | {"^ute", "^mei", "^weg"}
    assert words - near <= {*plain.split(), *sounds.split()}
    assert {*plain.split(), "~ute", "~mei", "~amweg", *near} <= words


def test_a_key_is_written_as_the_database_writes_it():
    client = make_client("Łukasz O'Neil-Weiß")
    written = client.search_key
    client.refresh_from_db()
    assert client.search_key == written


@pytest.mark.parametrize(
    ("typed", "meant", "letters"),
    [("meier", "meier", 0), ("meir", "meier", 1), ("meeir", "meier", 1), ("mier", "maier", 1), ("vogel", "fogle", 2)],
)
def test_letters_between_two_words(typed, meant, letters):
    assert distance(typed, meant) == letters


@pytest.mark.parametrize(
    ("typed", "meant"), [("winker", "winkler"), ("winkkler", "winkler"), ("wimkler", "winkler"), ("wnikler", "winkler")]
)
def test_words_that_differ_in_one_letter_share_a_key(typed, meant):
    assert near_keys(typed) & near_keys(meant)


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
        ("Ursula Winkler", "Wnikler"),
        ("Ursula Zimmermann", "Zimermann Gartenweg 16"),
        ("Ursula Vogel", "Gratenweg 16"),
        ("Ursula Vogel", "Garten weg 16"),
        ("Ursula Vogel", "Uschi Vogel"),
        ("Ursula Vogel", "23125216"),
        ("Ursula Vogel", "5216"),
        ("Ursula Vogel", "030231252"),
        ("Ursula Weiß", "weiss"),
        ("Ursula Groß", "GROSS"),
        ("Ursula Müller-Lüdenscheidt", "Luedenscheidt"),
    ],
)
def test_misheard_and_misspelt_names_are_found(name, typed):
    wanted = make_client(name)
    make_client("Otto Zander", phone="+493518765999", address=make_address("Allee", "3"))
    assert find_clients(typed) == [wanted]


def test_who_is_spelt_as_typed_comes_before_who_only_sounds_so():
    alike, exact = make_client("Ursula Maier"), make_client("Otto Meyer")
    assert find_clients("Meyer") == [exact, alike]


def test_enough_people_spelt_as_typed_leave_out_those_who_only_sound_so(django_assert_num_queries):
    exact = [make_client(f"Person{number} Meyer") for number in range(5)]
    make_client("Ursula Maier")
    with django_assert_num_queries(2):
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


def plan_of(query: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {SOME}", [query, 200])
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.fixture
def many_people():
    names = ["Ursula Meyer", "Otto Vogel", "Helga Schulze", "Bernd Kluge"]
    people = [
        Client(name=f"{names[n % 4]}{'abcdefghij'[n // 4 % 10]}", phone=f"+4930231250{n:05d}", created_at=NOW)
        for n in range(6000)
    ]
    for one in people:
        one.search_key = search_key(one)
    Client.objects.bulk_create(people)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE bookings_client")


@pytest.mark.parametrize("query", ["'vogela':*", "('fogel':* | '~fogel':*)", "'ursula':* & '^meir'"])
def test_the_search_reads_the_index_of_words(many_people, query):
    assert "Bitmap Index Scan on client_search" in plan_of(query)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_bitmapscan = off")  # the control: without it all people are read
    assert "client_search" not in plan_of(query)


@pytest.mark.parametrize(("typed", "index"), [("03023125000042", "client_phone"), ("5000042", "client_phone_end")])
def test_numbers_are_read_in_the_order_of_an_index(many_people, typed, index):
    with CaptureQueriesContext(connection) as asked:
        assert [one.phone for one in find_clients(typed)] == ["+493023125000042"]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked[-1]['sql']}")
        assert f" {index} " in "\n".join(line for (line,) in cursor.fetchall())


def test_the_search_asks_what_the_plans_above_are_of(many_people, django_assert_num_queries):
    make_client("Otto Kluge")
    with django_assert_num_queries(2) as asked:
        find_clients("Kluge")
    assert "WITH hits AS MATERIALIZED" in asked[0]["sql"]


# --- who may be known already ----------------------------------------------------------------------


def test_the_same_number_and_the_same_name_may_be_the_same_person():
    ursula = make_client("Ursula Schulze")
    otto = make_client("Otto Schulze")
    uschi = make_client("Uschi Vogel", phone="+493023125999")
    assert set(likely_known(phone="+493023125216", name="Paul Weiß")) == {ursula, otto}
    assert likely_known(phone="", name="uschi  VOGEL") == [uschi]
    assert likely_known(phone="+493023125216", name="", but_not=ursula) == [otto]
    assert likely_known(phone="+493023125216", name="", others=[ursula.pk, otto.pk]) == []


def test_a_name_that_many_bear_warns_of_nobody():
    for number in range(3):
        make_client("Ursula Müller", phone=f"+49302312500{number}")
    assert len(likely_known(phone="", name="Ursula Mueller")) == 3
    make_client("Ursula Müller", phone="+493023125009")
    assert likely_known(phone="", name="Ursula Müller") == []


@pytest.mark.parametrize("name", ["", "Schulze", "Ursula", "' | x", "%", "_ _"])
def test_less_than_a_whole_name_warns_of_nobody(name):
    make_client("Ursula Schulze")
    assert likely_known(phone="", name=name) == []
