"""What comes in by post: a card, a letter, a signature, a letter that came back."""

from datetime import timedelta

import pytest

from bookings import post
from bookings.models import Consent, HomeVisit, Offer
from bookings.proposed_dates import propose
from lotsen.messages.letters import mark_posted, mark_printed
from lotsen.messages.models import CallTask, Letter, Message
from tests.people import NOW, make_scheduled, make_user, make_visit, make_volunteer

pytestmark = pytest.mark.django_db
STARTS, BY = NOW + timedelta(days=14), NOW + timedelta(days=7)


@pytest.fixture
def anna():
    return make_user()


def asked(anna, **fields):
    return propose(make_scheduled(by=anna, starts_at=STARTS), way="letter", answer_by=BY, by=anna, at=NOW, **fields)


def calls():
    return list(CallTask.objects.filter(state="open").values_list("kind", "phone"))


def test_a_yes_answers_the_question_and_asks_the_volunteers(anna):
    row = asked(anna, volunteers=[make_volunteer().pk])
    card = post.take_reply_card(row.visit, ticked="yes", by=anna, at=NOW)
    row.refresh_from_db()
    assert (row.state, Offer.objects.count(), card.kind, card.answer, calls()) == ("yes", 1, "reply_card", "yes", [])


def test_another_day_frees_the_date_and_somebody_calls(anna):
    row = asked(anna)
    post.take_reply_card(row.visit, ticked="other_day", wish="lieber Donnerstag", by=anna, at=NOW)
    row.refresh_from_db()
    task = CallTask.objects.get(kind="proposal_declined")
    assert (row.state, row.visit.state, task.variables["wish"]) == ("no", "requested", "lieber Donnerstag")


def test_a_wish_to_be_called_holds_the_day(anna):
    row = asked(anna)
    post.take_reply_card(row.visit, ticked="call", phone="+4935112345", by=anna, at=NOW)
    row.refresh_from_db()
    assert (row.state, calls()) == ("open", [("senior_card_call", "+4935112345")])


def test_no_help_calls_the_visit_off_in_writing(anna):
    row = asked(anna)
    post.take_reply_card(row.visit, ticked="no_help", by=anna, at=NOW)
    row.refresh_from_db()
    message = Message.objects.get(kind="senior_cancelled_own")
    assert (row.state, row.visit.state, message.channel) == ("withdrawn", "cancelled", "letter")


def test_a_yes_from_whom_somebody_else_asked_for_is_an_agreement(anna):
    visit = make_visit(by=anna, is_agreed=False, caller="family")
    post.take_reply_card(visit, ticked="yes", by=anna, at=NOW)
    assert HomeVisit.objects.get().agreed_at == NOW


def test_a_card_that_is_too_late_reaches_a_human(anna):
    visit = make_scheduled(by=anna)
    post.take_reply_card(visit, ticked="other_day", wish="montags", by=anna, at=NOW)
    task = CallTask.objects.get(kind="senior_card_late")
    assert task.variables["said"] == "Nein, lieber an einem anderen Tag: montags"


def test_a_letter_is_noted_and_somebody_calls(anna):
    visit = make_visit(by=anna)
    row = post.take_letter(visit, note="Die Anschrift ist neu", by=anna, at=NOW)
    assert (row.note, calls()) == ("Die Anschrift ist neu", [("senior_letter", visit.client.phone)])


@pytest.mark.parametrize("given", [True, False])
def test_a_signed_form_becomes_a_consent_with_its_version(anna, given):
    visit = make_visit(by=anna)
    row = post.take_consents(visit, answers={"contact": given}, version=3, note="Tochter", by=anna, at=NOW)
    assert list(Consent.objects.values_list("purpose", "version", "given", "channel")) == [
        ("contact", 3, given, "letter")
    ]
    assert (row.answer, row.note) == ("yes" if given else "no", "Tochter")


def test_a_returned_letter_reaches_a_human_once(anna):
    row = asked(anna)
    message = Message.objects.get(kind="senior_proposal")
    Message.objects.filter(pk=message.pk).update(state="sent", sent_at=NOW, claimed_at=NOW, rungs=[])
    letter = Letter.objects.create(message=message, created_at=NOW)
    mark_printed([letter], by=anna, at=NOW)
    mark_posted([letter], by=anna, at=NOW)
    for _ in range(2):
        fresh = Letter.objects.select_related("message").get()
        post.take_returned(fresh, row.visit, by=anna, at=NOW)
    assert (Message.objects.get(pk=message.pk).state, CallTask.objects.filter(state="open").count()) == ("failed", 1)
