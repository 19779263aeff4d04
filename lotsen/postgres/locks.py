"""Who uses the embedded database, told by locks that the kernel lets go of when a process dies, however it dies."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Holds the lock alone; waits for it. For the short moments of starting and stopping."""
    number = _open(path)
    try:
        fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)


def share(path: Path) -> int:
    """Takes the lock together with other users; the number is for `is_last`."""
    number = _open(path)
    fcntl.flock(number, fcntl.LOCK_SH)
    return number


def is_last(number: int) -> bool:
    """Whether nobody else shares the lock. Call it only while the start lock is held; lets go of the lock."""
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(number)
    return True


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
