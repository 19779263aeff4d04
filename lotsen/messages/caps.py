"""How many SMS one number, and one block of numbers, may get: the lock against SMS pumping. Exact under parallel
load."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from lotsen.kernel.limits import within_limit
from lotsen.kernel.phones import is_for_films
from lotsen.messages.models import Message

A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
PREFIX_DIGITS = 7
UNCAPPED = frozenset(
    {
        *("emergency_words", "emergency_words_closed", "senior_stop", "v_stop", "f_stop", "unknown_stop"),
        *("k_help", "k_overdue_45", "k_overdue_60", "k_taken", "v_help_received", "v_login", "f_login", "k_login"),
        *("v_arrive_missing", "v_checkout_0", "v_checkout_15", "v_checkout_30", "v_extended", "v_checkout_ok"),
    }
)
"""Alarms, the answer to STOPP, and sign-in codes (bounded at their own door)."""


@dataclass(frozen=True)
class SmsCaps:
    """How many at most: to one number a day (UTC), to all numbers of one block of seven digits an hour."""

    number_a_day: int = 3
    prefix_an_hour: int = 20


def within_caps(message: Message, caps: SmsCaps, *, at: datetime) -> bool:
    """Count this SMS; false where it would be one too many. Counted in the caller's transaction: if the SMS is not
    taken after all, it has not been counted. A second try of one message is not counted again."""
    if message.kind in UNCAPPED or message.attempts:
        return True
    if not within_limit("sms.number", message.to, cap=caps.number_a_day, span=A_DAY, at=at):
        return False
    if is_for_films(message.to):  # numbers that belong to nobody share few blocks, and nobody pays for them
        return True
    prefix = message.to[: PREFIX_DIGITS + 1]
    return within_limit("sms.prefix", prefix, cap=caps.prefix_an_hour, span=AN_HOUR, at=at)
