"""Slots of a wish, and the words."""

from datetime import date, timedelta

from lotsen.kernel.calendar import BERLIN
from lotsen.kernel.windows import OpeningHours, Window
from tests.volunteers.matching.city import MONDAY, TUESDAY, slot
from volunteers.matching.case import Slot, possible_slots
from volunteers.matching.words import distance_words, kilometres, mode_words, times_words


def test_slots_lie_within_the_wish_on_the_clock():
    wish = OpeningHours.parse("Di 14:10-16:00; Mi 9-10")
    days = [MONDAY + timedelta(days=offset) for offset in range(7)]
    assert possible_slots(wish, days, minutes=60) == (
        Slot(TUESDAY, Window(870, 930)),
        Slot(TUESDAY, Window(900, 960)),
        Slot(date(2026, 12, 2), Window(540, 600)),
    )
    assert possible_slots(wish, [MONDAY], minutes=60) == ()
    assert possible_slots(wish, [TUESDAY], minutes=111) == ()


def test_a_slot_knows_its_moments():
    found = slot("14:30", date(2027, 1, 1), 90)
    assert (found.start.isoformat(), found.end.isoformat(), found.start.tzinfo, found.weekday, found.week) == (
        "2027-01-01T14:30:00+01:00",
        "2027-01-01T16:00:00+01:00",
        BERLIN,
        4,
        (2026, 53),
    )


def test_words():
    assert [distance_words(metres) for metres in (0, 40, 700, 949, 950, 1000, 3870, 12_040)] == [
        "100 m", "100 m", "700 m", "900 m", "0,9 km", "1 km", "3,9 km", "12 km",
    ]  # fmt: skip
    assert [times_words(count) for count in (1, 2, 3, 4)] == ["einmal", "zweimal", "dreimal", "4-mal"]
    assert (kilometres(2000), mode_words("bike")) == ("2", "mit dem Rad")
