"""A limit of five, fifty at once, twenty rounds: exactly five pass, through the page as well. The control counts
before it writes."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.test import Client

from bookings.models import WebRequest
from bookings.views import web
from lotsen.kernel.limits import within_limit
from lotsen.kernel.models import Tally
from lotsen.stamps import new_stamp
from tests.people import NOW, make_visit
from tests.races.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
CAP = 5


def take(who):
    return within_limit("race", who, cap=CAP, span=HOUR, at=NOW)


def test_exactly_five_of_fifty_pass_in_every_round():
    for number in range(20):
        assert at_once([partial(take, f"who{number}")] * (CAP * 10)).count(True) == CAP


def take_without_protection(who):
    """Look first, write then."""
    row = Tally.objects.filter(key=who).first() or Tally.objects.create(key=who, starts_at=NOW)
    if row.count >= CAP:
        return False
    Tally.objects.filter(pk=row.pk).update(count=row.count + 1)
    return True


def test_control_without_the_protection_more_pass():
    most = 0
    for number in range(5):
        Tally.objects.create(key=f"control{number}", starts_at=NOW)
        most = max(most, at_once([partial(take_without_protection, f"control{number}")] * 50).count(True))
    assert most > CAP


def ask(reference, number):
    client = Client()
    data = {"reference": reference, "said": "0000"}
    return client.post("/hausbesuch/stand/", data, headers={"x-forwarded-for": f"6.6.6.{number}"}).status_code


def test_the_status_page_lets_exactly_five_tries_for_a_number_through(settings):
    with time_machine.travel(NOW, tick=False):
        visit = make_visit()
        codes = at_once([partial(ask, visit.reference, number) for number in range(30)])
    assert sorted(codes) == [422] * 5 + [429] * 25


def test_ten_times_as_many_for_one_number_with_forged_addresses_let_exactly_five_through(settings):
    settings.STATUS_TRIES_PER_ADDRESS = 10_000
    with time_machine.travel(NOW, tick=False):
        visit = make_visit()
        codes = at_once([partial(ask, visit.reference, number) for number in range(50)])
    assert (codes.count(422), codes.count(429)) == (5, 45)


def begin(number):
    client = Client()
    fields = {"street": "Gartenweg 16", "postal_code": "01169", "since": new_stamp(NOW)}
    return client.post("/hausbesuch/", fields, headers={"x-forwarded-for": f"6.6.6.{number}"}).status_code


def test_forty_at_once_from_one_address_of_which_four_are_ordinary_and_none_is_turned_away(settings, monkeypatch):
    """A forged header makes no other address of it. The limit of a minute is out of the way: it is counted after that
    of the hour, so that one of the first four could be late for it."""
    settings.WEB_REQUESTS_PER_ADDRESS = 4
    monkeypatch.setattr(web, "IN_A_MINUTE", 40)
    with time_machine.travel(NOW, tick=False):
        codes = at_once([partial(begin, number) for number in range(40)])
    assert codes == [302] * 40
    assert WebRequest.objects.exclude(answers__has_key="crowd").count() == 4
