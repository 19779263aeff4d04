"""What every channel promises."""

from dataclasses import dataclass
from typing import Protocol

from lotsen.messages.models import Message


@dataclass(frozen=True)
class Sent:
    """The provider has the message, under this number of its own."""

    reference: str


class ChannelError(Exception):
    """The message was not taken, or we cannot know.

    `permanent`: trying again is useless. `untouched`: the provider certainly did nothing, so trying again is safe.
    `reason` is a short code for the timeline ("not_mobile", "http_429"), never a number or a name.
    """

    def __init__(self, reason: str, *, permanent: bool, untouched: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.untouched = untouched


class CannotAsk(Exception):
    """This provider cannot tell whether it has a message."""


class Channel(Protocol):
    """A way for messages to travel."""

    provider: str
    gives_receipts: bool

    def send(self, message: Message) -> Sent:
        """Hand over `message.text`; raises ChannelError."""

    def find(self, message: Message) -> Sent | None:
        """Ask whether the provider has it; None if certainly not. Raises CannotAsk, or ChannelError if it is down."""
