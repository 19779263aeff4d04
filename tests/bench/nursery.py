"""Forks real workers (procrastinate) from a process that has loaded the program once: a start then takes no seconds.

    python -m tests.bench.nursery ORDER

Each line on standard input starts one worker, whose pid is written as a line. ORDER is `right`, or one of the two wrong
ones that a control needs. The way to the provider takes 20 ms there and 20 ms back, so that a kill can fall between.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import django

WAY_SECONDS = 0.02
PR_SET_PDEATHSIG = 1
CONCURRENCY = "4"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lotsen.settings")
    django.setup()
    arrange(sys.argv[1])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the dead
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            work()
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def work() -> None:
    """In the child: a worker until it is killed, or the nursery is gone."""
    from django.core.management import call_command

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    quiet = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(quiet, number)
    try:
        call_command("procrastinate", "worker", "--concurrency", CONCURRENCY, "--queues", "messages")
    finally:
        os._exit(0)


def arrange(order: str) -> None:
    """Lengthen the way to the provider; put the wrong order in where it is asked for."""
    from lotsen.messages import sending
    from lotsen.messages.channels.sms import SmsChannel

    plain = SmsChannel.send

    def send(self: SmsChannel, message: Any) -> Any:
        time.sleep(WAY_SECONDS)
        sent = plain(self, message)
        time.sleep(WAY_SECONDS)
        return sent

    SmsChannel.send = send  # type: ignore[method-assign]
    orders: dict[str, Callable[..., None]] = {"mark-first": mark_first, "send-first": send_first}
    if order in orders:
        sending.send_message = orders[order]


def mark_first(message_id: UUID, *, office: Any, at: datetime) -> None:
    """The wrong way that loses."""
    from lotsen.messages.channels.base import Sent
    from lotsen.messages.sending import claim_message, confirm_sent

    message = claim_message(message_id, office=office, at=at)
    if message is not None:
        confirm_sent(message, Sent("?"), at=at)
        office.channels["sms"].send(message)


def send_first(message_id: UUID, *, office: Any, at: datetime) -> None:
    """The wrong way that doubles."""
    from lotsen.messages import wording
    from lotsen.messages.models import Message

    message = Message.objects.filter(pk=message_id, state="queued").first()
    if message is not None:
        house = office.house("de", at)
        message.text = wording.render(message.kind, "sms", "de", message.variables, house).text
        office.channels["sms"].send(message)
        Message.objects.filter(pk=message_id).update(state="sent", claimed_at=at, sent_at=at)


if __name__ == "__main__":
    main()
