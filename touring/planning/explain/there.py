"""Why a served stop stands there and then."""

from __future__ import annotations

from collections.abc import Iterator

from touring.planning.evaluate import evaluate
from touring.planning.evaluate.verdict import listed, minutes, weekday_words
from touring.planning.insert import Placed, best_places, with_placed
from touring.planning.plan import Plan
from touring.planning.problem import MINUTE, Job, Pin, Placement, Problem, clock_words

NEAR = 15 * MINUTE
"""Up to so much driving another stop is called near."""

ENOUGH = 30
"""So many places are looked at for the cheapest one elsewhere."""


def why_there(problem: Problem, plan: Plan, key: str) -> str:
    """Why a stop stands there and then, in a short German sentence; empty if it is not served."""
    job, placed = problem.job(key), plan.placements.get(key)
    if job is None or placed is None:
        return ""
    if problem.published.get(key) == placed:
        return f"{job.name} bleibt, wie die Menschen es kennen: {_when(placed)}."
    team = problem.team(placed.team)
    reasons = [*_own(problem, job, placed), *_near_by(problem, plan, job, placed)]
    head = f"Team {team.name if team else placed.team} hält {_when(placed)}"
    return f"{head}: {listed(reasons or [_dearer(problem, plan, job, placed)])}."


def _when(placed: Placement) -> str:
    return f"am {weekday_words(placed.weekdays)} um {clock_words(placed.start)} Uhr"


def _own(problem: Problem, job: Job, placed: Placement) -> Iterator[str]:
    """Reasons of the stop itself."""
    if job.pin != Pin():
        yield "so angeheftet"
    if job.wished_weekdays and set(placed.weekdays) <= job.wished_weekdays:
        yield "das ist der Wunschtag"
    if placed.team in job.wished_teams:
        yield "das ist das Wunschteam"
    if job.needs and sum(job.needs <= team.serves for team in problem.teams) == 1:
        yield f"nur dieses Team hat {listed(sorted(job.needs))}"
    if sum(bool(windows) for windows in job.opening.values()) <= len(placed.weekdays):
        yield "nur dann ist geöffnet"


def _near_by(problem: Problem, plan: Plan, job: Job, placed: Placement) -> Iterator[str]:
    """The nearest stop of the same tour, by driving time, where it is near."""
    drive, cycle = problem.travel.drive[job.place], problem.calendar.cycle_weeks
    own = {(halt.team, halt.day) for halt in placed.halts(job.pattern, cycle)}
    others = [
        (drive[other.place], other.name)
        for other in problem.jobs
        if other.key != job.key
        and (there := plan.placements.get(other.key)) is not None
        and any((halt.team, halt.day) in own for halt in there.halts(other.pattern, cycle))
    ]
    seconds, name = min(others, default=(NEAR + 1, ""))
    if seconds <= NEAR:
        yield f"an diesem Tag ist das Team auch bei {name}, ca. {minutes(seconds)} entfernt"


def _dearer(problem: Problem, plan: Plan, job: Job, placed: Placement) -> str:
    """What another day or team would cost, the other halts keeping their times."""
    without = evaluate(problem, with_placed(plan, job.key, None)).driving_seconds
    here = evaluate(problem, plan).driving_seconds - without
    places = best_places(problem, plan, job, limit=ENOUGH, may_move=False)
    elsewhere = [place.extra_driving for place in places if not _is_same_day(place.placed, placed)]
    if not elsewhere:
        return "an anderen Tagen und bei anderen Teams ist kein Platz"
    more = min(elsewhere) - here
    return (
        f"woanders wären es mindestens {minutes(more)} Fahrt mehr" if more > 0 else "so passt es zu den anderen Halten"
    )


def _is_same_day(place: Placed, placed: Placement) -> bool:
    same = isinstance(place, Placement) and set(place.weekdays) == set(placed.weekdays)
    return same and place.team == placed.team
