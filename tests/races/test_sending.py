"""A web request sent fifty times at once is one request, a list of an organisation one list."""

from datetime import timedelta
from functools import partial

import pytest

from bookings import intake, referrals, web_requests
from bookings.models import HomeVisit, WebRequest
from tests.bookings.test_referrals import STELLE, person
from tests.people import NOW, make_topic
from tests.races.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(minutes=5)
ANSWERS = {
    "address": {"street": "Gartenweg 16", "postal_code": "01169"},
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


def prepared(reference):
    make_topic()
    row = WebRequest(reference=reference, token=reference, answers=ANSWERS, started_at=NOW, changed_at=NOW)
    row.save(force_insert=True)
    return row


def send(row):
    return web_requests.send(row, by=None, at=LATER)


def test_fifty_presses_make_one_request():
    row = prepared("4826156")
    results = at_once([partial(send, row)] * 50)
    assert {visit.pk for visit in results} == {HomeVisit.objects.get().pk}


def begin(token):
    return web_requests.start(question="address", values=ANSWERS["address"], by=None, at=NOW, token=token)


def test_the_first_page_sent_fifty_times_begins_one_request():
    assert {row.pk for row in at_once([partial(begin, "t" * 43)] * 50)} == {WebRequest.objects.get().pk}


def test_control_without_the_token_of_the_page_each_begins_one():
    at_once([partial(begin, "")] * 5)
    assert WebRequest.objects.count() == 5


def test_a_list_sent_fifty_times_is_one_list():
    make_topic()
    referral = referrals.start(organisation=STELLE, by=None, at=NOW)
    line = {"key": "0" * 12, "person": person(), "by": None, "at": NOW}
    at_once([partial(referrals.put_person, referral, **line)] * 10)
    results = at_once([partial(referrals.send, referral, by=None, at=LATER)] * 50)
    assert results == [list(HomeVisit.objects.all())] * 50
    assert HomeVisit.objects.count() == 1


def send_without_protection(row):
    """Look whether it was sent, without waiting for whoever sends it just now."""
    row = WebRequest.objects.get(pk=row.pk)
    if row.visit_id is not None:
        return row.visit
    visit = intake.take_request(web_requests.intake_of(row, at=LATER, language="de"), by=None, at=LATER)
    WebRequest.objects.filter(pk=row.pk).update(visit=visit)
    return visit


def test_control_without_the_lock_somebody_sees_an_error():
    row = prepared("4826156")
    results = at_once([partial(send_without_protection, row)] * 20)
    assert any(isinstance(result, Exception) for result in results)


def test_two_windows_lose_no_answer_of_each_other():
    row = prepared("4826156")
    words = {"goal": {"goal": "Fotos"}, "phone": {"phone": ""}, "name": {"salutation": "", "name": "U. K."}}
    at_once(
        [
            partial(web_requests.answer, row, question=key, values=values, by=None, at=LATER)
            for key, values in words.items()
        ]
    )
    assert WebRequest.objects.get().answers == ANSWERS | words
