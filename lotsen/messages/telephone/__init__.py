"""The hotline's telephone: calls that wait, the people who answer them, what was spoken outside the hours."""

from lotsen.messages.telephone.calls import (
    caller_hint,
    end_call,
    join_queue,
    keep_place,
    living_call,
    place_of,
    take_call,
    waiting_calls,
)
from lotsen.messages.telephone.lines import (
    LineBusy,
    NoLine,
    NotDialled,
    accept_ring,
    call_out,
    end_ring,
    go_off,
    go_on,
    is_anybody_on,
    line_of,
    ringing_for,
)
from lotsen.messages.telephone.voicemails import mark_heard, receive_recording

__all__ = [
    "LineBusy",
    "NoLine",
    "NotDialled",
    "accept_ring",
    "call_out",
    "caller_hint",
    "end_call",
    "end_ring",
    "go_off",
    "go_on",
    "is_anybody_on",
    "join_queue",
    "keep_place",
    "line_of",
    "living_call",
    "mark_heard",
    "place_of",
    "receive_recording",
    "ringing_for",
    "take_call",
    "waiting_calls",
]
