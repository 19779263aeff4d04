"""The engine of figures: each room declares its own in `kpis.py`, found as the admin finds `admin.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to `end`, the end not in it."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure: a stable `key`, its name and unit on screen, and in one sentence what is counted.

    `count` gets a span and answers with one whole number, in one query; None where too few people are behind it.
    """

    key: str
    name: str | Promise
    meaning: str | Promise
    count: Callable[[Span], int | None]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its value for a span."""

    kpi: Kpi
    value: int | None


_declared: dict[str, Kpi] = {}


def declare(*kpis: Kpi) -> None:
    """Add figures; called by each room's `kpis.py`. Refuses the same key twice."""
    for kpi in kpis:
        if kpi.key in _declared and _declared[kpi.key] != kpi:
            raise ValueError(f"figure {kpi.key} is declared twice")
        _declared[kpi.key] = kpi


def figures(span: Span, *keys: str) -> list[Figure]:
    """The named figures (or all), in the order asked, for one span."""
    return [Figure(_declared[key], _declared[key].count(span)) for key in keys or tuple(_declared)]
