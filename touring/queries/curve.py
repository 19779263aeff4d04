"""The curve of a run: how the best plan gets better, as points of an SVG path. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from touring.words import hours_words

WIDTH, HEIGHT = 600, 160
LEAST_POINTS = 2


@dataclass(frozen=True, slots=True)
class Curve:
    """A path in a box of 600 by 160, and the words beside it."""

    path: str
    first: str
    last: str
    last_x: float
    last_y: float
    bound_y: float | None = None
    bound: str = ""


def curve_of(history: Sequence[Sequence[float]], seconds: float, bound: int | None = None) -> Curve | None:
    """From marks (seconds, stops left out, cost); stops left out count more than all driving. None with one mark.

    Each plan of several that are compared begins anew: the curve is the best of all until then.

    `bound`: no plan that serves as many stops costs less; drawn as a line.
    """
    if len(history) < LEAST_POINTS:
        return None
    heaviest = max(mark[2] for mark in history) + 1
    values = list(accumulate((mark[1] * heaviest + mark[2] for mark in history), min))
    floor = None if bound is None else values[-1] // heaviest * heaviest + bound
    low, high = min(values if floor is None else [*values, floor]), max(values)
    span = (high - low) or 1
    points = [
        (round(min(mark[0] / max(seconds, 1), 1) * WIDTH, 1), _height((value - low) / span))
        for mark, value in zip(history, values, strict=True)
    ]
    steps = [f"M{points[0][0]} {points[0][1]}", *(f"H{x}V{y}" for x, y in points[1:])]
    return Curve(
        "".join(steps),
        hours_words(int(history[0][2])),
        hours_words(int(values[-1] % heaviest)),
        *points[-1],
        bound_y=None if floor is None else _height((floor - low) / span),
        bound="" if bound is None else hours_words(bound),
    )


def _height(share: float) -> float:
    return round(HEIGHT - 12 - share * (HEIGHT - 24), 1)
