"""The texts that the house has changed, as this process last read them. Filled by `lotsen.messages.texts`; empty
else."""

import contextlib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Released:
    """The newest version of one text: a body, or the sentences of a letter in the order of its blocks."""

    subject: str = ""
    text: str = ""
    parts: tuple[str, ...] = ()


@dataclass
class _Shelf:
    """One a process. `stamp` is the newest version that was read."""

    stamp: int = 0
    texts: Mapping[Key, Released] = field(default_factory=dict)


_shelf = _Shelf()
_hidden: ContextVar[bool] = ContextVar("released_hidden", default=False)


def text_of(kind: str, channel: str, language: str) -> Released | None:
    """The changed text, None where the file's holds."""
    return None if _hidden.get() else _shelf.texts.get((kind, channel, language))


def stamp() -> int:
    """Which versions this process has read."""
    return _shelf.stamp


def put(stamp: int, texts: Mapping[Key, Released]) -> None:
    """Exchange all of them at once."""
    _shelf.stamp, _shelf.texts = stamp, texts


@contextlib.contextmanager
def none() -> Iterator[None]:
    """Within the block, in this thread's eyes, no text is changed: what the program brought."""
    token = _hidden.set(True)
    try:
        yield
    finally:
        _hidden.reset(token)
