"""Reasons in German."""

from dataclasses import replace

from tests.touring.planning.cases import job, problem, shift
from touring.planning.explain import unserved_with_reasons, why_there
from touring.planning.plan import Plan
from touring.planning.problem import TWICE_A_WEEK, Pin, Placement, Window, clock

AT_10 = Placement("Nord", (0,), 0, clock(10))
MORNING = (Window(clock(9), clock(11)),)
SHIFTS = (shift(), shift("Süd", 1))


NOTHING = Plan()


def reason(given, plan=NOTHING):
    (unserved,) = unserved_with_reasons(given, plan)
    return unserved.sentence


def test_closed_and_too_short():
    given = problem(job(opening={0: (Window(clock(9), clock(9, 30)),), 3: MORNING}), shifts=SHIFTS)
    assert reason(given) == "Halt A passt in keinen Tag: Dienstag geschlossen; Montag zu kurz offen."


def test_needs_and_forbidden():
    given = problem(job(needs=frozenset({"Rampe"}), forbidden_weekdays=frozenset({0})), shifts=SHIFTS)
    assert reason(given) == "Halt A passt in keinen Tag: Montag ausgeschlossen; Ausstattung fehlt (Team Süd Dienstag)."


def test_outside_duty_and_full():
    late = {0: MORNING, 1: (Window(clock(17), clock(20)),)}
    given = problem(job("A", opening=late, duration=3600), job("B", place=2), shifts=SHIFTS)
    plan = Plan({"B": replace(AT_10, start=clock(9, 30))})
    pinned = replace(given, published=plan.placements)
    assert reason(pinned, plan) == (
        "Halt A passt in keinen Tag: offen nur außerhalb des Dienstes (Team Süd Dienstag); "
        "Touren voll (Team Nord Montag)."
    )


def test_too_far():
    given = problem(job(place=7, duration=3 * 3600, opening={0: (Window(clock(13), clock(17)),)}), shifts=SHIFTS)
    assert (
        reason(given)
        == "Halt A passt in keinen Tag: Dienstag geschlossen; mit Fahrt und Pause nicht zu schaffen (Team Nord Montag)."
    )


def test_pinned_elsewhere():
    given = problem(job(pin=Pin(team="Süd", weekdays=(4,))), shifts=SHIFTS)
    assert reason(given) == "Halt A passt in keinen Tag: woanders angeheftet (Team Nord Montag, Team Süd Dienstag)."


def test_rhythm_that_cannot_fit():
    given = problem(job(pattern=TWICE_A_WEEK, opening={0: MORNING}), shifts=SHIFTS)
    assert reason(given) == "Halt A passt in keinen Tag: „2-mal in der Woche“ geht nicht, offen ist nur Montag."


def test_a_stop_that_would_fit():
    assert reason(problem()) == "Halt A ist nicht eingeplant, würde aber noch passen. Bitte noch einmal planen."


def test_nothing_left_out():
    assert unserved_with_reasons(problem(), Plan({"A": AT_10})) == ()


def test_why_there():
    given = problem(job("A", wished_weekdays=frozenset({0})), job("B", place=2), job("C", place=5))
    plan = Plan({"A": AT_10, "B": replace(AT_10, start=clock(12)), "C": replace(AT_10, weekdays=(2,))})
    assert why_there(given, plan, "A") == (
        "Team Nord hält am Montag um 10:00 Uhr: das ist der Wunschtag und "
        "an diesem Tag ist das Team auch bei Halt B, ca. 6 Minuten entfernt."
    )
    assert why_there(given, plan, "C") == "Team Nord hält am Mittwoch um 10:00 Uhr: So ist die Fahrzeit am kürzesten."
    known = replace(given, published=plan.placements)
    assert why_there(known, plan, "A") == "Halt A bleibt, wo die Menschen sie kennen."
    assert why_there(given, plan, "X") == ""
