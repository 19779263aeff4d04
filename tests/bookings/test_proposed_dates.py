"""A date put to a senior: held, answered by whom and how, given up again."""

from datetime import timedelta

import pytest

from bookings import answers, visits
from bookings.models import HomeVisit, Offer, ProposedDate
from bookings.proposed_dates import NotToPropose, ProposalOver, answer_proposal, expire_proposals, propose
from bookings.queries.post import is_still_proposed
from lotsen.messages.models import CallTask, Message
from tests.people import NOW, make_client, make_scheduled, make_user, make_volunteer

pytestmark = pytest.mark.django_db
MOBILE = "+491722345678"
STARTS = NOW + timedelta(days=14)
BY = NOW + timedelta(days=7)


@pytest.fixture
def anna():
    return make_user()


def scheduled(anna, **client):
    return make_scheduled(by=anna, starts_at=STARTS, client=make_client(**client))


def by_sms(anna, **fields):
    client = {"phone": MOBILE, "phone_confirmed_at": NOW, "reach_by": ["sms"]}
    return propose(scheduled(anna, **client), way="sms", answer_by=BY, by=anna, at=NOW, **fields)


def write(body, sid="SM1", at=NOW + timedelta(days=1)):
    return answers.answer_sms(sid=sid, from_number=MOBILE, body=body, is_open=True, at=at)


def said():
    return set(Message.objects.filter(channel="sms").values_list("kind", flat=True))


def test_a_letter_with_a_card_goes_out_and_the_day_is_held(anna):
    visit = scheduled(anna)

    row = propose(visit, way="letter", answer_by=BY, by=anna, at=NOW)

    message = Message.objects.get(kind="senior_proposal")
    assert (row.state, row.starts_at, row.held_until) == ("open", STARTS, BY + timedelta(days=3))
    assert (message.channel, message.variables["code"], message.variables["deadline_long"]) == (
        "letter",
        row.code,
        "Mittwoch, 2. Dezember",
    )
    assert HomeVisit.objects.get().state == "scheduled"
    assert is_still_proposed(message)


@pytest.mark.parametrize(
    ("way", "answer_by", "sentence"),
    [
        ("sms", BY, "Diesen Weg gibt es für die Person nicht. Bitte rufen Sie an."),
        ("letter", NOW, "Bis zum Termin bleibt zu wenig Zeit für eine Antwort. Bitte rufen Sie an."),
        (
            "letter",
            STARTS - timedelta(days=3),
            "Bis zum Termin bleibt zu wenig Zeit für eine Antwort. Bitte rufen Sie an.",
        ),
    ],
)
def test_what_cannot_be_proposed(anna, way, answer_by, sentence):
    with pytest.raises(NotToPropose) as no:
        propose(scheduled(anna), way=way, answer_by=answer_by, by=anna, at=NOW)
    assert no.value.sentence == sentence


def test_two_questions_at_once_are_refused_and_a_second_one_later_is_not(anna):
    visit = scheduled(anna)
    first = propose(visit, way="letter", answer_by=BY, by=anna, at=NOW)
    with pytest.raises(NotToPropose, match="wartet schon eine Frage"):
        propose(visit, way="letter", answer_by=BY, by=anna, at=NOW)
    answer_proposal(first, True, by=anna, at=NOW)
    assert propose(visit, way="letter", answer_by=BY, by=anna, at=NOW).state == "open"


def test_yes_by_sms_asks_the_volunteers_and_says_thank_you(anna):
    bernd = make_volunteer()
    row = by_sms(anna, volunteers=[bernd.pk])

    assert write(f"JA {row.code}") == "proposal_yes"

    row.refresh_from_db()
    assert (row.state, row.visit.state) == ("yes", "scheduled")
    assert list(Offer.objects.values_list("volunteer", "state")) == [(bernd.pk, "open")]
    assert said() >= {"senior_proposal_yes"}


def test_a_bare_no_means_the_only_question(anna):
    row = by_sms(anna)

    assert write("Nein, danke") == "proposal_no"

    row.refresh_from_db()
    assert (row.state, row.visit.state, row.visit.slot_starts_at) == ("no", "requested", None)
    task = CallTask.objects.get(kind="proposal_declined")
    assert (task.phone, task.variables["wish"], task.state) == (MOBILE, "–", "open")
    assert "senior_proposal_no" in said()


@pytest.mark.parametrize("body", ["JA 1111", "Ja, aber erst um vier", "vielleicht"])
def test_what_is_not_clear_changes_nothing(anna, body):
    row = by_sms(anna)
    if row.code == "1111":
        body = "JA 2222"
    assert write(body) == "unclear"
    row.refresh_from_db()
    assert row.state == "open"


def test_a_code_from_another_number_does_nothing(anna):
    row = by_sms(anna)
    outcome = answers.answer_sms(sid="SM9", from_number="+491729999999", body=f"JA {row.code}", is_open=True, at=NOW)
    row.refresh_from_db()
    assert (outcome, row.state) == ("unknown", "open")


def test_without_an_answer_the_day_is_free_again_and_somebody_calls(anna):
    row = propose(scheduled(anna), way="letter", answer_by=BY, by=anna, at=NOW)
    assert expire_proposals(at=row.held_until) == 0

    assert expire_proposals(at=row.held_until + timedelta(minutes=1)) == 1

    row.refresh_from_db()
    assert (row.state, row.visit.state, row.visit.slot_starts_at) == ("expired", "requested", None)
    assert CallTask.objects.filter(kind="proposal_unanswered", state="open").count() == 1
    assert not is_still_proposed(Message.objects.get(kind="senior_proposal"))


def test_an_answer_after_the_end_reads_a_kind_sentence(anna):
    row = by_sms(anna)
    expire_proposals(at=BY + timedelta(minutes=1))
    assert write(f"JA {row.code}", at=BY + timedelta(hours=1)) == "proposal_over"
    assert "senior_proposal_expired" in said()
    with pytest.raises(ProposalOver):
        answer_proposal(ProposedDate.objects.get(), True, by=anna, at=NOW)


def test_another_day_or_a_cancellation_takes_the_question_back(anna):
    visit = scheduled(anna)
    propose(visit, way="letter", answer_by=BY, by=anna, at=NOW)
    visits.free_slot(visit, by=anna, at=NOW)
    assert ProposedDate.objects.get().state == "withdrawn"
