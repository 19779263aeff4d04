"""The hotline's search alone: how many of 200 planted misspellings are found, and how long answers take.

    python -m tests.bench.search [--seconds 10] [--clients 100000] [--visits 200000] [--keep FOLDER]

Recall counts a search as found when the person stands among the at most 20 shown. Waiting times are measured through
the web server, each answer with its lines in the journal: for the usual searches (`people.typed_searches`) and for the
misspelt ones, with one agent and with four. Prints a table, then the same as lines of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.bench import load
from tests.bench.misspelt import Planted, planted
from tests.bench.server import database, web_server
from tests.bench.web import ROUNDS, Line, line, say, table, timed

AGENTS = (1, 4)


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """What was asked for at the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10, help="how long each kind of search is asked for")
    parser.add_argument("--clients", type=int, default=100_000)
    parser.add_argument("--visits", type=int, default=200_000)
    parser.add_argument("--keep", type=Path, help="a folder for the database, which stays for the next run")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Fills, counts what is found, serves, measures, prints."""
    asked = arguments(words)
    with database(asked.keep) as url:
        os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
        import django

        django.setup()
        from tests.bench import city

        with timed("database"):
            city.prepare(clients=asked.clients, visits=asked.visits, volunteers=150, is_planned=False)
        misspelt = planted(city.people(asked.clients))
        found = recall(misspelt)
        searches = {
            "bare view": [load.get("/hallo/")],
            "usual": city.searches(city.usual_searches(asked.clients)),
            "misspelt": city.searches(misspelt_words(misspelt)),
        }
        with web_server() as address:
            lines = measured(address, searches, seconds=asked.seconds)
    say(f"\n{table(lines)}\n\nfound of {len(misspelt)} misspelt: {sum(found.values())}; by way: {dict(found)}\n")
    for one in lines:
        print(json.dumps(asdict(one)))
    print(json.dumps({"misspelt": len(misspelt), "found": sum(found.values()), "by_way": found}))
    return 1 if any(one.refused for one in lines) else 0


def misspelt_words(misspelt: Sequence[Planted]) -> list[str]:
    """What is typed."""
    return [one.typed for one in misspelt]


def recall(misspelt: Sequence[Planted]) -> Counter[str]:
    """How many of each way are found among the people shown; those that are not are said."""
    from django.db import connection

    from bookings.queries import find_clients

    found: Counter[str] = Counter()
    for one in misspelt:
        if any(client.phone == one.person.phone for client in find_clients(one.typed)):
            found[one.way] += 1
        else:
            found[one.way] += 0
            say(f"not found: {one.way}: {one.typed!r} for {one.person.name}, {one.person.street}")
    connection.close()
    return found


def measured(address: tuple[str, int], searches: dict[str, list[bytes]], *, seconds: float) -> list[Line]:
    """Each kind of search with one agent and with four, in turn in short rounds."""
    for requests in searches.values():
        for request in requests[:20]:
            load.fetch(address, request)
    runs = [(name, agents) for name in searches for agents in AGENTS]
    rounds: dict[tuple[str, int], list[load.Outcome]] = {run: [] for run in runs}
    for _round in range(ROUNDS):
        for name, agents in runs:
            rounds[name, agents].append(load.run(address, searches[name], connections=agents, seconds=seconds / ROUNDS))
    return [line(name, load.pooled(rounds[name, agents]), connections=agents, bare=None) for name, agents in runs]


if __name__ == "__main__":
    sys.exit(main())
