"""What the person pressed in a call of ours. Rooms above say, by kind, what follows beyond the message's own state.

A room registers in its `AppConfig.ready`: `register_call_answer(("v_safe",), note_safe_return)`.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum

from lotsen.messages.models import Message


class CallAnswer(StrEnum):
    """What the keys meant."""

    CONFIRMED = "confirmed"
    CALL_ME = "call_me"
    HELP = "help"
    SILENCE = "silence"


OnAnswer = Callable[[Message, CallAnswer, datetime], None]
_followers: dict[str, OnAnswer] = {}


def register_call_answer(kinds: Iterable[str], follow: OnAnswer) -> None:
    """Call `follow(message, answer, at)` in the transaction that takes in the key. It may be called twice."""
    for kind in kinds:
        _followers[kind] = follow


def follow_call_answer(message: Message, answer: CallAnswer, at: datetime) -> None:
    """Tell the room that registered for this kind, if one did."""
    follow = _followers.get(message.kind)
    if follow is not None:
        follow(message, answer, at)
