"""What is different between two plans, in words that a coordinator reads in ten seconds.

for difference in differences(problem, before, after):
    print(difference.sentence)
summary(differences(problem, before, after))     # "3 Halte anders: 1 entfällt, 2 zu anderer Uhrzeit."
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from touring.planning.evaluate.verdict import listed
from touring.planning.plan import Plan
from touring.planning.problem import WEEKDAYS, DatedPlacement, Job, Placement, Problem, clock_words

Placed = Placement | DatedPlacement

KINDS = {
    "left_out": "entfällt",
    "new": "neu",
    "day": "an anderem Tag",
    "week": "in anderer Woche",
    "team": "mit anderem Team",
    "time": "zu anderer Uhrzeit",
    "single": "an einzelnen Terminen anders",
}
"""Kinds of differences, those that concern people most come first."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One halt that is not as before. `kind` is a key of `KINDS`; `None`: not in that plan."""

    job: str
    kind: str
    sentence: str
    before: Placed | None
    after: Placed | None


def differences(problem: Problem, before: Plan, after: Plan) -> tuple[Difference, ...]:
    """Every stop and one-off job that is not as before, by kind (`KINDS`), then weekday and name."""
    found = []
    for job in problem.jobs:
        old, new = before.placements.get(job.key), after.placements.get(job.key)
        if old != new:
            found.append(_difference(problem, job.key, job.name, old, new))
    for one in problem.one_offs:
        was, is_now = before.dated.get(one.key), after.dated.get(one.key)
        if was != is_now:
            found.append(_difference(problem, one.key, one.name, was, is_now))
    names = {job.key: job.name for job in problem.jobs} | {one.key: one.name for one in problem.one_offs}
    order = list(KINDS)
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), _first_day(one), names[one.job], one.job)))


def summary(found: tuple[Difference, ...]) -> str:
    """All of them in one line, counted by kind."""
    if not found:
        return "Alles bleibt, wie es ist."
    counts = Counter(difference.kind for difference in found)
    words = listed([f"{counts[kind]} {word}" for kind, word in KINDS.items() if counts[kind]])
    return f"{len(found)} {'Halt' if len(found) == 1 else 'Halte'} anders: {words}."


def _first_day(difference: Difference) -> tuple[int, int]:
    placed = difference.after or difference.before
    if isinstance(placed, DatedPlacement):
        return placed.day.toordinal(), placed.start
    return (min(placed.weekdays, default=0), placed.start) if placed else (0, 0)


def _difference(problem: Problem, key: str, name: str, old: Placed | None, new: Placed | None) -> Difference:
    kind = _kind(old, new)
    return Difference(key, kind, f"{name}: {_words(problem, key, kind, old, new)}.", old, new)


def _kind(old: Placed | None, new: Placed | None) -> str:
    if old is None or new is None:
        return "left_out" if new is None else "new"
    if _days(old) != _days(new):
        return "day"
    if isinstance(old, Placement) and isinstance(new, Placement) and old.phase != new.phase:
        return "week"
    if old.team != new.team:
        return "team"
    return "time" if old.start != new.start else "single"


def _days(placed: Placed) -> tuple[int, ...]:
    if isinstance(placed, DatedPlacement):
        return (placed.day.toordinal(),)
    return tuple(sorted(placed.weekdays))


def _words(problem: Problem, key: str, kind: str, old: Placed | None, new: Placed | None) -> str:
    """Only what is different is said twice."""
    if new is None:
        return f"bisher {_all(problem, key, old, False)}; neu nicht mehr im Plan"
    if old is None:
        return f"neu {_all(problem, key, new, False)}"
    if kind == "time" and old.team == new.team:
        return f"{_day_words(new)} um {clock_words(new.start)} statt {clock_words(old.start)} Uhr"
    if kind == "team" and old.start == new.start:
        there = f"{_day_words(new)} {clock_words(new.start)} Uhr"
        return f"{there} mit Team {_team(problem, new)} statt Team {_team(problem, old)}"
    if kind == "single":
        now, before = (f"{_day_words(one)} {clock_words(one.start)} Uhr{_singles(one)}" for one in (new, old))
        return f"{now}; bisher {before}" if now != before else f"{now}, einzelne Termine anders als bisher"
    weeks = kind == "week"
    return f"bisher {_all(problem, key, old, weeks)}; neu {_all(problem, key, new, weeks)}"


def _all(problem: Problem, key: str, placed: Placed | None, weeks: bool) -> str:
    assert placed is not None
    job = problem.job(key)
    week = f" {_week_words(problem, job, placed)}" if weeks and job and isinstance(placed, Placement) else ""
    start = f"{clock_words(placed.start)} Uhr{_singles(placed)}"
    return f"{_day_words(placed)}{week} {start}, Team {_team(problem, placed)}"


def _singles(placed: Placed) -> str:
    """Writes ", in Woche 2 um 10:20 Uhr" of the visits that begin at another time."""
    starts: dict[int, list[str]] = {}
    for halt in placed.others if isinstance(placed, Placement) else ():
        if halt.start != placed.start:
            starts.setdefault(halt.start, []).append(str(halt.day // 7 + 1))
    return "".join(f", in Woche {listed(weeks)} um {clock_words(start)} Uhr" for start, weeks in sorted(starts.items()))


def _day_words(placed: Placed) -> str:
    if isinstance(placed, DatedPlacement):
        return f"am {placed.day:%d.%m.%Y}"
    return listed([f"{WEEKDAYS[day].lower()}s" for day in sorted(placed.weekdays)])


def _week_words(problem: Problem, job: Job, placed: Placement) -> str:
    weeks = {day // 7 + 1 for day in job.pattern.days(placed.weekdays, placed.phase, problem.calendar.cycle_weeks)}
    return f"in Woche {listed([str(week) for week in sorted(weeks)])}"


def _team(problem: Problem, placed: Placed) -> str:
    team = problem.team(placed.team)
    return team.name if team else placed.team
