"""python -m tests.bench.city --seconds 180 --bound 120 --seed 1 --workers 2

Plans the city of `LOTSEN_SHARED` (48 stops, 3 teams, 4 weeks), then proves how far its plan may be above the best one.
Prints one JSON line: the first complete plan, the cost by the clock, and the bound. Costs are minutes of driving per
cycle and what missed wishes cost, by `evaluate`.
"""

import argparse
import json
import sys

from tests.touring.planning.city_lists import city_folder, city_problem
from touring.planning.bound import lower_bound
from touring.planning.solve import Mark, solve

MOMENTS = (3, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600)


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.bench.city")
    parser.add_argument("--seconds", type=float, default=180.0, help="of the search")
    parser.add_argument("--bound", type=float, default=120.0, help="seconds of the proof")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    folder = city_folder()
    if folder is None:
        sys.stderr.write("The city's lists are not there; LOTSEN_SHARED says where they are.\n")
        return 2
    problem = city_problem(folder)
    found = solve(problem, seed=asked.seed, seconds=asked.seconds, workers=asked.workers)
    cost = found.verdict.objective.cost
    bound = lower_bound(problem, seconds=asked.bound, plans=[found.plan])
    gap = bound.gap(cost)
    line = {
        "seed": asked.seed,
        "workers": asked.workers,
        "seconds": round(found.seconds, 1),
        "iterations": found.iterations,
        "unserved": len(found.verdict.unserved),
        "broken rules": len(found.verdict.hard),
        "complete after": complete_after(found.history),
        "after": {moment: cost_after(found.history, moment) for moment in MOMENTS if moment <= asked.seconds},
        "cost": minutes(cost),
        "bound": minutes(bound.cost),
        "bound is exact": bound.is_exact,
        "bound seconds": round(bound.seconds, 1),
        "gap in percent": gap and round(gap, 2),
    }
    sys.stdout.write(json.dumps(line) + "\n")
    return 0


def minutes(cost: int | None) -> float | None:
    """Seconds to minutes."""
    return None if cost is None else round(cost / 60, 2)


def complete_after(history: tuple[Mark, ...]) -> float | None:
    """Seconds until every stop was served without a broken rule."""
    whole = [mark.seconds for mark in history if not (any(mark.objective.unserved) or mark.objective.hard)]
    return round(whole[0], 2) if whole else None


def cost_after(history: tuple[Mark, ...], moment: float) -> float | None:
    """The cost of the best plan after so many seconds, before its start times are polished."""
    known = [mark.objective.cost for mark in history if mark.seconds <= moment]
    return minutes(known[-1]) if known else None


if __name__ == "__main__":
    sys.exit(main())
