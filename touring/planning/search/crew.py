"""Several searches at once: one engine here, the others in processes of their own.

The processes know no Django and share nothing; they get a problem and plans, and give back plans and columns. They
end with this process, however it ends: their pipe breaks.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Literal

from touring.planning.plan import Plan
from touring.planning.problem import Problem
from touring.planning.search.engine import BlockEngine, Engine
from touring.planning.search.routes import RouteEngine

CHUNK_SECONDS = 0.08
"""A search looks up so often whether it is over or somebody wants to stop."""

CHUNKS = 40
"""With a budget of steps a search looks up so often."""

SEED_APART = 7919


def engine_for(problem: Problem, seed: int) -> Engine:
    """The search whose neighbourhood suits the problem: free start times, or one time for all weeks."""
    if problem.time_tolerance is None and not problem.same_team:
        return RouteEngine(problem, seed)
    return BlockEngine(problem, seed)


@dataclass(frozen=True, slots=True)
class Cooling:
    """One cooling: so many steps or seconds, and the part of the hot temperature that it begins with."""

    iterations: int | None
    seconds: float | None
    heat: float


def anneal(engine: Engine, cooling: Cooling, is_over: Callable[[], bool]) -> None:
    """Cool down once, in chunks; ends early when `is_over`. With steps only, always the same."""
    hot, cold = engine.temperatures
    hot = max(cold, hot * cooling.heat)
    began, first, chunk = time.monotonic(), engine.iterations, 20
    part = 0.0
    while part < 1.0 and not is_over():
        if cooling.iterations is not None:
            chunk = min(chunk if cooling.seconds else max(1, cooling.iterations // CHUNKS), cooling.iterations)
        asked = time.monotonic()
        ahead = min(1.0, _part(cooling, engine.iterations - first + chunk, asked + CHUNK_SECONDS - began))
        engine.search(chunk, hot * (cold / hot) ** part, hot * (cold / hot) ** ahead)
        spent = max(1e-6, time.monotonic() - asked)
        if cooling.seconds is not None:
            chunk = max(1, int(chunk * min(2.0, CHUNK_SECONDS / spent)))
        part = _part(cooling, engine.iterations - first, time.monotonic() - began)


def _part(cooling: Cooling, done: int, seconds: float) -> float:
    """How much of the cooling is over, from 0 to 1."""
    by_steps = done / max(1, cooling.iterations) if cooling.iterations is not None else 0.0
    by_time = seconds / max(1e-3, cooling.seconds) if cooling.seconds is not None else 0.0
    return max(by_steps, by_time)


Word = Literal["begin", "anneal", "stop", "end"]


class Crew:
    """The other processes; with none, everything happens here."""

    def __init__(self, problem: Problem, seed: int, others: int) -> None:
        self.pipes: list[Connection] = []
        self.processes: list[Any] = []
        spawn = multiprocessing.get_context("spawn")
        for n in range(1, others + 1):
            mine, theirs = spawn.Pipe()
            process = spawn.Process(target=_work, args=(theirs, problem, seed + SEED_APART * n), daemon=True)
            try:
                process.start()
            except (OSError, AssertionError):  # no more processes here, or none allowed: then one less
                break
            theirs.close()
            self.pipes.append(mine)
            self.processes.append(process)

    def tell(self, word: Word, *values: Any) -> None:
        """Say something to everybody; who has died is left out from then on."""
        for pipe in list(self.pipes):
            try:
                pipe.send((word, *values))
            except OSError:
                self.pipes.remove(pipe)

    def found(self, should_wait: Callable[[], bool]) -> list[tuple[int, Plan, Any, int]]:
        """Cost, plan, columns and steps of everybody, in order; those who do not answer while we wait are left out."""
        answers: list[tuple[int, Plan, Any, int]] = []
        for pipe in list(self.pipes):
            try:
                while not pipe.poll(0.02):
                    if not should_wait():
                        return answers
                answers.append(pipe.recv())
            except (OSError, EOFError):
                self.pipes.remove(pipe)
        return answers

    def end(self) -> None:
        """Let everybody go."""
        self.tell("end")
        for process in self.processes:
            process.join(0.2)
            if process.is_alive():
                process.kill()
                process.join()


def _work(pipe: Connection, problem: Problem, seed: int) -> None:
    """One other process: waits for words until it is told to end or the pipe breaks."""
    try:
        engine = engine_for(problem, seed)
        while True:
            word, *values = pipe.recv()
            if word == "end":
                return
            if word == "begin":
                engine.load(values[0])
                engine.construct()
            elif word == "anneal":
                anneal(engine, values[0], pipe.poll)
                pipe.send((engine.best_cost, engine.best_plan(), engine.harvest(), engine.iterations))
                engine.restart()
    except (EOFError, OSError, KeyboardInterrupt):
        return
