"""The weekly round and the ranking on a city's own lists, with what people do without a plan beside it.

    python -m tests.bench.matching [--needs 400 --people 150] [--seconds 10] [--workers 2] [--large]

Reads `anfragen.csv` and `lotsen.csv` of `LOTSEN_SHARED`/city. What such lists do not hold is made up, always alike:
level of each topic, gender, and one in five requests knows somebody. `--large` draws 5,000 requests and 1,500 people
from the lists, in a city three times as wide and three times as long; with `--dense` in the same city, their homes
moved a little. Prints a table, then the same as lines of JSON.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import os
import resource
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lotsen.settings")
django.setup()

from bookings.imports.wishes import remarks, wished_times, wishes  # noqa: E402
from bookings.translate import EstimatedWays  # noqa: E402
from lotsen.kernel.windows import OpeningHours  # noqa: E402
from volunteers.matching.assign import Result, Round, plan_round  # noqa: E402
from volunteers.matching.assign.check import faults, value_of  # noqa: E402
from volunteers.matching.assign.others import ORDERS, one_by_one  # noqa: E402
from volunteers.matching.case import ANY_TIME, Candidate, Evidence, Need, possible_slots  # noqa: E402
from volunteers.matching.columns import People  # noqa: E402
from volunteers.matching.rank import rank  # noqa: E402

MONDAY = date(2026, 11, 23)
DAYS = tuple(MONDAY + timedelta(days=n) for n in range(13) if (MONDAY + timedelta(days=n)).weekday() < 6)
LENGTHS = (60, 75, 90)
MODES = {"zu Fuß": "foot", "Fahrrad": "bike", "Bus und Bahn": "transit", "Auto": "car"}
CERTIFICATE_YEARS = 3
LARGE = (5000, 1500)
KNOWN_SHARE = 0.2
MOVED_DEGREES = 0.03
WIDE = 3.0
LOOK_EVERY = 0.5
DEGREES = ("Breite", "Länge")


def shared() -> Path:
    """Where the lists lie."""
    return Path(os.environ.get("LOTSEN_SHARED") or Path(__file__).resolve().parents[3] / "shared") / "city"


def rows(name: str) -> list[dict[str, str]]:
    """One list."""
    with (shared() / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def people_of(lines: Sequence[dict[str, str]], random: Random) -> list[Candidate]:
    """Volunteers as matching sees them."""
    found = []
    for key, line in enumerate(lines, 1):
        issued = date.fromisoformat(line["Führungszeugnis vom"]) if line["Führungszeugnis vom"] else None
        trained = date.fromisoformat(line["Schulung am"]) if line["Schulung am"] else None
        last = issued and issued + timedelta(days=round(365.25 * CERTIFICATE_YEARS))
        found.append(
            Candidate(
                key=key,
                name=f"V{key}",
                place=(float(line["Breite"]), float(line["Länge"])),
                mode=MODES[line["unterwegs"]],
                radius_metres=round(float(line["Umkreis (km)"].replace(",", ".")) * 1000),
                hours=OpeningHours.parse(line["verfügbar"]),
                visits_a_week=int(line["Besuche je Woche"]),
                levels={topic.strip(): random.randint(1, 3) for topic in line["Themen"].split(",")},
                languages=frozenset(word.strip() for word in line["Sprachen"].split(",")),
                gender=random.choice(["woman", "woman", "man"]),
                evidence=(Evidence("Schulung", trained), Evidence("Führungszeugnis", issued, last)),
            )
        )
    return found


def needs_of(lines: Sequence[dict[str, str]], people: Sequence[Candidate], random: Random) -> list[Need]:
    """Requests as matching sees them."""
    found = []
    for key, line in enumerate(lines, 1):
        times, words = wished_times(line["Zeitwunsch"])
        wish, keep = wishes(line["Wunsch"]), remarks(line["zu beachten"])
        topic = line["Thema"].strip()
        known = {random.choice(people).key: 1} if random.random() < KNOWN_SHARE else {}
        found.append(
            Need(
                key=key,
                place=(float(line["Breite"]), float(line["Länge"])),
                topics=(topic,),
                waiting_since=date.fromisoformat(line["Eingang"]),
                language=wish.speaks[0] if wish.speaks else "Deutsch",
                wish=OpeningHours.parse(times) if times else ANY_TIME,
                wish_words=words,
                gender=wish.wish,
                gender_words="eine Frau",
                dog="dog" in keep.needs,
                floor=1 if "stairs" in keep.needs else 0,
                visits_by=known,
                minutes=LENGTHS[sum(map(ord, topic)) % len(LENGTHS)],
            )
        )
    return found


def drawn(lines: Sequence[dict[str, str]], count: int, random: Random, *, wide: float) -> list[dict[str, str]]:
    """So many lines drawn from a list, `wide` times as far from the middle; the list itself where it is long enough."""
    if count <= len(lines):
        return list(lines[:count])
    middle = {name: sum(float(line[name]) for line in lines) / len(lines) for name in DEGREES}
    moved = []
    for line in (random.choice(lines) for _ in range(count)):
        far = {name: wide * (float(line[name]) - middle[name]) for name in DEGREES}
        place = {name: f"{middle[name] + far[name] + random.gauss(0, MOVED_DEGREES):.5f}" for name in DEGREES}
        moved.append({**line, **place})
    return moved


def the_round(needs: int, people: int, seed: int, *, wide: float = WIDE) -> Round:
    """A round of that size."""
    random = Random(seed)
    found = people_of(drawn(rows("lotsen.csv"), people, random, wide=wide), random)
    asked = needs_of(drawn(rows("anfragen.csv"), needs, random, wide=wide), found, random)
    return Round(tuple(asked), People(found), DAYS, EstimatedWays())


@dataclass(frozen=True, slots=True)
class Line:
    """One way to plan the same round. Gaps in percent; `strict` leaves out the points that every visit has alike.

    `days`: mean days from the beginning until the visit, 14 for who is not served. `first`: seconds and gap of the
    first plan. `memory`: MB at the peak (`Peak`), `processor`: seconds of all processes. `wrong`: what the independent
    judge found.
    """

    size: str
    way: str
    seconds: float
    value: int
    bound: int
    gap: float
    strict: float
    served: int
    most: int
    days: float
    first: tuple[float, float]
    memory: int
    processor: float
    wrong: int


def line(asked: Round, way: str, result: Result, *, memory: int = 0, processor: float = 0.0) -> Line:
    """A result as a line."""
    first_at, first_value = result.curve[0]
    when = [(one.slot.day - asked.days[0]).days for one in result.assignments]
    wrong = len(faults(asked, result.assignments)) + (value_of(asked, result.assignments) != result.value)
    return Line(
        size=f"{len(asked.needs)} x {len(asked.people)}",
        way=way,
        seconds=result.seconds,
        value=result.value,
        bound=result.bound,
        gap=round(100 * result.gap, 3),
        strict=round(100 * result.strict_gap(asked.weights.served), 2),
        served=len(result.assignments),
        most=result.most_served,
        days=round((sum(when) + 14 * len(result.unserved)) / max(1, len(asked.needs)), 2),
        first=(first_at, round(100 * (result.bound - first_value) / max(1, result.bound), 2)),
        memory=memory,
        processor=round(processor, 1),
        wrong=wrong,
    )


class Peak:
    """The most MB that this process and those it starts hold at one time, looked at twice a second while it is open:
    their proportional set size, in which a page that several share counts once."""

    def __init__(self) -> None:
        self.megabytes, self.is_over = 0, threading.Event()
        self.looking = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Peak:
        self.looking.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.is_over.set()
        self.looking.join()

    def _look(self) -> None:
        while not self.is_over.wait(LOOK_EVERY):
            self.megabytes = max(self.megabytes, sum(map(_set_size, family())))


def family() -> list[int]:
    """This process and all that it has started, by number."""
    found = [os.getpid()]
    for process in found:
        for task in Path(f"/proc/{process}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += [int(number) for number in task.read_text().split()]
    return found


def _set_size(process: int) -> int:
    """Proportional set size in MB, 0 for one that is gone."""
    with contextlib.suppress(OSError):
        for text in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if text.startswith("Pss:"):
                return int(text.split()[1]) // 1024
    return 0


def processor_seconds() -> float:
    """Of this process and of those that it started and that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def ranking(count: int, seed: int) -> dict[str, float]:
    """Milliseconds for one request among so many people, in the core."""
    asked = the_round(200, count, seed)
    took = []
    for need in asked.needs:
        slots = possible_slots(need.wish, DAYS, minutes=need.minutes)
        began = time.perf_counter()
        rank(need, asked.people, slots, asked.travel)
        took.append(1000 * (time.perf_counter() - began))
    took.sort()
    return {"people": count, "p50": round(took[len(took) // 2], 2), "p95": round(took[int(len(took) * 0.95)], 2)}


def table(lines: Sequence[Line]) -> str:
    """For a reader."""
    head = (
        "| size | way | seconds | value | bound | gap % | strict % | served | at most | days | wrong |\n" + "|---" * 11
    )
    body = [
        f"| {o.size} | {o.way} | {o.seconds} | {o.value} | {o.bound} | {o.gap} | {o.strict} | {o.served} | {o.most} |"
        f" {o.days} | {o.wrong} |"
        for o in lines
    ]
    return "\n".join([head + "|", *body])


def main(words: Sequence[str] | None = None) -> None:
    """Read, plan, compare, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.matching", description=__doc__.splitlines()[0])
    parser.add_argument("--needs", type=int, default=400)
    parser.add_argument("--people", type=int, default=150)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--large", action="store_true", help="5,000 requests and 1,500 people")
    parser.add_argument("--dense", action="store_true", help="in an area as small as the city's own")
    given = parser.parse_args(words)
    needs, people = LARGE if given.large else (given.needs, given.people)
    asked = the_round(needs, people, given.seed, wide=1.0 if given.dense else WIDE)
    before = processor_seconds()
    with Peak() as peak:
        found = plan_round(asked, seconds=given.seconds, workers=given.workers, seed=given.seed)
    lines = [line(asked, "round", found, memory=peak.megabytes, processor=processor_seconds() - before)]
    print("load of the machine", os.getloadavg(), file=sys.stderr)
    for way, order in ORDERS.items():
        lines.append(line(asked, way, one_by_one(asked, order)))
    print(table(lines))
    for one in lines:
        print(json.dumps(asdict(one), ensure_ascii=False), file=sys.stderr)
    print(json.dumps(ranking(1500, given.seed)), file=sys.stderr)


if __name__ == "__main__":
    main()
