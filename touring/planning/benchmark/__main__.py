"""python -m touring.planning.benchmark FILE... --seconds 60 --seed 1 --workers 2 [--against ortools,pyvrp]

Solves published files and prints one JSON line per file and method. With `--table`, the files are JSON lines of
earlier runs, and a Markdown table is printed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from touring.planning.benchmark.files import BadFile
from touring.planning.benchmark.methods import METHODS, record_of
from touring.planning.benchmark.readers import read
from touring.planning.benchmark.record import Record, table
from touring.planning.problem import Impossible


def main(words: list[str] | None = None) -> int:
    """0, or 2 if one of the files could not be read."""
    asked = _parser().parse_args(words)
    if asked.table:
        lines = [line for path in asked.files for line in path.read_text("utf-8").splitlines() if line.strip()]
        sys.stdout.write(table([json.loads(line) for line in lines]) + "\n")
        return 0
    unread = 0
    for path in asked.files:
        try:
            for record in _records(path, asked):
                sys.stdout.write(json.dumps(record.line(), ensure_ascii=False) + "\n")
                sys.stdout.flush()
        except (BadFile, Impossible) as refusal:
            unread += 1
            sys.stderr.write(f"{path}: {refusal}\n")
    return 2 if unread else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m touring.planning.benchmark", description=__doc__.split("\n\n")[1])
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
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
