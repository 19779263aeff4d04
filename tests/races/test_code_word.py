"""Thirty words at once for one visit: exactly three are checked. The control counts what was checked before."""

from functools import partial

import pytest

from bookings import coming
from bookings.models import CaseNote, HomeVisit
from tests.bookings.test_cases import START, assigned
from tests.people import make_user
from tests.races.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
GUESSES = 30


def check(visit, anna, number):
    return coming.check_word(visit, word=f"falsch{number}", by=anna, at=START)


def count(results):
    return sum(one is False for one in results), sum(isinstance(one, coming.TooManyTries) for one in results)


def test_exactly_three_of_thirty_are_checked():
    anna = make_user("hotline")
    for _round in range(3):
        visit = HomeVisit.objects.get(pk=assigned(anna).pk)
        assert count(at_once([partial(check, visit, anna, number) for number in range(GUESSES)])) == (3, GUESSES - 3)
        assert CaseNote.objects.filter(visit=visit).count() == 3


def test_control_counting_the_lines_first_lets_more_through(monkeypatch):
    anna = make_user("hotline")
    visit = HomeVisit.objects.get(pk=assigned(anna).pk)

    def look_first(what, who, *, cap, span, at):
        return CaseNote.objects.filter(visit=visit).count() < cap

    monkeypatch.setattr(coming, "within_limit", look_first)
    checked, _refused = count(at_once([partial(check, visit, anna, number) for number in range(GUESSES)]))
    assert checked > 3
