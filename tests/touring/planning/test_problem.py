"""Nonsense is refused when a problem is built, in a German sentence."""

from dataclasses import replace
from datetime import date

import pytest

from tests.touring.planning.cases import ALL_DAY, REST, calendar, job, line, problem, shift
from touring.planning.problem import (
    EVERY_2_WEEKS,
    EVERY_4_WEEKS,
    HOUR,
    MAX_JOBS,
    MINUTE,
    TWICE_A_WEEK,
    Break,
    DatedPlacement,
    Halt,
    Impossible,
    OneOff,
    Pattern,
    Pin,
    Placement,
    Team,
    Travel,
    Window,
    clock,
    clock_words,
)

NAN = float("nan")
EVERY_2_WEEKS_TWICE = Pattern(times_a_week=2, every_weeks=2)
SHORT = {0: (Window(clock(9), clock(9, 30)),)}


def one_off(**changes):
    return replace(OneOff("T", "Schulung", 1, (date(2027, 1, 11),), ALL_DAY, HOUR), **changes)


REFUSED = {
    "no opening": (lambda: problem(job(opening={})), "Halt A hat keine Öffnungszeit. Bitte tragen Sie eine ein."),
    "empty opening": (
        lambda: problem(job(opening={0: ()})),
        "Halt A hat keine Öffnungszeit. Bitte tragen Sie eine ein.",
    ),
    "too short": (lambda: problem(job(opening=SHORT)), "Halt A braucht 60 Minuten, offen sind 30."),
    "backwards": (
        lambda: problem(job(opening={0: (Window(clock(12), clock(9)),)})),
        "Halt A: Eine Öffnungszeit muss enden, nachdem sie begonnen hat.",
    ),
    "negative": (
        lambda: problem(job(duration=-1)),
        "Halt A: Dauer, Aufbau und Abbau dürfen nicht negativ sein, die Dauer auch nicht null.",
    ),
    "unknown pinned team": (
        lambda: problem(job(pin=Pin(team="Ost"))),
        "Halt A ist an das Team Ost geheftet. Dieses Team gibt es nicht.",
    ),
    "unknown wished team": (
        lambda: problem(job(wished_teams=frozenset({"Ost"}))),
        "Halt A: Das Team Ost gibt es nicht.",
    ),
    "pin against rhythm": (
        lambda: problem(job(pin=Pin(weekdays=(0,)), pattern=TWICE_A_WEEK)),
        "Halt A: Die Nadel für den Wochentag passt nicht zum Rhythmus „2-mal in der Woche“.",
    ),
    "rhythm and cycle": (
        lambda: problem(job(pattern=EVERY_4_WEEKS), calendar=calendar(cycle_weeks=2)),
        "Halt A: „alle 4 Wochen“ passt nicht in einen Umlauf von 2 Wochen.",
    ),
    "no travel": (lambda: problem(job(place=99)), "Für Halt A fehlen die Fahrzeiten."),
    "NaN travel": (
        lambda: problem(travel=Travel(((0, NAN), (1, 0)), ((0, 1), (1, 0)))),
        "Die Fahrzeit von Ort 0 nach Ort 1 ist keine ganze Zahl von Sekunden.",
    ),
    "negative travel": (
        lambda: problem(travel=Travel(((0, 1), (1, 0)), ((0, 1), (-1, 0)))),
        "Die Fahrzeit von Ort 1 nach Ort 0 ist keine ganze Zahl von Sekunden.",
    ),
    "ragged travel": (
        lambda: problem(travel=Travel(((0, 1), (1,)), ((0, 1), (1, 0)))),
        "Die Tafel der Fahrzeiten ist nicht vollständig.",
    ),
    "too many": (
        lambda: problem(*(job(str(n)) for n in range(10_000))),
        f"10000 Haltestellen sind zu viele für eine Planung. Erlaubt sind {MAX_JOBS}.",
    ),
    "twice the same": (lambda: problem(job("A"), job("A")), "Haltestelle A steht zweimal in der Liste."),
    "no team": (lambda: problem(teams=(), shifts=()), "Es gibt kein Team. Bitte tragen Sie mindestens eines ein."),
    "team without hours": (lambda: problem(shifts=(shift("Süd"),)), "Team Nord hat keine Dienstzeit."),
    "hours of nobody": (lambda: problem(shifts=(shift("Ost"),)), "Das Team Ost gibt es nicht."),
    "hours twice": (
        lambda: problem(shifts=(shift(), shift())),
        "Team Nord am Montag: Die Dienstzeit steht zweimal in der Liste.",
    ),
    "hours backwards": (
        lambda: problem(shifts=(shift(start=clock(16), end=clock(8)),)),
        "Team Nord am Montag: Der Dienst muss enden, nachdem er begonnen hat.",
    ),
    "break too long": (
        lambda: problem(shifts=(shift(rest=Break(45 * MINUTE, Window(clock(12), clock(12, 30)))),)),
        "Team Nord am Montag: Das Zeitfenster ist kürzer als die Pause.",
    ),
    "break at the end": (
        lambda: problem(shifts=(shift(rest=Break(30 * MINUTE, Window(clock(15), clock(16)))),)),
        "Team Nord am Montag: Die Pause muss zwischen Dienstbeginn und Dienstschluss liegen.",
    ),
    "period backwards": (
        lambda: problem(calendar=calendar(last=date(2026, 1, 1))),
        "Der Zeitraum endet, bevor er beginnt.",
    ),
    "cycle": (lambda: problem(calendar=calendar(cycle_weeks=3)), "Ein Umlauf dauert 1, 2 oder 4 Wochen."),
    "anchor": (
        lambda: problem(calendar=calendar(anchor=date(2027, 1, 5))),
        "Der Umlauf muss an einem Montag beginnen.",
    ),
    "published": (
        lambda: problem(published={"A": Placement("Nord", (9,), 0, clock(9))}),
        "Im veröffentlichten Plan steht für A eine Zeit, die es nicht gibt.",
    ),
    "rhythm that fits no week": (
        lambda: problem(job(pattern=Pattern(times_a_week=3, min_gap_days=3))),
        "Halt A: „3-mal in der Woche“ mit 3 Tagen Abstand geht in keiner Woche.",
    ),
    "six times a week": (
        lambda: problem(job(pattern=Pattern(times_a_week=6, min_gap_days=1))),
        "Halt A: Diesen Rhythmus gibt es nicht.",
    ),
    "uneven choices": (
        lambda: problem(job(pattern=Pattern(choices=((0,), (1, 3))))),
        "Halt A: Die Tage zur Wahl passen nicht zusammen.",
    ),
    "choice after the cycle": (
        lambda: problem(job(pattern=Pattern(choices=((28,),)))),
        "Halt A: Die Tage zur Wahl passen nicht zusammen.",
    ),
    "load": (
        lambda: problem(job(load=-1)),
        "Halt A: Dauer, Aufbau und Abbau dürfen nicht negativ sein, die Dauer auch nicht null.",
    ),
    "capacity": (
        lambda: problem(teams=(Team("Nord", "Nord", capacity=-1), Team("Süd", "Süd"))),
        "Team Nord: Der Platz im Fahrzeug darf nicht negativ sein.",
    ),
    "reserve": (
        lambda: problem(teams=(Team("Nord", "Nord", reserve=700), Team("Süd", "Süd"))),
        "Team Nord: Frei bleiben können 0 bis 60 Prozent der Zeit.",
    ),
    "longest": (
        lambda: problem(shifts=(replace(shift(), longest=0),)),
        "Team Nord am Montag: Die längste Dauer einer Tour muss über null liegen.",
    ),
    "parts of a break in disorder": (
        lambda: problem(shifts=(replace(shift(), rests=(REST, replace(REST, window=Window(clock(10), clock(11))))),)),
        "Team Nord am Montag: Die Teile der Pause müssen der Zeit nach in der Liste stehen.",
    ),
    "tolerance": (lambda: problem(time_tolerance=-1), "Die Zeiten dürfen nicht um weniger als null schwanken."),
    "day": (lambda: problem(day=0), "Der Tag muss länger als null sein."),
    "two pins at one time": (
        lambda: problem(
            *(job(key, pin=Pin("Nord", (0,), None, clock(hour, 30))) for key, hour in (("A", 9), ("B", 9)))
        ),
        "Halt A und Halt B sind am Montag auf die gleiche Zeit geheftet. Bitte lösen Sie eine der Nadeln.",
    ),
    "one-off outside of the period": (
        lambda: problem(one_offs=(one_off(dates=(date(2030, 1, 1),)),)),
        "Schulung: Keines der Daten liegt im Zeitraum.",
    ),
    "one-off too long": (
        lambda: problem(one_offs=(one_off(duration=9 * HOUR),)),
        "Schulung braucht 540 Minuten, offen sind 480.",
    ),
    "one-off promised elsewhen": (
        lambda: problem(one_offs=(one_off(promised=DatedPlacement("Nord", date(2027, 2, 1), clock(9))),)),
        "Schulung: Zugesagt ist ein Tag, der nicht zur Wahl steht.",
    ),
    "one-off of nobody": (
        lambda: problem(one_offs=(one_off(promised=DatedPlacement("Ost", date(2027, 1, 11), clock(9))),)),
        "Schulung: Das Team Ost gibt es nicht.",
    ),
    "one-off twice": (
        lambda: problem(one_offs=(one_off(), one_off())),
        "Bedarfshalt T steht zweimal in der Liste.",
    ),
    "changes": (
        lambda: problem(max_changes=-1),
        "Zahl und Gewicht der Änderungen dürfen nicht negativ sein.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_nonsense_is_refused(name):
    build, sentence = REFUSED[name]
    with pytest.raises(Impossible) as refusal:
        build()
    assert refusal.value.sentence == sentence


def test_a_sound_problem_is_built():
    assert problem(job("A"), job("B", place=2, pattern=TWICE_A_WEEK, pin=Pin(weekdays=(0, 3)))).job("B").place == 2


def test_gap_counts_over_the_weekend():
    every = Pattern(times_a_week=2, min_gap_days=3)
    assert [*every.weekday_sets((0, 1, 3, 4))] == [(0, 3), (0, 4), (1, 4)]
    assert [*Pattern(times_a_week=2, min_gap_days=4).weekday_sets((0, 1, 3, 4))] == []


def test_cycle_runs_through_a_year_with_53_weeks():
    weeks = calendar(first=date(2026, 12, 21), last=date(2027, 1, 24), anchor=date(2026, 12, 21))
    mondays = [day for day in weeks.days() if day.weekday() == 0]
    assert [(day.isocalendar().week, weeks.cycle_week(day)) for day in mondays] == [
        (52, 0),
        (53, 1),
        (1, 2),
        (2, 3),
        (3, 0),
    ]
    assert weeks.cycle_week(date(2026, 12, 20)) == 3


def test_closed_days_are_not_served():
    closed = replace(
        calendar(), closed=frozenset({date(2027, 1, 6)}), team_closed={"Nord": frozenset({date(2027, 1, 7)})}
    )
    served = [closed.is_served(date(2027, 1, day), team) for day in (3, 5, 6, 7) for team in ("Nord", "Süd")]
    assert served == [False, False, True, True, False, False, False, True]


def test_times_as_words():
    assert [clock_words(clock(9)), clock_words(clock(13, 5))] == ["9:00", "13:05"]
    assert Team("Nord", "Nord").serves == frozenset()
    assert line(2).leg == ((0, 600), (600, 0))


def test_pins_in_other_weeks_do_not_meet():
    pins = [Pin("Nord", (0,), phase, clock(10)) for phase in (0, 1)]
    assert problem(*(job(key, pattern=EVERY_2_WEEKS, pin=pin) for key, pin in zip("AB", pins, strict=True))).job("B")


def test_listed_days_of_a_placement():
    listed = Placement("Nord", (0, 2), 1, clock(9), (Halt(9, "Süd", clock(10)),))
    pattern = Pattern(choices=((0, 7), (0, 9)))
    assert listed.halts(pattern, 2) == (Halt(0, "Nord", clock(9)), Halt(9, "Süd", clock(10)))
    assert Placement("Nord", (0, 3), 1, clock(9)).halts(EVERY_2_WEEKS_TWICE, 4) == tuple(
        Halt(day, "Nord", clock(9)) for day in (7, 10, 21, 24)
    )
