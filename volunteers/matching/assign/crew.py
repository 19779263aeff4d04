"""Parts of a round in processes of their own, which know no Django and end with this one."""

from __future__ import annotations

import ctypes
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Any, Self

import numpy as np

from volunteers.matching.assign.arcs import Arcs
from volunteers.matching.assign.days import DayBook
from volunteers.matching.assign.generate import Improved, Part, improve
from volunteers.matching.columns import Ints

LOOK_SECONDS = 0.05


class Crew:
    """Other processes, each given the arcs of its part; with none, the work is done here."""

    def __init__(self, arcs: Arcs, workers: int) -> None:
        self.arcs, self.workers = arcs, workers
        self.pipes: list[Connection] = []
        self.processes: list[Any] = []

    @property
    def hands(self) -> int:
        """How many parts go on at once."""
        return max(1, len(self.pipes))

    def __enter__(self) -> Self:
        spawn = multiprocessing.get_context("spawn")
        for _ in range(self.workers if self.workers > 1 else 0):
            mine, theirs = spawn.Pipe()
            process = spawn.Process(target=_serve, args=(theirs,), daemon=True)
            try:
                process.start()
            except (OSError, AssertionError):  # no more processes here, or none allowed
                break
            theirs.close()
            self.pipes.append(mine)
            self.processes.append(process)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.processes:
            process.kill()
            process.join()

    def improved(
        self, parts: Sequence[Part], is_over: Callable[[], bool], meanwhile: Callable[[], None] = lambda: None
    ) -> Iterator[tuple[Part, Improved]]:
        """Each part with what became of it, as they come; what is not ready when `is_over` is given up. `meanwhile` is
        called while none is ready."""
        waiting, busy = list(parts), dict[Connection, tuple[Part, Ints]]()
        while (waiting or busy) and not is_over():
            for pipe in [pipe for pipe in self.pipes if pipe not in busy and waiting]:
                ids, alone = self._alone(waiting[0])
                if self._hand(pipe, alone):
                    busy[pipe] = waiting.pop(0), ids
            if not self.pipes and waiting:
                part = waiting.pop(0)
                ids, (arcs, mine) = self._alone(part)
                yield part, _numbered(improve(arcs, DayBook(arcs), mine, is_over), ids)
                meanwhile()
                continue
            ready = set(wait(list(busy), LOOK_SECONDS))
            if not ready:
                meanwhile()
            for pipe in [pipe for pipe in busy if pipe in ready]:
                yield from self._answer(pipe, *busy.pop(pipe))

    def _alone(self, part: Part) -> tuple[Ints, tuple[Arcs, Part]]:
        """A part with its own arcs only, which another process can read; and their numbers here."""
        ids = self.arcs.inside(part.people, part.requests)
        patterns = {place: tuple(np.searchsorted(ids, pattern).tolist()) for place, pattern in part.patterns.items()}
        return ids, (self.arcs.only(ids), replace(part, patterns=patterns))

    def _hand(self, pipe: Connection, alone: tuple[Arcs, Part]) -> bool:
        try:
            pipe.send(alone)
        except OSError:
            self.pipes.remove(pipe)
            return False
        return True

    def _answer(self, pipe: Connection, part: Part, ids: Ints) -> list[tuple[Part, Improved]]:
        try:
            return [(part, _numbered(pipe.recv(), ids))]
        except (OSError, EOFError):
            self.pipes.remove(pipe)
            return []


def _numbered(better: Improved, ids: Ints) -> Improved:
    patterns = {place: tuple(ids[list(pattern)].tolist()) for place, pattern in better.patterns.items()}
    return replace(better, patterns=patterns)


def _serve(pipe: Connection) -> None:
    """Take parts until the pipe breaks."""
    try:
        while True:
            arcs, part = pipe.recv()
            pipe.send(improve(arcs, DayBook(arcs), part))
            del arcs, part
            give_back_memory()
    except (EOFError, OSError, KeyboardInterrupt):
        return


def give_back_memory() -> None:
    """What was freed goes back to the machine, where the C library (glibc) can do that; else it keeps the room of the
    largest program it has ever solved."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
