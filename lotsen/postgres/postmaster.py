"""Reads what a running server writes about itself, and makes sure that the process is really that server.

After `kill -9` the file `postmaster.pid` stays, and its number may by now belong to somebody else's process.
So a number is believed only when that process works in this very data folder.
"""

import contextlib
import subprocess
from dataclasses import dataclass
from pathlib import Path

NAMES = ("postgres", "postmaster")
PROC = Path("/proc")  # there are systems without; `exists` tells


@dataclass(frozen=True)
class Postmaster:
    """The main process of a server: its pid, its socket folder, and whether it accepts connections."""

    pid: int
    socket_folder: Path
    is_ready: bool


def running_postmaster(data: Path) -> Postmaster | None:
    """The server that works in this data folder now, or None."""
    said = read_pid_file(data)
    return said if said and is_server_of(said.pid, data) else None


def read_pid_file(data: Path) -> Postmaster | None:
    """What `postmaster.pid` says, true or stale; None where there is none or it is only half written."""
    try:
        lines = (data / "postmaster.pid").read_text(errors="replace").splitlines()
    except OSError:
        return None
    if not lines or not lines[0].strip().isdigit():
        return None
    lines += [""] * 8
    return Postmaster(int(lines[0]), Path(lines[4].strip()), lines[7].strip() == "ready")


def is_server_of(pid: int, data: Path) -> bool:
    """Whether the process belongs to a server that works in this data folder (a zombie does not)."""
    if pid <= 1:
        return False
    if _has_proc():
        # A server steps into its data folder at its start and stays there; a dead or foreign process does not.
        with contextlib.suppress(OSError):
            named = (PROC / str(pid) / "comm").read_text().strip()
            return named in NAMES and (PROC / str(pid) / "cwd").samefile(data)
        return False
    return f"-D {data}" in _told_by_ps(pid, "command=")


def left_over_processes(data: Path) -> list[int]:
    """The processes of a server on this data folder, also those whose main process was killed."""
    if not _has_proc():
        return []  # there PostgreSQL's own check of its shared memory has to do
    return [int(path.name) for path in PROC.iterdir() if path.name.isdigit() and is_server_of(int(path.name), data)]


def start_time(pid: int) -> str:
    """When the process began, as an opaque word; empty where there is no such process.

    A pid and this word together name a process for ever: pids come round again, start times do not.
    """
    if not _has_proc():
        return "-".join(_told_by_ps(pid, "lstart=").split())
    with contextlib.suppress(OSError, IndexError):
        # The 22nd field of /proc/PID/stat, counted after the name, which may hold blanks and brackets.
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[19]
    return ""


def _told_by_ps(pid: int, column: str) -> str:
    return subprocess.run(  # noqa: S603 - fixed command, a number as argument
        ["/bin/ps", "-p", str(pid), "-o", column], capture_output=True, text=True, check=False
    ).stdout


def _has_proc() -> bool:
    return (PROC / "self" / "stat").exists()
