"""Kills workers with `kill -9` and restarts the database in the middle of sending, then counts what went out how often.

    python -m tests.bench.chaos [--messages 1000] [--kills 100] [--restarts 2] [--order right|mark-first|send-first]
    python -m tests.bench.chaos --database URL …    # in a database that is there already, without restarts

Real workers (procrastinate), a PostgreSQL of its own with the settings of production, and a provider that answers by
our reference. The waits after which a lost worker is noticed are shortened to seconds, nothing else is changed.
Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from lotsen.postgres import Cluster
from lotsen.postgres.postmaster import running_postmaster
from tests.bench.provider import Provider
from tests.bench.server import ROOT

WORKERS = 3
CLAIM_LASTS, ASK_AFTER, LOST_JOB_AFTER = (timedelta(seconds=seconds) for seconds in (4, 7, 5))
SWEEP_SECONDS = 1.0
LONGEST_SECONDS = 600
UNFINISHED = ("queued", "sending", "uncertain")


@dataclass(frozen=True)
class Outcome:
    """What one run came to."""

    order: str
    messages: int
    kills: int
    restarts: int
    lost: int
    twice: int
    open: int
    seconds: float


class Nursery:
    """The living workers of a run."""

    def __init__(self, order: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.nursery", order],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self.pids: list[int] = []

    def start(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.pids.append(int(self.process.stdout.readline()))

    def kill_one(self, chance: random.Random) -> None:
        pid = self.pids.pop(chance.randrange(len(self.pids)))
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def refill(self) -> None:
        """Whoever died is replaced, as a service manager does it."""
        self.pids = [pid for pid in self.pids if _lives(pid)]
        while len(self.pids) < WORKERS:
            self.start()

    def stop(self) -> None:
        for pid in self.pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait(10)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@contextlib.contextmanager
def own_cluster() -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory(prefix="lotsen-chaos-", dir="/tmp") as home:
        Path(home).chmod(0o711)
        cluster = Cluster(Path(home) / "pg")
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.destroy()


def restart_at_once(cluster: Cluster) -> None:
    """As `pg_ctl restart -m immediate`: no checkpoint, no farewell, recovery from the log."""
    server = running_postmaster(cluster.data)
    assert server is not None
    os.kill(server.pid, signal.SIGQUIT)
    while running_postmaster(cluster.data) is not None:
        time.sleep(0.02)
    cluster.start()


def run(*, messages: int, kills: int, restarts: int, order: str, database: str = "", seed: int = 1) -> Outcome:
    """One storm. `database` names one that is ready to be used; without it a cluster is made, and may be restarted."""
    with contextlib.ExitStack() as stack:
        cluster = None if database else stack.enter_context(own_cluster())
        provider = stack.enter_context(Provider())
        arrange(database or cluster.url(), provider, is_new=cluster is not None)
        begun = time.monotonic()
        queue(messages)
        nursery = Nursery(order)
        try:
            killed, restarted = storm(nursery, provider, cluster, messages, kills, restarts, random.Random(seed))
            left = calm(nursery)
            references = every_reference()
        finally:
            nursery.stop()
        counts = provider.taken
        return Outcome(
            order=order,
            messages=len(references),
            kills=killed,
            restarts=restarted,
            lost=sum(1 for reference in references if not counts[reference]),
            twice=sum(1 for reference in references if counts[reference] > 1),
            open=left,
            seconds=round(time.monotonic() - begun, 1),
        )


def arrange(database: str, provider: Provider, *, is_new: bool) -> None:
    """The program on this database and this provider, in this process and in its children."""
    os.environ |= {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "lotsen.settings",
        "LOTSEN_TWILIO_BASE_URL": provider.url,
        "LOTSEN_TWILIO_NUMBER": "+493023125101",
        "LOTSEN_SMS_PER_PREFIX_AN_HOUR": "1000000",
        "LOTSEN_PHONE_DAILY_LIMIT_EURO": "100000",
        "LOTSEN_LOG_LEVEL": "CRITICAL",
    }
    import django
    from django.core.management import call_command

    django.setup()
    if is_new:
        call_command("migrate", verbosity=0)
    from lotsen.messages import sending

    sending.CLAIM_LASTS, sending.ASK_AFTER, sending.LOST_JOB_AFTER = CLAIM_LASTS, ASK_AFTER, LOST_JOB_AFTER


def queue(count: int) -> None:
    from django.utils import timezone

    from lotsen.messages.outbox import queue_message

    for number in range(count):
        queue_message(
            kind="senior_booked",
            channel="sms",
            to=f"+49172{2_000_000 + number}",
            language="de",
            variables={"date_long": "Dienstag, 1. Dezember", "time": "14:30", "reference": f"{number:07d}"},
            about=None,
            key=f"chaos:{number}",
            by=None,
            at=timezone.now(),
        )


def storm(
    nursery: Nursery,
    provider: Provider,
    cluster: Cluster | None,
    messages: int,
    kills: int,
    restarts: int,
    chance: random.Random,
) -> tuple[int, int]:
    """Kills spread over the sending, by what the provider has; the restarts between them."""
    killed, restarted, until = 0, 0, time.monotonic() + LONGEST_SECONDS
    last_sweep = time.monotonic()
    while (killed < kills or (cluster is not None and restarted < restarts)) and time.monotonic() < until:
        nursery.refill()
        time.sleep(chance.uniform(0.01, 0.06))
        share = len(provider.taken) / messages
        if killed < kills and share * 1.1 >= killed / kills:
            nursery.kill_one(chance)
            killed += 1
        if cluster is not None and restarted < restarts and share >= (restarted + 1) / (restarts + 2):
            restart_at_once(cluster)
            restarted += 1
        if time.monotonic() - last_sweep > SWEEP_SECONDS:
            sweep()
            last_sweep = time.monotonic()
            if not unfinished():  # a wrong order loses some, and the provider never sees them all
                break
    return killed, restarted


def unfinished() -> int:
    """How many messages are still on their way; as many as there are while the database is away."""
    from django.db import DatabaseError

    from lotsen.messages.models import Message

    try:
        return Message.objects.filter(state__in=UNFINISHED).count()
    except DatabaseError:
        return 1


def sweep() -> None:
    """What the worker does every minute."""
    from django.db import DatabaseError

    from lotsen.messages import tasks

    with contextlib.suppress(DatabaseError):
        tasks.sweep_messages(0)


def calm(nursery: Nursery) -> int:
    """No more kills: sweep until nothing is open; returns how many still are."""
    until = time.monotonic() + LONGEST_SECONDS
    while (left := unfinished()) and time.monotonic() < until:
        nursery.refill()
        sweep()
        time.sleep(SWEEP_SECONDS)
    return left


def every_reference() -> list[str]:
    from lotsen.messages.models import Message

    return [str(pk) for pk in Message.objects.values_list("pk", flat=True)]


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.chaos", description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--restarts", type=int, default=2)
    parser.add_argument("--order", choices=["right", "mark-first", "send-first"], default="right")
    parser.add_argument("--database", default="", help="the address of a database that is ready")
    given = parser.parse_args(words)
    outcome = run(**vars(given))
    sys.stdout.write(json.dumps(asdict(outcome)) + "\n")


if __name__ == "__main__":
    main()
