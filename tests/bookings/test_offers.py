from datetime import timedelta

import pytest

from bookings import offers, visits
from bookings.models import HomeVisit, Offer
from lotsen.kernel.models import Transition
from lotsen.messages.models import CallTask, Message
from tests.people import NOW, make_scheduled, make_user, make_visit, make_volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return make_user("hotline")


def offer_to(anna, *people, **fields):
    visit = make_scheduled(by=anna, **fields)
    return visit, offers.send_offers(visit, volunteers=people, answer_by=NOW + timedelta(days=2), by=anna, at=NOW)


def test_accepting_settles_the_visit_and_withdraws_the_others(anna):
    bernd, clara = make_volunteer("Bernd Kluge"), make_volunteer("Clara Vogel")
    visit, (to_bernd, to_clara) = offer_to(anna, bernd, clara)

    offers.accept_offer(to_bernd, by=bernd.user, at=NOW)

    visit.refresh_from_db()
    to_clara.refresh_from_db()
    assert (visit.state, visit.guide, to_bernd.state, to_clara.state) == (
        "assigned",
        bernd.user,
        "accepted",
        "withdrawn",
    )
    assert visit.code_word != ""
    history = Transition.objects.filter(subject_type="bookings.homevisit", subject_id=str(visit.pk)).order_by("pk")
    assert [(line.source, line.target, line.by_id) for line in history] == [
        ("", "requested", anna.pk),
        ("requested", "scheduled", anna.pk),
        ("scheduled", "assigned", bernd.user_id),
    ]


def test_accepting_tells_the_senior_by_letter_and_the_volunteer_by_sms(anna):
    bernd = make_volunteer()
    visit, (offer,) = offer_to(anna, bernd)

    offers.accept_offer(offer, by=bernd.user, at=NOW)

    told = Message.objects.filter(about_id=str(visit.pk)).exclude(state="dropped")
    assert {(message.kind, message.channel) for message in told} == {
        ("senior_booked", "letter"),
        ("senior_reminder_1d", "voice"),
        ("v_accepted", "sms"),
    }
    assert [task.kind for task in CallTask.objects.all()] == ["senior_booked"]


def test_the_second_is_told_kindly_that_somebody_was_faster(anna):
    bernd, clara = make_volunteer("Bernd Kluge"), make_volunteer("Clara Vogel")
    _, (to_bernd, to_clara) = offer_to(anna, bernd, clara)
    offers.accept_offer(to_bernd, by=bernd.user, at=NOW)
    to_clara.refresh_from_db()

    with pytest.raises(offers.OfferLost) as lost:
        offers.accept_offer(to_clara, by=clara.user, at=NOW)

    assert lost.value.sentence == "Eine andere Person war etwas schneller. Danke, dass Sie wollten!"


def test_accepting_twice_is_one_yes(anna):
    bernd = make_volunteer()
    visit, (offer,) = offer_to(anna, bernd)
    offers.accept_offer(offer, by=bernd.user, at=NOW)
    again = Offer.objects.get(pk=offer.pk)

    assert offers.accept_offer(again, by=bernd.user, at=NOW).pk == visit.pk
    assert Transition.objects.filter(subject_type="bookings.offer", target="accepted").count() == 1


def test_after_the_deadline_nothing_is_accepted(anna):
    bernd = make_volunteer()
    visit, (offer,) = offer_to(anna, bernd)

    with pytest.raises(offers.OfferOver):
        offers.accept_offer(offer, by=bernd.user, at=NOW + timedelta(days=3))

    visit.refresh_from_db()
    assert visit.state == "scheduled"


def test_two_visits_of_one_guide_never_overlap(anna):
    bernd = make_volunteer()
    _, (first,) = offer_to(anna, bernd)
    second_visit, (second,) = offer_to(anna, bernd, starts_at=NOW + timedelta(days=6, minutes=30))
    offers.accept_offer(first, by=bernd.user, at=NOW)

    with pytest.raises(visits.GuideBusy):
        offers.accept_offer(second, by=bernd.user, at=NOW)

    second_visit.refresh_from_db()
    second.refresh_from_db()
    assert (second_visit.state, second.state) == ("scheduled", "open")


def test_a_quarter_of_an_hour_between_two_visits_is_enough_next_door(anna):
    bernd = make_volunteer()
    _, (first,) = offer_to(anna, bernd)
    after, (second,) = offer_to(anna, bernd, starts_at=NOW + timedelta(days=6, minutes=75))
    offers.accept_offer(first, by=bernd.user, at=NOW)

    assert offers.accept_offer(second, by=bernd.user, at=NOW).pk == after.pk


def test_a_returned_visit_is_open_again_at_once_and_its_word_is_dead(anna):
    bernd = make_volunteer()
    visit, (offer,) = offer_to(anna, bernd)
    offers.accept_offer(offer, by=bernd.user, at=NOW)

    offers.return_offer(Offer.objects.get(pk=offer.pk), because="krank", by=bernd.user, at=NOW)

    visit.refresh_from_db()
    offer.refresh_from_db()
    assert (visit.state, visit.guide_id, visit.code_word, offer.state) == ("scheduled", None, "", "returned")


def test_declining_leaves_the_visit_open(anna):
    bernd = make_volunteer()
    visit, (offer,) = offer_to(anna, bernd)

    offers.decline_offer(offer, because="Weg", by=bernd.user, at=NOW)

    visit.refresh_from_db()
    assert (visit.state, offer.state, offer.because) == ("scheduled", "declined", "Weg")


def test_nobody_is_asked_twice_about_one_visit(anna):
    bernd = make_volunteer()
    visit, _ = offer_to(anna, bernd)

    assert offers.send_offers(visit, volunteers=[bernd], answer_by=NOW, by=anna, at=NOW) == []


def test_a_visit_without_a_date_is_not_offered(anna):
    visit = make_visit(by=anna)

    with pytest.raises(offers.NothingToOffer):
        offers.send_offers(visit, volunteers=[make_volunteer()], answer_by=NOW, by=anna, at=NOW)


def test_expiring_closes_only_what_is_over(anna):
    bernd, clara = make_volunteer("Bernd Kluge"), make_volunteer("Clara Vogel")
    visit, (early,) = offer_to(anna, bernd)
    (late,) = offers.send_offers(visit, volunteers=[clara], answer_by=NOW + timedelta(days=5), by=anna, at=NOW)

    assert offers.expire_offers(at=NOW + timedelta(days=3)) == 1
    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.state, late.state) == ("expired", "open")


def test_nothing_is_offered_before_a_human_spoke_with_the_person(anna):
    visit = make_visit(entrance="web", is_agreed=False)

    with pytest.raises(visits.NotAgreedYet):
        visits.fix_slot(visit, starts_at=NOW + timedelta(days=3), by=anna, at=NOW)

    visits.confirm_request(visit, by=anna, at=NOW)
    assert visits.fix_slot(visit, starts_at=NOW + timedelta(days=3), by=anna, at=NOW).state == HomeVisit.State.SCHEDULED
