"""How many requests per second, and how long they wait: public pages and the hotline's search beside a bare view.

    python -m tests.bench.web [--seconds 5] [--connections 16] [--agents 4] [--clients 100000] [--visits 1000000]

All of it in one run on one server, in a database of its own that is thrown away afterwards (`--keep FOLDER` keeps it
for the next run). Prints a table, then the same as lines of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench import load
from tests.bench.server import database, web_server

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One measured thing; `ratio` is its rate as a part of the bare view's with as many connections."""

    name: str
    connections: int
    answers: int
    rate: float
    p50: float
    p95: float
    p99: float
    ratio: float | None
    refused: int = 0


def line(name: str, outcome: load.Outcome, *, connections: int, bare: float | None) -> Line:
    """One outcome as a line of the table, rounded as it is shown."""
    return Line(
        name,
        connections,
        len(outcome.milliseconds),
        round(outcome.rate, 1),
        round(outcome.percentile(50), 1),
        round(outcome.percentile(95), 1),
        round(outcome.percentile(99), 1),
        round(outcome.rate / bare, 2) if bare else None,
        sum(outcome.refused.values()),
    )


def table(lines: Sequence[Line]) -> str:
    """The lines for a reader."""
    head = f"{'':<28}{'conn.':>6}{'answers':>9}{'per second':>12}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'of bare':>9}"
    rows = [
        f"{one.name:<28}{one.connections:>6}{one.answers:>9}{one.rate:>12.1f}{one.p50:>9.1f}{one.p95:>9.1f}{one.p99:>9.1f}"
        + (f"{one.ratio:>9.2f}" if one.ratio is not None else "")
        + (f"   {one.refused} refused" if one.refused else "")
        for one in lines
    ]
    return "\n".join([head, *rows])


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """What was asked for at the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.web", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5, help="how long each page is asked for")
    parser.add_argument("--connections", type=int, default=16, help="how many ask at once")
    parser.add_argument("--agents", type=int, default=4, help="how many of the hotline search at once")
    parser.add_argument("--clients", type=int, default=100_000)
    parser.add_argument("--visits", type=int, default=1_000_000)
    parser.add_argument("--volunteers", type=int, default=1_500)
    parser.add_argument("--keep", type=Path, help="a folder for the database, which stays for the next run")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Fills, serves, measures, prints."""
    asked = arguments(words)
    with database(asked.keep) as url:
        os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
        import django

        django.setup()
        from tests.bench import city

        with timed("database"):
            city.prepare(clients=asked.clients, visits=asked.visits, volunteers=asked.volunteers)
        ranking = city.measured_suggestions()
        pages = city.pages(asked.clients)
        with web_server() as address:
            lines = measured(address, pages, asked)
    say(f"\n{table(lines)}\n\nsuggestions (median of {city.TIMES}): {ranking}\n")
    for one in lines:
        print(json.dumps(asdict(one)))
    return 1 if any(one.refused for one in lines) else 0


def measured(address: tuple[str, int], pages: dict[str, list[bytes]], asked: argparse.Namespace) -> list[Line]:
    """Each page with all connections, the bare view and the search also with few agents.

    They take turns in short rounds, so that whatever else the machine does meets all of them alike.
    """
    for requests in pages.values():
        for request in requests[:20]:
            load.fetch(address, request)
    load.run(address, pages["bare view"], connections=asked.connections, seconds=1)
    runs = [(name, asked.connections) for name in pages]
    runs += [(name, asked.agents) for name in ("bare view", "hotline search") if asked.agents != asked.connections]
    rounds: dict[tuple[str, int], list[load.Outcome]] = {run: [] for run in runs}
    for _round in range(ROUNDS):
        for name, connections in runs:
            outcome = load.run(address, pages[name], connections=connections, seconds=asked.seconds / ROUNDS)
            rounds[name, connections].append(outcome)
    whole = {run: load.pooled(outcomes) for run, outcomes in rounds.items()}
    return [
        line(name, outcome, connections=connections, bare=whole["bare view", connections].rate)
        for (name, connections), outcome in whole.items()
    ]


class timed:  # noqa: N801 - reads as a verb
    """Says how long a step took."""

    def __init__(self, name: str, out: Callable[[str], None] | None = None) -> None:
        self.name, self.out = name, out or say

    def __enter__(self) -> None:
        self.begun = time.perf_counter()

    def __exit__(self, *error: object) -> None:
        self.out(f"{self.name}: {time.perf_counter() - self.begun:.1f} s")


def say(words: str) -> None:
    """To the reader at the terminal; standard output is for the figures."""
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
