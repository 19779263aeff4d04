"""Words that only the person called may hear, read out of their own place at the moment of the call.

A room registers in its `AppConfig.ready`: `register("senior_code_word", read_code_word)`.
"""

from collections.abc import Callable

from lotsen.messages.models import Message

Reader = Callable[[Message], str]
_readers: dict[str, Reader] = {}


def register(kind: str, reader: Reader) -> None:
    """Let `reader(message)` say the word of this kind; "" where there is none any more."""
    _readers[kind] = reader


def has_secret(kind: str) -> bool:
    """Whether a call of this kind says such a word."""
    return kind in _readers


def spoken_secret(message: Message) -> str:
    """The word, read now, or "" where the kind has none or it is no longer valid. It must not be kept or logged."""
    reader = _readers.get(message.kind)
    return reader(message) if reader is not None else ""
