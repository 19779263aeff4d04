"""The bound of the round against trying everything, and the compiled pricing against the day book."""

from itertools import combinations

import numpy as np
import pytest

from lotsen.kernel.windows import OpeningHours, parse_wish
from tests.volunteers.matching.city import candidate, need
from tests.volunteers.matching.test_assign import a_round, best_of_all, some_round
from volunteers.matching.assign import plan_round, pricing
from volunteers.matching.assign.bound import Polishing, upper_bound
from volunteers.matching.assign.days import DayBook
from volunteers.matching.assign.flow import Network
from volunteers.matching.assign.generate import all_of, improve
from volunteers.matching.assign.lay import arcs_of
from volunteers.matching.assign.walks import Walks
from volunteers.matching.assign.warm import warm


def prices_for(asked, seed):
    """Some prices: none, high, and what requests could be worth."""
    random = np.random.default_rng(seed)
    return random.choice([0.0, 1.0, 0.8, 1.2], len(asked.needs)) * random.uniform(900, 1400, len(asked.needs))


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_is_worth_more_whatever_the_prices(seed):
    asked = some_round(seed, needs=4, people=3)
    best, walks = best_of_all(asked), Walks(arcs_of(asked))
    for turn in range(20):
        assert upper_bound(walks, prices_for(asked, 100 * seed + turn))[0] >= best


def test_control_prices_alone_are_no_bound():
    below = 0
    for seed in range(12):
        asked = some_round(seed, needs=4, people=3)
        below += sum(prices_for(asked, 100 * seed + turn).sum() < best_of_all(asked) for turn in range(20))
    assert below > 20


def best_alone(asked, person, prices):
    """What one person is worth above the prices, by trying every set of arcs; the day book says what can be walked."""
    arcs = arcs_of(asked)
    book, ids = DayBook(arcs), [arc for arc, one in enumerate(arcs.persons) if one == person]
    best = 0.0
    for size in range(1, int(arcs.left[person].sum()) + 1):
        for chosen in combinations(ids, size):
            days = {}
            for arc in chosen:
                days.setdefault(int(arcs.day[arc]), []).append(arc)
            weeks = np.bincount([arcs.week_of[day] for day, some in days.items() for _ in some], minlength=1)
            if len({arcs.needs[arc] for arc in chosen}) < size or (weeks > arcs.left[person][: len(weeks)]).any():
                continue
            if all(book.begins(some) is not None for some in days.values()):
                value = sum(float(arcs.score[arc]) - prices[arcs.needs[arc]] for arc in chosen)
                best = max(best, value - arcs.load * size * (size - 1) / 2)
    return best


@pytest.mark.parametrize("seed", range(10))
def test_a_person_is_priced_exactly_but_may_be_paid_twice_for_one_request(seed):
    """Nobody's own plan holds a request twice here: it is open on one day only."""
    asked = one_day_each(seed)
    prices, walks = prices_for(asked, seed), Walks(arcs_of(asked))
    for person in range(len(asked.people)):
        wanted = np.zeros(len(asked.needs), np.int64)
        assert pricing.best_of_person(walks.laid, person, prices, wanted) == pytest.approx(
            best_alone(asked, person, prices)
        )
        assert wanted.max(initial=0) <= 1


def one_day_each(seed):
    random = np.random.default_rng(seed)
    days = ["Mo 9-13", "Di 9-12", "Di 9-14", "Mi 13-16", "Di ab 13 Uhr"]
    asked = [
        need(
            key=key,
            place=int(random.integers(0, 3000)),
            wish=parse_wish(str(random.choice(days))),
            minutes=int(random.choice([60, 75, 90])),
        )
        for key in range(1, 10)
    ]
    hours = OpeningHours.parse("Mo-Mi 9-16")
    helpers = [candidate(key, hours=hours, radius_metres=9000, visits_a_week=2 + key) for key in (1, 2)]
    return a_round(asked, helpers)


def test_the_compiled_walk_agrees_with_the_day_book():
    said = set()
    for seed in range(5):
        arcs = arcs_of(one_day_each(seed))
        book, walks = DayBook(arcs), Walks(arcs)
        for person, day in walks.places.tolist():
            number = walks.number[person, day]
            here = range(walks.laid.first[number], walks.laid.first[number + 1])
            for size in (1, 2, 3, 4):
                for chosen in combinations(here, size):
                    walked = bool(pricing.can_walk(walks.laid, person, np.array(chosen), size))
                    assert walked == (book.begins(walks.ids[list(chosen)].tolist()) is not None)
                    said.add((size, walked))
    assert {(2, True), (2, False), (3, True), (3, False)} <= said


def test_ways_left_out_make_the_bound_no_lower():
    asked = some_round(5, needs=30, people=12)
    arcs = arcs_of(asked)
    for seed in range(10):
        prices = prices_for(asked, seed)
        some = np.random.default_rng(seed).random(len(arcs)) < 0.5
        assert upper_bound(Walks(arcs, some), prices)[0] >= upper_bound(Walks(arcs), prices)[0]


@pytest.mark.parametrize("seed", range(4))
def test_polished_prices_come_near_the_plan_and_stay_a_bound(seed):
    asked = some_round(seed, needs=30, people=8)
    found, arcs = plan_round(asked, seconds=5), arcs_of(asked)
    polishing = Polishing(arcs, np.full(len(asked.needs), 1000.0))
    first = polishing.bound
    for _ in range(200):
        polishing.step(found.value)
    assert found.value <= polishing.bound < first
    assert polishing.bound <= Network(arcs).best()[1] * 1.01


def test_prices_of_the_flow_give_a_bound_that_is_no_higher_than_the_flow():
    lower = 0
    for seed in range(8):
        arcs = arcs_of(some_round(seed, needs=30, people=8))
        network = Network(arcs)
        found = upper_bound(Walks(arcs), network.prices({}))[0]
        assert found <= network.best()[1]
        lower += found < network.best()[1]
    assert lower


def test_what_is_compiled_beforehand_is_what_a_round_calls():
    """A process that has only warmed up compiles nothing more for a round's arcs."""
    warm()
    known = len(pricing.best_of_all.signatures), len(pricing.better_sets.signatures)
    arcs = arcs_of(some_round(1))
    improve(arcs, DayBook(arcs), all_of(arcs, {}, 5.0))
    improve(arcs.only(np.arange(20)), DayBook(arcs), all_of(arcs.only(np.arange(20)), {}, 5.0))
    assert (len(pricing.best_of_all.signatures), len(pricing.better_sets.signatures)) == known
