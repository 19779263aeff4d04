"""Why a stop is left out, and why the others stand where they do, in German sentences.

for unserved in unserved_with_reasons(problem, plan):
    print(unserved.sentence)
why_there(problem, plan, "S07")
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from touring.planning.blocks.block import Block
from touring.planning.blocks.change import Blocks, all_ways
from touring.planning.blocks.ground import Ground
from touring.planning.evaluate.verdict import listed, weekday_words
from touring.planning.plan import Plan
from touring.planning.problem import MINUTE, WEEKDAYS, Job, Placement, Problem, Shift, clock_words
from touring.planning.search import State, load_plan


@dataclass(frozen=True, slots=True)
class Against:
    """What stands against a stop on one team-day. `code` is the rule's name, as in `Violation`."""

    team: str
    weekday: int
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Unserved:
    """A stop that is left out, the reason in one sentence, and what stands against each team-day."""

    job: str
    sentence: str
    against: tuple[Against, ...]


def unserved_with_reasons(problem: Problem, plan: Plan) -> tuple[Unserved, ...]:
    """A reason for every stop that the plan leaves out, in the order of the problem."""
    left_out = [(j, job) for j, job in enumerate(problem.jobs) if job.key not in plan.placements]
    if not left_out:
        return ()
    state = State(Blocks(Ground(problem)))
    load_plan(state, plan)
    return tuple(_unserved(problem, state, j, job) for j, job in left_out)


def why_there(problem: Problem, plan: Plan, key: str) -> str:
    """Why a served stop stands there and then, in a short German sentence; empty if it is not served."""
    job, placed = problem.job(key), plan.placements.get(key)
    if job is None or placed is None:
        return ""
    if problem.published.get(key) == placed:
        return f"{job.name} bleibt, wo die Menschen sie kennen."
    team = problem.team(placed.team)
    reasons = [*_wishes_met(job, placed), *_near_by(problem, plan, job, placed)]
    head = f"Team {team.name if team else placed.team} hält {_when(placed)}"
    return f"{head}: {listed(reasons)}." if reasons else f"{head}: So ist die Fahrzeit am kürzesten."


def _unserved(problem: Problem, state: State, j: int, job: Job) -> Unserved:
    against = tuple(
        Against(shift.team, shift.weekday, *reason)
        for shift in sorted(problem.shifts, key=lambda s: (s.weekday, s.team))
        if (reason := _against(problem, state, j, job, shift)) is not None
    )
    return Unserved(job.key, _summary(problem, state, j, job, against), against)


def _against(problem: Problem, state: State, j: int, job: Job, shift: Shift) -> tuple[str, str] | None:
    """The first rule that stands against this team-day; `None` where the stop would fit."""
    day, team = WEEKDAYS[shift.weekday], problem.team(shift.team)
    name, serves = (team.name, team.serves) if team else (shift.team, frozenset[str]())
    windows = job.opening.get(shift.weekday, ())
    longest = max((window.end - window.start for window in windows), default=0)
    checks = (
        ("opening_day", not windows, f"{job.name} hat am {day} zu."),
        ("opening_short", longest < job.duration, _too_short(longest, job)),
        ("forbidden_day", shift.weekday in job.forbidden_weekdays, f"{day} ist für {job.name} ausgeschlossen."),
        ("forbidden_team", shift.team in job.forbidden_teams, f"Team {name} ist für {job.name} ausgeschlossen."),
        ("need", not job.needs <= serves, f"Team {name} hat das nicht: {', '.join(sorted(job.needs - serves))}."),
        ("pin", not _pin_allows(job, shift), f"{job.name} ist angeheftet. Erst lösen, dann schieben."),
        (
            "shift_hours",
            not _hours_meet(state, j, shift),
            f"Am {day} ist nur außerhalb des Dienstes von Team {name} offen.",
        ),
        ("travel", not _reaches_alone(state, j, shift), f"Mit Fahrt und Pause schafft Team {name} das am {day} nicht."),
        ("full", not _fits(state, j, _block(state, shift)), f"Die Touren von Team {name} am {day} sind voll."),
    )
    return next(((code, sentence) for code, broken, sentence in checks if broken), None)


def _too_short(longest: int, job: Job) -> str:
    return f"Die Öffnung ist zu kurz: {longest // MINUTE} Minuten, nötig sind {job.duration // MINUTE}."


def _pin_allows(job: Job, shift: Shift) -> bool:
    pin = job.pin
    return pin.team in (None, shift.team) and (pin.weekdays is None or shift.weekday in pin.weekdays)


def _block(state: State, shift: Shift) -> Block:
    return state.blocks[state.ground.block_of[shift.team, shift.weekday]]


def _hours_meet(state: State, j: int, shift: Shift) -> bool:
    return bool(state.ground.starts[j][state.ground.block_of[shift.team, shift.weekday]])


def _reaches_alone(state: State, j: int, shift: Shift) -> bool:
    return _fits(state, j, state.library.empty(state.ground.block_of[shift.team, shift.weekday]))


def _fits(state: State, j: int, block: Block) -> bool:
    return bool(all_ways(state.ground, block, j))


def _summary(problem: Problem, state: State, j: int, job: Job, against: tuple[Against, ...]) -> str:
    """All reasons in one sentence, days with the same reason together."""
    if not state.ground.homes[j] and job.pattern.times_a_week > 1:
        days = {shift.weekday for shift in problem.shifts if _hours_meet(state, j, shift)}
        if days and not any(job.pattern.weekday_sets(tuple(days))):
            rhythm = f"„{job.pattern.words()}“ geht nicht"
            return f"{job.name} passt in keinen Tag: {rhythm}, offen ist nur {weekday_words([*days])}."
    if len(against) < len(problem.shifts):
        if job.pattern.times_a_week > 1:
            return f"{job.name} passt nicht: Es gibt keine zwei Tage mit der gleichen freien Zeit."
        return f"{job.name} ist nicht eingeplant, würde aber noch passen. Bitte noch einmal planen."
    return f"{job.name} passt in keinen Tag: {'; '.join(_grouped(problem, against))}."


def _grouped(problem: Problem, against: tuple[Against, ...]) -> Iterator[str]:
    words = {
        "opening_day": "geschlossen",
        "opening_short": "zu kurz offen",
        "forbidden_day": "ausgeschlossen",
        "forbidden_team": "Team ausgeschlossen",
        "need": "Ausstattung fehlt",
        "pin": "woanders angeheftet",
        "shift_hours": "offen nur außerhalb des Dienstes",
        "travel": "mit Fahrt und Pause nicht zu schaffen",
        "full": "Touren voll",
    }
    for code, word in words.items():
        hit = [one for one in against if one.code == code]
        if code in ("opening_day", "opening_short", "forbidden_day") and hit:
            yield f"{weekday_words(frozenset(one.weekday for one in hit))} {word}"
        elif hit:
            yield f"{word} ({', '.join(_team_days(problem, hit))})"


def _team_days(problem: Problem, hit: list[Against]) -> Iterator[str]:
    for team in problem.teams:
        days = frozenset(one.weekday for one in hit if one.team == team.key)
        if days:
            yield f"Team {team.name} {weekday_words(days)}"


def _when(placed: Placement) -> str:
    return f"am {weekday_words(placed.weekdays)} um {clock_words(placed.start)} Uhr"


def _wishes_met(job: Job, placed: Placement) -> Iterator[str]:
    if job.pin != type(job.pin)():
        yield "so angeheftet"
    if job.wished_weekdays and set(placed.weekdays) <= job.wished_weekdays:
        yield "das ist der Wunschtag"
    if placed.team in job.wished_teams:
        yield "das ist das Wunschteam"
    if sum(bool(windows) for windows in job.opening.values()) <= len(placed.weekdays):
        yield "nur dann ist geöffnet"


def _near_by(problem: Problem, plan: Plan, job: Job, placed: Placement) -> Iterator[str]:
    """The nearest stop of the same team on the same day, by driving time."""
    drive = problem.travel.drive[job.place]
    others = [
        (drive[other.place], other.name)
        for other in problem.jobs
        if other.key != job.key
        and (there := plan.placements.get(other.key)) is not None
        and there.team == placed.team
        and not set(there.weekdays).isdisjoint(placed.weekdays)
    ]
    if others:
        seconds, name = min(others)
        yield f"an diesem Tag ist das Team auch bei {name}, ca. {max(1, round(seconds / MINUTE))} Minuten entfernt"
