"""What is different, in words."""

from dataclasses import replace
from datetime import date

from tests.touring.planning.cases import job, problem
from touring.planning.differences import Difference, differences, summary
from touring.planning.plan import Plan
from touring.planning.problem import EVERY_2_WEEKS, DatedPlacement, Halt, OneOff, Placement, Window, clock

AT_10 = Placement("Nord", (1,), 0, clock(10))


def only(before, after, **changes):
    (difference,) = differences(problem(job(**changes)), Plan(before), Plan(after))
    return difference.kind, difference.sentence


def test_each_kind_in_words():
    elsewhere = Placement("Süd", (2,), 0, clock(9, 30))
    assert only({"A": AT_10}, {"A": elsewhere}) == (
        "day",
        "Halt A: bisher dienstags 10:00 Uhr, Team Nord; neu mittwochs 9:30 Uhr, Team Süd.",
    )
    assert only({"A": AT_10}, {"A": replace(AT_10, start=clock(11))}) == (
        "time",
        "Halt A: dienstags um 11:00 statt 10:00 Uhr.",
    )
    assert only({"A": AT_10}, {"A": replace(AT_10, team="Süd")}) == (
        "team",
        "Halt A: dienstags 10:00 Uhr mit Team Süd statt Team Nord.",
    )
    assert only({"A": AT_10}, {"A": replace(AT_10, phase=1)}, pattern=EVERY_2_WEEKS) == (
        "week",
        (
            "Halt A: bisher dienstags in Woche 1 und 3 10:00 Uhr, Team Nord; "
            "neu dienstags in Woche 2 und 4 10:00 Uhr, Team Nord."
        ),
    )
    assert only({"A": AT_10}, {}) == (
        "left_out",
        "Halt A: bisher dienstags 10:00 Uhr, Team Nord; neu nicht mehr im Plan.",
    )
    assert only({}, {"A": AT_10}) == ("new", "Halt A: neu dienstags 10:00 Uhr, Team Nord.")
    single = replace(AT_10, others=(Halt(8, "Nord", clock(11)),))
    assert only({"A": AT_10}, {"A": single}) == (
        "single",
        "Halt A: dienstags 10:00 Uhr, in Woche 2 um 11:00 Uhr; bisher dienstags 10:00 Uhr.",
    )


def test_what_concerns_people_most_comes_first():
    given = problem(job("A"), job("B"), job("C"), job("D"))
    before = Plan(dict.fromkeys("ABC", AT_10))
    after = Plan({"A": replace(AT_10, start=clock(11)), "C": AT_10, "D": AT_10})
    found = differences(given, before, after)
    assert [(one.job, one.kind) for one in found] == [("B", "left_out"), ("D", "new"), ("A", "time")]
    assert summary(found) == "3 Halte anders: 1 entfällt, 1 neu und 1 zu anderer Uhrzeit."


def test_one_off_jobs_have_a_date():
    day = date(2027, 1, 12)
    one = OneOff("T", "Schulung", 2, (day,), {1: (Window(clock(9), clock(17)),)}, 3600)
    after = DatedPlacement("Süd", day, clock(10))
    found = differences(problem(one_offs=(one,)), Plan(), Plan({}, {"T": after}))
    assert found == (Difference("T", "new", "Schulung: neu am 12.01.2027 10:00 Uhr, Team Süd.", None, after),)


def test_nothing_is_different():
    assert summary(differences(problem(), Plan({"A": AT_10}), Plan({"A": AT_10}))) == "Alles bleibt, wie es ist."
