"""Every address of the house, asked for by everybody, by every method, for what is theirs, another's, and not there."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse

from bookings.models import Client as Person
from bookings.models import HomeVisit
from tests.access import asking
from tests.access import urls as everything
from tests.access.matrix import MATRIX, NOBODY, NOT_OURS, PERSONS, UNNAMED, Row
from tests.access.world import make_world
from tests.people import NOW

pytestmark = [pytest.mark.urls("tests.access.urls"), pytest.mark.django_db]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Made once for this file; each test leaves it as it was."""
    with (
        django_db_blocker.unblock(),
        time_machine.travel(NOW, tick=False),
        transaction.atomic(),
    ):
        made = make_world()
        for person in PERSONS:
            asking.client_of(made, person)
        yield made
        transaction.set_rollback(True)


def address(world, name, args):
    return reverse(name, args=asking.values(world, args))


def asked(client, method, url, **options):
    return client.generic(method, url, content_type="application/x-www-form-urlencoded", **options)


def undone(client, method, url):
    """The answer; what the request wrote is undone."""
    with transaction.atomic():
        response = asked(client, method, url)
        if hasattr(response, "render") and not getattr(response, "is_rendered", True):
            response.render()
        transaction.set_rollback(True)
    return response


def findings(world, name, row):
    """Everything that is wrong with one row: status, headers, marks, tables written by reading."""
    there = address(world, name, row.args)
    gone = address(world, name, row.missing) if row.missing else ""
    wrong = []
    for person in PERSONS:
        for method in asking.methods_for(row, person):
            client = asking.client_of(world, person)  # each time: signing out leaves a browser without its session
            wrong += said(world, row, client, person, method, there, is_there=True)
        client = asking.client_of(world, person)
        for method in ("GET", "POST") if gone and person in row.door else ():
            wrong += said(world, row, client, person, method, gone, is_there=False)
    return wrong


def said(world, row, client, person, method, url, *, is_there):
    before = asking.written()
    response = undone(client, method, url)
    wrong = [
        asking.wrong_status(response, row, person, method, is_there=is_there),
        *asking.wrong_headers(response),
        *(f"shows {mark}" for mark in asking.leaks(response, world, person, row.shows, known=url)),
        *(f"writes {table}" for table in asking.changed_tables(before) if method in ("GET", "HEAD")),
    ]
    return [f"{person} {method} {url}: {one}" for one in wrong if one]


def our_names():
    return {name for name, _path, _pattern in asking.doors() if name and not name.startswith(tuple(NOT_OURS))}


def test_every_address_has_a_row_and_every_row_an_address():
    assert our_names() == set(MATRIX)


def test_addresses_without_a_name_are_known():
    unnamed = {path for name, path, _pattern in asking.doors() if not name}
    assert [path for path in unnamed if not any(part in path for part in UNNAMED)] == []


def test_every_exemption_is_needed():
    names = [name for name, _path, _pattern in asking.doors()]
    assert [start for start in NOT_OURS if not any(name.startswith(start) for name in names)] == []


@pytest.mark.parametrize("name", MATRIX)
def test_each_person_gets_what_the_matrix_says(world, name):
    assert findings(world, name, MATRIX[name]) == []


@pytest.mark.parametrize("name", [name for name, row in MATRIX.items() if row.missing])
def test_anothers_and_nothing_look_the_same(world, name):
    """Whoever may pass the door but owns nothing cannot tell what exists."""
    row = MATRIX[name]
    there, nothing = asking.values(world, row.args), asking.values(world, row.missing)
    for person in row.door - row.owners:
        client = asking.client_of(world, person)
        for method in ("GET", "HEAD", "POST"):
            one = undone(client, method, reverse(name, args=there))
            other = undone(client, method, reverse(name, args=nothing))
            assert one.status_code == other.status_code, (person, method)
            assert asking.plain(one, there[0]) == asking.plain(other, nothing[0]), (person, method)


@pytest.mark.parametrize("name", [name for name, row in MATRIX.items() if row.post not in ("method", "unsigned")])
def test_a_post_without_its_token_is_refused(world, name):
    row = MATRIX[name]
    for person in sorted(row.owners - ({NOBODY} if row.door != row.owners else set()))[:2]:
        client = asking.client_of(world, person, enforce_csrf_checks=True)
        response = undone(client, "POST", address(world, name, row.args))
        refused = response.status_code == 403
        assert refused is not row.csrf_free, (person, response.status_code)


@pytest.mark.parametrize("name", MATRIX)
def test_nonsense_brings_no_page_down(world, name):
    """Odd values in the query and in every field: an answer, never a crash."""
    row = MATRIX[name]
    person = min(row.owners)
    client = asking.client_of(world, person)
    url = address(world, name, row.args)
    for odd in ("\x00", "\ud7ff", "９９", "-1", "9" * 30, "'\"<script>", "0001-01-01", "9999-12-31", "%"):
        query = dict.fromkeys(
            ("q", "ort", "tag", "seite", "woche", "ab", "bekannt", "zu", "theme", "page", "near"), odd
        )
        with transaction.atomic():
            assert client.get(url, query).status_code < 500, odd
            transaction.set_rollback(True)
        if row.post != "method":
            fields = dict.fromkeys(FIELDS, odd)
            with transaction.atomic():
                assert client.post(url, fields).status_code < 500, odd
                transaction.set_rollback(True)


FIELDS = [
    "name",
    "phone",
    "street",
    "postal_code",
    "topics",
    "caller",
    "caller_name",
    "caller_phone",
    "goal",
    "times",
    "needs",
    "reach_by",
    "entrance",
    "known",
    "key",
    "vorschlag",
    "because",
    "outcome",
    "own_wish",
    "note",
    "minutes",
    "kind",
    "level",
    "devices",
    "head_count",
    "first",
    "last",
    "seconds",
    "termin",
    "raum",
    "notiz",
    "reference",
    "proof",
    "ja",
    "hours",
    "short_name",
    "rhythm",
    "duration_minutes",
    "permit_until",
    "language",
    "next",
    "digits",
    "body",
    "consent",
    "wish",
]


def test_words_in_an_address_that_mean_nothing_are_not_there(world):
    """Verbs and questions in addresses come from a list."""
    client = asking.client_of(world, "hotline")
    reference = world.keys["visit.waiting"]
    odd = [
        ("POST", reverse("bookings:visit-act", args=[reference, "unfug"])),
        ("POST", reverse("bookings:call-act", args=[world.keys["call"], "unfug"])),
        ("GET", reverse("bookings:web-question", args=[world.keys["web"], "unfug"])),
    ]
    assert [undone(client, method, url).status_code for method, url in odd] == [404, 404, 404]


@pytest.mark.parametrize("start", NOT_OURS)
def test_addresses_of_other_hands_are_sound(world, start):
    """No crash, all headers, nobody's data (the network in a box shows the numbers of its phones)."""
    shows = ("*",) if start == "simulator:" else ()
    stand_in = {"pk": 1, "account": "AC", "sid": "SM", "form": "mp3", "key": "x", "uidb36": "1", "provider_id": "stadt"}
    for name, where, _pattern in asking.doors():
        if not name.startswith(start):
            continue
        names = re.findall(r"<(?:\w+:)?(\w+)>", where)
        args = {one: world.keys["letter"] if name == "simulator:letter_pdf" else stand_in[one] for one in names}
        url = reverse(name, kwargs=args)
        for person in (NOBODY, "hotline", "volunteer"):
            client = asking.client_of(world, person)
            for method in ("GET", "HEAD", "POST", "PUT"):
                response = undone(client, method, url)
                assert response.status_code < 500, (name, person, method)
                assert asking.wrong_headers(response) == [], (name, person, method)
                assert asking.leaks(response, world, person, shows) == [], (name, person, method)


@pytest.mark.parametrize("person", PERSONS)
def test_errors_carry_the_headers_too(world, person):
    client = asking.client_of(world, person)
    for url in ("/nirgends/", "/konto/nirgends/", "/api/nirgends/", "/static/nirgends.css"):
        response = client.get(url)
        assert (response.status_code, asking.wrong_headers(response), asking.leaks(response, world, person)) == (
            404,
            [],
            [],
        )


# --- controls: each check can fail ------------------------------------------------------------------


def unguarded(request):
    """What nobody should write: everybody's data, changed by reading, without a door."""
    HomeVisit.objects.update(note="gelesen")
    response = HttpResponse("".join(person.name for person in Person.objects.all()))
    response.headers["Content-Security-Policy"] = "script-src 'unsafe-inline'"
    return response


def boastful(request, reference):
    """A door that tells who has a visit."""
    text = "Das gehört nicht Ihnen." if HomeVisit.objects.filter(reference=reference).exists() else "Gibt es nicht."
    return HttpResponse(text, status=404)


urlpatterns = [
    *everything.urlpatterns,
    path("offen/", unguarded, name="unguarded"),
    path("verraet/<str:reference>/", boastful, name="boastful"),
]


@pytest.mark.urls(__name__)
def test_control_an_unguarded_page_is_caught(world):
    row = Row(door=frozenset({"hotline"}))
    wrong = findings(world, "unguarded", row)
    said = " ".join(wrong)
    assert "volunteer GET /offen/: 200 , expected missing" in wrong
    assert "anonymous GET /offen/: 200 , expected login" in wrong
    assert "volunteer GET /offen/: shows client.offered.name" in wrong
    assert "hotline GET /offen/: writes bookings_homevisit" in wrong
    assert "CSP unsafe" in said
    assert "hotline PUT /offen/: 200 , expected method" in wrong


@pytest.mark.urls(__name__)
def test_control_a_boastful_page_is_caught(world):
    client = Client()
    one = undone(client, "GET", reverse("boastful", args=[world.keys["visit.assigned"]]))
    other = undone(client, "GET", reverse("boastful", args=["0000001"]))
    assert asking.plain(one, world.keys["visit.assigned"]) != asking.plain(other, "0000001")


@pytest.mark.urls(__name__)
def test_control_an_address_without_a_row_is_seen():
    assert our_names() - set(MATRIX) == {"unguarded", "boastful"}


def test_control_a_phone_number_is_found_in_any_spelling(world):
    number = world.marks["client.offered.phone"]
    spelled = f"0{number[3:5]} {number[5:9]}-{number[9:]}"
    assert asking.leaks(HttpResponse(spelled), world, NOBODY) == ["client.offered.phone"]
    assert asking.leaks(HttpResponse(spelled), world, "hotline") == []
