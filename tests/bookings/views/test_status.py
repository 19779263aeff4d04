"""How it stands with a request, for whoever proves it; going on with it, changing it, calling it off."""

import re
from datetime import timedelta

import pytest
import time_machine

from bookings import visits
from bookings.models import HomeVisit, WebRequest
from lotsen.kernel.references import new_reference
from lotsen.messages.models import CallTask, Message
from tests.people import NOW, make_scheduled, make_topic, make_user, make_visit

pytestmark = pytest.mark.django_db
STARTS = NOW + timedelta(days=6)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def ask(client, reference, said="5216", **extra):
    return client.post("/hausbesuch/stand/", {"reference": reference, "said": said}, **extra)


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


def test_a_wrong_word_and_an_unknown_number_read_the_same(client):
    visit = make_visit()
    from random import Random

    unknown = new_reference(Random(7))
    wrong, nobody = ask(client, visit.reference, "0000"), ask(client, unknown, "0000")
    assert (wrong.status_code, nobody.status_code) == (422, 422)
    assert page_of(wrong) == page_of(nobody)
    assert "Das passt nicht zusammen." in words(wrong)


def test_both_cost_the_same_queries(client, django_assert_num_queries):
    visit = make_visit()
    with django_assert_num_queries(4):
        ask(client, visit.reference, "0000")
    with django_assert_num_queries(4):
        ask(client, "4826156", "0000")


def test_a_draft_shows_nothing_and_goes_on_where_it_ended(client):
    WebRequest.objects.create(
        reference="4826156",
        token="t",
        answers={"address": {"street": "Gartenweg 16", "postal_code": "01169"}},
        started_at=NOW,
        changed_at=NOW,
    )
    answer = ask(client, "482 615 6", "01169 16")
    assert "Ihre Anfrage ist noch nicht abgeschickt." in words(answer)
    assert "Ihre Antworten vom Mittwoch, 25. November sind noch da." in words(answer)
    assert "Gartenweg" not in words(answer)
    went = client.post("/hausbesuch/stand/weiter/", {"proof": proof_in(answer)})
    assert went.url == "/hausbesuch/t/fuer-wen/"
    assert client.post("/hausbesuch/stand/weiter/", {"proof": "1:x"}).url == "/hausbesuch/stand/"
    assert ask(client, "482 615 6", "0000").status_code == 422


def test_wrong_digits_are_said_before_anything_is_counted(client, settings):
    settings.STATUS_TRIES_PER_ADDRESS = 1
    assert ask(client, "482 615 7").status_code == 422
    assert ask(client, make_visit().reference).status_code == 200


def test_the_sixth_try_for_a_number_waits_and_says_the_same_for_known_and_unknown(client):
    visit = make_visit()
    assert [ask(client, visit.reference, "0000").status_code for _ in range(5)] == [422] * 5
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
    clock.shift(timedelta(minutes=61))
    assert client.post("/hausbesuch/stand/absagen/", {"proof": proof, "ja": "1"}).url == "/hausbesuch/stand/"
    assert HomeVisit.objects.get().state == "requested"


def test_no_cookie_but_the_forms_own(client):
    ask(client, make_visit().reference)
    assert set(client.cookies) <= {"csrftoken"}


# --- changing --------------------------------------------------------------------------------------


def change(client, visit, **fields):
    proof = proof_in(ask(client, visit.reference))
    return client.post("/hausbesuch/stand/aendern/", {"proof": proof, **fields})


def columns(visit):
    visit = HomeVisit.objects.get(pk=visit.pk)
    return (visit.times_words, visit.client.phone, visit.client.reach_by, [topic.key for topic in visit.topics.all()])


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"was": "zeiten", "times": ["nachmittags"]}, ("nachmittags", "+493023125216", ["letter", "call"], ["fotos"])),
        ({"was": "themen", "topics": ["handy"]}, ("", "+493023125216", ["letter", "call"], ["handy"])),
        ({"was": "telefon", "phone": "030 231 25 117"}, ("", "+493023125117", ["letter", "call"], ["fotos"])),
        ({"was": "antwort", "reach_by": ["call"]}, ("", "+493023125216", ["call"], ["fotos"])),
    ],
)
def test_a_request_without_a_date_changes_at_once(client, fields, expected):
    make_topic("handy", "Handy und Telefon")
    visit = make_visit()
    answer = change(client, visit, **fields, ok="1")
    assert "Gespeichert:" in words(answer)
    assert columns(visit) == expected
    assert not CallTask.objects.filter(kind="senior_change_wish").exists()


@pytest.mark.parametrize(
    ("fields", "wish"),
    [
        ({"was": "zeiten", "times": ["vormittags"]}, "lieber vormittags"),
        ({"was": "themen", "topics": ["handy"]}, "anderes Thema: Handy und Telefon"),
    ],
)
def test_a_chosen_date_is_never_changed_in_silence(client, fields, wish):
    make_topic("handy", "Handy und Telefon")
    visit = assigned()
    before = columns(visit)
    for _ in range(2):
        answer = change(client, visit, **fields, ok="1")
    assert "Danke. Wir rufen Sie an und besprechen es." in words(answer)
    assert columns(visit) == before
    task = CallTask.objects.get(kind="senior_change_wish")
    assert (task.variables["wish"], task.phone, task.about_reference) == (wish, "+493023125216", visit.reference)
    assert task.deadline_at <= visit.slot_starts_at


def test_a_new_number_of_somebody_we_know_is_asked_about_on_the_old_one(client):
    visit = make_visit(by=make_user())
    change(client, visit, was="telefon", phone="030 231 25 117", ok="1")
    task = CallTask.objects.get(kind="senior_new_number")
    assert (task.phone, task.variables["new_phone"]) == ("+493023125216", "030 231 25 117")
    assert HomeVisit.objects.get().client.phone_confirmed_at is None


def test_who_was_to_be_called_on_the_old_number_is_called_on_the_new(client):
    visit = make_visit(is_agreed=False)
    change(client, visit, was="telefon", phone="030 231 25 117", ok="1")
    tasks = CallTask.objects.filter(kind="senior_confirm").order_by("created_at", "state")
    assert sorted((task.state, task.phone) for task in tasks) == [
        ("dropped", "+493023125216"),
        ("open", "+493023125117"),
    ]


def test_a_held_request_calls_nobody_whatever_is_changed(client):
    visit = make_visit(is_agreed=False, held_because="Ein verstecktes Feld war gefüllt.")
    change(client, visit, was="telefon", phone="030 231 25 117", ok="1")
    assert columns(visit)[1] == "+493023125117"
    assert not CallTask.objects.exists()


def test_a_wrong_answer_is_said_and_nothing_changes(client):
    visit = make_visit()
    answer = change(client, visit, was="telefon", phone="231", ok="1")
    assert answer.status_code == 422
    assert 'value="231"' in answer.content.decode()
    assert columns(visit)[1] == "+493023125216"


def test_the_old_number_is_never_shown_in_full(client):
    visit = make_visit()
    for answer in (change(client, visit), change(client, visit, was="telefon")):
        digits = re.sub(r"\D", "", words(answer))
        assert "… 216" in words(answer)
        assert "23125216" not in digits


def test_what_is_over_cannot_be_changed(client):
    visit = make_visit()
    proof = proof_in(ask(client, visit.reference))
    HomeVisit.objects.update(state="cancelled")
    answer = client.post("/hausbesuch/stand/aendern/", {"proof": proof, "was": "zeiten", "times": ["egal"], "ok": "1"})
    assert answer.status_code == 409
    assert "Das geht hier nicht mehr." in words(answer)


def test_a_page_that_was_open_for_too_long_loses_nothing(client, clock):
    visit = make_visit()
    proof = proof_in(ask(client, visit.reference))
    clock.shift(timedelta(hours=2))
    typed = {"was": "zeiten", "times": ["nachmittags"], "words": "nicht mittwochs", "ok": "1"}
    answer = client.post("/hausbesuch/stand/aendern/", {"proof": proof, **typed})
    kept = dict(
        re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode().partition("<footer")[0])
    )
    assert "Ihre Angaben sind noch da." in words(answer)
    kept.pop("csrfmiddlewaretoken", None)
    assert kept == typed | {"times": "nachmittags"}
    client.post("/hausbesuch/stand/", {"reference": visit.reference, "said": "5216", **kept})
    assert HomeVisit.objects.get().times_words == "nachmittags, nicht mittwochs"


def test_a_draft_s_proof_changes_no_visit(client):
    """Both are signed, both have a key: one is not taken for the other."""
    visit = make_visit()
    fields = {"reference": "4826156", "token": "t", "started_at": NOW, "changed_at": NOW}
    WebRequest.objects.create(
        pk=visit.pk, answers={"address": {"street": "Gartenweg 16", "postal_code": "01169"}}, **fields
    )
    proof = proof_in(ask(client, "482 615 6", "01169 16"))
    assert client.post("/hausbesuch/stand/absagen/", {"proof": proof, "ja": "1"}).url == "/hausbesuch/stand/"
    assert HomeVisit.objects.get().state == "requested"


def test_the_language_can_be_changed_on_every_page(client):
    """Changing it asks for the page once more, without what was sent."""
    for page in ("weiter", "aendern", "absagen"):
        assert client.get(f"/hausbesuch/stand/{page}/").url == "/hausbesuch/stand/"
