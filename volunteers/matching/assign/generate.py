"""Column generation: whole days of people as columns, until linear programming knows of no better one.

Master problem: each request at most once, each person one pattern a day, the week's limit, load that costs more with
each visit. Its duals are prices; pricing finds for each person and day the best set of each size above them, exactly,
so that each turn of the program gives a bound. SCIP then chooses among whole columns: those of the program, and all
that are nearly as good.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp

from volunteers.matching.assign.arcs import Arcs
from volunteers.matching.assign.bound import upper_bound
from volunteers.matching.assign.days import DayBook
from volunteers.matching.assign.plan import Draft, Pattern, Patterns
from volunteers.matching.assign.pricing import NOTHING, better_sets, near_sets
from volunteers.matching.assign.walks import Walks
from volunteers.matching.columns import Ints

FIRST_EACH = 6
LITTLE = 1e-6
MIP_COLUMNS = 12_000
NEAR, NEAR_COLUMNS = 40.0, 6_000
"""So far below the best of their day, and at most so many, columns are offered to the choice beside the program's."""

AMPLE = 1.0
"""They are offered where so many times as long is left as the program took; else the choice came to no end."""

LEAST_MIP_SECONDS = 0.3


Duals = tuple[NDArray[np.float64], list[float], dict[tuple[int, int], float]]
"""By request, by group, by person and week (the load's with it)."""


@dataclass(frozen=True, slots=True)
class Part:
    """The people and requests that are planned together, and what stands there now."""

    people: tuple[int, ...]
    requests: tuple[int, ...]
    patterns: Patterns
    seconds: float


@dataclass(frozen=True, slots=True)
class Improved:
    """Better patterns of a part. `bound`: no plan of the part is worth more; None where nothing was proven."""

    patterns: dict[tuple[int, int], Pattern]
    bound: int | None


def improve(arcs: Arcs, book: DayBook, part: Part, is_over: Callable[[], bool] = lambda: False) -> Improved:
    """The best patterns of the part that columns make up in the time; never worse than those that stand."""
    began = time.monotonic()
    until = began + part.seconds
    master = _Master(arcs, book, part)
    bound = master.generate(until - 0.25 * part.seconds, is_over)
    now = time.monotonic()
    near = NEAR if until - now > AMPLE * (now - began) else 0.0
    return Improved(master.chosen(max(LEAST_MIP_SECONDS, until - now), bound, near), bound)


class _Master:
    """The linear program and its columns."""

    def __init__(self, arcs: Arcs, book: DayBook, part: Part) -> None:
        self.arcs, self.book, self.part = arcs, book, part
        ids = arcs.inside(part.people, part.requests)
        self.is_all = len(ids) == len(arcs)
        self.walks = Walks(arcs if self.is_all else arcs.only(ids))
        self.ids: Ints = self.walks.ids if self.is_all else ids[self.walks.ids]
        """The number of each arc of the walks."""

        self.groups = [(int(person), int(day)) for person, day in self.walks.places]
        self.number = {place: g for g, place in enumerate(self.groups)}
        self.columns: list[tuple[int, Pattern, int]] = []
        self.known: set[Pattern] = set()
        self.bound: int | None = None
        self._program()
        self._first_columns(ids)

    # --- the program --------------------------------------------------------------------------

    def _program(self) -> None:
        arcs, solver = self.arcs, pywraplp.Solver.CreateSolver("GLOP")
        self.solver = solver
        self.request = {r: solver.Constraint(-solver.infinity(), 1.0) for r in self.part.requests}
        self.day = [solver.Constraint(-solver.infinity(), 1.0) for _ in self.groups]
        self.week, self.load = {}, {}
        for person in self.part.people:
            limits = np.maximum(arcs.left[person], 0)
            for week, limit in enumerate(limits.tolist()):
                self.week[person, week] = solver.Constraint(-solver.infinity(), float(limit))
            row = self.load[person] = solver.Constraint(-solver.infinity(), 0.0)
            for k in range(int(limits.sum())):
                unit = solver.NumVar(0.0, 1.0, "")
                row.SetCoefficient(unit, -1.0)
                solver.Objective().SetCoefficient(unit, float(-k * arcs.load))
        solver.Objective().SetMaximization()

    def _first_columns(self, ids: Ints) -> None:
        for pattern in self.part.patterns.values():
            self._add(pattern)
        by_request: dict[int, list[int]] = {}
        for arc in ids[np.argsort(-self.arcs.score[ids], kind="stable")].tolist():
            mine = by_request.setdefault(int(self.arcs.need[arc]), [])
            if len(mine) < FIRST_EACH:
                mine.append(arc)
                self._add((arc,))

    def _add(self, pattern: Pattern) -> None:
        if pattern in self.known:
            return
        self.known.add(pattern)
        arcs = self.arcs
        group, _pattern, value = column = self._column(pattern)
        person, day = self.groups[group]
        self.columns.append(column)
        variable = self.solver.NumVar(0.0, self.solver.infinity(), "")
        self.solver.Objective().SetCoefficient(variable, float(value))
        for arc in pattern:
            self.request[int(arcs.need[arc])].SetCoefficient(variable, 1.0)
        self.day[self.number[person, day]].SetCoefficient(variable, 1.0)
        self.week[person, int(arcs.week_of[day])].SetCoefficient(variable, float(len(pattern)))
        self.load[person].SetCoefficient(variable, float(len(pattern)))

    def _column(self, pattern: Pattern) -> tuple[int, Pattern, int]:
        """Group, arcs and what they are worth."""
        person, day = int(self.arcs.person[pattern[0]]), int(self.arcs.day[pattern[0]])
        return self.number[person, day], pattern, int(self.arcs.score[list(pattern)].sum())

    # --- pricing ------------------------------------------------------------------------------

    def generate(self, until: float, is_over: Callable[[], bool]) -> int | None:
        """Add columns until none is better or time is up; the best bound that was proven on the way."""
        while not is_over() and time.monotonic() < until:
            if self.solver.Solve() != pywraplp.Solver.OPTIMAL:
                break
            if not self._price(self._duals()):
                break
        return self.bound

    def _duals(self) -> Duals:
        """All at once: reading one after a column was added says nothing."""
        request = np.zeros(len(self.arcs.minutes))
        for r, row in self.request.items():
            request[r] = row.dual_value()
        load = {person: row.dual_value() for person, row in self.load.items()}
        week = {key: row.dual_value() + load[key[0]] for key, row in self.week.items()}
        return request, [row.dual_value() for row in self.day], week

    def _price(self, duals: Duals) -> int:
        """How many columns were added; these duals are prices, which give a bound."""
        request, day, week = duals
        bound, _wanted = upper_bound(self.walks, request)
        self.bound = bound if self.bound is None else min(bound, self.bound)
        sets, values = better_sets(self.walks.laid, request, self._each(week), np.array(day) + LITTLE)
        found = np.argwhere(values > NOTHING / 2).tolist()
        fresh = [tuple(sorted(self.ids[sets[g, size, :size]].tolist())) for g, size in found]
        fresh = [pattern for pattern in fresh if pattern not in self.known]
        for pattern in fresh:
            self._add(pattern)
        return len(fresh)

    def _each(self, week: Mapping[tuple[int, int], float]) -> NDArray[np.float64]:
        """By group: what one visit costs of the week's limit and of the load."""
        return np.array([week[person, int(self.arcs.week_of[on])] for person, on in self.groups], np.float64)

    # --- the choice ---------------------------------------------------------------------------

    def chosen(self, seconds: float, bound: float | None, near: float = NEAR) -> dict[tuple[int, int], Pattern]:
        """Whole columns by SCIP, those first that the linear program thinks much of."""
        now = Draft(self.arcs, self.book, self.part.patterns)
        kept = self._worth_choosing(bound, now.value, near)
        self._forget_program()
        best = _scip(self, kept, seconds)
        if best is None:
            return dict(self.part.patterns)
        patterns = {self.groups[self.columns[n][0]]: self.columns[n][1] for n in best}
        better = Draft(self.arcs, self.book, patterns)
        return patterns if better.value >= now.value else dict(self.part.patterns)

    def _forget_program(self) -> None:
        """It has said what it knows, and the choice needs its room."""
        del self.solver, self.request, self.day, self.week, self.load

    def _near(self, duals: Duals, below: float) -> list[int]:
        """Columns that the program did not need and that are nearly as good as those; their numbers. In whole numbers
        the best choice takes some of them."""
        request, day, week = duals
        each, dear = self._each(week), np.array(day, np.float64)
        sets = near_sets(self.walks.laid, request, each, dear, below, NEAR_COLUMNS)
        while len(sets) >= NEAR_COLUMNS and below > LITTLE:
            below /= 2
            sets = near_sets(self.walks.laid, request, each, dear, below, NEAR_COLUMNS)
        patterns = [tuple(sorted(self.ids[one[one >= 0]].tolist())) for one in sets]
        begin = len(self.columns)
        self.columns += [self._column(pattern) for pattern in patterns if pattern not in self.known]
        self.known.update(patterns)
        return list(range(begin, len(self.columns)))

    def _worth_choosing(self, bound: float | None, value: int, near: float) -> list[int]:
        """Columns whose reduced value is not further below zero than bound and incumbent are apart."""
        if self.solver.Solve() != pywraplp.Solver.OPTIMAL:
            return list(range(len(self.columns)))[:MIP_COLUMNS]
        duals = request, day, week = self._duals()
        reduced = []
        for g, pattern, worth in self.columns:
            person, on = self.groups[g]
            cost = sum(request[int(self.arcs.need[arc])] for arc in pattern)
            reduced.append(worth - cost - day[g] - len(pattern) * week[person, int(self.arcs.week_of[on])])
        gap = 60.0 if bound is None else bound - value + 1.0
        order = np.argsort(-np.array(reduced), kind="stable")[:MIP_COLUMNS].tolist()
        standing = set(self.part.patterns.values())
        kept = {n for n in order if reduced[n] >= -gap}
        kept |= {n for n, column in enumerate(self.columns) if column[1] in standing}
        return sorted(kept) + (self._near(duals, min(gap, near)) if near else [])


def _scip(master: _Master, kept: list[int], seconds: float) -> list[int] | None:
    """The best choice among these columns, hinted with what stands."""
    arcs, solver = master.arcs, pywraplp.Solver.CreateSolver("SCIP")
    solver.SetTimeLimit(int(seconds * 1000))
    objective, standing = solver.Objective(), set(master.part.patterns.values())
    rows: dict[tuple[str, int, int], pywraplp.Constraint] = {}

    def row(kind: str, a: int, b: int, room: float) -> pywraplp.Constraint:
        if (kind, a, b) not in rows:
            rows[kind, a, b] = solver.Constraint(-solver.infinity(), room)
        return rows[kind, a, b]

    variables = []
    for n in kept:
        g, pattern, value = master.columns[n]
        person, day = master.groups[g]
        variable = solver.BoolVar("")
        variables.append(variable)
        objective.SetCoefficient(variable, float(value))
        week = int(arcs.week_of[day])
        row("day", g, 0, 1.0).SetCoefficient(variable, 1.0)
        row("week", person, week, float(max(arcs.left[person, week], 0))).SetCoefficient(variable, float(len(pattern)))
        row("load", person, 0, 0.0).SetCoefficient(variable, float(len(pattern)))
        for arc in pattern:
            row("request", int(arcs.need[arc]), 0, 1.0).SetCoefficient(variable, 1.0)
    for person in {a for kind, a, _b in list(rows) if kind == "load"}:
        for k in range(int(np.maximum(arcs.left[person], 0).sum())):
            unit = solver.NumVar(0.0, 1.0, "")
            rows["load", person, 0].SetCoefficient(unit, -1.0)
            objective.SetCoefficient(unit, float(-k * arcs.load))
    objective.SetMaximization()
    solver.SetHint(variables, [float(master.columns[n][1] in standing) for n in kept])
    if solver.Solve() not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
        return None
    return [n for n, variable in zip(kept, variables, strict=True) if variable.solution_value() > 0.5]


def all_of(arcs: Arcs, patterns: Patterns, seconds: float) -> Part:
    """Everybody and everything as one part."""
    return Part(tuple(range(len(arcs.left))), tuple(range(len(arcs.minutes))), patterns, seconds)


def standing_in(draft: Draft, people: Collection[int]) -> dict[tuple[int, int], Pattern]:
    """The patterns of some people."""
    return {place: pattern for place, pattern in draft.patterns.items() if place[0] in people}
