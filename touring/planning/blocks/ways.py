"""Ways to take a job into a block, and the changes of a block: put in, take out, set breaks and hours anew."""

from __future__ import annotations

from touring.planning.blocks.ground import FREE, NEVER
from touring.planning.blocks.tables import (
    BEGIN,
    BESIDE,
    BUSY,
    CAPACITY,
    COUNT,
    DRIVEN,
    DUE_AT,
    EDGE,
    END,
    END_PHASE,
    EXTRA,
    FINISH,
    FIRST_PHASE,
    HIGH,
    IS_FIRST,
    IS_LAST,
    IS_LIMITED,
    LEFT_AT,
    LENGTH,
    LIMIT,
    LOAD,
    LONGEST,
    LOW,
    ORIGIN,
    PLACE,
    RESTS,
    RHYTHM,
    SETUP,
    START,
    STEP,
    TARGET,
    TOLERANCE,
    WEEKS,
    Blocks,
    Numbers,
    Tables,
)
from touring.planning.blocks.times import (
    after_rests,
    before_rests,
    derive,
    fill_gaps,
    first_open,
    is_open,
    last_open,
    settled_early,
    settled_late,
)
from touring.planning.compiled import compiled

# columns of a way
COST, POSITION, PHASE, SIDE, FIRST, LAST = range(6)


@compiled
def extra_drive(t: Tables, s: Blocks, b: int, k: int, j: int, phase: int) -> int:
    """What more is driven in one cycle with the job at this place."""
    gaps, drive, place, rhythm, cost = s.gaps[b, k], t.drive, t.jobs[j, PLACE], t.jobs[j, RHYTHM], 0
    for q in range(t.times[rhythm, phase]):
        w = t.weeks[rhythm, phase, q]
        cost += drive[gaps[w, ORIGIN], place] + drive[place, gaps[w, TARGET]] - gaps[w, DRIVEN]
    return cost


@compiled
def _exceeds(t: Tables, s: Blocks, b: int, k: int, j: int, phase: int) -> bool:
    """Would a tour carry or work more than it may?"""
    rhythm, place, rest = t.jobs[j, RHYTHM], t.jobs[j, PLACE], 0
    for part in range(t.hours[b, RESTS]):
        rest += t.rests[b, part, LENGTH]
    for q in range(t.times[rhythm, phase]):
        w = t.weeks[rhythm, phase, q]
        gap, used = s.gaps[b, k, w], s.used[b, w]
        more = t.leg[gap[ORIGIN], place] + t.leg[place, gap[TARGET]] + t.jobs[j, SETUP] + t.jobs[j, BUSY]
        more += -t.leg[gap[ORIGIN], gap[TARGET]] if used > 0 else rest
        if used + more > t.hours[b, LIMIT] or s.loaded[b, w] + t.jobs[j, LOAD] > t.hours[b, CAPACITY]:
            return True
    return False


@compiled
def fits(t: Tables, s: Blocks, b: int, k: int, j: int, phase: int, side: int, pin: int, way: Numbers) -> bool:
    """Can the job begin here, with the breaks of this place before (0) or after (1) it? Notes the span of starts.

    The neighbours slide as far as they can. `way[FIRST]`, `way[LAST]`: between them every open start is possible
    in all weeks at once (with a tolerance: first above last where the weeks need different times).
    """
    gaps, legs, place, rhythm = s.gaps, t.leg, t.jobs[j, PLACE], t.jobs[j, RHYTHM]
    setup, busy, size = t.jobs[j, SETUP], t.jobs[j, BUSY], s.size[b]
    first, last = 0, NEVER
    for q in range(t.times[rhythm, phase]):
        w = t.weeks[rhythm, phase, q]
        before, after = legs[gaps[b, k, w, ORIGIN], place], legs[place, gaps[b, k, w, TARGET]]
        free, due = gaps[b, k, w, LEFT_AT], gaps[b, k, w, DUE_AT]
        arrive, leave = free + before, due - after
        low, high = gaps[b, k, w, LOW], gaps[b, k, w, HIGH]
        if high > low:
            edge, beside = gaps[b, k, w, EDGE], t.hours[b, BESIDE]
            if side == 0:
                arrive = after_rests(t.rests, b, beside, low, high, free, before, edge & IS_FIRST)
            else:
                leave = before_rests(t.rests, b, beside, low, high, due, after, edge & IS_LAST)
        arrive, leave = arrive + setup, leave - busy
        s.early[b, size, q], s.late[b, size, q] = arrive, leave  # room behind the last stop
        first, last = max(first, arrive), min(last, leave)
    step, tolerance = t.setting[STEP], t.setting[TOLERANCE]
    if first > last and tolerance == 0:
        return False
    if pin >= 0:
        way[FIRST] = way[LAST] = pin
        return first <= pin <= last and is_open(t.spans, j, b, t.span_count[j, b], pin)
    way[FIRST] = first_open(t.spans, j, b, t.span_count[j, b], first, step)
    if tolerance == 0 and way[FIRST] > last:
        return False
    way[LAST] = last_open(t.spans, j, b, t.span_count[j, b], last, step)
    return tolerance == 0 or _fits_apart(t, s, b, j, t.times[rhythm, phase])


@compiled
def _fits_apart(t: Tables, s: Blocks, b: int, j: int, times: int) -> bool:
    spans, count, step, tolerance = t.spans, t.span_count[j, b], t.setting[STEP], t.setting[TOLERANCE]
    early, late = s.early[b, s.size[b]], s.late[b, s.size[b]]
    settled_early(spans, j, b, count, early, times, step, tolerance)
    settled_late(spans, j, b, count, late, times, step, tolerance)
    for q in range(times):  # noqa: SIM110 - compiled code knows no generators
        if early[q] > late[q]:
            return False
    return True


@compiled
def has_rest(t: Tables, s: Blocks, b: int, k: int, j: int, phase: int) -> bool:
    """Does a part of a break lie at this place in one of the weeks?"""
    rhythm = t.jobs[j, RHYTHM]
    for q in range(t.times[rhythm, phase]):
        w = t.weeks[rhythm, phase, q]
        if s.gaps[b, k, w, HIGH] > s.gaps[b, k, w, LOW]:
            return True
    return False


@compiled
def cheapest(
    t: Tables, s: Blocks, b: int, j: int, below: int, phase: int, pin: int, blocked: int, best: Numbers, way: Numbers
) -> bool:
    """The cheapest way to take the job in that costs less than `below`, into `best`; False without one.

    `phase` and `pin` may be `FREE`; `blocked`: weeks (bits) in which the team must not be out.
    """
    if s.size[b] + 1 >= s.order.shape[1]:
        return False
    if not s.fresh[b]:
        fill_gaps(t, s, b)
    low = t.jobs[j, FIRST_PHASE] if phase == FREE else phase
    high = t.jobs[j, END_PHASE] if phase == FREE else phase + 1
    weeks, rhythm, place = t.setting[WEEKS], t.jobs[j, RHYTHM], t.jobs[j, PLACE]
    gaps, drive, extra, limited = s.gaps, t.drive, s.work[EXTRA], t.hours[b, IS_LIMITED]
    best[COST] = below
    for k in range(s.size[b] + 1):
        for w in range(weeks):
            extra[w] = drive[gaps[b, k, w, ORIGIN], place] + drive[place, gaps[b, k, w, TARGET]] - gaps[b, k, w, DRIVEN]
        new = _week_bits(t, s, b, k - 1) if k else -1
        for p in range(low, high):
            bits, cost = t.bits[rhythm, p], 0
            if bits & new == 0 or bits & blocked:  # as good as one place earlier
                continue
            for q in range(t.times[rhythm, p]):
                cost += extra[t.weeks[rhythm, p, q]]
            if cost >= best[COST] or (limited and _exceeds(t, s, b, k, j, p)):
                continue
            if _fits_a_side(t, s, b, k, j, p, pin, way):
                best[COST], best[POSITION], best[PHASE], best[SIDE] = cost, k, p, way[SIDE]
                best[FIRST], best[LAST] = way[FIRST], way[LAST]
    return bool(best[COST] < below)


@compiled
def _week_bits(t: Tables, s: Blocks, b: int, k: int) -> int:
    """The weeks of the k-th stop, as bits."""
    j = s.order[b, k]
    return int(t.bits[t.jobs[j, RHYTHM], s.phase[j]])


@compiled
def _fits_a_side(t: Tables, s: Blocks, b: int, k: int, j: int, phase: int, pin: int, way: Numbers) -> bool:
    """Does the job fit here, with the breaks before or else after it?"""
    way[SIDE] = 0
    if fits(t, s, b, k, j, phase, 0, pin, way):
        return True
    way[SIDE] = 1
    return has_rest(t, s, b, k, j, phase) and fits(t, s, b, k, j, phase, 1, pin, way)


@compiled
def all_ways(t: Tables, s: Blocks, b: int, j: int, blocked: int, ways: Numbers) -> int:
    """Every way to take the job in, as rows of `ways`; returns how many there are."""
    if s.size[b] + 1 >= s.order.shape[1]:
        return 0
    if not s.fresh[b]:
        fill_gaps(t, s, b)
    found = 0
    for k in range(s.size[b] + 1):
        for p in range(t.jobs[j, FIRST_PHASE], t.jobs[j, END_PHASE]):
            bits = t.bits[t.jobs[j, RHYTHM], p]
            if bits == 0 or bits & blocked or (t.hours[b, IS_LIMITED] and _exceeds(t, s, b, k, j, p)):
                continue
            for side in range(2):
                if found < len(ways) and fits(t, s, b, k, j, p, side, FREE, ways[found]):
                    ways[found, COST] = extra_drive(t, s, b, k, j, p)
                    ways[found, POSITION], ways[found, PHASE], ways[found, SIDE] = k, p, side
                    found += 1
                if not has_rest(t, s, b, k, j, p):
                    break
    return found


@compiled
def put_in(t: Tables, s: Blocks, b: int, j: int, position: int, phase: int, side: int, pin: int) -> bool:
    """Take the job in and bring the block up to date; a way that was found always fits."""
    work, order, rhythm = s.work, s.order[b], t.jobs[j, RHYTHM]
    _count_before(t, s, b, position)
    for q in range(t.times[rhythm, phase]):
        w = t.weeks[rhythm, phase, q]
        for part in range(t.hours[b, RESTS]):
            if s.rests[b, w, part] > work[COUNT, w]:
                s.rests[b, w, part] += 1
            elif s.rests[b, w, part] == work[COUNT, w]:
                s.rests[b, w, part] += side
    for k in range(s.size[b], position, -1):
        order[k] = order[k - 1]
    order[position] = j
    s.size[b] += 1
    s.phase[j], s.pin[j] = phase, pin
    return derive(t, s, b)


@compiled
def _count_before(t: Tables, s: Blocks, b: int, position: int) -> None:
    """Visits per week before this place, into the row COUNT."""
    for w in range(t.setting[WEEKS]):
        s.work[COUNT, w] = 0
    for k in range(position):
        j = s.order[b, k]
        rhythm, phase = t.jobs[j, RHYTHM], s.phase[j]
        for q in range(t.times[rhythm, phase]):
            s.work[COUNT, t.weeks[rhythm, phase, q]] += 1


@compiled
def take_out(t: Tables, s: Blocks, b: int, is_out: Numbers) -> None:
    """Drop the marked jobs; the block is not brought up to date."""
    work, order, kept = s.work, s.order[b], 0
    for w in range(t.setting[WEEKS]):
        work[COUNT, w] = 0
    for k in range(s.size[b]):
        j = order[k]
        rhythm, phase = t.jobs[j, RHYTHM], s.phase[j]
        for q in range(t.times[rhythm, phase]):
            w = t.weeks[rhythm, phase, q]
            if not is_out[j]:
                work[COUNT, w] += 1
                continue
            for part in range(t.hours[b, RESTS]):
                if s.rests[b, w, part] > work[COUNT, w]:
                    s.rests[b, w, part] -= 1
        if not is_out[j]:
            order[kept] = j
            kept += 1
    s.size[b] = kept


@compiled
def clear(t: Tables, s: Blocks, b: int) -> None:
    """No stops, the whole hours, and every break before the first visit."""
    s.size[b], s.cost[b], s.fresh[b] = 0, 0, 0
    s.rests[b] = 0
    s.used[b] = 0
    s.loaded[b] = 0
    s.hours[b, BEGIN] = t.hours[b, START]
    s.hours[b, FINISH] = min(t.hours[b, END], t.hours[b, START] + t.hours[b, LONGEST])


@compiled
def slide_hours(t: Tables, s: Blocks, b: int, chance: float) -> bool:
    """Other hours of the allowed length, by `chance` from 0 to 1; False where the stops do not fit into them."""
    free = t.hours[b, END] - t.hours[b, START] - t.hours[b, LONGEST]
    begin, finish = s.hours[b, BEGIN], s.hours[b, FINISH]
    s.hours[b, BEGIN] = t.hours[b, START] + int(chance * (free + 1)) // t.setting[STEP] * t.setting[STEP]
    s.hours[b, FINISH] = s.hours[b, BEGIN] + t.hours[b, LONGEST]
    if derive(t, s, b):
        return True
    s.hours[b, BEGIN], s.hours[b, FINISH] = begin, finish
    derive(t, s, b)
    return False


@compiled
def set_rests(t: Tables, s: Blocks, b: int, w: int, chance: float) -> bool:
    """Set the breaks of one week anew, each at one of the places where it fits; False where there is none.

    `chance` from 0 to 1 picks the place, below 0 the first one. True leaves the block up to date.
    """
    rests = s.rests[b, w]
    rests[:] = -1
    for part in range(t.hours[b, RESTS]):
        if not derive(t, s, b):
            return False
        fill_gaps(t, s, b)
        if s.gaps[b, s.size[b], w, EDGE] == IS_FIRST | IS_LAST:  # no tour in this week
            rests[:] = 0
            break
        count = -1 - _rest_place(t, s, b, w, part, NEVER)
        if count == 0:
            return False
        rests[part] = _rest_place(t, s, b, w, part, int(chance * count) if chance > 0 else 0)
    return derive(t, s, b)


@compiled
def _rest_place(t: Tables, s: Blocks, b: int, w: int, part: int, wanted: int) -> int:
    """The place of that number where this part of the break fits, as visits before it; else -1 less how many fit."""
    found, rank, least = 0, 0, max(0, s.rests[b, w, part - 1]) if part > 0 else 0
    for k in range(s.size[b] + 1):
        if k < s.size[b] and not _is_active(t, s, s.order[b, k], w):
            continue
        gap = s.gaps[b, k, w]
        leg, beside = t.leg[gap[ORIGIN], gap[TARGET]], t.hours[b, BESIDE]
        if rank >= least:
            low = gap[LOW] if rank == least else part
            back = after_rests(t.rests, b, beside, low, part + 1, gap[LEFT_AT], leg, gap[EDGE])
            if back <= gap[DUE_AT]:
                if found == wanted:
                    return rank
                found += 1
        rank += 1
    return -1 - found


@compiled
def _is_active(t: Tables, s: Blocks, j: int, w: int) -> bool:
    rhythm, phase = t.jobs[j, RHYTHM], s.phase[j]
    for q in range(t.times[rhythm, phase]):  # noqa: SIM110 - compiled code knows no generators
        if t.weeks[rhythm, phase, q] == w:
            return True
    return False


@compiled
def set_all_rests(t: Tables, s: Blocks, b: int) -> bool:
    """Set every break of the block anew, the first place that fits; False where there is none."""
    s.rests[b] = -1
    for w in range(t.setting[WEEKS]):
        if not set_rests(t, s, b, w, -1.0):
            return False
    return derive(t, s, b)
