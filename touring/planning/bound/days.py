"""A problem as team-days for the bound, every rule as loose as it can be read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from touring.planning.bound.tours import NEVER, Ahead, Day, follow_ups
from touring.planning.problem import Job, Problem, Shift, Team

MOST_STOPS = 62
MOST_SLOTS = 400


@dataclass(slots=True, eq=False)
class TeamDay:
    """One team on one weekday. `jobs`: numbers of the stops that may be there; `price` of each: wishes and changes."""

    shift: Shift
    jobs: list[int]
    price: NDArray[np.float64]
    day: Day
    slots: int
    ahead: Ahead
    weekly: int
    second: int
    fourth: int


class Relaxation:
    """The problem as far as the bound sees it.

    Kept: opening hours, set-up, packing, legs, breaks, hours, load, reserve, rhythm, weekdays, teams, needs, fixed
    teams, weekdays and times. Left out: the same time in all weeks, gaps between weekdays, fixed weeks, vehicles,
    nights, the longest time out, one-off jobs.
    """

    def __init__(self, problem: Problem, served: frozenset[str]) -> None:
        self.problem = problem
        self.jobs = [job for job in problem.jobs if job.key in served]
        self.weeks = problem.calendar.cycle_weeks
        self.visits = np.array([job.pattern.visits(self.weeks) for job in self.jobs], np.float64)

    @cached_property
    def days(self) -> list[TeamDay]:
        """All team-days on which a stop may stand."""
        found = (self._day(shift) for shift in self.problem.shifts)
        return [day for day in found if day is not None]

    @cached_property
    def refusal(self) -> str:
        """Why there is no bound, in German; empty where there is one."""
        problem = self.problem
        if not problem.same_team or any(job.pattern.choices for job in self.jobs):
            return "Eine untere Schranke gibt es nur, wenn jede Haltestelle ein festes Team hat."
        if any(job.duration + job.setup + job.packing == 0 for job in self.jobs):
            return "Eine untere Schranke gibt es nur, wenn jeder Halt dauert."
        most = max((len(self._jobs_on(shift)) for shift in problem.shifts), default=0)
        if most > MOST_STOPS:
            return f"Eine untere Schranke gibt es bis {MOST_STOPS} Haltestellen an einem Tag. Hier sind es {most}."
        if any(shift.end // problem.step + 1 > MOST_SLOTS for shift in problem.shifts):
            return "Für eine untere Schranke ist der Takt der Zeiten zu fein."
        return ""

    def _jobs_on(self, shift: Shift) -> list[int]:
        team = self.problem.team(shift.team)
        return [
            j for j, job in enumerate(self.jobs) if team and self._may_be(job, team, shift) and self._spans(job, shift)
        ]

    def _may_be(self, job: Job, team: Team, shift: Shift) -> bool:
        pin = job.pin
        return (
            job.needs <= team.serves
            and team.key not in job.forbidden_teams
            and shift.weekday not in job.forbidden_weekdays
            and pin.team in (None, team.key)
            and (pin.weekdays is None or shift.weekday in pin.weekdays)
        )

    def _spans(self, job: Job, shift: Shift) -> list[tuple[int, int]]:
        """Start times, on the grid."""
        step, found = self.problem.step, []
        for window in sorted(job.opening.get(shift.weekday, ())):
            first, last = -(-window.start // step) * step, (window.end - job.duration) // step * step
            if job.pin.start is not None and self.problem.time_tolerance == 0:
                first, last = max(first, job.pin.start), min(last, job.pin.start)
            if first <= last:
                found.append((first, last))
        return sorted(found, key=lambda span: (span[1], span[0]))

    def _day(self, shift: Shift) -> TeamDay | None:
        jobs = self._jobs_on(shift)
        team = self.problem.team(shift.team)
        if not jobs or team is None:
            return None
        chosen = [self.jobs[j] for j in jobs]
        places = [*(job.place for job in chosen), shift.start_place, shift.end_place]
        rows = [self._spans(job, shift) for job in chosen]
        spans = np.zeros((len(jobs), max(map(len, rows)), 2), np.int64)
        for n, row in enumerate(rows):
            spans[n, : len(row)] = row
        hours = shift.end - shift.start
        day = Day(
            spans,
            np.array([len(row) for row in rows], np.int64),
            np.array([[self.problem.travel.leg[a][b] for b in places] for a in places], np.int64),
            np.array([[self.problem.travel.drive[a][b] for b in places] for a in places], np.int64),
            np.array([job.setup for job in chosen], np.int64),
            np.array([job.duration + job.packing for job in chosen], np.int64),
            np.array([job.load for job in chosen], np.int64),
            np.array([[r.length, r.window.start, r.window.end] for r in shift.rests], np.int64).reshape(-1, 3),
            shift.start,
            shift.end,
            self.problem.step,
            hours - team.reserve * hours // 1000 if team.reserve else NEVER,
            NEVER if team.capacity is None else team.capacity,
        )
        slots = shift.end // self.problem.step + 1
        prices = np.array([self._price(job, shift) for job in chosen], np.float64)
        kinds = [sum(1 << n for n, job in enumerate(chosen) if job.pattern.every_weeks == every) for every in (1, 2, 4)]
        return TeamDay(shift, jobs, prices, day, slots, follow_ups(day, slots), *kinds)

    def _price(self, job: Job, shift: Shift) -> int:
        """Missed wishes and changes if all visits of the stop were on this team-day."""
        problem, price = self.problem, 0
        if job.wished_weekdays and shift.weekday not in job.wished_weekdays:
            price += problem.wish_price
        if job.wished_teams and shift.team not in job.wished_teams:
            price += problem.wish_price
        known = problem.published.get(job.key)
        if known is not None and (shift.team != known.team or shift.weekday not in known.weekdays):
            price += problem.change_price or 0
        return price

    def loss(self) -> int:
        """Seconds that one-off jobs could save where a detour is shorter than the way."""
        drive, total = self.problem.travel.drive, 0
        for one_off in self.problem.one_offs:
            b, places = one_off.place, range(len(drive))
            total += max(0, *(drive[a][c] - drive[a][b] - drive[b][c] for a in places for c in places))
        return total
