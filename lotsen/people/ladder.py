"""The ladder of channels: which way reaches a person, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

CHANNELS = ("sms", "voice", "push", "email", "letter", "call")


@dataclass(frozen=True)
class ContactPoint:
    """One way to reach somebody: `channel` is one of `CHANNELS`, `to` the number, address or postal block."""

    channel: str
    to: str


def ladder(
    *, wishes: Sequence[str], mobile: str = "", phone: str = "", email: str = "", postal: str = ""
) -> tuple[ContactPoint, ...]:
    """Contact points in the order the person wished, then the rest that exist: letter before call.

    `mobile` is a confirmed mobile number (SMS goes nowhere else), `phone` any number for calls,
    `postal` the postal block with line breaks. A wish that has nothing behind it drops out.
    """
    there = {"sms": mobile, "email": email, "letter": postal, "call": phone or mobile}
    wished = [channel for channel in wishes if there.get(channel)]
    rest = [channel for channel in ("letter", "call") if there[channel] and channel not in wished]
    return tuple(ContactPoint(channel, there[channel]) for channel in dict.fromkeys([*wished, *rest]))


def with_announcement(points: Sequence[ContactPoint], *, phone: str) -> tuple[ContactPoint, ...]:
    """The same ladder, with a call of the announcement to `phone` right after the SMS, where there is one."""
    out: list[ContactPoint] = []
    for point in points:
        out.append(point)
        if point.channel == "sms" and phone:
            out.append(ContactPoint("voice", phone))
    return tuple(out)
