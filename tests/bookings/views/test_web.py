"""The web's question pages through the client: the whole way, and every way that goes wrong."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from bookings import web_requests
from bookings.models import Client, HomeVisit, WebRequest
from lotsen.messages.models import CallTask, Message
from lotsen.places.models import StreetPoint
from lotsen.stamps import new_stamp
from tests.people import make_topic

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ADDRESS = {"street": "Gartenweg 16", "postal_code": "01169"}
WAY = [
    ("fuer-wen", {"caller": "self"}),
    ("themen", {"topics": ["fotos"]}),
    ("ziel", {"goal": "Ich möchte meine Enkel sehen."}),
    ("zeiten", {"times": ["nachmittags"]}),
    ("beachten", {"needs": ["stairs"]}),
    ("einwilligung", {"consent": "yes"}),
    ("wer-kommt", {"wish": "woman", "speaks": ""}),
    ("name", {"salutation": "mrs", "name": "Ursula Krause"}),
    ("telefon", {"phone": "030/231 25 116"}),
    ("antwort", {"reach_by": ["call", "letter"]}),
]
REST = {
    "for": {"caller": "self"},
    "topics": {"topics": ["fotos"]},
    "goal": {"goal": ""},
    "times": {"times": ["egal"], "words": ""},
    "needs": {"needs": []},
    "wish": {"wish": "", "speaks": ""},
    "name": {"salutation": "mrs", "name": "Ursula Krause"},
    "phone": {"phone": "+493023125116"},
    "reach": {"reach_by": ["call"]},
}


@pytest.fixture(autouse=True)
def topic():
    return make_topic()


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def stamped(values, **more):
    """What a browser sends that has opened the page."""
    return {"since": new_stamp(timezone.now()), **values, **more}


def begin(client, **fields):
    answer = client.post("/hausbesuch/", stamped(ADDRESS, **fields))
    assert answer.status_code == 302, answer.context["form"].errors
    return WebRequest.objects.latest("pk")


def page(web_request, slug):
    return reverse("bookings:web-question", args=[web_request.token, slug])


def go(client, way=WAY, **first):
    web_request = begin(client, **first)
    for slug, values in way:
        answer = client.post(page(web_request, slug), stamped(values))
        assert answer.status_code == 302, (slug, answer.context["form"].errors)
    return web_request


def send(client, web_request):
    return client.post(reverse("bookings:web-check", args=[web_request.token]))


def whole_way(client, clock, **first):
    web_request = go(client, **first)
    clock.shift(timedelta(minutes=5))
    send(client, web_request)
    return web_request, HomeVisit.objects.get(reference=web_request.reference)


def text_of(answer):
    """A page without what differs from call to call: tokens and numbers."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
    text = re.sub(r'name="since" value="[^"]*"', "", text)
    return re.sub(r"\d{3}\xa0\d{3}\xa0\d|<i>\d+</i>|\d \d \d, \d \d \d, \d|/hausbesuch/[\w-]{43}/", "", text)


def test_the_whole_way_becomes_one_request(client, clock):
    web_request, visit = whole_way(client, clock)
    person = visit.client
    assert (visit.state, visit.entrance, visit.agreed_at, visit.held_because) == ("requested", "web", None, "")
    assert (visit.goal, visit.times_words, visit.times) == (
        "Ich möchte meine Enkel sehen.",
        "nachmittags",
        "Mo-Sa 12:00-18:00",
    )
    assert [topic.key for topic in visit.topics.all()] == ["fotos"]
    assert (person.name, person.salutation, person.phone) == ("Ursula Krause", "mrs", "+493023125116")
    assert (person.needs, person.wish, person.reach_by) == (["stairs"], "woman", ["call", "letter"])
    assert str(person.address) == "Gartenweg 16, 01169 Dresden"
    assert [(one.purpose, one.given, one.channel) for one in person.consents.all()] == [("needs", True, "web")]
    web_request.refresh_from_db()
    assert web_request.visit == visit
    assert CallTask.objects.filter(about_reference=visit.reference).count() == 1


def test_the_reference_is_on_every_page_and_no_data_in_any_address(client, clock):
    web_request = begin(client)
    shown = client.get(page(web_request, "fuer-wen"))
    number = web_request.reference
    assert f"{number[:3]}\xa0{number[3:6]}\xa0{number[6:]}" in shown.content.decode()
    assert number not in shown.request["PATH_INFO"]
    assert len(web_request.token) == 43
    assert "sessionid" not in client.cookies


def test_progress_is_right_when_questions_are_added(client, clock):
    web_request = begin(client)
    assert "Frage 2 von 10" in client.get(page(web_request, "fuer-wen")).content.decode()
    client.post(page(web_request, "fuer-wen"), stamped({"caller": "family"}))
    assert "Frage 3 von 12" in client.get(page(web_request, "wer-fragt")).content.decode()


def test_back_loses_nothing(client, clock):
    web_request = go(client, WAY[:4])
    shown = client.get(page(web_request, "ziel"))
    assert "Ich möchte meine Enkel sehen." in shown.content.decode()
    assert "Zurück zu Frage 3" in shown.content.decode()


def test_a_page_out_of_turn_leads_to_the_first_open_one(client, clock):
    web_request = begin(client)
    answer = client.get(page(web_request, "telefon"))
    assert answer.url == page(web_request, "fuer-wen")
    assert client.get(page(web_request, "gibt-es-nicht")).status_code == 404
    assert client.get(reverse("bookings:web-question", args=["x" * 43, "ziel"])).status_code == 404


def test_a_change_from_the_check_page_comes_back_and_asks_what_is_new(client, clock):
    web_request = go(client)
    answer = client.post(page(web_request, "fuer-wen") + "?zu=pruefen", stamped({"caller": "family"}))
    assert answer.url == reverse("bookings:web-check", args=[web_request.token])
    answer = client.get(answer.url)
    assert answer.url == page(web_request, "wer-fragt") + "?zu=pruefen"
    client.post(answer.url, stamped({"caller_name": "Jana Krause", "caller_phone": "030 231 25 117"}))
    client.post(page(web_request, "weiss-es-die-person"), stamped({"known": "not_yet"}))
    shown = client.get(reverse("bookings:web-check", args=[web_request.token])).content.decode()
    assert "Jana Krause, 030 231 25 117" in shown


def test_a_third_party_is_recorded_and_the_person_asked(client, clock):
    web_request = go(client)
    client.post(page(web_request, "fuer-wen"), stamped({"caller": "family"}))
    client.post(
        page(web_request, "wer-fragt"), stamped({"caller_name": "Jana Krause", "caller_phone": "030 231 25 117"})
    )
    client.post(page(web_request, "weiss-es-die-person"), stamped({"known": "not_yet"}))
    clock.shift(timedelta(minutes=5))
    send(client, web_request)
    visit = HomeVisit.objects.get()
    assert (visit.caller, visit.caller_name, visit.caller_phone) == ("family", "Jana Krause", "+493023125117")
    assert visit.note == "Die Person weiß noch nichts von der Anfrage."
    assert visit.agreed_at is None
    shown = client.get(reverse("bookings:web-done", args=[web_request.token])).content.decode()
    assert "Wir fragen Frau Krause selbst." in shown
    letter = Message.objects.get(channel="letter")
    assert (letter.kind, letter.variables["contact_role"]) == ("senior_third_first", "jemand aus Ihrer Familie")


def test_without_consent_no_needs_are_kept(client, clock):
    web_request = go(client)
    client.post(page(web_request, "einwilligung"), stamped({"consent": "no"}))
    clock.shift(timedelta(minutes=5))
    send(client, web_request)
    assert Client.objects.get().needs == []


@pytest.mark.parametrize(
    ("slug", "values", "sentence"),
    [
        ("fuer-wen", {}, "Bitte wählen Sie eine Antwort."),
        ("themen", {}, "Bitte wählen Sie mindestens ein Thema."),
        ("ziel", {"goal": "Meine PIN ist 4711"}, "Das sieht nach einer PIN aus."),
        ("ziel", {"goal": "x" * 501}, "Bitte höchstens 500 Zeichen, es sind 501."),
        ("zeiten", {}, "Bitte wählen Sie mindestens eine Zeit."),
        ("einwilligung", {}, "Bitte wählen Sie Ja oder Nein."),
        ("name", {"name": " "}, "Bitte schreiben Sie Ihren Nachnamen."),
        ("telefon", {"phone": "231 25 116"}, "In der Telefonnummer fehlt die Vorwahl."),
        ("telefon", {"phone": "112"}, "Diese Nummer können wir nicht anrufen."),
        ("antwort", {}, "Bitte wählen Sie einen Weg."),
    ],
)
def test_a_wrong_answer_is_said_kept_and_not_saved(client, clock, slug, values, sentence):
    web_request = go(client)
    before = WebRequest.objects.get().answers
    answer = client.post(page(web_request, slug), values)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Fehler: " in shown
    assert shown.count(sentence) >= 2, "in the summary and beside the field"
    assert all(value in shown for value in values.values())
    assert WebRequest.objects.get().answers == before


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"street": "Gartenweg", "postal_code": "01169"}, "Bitte schreiben Sie Straße und Hausnummer."),
        ({"street": "Gartenweg 16", "postal_code": "116"}, "Eine Postleitzahl hat 5 Ziffern"),
        ({"street": "Hauptstraße 1", "postal_code": "01445"}, "Diese Adresse liegt nicht in Dresden."),
    ],
)
def test_a_wrong_address_begins_nothing(client, values, sentence):
    answer = client.post("/hausbesuch/", values)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not WebRequest.objects.exists()


def test_outside_the_timetable_is_offered_and_langebrueck_is_inside(client):
    assert "Zum Fahrplan" in client.post("/hausbesuch/", ADDRESS | {"postal_code": "01445"}).content.decode()
    assert client.post("/hausbesuch/", ADDRESS | {"postal_code": "01465"}).status_code == 302
    assert client.post("/hausbesuch/", ADDRESS | {"postal_code": "1067"}).status_code == 302
    assert WebRequest.objects.latest("pk").answers["address"]["postal_code"] == "01067"


@pytest.fixture
def street():
    fields = {"latitude": 51.06, "longitude": 13.75, "postal_code": "01099", "accuracy": "address"}
    return StreetPoint.objects.create(
        street="Königsbrücker Straße", street_key="koenigsbrueckerstr", house_number="5", **fields
    )


def test_a_misspelt_street_is_a_choice(client, street):
    typed = {"street": "Königsbrüker Str. 5", "postal_code": "01099"}
    shown = client.post("/hausbesuch/", typed)
    assert shown.status_code == 422
    assert "Meinen Sie Königsbrücker Straße?" in shown.content.decode()
    client.post("/hausbesuch/", typed | {"meant": "Königsbrücker Straße 5, 01099"})
    assert WebRequest.objects.latest("pk").answers["address"] == {
        "street": "Königsbrücker Straße 5",
        "postal_code": "01099",
    }
    client.post("/hausbesuch/", typed | {"meant": "so"})
    assert WebRequest.objects.latest("pk").answers["address"] == typed


def test_a_street_that_is_known_is_not_asked_about(client, street):
    assert client.post("/hausbesuch/", {"street": "Koenigsbruecker Str 5", "postal_code": "01099"}).status_code == 302


def test_words_of_danger_bring_up_112_on_every_page_after_and_a_note_for_the_desk(client, clock):
    web_request = go(client)
    assert "Rufen Sie sofort 112 an" not in client.get(page(web_request, "zeiten")).content.decode()
    client.post(page(web_request, "ziel"), stamped({"goal": "Ich bin gestürzt"}))
    assert "Rufen Sie sofort 112 an" in client.get(page(web_request, "zeiten")).content.decode()
    clock.shift(timedelta(minutes=5))
    send(client, web_request)
    assert HomeVisit.objects.get().note == "Achtung: Im Text steht „gestürzt“."


def test_without_phone_a_letter_is_enough(client, clock):
    way = [*WAY[:8], ("telefon", {"phone": ""}), ("antwort", {"reach_by": ["letter"]})]
    web_request = go(client, way)
    clock.shift(timedelta(minutes=5))
    send(client, web_request)
    shown = client.get(reverse("bookings:web-done", args=[web_request.token])).content.decode()
    assert "Der Brief kommt bis" in shown
    assert [message.channel for message in Message.objects.all()] == ["letter"]


def test_a_call_cannot_be_wished_without_a_number(client, clock):
    web_request = go(client, [*WAY[:8], ("telefon", {"phone": ""})])
    answer = client.post(page(web_request, "antwort"), stamped({"reach_by": ["call"]}))
    assert answer.status_code == 422


def test_email_is_asked_only_where_it_was_wished(client, clock):
    web_request = go(client, [*WAY[:9], ("antwort", {"reach_by": ["email"]})])
    assert client.get(reverse("bookings:web-check", args=[web_request.token])).url.startswith(
        page(web_request, "e-mail")
    )
    answer = client.post(page(web_request, "e-mail"), stamped({"email": "ursula.example.org"}))
    assert "fehlt das @" in answer.content.decode()
    assert client.post(page(web_request, "e-mail"), stamped({"email": "ursula@example.org"})).status_code == 302


def test_sent_twice_is_one_request(client, clock):
    web_request, visit = whole_way(client, clock)
    done = reverse("bookings:web-done", args=[web_request.token])
    assert send(client, web_request).url == done
    assert client.get(page(web_request, "ziel")).url == done
    assert client.post(page(web_request, "ziel"), stamped({"goal": "anders"})).url == done
    assert HomeVisit.objects.count() == 1
    visit.refresh_from_db()
    assert visit.goal == "Ich möchte meine Enkel sehen."


def test_sending_before_the_end_sends_nothing(client, clock):
    web_request = go(client, WAY[:5])
    assert send(client, web_request).url.startswith(page(web_request, "einwilligung"))
    assert not HomeVisit.objects.exists()


@pytest.mark.parametrize(
    ("first", "seconds", "reason"),
    [
        ({"trap": "https://spam.example"}, 300, "Ein verstecktes Feld war gefüllt."),
        ({}, 4, "Das Formular war in 4 Sekunden ausgefüllt."),
        ({}, 10, ""),
    ],
)
def test_what_looks_like_a_machine_is_held_and_never_dropped(client, clock, first, seconds, reason):
    web_request = go(client, **first)
    clock.shift(timedelta(seconds=seconds))
    send(client, web_request)
    visit = HomeVisit.objects.get()
    assert (visit.held_because, visit.state) == (reason, "requested")


def test_a_held_request_writes_to_nobody(client, clock):
    web_request = go(client, [*WAY[:9], ("antwort", {"reach_by": ["letter"]})], trap="x")
    clock.shift(timedelta(minutes=5))
    send(client, web_request)
    assert (Message.objects.count(), CallTask.objects.count()) == (0, 0)


def test_a_held_request_sees_the_same_page_byte_for_byte(client, clock):
    pages = []
    for first in ({}, {"trap": "x"}):
        clock.move_to(NOW)
        web_request, visit = whole_way(client, clock, **first)
        pages.append(text_of(client.get(reverse("bookings:web-done", args=[web_request.token]))))
        answer = client.post("/hausbesuch/stand/", {"reference": visit.reference, "said": "5116"})
        pages.append(re.sub(r'name="proof" value="[^"]*"', "", text_of(answer)))
    assert [bool(visit.held_because) for visit in HomeVisit.objects.order_by("pk")] == [False, True]
    assert pages[0] == pages[2]
    assert pages[1] == pages[3]


def test_the_link_stops_showing_what_was_sent_after_a_day(client, clock):
    web_request, _visit = whole_way(client, clock)
    done = reverse("bookings:web-done", args=[web_request.token])
    assert "Danke, Frau Krause." in client.get(done).content.decode()
    clock.shift(timedelta(hours=25))
    assert client.get(done).url == reverse("bookings:status")


def test_nothing_is_kept_in_caches(client, clock):
    web_request = begin(client)
    assert "no-store" in client.get(page(web_request, "fuer-wen"))["Cache-Control"]


def test_in_english(client, clock):
    web_request = go(client)
    clock.shift(timedelta(minutes=5))
    client.post(reverse("bookings:web-check", args=[web_request.token]), headers={"accept-language": "en"})
    assert Client.objects.get().language == "en"


def held(web_request, clock):
    clock.shift(timedelta(hours=1))
    for question, values in REST.items():
        web_requests.answer(web_request, question=question, values=values, by=None, at=timezone.now())
    return web_requests.send(web_request, by=None, at=timezone.now()).held_because


def test_beyond_the_ordinary_number_a_request_waits_for_a_human_and_nobody_is_turned_away(client, settings, clock):
    settings.WEB_REQUESTS_PER_ADDRESS = 1
    answers = [client.post("/hausbesuch/", stamped(ADDRESS)) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert [held(row, clock) for row in WebRequest.objects.order_by("pk")] == [
        "",
        "Von diesem Anschluss kamen sehr viele Anfragen.",
    ]


def test_who_has_never_opened_the_page_is_looked_at_first(client, clock):
    client.post("/hausbesuch/", ADDRESS)
    client.post("/hausbesuch/", ADDRESS | {"since": "4711.0:gefaelscht"})
    assert [held(row, clock) for row in WebRequest.objects.all()] == ["Die Seite war nie geöffnet."] * 2


def test_the_same_page_sent_twice_is_one_request_and_after_going_back_a_corrected_one(client):
    sent = stamped(ADDRESS)
    first, second = client.post("/hausbesuch/", sent), client.post("/hausbesuch/", sent)
    corrected = client.post("/hausbesuch/", sent | {"street": "Gartenweg 18"})
    assert first.url == second.url == corrected.url
    assert WebRequest.objects.get().answers["address"]["street"] == "Gartenweg 18"
    client.post("/hausbesuch/", stamped(ADDRESS))
    assert WebRequest.objects.count() == 2
