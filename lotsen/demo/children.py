"""Child processes that end with their parent, in order or (after `kill -9`) by the kernel or at the next start."""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from lotsen.postgres.postmaster import start_time

PR_SET_PDEATHSIG = 1
PATIENCE_SECONDS = 10


class ChildEnded(Exception):
    """A child ended by itself; the text names it, its exit code and the end of its log."""


class Children:
    """The children of this process, also written to `folder` so that a later start finds what a killed one left."""

    def __init__(self, folder: Path, logs: Path) -> None:
        self.folder = folder
        self.logs = logs
        self.record = folder / f"{os.getpid()}.json"
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        for made in (folder, logs):
            made.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, command: Sequence[str], *, environ: Mapping[str, str], cwd: Path) -> None:
        """Starts a child with a log of its own, in a session of its own: Ctrl-C reaches us alone, and we end it."""
        with (self.logs / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 - our own programs, arguments as a list
                command,
                env=dict(environ),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - we have one thread
            )
        self._write_record()

    def check(self) -> None:
        """Refuses with `ChildEnded` when one of them is gone."""
        for name, child in self._running.items():
            if child.poll() is not None:
                last = _last_lines(self.logs / f"{name}.log")
                raise ChildEnded(f"{name} hat sich beendet (Code {child.returncode}). Zuletzt im Protokoll:\n{last}")

    def stop(self) -> None:
        """Ends all, politely first."""
        for child in self._running.values():
            _signal_group(child.pid, signal.SIGTERM)
        until = time.monotonic() + PATIENCE_SECONDS
        for child in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, until - time.monotonic()))
            _signal_group(child.pid, signal.SIGKILL)  # whoever is left in its session
            child.wait()
        self._running.clear()
        self.record.unlink(missing_ok=True)

    def _write_record(self) -> None:
        pids = [os.getpid(), *(child.pid for child in self._running.values())]
        content = json.dumps({pid: start_time(pid) for pid in pids})
        unfinished = self.record.with_suffix(".new")
        unfinished.write_text(content)
        unfinished.replace(self.record)


def end_left_over(folder: Path) -> int:
    """Ends the children of starts that were killed; returns how many there were.

    Children are told by pid and start time, so that nobody who got an old pid is met.
    """
    ended = 0
    for record in folder.glob("*.json"):
        with contextlib.suppress(OSError, ValueError):
            (owner, *children) = [(int(pid), started) for pid, started in json.loads(record.read_text()).items()]
            if _lives(*owner):
                continue
            left = [pid for pid, started in children if _lives(pid, started)]
            for pid in left:
                _signal_group(pid, signal.SIGTERM)
            ended += len(left)
            record.unlink()
    return ended


def _lives(pid: int, started: str) -> bool:
    return bool(started) and start_time(pid) == started


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _end_with_parent() -> None:
    """In the child: the kernel sends SIGTERM when the parent is gone, however it went (Linux only)."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _last_lines(log: Path, count: int = 12) -> str:
    return "\n".join("    " + line for line in log.read_text(errors="replace").splitlines()[-count:])
