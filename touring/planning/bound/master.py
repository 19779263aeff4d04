"""The linear program over team-days, and the prices it asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp

from touring.planning.bound.blocks import Blocks, best_blocks
from touring.planning.bound.days import Relaxation, TeamDay
from touring.planning.bound.tours import cheap_tours, empty_room, look_ahead
from touring.planning.plan import Plan, routes_of

Real = NDArray[np.float64]

NEW_COLUMNS = 30
SMOOTHING = 0.6
TINY = 1e-6
CLOSE = 1.0
"""Seconds between the linear program and its bound that are not worth another round."""


@dataclass(frozen=True, slots=True)
class Priced:
    """What pricing has found: the bound at these prizes, and team-days that would lower the program's cost."""

    bound: float
    columns: list[tuple[int, float, dict[int, float]]]


class Master:
    """Team-days chosen in fractions so that every stop is served once; its duals are the prizes of the stops."""

    def __init__(self, relaxation: Relaxation) -> None:
        self.relaxation = relaxation
        self.days = relaxation.days
        self.solver = pywraplp.Solver.CreateSolver("GLOP")
        self.objective = self.solver.Objective()
        self.objective.SetMinimization()
        infinite = self.solver.infinity()
        self.cover = [self.solver.Constraint(1.0, 1.0) for _ in relaxation.jobs]
        self.room = [self.solver.Constraint(-infinite, 1.0) for _ in self.days]
        self.known: dict[tuple[int, tuple[tuple[int, float], ...]], tuple[float, pywraplp.Variable]] = {}
        self.best, self.best_prizes = -np.inf, np.zeros(len(relaxation.jobs))
        self.is_done = False
        self.room_to_price = empty_room()
        self._allow_leaving_out()

    def _allow_leaving_out(self) -> None:
        """So that there is always an answer: a stop may cost as much as a day of its own, and the same again."""
        alone = np.full(len(self.cover), 0.0)
        for team_day in self.days:
            n = len(team_day.jobs)
            round_trip = team_day.day.drive[n, :n] + team_day.day.drive[:n, n + 1]
            cost = round_trip * self.relaxation.visits[team_day.jobs] + team_day.price
            alone[team_day.jobs] = np.maximum(alone[team_day.jobs], cost)
        for row, cost in zip(self.cover, alone, strict=True):
            variable = self.solver.NumVar(0.0, self.solver.infinity(), "")
            row.SetCoefficient(variable, 1.0)
            self.objective.SetCoefficient(variable, 2 * float(cost) + 1)

    def learn(self, plan: Plan) -> None:
        """Take the team-days of a plan in; the first plan also gives the first prizes."""
        number = {job.key: j for j, job in enumerate(self.relaxation.jobs)}
        at = {(day.shift.team, day.shift.weekday): b for b, day in enumerate(self.days)}
        drives, shares = np.zeros(len(self.days)), [dict[int, float]() for _ in self.days]
        prizes = np.zeros(len(number))
        for route in routes_of(self.relaxation.problem, plan):
            b = at.get((route.team, route.weekday))
            jobs = [number[visit.job] for visit in route.visits if visit.job in number]
            if b is None or len(jobs) < len(route.visits) or not set(jobs) <= set(self.days[b].jobs):
                continue
            drives[b] += route.drive
            for j in jobs:
                shares[b][j] = shares[b].get(j, 0.0) + 1 / self.relaxation.visits[j]
                prizes[j] += route.drive / len(jobs)
        for b, share in enumerate(shares):
            if share:
                self.add(b, drives[b] + self._prices(b, share), share)
        if not self.best_prizes.any():
            self.best_prizes = prizes

    def _prices(self, b: int, share: dict[int, float]) -> float:
        day = self.days[b]
        price = dict(zip(day.jobs, day.price, strict=True))
        return float(sum(price[j] * part for j, part in share.items()))

    def add(self, b: int, cost: float, share: dict[int, float]) -> bool:
        """One more column; is it new, or cheaper than the one known?"""
        key = (b, tuple(sorted(share.items())))
        old = self.known.get(key)
        if old is not None:
            if cost < old[0] - TINY:
                self.objective.SetCoefficient(old[1], cost)
                self.known[key] = (cost, old[1])
                return True
            return False
        variable = self.solver.NumVar(0.0, self.solver.infinity(), "")
        self.known[key] = (cost, variable)
        self.objective.SetCoefficient(variable, cost)
        self.room[b].SetCoefficient(variable, 1.0)
        for j, part in share.items():
            self.cover[j].SetCoefficient(variable, part)
        return True

    def improve(self, is_over: Callable[[], bool]) -> float | None:
        """One round: solve, price, take new columns in. The best bound so far; `None` if it was stopped before one."""
        self.solver.Solve()
        duals = np.array([row.dual_value() for row in self.cover])
        value = self.objective.Value()
        for smoothing in (SMOOTHING, 0.0) if self.best_prizes.any() else (0.0,):
            prizes = smoothing * self.best_prizes + (1 - smoothing) * duals
            priced = self.price(prizes, is_over)
            if priced is None:
                break
            if priced.bound > self.best:
                self.best, self.best_prizes = priced.bound, prizes
            new = [self.add(*column) for column in priced.columns]
            if any(new):
                break
            self.is_done = smoothing == 0.0
        self.is_done = self.is_done or value - self.best < CLOSE
        return None if self.best == -np.inf else self.best

    def price(self, prizes: Real, is_over: Callable[[], bool]) -> Priced | None:
        """The bound at these prizes; `None` if it was stopped."""
        bound, columns = float(prizes.sum()), []
        for b, team_day in enumerate(self.days):
            if is_over():
                return None
            least, blocks = self._team_day(team_day, prizes)
            bound += min(0.0, least)
            if blocks is not None:
                columns += self._columns(b, team_day, blocks)
        return Priced(bound, columns)

    def _team_day(self, team_day: TeamDay, prizes: Real) -> tuple[float, Blocks | None]:
        """Least reduced cost of a team-day, and the cheapest ones."""
        weeks, room = self.relaxation.weeks, self.room_to_price
        prize = (prizes[team_day.jobs] - team_day.price) / self.relaxation.visits[team_day.jobs]
        rest, loose = look_ahead(team_day.day, prize, team_day.ahead)
        if loose > -TINY:
            return 0.0, None
        given = (team_day.day, prize, team_day.ahead, rest)
        _, least, is_all = cheap_tours(*given, -TINY, True, room)
        if not is_all:
            return weeks * loose, None
        if least > -TINY:
            return 0.0, None
        threshold = -(weeks - 1) * least if weeks > 1 else -TINY
        count, _, is_all = cheap_tours(*given, threshold, False, room)
        masks, drives = np.append(room.masks[:count], 0), np.append(room.drives[:count], 0)
        cost = drives - _sums(masks, prize)
        blocks = best_blocks(
            masks & team_day.weekly, masks & team_day.second, masks & team_day.fourth, cost, drives, weeks
        )
        return (float(blocks.cost[0]) if is_all else weeks * least), blocks

    def _columns(self, b: int, team_day: TeamDay, blocks: Blocks) -> list[tuple[int, float, dict[int, float]]]:
        found = []
        for n in range(min(NEW_COLUMNS, len(blocks.cost))):
            if blocks.cost[n] > -TINY:
                break
            share: dict[int, float] = {}
            sets = (blocks.weekly[n], *(own[n] for own in blocks.second), *(once[n] for once in blocks.fourth))
            for mask in map(int, sets):
                for k in range(len(team_day.jobs)):
                    if mask >> k & 1:
                        j = team_day.jobs[k]
                        share[j] = share.get(j, 0.0) + 1 / self.relaxation.jobs[j].pattern.times_a_week
            found.append((b, float(blocks.drive[n]) + self._prices(b, share), share))
        return found


def _sums(masks: NDArray[np.int64], prize: Real) -> Real:
    """The prizes of the stops in each set, together."""
    total = np.zeros(len(masks))
    for k, value in enumerate(prize):
        total += value * (masks >> k & 1)
    return total
