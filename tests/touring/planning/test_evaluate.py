"""Each rule of the judge: one plan that keeps it, one that breaks exactly it."""

from dataclasses import replace
from datetime import date

import pytest

from tests.touring.planning.cases import ALL_DAY, REST, job, problem, shift
from touring.planning.evaluate import PLAN_RULES, Objective, evaluate
from touring.planning.evaluate.stops import STOP_RULES
from touring.planning.evaluate.tours import TOUR_RULES
from touring.planning.plan import Plan
from touring.planning.problem import (
    EVERY_2_WEEKS,
    EVERY_4_WEEKS,
    MINUTE,
    TWICE_A_WEEK,
    Break,
    Pin,
    Placement,
    Window,
    clock,
)

MONDAY_AT_10 = Placement("Nord", (0,), 0, clock(10))


def at(hour, minute=0, **changes):
    return replace(MONDAY_AT_10, start=clock(hour, minute), **changes)


def plan(**placements):
    return Plan(placements)


AB = (job("A"), job("B", place=2))
SET_UP = (job("A", packing=10 * MINUTE), job("B", place=2, setup=10 * MINUTE))
EARLY = {0: (Window(clock(7), clock(12)),)}
LATE = {0: (Window(clock(9), clock(20)),)}
NARROW = problem(
    job(duration=150 * MINUTE, pattern=EVERY_4_WEEKS),
    shifts=(shift(rest=Break(30 * MINUTE, Window(clock(11), clock(12, 30)))), shift("Süd")),
)
PUBLISHED = problem(*AB, published={"A": at(10), "B": at(12)}, max_changes=1)
RAMP = problem(job(needs=frozenset({"Rampe"})))
# rule: (problem, plan that keeps it, plan that breaks it, what the judge says then)
CASES = {
    "jobs_are_known": (problem(), plan(A=at(10)), plan(A=at(10), X=at(12)), "Die Haltestelle X gibt es nicht."),
    "budget_of_changes_is_kept": (
        PUBLISHED,
        plan(A=at(10), B=at(13)),
        plan(A=at(9), B=at(13)),
        "Das wäre Änderung 2. Erlaubt sind 1.",
    ),
    "rhythm_is_kept": (
        problem(job(pattern=TWICE_A_WEEK)),
        plan(A=at(10, weekdays=(0, 3))),
        plan(A=at(10)),
        "Dann käme Halt A 1-mal statt 2-mal in der Woche.",
    ),
    "days_are_far_enough_apart": (
        problem(job(pattern=TWICE_A_WEEK)),
        plan(A=at(10, weekdays=(0, 2))),
        plan(A=at(10, weekdays=(0, 1))),
        "Halt A: Nur 1 Tage seit dem letzten Halt. Gewünscht sind 2.",
    ),
    "team_is_on_duty": (
        problem(),
        plan(A=at(10, team="Süd")),
        plan(A=at(10, team="Süd", weekdays=(2,))),
        "Team Süd hat am Mittwoch keinen Dienst. Dienst hat Team Nord.",
    ),
    "stop_is_open_that_day": (
        problem(job(opening={0: ALL_DAY[0], 2: ALL_DAY[2]})),
        plan(A=at(10)),
        plan(A=at(10, weekdays=(1,))),
        "Halt A hat am Dienstag zu. Offen ist Montag und Mittwoch.",
    ),
    "starts_after_opening": (problem(), plan(A=at(9)), plan(A=at(8, 30)), "Zu früh: Halt A öffnet um 9:00 Uhr."),
    "finishes_before_closing": (
        problem(job(opening={0: (Window(clock(9), clock(12)), Window(clock(13), clock(17)))})),
        plan(A=at(11)),
        plan(A=at(11, 5)),
        "Zu spät: Halt A schließt um 12:00 Uhr.",
    ),
    "start_is_on_the_grid": (
        problem(),
        plan(A=at(10, 5)),
        plan(A=at(10, 6)),
        "Halt A: 10:06 Uhr liegt nicht im Takt von 5 Minuten.",
    ),
    "weekday_is_allowed": (
        problem(job(forbidden_weekdays=frozenset({1}))),
        plan(A=at(10)),
        plan(A=at(10, weekdays=(1,))),
        "Dienstag ist für Halt A ausgeschlossen.",
    ),
    "team_is_allowed": (
        problem(job(forbidden_teams=frozenset({"Süd"}))),
        plan(A=at(10)),
        plan(A=at(10, team="Süd")),
        "Team Süd ist für Halt A ausgeschlossen.",
    ),
    "team_brings_what_is_needed": (
        RAMP,
        plan(A=at(10)),
        plan(A=at(10, team="Süd")),
        "Team Süd hat das nicht: Rampe. Das hat Team Nord.",
    ),
    "pin_is_kept": (
        problem(job(pin=Pin(team="Nord", weekdays=(0,), start=clock(10)))),
        plan(A=at(10)),
        plan(A=at(10, 30)),
        "Halt A ist angeheftet auf 10:00 Uhr. Erst lösen, dann schieben.",
    ),
    "weekday_is_wished": (
        problem(job(wished_weekdays=frozenset({0}))),
        plan(A=at(10)),
        plan(A=at(10, weekdays=(1,))),
        "Halt A: Gewünscht war Montag. Das geht, ist aber nicht schön.",
    ),
    "team_is_wished": (
        problem(job(wished_teams=frozenset({"Nord"}))),
        plan(A=at(10)),
        plan(A=at(10, team="Süd")),
        "Halt A: Gewünscht war Team Nord.",
    ),
    "permit_lasts": (
        problem(job(permit_until=date(2027, 2, 1))),
        plan(),
        plan(A=at(10)),
        "Halt A: Die Genehmigung endet am 01.02.2027. Danach darf dort niemand stehen.",
    ),
    "team_is_at_one_stop_at_a_time": (
        problem(*AB),
        plan(A=at(9), B=at(10, 10)),
        plan(A=at(9), B=at(9, 55)),
        "Team Nord ist dann schon bei Halt A.",
    ),
    "drive_fits_between_stops": (
        problem(*AB),
        plan(A=at(9), B=at(10, 10)),
        plan(A=at(9), B=at(10, 5)),
        "Die Fahrt von Halt A dauert 10 Minuten. Es bleiben nur 5.",
    ),
    "setup_and_packing_fit": (
        problem(*SET_UP),
        plan(A=at(9), B=at(10, 30)),
        plan(A=at(9), B=at(10, 15)),
        "Halt B: Für Aufbau und Abbau fehlen 15 Minuten.",
    ),
    "leaves_after_duty_begins": (
        problem(job(opening=EARLY, setup=10 * MINUTE)),
        plan(A=at(8, 20)),
        plan(A=at(8, 15)),
        "Team Nord müsste um 7:55 Uhr los. Dienst beginnt um 8:00 Uhr.",
    ),
    "is_back_before_duty_ends": (
        problem(job(opening=LATE, packing=10 * MINUTE)),
        plan(A=at(14, 40)),
        plan(A=at(14, 45)),
        "Team Nord wäre erst um 16:05 Uhr zurück. Dienstschluss ist 16:00 Uhr.",
    ),
    "break_is_taken": (
        NARROW,
        plan(A=at(9)),
        plan(A=at(10)),
        "Team Nord, Montag in Woche 1: Für die Pause von 30 Minuten zwischen 11:00 und 12:30 Uhr ist kein Platz.",
    ),
}


def test_every_rule_has_a_case():
    assert {rule.__name__ for rule in (*PLAN_RULES, *STOP_RULES, *TOUR_RULES)} == set(CASES)


@pytest.mark.parametrize("rule", CASES)
def test_fit(rule):
    given, kept, _, _ = CASES[rule]
    assert evaluate(given, kept).violations == ()


@pytest.mark.parametrize("rule", CASES)
def test_misfit(rule):
    given, _, broken, sentence = CASES[rule]
    assert {violation.sentence for violation in evaluate(given, broken).violations} == {sentence}


@pytest.mark.parametrize("rule", CASES)
def test_control_without_the_rule_nothing_is_said(rule, monkeypatch):
    """The broken plan is caught by this rule and by no other."""
    given, _, broken, _ = CASES[rule]
    for where in ("PLAN_RULES", "STOP_RULES", "TOUR_RULES"):
        rules = getattr(__import__("touring.planning.evaluate", fromlist=[where]), where)
        others = tuple(one for one in rules if one.__name__ != rule)
        monkeypatch.setattr(f"touring.planning.evaluate.{where}", others)
    assert evaluate(given, broken).violations == ()


def test_figures_of_a_plan():
    given = problem(*AB, job("C", place=3, priority=2))
    verdict = evaluate(given, plan(A=at(9), B=at(11)))
    # every week: 6 minutes there, 6 on, 12 back; 50 minutes between the stops, the break is taken at the base
    assert (verdict.driving_seconds, verdict.idle_seconds, verdict.tours) == (4 * 24 * MINUTE, 4 * 50 * MINUTE, 4)
    assert verdict.unserved == ("C",)
    assert verdict.objective == Objective((1, 0), 0, 0, 4 * 24 * MINUTE, 4 * 50 * MINUTE, 66)
    assert verdict.is_feasible


def test_every_second_week_counts_half():
    given = problem(job(pattern=EVERY_2_WEEKS))
    assert evaluate(given, plan(A=at(10, phase=1))).driving_seconds == 2 * 12 * MINUTE


def test_missed_wishes_cost_driving_time():
    given = problem(job(wished_weekdays=frozenset({1}), wished_teams=frozenset({"Süd"})))
    verdict = evaluate(given, plan(A=at(10)))
    assert (verdict.missed_wishes, verdict.objective.cost) == (2, 4 * 12 * MINUTE + 2 * 20 * MINUTE)


def test_changes_come_before_driving_or_have_a_price():
    known = {"A": at(9)}
    dear = evaluate(problem(published=known), plan(A=at(10))).objective
    cheap = evaluate(problem(published=known, change_price=60), plan(A=at(10))).objective
    assert (dear.changes, dear.cost, cheap.changes, cheap.cost) == (1, 2880, 0, 2940)


def test_importance_is_in_order():
    best = Objective((0, 0), 0, 0, 0, 0, 0)
    steps = [{name: 1} for name in ("unfairness", "idle", "cost", "changes", "hard")]
    worse = [replace(best, **step) for step in (*steps, {"unserved": (0, 1)}, {"unserved": (1, 0)})]
    assert sorted([*worse, best]) == [best, *worse]


def test_foolish_plans_are_judged_not_raised():
    for foolish in (at(10, weekdays=(9,)), at(10, weekdays=()), at(10, phase=7), at(10, team="Ost"), at(30)):
        assert not evaluate(problem(), plan(A=foolish)).is_feasible


def test_break_between_two_stops():
    given = problem(*AB, shifts=(shift(rest=REST), shift("Süd")))
    assert evaluate(given, plan(A=at(11), B=at(12, 40))).violations == ()
