"""What the hotline feels of a flood on the public form: 200 posts a second for half a minute, staff pages meanwhile.

    python -m tests.bench.flood [--seconds 30] [--rate 200] [--clients 2000] [--visits 5000] [--volunteers 100]

The same three times on one server each: staff alone, with the flood, and with the flood but without the gate
(`LOTSEN_PUBLIC_FORMS_AT_ONCE=0`). The flood does not wait for answers before it goes on, as floods do not; it shares
the machine with the server, so that the figures are those of the smallest installation.
"""

from __future__ import annotations

import argparse
import collections
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Sequence

from tests.bench import load
from tests.bench.server import database, web_server

LANES = 48
STAFF_PAUSE_SECONDS = 0.05


def flood(address: tuple[str, int], rate: int, seconds: float, counts: multiprocessing.Queue[dict[int, int]]) -> None:
    """Sends `rate` posts a second from many lanes; puts how often which status came (0: no answer at all)."""
    fields = {"street": "Gartenweg 16", "postal_code": "01169"}
    request = load.post("/hausbesuch/", fields, cookie="")
    seen: collections.Counter[int] = collections.Counter()
    begun = time.monotonic()

    def lane(number: int) -> None:
        turn = number
        while (due := turn / rate) < seconds:
            time.sleep(max(0.0, begun + due - time.monotonic()))
            seen[_status(address, request)] += 1
            turn += LANES

    threads = [threading.Thread(target=lane, args=(number,)) for number in range(LANES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts.put(dict(seen))


def _status(address: tuple[str, int], request: bytes) -> int:
    try:
        return load.fetch(address, request)[0]
    except (OSError, RuntimeError, ValueError):
        return 0


def staff(address: tuple[str, int], requests: Sequence[bytes], seconds: float) -> tuple[list[float], dict[int, int]]:
    """One agent at work, page after page; milliseconds in order of size, and what came instead of 200."""
    took, other = [], collections.Counter[int]()
    until, turn = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        begun = time.perf_counter()
        status = _status(address, requests[turn % len(requests)])
        took.append((time.perf_counter() - begun) * 1000)
        if status != 200:
            other[status] += 1
        turn += 1
        time.sleep(STAFF_PAUSE_SECONDS)
    return sorted(took), dict(other)


def measured(name: str, requests: Sequence[bytes], asked: argparse.Namespace, *, rate: int, at_once: int) -> str:
    """One line: what staff waited, and what the flood was answered."""
    os.environ["LOTSEN_PUBLIC_FORMS_AT_ONCE"] = str(at_once)
    counts: multiprocessing.Queue[dict[int, int]] = multiprocessing.Queue()
    with web_server() as address:
        for request in requests:
            load.fetch(address, request)
        sender = multiprocessing.Process(target=flood, args=(address, rate, asked.seconds, counts))
        if rate:
            sender.start()
        took, other = staff(address, requests, asked.seconds)
        answered = counts.get(timeout=600) if rate else {}
        if rate:
            sender.join(10)
    p50, p95 = load.percentile(took, 50), load.percentile(took, 95)
    return (
        f"{name:<28} staff: {len(took):>5} pages, p50 {p50:>7.1f} ms, p95 {p95:>7.1f} ms, not 200 {other or 0};"
        f" flood: {rate} a second, answers {dict(sorted(answered.items()))}"
    )


def main(words: Sequence[str] | None = None) -> int:
    """Fills, serves, floods, prints."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.flood", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rate", type=int, default=200, help="posts a second")
    parser.add_argument("--clients", type=int, default=2_000)
    parser.add_argument("--visits", type=int, default=5_000)
    parser.add_argument("--volunteers", type=int, default=100)
    asked = parser.parse_args(words)
    with database(None) as url:
        os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
        import django

        django.setup()
        from tests.bench import city

        city.prepare(clients=asked.clients, visits=asked.visits, volunteers=asked.volunteers, is_planned=False)
        cookie = f"sessionid={city.session_of(city.hotline_user())}"
        pages = ("/hotline/", "/hotline/anfragen/", "/hotline/rueckrufe/")
        requests = [load.get(path, cookie=cookie) for path in pages]
        print(measured("staff alone", requests, asked, rate=0, at_once=1), flush=True)
        print(measured("flood, gate", requests, asked, rate=asked.rate, at_once=1), flush=True)
        print(measured("flood, no gate", requests, asked, rate=asked.rate, at_once=0), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
