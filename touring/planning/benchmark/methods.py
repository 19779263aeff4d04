"""The methods that can be compared, each from an instance to a plan that the judge then looks at."""

from __future__ import annotations

import time
from collections.abc import Callable

from touring.planning.benchmark.against_ortools import ortools_plan
from touring.planning.benchmark.against_pyvrp import pyvrp_plan
from touring.planning.benchmark.files import Instance
from touring.planning.benchmark.record import Record, judged, not_applicable
from touring.planning.benchmark.words import NotApplicable
from touring.planning.plan import Plan
from touring.planning.solve import solve

Method = Callable[[Instance, float, int, int], Plan]


def _lotsen(instance: Instance, seconds: float, seed: int, workers: int) -> Plan:
    return solve(instance.problem, seed=seed, seconds=seconds, workers=workers).plan


METHODS: dict[str, Method] = {"lotsen": _lotsen, "ortools": ortools_plan, "pyvrp": pyvrp_plan}


def record_of(instance: Instance, method: str, *, seconds: float, seed: int, workers: int) -> Record:
    """Run one method and judge what it found."""
    began = time.monotonic()
    try:
        plan = METHODS[method](instance, seconds, seed, workers)
    except NotApplicable as reason:
        return not_applicable(instance, method=method, why=str(reason), seed=seed, workers=workers)
    spent = time.monotonic() - began
    return judged(instance, plan, method=method, seconds=spent, seed=seed, workers=workers)
