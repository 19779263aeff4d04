"""How it stands with a request, for whoever knows its number and the postal code; and calling it off."""

import re
from datetime import timedelta

import pytest
import time_machine

from bookings import visits
from bookings.models import HomeVisit, WebRequest
from lotsen.kernel.references import new_reference
from lotsen.messages.models import Message
from tests.people import NOW, make_scheduled, make_user, make_visit

pytestmark = pytest.mark.django_db
STARTS = NOW + timedelta(days=6)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def ask(client, reference, postal_code="01169", **extra):
    return client.post("/hausbesuch/stand/", {"reference": reference, "postal_code": postal_code}, **extra)


def words(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).replace("\xa0", " ").split())


def assigned():
    anna = make_user()
    visit = make_scheduled(by=anna, starts_at=STARTS)
    return visits.assign_guide(visit, guide=make_user("volunteer", name="Bernd Kluge"), by=anna, at=NOW)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: make_visit(is_agreed=False), "Ihre Anfrage ist da. Wir rufen Sie an bis Freitag, 27. November."),
        (make_visit, "Wir suchen jemanden für Sie. Seit Mittwoch, 25. November."),
        (lambda: make_scheduled(by=make_user()), "Wir suchen jemanden für Sie. Seit Mittwoch, 25. November."),
        (assigned, "Ihr Termin ist am Dienstag, 1. Dezember, 10:00 Uhr. Name und Kennwort stehen im Brief."),
    ],
)
def test_what_it_says(client, make, sentence):
    visit = make()
    shown = words(ask(client, f"{visit.reference[:3]} {visit.reference[3:6]} {visit.reference[6:]}"))
    assert sentence in shown
    for secret in ("Schulze", "Gartenweg", "Kluge", visit.code_word or "x" * 40):
        assert secret not in shown


def test_done_and_cancelled(client):
    visit = assigned()
    HomeVisit.objects.filter(pk=visit.pk).update(state="done")
    assert "Wir waren am Dienstag, 1. Dezember da." in words(ask(client, visit.reference))
    HomeVisit.objects.filter(pk=visit.pk).update(state="cancelled")
    answer = ask(client, visit.reference)
    assert "Diese Anfrage ist abgesagt. Niemand kommt." in words(answer)
    assert "absagen</span>" not in answer.content.decode()


def page_of(answer):
    return re.sub(r'value="[^"]*"', "", answer.content.decode())


def test_a_wrong_postal_code_and_an_unknown_number_read_the_same(client):
    visit = make_visit()
    from random import Random

    unknown = new_reference(Random(7))
    wrong, nobody = ask(client, visit.reference, "01067"), ask(client, unknown, "01067")
    assert (wrong.status_code, nobody.status_code) == (422, 422)
    assert page_of(wrong) == page_of(nobody)
    assert "Nummer und Postleitzahl passen nicht zusammen." in words(wrong)


def test_both_cost_the_same_queries(client, django_assert_num_queries):
    visit = make_visit()
    with django_assert_num_queries(4):
        ask(client, visit.reference, "01067")
    with django_assert_num_queries(4):
        ask(client, "4826156", "01067")


def test_a_draft_is_told_to_go_on_by_phone_and_shows_nothing(client):
    WebRequest.objects.create(
        reference="4826156",
        token="t",
        answers={"address": {"street": "Gartenweg 16", "postal_code": "01169"}},
        started_at=NOW,
        changed_at=NOW,
    )
    shown = words(ask(client, "482 615 6"))
    assert "Ihre Anfrage ist noch nicht abgeschickt." in shown
    assert "Gartenweg" not in shown
    assert ask(client, "482 615 6", "01067").status_code == 422


def test_wrong_digits_are_said_before_anything_is_counted(client, settings):
    settings.STATUS_TRIES_PER_ADDRESS = 1
    assert ask(client, "482 615 7").status_code == 422
    assert ask(client, make_visit().reference).status_code == 200


def test_the_sixth_try_for_a_number_waits_and_says_the_same_for_known_and_unknown(client):
    visit = make_visit()
    assert [ask(client, visit.reference, "01067").status_code for _ in range(5)] == [422] * 5
    right = ask(client, visit.reference)
    assert right.status_code == 429
    assert "Bitte versuchen Sie es in 60 Minuten." in words(right)
    [ask(client, "4826156") for _ in range(5)]
    assert page_of(ask(client, "4826156")) == page_of(right)


def test_too_many_from_one_address_wait_and_a_forged_header_does_not_help(client, settings):
    settings.STATUS_TRIES_PER_ADDRESS = 2
    visits_ = [make_visit() for _ in range(4)]
    codes = [
        ask(client, visit.reference, headers={"x-forwarded-for": f"6.6.6.{n}"}).status_code
        for n, visit in enumerate(visits_)
    ]
    assert codes == [200, 200, 429, 429]
    assert ask(client, visits_[3].reference, REMOTE_ADDR="203.0.113.9").status_code == 200


def proof_in(answer):
    return re.search(r'name="proof" value="([^"]+)"', answer.content.decode())[1]


def test_calling_off_asks_once_and_then_is_off(client):
    visit = assigned()
    proof = proof_in(ask(client, visit.reference))
    asked = client.post("/hausbesuch/stand/absagen/", {"proof": proof})
    assert "Möchten Sie den Termin absagen?" in words(asked)
    assert HomeVisit.objects.get().state == "assigned"
    answer = client.post("/hausbesuch/stand/absagen/", {"proof": proof, "ja": "1"})
    assert answer.url == "/hausbesuch/stand/abgesagt/"
    visit = HomeVisit.objects.get()
    assert (visit.state, visit.cancelled_because) == ("cancelled", "im Internet abgesagt")
    assert Message.objects.filter(kind="senior_cancelled_own").count() == 1
    assert "Niemand kommt." in words(client.get(answer.url))


def test_calling_off_twice_says_so(client):
    visit = assigned()
    proof = proof_in(ask(client, visit.reference))
    client.post("/hausbesuch/stand/absagen/", {"proof": proof, "ja": "1"})
    assert client.post("/hausbesuch/stand/absagen/", {"proof": proof, "ja": "1"}).status_code == 409


@pytest.mark.parametrize("proof", ["", "1", "1:abc"])
def test_a_forged_proof_calls_nothing_off(client, proof):
    make_visit()
    answer = client.post("/hausbesuch/stand/absagen/", {"proof": proof, "ja": "1"})
    assert answer.url == "/hausbesuch/stand/"
    assert HomeVisit.objects.get().state == "requested"


def test_a_proof_of_yesterday_calls_nothing_off(client, clock):
    proof = proof_in(ask(client, make_visit().reference))
    clock.shift(timedelta(minutes=16))
    assert client.post("/hausbesuch/stand/absagen/", {"proof": proof, "ja": "1"}).url == "/hausbesuch/stand/"
    assert HomeVisit.objects.get().state == "requested"


def test_no_cookie_but_the_forms_own(client):
    ask(client, make_visit().reference)
    assert set(client.cookies) <= {"csrftoken"}
