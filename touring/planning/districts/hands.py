"""Pieces of work side by side in processes of their own, which know no Django and end with this one."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from touring.planning.districts.part import Improved, improved
from touring.planning.plan import Plan
from touring.planning.problem import Problem
from touring.planning.search.crew import Cooling

LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Work:
    """One district of one round."""

    number: int
    part: Problem
    plan: Plan
    cooling: Cooling
    seed: int


class Hands:
    """Other processes; with none, the work is done here."""

    def __init__(self, workers: int) -> None:
        self.pipes: list[Connection] = []
        self.processes: list[Any] = []
        spawn = multiprocessing.get_context("spawn")
        for _ in range(workers if workers > 1 else 0):
            mine, theirs = spawn.Pipe()
            process = spawn.Process(target=_serve, args=(theirs,), daemon=True)
            try:
                process.start()
            except (OSError, AssertionError):  # no more processes here, or none allowed
                break
            theirs.close()
            self.pipes.append(mine)
            self.processes.append(process)

    def done(self, works: Sequence[Work], is_over: Callable[[], bool]) -> Iterator[tuple[int, Improved]]:
        """Number and improved plan of each piece, as they come; what is not ready when `is_over` is given up.

        The work of a process that has died is given up too; without any left it goes on here.
        """
        waiting, busy = list(works), set[Connection]()
        while (waiting or busy) and not is_over():
            for pipe in [pipe for pipe in self.pipes if pipe not in busy and waiting]:
                if self._hand(pipe, waiting[0]):
                    waiting.pop(0)
                    busy.add(pipe)
            if not self.pipes and waiting:
                work = waiting.pop(0)
                yield work.number, improved(work.part, work.plan, work.cooling, work.seed, is_over)
                continue
            ready = set(wait(list(busy), LOOK_SECONDS))
            for pipe in [pipe for pipe in self.pipes if pipe in ready]:
                busy.discard(pipe)
                yield from self._answer(pipe)

    def _hand(self, pipe: Connection, work: Work) -> bool:
        try:
            pipe.send(work)
        except OSError:
            self.pipes.remove(pipe)
            return False
        return True

    def _answer(self, pipe: Connection) -> list[tuple[int, Improved]]:
        try:
            return [pipe.recv()]
        except (OSError, EOFError):
            self.pipes.remove(pipe)
            return []

    def end(self) -> None:
        """Let everybody go, whatever they are doing."""
        for process in self.processes:
            process.kill()
            process.join()


def _serve(pipe: Connection) -> None:
    """Take work until the pipe breaks."""
    try:
        while True:
            work: Work = pipe.recv()
            pipe.send((work.number, improved(work.part, work.plan, work.cooling, work.seed)))
    except (EOFError, OSError, KeyboardInterrupt):
        return
