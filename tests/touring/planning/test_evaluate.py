"""Each rule of the judge: one plan that keeps it, one that breaks exactly it."""

from dataclasses import replace
from datetime import date

import pytest

from tests.touring.planning.cases import ALL_DAY, REST, job, problem, shift
from touring.planning.evaluate import PLAN_RULES, Objective, evaluate
from touring.planning.evaluate.days import DAY_RULES
from touring.planning.evaluate.one_offs import ONE_OFF_RULES
from touring.planning.evaluate.stops import STOP_RULES
from touring.planning.evaluate.tours import RECURRING_RULES, TOUR_RULES
from touring.planning.plan import Plan
from touring.planning.problem import (
    EVERY_2_WEEKS,
    EVERY_4_WEEKS,
    HOUR,
    MINUTE,
    TWICE_A_WEEK,
    Break,
    DatedPlacement,
    Halt,
    OneOff,
    Pattern,
    Pin,
    Placement,
    Team,
    Window,
    WorkingTime,
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
MONTHLY = job(pattern=EVERY_4_WEEKS)
AB_MONTHLY = (MONTHLY, job("B", place=2, pattern=EVERY_4_WEEKS))
RAMP = problem(job(needs=frozenset({"Rampe"})))
TEAMS = (Team("Nord", "Nord"), Team("Süd", "Süd"))
LAW = WorkingTime()
NOON = Break(30 * MINUTE, Window(clock(11), clock(13)))
JANUARY_11, JANUARY_12 = date(2027, 1, 11), date(2027, 1, 12)
CLASS = OneOff(
    "T", "Schulung", 2, (JANUARY_11, JANUARY_12), {0: ALL_DAY[0], 1: (Window(clock(9), clock(10)),)}, 60 * MINUTE
)


def on_tuesday(*rests, end=16):
    """Monday as the law wants it, Tuesday with these breaks."""
    tuesday = replace(shift(weekday=1, end=clock(end), rest=None), rests=rests)
    return problem(MONTHLY, working_time=LAW, shifts=(shift(rest=NOON), tuesday, shift("Süd", rest=NOON)))


ONE = clock(13)


def a_class(start=ONE, day=JANUARY_11, team="Nord"):
    return Plan({}, {"T": DatedPlacement(team, day, start)})


def with_class(**changes):
    calendar = replace(problem().calendar, team_closed={"Süd": frozenset({JANUARY_11})})
    return problem(job(), one_offs=(replace(CLASS, **changes),), calendar=calendar)


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
    "visits_are_those_of_the_rhythm": (
        problem(time_tolerance=None),
        plan(A=at(10, others=(Halt(7, "Nord", clock(11)),))),
        plan(A=at(10, others=(Halt(8, "Nord", clock(11)),))),
        "Halt A: An einem der genannten Tage ist kein Halt, oder er steht zweimal da.",
    ),
    "one_offs_keep_vehicle_and_night": (
        problem(
            job(pattern=EVERY_4_WEEKS), teams=tuple(replace(team, vehicle="Bus 1") for team in TEAMS), one_offs=(CLASS,)
        ),
        Plan({"A": at(10, phase=1)}, a_class(team="Süd").dated),
        Plan({"A": at(10, phase=1)}, a_class(team="Süd", start=clock(10)).dated),
        "11.01.2027: Team Süd und Team Nord brauchen zugleich das Fahrzeug Bus 1.",
    ),
    "same_team_every_time": (
        problem(time_tolerance=None),
        plan(A=at(10, others=(Halt(7, "Nord", clock(11)),))),
        plan(A=at(10, others=(Halt(7, "Süd", clock(11)),))),
        "Halt A: Mal käme Team Nord und Süd.",
    ),
    "same_time_every_time": (
        problem(time_tolerance=10 * MINUTE),
        plan(A=at(10, others=(Halt(7, "Nord", clock(10, 10)),))),
        plan(A=at(10, others=(Halt(7, "Nord", clock(10, 15)), Halt(14, "Nord", clock(9, 55))))),
        "Halt A: Die Zeiten liegen 20 Minuten auseinander. Erlaubt sind 10 Minuten.",
    ),
    "tour_is_not_too_long": (
        problem(*AB_MONTHLY, shifts=(replace(shift(rest=None), longest=4 * HOUR), shift("Süd"))),
        plan(A=at(9), B=at(11, 30)),
        plan(A=at(9), B=at(11, 35)),
        "Team Nord, Montag in Woche 1: Die Tour dauert 5 Minuten zu lang. Erlaubt sind 240 Minuten.",
    ),
    "load_fits_the_vehicle": (
        problem(replace(MONTHLY, load=3), job("B", place=2, load=2), teams=(replace(TEAMS[0], capacity=4), TEAMS[1])),
        plan(A=at(9), B=at(11, weekdays=(1,))),
        plan(A=at(9), B=at(11)),
        "Team Nord, Montag in Woche 1: Im Fahrzeug ist Platz für 4, nötig ist Platz für 5.",
    ),
    "reserve_is_kept": (
        problem(
            replace(MONTHLY, duration=150 * MINUTE), AB_MONTHLY[1], teams=(replace(TEAMS[0], reserve=500), TEAMS[1])
        ),
        plan(A=at(9), B=at(9, weekdays=(1,))),
        plan(A=at(9), B=at(13)),
        "Team Nord, Montag in Woche 1: Für Bedarfshalte bleiben 40 Minuten zu wenig frei.",
    ),
    "break_is_long_enough": (
        on_tuesday(Break(30 * MINUTE, Window(clock(12), clock(13))), end=18),
        plan(A=at(10)),
        plan(A=at(10, weekdays=(1,))),
        "Team Nord, Dienstag in Woche 1: Bei diesem Dienst sind 45 Minuten Pause vorgeschrieben.",
    ),
    "parts_of_break_are_long_enough": (
        on_tuesday(replace(NOON, length=20 * MINUTE), Break(10 * MINUTE, Window(clock(12), clock(14)))),
        plan(A=at(10)),
        plan(A=at(10, weekdays=(1,))),
        "Team Nord, Dienstag in Woche 1: Jeder Teil der Pause dauert mindestens 15 Minuten.",
    ),
    "nobody_works_too_long_without_break": (
        on_tuesday(Break(30 * MINUTE, Window(clock(14, 30), clock(15, 30)))),
        plan(A=at(10)),
        plan(A=at(10, weekdays=(1,))),
        "Team Nord, Dienstag in Woche 1: Länger als 6 Stunden ohne Pause ist nicht erlaubt.",
    ),
    "vehicle_is_on_one_tour_at_a_time": (
        problem(*AB_MONTHLY, teams=tuple(replace(team, vehicle="Bus 1") for team in TEAMS)),
        plan(A=at(9), B=at(11, team="Süd")),
        plan(A=at(9), B=at(10, team="Süd")),
        "Montag in Woche 1: Team Nord und Team Süd brauchen zugleich das Fahrzeug Bus 1.",
    ),
    "night_is_long_enough": (
        problem(
            replace(MONTHLY, opening={0: (Window(clock(18), clock(22)),)}),
            job("B", opening={1: (Window(clock(7), clock(12)),)}, place=2),
            shifts=(
                shift(start=clock(14), end=clock(23), rest=None),
                shift(weekday=1, start=clock(6), end=clock(14), rest=None),
                shift("Süd"),
            ),
            working_time=replace(LAW, breaks=(), longest_stretch=9 * HOUR),
        ),
        plan(A=at(18), B=at(7, weekdays=(1,))),
        plan(A=at(19), B=at(7, weekdays=(1,))),
        "Team Nord, Dienstag in Woche 1: Nach der Tour am Vortag fehlen 30 Minuten bis zu 11 Stunden Ruhe.",
    ),
    "break_is_taken": (
        NARROW,
        plan(A=at(9)),
        plan(A=at(10)),
        "Team Nord, Montag in Woche 1: Für die Pause von 30 Minuten zwischen 11:00 und 12:30 Uhr ist kein Platz.",
    ),
    "date_is_allowed": (
        with_class(dates=(JANUARY_11,)),
        a_class(),
        a_class(day=JANUARY_12, start=clock(9)),
        "Schulung: Der 12.01.2027 war nicht gewünscht.",
    ),
    "team_drives_that_day": (
        with_class(),
        a_class(),
        a_class(team="Süd"),
        "Schulung: Am 11.01.2027 fährt Team Süd nicht.",
    ),
    "is_open_then": (
        with_class(),
        a_class(day=JANUARY_12, start=clock(9)),
        a_class(day=JANUARY_12, start=clock(9, 30)),
        "Schulung: 9:30 bis 10:30 Uhr geht dort nicht.",
    ),
    "team_can_serve_it": (
        with_class(needs=frozenset({"Rampe"})),
        a_class(),
        a_class(team="Süd", day=JANUARY_12, start=clock(9)),
        "Schulung: Team Süd hat das nicht: Rampe.",
    ),
}
ALL_RULES = (*PLAN_RULES, *STOP_RULES, *TOUR_RULES, *RECURRING_RULES, *DAY_RULES, *ONE_OFF_RULES)
WHERE = ("PLAN_RULES", "STOP_RULES", "TOUR_RULES", "RECURRING_RULES", "DAY_RULES", "ONE_OFF_RULES")


def test_every_rule_has_a_case():
    assert {rule.__name__ for rule in ALL_RULES} == set(CASES)


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
    for where in WHERE:
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


def test_a_break_in_two_parts():
    parts = (Break(15 * MINUTE, Window(clock(9, 30), clock(11))), Break(15 * MINUTE, Window(clock(12), clock(14))))
    given = problem(*AB_MONTHLY, shifts=(replace(shift(rest=None), rests=parts), shift("Süd")))
    assert evaluate(given, plan(A=at(9), B=at(12, 30))).violations == ()
    late = evaluate(given, plan(A=at(10, 15), B=at(11, 30)))
    # the first part finds room at the base before the tour, the second after it
    assert late.violations == ()
    cramped = replace(given, shifts=(replace(given.shifts[0], start=clock(9, 25), end=clock(14, 20)), shift("Süd")))
    assert [one.code for one in evaluate(cramped, plan(A=at(9, 35), B=at(10, 55))).violations] == ["break"]


def test_one_offs_count_on_their_date_only():
    given = problem(job(), one_offs=(CLASS,))
    alone, both = evaluate(given, plan(A=at(10))), evaluate(given, Plan({"A": at(10)}, a_class().dated))
    assert (alone.unserved, both.unserved) == (("T",), ())
    assert both.driving_seconds - alone.driving_seconds == 12 * MINUTE
    clash = evaluate(given, Plan({"A": at(10)}, a_class(start=clock(10, 30)).dated))
    assert [one.code for one in clash.violations] == ["overlap"]


def test_a_promised_one_off_elsewhere_is_a_change():
    promised = replace(CLASS, promised=DatedPlacement("Nord", JANUARY_11, clock(13)))
    given = problem(job(), one_offs=(promised,), max_changes=0)
    assert evaluate(given, Plan({"A": at(10)}, a_class().dated)).changed == ()
    moved = evaluate(given, Plan({"A": at(10)}, a_class(start=clock(14)).dated))
    assert (moved.changed, [one.code for one in moved.hard]) == (("T",), ["budget"])


def test_listed_days_and_free_times():
    choices = Pattern(choices=((0, 9), (1, 11)))
    given = problem(job(pattern=choices), time_tolerance=None, same_team=False)
    kept = Placement("Nord", (0, 2), 0, clock(10), (Halt(9, "Nord", clock(14)),))
    verdict = evaluate(given, plan(A=kept))
    assert (verdict.violations, verdict.tours, verdict.driving_seconds) == ((), 2, 24 * MINUTE)
    assert [one.code for one in evaluate(given, plan(A=replace(kept, phase=1))).hard] == ["rhythm"]
    assert "rhythm" in [one.code for one in evaluate(given, plan(A=replace(kept, phase=5))).hard]


@pytest.mark.parametrize(("hour", "missing"), [(18, ()), (21, ("daily_rest",))])
def test_the_night_after_a_one_off_is_long_enough(hour, missing):
    evening = OneOff("T", "Abend", 1, (JANUARY_11,), {0: (Window(clock(17), clock(23)),)}, HOUR)
    shifts = (
        shift(start=clock(12), end=clock(24), rest=None),
        shift(weekday=1, start=clock(5), end=clock(11), rest=None),
        shift("Süd"),
    )
    monthly = job(pattern=EVERY_4_WEEKS, opening={1: (Window(clock(6), clock(12)),)})
    law = replace(LAW, breaks=(), longest_stretch=12 * HOUR)
    given = problem(monthly, shifts=shifts, one_offs=(evening,), working_time=law)
    found = evaluate(given, Plan({"A": at(7, weekdays=(1,), phase=1)}, a_class(start=clock(hour)).dated))
    assert tuple(one.code for one in found.violations) == missing


@pytest.mark.parametrize(
    ("pin", "other", "broken"),
    [
        (Pin(team="Nord"), Halt(7, "Nord", clock(14)), []),
        (Pin(team="Nord"), Halt(7, "Süd", clock(10)), ["pin"]),
        (Pin(start=clock(10)), Halt(7, "Süd", clock(10)), []),
        (Pin(start=clock(10)), Halt(7, "Nord", clock(14)), ["pin"]),
    ],
)
def test_pins_hold_for_every_visit(pin, other, broken):
    given = problem(job(pin=pin), time_tolerance=None, same_team=False)
    assert [one.code for one in evaluate(given, plan(A=at(10, others=(other,)))).violations] == broken
