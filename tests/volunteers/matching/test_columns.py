"""Asking everybody at once says the same as asking one by one, for every check of the list."""

from datetime import date, timedelta
from random import Random

import numpy as np
import pytest

from lotsen.kernel.calendar import Period
from lotsen.kernel.windows import OpeningHours, parse_wish
from tests.volunteers.matching.city import MONDAY, Line, busy, candidate, need
from volunteers.matching.asked import Asked
from volunteers.matching.case import Evidence, possible_slots
from volunteers.matching.columns import Lately, People, Times
from volunteers.matching.fit import CHECKS, DAY_CHECKS, PAIR_CHECKS

DAYS = [MONDAY + timedelta(days=offset) for offset in range(9)]
HOURS = ["", "Mo-Fr 9-18", "Di 9:10-11; Di 14-18", "Mi 8-12:20; Do 13-20", "Sa 10-16"]
TOPICS = ["Fotos", "Tablet", "E-Mail"]


def some_day(random):
    return MONDAY + timedelta(days=random.randint(-3, 10))


def some_days(random):
    return random.sample(DAYS, random.randint(0, 2))


def somebody(random, key):
    return candidate(
        key,
        place=random.randrange(0, 6000, 100),
        radius_metres=random.choice([1000, 3000]),
        onward=random.choice([None, random.randrange(0, 6000, 100)]),
        hours=OpeningHours.parse(random.choice(HOURS)),
        odd_hours=random.choice([None, OpeningHours.parse(random.choice(HOURS))]),
        areas=frozenset(random.sample([1, 2, 3], random.randint(0, 2))),
        other_hours={day: OpeningHours.parse(random.choice(HOURS)).on(day.weekday()) for day in some_days(random)},
        wants_offers=random.random() < 0.8,
        visits_a_week=random.randint(1, 3),
        levels={topic: random.randint(1, 3) for topic in random.sample(TOPICS, random.randint(0, 3))},
        languages=frozenset(random.sample(["Deutsch", "Russisch"], random.randint(1, 2))),
        gender=random.choice(["", "woman", "man"]),
        dogs=random.random() < 0.7,
        stairs=random.random() < 0.7,
        evidence=tuple(
            Evidence("Papier", random.choice([None, some_day(random)]), random.choice([None, some_day(random)]))
            for _ in range(random.randint(0, 2))
        ),
        paused_until=random.choice([None, some_day(random)]),
        pauses_now=random.random() < 0.2,
        absences=tuple(Period(day, day + timedelta(days=2)) for day in [some_day(random)][: random.randint(0, 1)]),
        busy=tuple(
            busy(f"{random.randint(8, 17)}:{random.choice(['00', '20'])}", some_day(random), random.randrange(6000))
            for _ in range(random.randint(0, 3))
        ),
        speaks_clearly=random.random() < 0.7,
        is_first=random.random() < 0.2,
        sees_again_on=random.choice([None, some_day(random)]),
        gave_back_often=random.random() < 0.2,
    )


def some_need(random):
    return need(
        place=random.randrange(0, 6000, 100),
        topics=tuple(random.sample(TOPICS, random.randint(0, 2))),
        level=random.randint(1, 3),
        language=random.choice(["Deutsch", "Russisch", "Sorbisch"]),
        gender=random.choice(["", "woman"]),
        wish=parse_wish(random.choice(["egal", "vormittags", "Di oder Do ab 14 Uhr"])),
        dog=random.random() < 0.3,
        floor=random.choice([0, 2]),
        hearing=random.random() < 0.3,
        declined=frozenset(random.sample(range(30), 3)),
        blocked=frozenset(random.sample(range(30), 3)),
        excluded=frozenset(random.sample(range(30), 3)),
        pinned=random.choice([None, None, None, 4]),
        area=random.choice([None, 1, 2, 9]),
    )


def everything(random, people, asked):
    """A question to a few of the people, in another order than theirs."""
    numbers = np.array(sorted(random.sample(range(len(people)), 12)), np.int64)
    slots = possible_slots(parse_wish("egal"), DAYS, minutes=60)
    metres = people.metres(Line(), asked.place)[numbers]
    return Asked(asked, people, numbers, Line(), metres, Times(slots))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_all_at_once_and_one_by_one_agree(check):
    said = set()
    for seed in range(25):
        random = Random(seed)
        people = People([somebody(random, key) for key in range(30)])
        question = everything(random, people, some_need(random))
        slots, days = question.times.slots, question.times.days.days
        firsts = [slots[[slot.day for slot in slots].index(day)] for day in days]
        tried = slots[:1] if check in PAIR_CHECKS else firsts if check in DAY_CHECKS else slots
        alone = [
            [check.why(question.need, people[n], slot, Line()) is None for slot in tried]
            for n in question.numbers.tolist()
        ]
        together = check.holds(question)
        assert together.reshape(len(question.numbers), -1).tolist() == alone
        said |= {answer for row in alone for answer in row}
    assert said == {True, False}


def test_visits_left_count_the_week_of_the_day():
    people = People([candidate(1, visits_a_week=2, busy=(busy("9:00", MONDAY), busy("9:00", date(2026, 12, 7))))])
    assert [int(people.visits_left(week)[0]) for week in (202649, 202650, 202651)] == [1, 1, 2]


def test_every_second_week_over_all_turns_of_the_year():
    """2020, 2026 and 2032 have a week 53: two odd weeks follow one another."""
    even, odd = OpeningHours.parse("Mo-So 9-10"), OpeningHours.parse("Mo-So 14-15")
    people = People([candidate(1, hours=even, odd_hours=odd), candidate(2, hours=even)])
    days = [date(2019, 12, 1) + timedelta(days=n) for n in range(14 * 366)]
    rows = people.hours_rows(days)
    for d, day in enumerate(days):
        for n, one in enumerate(people):
            assert people.hours[rows[n, d]].on(day.weekday()) == one.hours_on(day)
    said = [people[0].hours_on(date(*day)) == odd.on(0) for day in ((2026, 12, 28), (2027, 1, 4), (2027, 1, 11))]
    assert said == [True, True, False]


def test_nobody_at_all():
    people = People([])
    assert len(people) == 0
    assert people.metres(Line(), 0).tolist() == []
    assert people.papers[0].shape == (0, 0)


def test_what_happened_lately_is_the_same_as_laid_out_anew():
    people = [candidate(1), candidate(2), candidate(3)]
    known = Lately(
        promised={2: (busy("9:00"),)},
        visits={1: 3},
        first=frozenset({3}),
        gave_back_often=frozenset({1}),
        pausing=frozenset({3}),
        sees_again_on={2: MONDAY},
    )
    anew = [
        candidate(1, recent_visits=3, gave_back_often=True),
        candidate(2, busy=(busy("9:00"),), sees_again_on=MONDAY),
        candidate(3, is_first=True, paused_until=MONDAY, pauses_now=True),
    ]
    people[2] = candidate(3, paused_until=MONDAY)
    before = People(people)
    assert before.visits_left(202649).tolist() == [2, 2, 2]
    found, wanted = before.lately(known), People(anew)
    assert list(found) == anew
    for column in ("recent", "is_first", "gave_back_often", "sees_again", "paused"):
        assert getattr(found, column).tolist() == getattr(wanted, column).tolist()
    assert found.promised[0].tolist() == wanted.promised[0].tolist()
    assert found.visits_left(202649).tolist() == [2, 1, 2]
    assert list(before) == people
