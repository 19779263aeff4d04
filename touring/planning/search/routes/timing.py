"""Start times of one route, in plain Python; whether it can be driven at all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from touring.planning.search.routes.ground import Ground


def starts_of(ground: Ground, route: int, nodes: Sequence[int]) -> list[int] | None:
    """Start times that bring the vehicle home as early, and then let it leave as late, as can be; `None`: none do."""
    time, early, late = ground.time, ground.node_early, ground.node_late
    now, here, earliest = int(ground.route_early[route]), int(ground.route_start[route]), []
    for node in nodes:
        now = max(now + int(time[here, node]), int(early[node]))
        if now > late[node]:
            return None
        earliest.append(now)
        here = node
    home = now + int(time[here, ground.route_end[route]])
    latest, there = home, int(ground.route_end[route])
    for node in reversed(nodes):
        latest = min(latest - int(time[node, there]), int(late[node]))
        there = node
    leaves = latest - int(time[ground.route_start[route], there])
    if home > ground.route_late[route] or home - leaves > ground.route_longest[route]:
        return None
    return _from(ground, latest, nodes)


def _from(ground: Ground, first: int, nodes: Sequence[int]) -> list[int]:
    """Start times when the first one is given."""
    starts, now = [first], first
    for here, node in pairwise(nodes):
        now = max(now + int(ground.time[here, node]), int(ground.node_early[node]))
        starts.append(now)
    return starts


def is_drivable(ground: Ground, route: int, nodes: Sequence[int]) -> bool:
    """Do times and load fit?"""
    load = sum(int(ground.load[ground.node_job[node]]) for node in nodes)
    fits = load <= ground.route_capacity[route] and all(ground.allowed[ground.node_job[n], route] for n in nodes)
    return fits and (not nodes or starts_of(ground, route, nodes) is not None)
