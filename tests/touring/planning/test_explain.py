"""Reasons in German."""

from dataclasses import replace

from tests.touring.planning.cases import job, line, problem, shift
from touring.planning.evaluate import evaluate
from touring.planning.explain import smallest_change, unserved_with_reasons, why_there
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
    assert why_there(given, plan, "C") == (
        "Team Nord hält am Mittwoch um 10:00 Uhr: so passt es zu den anderen Halten."
    )
    known = replace(given, published=plan.placements)
    assert why_there(known, plan, "A") == "Halt A bleibt, wie die Menschen es kennen: am Montag um 10:00 Uhr."
    assert why_there(given, plan, "X") == ""


def test_why_there_for_want_of_another_place():
    needy = job("A", needs=frozenset({"Rampe"}), opening={0: MORNING})
    given = problem(needy)
    assert why_there(given, Plan({"A": AT_10}), "A") == (
        "Team Nord hält am Montag um 10:00 Uhr: nur dieses Team hat Rampe und nur dann ist geöffnet."
    )
    two_days = problem(job("A", place=2), job("B", place=7))
    plan = Plan({"A": AT_10, "B": replace(AT_10, start=clock(12, 30))})
    assert why_there(two_days, plan, "A") == (
        "Team Nord hält am Montag um 10:00 Uhr: woanders wären es mindestens 96 Minuten Fahrt mehr."
    )


def remedy(given, plan=NOTHING, **more):
    found = smallest_change(given, plan, "A", **more)
    if found is not None:
        assert "A" in found.plan.placements
        assert evaluate(found.problem, found.plan).hard == ()
    return found and (found.kind, found.amount // 60, found.sentence, found.moved)


def hour(first, last=None):
    return (Window(clock(*first), clock(*last)),)


def test_open_earlier_by_the_least_that_helps():
    given = problem(job("A", opening={0: hour((9,), (10,))}), job("B", place=1), shifts=SHIFTS)
    plan = Plan({"B": replace(AT_10, start=clock(9, 50))})
    held = replace(given, jobs=(given.jobs[0], replace(given.jobs[1], pin=Pin("Nord", (0,), 0, clock(9, 50)))))
    expected = ("open", 10, "Halt A am Montag 10 Minuten früher öffnen, um 8:50 statt 9:00 Uhr.", ())
    assert remedy(held, plan) == expected
    less = replace(held.jobs[0], opening={0: hour((8, 55), (10,))})
    assert evaluate(
        replace(held, jobs=(less, held.jobs[1])), Plan({**plan.placements, "A": replace(AT_10, start=clock(8, 55))})
    ).hard


def test_open_longer_in_the_evening():
    given = problem(job("A", opening={0: hour((13,), (14,))}), job("B", place=1), shifts=SHIFTS)
    pinned = replace(given.jobs[1], pin=Pin("Nord", (0,), 0, clock(12, 15)))
    plan = Plan({"B": replace(AT_10, start=clock(12, 15))})
    assert remedy(replace(given, jobs=(given.jobs[0], pinned)), plan) == (
        "open",
        15,
        "Halt A am Montag bis 14:15 statt 14:00 Uhr offen halten.",
        (),
    )


def test_shorten_where_both_neighbours_hold():
    a = job("A", place=1, opening={0: hour((10,), (11,))})
    b = job("B", place=1, pin=Pin("Nord", (0,), 0, clock(9)))
    c = job("C", place=1, pin=Pin("Nord", (0,), 0, clock(10, 45)), duration=2 * 3600)
    given = problem(a, b, c, shifts=(shift(rest=None), shift("Süd", 1)))
    plan = Plan({"B": replace(AT_10, start=clock(9)), "C": replace(AT_10, start=clock(10, 45))})
    assert remedy(given, plan) == ("shorter", 15, "Halt A um 15 Minuten kürzen, auf 45 Minuten.", ())


def test_loosen_the_pin():
    given = problem(job(pin=Pin(weekdays=(4,)), opening={0: MORNING}), shifts=SHIFTS)
    assert remedy(given) == ("pin", 0, "Halt A: Die Nadel für den Wochentag lösen.", ())


def test_bring_what_is_needed():
    given = problem(job(needs=frozenset({"Beamer"})), shifts=SHIFTS)
    assert remedy(given) == ("need", 0, "Team Nord bringt mit: Beamer.", ())


def test_allow_the_day():
    given = problem(job(forbidden_weekdays=frozenset({0}), opening={0: MORNING}), shifts=SHIFTS)
    assert remedy(given) == ("forbidden", 0, "Montag für Halt A erlauben.", ())


def test_another_rhythm():
    given = problem(job(pattern=TWICE_A_WEEK, opening={0: MORNING}), shifts=(shift(), shift("Süd", 0)))
    assert remedy(given) == (
        "rhythm",
        0,
        "Halt A: den Rhythmus ändern, jede Woche statt 2-mal in der Woche.",
        (),
    )


def test_a_second_team():
    given = problem(
        job("A", opening={0: hour((9,), (17,))}, duration=6 * 3600, forbidden_weekdays=frozenset({1})),
        job("B", pin=Pin("Nord", (0,), 0, clock(9)), duration=6 * 3600, opening={0: hour((9,), (17,))}),
        shifts=(shift(rest=None), shift("Süd", 1, rest=None)),
        travel=line(8, leg=60),
    )
    assert remedy(given, Plan({"B": replace(AT_10, start=clock(9))})) == (
        "team_day",
        0,
        "Am Montag ein zweites Team einsetzen: Team Süd, 8:00 bis 16:00 Uhr.",
        (),
    )


def test_another_stop_moves():
    given = problem(
        job("A", opening={0: MORNING}, duration=110 * 60), job("B", place=1), shifts=(shift(), shift("Süd", 4))
    )
    plan = Plan({"B": replace(AT_10, start=clock(9))})
    found = remedy(given, plan)
    assert (found[0], found[3]) == ("move", ("B",))
    assert found[2].startswith("Erst Halt B auf ")


def test_nothing_helps_and_nothing_is_needed():
    far = problem(job(place=7, duration=4 * 3600, opening={6: hour((9,), (14,))}), travel=line(8, leg=2 * 3600))
    assert remedy(far) is None
    assert remedy(problem())[0] == "none"
    assert smallest_change(problem(), Plan({"A": AT_10}), "A") is None
    assert smallest_change(problem(), Plan(), "X") is None


def test_open_only_when_nobody_is_on_duty():
    given = problem(job(opening={5: MORNING, 6: MORNING}), shifts=SHIFTS)
    assert reason(given) == (
        "Halt A passt in keinen Tag: Offen ist nur Samstag und Sonntag, dann hat kein Team Dienst."
    )
