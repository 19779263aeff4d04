"""The problem behind a plan, kept in memory as long as nothing that it is made from has changed.

A drag must be judged at once; reading stops, teams and ways anew takes longer than judging.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, time
from functools import lru_cache

from django.db import connection

from lotsen.kernel.calendar import Period
from touring import translate
from touring.models import PlannedStop, TourPlan
from touring.planning.plan import Plan
from touring.planning.problem import Pin, Problem

KEPT = 4
"""So many problems stay in memory: the drafts that are being worked on."""

SOURCES = (
    "SELECT t::text AS line FROM touring_stop t",
    "SELECT t::text AS line FROM touring_stop_wish_teams t",
    "SELECT t::text AS line FROM touring_stop_forbidden_teams t",
    "SELECT t::text AS line FROM touring_team t",
    "SELECT t::text AS line FROM touring_closingday t",
    "SELECT t::text AS line FROM touring_schoolholiday t",
    "SELECT t::text AS line FROM touring_requeststop t WHERE t.state IN ('held', 'planned')",
    "SELECT t::text AS line FROM touring_tourplan t WHERE t.state = 'published'",
    """SELECT t::text AS line FROM touring_plannedstop t
        WHERE t.plan_id IN (SELECT id FROM touring_tourplan WHERE state = 'published')""",
    "SELECT t::text AS line FROM places_crossing t",
    """SELECT t::text AS line FROM places_address t WHERE t.id IN (
        SELECT address_id FROM touring_stop UNION SELECT address_id FROM touring_requeststop
        UNION SELECT base_id FROM touring_team UNION SELECT end_base_id FROM touring_team)""",
)
STAMP = "SELECT concat({})".format(
    ", ".join(f"(SELECT md5(string_agg(md5(s.line), '' ORDER BY s.line)) FROM ({source}) s)" for source in SOURCES)  # noqa: S608 - constants above
)


def stamp() -> str:
    """Changes whenever anything changes that a problem is made from; one query, and no content leaves the database."""
    with connection.cursor() as cursor:
        cursor.execute(STAMP)
        return str(cursor.fetchone()[0])


def problem_behind(plan: TourPlan, pins: Mapping[str, Pin] | None = None) -> Problem:
    """What the days of a plan are judged by, with these pins; one query while nothing changes.

    Raises `Impossible` where no plan can be made at all.
    """
    problem = _read(plan.starts_on, plan.ends_on, plan.cycle_anchor, plan.tolerance_minutes, stamp())
    return pinned(problem, pins or {})


@lru_cache(maxsize=KEPT)
def _read(first: date, last: date, anchor: date, tolerance_minutes: int, _stamp: str) -> Problem:
    return translate.problem_for(Period(first, last), anchor=anchor, tolerance_minutes=tolerance_minutes)


def pinned(problem: Problem, pins: Mapping[str, Pin]) -> Problem:
    """The same problem with pins by key of the job. Raises `Impossible` for pins that no plan can keep."""
    if not any(job.key in pins for job in problem.jobs):
        return problem
    return replace(problem, jobs=tuple(replace(job, pin=pins.get(job.key, job.pin)) for job in problem.jobs))


def pins_of(rows: Iterable[PlannedStop]) -> dict[str, Pin]:
    """What is pinned in a pattern, by key of the stop. A pinned weekday pins the weeks, too."""
    found: dict[str, Pin] = {}
    for row in rows:
        if not (row.is_team_pinned or row.is_weekday_pinned or row.is_time_pinned):
            continue
        known = found.get(row.stop.key, Pin())
        found[row.stop.key] = Pin(
            team=row.team.key if row.is_team_pinned else None,
            weekdays=tuple(sorted((*(known.weekdays or ()), row.weekday))) if row.is_weekday_pinned else None,
            phase=row.phase if row.is_weekday_pinned else None,
            start=seconds_of(row.starts_at) if row.is_time_pinned else None,
        )
    return found


def pattern_of(plan: TourPlan) -> list[PlannedStop]:
    """The pattern rows with stops and teams, in the order of a plan; one query."""
    return list(plan.pattern.select_related("stop", "team").order_by("stop__key", "weekday"))


def as_plan(rows: Iterable[PlannedStop], problem: Problem | None = None) -> Plan:
    """Pattern rows as a plan; with `problem`, without stops that it does not know."""
    plan = translate.plan_of_rows(rows)
    if problem is None:
        return plan
    keys = {job.key for job in problem.jobs}
    return Plan({key: placed for key, placed in plan.placements.items() if key in keys})


def seconds_of(clock: time) -> int:
    """A time of day as seconds."""
    return clock.hour * 3600 + clock.minute * 60 + clock.second


def clock_at(seconds: int) -> time:
    """Seconds of a day as its time; refuses 86,400 and more (ValueError)."""
    return time(seconds // 3600, seconds % 3600 // 60, seconds % 60)
