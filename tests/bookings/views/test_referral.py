"""The list of an organisation through its pages, and the page on which the desk confirms it."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from bookings.models import HomeVisit, Referral
from lotsen.kernel.models import ContactRead
from lotsen.stamps import new_stamp
from tests.people import NOW, make_topic, make_user

pytestmark = pytest.mark.django_db
STELLE = {"organisation": "Pflegedienst Elbaue", "caller": "care", "contact": "Jana Beier", "phone": "030 231 25 002"}
PERSON = {
    "name": "Ursula Krause",
    "street": "Gartenweg 16",
    "postal_code": "01169",
    "phone": "030 231 25 116",
    "topics": ["fotos"],
    "times": ["egal"],
    "known": "yes",
}


@pytest.fixture(autouse=True)
def clock():
    make_topic()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def stamped(values, **more):
    return {"since": new_stamp(timezone.now()), **values, **more}


def begin(client):
    answer = client.post("/hausbesuch/fuer-fachleute/", stamped(STELLE))
    assert answer.status_code == 302, answer.context["form"].errors
    return answer.url


def key_in(answer):
    return re.findall(r'name="key" value="([0-9a-f]{12})"', answer.content.decode())[-1]


def add(client, url, **fields):
    key = key_in(client.get(url))
    return client.post(url, stamped(PERSON, key=key, tun="dazu") | fields)


def words(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).replace("\xa0", " ").split())


def test_the_whole_way(client, clock):
    url = begin(client)
    add(client, url)
    add(client, url, name="Erich Noack", phone="")
    shown = words(client.get(url))
    assert "Ihre Liste: 2 Menschen" in shown
    assert "1. Ursula Krause Gartenweg 16, 01169 · 030 231 25 116" in shown
    assert "2. Erich Noack Gartenweg 16, 01169 · kein Telefon" in shown
    clock.shift(timedelta(minutes=5))
    answer = client.post(url, {"tun": "senden"})
    assert answer.url == f"{url}danke/"
    done = words(client.get(answer.url))
    assert "Danke. Ihre 2 Anfragen sind da." in done
    for visit in HomeVisit.objects.all():
        assert f"{visit.reference[:3]} {visit.reference[3:6]} {visit.reference[6:]}" in done
    assert client.get(url).url == client.post(url, stamped(PERSON, tun="dazu")).url == answer.url
    clock.shift(timedelta(hours=25))
    assert client.get(answer.url).url == "/hausbesuch/stand/"


def test_a_bad_line_is_said_kept_and_the_rest_stays(client):
    url = begin(client)
    add(client, url)
    answer = add(client, url, name="Erich Noack", phone="231", postal_code="01445")
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Fehler: " in shown
    assert 'value="Erich Noack"' in shown
    assert 'value="231"' in shown
    assert "Diese Adresse liegt nicht in Dresden." in shown
    assert "Ursula Krause" in shown
    assert [one["name"] for one in Referral.objects.get().people] == ["Ursula Krause"]


def test_what_is_typed_when_sending_counts_as_a_line(client, clock):
    url = begin(client)
    key = key_in(client.get(url))
    clock.shift(timedelta(minutes=5))
    bad = client.post(url, stamped(PERSON, key=key, tun="senden", phone="231"))
    assert (bad.status_code, HomeVisit.objects.count()) == (422, 0)
    assert client.post(url, stamped(PERSON, key=key, tun="senden")).url.endswith("/danke/")
    assert HomeVisit.objects.get().client.name == "Ursula Krause"


def test_a_double_click_adds_one_and_sends_one(client, clock):
    url = begin(client)
    line = stamped(PERSON, key=key_in(client.get(url)), tun="dazu")
    for _ in range(2):
        client.post(url, line)
    clock.shift(timedelta(minutes=5))
    for _ in range(2):
        client.post(url, {"tun": "senden"})
    assert HomeVisit.objects.count() == 1


def test_a_line_is_changed_and_taken_off(client):
    url = begin(client)
    add(client, url)
    key = Referral.objects.get().people[0]["key"]
    shown = client.get(url, {"zeile": key}).content.decode()
    assert "Diese Zeile ändern" in shown
    assert 'value="Ursula Krause"' in shown
    client.post(url, stamped(PERSON, key=key, tun="dazu", name="Ursula Kraus"))
    assert [one["name"] for one in Referral.objects.get().people] == ["Ursula Kraus"]
    client.post(url, {"tun": "weg", "key": key})
    assert Referral.objects.get().people == []
    empty = client.post(url, {"tun": "senden"})
    assert "Bitte tragen Sie mindestens einen Menschen ein." in words(empty)


def test_thirty_is_the_end(client):
    url = begin(client)
    people = [{**PERSON, "key": f"{number:012x}", "salutation": ""} for number in range(30)]
    Referral.objects.update(people=people)
    assert "Die Liste ist voll: 30 Menschen." in words(client.get(url))
    answer = client.post(url, stamped(PERSON, key="f" * 12, tun="dazu"))
    assert (answer.status_code, len(Referral.objects.get().people)) == (422, 30)
    assert "Höchstens 30 Menschen auf einmal." in words(answer)


def page_of(answer):
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
    return re.sub(r"\d{3}\xa0\d{3}\xa0\d|<i>\d+</i>|\d \d \d, \d \d \d, \d|/[\w-]{43}/", "", text)


def test_a_held_list_reads_the_same(client, clock):
    pages = []
    for trap in ("", "https://spam.example"):
        clock.move_to(NOW)
        url = begin(client)
        add(client, url, trap=trap)
        clock.shift(timedelta(minutes=5))
        pages.append(page_of(client.get(client.post(url, {"tun": "senden"}).url)))
    assert len(set(HomeVisit.objects.values_list("held_because", flat=True))) == 2
    assert pages[0] == pages[1]


def test_the_desk_confirms_and_each_look_is_journalled(client, clock):
    url = begin(client)
    add(client, url)
    clock.shift(timedelta(minutes=5))
    client.post(url, {"tun": "senden"})
    client.force_login(make_user())
    where = f"/hotline/fachstelle/{Referral.objects.get().reference}/"
    shown = words(client.get(where))
    assert "Pflegedienst Elbaue" in shown
    assert "Ursula Krause" in shown
    assert ContactRead.objects.filter(why="referral").count() == 1
    assert client.post(f"{where}bestaetigen/").url == where
    assert HomeVisit.objects.get().held_because == ""
    assert client.post(f"{where}ablehnen/").url == where, "too late: said in a sentence"
    assert Referral.objects.get().state == "confirmed"
    assert client.post(f"{where}unfug/").status_code == 404


def test_one_query_count_for_one_person_and_for_three(client, clock, django_assert_num_queries):
    client.force_login(make_user())
    for count in (1, 3):
        url = begin(client)
        for number in range(count):
            add(client, url, name=f"Person {number}")
        clock.shift(timedelta(minutes=5))
        client.post(url, {"tun": "senden"})
        where = f"/hotline/fachstelle/{Referral.objects.latest('pk').reference}/"
        with django_assert_num_queries(5):
            client.get(where)
