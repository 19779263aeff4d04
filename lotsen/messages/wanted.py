"""Is it still true? Rooms above say, by kind, how to find out; asked in the transaction that takes a message.

A room registers in its `AppConfig.ready`: `register_still_wanted(("senior_reminder_1d",), visit_still_stands)`.
"""

from collections.abc import Callable, Iterable

from lotsen.messages.models import Message

StillWanted = Callable[[Message], bool]
_checks: dict[str, StillWanted] = {}


def register_still_wanted(kinds: Iterable[str], check: StillWanted) -> None:
    """Ask `check(message)` before a message of these kinds goes out. It reads `about_type`, `about_id`, `variables`."""
    for kind in kinds:
        _checks[kind] = check


def still_wanted(message: Message) -> bool:
    """True for every kind that nobody registered."""
    check = _checks.get(message.kind)
    return check is None or check(message)
