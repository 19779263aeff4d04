"""The pages of one case: timeline, changing, "Kommt wirklich jemand?", the file. The code word is on none of them."""

import html
import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser

from bookings import cases, offers, visits
from bookings.clients import record_consents
from bookings.models import CaseNote, Client, HomeVisit
from lotsen.kernel.models import ContactRead, FieldChange
from lotsen.messages.models import CallTask, Message
from tests.bookings.test_cases import START, assigned
from tests.people import NOW, make_client, make_scheduled, make_topic, make_user, make_visit, make_volunteer

pytestmark = pytest.mark.django_db
WORD = "Zqkennwort"


@pytest.fixture(autouse=True)
def clock(settings):
    settings.SESSION_COOKIE_AGE = 60 * 24 * 60 * 60
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def anna(client):
    anna = make_user("hotline")
    client.force_login(anna)
    return anna


def url(visit, end=""):
    return f"/hotline/vorgang/{visit.reference}/{end}"


def body(response):
    return html.unescape(response.content.decode())


def typed(visit, **more):
    """What the form shows, posted again with a few things changed."""
    form = cases.values_of(HomeVisit.objects.get(pk=visit.pk))
    line, postal_code, extra = form.pop("address")
    seen = json.dumps(cases.stamps(cases.values_of(HomeVisit.objects.get(pk=visit.pk))))
    form |= {"street": line, "postal_code": postal_code, "extra": extra, "seen": seen}
    form.pop("large_print")
    return form | more


# --- the page ---------------------------------------------------------------------------------------


def test_a_note_stands_on_the_timeline(client, anna):
    visit = make_visit()

    client.post(url(visit, "note/"), {"kind": "call_in", "text": "Fragt nach dem Termin."})

    page = body(client.get(url(visit)))
    assert "Fragt nach dem Termin." in page
    assert list(CaseNote.objects.values_list("kind", "by")) == [("call_in", anna.pk)]


@pytest.mark.parametrize("kind", ["proven", "word_right", "unfug"])
def test_what_only_checks_write_cannot_be_typed(client, anna, kind):
    client.post(url(make_visit(), "note/"), {"kind": kind, "text": "Von Hand."})

    assert list(CaseNote.objects.values_list("kind", flat=True)) == ["note"]


@pytest.mark.parametrize(
    ("show", "there", "not_there"),
    [
        ("", ["Von uns angerufen", "Anfrage aufgenommen", "Person hat die Daten gesehen"], []),
        ("talk", ["Von uns angerufen"], ["Anfrage aufgenommen", "Person hat die Daten gesehen"]),
        ("change", ["Anfrage aufgenommen"], ["Von uns angerufen", "Person hat die Daten gesehen"]),
        (
            "read",
            ["Person hat die Daten gesehen", "(Hotline) · Vorgang angesehen"],
            ["Anfrage aufgenommen"],
        ),
        ("unfug", ["Von uns angerufen", "Anfrage aufgenommen"], []),
    ],
)
def test_chips_choose_what_the_timeline_shows(client, anna, show, there, not_there):
    visit = make_visit(by=anna)
    cases.note_call(visit, kind="call_out", text="Von uns angerufen", by=anna, at=NOW)

    page = body(client.get(url(visit), {"zeige": show}))

    assert [words for words in there if words not in page] == []
    assert [words for words in not_there if words in page] == []


def test_a_long_timeline_has_pages(client, anna):
    visit = make_visit(by=anna)
    for number in range(40):
        at = NOW + timedelta(minutes=number)
        cases.note_call(visit, kind="note", text=f"Zeile-{number}-", by=anna, at=at)

    first, second = (body(client.get(url(visit), {"zeige": "talk", "seite": page})) for page in (1, 2))

    assert ("Zeile-39-" in first, "Zeile-9-" in first, "Zeile-9-" in second) == (True, False, True)
    assert "zeige=talk&seite=2" in first


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(client, anna, rows, django_assert_max_num_queries):
    visit = make_scheduled(by=anna, starts_at=START)
    people = [make_volunteer(f"Bernd {number} Kluge", topics=[make_topic()]) for number in range(rows)]
    offers.send_offers(visit, volunteers=people, answer_by=START, by=anna, at=NOW)
    for number in range(rows):
        record_consents(visit.client, answers={f"p{number}": True}, channel="phone", by=anna, at=NOW)
        cases.note_call(visit, kind="note", text="Etwas", by=anna, at=NOW)
    visits.withdraw_offers(visit, by=anna, at=NOW)
    client.get(url(visit))
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(url(visit))


MOST_QUERIES = 34


def test_a_consent_is_shown_and_taken_back(client, anna):
    visit = make_visit(client=make_client(needs=["stairs"]))
    record_consents(visit.client, answers={"needs": True}, channel="phone", by=anna, at=NOW)
    assert "zurücknehmen" in body(client.get(url(visit)))

    page = body(client.post(url(visit, "withdraw/"), {"purpose": "needs"}, follow=True))

    assert "Ab sofort nutzen wir das nicht mehr. Ihr Termin bleibt." in page
    assert ("viele Stufen" in page, Client.objects.get().needs) == (False, [])


def test_a_purpose_that_nobody_knows_is_not_there(client, anna):
    assert client.post(url(make_visit(), "withdraw/"), {"purpose": "unfug"}).status_code == 404


def test_the_letter_about_who_looked_is_queued_and_its_day_read_out(client, anna):
    visit = make_visit()

    page = body(client.post(url(visit, "who-looked/"), follow=True))

    assert "Der Brief kommt bis Mittwoch, 2. Dezember." in page
    assert Message.objects.filter(kind="who_looked", channel="letter").count() == 1


def test_cancelling_takes_a_reason_from_the_list_and_words(client, anna):
    visit = make_visit()

    client.post(url(visit, "cancel/"), {"reason": "ill", "because": "bis März", "own_wish": "1"})

    visit.refresh_from_db()
    assert (visit.state, visit.cancelled_because) == ("cancelled", "krank oder im Krankenhaus: bis März")


# --- changing ---------------------------------------------------------------------------------------


def test_the_form_shows_what_stands_there_and_saves_what_is_changed(client, anna):
    visit = make_visit()
    assert 'value="Ursula Schulze"' in body(client.get(url(visit, "aendern/")))

    response = client.post(url(visit, "aendern/"), typed(visit, phone="0351 488 1234", times="Di ab 14", goal="Skypen"))

    visit, person = HomeVisit.objects.get(), Client.objects.get()
    assert (response.status_code, response.url) == (302, url(visit))
    assert (person.phone, visit.times_words, visit.times, visit.goal) == (
        "+493514881234",
        "Di ab 14",
        "Di 14:00-18:00",
        "Skypen",
    )
    fields = {name for one in FieldChange.objects.all() for name in one.fields}
    assert {"phone", "times", "goal"} <= fields
    assert "name" not in fields


def test_an_error_stands_beside_its_field_and_nothing_typed_is_lost(client, anna):
    visit = make_visit()

    response = client.post(url(visit, "aendern/"), typed(visit, phone="12", goal="Skypen"))

    page = body(response)
    assert (response.status_code, 'value="12"' in page, 'value="Skypen"' in page) == (422, True, True)
    assert Client.objects.get().phone == "+493023125216"


def test_two_agents_at_once_the_second_sees_what_changed_and_keeps_what_they_typed(client, anna):
    visit = make_visit()
    first = typed(visit, phone="0351 488 1234", note="Zweimal klingeln")
    second = typed(visit, phone="0351 488 9999", goal="Mit dem Enkel skypen")
    client.post(url(visit, "aendern/"), first)

    response = client.post(url(visit, "aendern/"), second)

    page = body(response)
    assert response.status_code == 409
    assert "Jemand anderes hat inzwischen etwas geändert. Es ist noch nichts gespeichert." in page
    assert "0351 488 12 34" in page.replace("\xa0", " ")  # what stands there now
    assert 'value="0351 488 9999"' in page  # what was typed
    assert 'value="Zweimal klingeln"' in page  # what was not touched follows
    assert Client.objects.get().phone == "+493514881234"

    again = typed(visit, phone="0351 488 9999", goal="Mit dem Enkel skypen")
    assert client.post(url(visit, "aendern/"), again).status_code == 302
    visit.refresh_from_db()
    assert (Client.objects.get().phone, visit.goal, visit.note) == (
        "+493514889999",
        "Mit dem Enkel skypen",
        "Zweimal klingeln",
    )


@pytest.mark.parametrize("seen", ["", "[]", "{", "null", '{"phone": 1}'])
def test_without_what_was_seen_nothing_is_overwritten(client, anna, seen):
    visit = make_visit()

    response = client.post(url(visit, "aendern/"), typed(visit, phone="0351 488 1234", seen=seen))

    assert (response.status_code, Client.objects.get().phone) == (409, "+493023125216")


def test_needs_without_consent_are_asked_for_in_words(client, anna):
    visit = make_visit()

    response = client.post(url(visit, "aendern/"), typed(visit, needs=["hearing"]))

    assert (response.status_code, Client.objects.get().needs) == (409, [])
    assert "schreiben wir nur auf, wenn die Person es erlaubt" in body(response)
    client.post(url(visit, "aendern/"), typed(visit, needs=["hearing"], has_consent="on"))
    assert Client.objects.get().needs == ["hearing"]


def test_of_a_closed_visit_the_request_cannot_be_changed(client, anna):
    visit = make_visit(goal="Fotos ansehen")
    visits.cancel_visit(visit, because="", own_wish=True, by=anna, at=NOW)

    client.post(url(visit, "aendern/"), typed(visit, goal="Etwas anderes", name="Ursula Schulz"))

    visit.refresh_from_db()
    assert (visit.goal, Client.objects.get().name) == ("Fotos ansehen", "Ursula Schulz")


# --- "Kommt wirklich jemand?" -----------------------------------------------------------------------


def passed(client, visit, said="5216"):
    page = client.post(url(visit, "auskunft/"), {"proof": said})
    return page, page.context.get("pass")


def test_who_proves_it_hears_name_day_and_time(client, anna):
    visit = assigned(anna)

    response, _pass = passed(client, visit)

    page = " ".join(body(response).replace("\xa0", " ").split())
    assert "„Ja. Am Dienstag, 1. Dezember, um 10:00 Uhr kommt Bernd Kluge." in page
    assert "Ein Kennwort ist vergeben. Es steht in Ihrem Brief.“" in page
    assert 'Kennwort: <b class="l-strong">vergeben</b>' in page
    assert ContactRead.objects.filter(why="information", by=anna, fields__contains=["visitor"]).count() == 1


def test_who_does_not_hears_nothing_and_is_called_back(client, anna):
    visit = assigned(anna)

    response, _pass = passed(client, visit, said="9999")

    page = body(response)
    assert response.status_code == 422
    assert "„Das darf ich so nicht sagen. Ich rufe Sie gleich zurück, unter der Nummer, die wir haben.“" in page
    assert ("Bernd Kluge" in page, "Dienstag" in page) == (False, False)
    assert CallTask.objects.filter(kind="senior_asks_who", phone=visit.client.phone).count() == 1


def test_without_a_date_the_promise_is_read_out(client, anna):
    response, _pass = passed(client, make_visit())

    assert "„Noch nicht. Sie stehen seit Mittwoch, 25. November auf unserer Liste." in body(response).replace(
        "\xa0", " "
    )


def test_where_nobody_is_due_now_the_door_stays_shut(client, anna):
    response, _pass = passed(client, assigned(anna))

    page = body(response)
    assert "„Von uns ist jetzt niemand angemeldet. Öffnen Sie bitte nicht. Ich bleibe dran.“" in page
    assert ("110" in page, 'name="word"' in page) == (True, False)


@pytest.mark.parametrize(
    ("word", "sentence", "police"),
    [(WORD, "Das Kennwort stimmt.", False), ("Birne", "Das Kennwort stimmt nicht.", True)],
)
def test_a_word_at_the_door_is_right_or_wrong(client, anna, clock, word, sentence, police):
    visit = assigned(anna)
    HomeVisit.objects.filter(pk=visit.pk).update(code_word=WORD)
    clock.move_to(START)
    _response, proof = passed(client, visit)

    response = client.post(url(visit, "auskunft/"), {"pass": proof, "word": word})

    page = body(response)
    assert (sentence in page, "Ich rufe die Eins-Eins-Null." in page) == (True, police)
    assert WORD not in page


def test_the_fourth_word_is_refused_in_a_sentence(client, anna, clock):
    visit = assigned(anna)
    clock.move_to(START)
    _response, proof = passed(client, visit)

    pages = [body(client.post(url(visit, "auskunft/"), {"pass": proof, "word": "Birne"})) for _try in range(4)]

    assert ["stimmt nicht" in page for page in pages] == [True, True, True, False]
    assert "Drei Versuche sind verbraucht." in pages[3]


@pytest.mark.parametrize("forged", ["", "x", "WyJ4Il0:1:1"])
def test_a_word_without_proof_is_not_checked(client, anna, clock, forged):
    visit = assigned(anna)
    clock.move_to(START)

    client.post(url(visit, "auskunft/"), {"pass": forged, "word": "Birne"})

    assert list(CaseNote.objects.values_list("kind", flat=True)) == ["not_proven"]


def test_the_proof_of_another_agent_or_case_counts_for_nothing(client, anna, clock):
    visit, other = assigned(anna), assigned(anna, make_volunteer("Clara Vogel"))
    clock.move_to(START)
    _response, proof = passed(client, visit)
    dora = Browser()
    dora.force_login(make_user("coordinator", name="Dora Weiß"))

    codes = [
        dora.post(url(visit, "auskunft/"), {"pass": proof, "word": "Birne"}).status_code,
        client.post(url(other, "auskunft/"), {"pass": proof, "word": "Birne"}).status_code,
    ]

    assert codes == [422, 422]
    assert not CaseNote.objects.filter(kind="word_wrong").exists()


def test_a_proof_is_old_after_a_quarter_of_an_hour(client, anna, clock):
    visit = assigned(anna)
    clock.move_to(START)
    _response, proof = passed(client, visit)
    clock.move_to(START + timedelta(minutes=16))

    assert client.post(url(visit, "auskunft/"), {"pass": proof, "word": "Birne"}).status_code == 422


# --- the file ---------------------------------------------------------------------------------------


def test_the_file_is_journalled_and_its_name_holds_nobodys_data(client, anna):
    visit = make_visit()

    response = client.get(url(visit, "akte.pdf"))

    assert (response["Content-Type"], response["Cache-Control"]) == ("application/pdf", "no-store")
    assert response["Content-Disposition"] == f'attachment; filename="vorgang-{visit.reference}.pdf"'
    assert ContactRead.objects.filter(why="case file", by=anna, subject_id=str(visit.client_id)).count() == 1


def test_a_volunteer_gets_none_of_it(client):
    visit = make_visit()
    client.force_login(make_volunteer().user)

    assert [client.get(url(visit, end)).status_code for end in ("", "aendern/", "auskunft/", "akte.pdf")] == [404] * 4
