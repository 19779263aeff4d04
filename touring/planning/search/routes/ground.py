"""What never changes during a search, as arrays: points, nodes, options, routes.

A *node* is one way to visit a job: one opening window, as a span of start times. A job with several
windows has several nodes. *Points* are all nodes and, after them, the bases. A *route* is one vehicle
on one day; vehicles that nothing tells apart form a *slot*, and slots alike on several days are of one
*kind*, so that a route may be offered on another day. An *option* is one allowed set of days of a job.

Times are start times on the grid of `Problem.step`. `time[a, b]` is the least from a start at point a to
the start at point b (service, packing, leg and set-up in it), rounded up to the grid.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Real = npt.NDArray[np.float64]
Words = npt.NDArray[np.uint64]


class Ground(NamedTuple):
    """Arrays by point, node, job (`n`), option, route, slot; see the module."""

    drive: Whole  # [from, to]; what is paid
    drive_to: Whole  # the same, [to, from]
    time: Whole  # [from, to]
    time_to: Whole  # [to, from]
    node_job: Small
    node_early: Whole
    node_late: Whole
    first_node: Small  # [job, day]; -1: closed
    node_count: Small  # [job, day]; nodes are numbered side by side
    load: Whole  # [job]
    first_option: Small  # [job + 1]
    option_days: Whole  # bits
    option_price: Whole
    absent_price: Whole  # [job]; for leaving it out while searching
    near: Flags  # [node, point]; worth to stand beside each other
    adjacent: Small  # [job, rank]; nearest first, without itself
    sort_keys: Real  # [key, job]; orders to put jobs back
    first_route: Small  # [day + 1]
    route_day: Small
    route_slot: Small
    route_start: Small  # points
    route_end: Small
    route_early: Whole
    route_late: Whole
    route_longest: Whole
    route_capacity: Whole
    allowed: Flags  # [job, route]
    team_price: Whole  # [job, route]
    slot_kind: Small
    job_code: Words  # random words; the sum tells sets of jobs apart
