"""Running CP-SAT so that it can be stopped, and the same way every time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from ortools.sat.python import cp_model

POLL_SECONDS = 0.05


def never() -> bool:
    """Nobody wants to stop."""
    return False


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try: CP-SAT's own deterministic seconds, and wall seconds if there are any to keep."""

    deterministic: float
    wall: float | None = None
    seed: int = 1


def solved(
    model: cp_model.CpModel, effort: Effort, should_stop: Callable[[], bool] = never, *, presolve: bool = True
) -> cp_model.CpSolver | None:
    """The solver with its best solution, or `None` if it found none.

    One worker and a deterministic limit give the same answer every time, unless the wall limit ends
    it first. Without `presolve` a good hint counts at once. `should_stop` is asked in the calling
    thread, since it may look into a database.
    """
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = effort.seed
    solver.parameters.linearization_level = 2
    solver.parameters.cp_model_presolve = presolve
    solver.parameters.max_deterministic_time = effort.deterministic
    if effort.wall is not None:
        solver.parameters.max_time_in_seconds = max(0.05, effort.wall)
    answers: list[cp_model.CpSolverStatus] = []
    thread = threading.Thread(target=lambda: answers.append(solver.solve(model)), daemon=True)
    thread.start()
    try:
        while thread.is_alive() and not should_stop():
            thread.join(POLL_SECONDS)
    finally:
        while thread.is_alive():  # a stop before the solver has begun is not heard, so it is said again
            solver.stop_search()
            thread.join(POLL_SECONDS)
    found = bool(answers) and answers[0] in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return solver if found else None
