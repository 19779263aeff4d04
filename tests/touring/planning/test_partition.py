"""Whole columns are chosen: against every possible choice, with each kind of row."""

import random
from dataclasses import replace
from itertools import combinations, product

import pytest

from touring.planning import partition
from touring.planning.cpsat import Effort
from touring.planning.partition import Choice, Column, Even, Option, Selection, chosen

EFFORT = Effort(deterministic=5.0)


def is_valid(choice, columns, options):
    """The rules, said again in other words than the model's."""
    held = sorted(part for n in columns for part in choice.columns[n].parts)
    asked = sorted(part for option in options for part in option.parts)
    slots = [choice.columns[n].slot for n in columns]
    groups = [group for n in columns for group in choice.columns[n].exclusive]
    served = {option.job for option in options}
    moves = sum(option.is_move for option in options) + len(choice.moves_left_out - served)
    return (
        held == asked
        and all(slots.count(slot) <= choice.capacity.get(slot, 1) for slot in slots)
        and len(groups) == len(set(groups))
        and (choice.max_moves is None or moves <= choice.max_moves)
    )


def every_choice(choice):
    """Cost, columns and options of every valid choice."""
    jobs = range(len(choice.left_out))
    ways = [[None, *(o for o in choice.options if o.job == j)] for j in jobs]
    for options in product(*ways):
        taken = [option for option in options if option]
        price = sum(o.price if o else choice.left_out[j] for j, o in enumerate(options))
        for size in range(len(choice.columns) + 1):
            for columns in combinations(range(len(choice.columns)), size):
                if is_valid(choice, columns, taken):
                    yield price + sum(choice.columns[n].cost for n in columns), columns


def random_choice(seed):
    """Four jobs on three slots, one of them served on two days at once, another one way to be served twice."""
    rng = random.Random(seed)
    options = [Option(j, (3 * j + way,), rng.randrange(20), rng.random() < 0.4) for j in range(3) for way in range(3)]
    options += [Option(3, (9, 10), rng.randrange(20)), Option(3, (9, 11), rng.randrange(20), True)]
    options.append(Option(2, (7,), rng.randrange(20)))
    columns = tuple(
        Column(
            slot=rng.randrange(3),
            parts=tuple(sorted(rng.sample(range(12), rng.randint(1, 3)))),
            cost=rng.randrange(10, 60),
            exclusive=(rng.randrange(3),) if rng.random() < 0.2 else (),
        )
        for _ in range(8)
    )
    return Choice(columns, tuple(options), (70, 80, 90, 100), {1: 2}, rng.choice([None, 0, 1, 2]))


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("by_lp", [False, True])
def test_the_best_of_all_choices_is_found(seed, by_lp, monkeypatch):
    monkeypatch.setattr(partition, "LP_FROM", 0 if by_lp else 10**9)
    choice = random_choice(seed)
    every = sorted(every_choice(choice))
    incumbent = frozenset(every[len(every) // 2][1])
    for asked in (choice, replace(choice, incumbent=incumbent)):
        found = chosen(asked, EFFORT)
        options = [choice.options[n] for n in found.options]
        assert (found.cost, found.bound) == (every[0][0], every[0][0])
        assert is_valid(choice, found.columns, options)
        assert len({option.job for option in options}) == len(options)


@pytest.mark.parametrize("seed", range(10))
def test_few_columns_after_the_linear_program_never_lose_the_incumbent(seed, monkeypatch):
    monkeypatch.setattr(partition, "LP_FROM", 0)
    monkeypatch.setattr(partition, "MOST_COLUMNS", 1)
    choice = random_choice(seed)
    every = sorted(every_choice(choice))
    for cost, columns in (every[0], every[len(every) // 3]):
        found = chosen(replace(choice, incumbent=frozenset(columns)), EFFORT)
        assert found.bound <= every[0][0] <= found.cost <= cost


def test_one_column_per_slot_unless_it_has_more_room():
    columns = (Column(0, (0,), 1), Column(0, (1,), 1))
    options = (Option(0, (0,), 0), Option(1, (1,), 0))
    assert chosen(Choice(columns, options, (50, 40)), EFFORT) == Selection((0,), (0,), 41, 41)
    assert chosen(Choice(columns, options, (50, 40), {0: 2}), EFFORT) == Selection((0, 1), (0, 1), 2, 2)


def test_an_exclusive_group_is_taken_once():
    columns = (Column(0, (0,), 1, exclusive=(7,)), Column(1, (1,), 1, exclusive=(7,)))
    options = (Option(0, (0,), 0), Option(1, (1,), 0))
    assert chosen(Choice(columns, options, (40, 50)), EFFORT) == Selection((1,), (1,), 41, 41)


def test_moves_are_counted_those_left_out_too():
    columns = (Column(0, (0,), 1), Column(1, (1,), 1))
    options = (Option(0, (0,), 0, is_move=True), Option(1, (1,), 0, is_move=True))
    choice = Choice(columns, options, (40, 50), max_moves=1)
    assert chosen(choice, EFFORT) == Selection((1,), (1,), 41, 41)
    assert chosen(replace(choice, max_moves=2), EFFORT) == Selection((0, 1), (0, 1), 2, 2)
    assert chosen(replace(choice, moves_left_out=frozenset({0})), EFFORT) == Selection((0,), (0,), 51, 51)
    assert chosen(replace(choice, moves_left_out=frozenset({0, 1})), EFFORT) is None


def test_parts_of_one_option_come_together_or_not_at_all():
    columns = (Column(0, (0,), 1), Column(1, (1,), 30))
    choice = Choice(columns, (Option(0, (0, 1), 0),), (20,))
    assert chosen(choice, EFFORT) == Selection((), (), 20, 20)
    assert chosen(replace(choice, left_out=(40,)), EFFORT) == Selection((0, 1), (0,), 31, 31)


def test_even_work_within_a_limit_of_cost():
    columns = (
        Column(0, (0, 1), 10, group=0, work=8),
        Column(0, (0,), 7, group=0, work=4),
        Column(1, (1,), 7, group=1, work=4),
        Column(1, (1,), 6, group=1, work=2),
    )
    choice = Choice(columns, (Option(0, (0,), 0), Option(1, (1,), 0)), (900, 900), incumbent=frozenset({0}))
    assert chosen(choice, EFFORT).columns == (0,)
    assert chosen(replace(choice, even=Even((0, 1), 14)), EFFORT).columns == (1, 2)
    assert chosen(replace(choice, even=Even((0, 1), 13)), EFFORT).columns == (1, 3)
    assert chosen(replace(choice, even=Even((0, 1), 9)), EFFORT) is None


def test_whoever_stops_it_gets_no_answer():
    assert chosen(random_choice(1), EFFORT, lambda: True) is None
