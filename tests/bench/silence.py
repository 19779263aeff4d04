"""Thousands of messages through a network with faults, by a clock of our own: does anybody end without word?

    python -m tests.bench.silence [--messages 10000] [--faults 0.3] [--unprotected]

Every message is told by its real ladder, sent by the real worker's steps and swept every minute, in a real database;
only the network and the clock are made up. Three in ten sends meet a fault: dropped, late, receipts in the wrong
order, a landline, a full inbox, a provider that takes and says nothing, a provider that is down. Prints one line of
JSON.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

START = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
FAULTS = ("drop", "late", "disorder", "landline", "full", "silent", "down")
ARRIVING = timedelta(minutes=20)
URGENT_SHARE = 0.8
HUMAN_WITHIN = {"senior_cancelled": timedelta(minutes=15), "senior_reminder_1d": timedelta(hours=4)}
WORDS = {"date_long": "Donnerstag, 26. November", "time": "9", "reference": "482 615 6", "deadline_long": "Freitag"}


@dataclass(frozen=True)
class Outcome:
    """`silent`: neither arrived nor with a human. `late`: one of both, but after its deadline."""

    messages: int
    faults: int
    arrived: int
    by_human: int
    silent: int
    late: int
    longest_minutes: float
    seconds: float


@dataclass
class World:
    """The clock and what is going to happen."""

    chance: random.Random
    share: float
    now: datetime = START
    events: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)
    faults: Counter[str] = field(default_factory=Counter)

    def later(self, at: datetime, act: Callable[[], None]) -> None:
        heapq.heappush(self.events, (max(at, self.now), next(self.numbers), act))

    def run(self, *, until: datetime) -> None:
        """Everything up to this moment, and what comes out of it until then."""
        while self.events and self.events[0][0] <= until:
            self.now, _number, act = heapq.heappop(self.events)
            act()
        self.now = until


class Network:
    """A channel whose network has faults; receipts come by the world's clock."""

    provider = "network"
    gives_receipts = True

    def __init__(self, world: World) -> None:
        self.world = world

    def send(self, message: Any) -> Any:
        from lotsen.messages.channels.base import ChannelError, Sent

        fault = self.world.chance.choice(FAULTS) if self.world.chance.random() < self.world.share else ""
        self.world.faults[fault or "none"] += 1
        if fault == "landline":
            raise ChannelError("not_mobile", permanent=True)
        if fault == "silent":
            raise ChannelError("silent", permanent=False, untouched=False)
        if fault == "down":
            raise ChannelError("http_503", permanent=False)
        self.report(message.pk, fault)
        return Sent(f"N{message.pk}")

    def report(self, pk: Any, fault: str) -> None:
        """The receipts of one message that the network has."""
        from lotsen.messages.receipts import record_status

        soon = self.world.now + timedelta(seconds=self.world.chance.uniform(2, 20))
        steps = {
            "drop": [],
            "late": [(ARRIVING, "delivered")],
            "disorder": [(timedelta(0), "delivered"), (timedelta(seconds=2), "sent"), (timedelta(seconds=4), "queued")],
            "full": [(timedelta(0), "sent"), (timedelta(seconds=30), "undelivered")],
        }.get(fault, [(timedelta(0), "sent"), (timedelta(seconds=3), "delivered")])
        for wait, status in steps:
            at = soon + wait

            def receive(status: str = status) -> None:
                record_status(pk, sid=f"SM{pk.hex}", status=status, at=self.world.now)

            self.world.later(at, receive)

    def find(self, message: Any) -> None:
        """It took nothing that it does not know of."""


def simulate(count: int, *, share: float = 0.3, seed: int = 1, is_protected: bool = True) -> Outcome:
    """One run in the present database."""
    from lotsen.messages import sending

    begun = time.monotonic()
    world = World(random.Random(seed), share)
    network = Network(world)
    office = sending.PostOffice({"sms": network, "voice": network}, _house)
    with _own_jobs(world, office):
        for number in range(count):
            at = START + timedelta(seconds=600 * number / count)
            world.later(at, lambda number=number: _tell(number, world))
        minute = START
        end = START + timedelta(hours=5)
        while minute < end and (world.events or _is_open()):
            minute += timedelta(minutes=1)
            world.run(until=minute)
            if is_protected:
                sending.sweep_messages(office=office, at=minute)
    return _count(world, begun)


def _house(language: str, at: datetime) -> dict[str, str]:
    return {"hotline": "030 231 25 100"}


@contextmanager
def _own_jobs(world: World, office: Any) -> Iterator[None]:
    """A job of the queue becomes an event of this world, at its time."""
    from uuid import UUID

    from lotsen.messages import circuits, outbox, sending

    def defer(message_id: str, *, schedule_at: datetime | None = None) -> None:
        due = schedule_at or world.now + timedelta(seconds=1)
        world.later(due, lambda: sending.send_message(UUID(message_id), office=office, at=world.now))

    with (
        mock.patch.object(outbox, "defer_sending", defer),
        mock.patch.object(sending, "defer_sending", defer),
        mock.patch.object(circuits, "MANY_FAILURES", 1_000_000),  # faults here are of messages, not of the provider
        mock.patch.object(circuits, "FEW_FAILURES", 1_000_000),
    ):
        yield


def _tell(number: int, world: World) -> None:
    from lotsen.messages.telling import tell
    from lotsen.people.ladder import ContactPoint

    is_urgent = world.chance.random() < URGENT_SHARE
    kind = "senior_cancelled" if is_urgent else "senior_reminder_1d"
    phone = f"+49172{2_000_000 + number}"
    tell(
        points=[ContactPoint("sms", phone), ContactPoint("voice", phone), ContactPoint("call", phone)],
        kind=kind,
        language="de",
        variables=WORDS,
        about=None,
        key=f"silence:{number}",
        by=None,
        at=world.now,
        deadline_at=world.now + HUMAN_WITHIN[kind],
    )


def _is_open() -> bool:
    from lotsen.messages.models import Message

    return Message.objects.filter(state__in=["queued", "sending", "uncertain", "sent"]).exists()


def _count(world: World, begun: float) -> Outcome:
    from lotsen.messages.models import CallTask, Message

    arrived = dict(Message.objects.filter(state="delivered").values_list("key", "finished_at"))
    tasks = {
        key.partition(">")[0]: at
        for key, at in CallTask.objects.filter(message__isnull=False).values_list("message__key", "created_at")
    }
    first: dict[str, datetime] = dict(tasks)
    for key, at in arrived.items():
        root = key.partition(">")[0]
        first[root] = min(at, first.get(root, at))
    roots = Message.objects.filter(stands_in_for=None).values_list("key", "created_at", "human_by_at")
    waits = {key: (first[key] - created) for key, created, _by in roots if key in first}
    return Outcome(
        messages=len(roots),
        faults=sum(count for name, count in world.faults.items() if name != "none"),
        arrived=len({key.partition(">")[0] for key in arrived}),
        by_human=len(tasks),
        silent=sum(1 for key, _created, _by in roots if key not in first),
        late=sum(1 for key, _created, by in roots if key in first and first[key] > by),
        longest_minutes=round(max(waits.values()).total_seconds() / 60, 1) if waits else 0.0,
        seconds=round(time.monotonic() - begun, 1),
    )


def main(words: Sequence[str] | None = None) -> None:
    from tests.bench.server import database

    parser = argparse.ArgumentParser(prog="python -m tests.bench.silence", description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--faults", type=float, default=0.3)
    parser.add_argument("--unprotected", action="store_true", help="the control: nobody sweeps")
    given = parser.parse_args(words)
    with database(None) as url:
        os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "lotsen.settings"}
        import django
        from django.core.management import call_command
        from django.db import transaction

        django.setup()
        call_command("migrate", verbosity=0)
        with transaction.atomic():
            outcome = simulate(given.messages, share=given.faults, is_protected=not given.unprotected)
        sys.stdout.write(json.dumps(asdict(outcome)) + "\n")


if __name__ == "__main__":
    main()
