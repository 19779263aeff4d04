"""Blocks as values: times over all weeks, breaks, and the ways to take a job in."""

from dataclasses import replace

from tests.touring.planning.cases import job as stop
from tests.touring.planning.cases import problem, shift
from touring.planning.blocks.ground import FREE, Ground
from touring.planning.blocks.values import Item, blocks_of, built, earliest_plan, empty_block, ways_in
from touring.planning.plan import Plan
from touring.planning.problem import (
    EVERY_2_WEEKS,
    HOUR,
    MINUTE,
    WEEKLY,
    Break,
    Pin,
    Placement,
    Team,
    Window,
    WorkingTime,
    clock,
)

NORD = (Team("Nord", "Nord"),)


DAY = (clock(8), clock(16))


def ground_of(*jobs, rest=None, hours=DAY, **changes):
    return Ground(problem(*jobs, shifts=(shift("Nord", 0, *hours, rest),), teams=NORD, **changes))


def test_one_start_for_all_weeks_is_the_latest_of_the_earliest():
    """Only in even weeks somebody comes before B; B begins at the same time in the odd ones, too."""
    ground = ground_of(stop("A", pattern=EVERY_2_WEEKS), stop("B", place=2))
    block = built(ground, 0, (Item(0, 0), Item(1, 0)))
    assert block.earliest == ((clock(9),) * 2, (clock(10, 10),) * 4)
    assert block.latest == ((clock(13, 30),) * 2, (clock(14, 40),) * 4)
    assert block.cost == 4 * 24 * MINUTE


def test_with_a_tolerance_weeks_differ_by_no_more():
    ground = ground_of(stop("A", pattern=EVERY_2_WEEKS), stop("B", place=2), time_tolerance=30 * MINUTE)
    block = built(ground, 0, (Item(0, 0), Item(1, 0)))
    assert block.earliest[1] == (clock(10, 10), clock(9, 40), clock(10, 10), clock(9, 40))


def test_what_does_not_fit_is_none():
    ground = ground_of(stop("A", duration=4 * HOUR), stop("B", duration=4 * HOUR))
    assert built(ground, 0, (Item(0, 0), Item(1, 0))) is None
    assert built(ground, 0, (Item(0, 0),)).items == (Item(0, 0, FREE),)


def test_a_break_finds_its_place():
    rest = Break(30 * MINUTE, Window(clock(11), clock(12)))
    ground = ground_of(stop("A", duration=90 * MINUTE), stop("B", duration=90 * MINUTE), rest=rest)
    block = built(ground, 0, (Item(0, 0), Item(1, 0)))
    assert block.rests == ((0,), (0,), (0,), (0,))
    pinned = built(ground, 0, (Item(0, 0, clock(9)), Item(1, 0, clock(13))))
    assert pinned.rests == ((1,), (1,), (1,), (1,))


def test_ways_in_are_the_cheapest_first_and_say_when_it_is_free():
    ground = ground_of(stop("A", place=2), stop("B", place=1), stop("C", place=3))
    block = built(ground, 0, (Item(0, 0, clock(10)),))
    ways = ways_in(ground, block, 1)
    assert [(way.cost, way.position, way.first, way.last) for way in ways] == [
        (0, 1, clock(11, 10), clock(14, 50)),
    ]
    assert ways_in(ground, empty_block(ground, 0), 2)[0].cost == 4 * 36 * MINUTE


def test_a_tour_may_be_shorter_than_the_hours():
    hours = replace(shift("Nord", 0, clock(8), clock(18), None), longest=4 * HOUR)
    late = {0: (Window(clock(15), clock(17)),)}
    ground = Ground(problem(stop("A", opening=late), stop("B"), shifts=(hours,), teams=NORD))
    block = built(ground, 0, (Item(0, 0),))
    assert (block.end - block.start, block.start >= clock(11)) == (4 * HOUR, True)
    assert built(ground, 0, (Item(1, 0, clock(9)), Item(0, 0))) is None


def test_hours_with_too_little_break_are_not_worked():
    unlawful = ground_of(stop("A"), working_time=WorkingTime())
    lawful = ground_of(stop("A"), working_time=WorkingTime(), hours=(clock(8), clock(14)))
    assert (unlawful.homes, lawful.homes) == ([[]], [[(0,)]])


def test_pins_and_needs_leave_few_homes():
    jobs = (stop("A", pin=Pin(team="Süd")), stop("B", needs=frozenset({"Rampe"})), stop("C", pattern=WEEKLY))
    ground = Ground(problem(*jobs))
    teams = [{ground.blocks[home[0]].team for home in homes} for homes in ground.homes]
    assert teams == [{"Süd"}, {"Nord"}, {"Nord", "Süd"}]


def test_a_plan_becomes_blocks_and_a_plan_again():
    plan = Plan({"A": Placement("Nord", (0,), 0, clock(9)), "B": Placement("Nord", (0,), 0, clock(13))})
    ground = ground_of(stop("A"), stop("B", place=2))
    assert earliest_plan(ground, blocks_of(ground, plan)) == plan
