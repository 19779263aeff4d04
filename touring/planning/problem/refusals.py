"""What is refused when a problem is built, each with a German sentence that the person at the desk can act on."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING

from touring.planning.problem.words import (
    MAX_CYCLE_WEEKS,
    MAX_JOBS,
    MAX_RESERVE,
    MAX_TIMES_A_WEEK,
    MINUTE,
    WEEKDAYS,
    Break,
    Impossible,
    Job,
    OneOff,
    Shift,
    Travel,
)

if TYPE_CHECKING:
    from touring.planning.problem.whole import Problem


def refuse_nonsense(problem: Problem) -> None:
    """Raise `Impossible` for the first thing that no plan can be made from."""
    _refuse_wrong_sizes(problem)
    _refuse_wrong_calendar(problem)
    _refuse_wrong_travel(problem.travel)
    _refuse_wrong_teams(problem)
    for job in problem.jobs:
        _refuse_wrong_job(problem, job)
    _refuse_pins_that_meet(problem)
    for one_off in problem.one_offs:
        _refuse_wrong_one_off(problem, one_off)
    _refuse_wrong_published(problem)


def _refuse(bad: bool, sentence: str) -> None:
    if bad:
        raise Impossible(sentence)


def _whole(*values: object) -> bool:
    """Whole numbers that are not negative; NaN and fractions are not."""
    return all(type(value) is int and value >= 0 for value in values)


def _refuse_wrong_sizes(problem: Problem) -> None:
    count = len(problem.jobs)
    _refuse(not _whole(problem.day) or problem.day == 0, "Der Tag muss länger als null sein.")
    _refuse(count > MAX_JOBS, f"{count} Haltestellen sind zu viele für eine Planung. Erlaubt sind {MAX_JOBS}.")
    lists = (
        ("Haltestelle", [j.key for j in problem.jobs]),
        ("Team", [t.key for t in problem.teams]),
        ("Bedarfshalt", [one.key for one in problem.one_offs]),
    )
    for words, keys in lists:
        twice = [key for key, times in Counter(keys).items() if times > 1]
        _refuse(bool(twice), f"{words} {', '.join(twice)} steht zweimal in der Liste.")
    _refuse(not problem.teams, "Es gibt kein Team. Bitte tragen Sie mindestens eines ein.")
    _refuse(not _whole(problem.step) or problem.step == 0, "Der Takt der Zeiten muss länger als null sein.")
    _refuse(not _whole(problem.wish_price), "Das Gewicht der Wünsche darf nicht negativ sein.")
    for value in (problem.max_changes, problem.change_price):
        _refuse(value is not None and not _whole(value), "Zahl und Gewicht der Änderungen dürfen nicht negativ sein.")
    tolerance = problem.time_tolerance
    _refuse(tolerance is not None and not _whole(tolerance), "Die Zeiten dürfen nicht um weniger als null schwanken.")


def _refuse_wrong_calendar(problem: Problem) -> None:
    calendar = problem.calendar
    _refuse(calendar.last < calendar.first, "Der Zeitraum endet, bevor er beginnt.")
    listed = any(job.pattern.choices for job in problem.jobs)
    allowed = range(1, MAX_CYCLE_WEEKS + 1) if listed else (1, 2, 4)
    _refuse(calendar.cycle_weeks not in allowed, "Ein Umlauf dauert 1, 2 oder 4 Wochen.")
    _refuse(calendar.anchor.weekday() != 0, "Der Umlauf muss an einem Montag beginnen.")


def _refuse_wrong_travel(travel: Travel) -> None:
    size = len(travel.leg)
    for matrix in (travel.drive, travel.leg):
        ragged = len(matrix) != size or any(len(row) != size for row in matrix)
        _refuse(ragged, "Die Tafel der Fahrzeiten ist nicht vollständig.")
        for a, row in enumerate(matrix):
            if not _whole(*row):
                b = next(n for n, value in enumerate(row) if not _whole(value))
                raise Impossible(f"Die Fahrzeit von Ort {a} nach Ort {b} ist keine ganze Zahl von Sekunden.")


def _refuse_wrong_teams(problem: Problem) -> None:
    names = {team.key: team.name for team in problem.teams}
    for team in problem.teams:
        right = team.capacity is None or _whole(team.capacity)
        _refuse(not right, f"Team {team.name}: Der Platz im Fahrzeug darf nicht negativ sein.")
        right = _whole(team.reserve) and team.reserve <= MAX_RESERVE
        _refuse(not right, f"Team {team.name}: Frei bleiben können 0 bis {MAX_RESERVE // 10} Prozent der Zeit.")
    seen: set[tuple[str, int]] = set()
    for shift in problem.shifts:
        _refuse(shift.team not in names, f"Das Team {shift.team} gibt es nicht.")
        _refuse(shift.weekday not in range(7), f"Den Wochentag {shift.weekday} gibt es nicht.")
        who = f"Team {names[shift.team]} am {WEEKDAYS[shift.weekday]}"
        _refuse((shift.team, shift.weekday) in seen, f"{who}: Die Dienstzeit steht zweimal in der Liste.")
        seen.add((shift.team, shift.weekday))
        _refuse_wrong_shift(problem, shift, who)
    on_duty = {team for team, _ in seen}
    for key, name in names.items():
        _refuse(key not in on_duty, f"Team {name} hat keine Dienstzeit.")


def _refuse_wrong_shift(problem: Problem, shift: Shift, who: str) -> None:
    places = len(problem.travel.leg)
    known = all(_whole(place) and place < places for place in (shift.start_place, shift.end_place))
    _refuse(not known, f"{who}: Für den Stützpunkt fehlen die Fahrzeiten.")
    right = _whole(shift.start, shift.end) and shift.start < shift.end <= problem.day
    _refuse(not right, f"{who}: Der Dienst muss enden, nachdem er begonnen hat.")
    right = shift.longest is None or (_whole(shift.longest) and shift.longest > 0)
    _refuse(not right, f"{who}: Die längste Dauer einer Tour muss über null liegen.")
    for rest in shift.rests:
        _refuse_wrong_rest(shift, rest, who)
    for one, other in zip(shift.rests, shift.rests[1:], strict=False):
        ordered = one.window.start <= other.window.start and one.window.end <= other.window.end
        _refuse(not ordered, f"{who}: Die Teile der Pause müssen der Zeit nach in der Liste stehen.")


def _refuse_wrong_rest(shift: Shift, rest: Break, who: str) -> None:
    length, window = rest.length, rest.window
    _refuse(not _whole(length, window.start, window.end) or length == 0, f"{who}: Die Pause braucht eine Dauer.")
    _refuse(window.end - window.start < length, f"{who}: Das Zeitfenster ist kürzer als die Pause.")
    between = shift.start < window.start and window.end < shift.end
    _refuse(not between, f"{who}: Die Pause muss zwischen Dienstbeginn und Dienstschluss liegen.")


def _refuse_wrong_job(problem: Problem, job: Job) -> None:
    known = _whole(job.place) and job.place < len(problem.travel.leg)
    _refuse(not known, f"Für {job.name} fehlen die Fahrzeiten.")
    _refuse_wrong_times(problem, job)
    _refuse_wrong_rhythm(problem, job)
    _refuse_wrong_opening(problem, job)
    _refuse_wrong_pin(problem, job)
    for key in sorted(job.wished_teams | job.forbidden_teams):
        _refuse(problem.team(key) is None, f"{job.name}: Das Team {key} gibt es nicht.")
    for day in job.wished_weekdays | job.forbidden_weekdays:
        _refuse(day not in range(7), f"{job.name}: Den Wochentag {day} gibt es nicht.")


def _refuse_wrong_times(problem: Problem, job: Job | OneOff) -> None:
    """A halt for people lasts; published benchmarks know stops that only need to be passed."""
    shortest = 0 if problem.time_tolerance is None else 1
    right = _whole(job.duration, job.setup, job.packing, job.priority, job.load) and job.duration >= shortest
    _refuse(not right, f"{job.name}: Dauer, Aufbau und Abbau dürfen nicht negativ sein, die Dauer auch nicht null.")


def _refuse_wrong_rhythm(problem: Problem, job: Job) -> None:
    pattern, cycle = job.pattern, problem.calendar.cycle_weeks
    whole = _whole(pattern.times_a_week, pattern.every_weeks, pattern.min_gap_days)
    right = whole and pattern.times_a_week in range(1, MAX_TIMES_A_WEEK + 1) and pattern.every_weeks > 0
    _refuse(not right, f"{job.name}: Diesen Rhythmus gibt es nicht.")
    if pattern.choices:
        lengths = {len(set(days)) for days in pattern.choices} | {len(days) for days in pattern.choices}
        inside = all(day in range(7 * cycle) for days in pattern.choices for day in days)
        _refuse(
            len(lengths) != 1 or 0 in lengths or not inside, f"{job.name}: Die Tage zur Wahl passen nicht zusammen."
        )
        return
    uneven = cycle % pattern.every_weeks != 0
    _refuse(uneven, f"{job.name}: „{pattern.words()}“ passt nicht in einen Umlauf von {cycle} Wochen.")
    fits = any(pattern.keeps_gap(days) for days in combinations(range(7), pattern.times_a_week))
    _refuse(not fits, f"{job.name}: „{pattern.words()}“ mit {pattern.min_gap_days} Tagen Abstand geht in keiner Woche.")


def _refuse_wrong_opening(problem: Problem, job: Job | OneOff) -> None:
    windows = [window for day in sorted(job.opening) for window in job.opening[day]]
    _refuse(not windows, f"{job.name} hat keine Öffnungszeit. Bitte tragen Sie eine ein.")
    _refuse(any(day not in range(7) for day in job.opening), f"{job.name}: Diesen Wochentag gibt es nicht.")
    shortest = 0 if problem.time_tolerance is None else 1
    for window in windows:
        right = _whole(window.start, window.end) and window.start + shortest <= window.end <= problem.day
        _refuse(not right, f"{job.name}: Eine Öffnungszeit muss enden, nachdem sie begonnen hat.")
    longest = max(window.end - window.start for window in windows)
    short = f"{job.name} braucht {job.duration // MINUTE} Minuten, offen sind {longest // MINUTE}."
    _refuse(longest < job.duration, short)


def _refuse_wrong_one_off(problem: Problem, one_off: OneOff) -> None:
    known = _whole(one_off.place) and one_off.place < len(problem.travel.leg)
    _refuse(not known, f"Für {one_off.name} fehlen die Fahrzeiten.")
    _refuse_wrong_times(problem, one_off)
    _refuse_wrong_opening(problem, one_off)
    calendar, promised = problem.calendar, one_off.promised
    inside = any(calendar.first <= day <= calendar.last for day in one_off.dates)
    _refuse(not inside, f"{one_off.name}: Keines der Daten liegt im Zeitraum.")
    for key in sorted(one_off.forbidden_teams):
        _refuse(problem.team(key) is None, f"{one_off.name}: Das Team {key} gibt es nicht.")
    if promised is not None:
        _refuse(problem.team(promised.team) is None, f"{one_off.name}: Das Team {promised.team} gibt es nicht.")
        _refuse(promised.day not in one_off.dates, f"{one_off.name}: Zugesagt ist ein Tag, der nicht zur Wahl steht.")


def _refuse_pins_that_meet(problem: Problem) -> None:
    """Two stops pinned to one team, weekday and week at times that overlap."""
    pinned: dict[tuple[str, int], list[Job]] = {}
    for job in problem.jobs:
        if job.pin.team is not None and job.pin.start is not None and job.pin.weekdays is not None:
            for weekday in job.pin.weekdays:
                pinned.setdefault((job.pin.team, weekday), []).append(job)
    for (_team, weekday), jobs in pinned.items():
        for one, other in combinations(jobs, 2):
            if _meet(problem, one, other):
                sentence = f"{one.name} und {other.name} sind am {WEEKDAYS[weekday]} auf die gleiche Zeit geheftet."
                raise Impossible(f"{sentence} Bitte lösen Sie eine der Nadeln.")


def _meet(problem: Problem, one: Job, other: Job) -> bool:
    """Do two pinned stops overlap in a week that both are surely served in?"""
    begin, start = one.pin.start or 0, other.pin.start or 0
    if begin >= start + other.duration or start >= begin + one.duration:
        return False
    weeks = [_sure_weeks(job, problem.calendar.cycle_weeks) for job in (one, other)]
    return bool(weeks[0] & weeks[1])


def _sure_weeks(job: Job, cycle: int) -> set[int]:
    if job.pattern.choices:
        return set()
    if job.pattern.every_weeks == 1:
        return set(range(cycle))
    return set() if job.pin.phase is None else set(job.pattern.weeks(job.pin.phase, cycle))


def _refuse_wrong_pin(problem: Problem, job: Job) -> None:
    pin, pattern = job.pin, job.pattern
    unknown = pin.team is not None and problem.team(pin.team) is None
    _refuse(unknown, f"{job.name} ist an das Team {pin.team} geheftet. Dieses Team gibt es nicht.")
    days = pin.weekdays
    count = None if pattern.choices else pattern.times_a_week
    right = days is None or (len(set(days)) == len(days) and all(d in range(7) for d in days))
    right = right and (days is None or count in (None, len(days)))
    _refuse(not right, f"{job.name}: Die Nadel für den Wochentag passt nicht zum Rhythmus „{pattern.words()}“.")
    right = pin.phase is None or pin.phase in range(len(pattern.choices) or pattern.every_weeks)
    _refuse(not right, f"{job.name}: Die Nadel für die Woche passt nicht zum Rhythmus „{pattern.words()}“.")
    right = pin.start is None or (_whole(pin.start) and pin.start < problem.day)
    _refuse(not right, f"{job.name}: Die Nadel für die Uhrzeit liegt nicht an einem Tag.")


def _refuse_wrong_published(problem: Problem) -> None:
    for key, known in problem.published.items():
        right = problem.job(key) is None or (
            _whole(known.phase, known.start) and all(d in range(7) for d in known.weekdays)
        )
        _refuse(not right, f"Im veröffentlichten Plan steht für {key} eine Zeit, die es nicht gibt.")
