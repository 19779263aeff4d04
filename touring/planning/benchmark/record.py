"""One line of the benchmark: who solved what, in which time, how well, as the judge sees it."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from touring.planning.benchmark.files import Instance
from touring.planning.evaluate import evaluate
from touring.planning.plan import Plan

BEST_KNOWN = Path(__file__).with_name("best_known.csv")


@dataclass(frozen=True, slots=True)
class Record:
    """`cost` and `best_known` in the units of the file, `gap` in percent, both `None` where nothing is known."""

    instance: str
    kind: str
    n: int
    days: int
    method: str
    seconds: float
    cost: float | None
    feasible: bool
    best_known: float | None
    gap: float | None
    seed: int
    workers: int
    unserved: int
    tours: int
    convention: str
    why: str = ""
    time_difference: float | None = None
    teams_per_stop: float | None = None

    def line(self) -> dict[str, Any]:
        """As a JSON object; figures that only consistent problems have are left out of the others."""
        return {key: value for key, value in asdict(self).items() if value not in ("", None) or key in ("cost", "gap")}


def judged(instance: Instance, plan: Plan, *, method: str, seconds: float, seed: int, workers: int) -> Record:
    """The record of a plan; `feasible` only if every customer is served and no hard rule is broken."""
    verdict = evaluate(instance.problem, plan)
    is_feasible = verdict.is_feasible and not verdict.unserved
    cost = verdict.driving_seconds / instance.units
    known = best_known(instance)
    spread, teams = consistency(instance, plan) if instance.kind == "ConVRP" else (None, None)
    return Record(
        instance=instance.name, kind=instance.kind, n=len(instance.problem.jobs), days=instance.days,
        method=method, seconds=round(seconds, 2), cost=round(cost, 4), feasible=is_feasible,
        best_known=known, gap=round(100 * (cost / known - 1), 3) if known and is_feasible else None,
        seed=seed, workers=workers, unserved=len(verdict.unserved), tours=verdict.tours,
        convention=instance.convention, why=verdict.hard[0].sentence if verdict.hard else "",
        time_difference=spread, teams_per_stop=teams,
    )  # fmt: skip


def not_applicable(instance: Instance, *, method: str, why: str, seed: int, workers: int) -> Record:
    """The record of a method that cannot solve such a file."""
    return Record(
        instance=instance.name, kind=instance.kind, n=len(instance.problem.jobs), days=instance.days,
        method=method, seconds=0.0, cost=None, feasible=False, best_known=best_known(instance), gap=None,
        seed=seed, workers=workers, unserved=len(instance.problem.jobs), tours=0,
        convention=instance.convention, why=why,
    )  # fmt: skip


def consistency(instance: Instance, plan: Plan) -> tuple[float, float]:
    """The largest difference of start times at one stop in units of the file, and the most teams at one stop."""
    problem = instance.problem
    spread, teams = 0, 0
    for job in problem.jobs:
        placed = plan.placements.get(job.key)
        halts = placed.halts(job.pattern, problem.calendar.cycle_weeks) if placed else ()
        starts = [halt.start for halt in halts]
        spread = max(spread, max(starts, default=0) - min(starts, default=0))
        teams = max(teams, len({halt.team for halt in halts}))
    return spread / instance.units, float(teams)


def best_known(instance: Instance) -> float | None:
    """From the small table beside this file; the search never sees it."""
    with BEST_KNOWN.open(encoding="utf-8", newline="") as file:
        rows = {(row["kind"], row["instance"].lower()): float(row["cost"]) for row in csv.DictReader(file)}
    return rows.get((instance.kind, instance.name.lower()))


def table(lines: list[dict[str, Any]]) -> str:
    """JSON lines as a Markdown table: one row per instance, one column per method, then the means."""
    methods = list(dict.fromkeys(line["method"] for line in lines))
    rows = [f"| instance | n x days | best known | {' | '.join(methods)} |", "|---" * (3 + len(methods)) + "|"]
    gaps: dict[tuple[str, str], list[float]] = defaultdict(list)
    for kind, name in dict.fromkeys((line["kind"], line["instance"]) for line in lines):
        found = {x["method"]: x for x in lines if (x["kind"], x["instance"]) == (kind, name)}
        first = next(iter(found.values()))
        for method, line in found.items():
            gaps[kind, method] += [line["gap"]] if line.get("gap") is not None else []
        cells = [_cell(found.get(method)) for method in methods]
        size = f"{first['n']} x {first['days']}"
        rows.append(f"| {kind} {name} | {size} | {first.get('best_known', '-')} | {' | '.join(cells)} |")
    for kind in dict.fromkeys(line["kind"] for line in lines):
        means = [_mean(gaps[kind, method]) for method in methods]
        rows.append(f"| **{kind}, mean** | | | {' | '.join(means)} |")
    return "\n".join(rows)


def _cell(line: dict[str, Any] | None) -> str:
    if line is None or line.get("cost") is None:
        return "-"
    if not line["feasible"]:
        return f"not feasible, {line['unserved']} left out"
    gap = line.get("gap")
    return f"{line['cost']:.2f}" if gap is None else f"{line['cost']:.2f} ({gap:+.2f} %)"


def _mean(gaps: list[float]) -> str:
    return f"{sum(gaps) / len(gaps):+.2f} % of {len(gaps)}" if gaps else "-"
