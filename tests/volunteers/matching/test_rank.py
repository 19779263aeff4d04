"""Ranking of slots and people."""

import time
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotsen.kernel.windows import OpeningHours, parse_wish
from tests.volunteers.matching.city import MONDAY, TUESDAY, Line, busy, candidate, need, slot
from volunteers.matching.case import Evidence, Suggestions, possible_slots
from volunteers.matching.fit import fits
from volunteers.matching.rank import MISFITS, Weights, rank, score

DAYS = [MONDAY + timedelta(days=offset) for offset in range(14)]


def slots_for(asked, minutes=60):
    return possible_slots(asked.wish, DAYS, minutes=minutes)


def names(found: Suggestions) -> list[tuple[str, list[int]]]:
    return [
        (f"{suggestion.slot.day:%d.%m.} {suggestion.slot.window}", [fit.candidate.key for fit in suggestion.fits])
        for suggestion in found.best
    ]


def test_slots_people_reasons_and_why_not():
    asked = need(wish=parse_wish("Di oder Do ab 14 Uhr"), visits_by={3: 2}, gender="woman", gender_words="eine Frau")
    women = {"gender": "woman"}
    people = [
        candidate(1, place=3900, mode="bike", radius_metres=5000, **women),
        candidate(2, place=300, hours=OpeningHours.parse("Sa 10-16"), **women),
        candidate(3, place=700, mode="car", visits_a_week=1, hours=OpeningHours.parse("Di 14-18"), **women),
        candidate(4, place=100, levels={}, **women),
        candidate(5, place=50, gender="man", levels={}),
        candidate(6, place=9000, **women),
    ]
    found = rank(asked, people, slots_for(asked), Line())
    assert names(found) == [
        ("01.12. 14:00-15:00", [3, 1]),
        ("08.12. 14:00-15:00", [3, 1]),
        ("03.12. 14:00-15:00", [1]),
    ]
    assert found.people == 2
    assert found.best[0].best.reasons == (
        "Thema Fotos, war schon zweimal dort",
        "700 m entfernt, 7 Minuten mit dem Auto",
        "noch 1 Besuch frei in der Woche von Dienstag, 1. Dezember",
        "Wunsch erfüllt: eine Frau",
    )
    assert found.best[0].fits[1].reasons[:3] == (
        "Thema Fotos, kennt die Person noch nicht",
        "3,9 km entfernt, 39 Minuten mit dem Rad",
        "noch 2 Besuche frei in der Woche von Dienstag, 1. Dezember",
    )
    assert [(one.candidate.key, one.metres, [why.sentence for why in one.shortfalls]) for one in found.misfits] == [
        (4, 100, ["Thema Fotos fehlt."]),
        (2, 300, ["Hat nur samstags Zeit."]),
        (6, 9000, ["Wohnt 9 km entfernt, Umkreis 3 km."]),
        (5, 50, ["Thema Fotos fehlt.", "Gewünscht ist eine Frau."]),
    ]


BETTER = {
    "level": ({"levels": {"Fotos": 3}}, {}),
    "known": ({}, {"visits_by": {2: 1}}),
    "wished for": ({}, {"wished_for": frozenset({2})}),
    "nearer": ({"place": 500}, {}),
    "rested": ({"recent_visits": 0}, {}),
}


@pytest.mark.parametrize("why", BETTER)
def test_what_puts_somebody_first(why):
    better, asked = BETTER[why]
    people = [candidate(1, recent_visits=1), candidate(2, **({"recent_visits": 1} | better))]
    with_it = rank(need(**asked), people, [slot()], Line())
    assert names(with_it) == [("01.12. 14:00-15:00", [2, 1])]
    control = rank(need(), [people[0], candidate(2, recent_visits=1)], [slot()], Line())
    assert names(control) == [("01.12. 14:00-15:00", [1, 2])]


def test_a_score_is_the_sum_of_its_weights():
    asked = need(visits_by={1: 5}, wished_for=frozenset({1}))
    points = score(
        asked,
        candidate(recent_visits=3),
        slot(day=date(2026, 12, 3)),
        Line(),
        first=slot(),
        weights=Weights(
            waiting_day=1,
            level=10**2,
            known=10**4,
            most_known=2,
            wished_for=10**6,
            recent_visit=-(10**8),
            minute=-(10**10),
            later_day=-(10**12),
        ),
    )
    assert points == 11 + 2 * 10**2 + 2 * 10**4 + 10**6 - 3 * 10**8 - 7 * 10**10 - 2 * 10**12


def test_three_choices_are_three_days_where_there_are_three():
    asked = need(wish=parse_wish("nachmittags"))
    assert [found[0] for found in names(rank(asked, [candidate()], slots_for(asked), Line()))] == [
        "30.11. 12:00-13:00",
        "01.12. 12:00-13:00",
        "02.12. 12:00-13:00",
    ]
    one_day = OpeningHours.parse("Di 14-16")
    people = [candidate(1, hours=one_day), candidate(2, hours=OpeningHours.parse("Di 15-16"))]
    slots = [slot("14:00"), slot("14:30"), slot("15:00")]
    assert names(rank(asked, people, slots, Line())) == [("01.12. 14:00-15:00", [1]), ("01.12. 15:00-16:00", [1, 2])]


def test_the_first_slot_of_a_day_is_the_first_that_fits():
    people = [candidate(busy=(busy("12:00"), busy("13:30", place=1500)), visits_a_week=3)]
    asked = need(wish=parse_wish("Di ab 12 Uhr"))
    assert names(rank(asked, people, possible_slots(asked.wish, [TUESDAY], minutes=60), Line())) == [
        ("01.12. 15:00-16:00", [1])
    ]


def test_nothing_to_offer_says_why():
    people = [candidate(hours=OpeningHours.parse("Di 9-18"), evidence=(Evidence("Das Führungszeugnis", None),))]
    found = rank(need(), people, slots_for(need()), Line())
    assert (found.best, found.people) == ((), 0)
    assert [why.sentence for why in found.misfits[0].shortfalls] == ["Das Führungszeugnis fehlt."]
    assert rank(need(), people, [], Line()) == Suggestions((), 0, ())
    assert rank(need(), [], [slot()], Line()) == Suggestions((), 0, ())


def test_without_a_topic_everybody_knows_enough():
    asked = need(topics=(), visits_by={2: 1})
    found = rank(asked, [candidate(1, levels={}), candidate(2, levels={})], [slot()], Line())
    assert [fit.reasons[0] for fit in found.best[0].fits] == ["war schon einmal dort", "noch nie dort"]


def test_ways_are_asked_once():
    line = Line()
    rank(need(), [candidate(), candidate(2)], slots_for(need()), line)
    assert line.asked == [(700, 0)]


HOURS = ["Mo-Fr 16-19", "Di,Do 14-18", "Mi 15-19; Fr 13-17", "Mo,Mi 9-12", "Sa 10-16", "Mo-Fr 9-17"]
WISHES = ["vormittags", "nachmittags", "egal", "nicht mittwochs", "Sa", "Di oder Do ab 14 Uhr"]
TOPICS = ["Fotos", "Tablet", "iPhone", "E-Mail", "Messenger", "E-Rezept"]


def some_people(random: Random, count: int):
    return [
        candidate(
            key,
            place=random.randrange(20_000),
            mode=random.choice(["foot", "bike", "transit", "car"]),
            radius_metres=random.choice([2000, 3000, 5000, 8000, 12_000]),
            hours=OpeningHours.parse(random.choice(HOURS)),
            visits_a_week=random.randint(1, 4),
            levels={topic: random.randint(1, 3) for topic in random.sample(TOPICS, random.randint(1, 5))},
            languages=frozenset({"Deutsch", random.choice(["Deutsch", "Russisch"])}),
            gender=random.choice(["woman", "man", ""]),
            evidence=(Evidence("Die Schulung", date(2026, random.randint(1, 12), 1)),),
            busy=tuple(
                busy(f"{random.randint(9, 16)}:00", random.choice(DAYS), random.randrange(20_000)) for _ in "ab"
            ),
            recent_visits=random.randint(0, 8),
        )
        for key in range(1, count + 1)
    ]


def some_need(random: Random):
    return need(
        place=random.randrange(20_000),
        topics=tuple(random.sample(TOPICS, random.randint(1, 2))),
        language=random.choice(["Deutsch", "Deutsch", "Russisch"]),
        gender=random.choice(["", "", "woman"]),
        gender_words="eine Frau",
        wish=parse_wish(random.choice(WISHES)),
        visits_by={random.randint(1, 40): 1},
    )


@settings(max_examples=15, deadline=None)
@given(st.integers())
def test_agrees_with_asking_everybody_about_every_slot(seed):
    random = Random(seed)
    asked, people, line = some_need(random), some_people(random, 40), Line()
    slots = slots_for(asked)
    everything = [(one, when) for one in people for when in slots if fits(asked, one, when, line)]
    able = {one.key for one, _ in everything}
    found = rank(asked, people, slots, line)
    assert found.people == len(able)
    assert bool(found.best) == bool(able)
    for suggestion in found.best:
        ready = [one for one in people if fits(asked, one, suggestion.slot, line)]
        points = sorted(
            (-score(asked, one, suggestion.slot, line, first=slots[0], weights=Weights()), one.key) for one in ready
        )
        assert [(-fit.score, fit.candidate.key) for fit in suggestion.fits] == points[:3]
    assert not {misfit.candidate.key for misfit in found.misfits} & able
    assert len(found.misfits) == min(MISFITS, len(people) - len(able))
    assert all(misfit.shortfalls for misfit in found.misfits)
    if able:
        top = max(score(asked, one, when, line, first=slots[0], weights=Weights()) for one, when in everything)
        assert found.best[0].best.score == top


def test_the_order_of_the_lists_changes_nothing():
    random = Random(4)
    asked, people = some_need(random), some_people(random, 80)
    found = rank(asked, people, slots_for(asked), Line())
    random.shuffle(people)
    assert rank(asked, people, slots_for(asked), Line()) == found


def test_fifteen_hundred_people_in_well_under_100_ms():
    random = Random(11)
    people = some_people(random, 1500)
    asked = [replace(some_need(random), topics=("Fotos",)) for _ in range(20)]
    asked.append(need(place=10_000, wish=parse_wish("egal")))
    took = []
    for one in asked:
        slots = slots_for(one)
        started = time.process_time()
        rank(one, people, slots, Line())
        took.append(time.process_time() - started)
    assert sorted(took)[len(took) // 2] < 0.1, took
