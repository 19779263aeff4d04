"""Nothing is offered before a human has confirmed the number or the person: random orders of everything the desk and
the web can do, lists of organisations and held requests among them."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings import offers, referrals, visits, web_requests, wishes
from bookings.models import HomeVisit, Offer, Referral
from lotsen.kernel.errors import Refused
from lotsen.messages.models import Message
from tests.bookings.test_referrals import STELLE, person
from tests.people import NOW, make_client, make_topic, make_user, make_volunteer

pytestmark = pytest.mark.django_db
STARTS = NOW + timedelta(days=7)
HELD = "Ein verstecktes Feld war gefüllt."


class City:
    """Six requests: two of a list, one held, one of a relative, one of the person, one agreed by phone."""

    def __init__(self):
        self.anna, self.bernd = make_user(), make_volunteer(topics=[make_topic()])
        web = {"entrance": "web", "topics": [make_topic()], "is_agreed": False, "by": None, "at": NOW}
        referral = referrals.start(organisation=STELLE, by=None, at=NOW - timedelta(hours=1))
        for number in range(2):
            key = f"{number:012x}"
            referral = referrals.put_person(referral, key=key, person=person(f"Person {number}"), by=None, at=NOW)
        referrals.send(referral, by=None, at=NOW)
        visits.request_visit(make_client(), held_because=HELD, **web)
        visits.request_visit(make_client(), caller="family", caller_phone="+493023125117", **web)
        visits.request_visit(make_client(), **web)
        visits.request_visit(make_client(), **web | {"entrance": "phone", "is_agreed": True, "by": self.anna})
        self.keys = list(HomeVisit.objects.order_by("pk").values_list("pk", flat=True))
        self.spoken = {self.keys[-1]}

    def do(self, verb, index):
        visit = HomeVisit.objects.select_related("client__address", "referral").get(pk=self.keys[index])
        try:
            VERBS[verb](self, visit)
        except Refused:
            return
        if verb == "confirm":
            self.spoken.add(visit.pk)


def send_offers(city, visit):
    offers.send_offers(visit, volunteers=[city.bernd], answer_by=NOW + timedelta(days=1), by=city.anna, at=NOW)


def accept(city, visit):
    offer = Offer.objects.filter(visit=visit, state="open").select_related("visit__client", "volunteer__user").first()
    if offer is not None:
        offers.accept_offer(offer, by=city.bernd.user, at=NOW)


VERBS = {
    "confirm": lambda city, visit: visits.confirm_request(visit, by=city.anna, at=NOW),
    "release": lambda city, visit: web_requests.release(visit, by=city.anna, at=NOW),
    "reject": lambda city, visit: web_requests.reject(visit, because="Unfug", by=city.anna, at=NOW),
    "organisation": lambda city, visit: referrals.confirm_organisation(Referral.objects.get(), by=city.anna, at=NOW),
    "no organisation": lambda city, visit: referrals.refuse_organisation(
        Referral.objects.get(), because="Unfug", by=city.anna, at=NOW
    ),
    "date": lambda city, visit: visits.fix_slot(visit, starts_at=STARTS, by=city.anna, at=NOW),
    "no date": lambda city, visit: visits.free_slot(visit, by=city.anna, at=NOW),
    "offer": send_offers,
    "accept": accept,
    "times": lambda city, visit: wishes.change_times(
        visit, times="Mo-Fr 9:00-12:00", times_words="vormittags", by=None, at=NOW
    ),
    "phone": lambda city, visit: wishes.change_phone(visit, phone="+493023125118", by=None, at=NOW),
    "off": lambda city, visit: visits.cancel_visit(visit, because="", own_wish=True, by=None, at=NOW),
}
STEPS = st.lists(st.tuples(st.sampled_from(sorted(VERBS)), st.integers(0, 5)), min_size=5, max_size=25)


def wrong(city):
    """Every request with a date, an offer or a guide that nobody has spoken about; and SMS to a strange number."""
    offered = HomeVisit.objects.exclude(slot_starts_at=None, guide=None, offers=None)
    found = [visit.pk for visit in offered if visit.pk not in city.spoken]
    return [*found, *Message.objects.filter(channel="sms", recipient_user=None).values_list("to", flat=True)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_in_any_order_nothing_is_offered_before_somebody_was_spoken_with(steps):
    from django.db import transaction

    with transaction.atomic():
        city = City()
        for verb, index in steps:
            city.do(verb, index)
            assert wrong(city) == [], (verb, index)
        transaction.set_rollback(True)


def test_the_search_does_reach_an_offer_and_an_acceptance():
    city = City()
    for verb in ("organisation", "confirm", "date", "offer", "accept"):
        city.do(verb, 0)
    assert HomeVisit.objects.get(pk=city.keys[0]).state == "assigned"


def test_control_without_the_check_it_is_found(monkeypatch):
    """The verb without its question is stopped by the database at the latest."""
    from django.db import IntegrityError, transaction

    city = City()
    monkeypatch.setattr(visits, "is_ready_to_offer", lambda visit: True)
    with pytest.raises(IntegrityError), transaction.atomic():
        city.do("date", 3)
