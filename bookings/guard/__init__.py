"""What nobody should write to us: secrets, where a key lies, illnesses. Pure: text in, flags out.

Secrets are refused and never stored. Illness words are pointed out; whoever wrote them may say that it is right as it
is ("Asthma" can be the name of an app). What somebody cannot do ("hört schwer") is what we ask for and no illness.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bookings.guard import doors, illness, loose, money, passwords, pins
from bookings.guard.plain import plain


class Kind(StrEnum):
    """What it looks like."""

    PIN = "pin"
    PASSWORD = "password"  # noqa: S105 - the name of a kind, not a password
    ACCOUNT = "account"
    CARD = "card"
    BANKING = "banking"
    KEY = "key"
    HEALTH = "health"
    LOOSE = "loose"


SECRETS = frozenset(Kind) - {Kind.HEALTH, Kind.LOOSE}
"""Refused whatever the person says; an illness word, or what only might open something, they may leave."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One finding. `words` is what was found for an illness, "" for a secret: it must not be repeated anywhere."""

    kind: Kind
    words: str = ""


def flags(text: str) -> tuple[Flag, ...]:
    """What a note must not hold, each kind once; () where it is clean.

    >>> flags("Die PIN ist 4711"), flags("Hört schwer, kann jetzt WhatsApp allein")
    ((Flag(kind=<Kind.PIN: 'pin'>, words=''),), ())
    """
    folded = plain(text)
    found = [Flag(kind) for kind, finds in _FINDERS.items() if finds(folded)]
    if words := illness.words_in(folded):
        found.append(Flag(Kind.HEALTH, words))
    if not found and loose.is_in(folded):
        found.append(Flag(Kind.LOOSE))
    return tuple(found)


def is_secret(text: str) -> bool:
    """Whether the text holds something that is never stored."""
    return any(flag.kind in SECRETS for flag in flags(text))


_FINDERS: dict[Kind, Callable[[str], bool]] = {
    Kind.PIN: pins.is_in,
    Kind.PASSWORD: passwords.is_in,
    Kind.ACCOUNT: money.has_account,
    Kind.CARD: money.has_card,
    Kind.BANKING: money.has_banking,
    Kind.KEY: doors.is_in,
}
