"""Every tour of a team-day that is cheap enough at given prizes: label setting with an exact look ahead.

A tour is one week's visits of one team on one weekday; the stops of the day are numbered 0 to n - 1, the base
at the start is n, the base at the end n + 1. Starts are counted in steps of the grid ("slots").
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from touring.planning.compiled import compiled

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
Ahead = tuple[NDArray[np.int16], NDArray[np.bool_], NDArray[np.int16]]
"""What `follow_ups` knows."""

NEVER = 1 << 40
INFINITE = 1e18
MOST_LABELS = 1_500_000
MOST_TOURS = 400_000
SLOTS = 1 << 21
"""Size of the hash tables, a power of two above `MOST_LABELS`."""


class Day(NamedTuple):
    """One team-day in numbers. `rests`: length, first and last second of each part of the break."""

    spans: Whole
    span_count: Whole
    leg: Whole
    drive: Whole
    setup: Whole
    busy: Whole
    load: Whole
    rests: Whole
    start: int
    end: int
    step: int
    limit: int
    capacity: int


class Room(NamedTuple):
    """Memory for `cheap_tours`. A label: set, last stop, slot, parts of the break, driving, time used, load."""

    labels: Whole
    costs: Real
    chain: Whole
    head: Whole
    masks: Whole
    drives: Whole
    found_chain: Whole
    found_head: Whole


def empty_room() -> Room:
    """Memory for one pricing at a time."""
    return Room(
        np.zeros((MOST_LABELS, 7), np.int64),
        np.zeros(MOST_LABELS),
        np.full(MOST_LABELS, -1, np.int64),
        np.full(SLOTS, -1, np.int64),
        np.zeros(MOST_TOURS, np.int64),
        np.zeros(MOST_TOURS, np.int64),
        np.full(MOST_TOURS, -1, np.int64),
        np.full(SLOTS, -1, np.int64),
    )


@compiled
def first_open(day: Day, j: int, time: int) -> int:
    """The first slot at or after a time in which a stop may begin, or -1."""
    for k in range(day.span_count[j]):
        if time <= day.spans[j, k, 1]:
            return int(-(-max(time, day.spans[j, k, 0]) // day.step))
    return -1


@compiled
def arrival(day: Day, free: int, leg: int, low: int, high: int) -> int:
    """Earliest arrival when the parts `low` to `high` of the break lie on this leg, before or after the drive."""
    best = NEVER
    for split in range(low, high + 1):
        time = free
        for part in range(low, high):
            if part == split:
                time += leg
            time = max(time, day.rests[part, 1]) + day.rests[part, 0]
            if time > day.rests[part, 2]:
                time = NEVER
        if split == high:
            time += leg
        best = min(best, time)
    return best


@compiled
def follow_ups(day: Day, slots: int) -> Ahead:
    """Per stop, slot and taken parts: the slot of every next stop; may the tour end here; slots of first stops."""
    n, parts = len(day.busy), len(day.rests)
    onward = np.full((n, slots, parts + 1, n, parts + 1), -1, np.int16)
    closes = np.zeros((n, slots, parts + 1), np.bool_)
    first = np.full((n, parts + 1), -1, np.int16)
    fill_slots(day, first, n, day.start, 0, slots)
    for i in range(n):
        for s in range(slots):
            free = s * day.step + day.busy[i]
            for p in range(parts + 1):
                closes[i, s, p] = arrival(day, free, day.leg[i, n + 1], p, parts) <= day.end
                fill_slots(day, onward[i, s, p], i, free, p, slots)
    return onward, closes, first


@compiled
def fill_slots(day: Day, out: NDArray[np.int16], here: int, free: int, taken: int, slots: int) -> None:
    """The slot of every next stop, by how many parts of the break are taken then."""
    for j in range(out.shape[0]):
        if j != here:
            for q in range(taken, out.shape[1]):
                out[j, q] = _slot(day, arrival(day, free, day.leg[here, j], taken, q), j, slots)


@compiled
def _slot(day: Day, arrive: int, j: int, slots: int) -> int:
    if arrive >= NEVER:
        return -1
    slot = first_open(day, j, arrive + day.setup[j])
    return slot if slot < slots else -1


@compiled
def look_ahead(day: Day, prize: Real, ahead: Ahead) -> tuple[Real, float]:
    """Least reduced cost from every state to the end, stops repeatable; and that of a whole tour."""
    n, slots, states = ahead[1].shape
    rest = np.full((n, slots, states), INFINITE)
    for s in range(slots - 1, -1, -1):
        for i in range(n):
            for p in range(states):
                best = float(day.drive[i, n + 1]) if ahead[1][i, s, p] else INFINITE
                rest[i, s, p] = min(best, onward_cost(day.drive[i], prize, rest, ahead[0][i, s, p]))
    return rest, onward_cost(day.drive[n], prize, rest, ahead[2])


@compiled
def onward_cost(drive: Whole, prize: Real, rest: Real, slots: NDArray[np.int16]) -> float:
    """The least of going on to any stop; `slots` says when it could begin, by stop and taken parts of the break."""
    best = INFINITE
    for j in range(slots.shape[0]):
        for q in range(slots.shape[1]):
            if slots[j, q] >= 0:
                best = min(best, drive[j] - prize[j] + rest[j, slots[j, q], q])
    return best


@compiled
def hashed(mask: int, last: int) -> int:
    """A place in a table of `SLOTS`."""
    x = (mask ^ (last << 57)) * 0x2545F4914F6CDD1D
    x ^= x >> 29
    x *= 0x1B873593CC9E2D51
    return (x ^ (x >> 32)) & (SLOTS - 1)


@compiled
def tidied(room: Room, count: int, found: int) -> int:
    """Empty the hash tables again; returns how many sets were found."""
    for k in range(count):
        room.head[hashed(room.labels[k, 0], room.labels[k, 1] + 1)] = -1
    for k in range(found):
        room.found_head[hashed(room.masks[k], 0)] = -1
    return found


@compiled
def note_set(room: Room, mask: int, drive: int, found: int) -> int:
    """Remember the least driving of a set of stops; how many sets there are then, one too many when full."""
    place = hashed(mask, 0)
    k = room.found_head[place]
    while k >= 0 and room.masks[k] != mask:
        k = room.found_chain[k]
    if k >= 0:
        room.drives[k] = min(room.drives[k], drive)
        return found
    if found < len(room.masks):
        room.masks[found], room.drives[found] = mask, drive
        room.found_chain[found], room.found_head[place] = room.found_head[place], found
    return found + 1


@compiled
def is_beaten(room: Room, mask: int, j: int, slot: int, part: int, used: int, cost: float) -> bool:
    """Is there a label with the same stops and end that is no later, no dearer and no less free?"""
    k = room.head[hashed(mask, j + 1)]
    while k >= 0:
        label = room.labels[k]
        is_same = label[0] == mask and label[1] == j
        if is_same and label[2] <= slot and label[3] >= part and label[5] <= used and room.costs[k] <= cost:
            return True
        k = room.chain[k]
    return False


@compiled
def extend(day: Day, prize: Real, ahead: Ahead, rest: Real, threshold: float, room: Room, at: int, count: int) -> int:
    """Put every stop behind a label (-1: the base) that can still become cheap enough; how many labels then.

    One too many when they are full.
    """
    n, parts = len(day.busy), len(day.rests)
    mask, i, slot, part, drive, used, load, cost = 0, n, 0, 0, 0, day.rests[:, 0].sum(), 0, 0.0
    if at >= 0:
        mask, i, slot, part = room.labels[at, 0], room.labels[at, 1], room.labels[at, 2], room.labels[at, 3]
        drive, used, load, cost = room.labels[at, 4], room.labels[at, 5], room.labels[at, 6], room.costs[at]
    for j in range(n):
        new_used = used + day.leg[i, j] + day.setup[j] + day.busy[j]
        if mask >> j & 1 or load + day.load[j] > day.capacity or new_used > day.limit:
            continue
        new_mask, new_cost = mask | (1 << j), cost + day.drive[i, j] - prize[j]
        for q in range(part, parts + 1):
            t = ahead[2][j, q] if at < 0 else ahead[0][i, slot, part, j, q]
            if t < 0 or new_cost + rest[j, t, q] > threshold:
                continue
            if is_beaten(room, new_mask, j, t, q, new_used, new_cost):
                continue
            if count == len(room.costs):
                return count + 1
            place, label = hashed(new_mask, j + 1), room.labels[count]
            label[0], label[1], label[2], label[3] = new_mask, j, t, q
            label[4], label[5], label[6] = drive + day.drive[i, j], new_used, load + day.load[j]
            room.costs[count], room.chain[count], room.head[place] = new_cost, room.head[place], count
            count += 1
    return count


@compiled
def cheap_tours(
    day: Day, prize: Real, ahead: Ahead, rest: Real, threshold: float, only_least: bool, room: Room
) -> tuple[int, float, bool]:
    """All sets of stops whose best tour has a reduced cost up to the threshold, into `masks` and `drives` of the room.

    Returns how many, the least reduced cost, and whether they are all. `only_least`: just that number.
    """
    end, least, found = len(day.busy) + 1, 0.0, 0
    count, at = extend(day, prize, ahead, rest, threshold, room, -1, 0), 0
    while at < min(count, len(room.costs)) and found <= len(room.masks):
        label = room.labels[at]
        i, cost = label[1], room.costs[at] + day.drive[label[1], end]
        is_home = ahead[1][i, label[2], label[3]] and label[5] + day.leg[i, end] <= day.limit
        if is_home and cost <= threshold:
            least = min(least, cost)
            if only_least:
                threshold = min(threshold, least - 1e-9)
            else:
                found = note_set(room, label[0], label[4] + day.drive[i, end], found)
        if count > len(room.costs):
            break
        count = extend(day, prize, ahead, rest, threshold, room, at, count)
        at += 1
    is_all = count <= len(room.costs) and found <= len(room.masks)
    return tidied(room, min(count, len(room.costs)), min(found, len(room.masks))), least, is_all
