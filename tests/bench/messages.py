"""How long from the change until the provider has the message, at ten times the usual load.

    python -m tests.bench.messages [--hourly 300] [--times 10] [--seconds 120]

The usual load is that of the demonstration city: about 300 messages an hour in its busiest one (some 70 visits with
offers, confirmations and reminders). One worker with the concurrency of the settings, PostgreSQL of its own with the
settings of production, a provider that takes 0.2 to 2 seconds. Prints one line of JSON, and fails where 95 % take
longer than 5 s.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence

from tests.bench.chaos import arrange, own_cluster
from tests.bench.provider import Provider
from tests.bench.server import ROOT

LATENCY = (0.2, 2.0)
AIM_P95, AIM_P99 = 5.0, 30.0
WARM_UP_SECONDS = 8


def run(*, hourly: int, times: int, seconds: int) -> dict[str, object]:
    """Queue messages as if people did it, at random moments, and see when the provider has them."""
    with own_cluster() as cluster, Provider(seconds=LATENCY) as provider:
        arrange(cluster.url(), provider, is_new=True)
        worker = subprocess.Popen([sys.executable, "manage.py", "procrastinate", "worker"], cwd=ROOT, env=os.environ)
        try:
            time.sleep(WARM_UP_SECONDS)
            queued_at = queue_for(seconds, hourly * times / 3600)
            until = time.monotonic() + 60
            while len(provider.taken_at) < len(queued_at) and time.monotonic() < until:
                time.sleep(0.2)
        finally:
            worker.terminate()
            worker.wait(30)
    waits = sorted(provider.taken_at[key] - at for key, at in queued_at.items() if key in provider.taken_at)
    return {
        "messages": len(queued_at),
        "an_hour": hourly * times,
        "with_provider": len(waits),
        "p50_s": round(waits[len(waits) // 2], 2),
        "p95_s": round(waits[int(len(waits) * 0.95)], 2),
        "p99_s": round(waits[int(len(waits) * 0.99)], 2),
        "longest_s": round(waits[-1], 2),
    }


def queue_for(seconds: int, a_second: float) -> dict[str, float]:
    """Arrivals as a Poisson process; returns when each message was committed, by its number."""
    from django.utils import timezone

    from lotsen.messages.outbox import queue_message

    chance, queued, end, number = random.Random(1), {}, time.monotonic() + seconds, 0
    while time.monotonic() < end:
        time.sleep(chance.expovariate(a_second))
        message = queue_message(
            kind="senior_booked",
            channel="sms",
            to=f"+49172{2_000_000 + number}",
            language="de",
            variables={"date_long": "Dienstag, 1. Dezember", "time": "14:30", "reference": f"{number:07d}"},
            about=None,
            key=f"bench:{number}",
            by=None,
            at=timezone.now(),
        )
        queued[str(message.pk)] = time.time()
        number += 1
    return queued


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.messages", description=__doc__.splitlines()[0])
    parser.add_argument("--hourly", type=int, default=300, help="messages in a usual busy hour")
    parser.add_argument("--times", type=int, default=10, help="how many times the usual load")
    parser.add_argument("--seconds", type=int, default=120)
    found = run(**vars(parser.parse_args(words)))
    sys.stdout.write(json.dumps(found) + "\n")
    if found["with_provider"] != found["messages"] or found["p95_s"] > AIM_P95 or found["p99_s"] > AIM_P99:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
