"""A team-day is lost."""

from dataclasses import replace
from datetime import date

from tests.touring.planning.cases import job, problem, shift
from touring.planning.evaluate import evaluate
from touring.planning.plan import Plan
from touring.planning.problem import Pin, Placement, Team, Window, clock
from touring.planning.replan import saving_per_change, without_team_day

MONDAY = date(2027, 1, 11)
DAY = (Window(clock(9), clock(17)),)
JOBS = (job("A", place=1, priority=1), job("B", place=2), job("C", place=3))
PLAN = Plan(
    {
        "A": Placement("Nord", (0,), 0, clock(9)),
        "B": Placement("Nord", (0,), 0, clock(10, 30)),
        "C": Placement("Nord", (0,), 0, clock(13)),
    }
)


def test_a_weekday_for_good_keeps_the_budget_and_says_who_is_left_out():
    found = without_team_day(problem(*JOBS), PLAN, "Nord", 0, budget=2)
    assert (found.hit, len(found.moved), len(found.unserved)) == (("A", "B", "C"), 2, 1)
    assert "A" in found.moved
    assert found.verdict.hard == ()
    (left,) = found.unserved
    assert found.sentence == (
        f"Ohne Team Nord am Montag: 3 Halte betroffen, 2 stehen woanders; ohne Platz: Halt {left}."
    )
    assert all(placed.team != "Nord" or placed.weekdays != (0,) for placed in found.plan.placements.values())
    assert len(without_team_day(problem(*JOBS), PLAN, "Nord", 0, budget=3).moved) == 3


def test_a_run_that_breaks_the_budget_is_not_taken():
    def moves_all(given, start):
        return Plan({job.key: Placement("Nord", (1,), 0, clock(9 + 2 * n)) for n, job in enumerate(given.jobs)})

    found = without_team_day(problem(*JOBS), PLAN, "Nord", 0, budget=1, solver=moves_all)
    assert (len(found.moved), len(found.unserved), found.verdict.hard) == (1, 2, ())


def test_a_run_that_is_better_is_taken():
    better = Plan({key: Placement("Nord", (1,), 0, clock(9 + 2 * n)) for n, key in enumerate("ABC")})
    found = without_team_day(problem(*JOBS), PLAN, "Nord", 0, budget=3, solver=lambda given, start: better)
    alone = without_team_day(problem(*JOBS), PLAN, "Nord", 0, budget=3)
    assert found.verdict.objective <= alone.verdict.objective


def test_a_team_with_no_other_day_is_gone():
    given = problem(job("A", wished_teams=frozenset({"Süd"}), pin=Pin(team="Süd")), shifts=(shift(), shift("Süd", 1)))
    found = without_team_day(given, Plan({"A": Placement("Süd", (1,), 0, clock(9))}), "Süd", 1, budget=1)
    assert [team.key for team in found.problem.teams] == ["Nord"]
    assert (found.moved, found.unserved) == (("A",), ())


def test_one_date_another_team_takes_the_halts_on_the_same_day():
    found = without_team_day(problem(*JOBS), PLAN, "Nord", MONDAY, budget=3)
    assert found.plan.placements == PLAN.placements
    assert {placed.team for placed in found.plan.dated.values()} == {"Süd"}
    assert {placed.day for placed in found.plan.dated.values()} == {MONDAY}
    assert (found.unserved, found.verdict.hard) == ((), ())
    assert found.sentence == "Ohne Team Nord am 11.01.2027: 3 Halte betroffen, 3 stehen woanders."


def test_one_date_on_another_day_where_nobody_else_is_there():
    given = problem(*JOBS, shifts=(shift(), shift("Nord", 2), shift("Süd", 4)))
    found = without_team_day(given, PLAN, "Nord", MONDAY, budget=3)
    assert {(on.team, on.day) for on in found.plan.dated.values()} == {("Nord", date(2027, 1, 13))}
    few = without_team_day(given, PLAN, "Nord", MONDAY, budget=1)
    assert (few.moved, len(few.unserved)) == (("A@2027-01-11",), 2)


def test_one_date_that_nobody_can_take():
    given = problem(
        job("A", opening={0: DAY}), shifts=(shift(), shift("Süd", 1)), teams=(Team("Nord", "Nord"), Team("Süd", "Süd"))
    )
    plan = Plan({"A": Placement("Nord", (0,), 0, clock(9))})
    found = without_team_day(given, plan, "Nord", MONDAY, budget=5)
    assert (found.plan.dated, found.unserved) == ({}, ("A@2027-01-11",))
    assert found.sentence.endswith("ohne Platz: Halt A.")


def test_a_training_of_the_lost_date_moves_too():
    given = problem(*JOBS)
    lost = without_team_day(given, PLAN, "Nord", MONDAY, budget=3)
    again = without_team_day(lost.problem, lost.plan, "Süd", MONDAY, budget=3)
    assert set(again.hit) == set(lost.moved)
    assert not any((on.team, on.day) == ("Süd", MONDAY) for on in again.plan.dated.values())


def test_what_each_change_saves():
    given = problem(job("A", place=1), job("B", place=1))
    plan = Plan({"A": Placement("Nord", (0,), 0, clock(9)), "B": Placement("Nord", (1,), 0, clock(9))})
    together = Plan({**plan.placements, "B": Placement("Nord", (0,), 0, clock(10))})

    def solver(given, start):
        return together

    found = saving_per_change(given, plan, 2, solver=solver)
    alone, both = (evaluate(given, each).driving_seconds for each in (plan, together))
    assert [(one.changes, one.driving_seconds, one.saved) for one in found] == [
        (0, alone, 0),
        (1, both, alone - both),
        (2, both, 0),
    ]
    none = saving_per_change(replace(given, max_changes=None), plan, 1, solver=lambda given, start: Plan())
    assert [one.saved for one in none] == [0, 0]


def test_the_differences_say_who_comes_instead():
    found = without_team_day(
        problem(job("A", opening={0: DAY})), Plan({"A": PLAN.placements["A"]}), "Nord", MONDAY, budget=3
    )
    assert [one.sentence for one in found.differences] == [
        "Halt A: am 11.01.2027 9:00 Uhr mit Team Süd statt Team Nord."
    ]
