from datetime import timedelta

import pytest

from bookings.models import HomeVisit
from bookings.rules import sees_code_word, sees_house_number
from lotsen.people.models import User
from tests.people import NOW

START, END = NOW, NOW + timedelta(hours=1)
TWO = timedelta(hours=2)


@pytest.mark.parametrize(
    ("at", "number", "word"),
    [
        (START - timedelta(hours=24, seconds=1), False, False),
        (START - timedelta(hours=24), True, False),
        (START - TWO, True, True),
        (END + TWO, True, True),
        (END + TWO + timedelta(seconds=1), False, False),
    ],
)
def test_a_guide_who_never_checks_out_does_not_see_the_door_for_ever(at, number, word):
    guide = User(pk=1)
    visit = HomeVisit(guide=guide, state="assigned", slot_starts_at=START, slot_ends_at=END)

    assert (sees_house_number(visit, guide, at=at), sees_code_word(visit, guide, at=at)) == (number, word)
    assert not sees_house_number(visit, User(pk=2), at=at)
