"""Everything of one case on one timeline, with the truth about each message."""

from datetime import timedelta

import pytest

from bookings import cases, offers, visits
from bookings.clients import change_client, record_consents
from bookings.queries.happenings import message_state
from bookings.queries.timeline import consents_of, history_of
from lotsen.kernel.journal import record_changes, record_reads
from lotsen.kernel.models import Transition
from lotsen.messages.models import InboundSms, Letter, Message
from lotsen.messages.outbox import queue_message
from lotsen.messages.sending import fail_message
from tests.people import NOW, make_client, make_scheduled, make_user, make_visit, make_volunteer

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def anna():
    return make_user("hotline")


def shown(visit, group=""):
    return [(line.what, line.state, line.who, line.said) for line in history_of(visit, group=group)]


def message(visit, *, channel="sms", state="queued", failure="", **fields):
    to = {"sms": "+491713920080", "letter": "Frau Schulze\nGartenweg 16\n01169 Dresden"}[channel]
    sent = {"claimed_at": NOW, "sent_at": NOW} if state in ("sent", "delivered", "sending") else {}
    one = Message(
        key=f"k{Message.objects.count()}",
        kind="senior_booked",
        channel=channel,
        to=to,
        state=state,
        failure=failure,
        created_at=NOW,
        about_type="bookings.homevisit",
        about_id=str(visit.pk),
        **{**sent, **fields},
    )
    one.save(force_insert=True)
    return one


def state_of(one):
    return message_state(Message.objects.select_related("letter", "call_task", "stand_in").get(pk=one.pk))


def test_a_call_a_change_and_a_move_stand_newest_first(anna):
    visit = make_visit(by=anna)
    cases.note_call(visit, kind="call_in", text="Fragt nach dem Termin.", by=anna, at=NOW + timedelta(minutes=5))
    record_changes(visit, fields=["goal", "times"], by=anna, at=NOW + timedelta(minutes=9))

    lines = shown(visit)
    assert [*lines[:2], lines[-1]] == [
        ("Geändert: Ziel, Zeit", "", "Anna Lehmann", ""),
        ("Anruf bei uns", "", "Anna Lehmann", "Fragt nach dem Termin."),
        ("Anfrage aufgenommen", "", "Anna Lehmann", ""),
    ]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": "queued"}, "wartet"),
        ({"state": "queued", "not_before_at": LATER}, "wartet, geht ab Mi 25.11., 11:00 Uhr"),
        ({"state": "sending"}, "wird verschickt"),
        ({"state": "sent"}, "beim Anbieter, noch nicht bestätigt"),
        ({"state": "delivered", "finished_at": LATER}, "angekommen, Mi 25.11., 11:00 Uhr"),
        ({"state": "dropped"}, "nicht mehr nötig"),
        ({"state": "failed"}, "nicht angekommen"),
    ],
)
def test_a_message_says_how_it_stands(fields, words):
    assert state_of(message(make_visit(), **fields)) == words


@pytest.mark.parametrize(
    ("stamps", "words"),
    [
        ({}, "liegt zum Drucken bereit"),
        ({"printed_at": NOW}, "gedruckt, Mi 25.11., 10:00 Uhr, noch nicht im Briefkasten"),
        ({"printed_at": NOW, "posted_at": LATER}, "im Briefkasten, Mi 25.11., 11:00 Uhr"),
        ({"printed_at": NOW, "posted_at": NOW, "returned_at": LATER}, "kam zurück, Mi 25.11., 11:00 Uhr"),
    ],
)
def test_a_letter_says_where_it_is(stamps, words):
    one = message(make_visit(), channel="letter", state="sent")
    Letter.objects.create(message=one, created_at=NOW, **stamps)

    assert state_of(one) == words


def test_why_a_message_did_not_arrive_and_what_came_instead_stands_beside_it():
    visit = make_visit()
    one = message(visit, state="sent")

    fail_message(one, "deadline", at=LATER)

    state = "nicht angekommen; stattdessen Rückruf: offen"
    assert state_of(one) == state
    line = ("SMS, Zusage mit Name und Tag", state, "", "Die SMS kam nicht rechtzeitig an.")
    assert line in shown(visit, "message")


def test_the_next_way_of_the_ladder_stands_beside_it():
    visit = make_visit()
    one, instead = message(visit, state="failed"), message(visit, channel="letter")
    Message.objects.filter(pk=instead.pk).update(stands_in_for=one)

    assert state_of(one) == "nicht angekommen; stattdessen Brief"


def test_the_words_of_a_letter_are_not_quoted():
    visit = make_visit()
    message(visit, channel="letter", text="Kennwort: Birnbaum", subject="Wir besuchen Sie")

    assert ("Brief, Zusage mit Name und Tag", "wartet", "", "Wir besuchen Sie") in shown(visit)
    assert "Birnbaum" not in str(history_of(visit))


def test_offers_and_answers(anna):
    visit, bernd = make_scheduled(by=anna), make_volunteer()
    (offer,) = offers.send_offers(visit, volunteers=[bernd], answer_by=LATER, by=anna, at=NOW)
    offers.decline_offer(offer, because="keine Zeit", by=bernd.user, at=NOW + timedelta(minutes=5))

    lines = [line for line in shown(visit, "change") if line[0] in ("Gefragt: Bernd Kluge", "Antwort")]
    assert lines == [
        ("Antwort", "abgelehnt", "Bernd Kluge", "keine Zeit"),
        ("Gefragt: Bernd Kluge", "", "", "Antwort bis Mi 25.11., 11:00 Uhr"),
    ]


def test_who_looked_is_one_line_a_day_that_unfolds(anna):
    visit, dora = make_visit(), make_user("coordinator", name="Dora Weiß")
    for minutes in (1, 5):
        at = NOW + timedelta(minutes=minutes)
        record_reads([visit.client], fields=["name", "phone"], why="case", by=anna, at=at)
    record_reads([visit.client], fields=["name"], why="board", by=dora, at=NOW + timedelta(minutes=3))

    (line,) = history_of(visit, group="read")

    assert (line.what, line.state, line.more) == (
        "2 Personen haben die Daten gesehen",
        "3-mal",
        (
            "10:05 Uhr · Anna Lehmann (Hotline) · Vorgang angesehen: Name, Telefon · 2-mal",
            "10:03 Uhr · Dora Weiß (Koordination) · Übersicht der Koordination: Name",
        ),
    )


def test_what_another_person_and_another_case_did_stands_elsewhere(anna):
    visit, other = make_visit(), make_visit(client=make_client("Otto Vogel", phone="+493023125999"))
    record_reads([other.client], fields=["name"], why="case", by=anna, at=NOW)
    change_client(other.client, name="Otto Vogler", by=anna, at=NOW)
    cases.note_call(other, kind="note", text="Nur dort", by=anna, at=NOW)
    InboundSms.objects.create(sid="SM1", from_number="+493023125999", body="Nur dort", received_at=LATER)

    assert history_of(visit, group="read") == []
    assert "Nur dort" not in str(history_of(visit))
    assert "Geändert: Name" not in [line[0] for line in shown(visit)]


def test_an_sms_from_the_persons_number_stands_there(anna):
    visit = make_visit(client=make_client(phone="+491713920080"))
    InboundSms.objects.create(sid="SM1", from_number="+491713920080", body="Lieber um 15 Uhr", received_at=LATER)

    assert shown(visit, "message")[0] == ("SMS von dieser Nummer", "", "", "Lieber um 15 Uhr")


def test_the_reason_of_a_cancellation_stands_there(anna):
    visit = make_visit()
    visits.cancel_visit(visit, because="weggezogen", own_wish=True, by=anna, at=LATER)

    assert ("abgesagt", "", "Anna Lehmann", "weggezogen") in shown(visit, "change")


def test_the_latest_answer_to_each_consent_counts(anna):
    person = make_client()
    record_consents(person, answers={"visit": True, "needs": True}, channel="phone", by=anna, at=NOW)
    record_consents(person, answers={"needs": False}, channel="phone", by=anna, at=LATER)

    assert [(one.purpose, one.given, one.can_withdraw) for one in consents_of(person)] == [
        ("needs", False, False),
        ("visit", True, False),
    ]


@pytest.mark.parametrize("times", [1, 3])
def test_the_number_of_queries_does_not_grow(anna, times, django_assert_num_queries):
    visit = make_visit(by=anna)
    for number in range(times):
        at = NOW + timedelta(minutes=number)
        cases.note_call(visit, kind="note", text="Etwas", by=anna, at=at)
        record_reads([visit.client], fields=["name"], why="case", by=anna, at=at)
        record_changes(visit.client, fields=["name"], by=anna, at=at)
        record_consents(visit.client, answers={"survey": True}, channel="phone", by=anna, at=at)
        Transition.objects.create(
            subject_type="bookings.homevisit", subject_id=str(visit.pk), source="x", target="requested", by=anna, at=at
        )
        fail_message(message(visit, state="sent"), "deadline", at=at)
        queue_message(
            kind="senior_reference",
            channel="sms",
            to="+491713920080",
            language="de",
            variables={"reference": "1"},
            about=visit,
            key=f"q{number}",
            by=anna,
            at=at,
        )
        InboundSms.objects.create(sid=f"SM{number}", from_number=visit.client.phone, received_at=at)
    with django_assert_num_queries(14):
        assert len(history_of(visit)) >= 7 * times
