"""python -m touring.planning.benchmark FILE... --seconds 60 --seed 1 --workers 2 [--against ortools,pyvrp]
python -m touring.planning.benchmark --city 200:10 --city 1000:40 --seconds 120 --seed 1 --workers 2 [--districts]

Solves published files, and made-up cities of so many stops and teams (`--districts`: by districts from 300 stops), and
prints one JSON line per file and method, or per city. With `--table`, the files are JSON lines of
earlier runs, and a Markdown table is printed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from touring.planning.benchmark.files import BadFile
from touring.planning.benchmark.grown import Growth, growth
from touring.planning.benchmark.methods import METHODS, record_of
from touring.planning.benchmark.readers import read
from touring.planning.benchmark.record import Record, table
from touring.planning.problem import Impossible


def main(words: list[str] | None = None) -> int:
    """0, or 2 if one of the files could not be read."""
    parser = _parser()
    asked = parser.parse_args(words)
    if not (asked.files or asked.city):
        parser.error("name a file or a --city")
    if asked.table:
        lines = [line for path in asked.files for line in path.read_text("utf-8").splitlines() if line.strip()]
        sys.stdout.write(table([json.loads(line) for line in lines]) + "\n")
        return 0
    unread = 0
    for path in asked.files:
        try:
            for record in _records(path, asked):
                _write(record.line())
        except (BadFile, Impossible) as refusal:
            unread += 1
            sys.stderr.write(f"{path}: {refusal}\n")
    for size in asked.city:
        try:
            _write(_growth(size, asked).line())
        except (BadFile, Impossible) as refusal:
            unread += 1
            sys.stderr.write(f"{size}: {refusal}\n")
    return 2 if unread else 0


def _write(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _growth(size: str, asked: argparse.Namespace) -> Growth:
    method = "districts" if asked.districts else "lotsen"
    return growth(size, method=method, seconds=asked.seconds, seed=asked.seed, workers=asked.workers)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m touring.planning.benchmark", description=__doc__.split("\n\n")[1])
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--city", action="append", default=[], metavar="STOPS:TEAMS", help="a made-up city")
    parser.add_argument("--districts", action="store_true", help="cities by districts")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--against", default="", metavar="ortools,pyvrp")
    parser.add_argument("--only-against", action="store_true", help="the others alone")
    parser.add_argument("--table", action="store_true", help="the files are JSON lines; print them as a table")
    return parser


def _records(path: Path, asked: argparse.Namespace) -> Iterator[Record]:
    instance = read(path)
    others = [word for word in asked.against.split(",") if word]
    unknown = sorted(set(others) - set(METHODS))
    if unknown:
        raise BadFile(f"there is no method {', '.join(unknown)}; known are {', '.join(METHODS)}")
    for method in others if asked.only_against else ["lotsen", *others]:
        yield record_of(instance, method, seconds=asked.seconds, seed=asked.seed, workers=asked.workers)


if __name__ == "__main__":
    sys.exit(main())
