"""Set partitioning: CP-SAT picks whole columns (blocks, routes) so that every job is served once or left out.

What is offered and what a column is, the caller knows; here are only numbers. Where there are more columns
than CP-SAT can look through, a linear program (GLOP) tells which are worth it: a column whose reduced cost
is above the gap between the incumbent and the linear bound cannot be in a better plan.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

from touring.planning.cpsat import Effort, never, solved

MOST_COLUMNS = 6000
"""So many columns CP-SAT looks through; the linear program chooses them."""

LP_FROM = 600
"""Below so many columns the linear program is not worth its time."""

LP_EFFORT = 4.0
"""Most deterministic seconds of GLOP."""

ROUNDING = 1e-6
"""Slack for the floating point numbers of the linear program, as a share of its value."""


@dataclass(frozen=True, slots=True)
class Column:
    """One block or one route: where (`slot`), which numbered `parts` of service are in it, what it costs.

    Of the columns with the same number in `exclusive` one at most is taken (a shared vehicle in one week).
    `work` counts for `group` where a plan is to be even; it must be comparable between the groups.
    """

    slot: int
    parts: tuple[int, ...]
    cost: int
    exclusive: tuple[int, ...] = ()
    group: int = 0
    work: int = 0


@dataclass(frozen=True, slots=True)
class Option:
    """One way to serve a job: all these parts together, at a price beside the columns' costs.

    A part belongs to one job. `is_move`: taking it counts against `Choice.max_moves`.
    """

    job: int
    parts: tuple[int, ...]
    price: int
    is_move: bool = False


@dataclass(frozen=True, slots=True)
class Even:
    """Make the most and the least work of these groups as alike as possible, at `most_cost` at most."""

    groups: tuple[int, ...]
    most_cost: int


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be chosen from. Exactly one option per job, or its price in `left_out`.

    A part is driven iff the chosen option has it, and then by one column. `capacity`: how many columns of a
    slot may be taken (1 where nothing is said). `moves_left_out`: jobs for which leaving them out is a move.
    `incumbent`: columns of the plan there is; the answer is never worse if they are a valid choice.
    """

    columns: tuple[Column, ...]
    options: tuple[Option, ...]
    left_out: tuple[int, ...]
    capacity: Mapping[int, int] = field(default_factory=dict)
    max_moves: int | None = None
    incumbent: frozenset[int] = frozenset()
    even: Even | None = None
    moves_left_out: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Selection:
    """Indexes of the chosen columns and options; no choice costs less than `bound`."""

    columns: tuple[int, ...]
    options: tuple[int, ...]
    cost: int
    bound: int


def chosen(choice: Choice, effort: Effort, should_stop: Callable[[], bool] = never) -> Selection | None:
    """The cheapest choice, as far as the effort reaches; `None` if no choice was found.

    With `choice.even`: the one with the least difference of work, and among those the cheapest.
    """
    frame = _Frame(choice)
    known = frame.known()
    limit = None if known is None else frame.cost(known)
    shortlist = _Shortlist(_all(frame), -math.inf, True)
    if len(choice.columns) >= LP_FROM and choice.even is None and not should_stop():
        shortlist = _shortlist(frame, known, limit)
    if should_stop():
        return None
    if choice.even is not None:
        return _most_even(frame, choice.even, known, effort, should_stop)
    model = _model(frame, shortlist.kept, known)
    solver = solved(model.cp, effort, should_stop, presolve=False)
    return None if solver is None else _selection(frame, model, solver, shortlist)


@dataclass(frozen=True, slots=True)
class _Row:
    """`low <= sum of the variables <= high`."""

    variables: list[int]
    low: int
    high: int
    minus: list[int] = field(default_factory=list)
    """Variables that count -1."""

    def holds(self, taken: set[int]) -> bool:
        """Do these variables keep the row?"""
        total = sum(n in taken for n in self.variables) - sum(n in taken for n in self.minus)
        return self.low <= total <= self.high


class _Frame:
    """Zero-one variables and rows: columns first, then options, then one "left out" per job.

    An option with one part that no other option has needs no variable: the columns that hold the part stand for it.
    """

    def __init__(self, choice: Choice) -> None:
        self.choice = choice
        self.first_option = len(choice.columns)
        self.first_left_out = self.first_option + len(choice.options)
        self.size = self.first_left_out + len(choice.left_out)
        self.direct = _direct_options(choice)
        self.gone = {self.first_option + n for n in self.direct.values()}
        self.holding = _holding(choice)
        self.costs = [column.cost for column in choice.columns]
        self.costs += [option.price for option in choice.options] + list(choice.left_out)
        for part, n in self.direct.items():
            for column in self.holding[part]:
                self.costs[column] += choice.options[n].price
        self.rows = [*self._jobs(), *self._parts(), *self._slots(), *self._moves()]

    @property
    def beside_columns(self) -> list[int]:
        """All variables that are no columns."""
        return [n for n in range(self.first_option, self.size) if n not in self.gone]

    def cost(self, variables: Iterable[int]) -> int:
        """Of these variables together."""
        return sum(self.costs[n] for n in variables)

    def options(self, taken: Iterable[int]) -> tuple[int, ...]:
        """Numbers of the options that these variables stand for."""
        found: list[int] = []
        for n in taken:
            if n < self.first_option:
                found += [self.direct[part] for part in self.choice.columns[n].parts if part in self.direct]
            elif n < self.first_left_out:
                found.append(n - self.first_option)
        return tuple(sorted(found))

    def known(self) -> set[int] | None:
        """The variables of the incumbent, or `None` where it is not a valid choice."""
        parts = {part for n in self.choice.incumbent for part in self.choice.columns[n].parts}
        best: dict[int, int] = {}
        for n, option in enumerate(self.choice.options):
            if parts.issuperset(option.parts):
                old = best.get(option.job)
                if old is None or _rank(option) < _rank(self.choice.options[old]):
                    best[option.job] = n
        options = {self.first_option + n for n in best.values()} - self.gone
        left_out = {self.first_left_out + j for j in range(len(self.choice.left_out)) if j not in best}
        found = {*self.choice.incumbent, *options, *left_out}
        return found if all(row.holds(found) for row in self.rows) else None

    def _jobs(self) -> Iterable[_Row]:
        rows = [[self.first_left_out + j] for j in range(len(self.choice.left_out))]
        for part, n in self.direct.items():
            rows[self.choice.options[n].job] += self.holding[part]
        for n, option in enumerate(self.choice.options, self.first_option):
            if n not in self.gone:
                rows[option.job].append(n)
        return (_Row(row, 1, 1) for row in rows)

    def _parts(self) -> Iterable[_Row]:
        """The columns that hold a part, and minus the options that ask for it: as many of these as of those."""
        asking: dict[int, list[int]] = {part: [] for part in self.holding if part not in self.direct}
        for n, option in enumerate(self.choice.options, self.first_option):
            for part in option.parts if n not in self.gone else ():
                asking[part].append(n)
        return (_Row(self.holding[part], 0, 0, options) for part, options in asking.items())

    def _slots(self) -> Iterable[_Row]:
        slots: dict[int, list[int]] = {}
        groups: dict[int, list[int]] = {}
        for n, column in enumerate(self.choice.columns):
            slots.setdefault(column.slot, []).append(n)
            for group in column.exclusive:
                groups.setdefault(group, []).append(n)
        yield from (_Row(row, 0, self.choice.capacity.get(slot, 1)) for slot, row in slots.items())
        yield from (_Row(row, 0, 1) for row in groups.values())

    def _moves(self) -> Iterable[_Row]:
        if self.choice.max_moves is None:
            return
        moving = [self.first_left_out + j for j in sorted(self.choice.moves_left_out)]
        for n, option in enumerate(self.choice.options):
            if option.is_move:
                is_direct = self.first_option + n in self.gone
                moving += self.holding[option.parts[0]] if is_direct else [self.first_option + n]
        yield _Row(moving, 0, self.choice.max_moves)


def _holding(choice: Choice) -> dict[int, list[int]]:
    """The columns that hold each part."""
    holding: dict[int, list[int]] = {part: [] for option in choice.options for part in option.parts}
    for n, column in enumerate(choice.columns):
        for part in column.parts:
            holding.setdefault(part, []).append(n)
    return holding


def _direct_options(choice: Choice) -> dict[int, int]:
    """By part: the option that is just this part, where no other option has it."""
    asking: dict[int, list[int]] = {}
    for n, option in enumerate(choice.options):
        for part in option.parts:
            asking.setdefault(part, []).append(n)
    return {part: ns[0] for part, ns in asking.items() if len(ns) == 1 and len(choice.options[ns[0]].parts) == 1}


def _rank(option: Option) -> tuple[int, int, bool]:
    """An option with more parts leaves none of them over."""
    return -len(option.parts), option.price, option.is_move


@dataclass(frozen=True, slots=True)
class _Shortlist:
    """The variables that CP-SAT gets, and what the linear program knows about the rest."""

    kept: Iterable[int]
    bound: float
    is_exact: bool
    """No better choice was thrown away."""


def _all(frame: _Frame) -> list[int]:
    return [*range(frame.first_option), *frame.beside_columns]


def _shortlist(frame: _Frame, known: set[int] | None, limit: int | None) -> _Shortlist:
    """Columns in the order of their reduced cost, those above the gap not at all."""
    answer = _relaxed(frame)
    if answer is None:
        return _first_ones(frame, known)
    bound, reduced = answer
    gap = math.inf if limit is None else limit - bound + ROUNDING * abs(bound) + ROUNDING
    near = sorted((reduced[n], n) for n in range(frame.first_option) if reduced[n] <= gap)
    kept = {*(n for _, n in near[:MOST_COLUMNS]), *(known or ()), *frame.beside_columns}
    return _Shortlist(sorted(kept), bound, len(near) <= MOST_COLUMNS)


def _first_ones(frame: _Frame, known: set[int] | None) -> _Shortlist:
    """What is left where the linear program came to no end."""
    few = frame.first_option <= MOST_COLUMNS
    kept = {*range(min(frame.first_option, MOST_COLUMNS)), *frame.beside_columns, *(known or ())}
    return _Shortlist(sorted(kept), -math.inf, few)


def _relaxed(frame: _Frame) -> tuple[float, list[float]] | None:
    """Value of the linear relaxation and the reduced cost of every variable; GLOP."""
    solver = pywraplp.Solver.CreateSolver("GLOP")
    solver.SetSolverSpecificParametersAsString(f"max_deterministic_time: {LP_EFFORT}")
    objective = solver.Objective()
    variables = {n: solver.NumVar(0.0, solver.infinity(), "") for n in _all(frame)}
    for n, variable in variables.items():
        objective.SetCoefficient(variable, float(frame.costs[n]))
    objective.SetMinimization()
    rows = [_linear_row(solver, variables, row) for row in frame.rows]
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return None
    reduced = [float(cost) for cost in frame.costs]
    for linear, coefficients in rows:
        dual = linear.dual_value()
        for n, coefficient in coefficients.items():
            reduced[n] -= dual * coefficient
    return objective.Value(), reduced


def _linear_row(solver: Any, variables: dict[int, Any], row: _Row) -> tuple[Any, dict[int, int]]:
    coefficients: dict[int, int] = {}
    for numbers, sign in ((row.variables, 1), (row.minus, -1)):
        for n in numbers:
            coefficients[n] = coefficients.get(n, 0) + sign
    linear = solver.Constraint(float(row.low), float(row.high))
    for n, coefficient in coefficients.items():
        linear.SetCoefficient(variables[n], float(coefficient))
    return linear, coefficients


@dataclass(slots=True)
class _Model:
    """The model over the kept variables; the others are zero."""

    cp: cp_model.CpModel
    variables: dict[int, cp_model.IntVar]


def _model(frame: _Frame, kept: Iterable[int], known: set[int] | None) -> _Model:
    cp = cp_model.CpModel()
    variables = {n: cp.new_bool_var("") for n in kept}
    for n, variable in variables.items():
        if known is not None:
            cp.add_hint(variable, n in known)
    for row in frame.rows:
        _add_row(cp, row, [variables[n] for n in row.variables if n in variables], [variables[n] for n in row.minus])
    cp.minimize(_total(frame, variables))
    return _Model(cp, variables)


def _total(frame: _Frame, variables: Mapping[int, cp_model.IntVar]) -> cp_model.LinearExprT:
    return cp_model.LinearExpr.weighted_sum(list(variables.values()), [frame.costs[n] for n in variables])


def _add_row(cp: cp_model.CpModel, row: _Row, plus: list[cp_model.IntVar], minus: list[cp_model.IntVar]) -> None:
    if (row.low, row.high) == (1, 1):
        cp.add_exactly_one(plus)
    elif row.high == 1:
        cp.add_at_most_one(plus)
    elif not row.minus and len(plus) > row.high:
        cp.add(sum(plus) <= row.high)
    elif row.low == row.high == 0 and (plus or minus):
        cp.add(sum(plus) == sum(minus))


def _selection(frame: _Frame, model: _Model, solver: cp_model.CpSolver, shortlist: _Shortlist) -> Selection:
    taken = [n for n, variable in model.variables.items() if solver.boolean_value(variable)]
    cost, least = frame.cost(taken), math.ceil(solver.best_objective_bound - ROUNDING)
    linear = -(10**15) if shortlist.bound == -math.inf else math.ceil(shortlist.bound * (1 - ROUNDING) - ROUNDING)
    return Selection(
        columns=tuple(n for n in taken if n < frame.first_option),
        options=frame.options(taken),
        cost=cost,
        bound=min(cost, max(linear, least) if shortlist.is_exact else linear),
    )


def _most_even(
    frame: _Frame, even: Even, known: set[int] | None, effort: Effort, should_stop: Callable[[], bool]
) -> Selection | None:
    """First the least difference of work, then the least cost with that difference."""
    least = _model(frame, _all(frame), known)
    least.cp.add(_total(frame, least.variables) <= even.most_cost)
    spread = _spread(frame, least, even)
    least.cp.minimize(spread)
    solver = solved(least.cp, effort, should_stop)
    if solver is None:
        return None
    model = _model(frame, _all(frame), {n for n, variable in least.variables.items() if solver.boolean_value(variable)})
    model.cp.add(_spread(frame, model, even) <= solver.value(spread))
    cheaper = None if should_stop() else solved(model.cp, effort, should_stop)
    nothing = _Shortlist((), -math.inf, False)
    return _selection(frame, model, cheaper, nothing) if cheaper else _selection(frame, least, solver, nothing)


def _spread(frame: _Frame, model: _Model, even: Even) -> cp_model.LinearExprT:
    """The most work of a group less the least."""
    top = sum(column.work for column in frame.choice.columns)
    most, least = model.cp.new_int_var(0, top, ""), model.cp.new_int_var(0, top, "")
    for group in even.groups:
        own = [(n, column.work) for n, column in enumerate(frame.choice.columns) if column.group == group]
        work = sum(model.variables[n] * seconds for n, seconds in own)
        model.cp.add(most >= work)
        model.cp.add(least <= work)
    return most - least
