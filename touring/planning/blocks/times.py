"""When the stops of a block can begin: earliest and latest times over all weeks at once.

One pass forward gives the earliest starts, one backward the latest. Where one time holds for all weeks,
a stop takes the worst of them; with a tolerance, the weeks of one stop pull each other along. Both are
exact for a given order and given places of the breaks.
"""

from __future__ import annotations

from touring.planning.blocks.ground import NEVER
from touring.planning.blocks.tables import (
    AHEAD,
    BEGIN,
    BESIDE,
    BUSY,
    CAPACITY,
    COUNT,
    DRIVEN,
    DUE_AT,
    EDGE,
    END_PLACE,
    FINISH,
    HERE,
    HIGH,
    IS_FIRST,
    IS_LAST,
    IS_LIMITED,
    LEFT_AT,
    LENGTH,
    LIMIT,
    LOAD,
    LOW,
    ORIGIN,
    PLACE,
    REST_FROM,
    REST_TO,
    RESTS,
    RHYTHM,
    SETUP,
    START_PLACE,
    STEP,
    TARGET,
    TIME,
    TOLERANCE,
    USED,
    WEEKS,
    Blocks,
    Numbers,
    Tables,
    Whole,
)
from touring.planning.compiled import compiled


@compiled
def first_open(spans: Whole, j: int, b: int, count: int, time: int, step: int) -> int:
    """The first allowed start at or after `time`."""
    for n in range(count):
        if time <= spans[j, b, n, 1]:
            return spans[j, b, n, 0] if time <= spans[j, b, n, 0] else -(-time // step) * step
    return NEVER


@compiled
def last_open(spans: Whole, j: int, b: int, count: int, time: int, step: int) -> int:
    """The last allowed start at or before `time`."""
    for n in range(count - 1, -1, -1):
        if time >= spans[j, b, n, 0]:
            return spans[j, b, n, 1] if time >= spans[j, b, n, 1] else time // step * step
    return -NEVER


@compiled
def is_open(spans: Whole, j: int, b: int, count: int, time: int) -> bool:
    """Is this an allowed start?"""
    for n in range(count):  # noqa: SIM110 - compiled code knows no generators
        if spans[j, b, n, 0] <= time <= spans[j, b, n, 1]:
            return True
    return False


@compiled
def after_rests(rests: Numbers, b: int, beside: int, low: int, high: int, free: int, leg: int, edge: int) -> int:
    """Earliest arrival when the parts `low` to `high` of the break lie on this leg, some before the drive, some after.

    Before the first and after the last stop they all lie at the base, unless they may lie `beside` the stop.
    """
    best = NEVER
    for split in range(low, high + 1):
        if beside == 0 and ((edge & IS_FIRST and split < high) or (edge & IS_LAST and split > low)):
            continue
        time = free
        for part in range(low, high):
            if part == split:
                time += leg
            time = max(time, rests[b, part, REST_FROM]) + rests[b, part, LENGTH]
            if time > rests[b, part, REST_TO]:
                time = NEVER
        if split == high:
            time += leg
        best = min(best, time)
    return best


@compiled
def before_rests(rests: Numbers, b: int, beside: int, low: int, high: int, due: int, leg: int, edge: int) -> int:
    """Latest departure when these parts of the break lie on this leg."""
    best = -NEVER
    for split in range(low, high + 1):
        if beside == 0 and ((edge & IS_FIRST and split < high) or (edge & IS_LAST and split > low)):
            continue
        time = due - leg if split == high else due
        for part in range(high - 1, low - 1, -1):
            time = min(time, rests[b, part, REST_TO]) - rests[b, part, LENGTH]
            if time < rests[b, part, REST_FROM]:
                time = -NEVER
            if part == split:
                time -= leg
        best = max(best, time)
    return best


@compiled
def derive(t: Tables, s: Blocks, b: int) -> bool:
    """Bring times, cost and sums of one block up to date; False if it cannot be driven."""
    s.fresh[b] = 0
    if not _forward(t, s, b) or not _backward(t, s, b):
        return False
    return t.hours[b, IS_LIMITED] == 0 or _is_within_limits(t, s, b)


@compiled
def _forward(t: Tables, s: Blocks, b: int) -> bool:
    work, legs, drives, rests = s.work, t.leg, t.drive, s.rests
    parts, cost = t.hours[b, RESTS], 0
    for w in range(t.setting[WEEKS]):
        work[HERE, w], work[TIME, w] = t.hours[b, START_PLACE], s.hours[b, BEGIN]
        work[COUNT, w], work[AHEAD, w] = 0, 0
    for k in range(s.size[b]):
        j = s.order[b, k]
        rhythm, phase, place, setup = t.jobs[j, RHYTHM], s.phase[j], t.jobs[j, PLACE], t.jobs[j, SETUP]
        times = t.times[rhythm, phase]
        for q in range(times):
            w = t.weeks[rhythm, phase, q]
            low, leg = work[AHEAD, w], legs[work[HERE, w], place]
            high = low
            while high < parts and rests[b, w, high] == work[COUNT, w]:
                high += 1
            arrive = work[TIME, w] + leg
            if high > low:
                edge = IS_FIRST if work[COUNT, w] == 0 else 0
                arrive = after_rests(t.rests, b, t.hours[b, BESIDE], low, high, work[TIME, w], leg, edge)
            s.early[b, k, q] = arrive + setup
            work[AHEAD, w] = high
            cost += drives[work[HERE, w], place]
        if not _settle_early(t, s, b, k, times):
            return False
        for q in range(times):
            w = t.weeks[rhythm, phase, q]
            work[HERE, w], work[TIME, w] = place, s.early[b, k, q] + t.jobs[j, BUSY]
            work[COUNT, w] += 1
    return _comes_home(t, s, b, cost)


@compiled
def _comes_home(t: Tables, s: Blocks, b: int, cost: int) -> bool:
    """The way back to the base in every week that has a tour."""
    work, home, parts = s.work, t.hours[b, END_PLACE], t.hours[b, RESTS]
    for w in range(t.setting[WEEKS]):
        count = work[COUNT, w]
        if count == 0:
            continue
        low, leg = work[AHEAD, w], t.leg[work[HERE, w], home]
        high = low
        while high < parts and s.rests[b, w, high] == count:
            high += 1
        back = work[TIME, w] + leg
        if high > low:
            back = after_rests(t.rests, b, t.hours[b, BESIDE], low, high, work[TIME, w], leg, IS_LAST)
        if back > s.hours[b, FINISH]:
            return False
        cost += t.drive[work[HERE, w], home]
    s.cost[b] = cost
    return True


@compiled
def _settle_early(t: Tables, s: Blocks, b: int, k: int, times: int) -> bool:
    """From arrivals to starts: the pin or the next open time, and the tolerance between the weeks."""
    j, early = s.order[b, k], s.early
    spans, count, step, tolerance = t.spans, t.span_count[j, b], t.setting[STEP], t.setting[TOLERANCE]
    pin = s.pin[j]
    if pin < 0 and tolerance > 0:
        return settled_early(spans, j, b, count, early[b, k], times, step, tolerance) < NEVER
    latest = early[b, k, 0]
    for q in range(1, times):
        latest = max(latest, early[b, k, q])
    if pin >= 0:
        if latest > pin or not is_open(spans, j, b, count, pin):
            return False
        latest = pin
    else:
        latest = first_open(spans, j, b, count, latest, step)
    for q in range(times):
        early[b, k, q] = latest
    return bool(latest < NEVER)


@compiled
def settled_early(
    spans: Whole, j: int, b: int, count: int, early: Numbers, times: int, step: int, tolerance: int
) -> int:
    """The least open starts that differ by no more than the tolerance; returns the last of them."""
    latest = 0
    for q in range(times):
        early[q] = first_open(spans, j, b, count, early[q], step)
        latest = max(latest, early[q])
    moved = True
    while moved and latest < NEVER:
        moved = False
        for q in range(times):
            if early[q] < latest - tolerance:
                early[q] = first_open(spans, j, b, count, latest - tolerance, step)
                moved = moved or early[q] > latest
                latest = max(latest, early[q])
    return latest


@compiled
def settled_late(spans: Whole, j: int, b: int, count: int, late: Numbers, times: int, step: int, tolerance: int) -> int:
    """The greatest open starts that differ by no more than the tolerance; returns the first of them."""
    first = NEVER
    for q in range(times):
        late[q] = last_open(spans, j, b, count, late[q], step)
        first = min(first, late[q])
    moved = True
    while moved and first > -NEVER:
        moved = False
        for q in range(times):
            if late[q] > first + tolerance:
                late[q] = last_open(spans, j, b, count, first + tolerance, step)
                moved = moved or late[q] < first
                first = min(first, late[q])
    return first


@compiled
def _backward(t: Tables, s: Blocks, b: int) -> bool:
    work, legs, rests = s.work, t.leg, s.rests
    for w in range(t.setting[WEEKS]):
        work[USED, w] = work[COUNT, w]
        work[HERE, w], work[TIME, w], work[AHEAD, w] = t.hours[b, END_PLACE], s.hours[b, FINISH], t.hours[b, RESTS]
        while work[AHEAD, w] > 0 and rests[b, w, work[AHEAD, w] - 1] < 0:
            work[AHEAD, w] -= 1
    for k in range(s.size[b] - 1, -1, -1):
        j = s.order[b, k]
        rhythm, phase, place, busy = t.jobs[j, RHYTHM], s.phase[j], t.jobs[j, PLACE], t.jobs[j, BUSY]
        times = t.times[rhythm, phase]
        for q in range(times):
            w = t.weeks[rhythm, phase, q]
            high, leg = work[AHEAD, w], legs[place, work[HERE, w]]
            low = high
            while low > 0 and rests[b, w, low - 1] == work[COUNT, w]:
                low -= 1
            leave = work[TIME, w] - leg
            if high > low:
                edge = IS_LAST if work[COUNT, w] == work[USED, w] else 0
                leave = before_rests(t.rests, b, t.hours[b, BESIDE], low, high, work[TIME, w], leg, edge)
            s.late[b, k, q] = leave - busy
            work[AHEAD, w] = low
        if not _settle_late(t, s, b, k, times):
            return False
        for q in range(times):
            w = t.weeks[rhythm, phase, q]
            work[HERE, w], work[TIME, w] = place, s.late[b, k, q] - t.jobs[j, SETUP]
            work[COUNT, w] -= 1
    return True


@compiled
def _settle_late(t: Tables, s: Blocks, b: int, k: int, times: int) -> bool:
    j, late = s.order[b, k], s.late
    spans, count, step, tolerance = t.spans, t.span_count[j, b], t.setting[STEP], t.setting[TOLERANCE]
    pin = s.pin[j]
    if pin < 0 and tolerance > 0:
        settled_late(spans, j, b, count, late[b, k], times, step, tolerance)
    else:
        first = late[b, k, 0]
        for q in range(1, times):
            first = min(first, late[b, k, q])
        if pin < 0:
            first = last_open(spans, j, b, count, first, step)
        elif first >= pin:
            first = pin
        else:
            return False
        for q in range(times):
            late[b, k, q] = first
    for q in range(times):  # noqa: SIM110 - compiled code knows no generators
        if late[b, k, q] < s.early[b, k, q]:
            return False
    return True


@compiled
def _is_within_limits(t: Tables, s: Blocks, b: int) -> bool:
    """Sums of work and load per tour, and whether they are within the limits of the team."""
    work, used, loaded = s.work, s.used[b], s.loaded[b]
    rest = 0
    for part in range(t.hours[b, RESTS]):
        rest += t.rests[b, part, LENGTH]
    for w in range(t.setting[WEEKS]):
        used[w], loaded[w], work[HERE, w] = 0, 0, t.hours[b, START_PLACE]
    for k in range(s.size[b]):
        j = s.order[b, k]
        rhythm, phase, place = t.jobs[j, RHYTHM], s.phase[j], t.jobs[j, PLACE]
        for q in range(t.times[rhythm, phase]):
            w = t.weeks[rhythm, phase, q]
            used[w] += t.leg[work[HERE, w], place] + t.jobs[j, SETUP] + t.jobs[j, BUSY] + (rest if used[w] == 0 else 0)
            loaded[w] += t.jobs[j, LOAD]
            work[HERE, w] = place
    for w in range(t.setting[WEEKS]):
        if used[w] > 0:
            used[w] += t.leg[work[HERE, w], t.hours[b, END_PLACE]]
        if used[w] > t.hours[b, LIMIT] or loaded[w] > t.hours[b, CAPACITY]:
            return False
    return True


@compiled
def fill_gaps(t: Tables, s: Blocks, b: int) -> None:
    """Per place between two stops and week: what lies on both sides, and which parts of the break."""
    if s.fresh[b]:
        return
    s.fresh[b] = 1
    _look_ahead(t, s, b)
    work, weeks = s.work, t.setting[WEEKS]
    for w in range(weeks):
        work[HERE, w], work[TIME, w], work[AHEAD, w] = t.hours[b, START_PLACE], s.hours[b, BEGIN], 0
        work[USED, w], work[COUNT, w] = work[COUNT, w], 0
    for k in range(s.size[b] + 1):
        if k > 0:
            j = s.order[b, k - 1]
            rhythm, phase, place, busy = t.jobs[j, RHYTHM], s.phase[j], t.jobs[j, PLACE], t.jobs[j, BUSY]
            for q in range(t.times[rhythm, phase]):
                w = t.weeks[rhythm, phase, q]
                work[HERE, w], work[TIME, w] = place, s.early[b, k - 1, q] + busy
                work[COUNT, w] += 1
        for w in range(weeks):
            _fill_gap(t, s, b, k, w)


@compiled
def _look_ahead(t: Tables, s: Blocks, b: int) -> None:
    """The next place in each week and when the team is due there, from the last place back to the first."""
    gaps, size, work, weeks = s.gaps, s.size[b], s.work, t.setting[WEEKS]
    for w in range(weeks):
        work[HERE, w], work[TIME, w], work[COUNT, w] = t.hours[b, END_PLACE], s.hours[b, FINISH], 0
    for k in range(size, -1, -1):
        if k < size:
            j = s.order[b, k]
            rhythm, phase, place, setup = t.jobs[j, RHYTHM], s.phase[j], t.jobs[j, PLACE], t.jobs[j, SETUP]
            for q in range(t.times[rhythm, phase]):
                w = t.weeks[rhythm, phase, q]
                work[HERE, w], work[TIME, w] = place, s.late[b, k, q] - setup
                work[COUNT, w] += 1
        for w in range(weeks):
            gaps[b, k, w, TARGET], gaps[b, k, w, DUE_AT] = work[HERE, w], work[TIME, w]
            gaps[b, k, w, EDGE] = IS_LAST if work[COUNT, w] == 0 else 0


@compiled
def _fill_gap(t: Tables, s: Blocks, b: int, k: int, w: int) -> None:
    gaps, work, parts = s.gaps, s.work, t.hours[b, RESTS]
    count, here = work[COUNT, w], work[HERE, w]
    gaps[b, k, w, ORIGIN], gaps[b, k, w, LEFT_AT] = here, work[TIME, w]
    gaps[b, k, w, DRIVEN] = 0 if work[USED, w] == 0 else t.drive[here, gaps[b, k, w, TARGET]]
    if count == 0:
        gaps[b, k, w, EDGE] |= IS_FIRST
    low = work[AHEAD, w]
    while low < parts and 0 <= s.rests[b, w, low] < count:
        low += 1
    high = low
    while high < parts and s.rests[b, w, high] == count:
        high += 1
    gaps[b, k, w, LOW], gaps[b, k, w, HIGH] = low, high
    work[AHEAD, w] = low
