"""Odd answers on the question pages, one row each: what is taken and how it is kept, or what is said."""

import pytest
import time_machine
from django.urls import reverse

from bookings.models import WebRequest
from tests.bookings.views.test_web import ADDRESS, WAY, begin, go, page, stamped
from tests.people import NOW, make_topic

pytestmark = pytest.mark.django_db
NOT_CALLABLE = "Diese Nummer können wir nicht anrufen."
DIGITS = "Eine Telefonnummer besteht aus Ziffern."


@pytest.fixture(autouse=True)
def city():
    make_topic()
    with time_machine.travel(NOW, tick=False):
        yield


def kept(web_request, question):
    return WebRequest.objects.get(pk=web_request.pk).answers[question]


@pytest.mark.parametrize(
    "name",
    ["O'Neil", "Peter Ñuñez", "Karl GROẞ", "Jan Wićaz", "X", "Krause", "Anna-Lena Müller-Lüdenscheidt-von der Heide",
     "فاطمة الزهراء", "Nguyễn Thị Hoa", "Żółć", "Mu\u0308ller", "李小龍",
     "👵🏽 Ursula", "{{7*7}} Anna", "'; DROP TABLE", "<svg onload=x>"],
)  # fmt: skip
def test_names_are_taken_as_they_are(client, name):
    web_request = go(client, WAY[:7])
    assert client.post(page(web_request, "name"), stamped({"name": name})).status_code == 302
    assert kept(web_request, "name")["name"] == name
    shown = client.get(page(web_request, "name")).content.decode()
    assert "<svg onload" not in shown


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u3164", "x" * 121])
def test_no_name_is_no_name(client, name):
    web_request = go(client, WAY[:7])
    answer = client.post(page(web_request, "name"), stamped({"name": name}))
    assert answer.status_code == 422
    assert "name" not in WebRequest.objects.get().answers


@pytest.mark.parametrize(
    ("street", "postal_code", "expected"),
    [
        ("Straße des 17. Juni 135 a–c", "01169", "01169"),
        ("Gartenweg 16, HH 2. OG links bei Meier", "01169", "01169"),
        ("Gartenweg 16", "1067", "01067"),
        ("Gartenweg 16", " D-01169 ", "01169"),
        ("Badstraße 2", "01465", "01465"),
        ("Erfundene Allee 99", "01169", "01169"),
        ("Hauptstraße 1", "01445", "Diese Adresse liegt nicht in Dresden."),
        ("Hauptstraße 1", "10115", "Diese Adresse liegt nicht in Dresden."),
        ("Gartenweg 16", "011", "Eine Postleitzahl hat 5 Ziffern"),
        ("Gartenweg 16", "０１１６９", "Eine Postleitzahl hat 5 Ziffern"),
        ("Gartenweg", "01169", "Bitte schreiben Sie Straße und Hausnummer."),
        ("Packstation 123", "01169", "Dort wohnt niemand."),
        ("Postfach 12 34 56", "01169", "Dort wohnt niemand."),
        ("", "01169", "Bitte schreiben Sie Straße und Hausnummer."),
    ],
)
def test_addresses(client, street, postal_code, expected):
    answer = client.post("/hausbesuch/", stamped({"street": street, "postal_code": postal_code}))
    if expected.isdigit():
        assert WebRequest.objects.get().answers["address"] == {"street": street, "postal_code": expected}
    else:
        assert (answer.status_code, WebRequest.objects.count()) == (422, 0)
        assert expected in answer.content.decode()


def test_who_lives_next_door_to_the_city_reads_who_helps(client):
    shown = client.post("/hausbesuch/", stamped(ADDRESS | {"postal_code": "01445"})).content.decode()
    assert "Wir sagen Ihnen, wer in Ihrer Nähe hilft:" in shown
    assert "Zum Fahrplan" in shown


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("0351/123 45-67", "+493511234567"),
        ("+49 (0)351 1234567", "+493511234567"),
        ("0049 351 1234567", "+493511234567"),
        ("Tel.: 0351 1234567", "+493511234567"),
        ("0171 3920012", "+491713920012"),
        ("", ""),
        ("1234567", "In der Telefonnummer fehlt die Vorwahl."),
        ("0351 12", "Die Nummer ist zu kurz."),
        ("110", NOT_CALLABLE),
        ("112", NOT_CALLABLE),
        ("116117", NOT_CALLABLE),
        ("0900 1234567", NOT_CALLABLE),
        ("0137 1234567", NOT_CALLABLE),
        ("+48 22 1234567", NOT_CALLABLE),
        ("030 23125100", "Das ist unsere eigene Nummer."),
        ("030 23125101", "Das ist unsere eigene Nummer."),
        ("0351 123 45 O7", DIGITS),
        ("bitte nur schreiben", DIGITS),
    ],
)
def test_phones(client, phone, expected):
    web_request = go(client, WAY[:8])
    answer = client.post(page(web_request, "telefon"), stamped({"phone": phone}))
    if expected[:1] in ("+", ""):
        assert kept(web_request, "phone") == {"phone": expected}
    else:
        assert answer.status_code == 422
        assert expected in answer.content.decode()
        assert f'value="{phone}"' in answer.content.decode(), "what was typed stays"


@pytest.mark.parametrize(
    "goal",
    ["Meine PIN ist 4711", "TAN 123456", "IBAN DE89 3704 0044 0532 0130 00", "4111 1111 1111 1111", "Passwort: hase12"],
)
def test_secrets_are_not_taken(client, goal):
    web_request = go(client, WAY[:2])
    answer = client.post(page(web_request, "ziel"), stamped({"goal": goal}))
    assert (answer.status_code, "goal" in WebRequest.objects.get().answers) == (422, False)
    assert "Das sieht nach einer PIN aus." in answer.content.decode()


@pytest.mark.parametrize(
    ("goal", "is_emergency"),
    [
        ("ich bin gestürzt", True),
        ("Bin gestuerzt, hilfe!", True),
        ("Word:\u00a0„Enkel“ – sehen …\r\nund\tFotos", False),
        ("Ich habe Angst vor Computern", False),
        ("<script>alert(1)</script> ${jndi:ldap://x} {{7*7}}", False),
        ("\u202eumgedreht", False),
    ],
)
def test_what_is_written_freely(client, goal, is_emergency):
    web_request = go(client, WAY[:2])
    assert client.post(page(web_request, "ziel"), stamped({"goal": goal})).status_code == 302
    shown = client.get(page(web_request, "zeiten")).content.decode()
    assert ("Rufen Sie sofort 112 an." in shown) is is_emergency
    assert "<script>alert" not in client.get(page(web_request, "ziel")).content.decode()


@pytest.mark.parametrize("words", ["Di ab 14 Uhr", "nicht mittwochs", "Mo und Do vormittags"])
def test_times_in_words(client, words):
    web_request = go(client, WAY[:3])
    assert client.post(page(web_request, "zeiten"), stamped({"words": words})).status_code == 302


@pytest.mark.parametrize("words", ["24:70 Uhr", "17-9 Uhr am Blubtag", "x" * 61, "irgendwann mal"])
def test_times_that_are_none(client, words):
    web_request = go(client, WAY[:3])
    assert client.post(page(web_request, "zeiten"), stamped({"words": words})).status_code == 422


def test_the_mother_twice_with_a_typo_are_two_requests_for_the_desk_to_see(client):
    first, second = begin(client), begin(client)
    assert first.reference != second.reference


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)(reverse("bookings:web-start")).status_code == 405
