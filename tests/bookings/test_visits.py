from datetime import timedelta

import pytest

from bookings import offers, reports, visits
from bookings.clients import change_client
from bookings.models import HomeVisit, Offer
from lotsen.messages.models import CallTask, Message
from tests.people import NOW, make_client, make_scheduled, make_topic, make_user, make_visit, make_volunteer

pytestmark = pytest.mark.django_db
START = NOW + timedelta(days=6)


@pytest.fixture
def anna():
    return make_user("hotline")


def ask(anna, visit, volunteer, *, at=NOW):
    (offer,) = offers.send_offers(visit, volunteers=[volunteer], answer_by=at + timedelta(hours=8), by=anna, at=at)
    return offer


def accepted(anna, volunteer, **fields):
    visit = make_scheduled(by=anna, **fields)
    offer = ask(anna, visit, volunteer)
    return offers.accept_offer(offer, by=volunteer.user, at=NOW), offer


def report(visit, volunteer, outcome, *, at, minutes=0):
    visit = HomeVisit.objects.get(pk=visit.pk)
    reports.file_report(visit, outcome=outcome, topics=[make_topic()], minutes=minutes, by=volunteer.user, at=at)
    return HomeVisit.objects.get(pk=visit.pk)


def test_who_was_missed_is_sought_again_met_and_reported_a_second_time(anna):
    bernd, clara, later = make_volunteer("Bernd Kluge"), make_volunteer("Clara Vogel"), START + timedelta(days=7)
    visit, first = accepted(anna, bernd)
    visit = report(visit, bernd, "not_met", at=START)
    visits.seek_again(visit, by=anna, at=START)
    visits.fix_slot(visit, starts_at=later, by=anna, at=START)
    second = ask(anna, visit, clara, at=START)

    offers.accept_offer(second, by=clara.user, at=START)
    visit = report(visit, clara, "helped", at=later, minutes=45)

    first.refresh_from_db()
    assert (visit.state, visit.guide, first.state, second.state) == ("done", clara.user, "returned", "accepted")
    assert sorted(visit.reports.values_list("outcome", "minutes")) == [("helped", 45), ("not_met", 0)]
    assert (visit.report.outcome, visit.report.minutes) == ("helped", 45)


def test_each_time_that_nobody_was_met_somebody_calls(anna):
    bernd, later = make_volunteer(), START + timedelta(days=7)
    visit, _ = accepted(anna, bernd)
    visit = report(visit, bernd, "not_met", at=START)
    visits.seek_again(visit, by=anna, at=START)
    visits.fix_slot(visit, starts_at=later, by=anna, at=START)
    offers.accept_offer(ask(anna, visit, bernd, at=START), by=bernd.user, at=START)

    report(visit, bernd, "not_met", at=later)

    assert CallTask.objects.filter(kind="senior_not_met").count() == 2


def test_a_missed_visit_that_is_called_off_tells_nobody_about_a_date_that_is_over(anna):
    bernd = make_volunteer()
    visit, _ = accepted(anna, bernd)
    visit = report(visit, bernd, "not_met", at=START)

    visits.cancel_visit(visit, because="", own_wish=True, by=anna, at=START + timedelta(days=1))

    kinds = {*Message.objects.values_list("kind", flat=True), *CallTask.objects.values_list("kind", flat=True)}
    assert {kind for kind in kinds if "cancel" in kind} == set()
    assert CallTask.objects.filter(state="open").count() == 0


def test_a_name_and_a_word_that_are_no_longer_right_do_not_go_out(anna):
    bernd = make_volunteer()
    _, offer = accepted(anna, bernd)
    assert {one.state for one in CallTask.objects.filter(kind="senior_booked")} == {"open"}

    offers.return_offer(Offer.objects.get(pk=offer.pk), because="krank", by=bernd.user, at=NOW)

    assert {one.state for one in Message.objects.filter(kind="senior_booked")} == {"dropped"}
    assert {one.state for one in CallTask.objects.filter(kind="senior_booked")} == {"dropped"}
    assert {one.state for one in CallTask.objects.filter(kind="senior_visitor_changed")} == {"open"}


@pytest.mark.parametrize("at", [START, START + timedelta(minutes=5)])
def test_a_visit_that_has_begun_is_not_given_back(anna, at):
    bernd = make_volunteer()
    _, offer = accepted(anna, bernd)

    with pytest.raises(offers.OfferOver):
        offers.return_offer(Offer.objects.get(pk=offer.pk), because="krank", by=bernd.user, at=at)


def test_who_is_there_does_not_give_back(anna):
    bernd, early = make_volunteer(), START - timedelta(minutes=10)
    visit, offer = accepted(anna, bernd)
    visits.check_in(visit, by=bernd.user, at=early)

    with pytest.raises(offers.OfferOver):
        offers.return_offer(Offer.objects.get(pk=offer.pk), because="krank", by=bernd.user, at=early)


def test_nobody_arrives_days_before_or_leaves_without_having_come(anna):
    bernd = make_volunteer()
    visit, _ = accepted(anna, bernd)

    with pytest.raises(visits.NotYours):
        visits.check_in(visit, by=bernd.user, at=START - timedelta(hours=2, seconds=1))
    with pytest.raises(visits.NotYours):
        visits.check_out(visit, by=bernd.user, at=START)
    visit.refresh_from_db()
    assert (visit.checked_in_at, visit.checked_out_at) == (None, None)


def test_a_visit_that_was_settled_a_moment_ago_is_offered_to_nobody(anna):
    bernd, clara = make_volunteer("Bernd Kluge"), make_volunteer("Clara Vogel")
    visit = make_scheduled(by=anna)
    seen_before = HomeVisit.objects.get(pk=visit.pk)
    offers.accept_offer(ask(anna, visit, bernd), by=bernd.user, at=NOW)

    with pytest.raises(offers.NothingToOffer):
        ask(anna, seen_before, clara)
    assert list(Offer.objects.filter(state="open")) == []


def test_a_confirmed_request_is_not_called_a_second_time(anna):
    visit = make_visit(is_agreed=False, client=make_client(phone="+4917139200", reach_by=["call"]))
    assert [one.state for one in CallTask.objects.all()] == ["open"]

    visits.confirm_request(visit, by=anna, at=NOW)

    assert [one.state for one in CallTask.objects.all()] == ["dropped"]
    assert visit.client.phone_confirmed_at == NOW


def test_a_new_number_must_be_confirmed_anew():
    person = make_client(phone_confirmed_at=NOW)

    change_client(person, phone="+4917139200", by=None, at=NOW)
    person.refresh_from_db()
    assert person.phone_confirmed_at is None

    control = make_client(phone_confirmed_at=NOW)
    change_client(control, phone=control.phone, by=None, at=NOW)
    assert control.phone_confirmed_at == NOW
