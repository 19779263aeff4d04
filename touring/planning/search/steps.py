"""Ruin and recreate: take a few stops out, put each back where it is cheapest, accept by price and temperature."""

from __future__ import annotations

import numpy as np

from touring.planning.blocks.tables import BEGIN, END, FINISH, LONGEST, RESTS, START, WEEKS, Blocks, Tables
from touring.planning.blocks.times import derive
from touring.planning.blocks.ways import clear, set_all_rests, set_rests, slide_hours, take_out
from touring.planning.compiled import compiled, unowned
from touring.planning.search.chance import draw, draw_below, mixed
from touring.planning.search.spots import best_spot, is_moved, price, settle
from touring.planning.search.tables import (
    ACCEPTED,
    BEST_COST,
    COST,
    FREE_JOBS,
    ITERATIONS,
    MOVED,
    POOLED,
    RANK,
    UNSERVED,
    VERSION,
    Desk,
    Memory,
    Places,
    Pooled,
    Standing,
)

MEAN_REMOVED = 4
MOST_REMOVED = 12
MOST_WAITING = 12
"""Of the stops without a place, so many are tried in one step."""

OTHER_BREAKS = 0.3


@compiled
def copy_block(a: Blocks, z: Blocks, b: int) -> None:
    """One block from one plan to another; the gaps are made when they are needed."""
    size = a.size[b]
    z.size[b], z.cost[b], z.fresh[b] = size, a.cost[b], 0
    z.order[b, :size] = a.order[b, :size]
    z.rests[b], z.hours[b] = a.rests[b], a.hours[b]
    z.early[b, :size], z.late[b, :size] = a.early[b, :size], a.late[b, :size]
    z.used[b], z.loaded[b] = a.used[b], a.loaded[b]


@compiled
def _mark(s: Blocks, places: Places, standing: Standing, desk: Desk, count: int, j: int) -> int:
    """Note a job as out; returns how many are out now."""
    if desk.is_out[j] or not places.is_free[j]:
        return count
    desk.is_out[j], desk.out[count] = 1, j
    desk.old_home[j], desk.old_kept[j] = standing.home[j], standing.kept[j]
    desk.old_phase[j], desk.old_pin[j] = s.phase[j], s.pin[j]
    return count + 1


@compiled
def _waiting(s: Blocks, places: Places, standing: Standing, desk: Desk) -> int:
    """Stops without a place are always out; of many, a few by chance."""
    count, chance = 0, MOST_WAITING / max(1.0, float(standing.sums[UNSERVED]))
    for n in range(places.setting[FREE_JOBS]):
        j = places.free[n]
        if standing.home[j] < 0 and (chance >= 1.0 or draw(standing.random) < chance):
            count = _mark(s, places, standing, desk, count, j)
    return count


@compiled
def choose(s: Blocks, places: Places, standing: Standing, desk: Desk) -> int:
    """Which stops to take out: neighbours on the map, whole blocks near by, or any; returns how many."""
    count = waiting = _waiting(s, places, standing, desk)
    random = standing.random
    kind, wanted = draw(random), 1 + draw_below(random, 2 * MEAN_REMOVED - 1)
    seed = places.free[draw_below(random, places.setting[FREE_JOBS])]
    if kind < 0.55:
        for n in range(places.near.shape[1]):
            if count - waiting >= wanted:
                break
            if draw(random) < 0.8:
                count = _mark(s, places, standing, desk, count, places.near[seed, n])
    elif kind < 0.85:
        count = _choose_blocks(s, places, standing, desk, count, seed)
    else:
        for _ in range(wanted):
            j = places.free[draw_below(random, places.setting[FREE_JOBS])]
            count = _mark(s, places, standing, desk, count, j)
    return count


@compiled
def _choose_blocks(s: Blocks, places: Places, standing: Standing, desk: Desk, count: int, seed: int) -> int:
    """All stops of one or two team-days near by."""
    emptied, before = 0, count
    for n in range(places.near.shape[1]):
        j = places.near[seed, n]
        if emptied == 2 or count - before >= MOST_REMOVED:
            break
        if standing.home[j] < 0 or desk.is_out[j] or not places.is_free[j] or draw(standing.random) < 0.3:
            continue
        b = places.homes[standing.home[j], 0]
        emptied += 1
        for k in range(s.size[b]):
            count = _mark(s, places, standing, desk, count, s.order[b, k])
    return count


@compiled
def touch(s: Blocks, old: Blocks, desk: Desk, touched: int, b: int) -> int:
    """Note a block as changed, and keep what it was; returns how many there are."""
    if desk.is_touched[b]:
        return touched
    desk.is_touched[b], desk.touched[touched] = 1, b
    copy_block(s, old, b)
    return touched + 1


@compiled
def remove(
    t: Tables, s: Blocks, old: Blocks, places: Places, standing: Standing, desk: Desk, count: int
) -> tuple[int, int]:
    """Take the marked jobs out, and what cannot stay without them; jobs out and blocks touched."""
    touched, done = 0, 0
    while done < count:
        for n in range(done, count):
            j = desk.out[n]
            h = standing.home[j]
            if h < 0:
                continue
            for d in range(places.home_size[h]):
                touched = touch(s, old, desk, touched, places.homes[h, d])
                desk.is_touched[places.homes[h, d]] = 2
            standing.sums[MOVED] -= is_moved(places, j, h, standing.kept[j])
            standing.home[j] = -1
        done = count
        for z in range(touched):
            b = desk.touched[z]
            if desk.is_touched[b] == 2:
                desk.is_touched[b] = 1
                count = _empty(t, s, places, standing, desk, count, b)
    return count, touched


@compiled
def _empty(t: Tables, s: Blocks, places: Places, standing: Standing, desk: Desk, count: int, b: int) -> int:
    """Take the marked jobs out of one block; where the rest does not hold, all of it falls out."""
    take_out(t, s, b, desk.is_out)
    if s.size[b] == 0:
        clear(t, s, b)
        if t.hours[b, LONGEST] < t.hours[b, END] - t.hours[b, START]:
            slide_hours(t, s, b, draw(standing.random))
        return count
    if derive(t, s, b) or set_all_rests(t, s, b):
        if draw(standing.random) < OTHER_BREAKS:
            _other_breaks(t, s, standing, b)
        return count
    for k in range(s.size[b]):
        count = _mark(s, places, standing, desk, count, s.order[b, k])
    clear(t, s, b)
    return count


@compiled
def _other_breaks(t: Tables, s: Blocks, standing: Standing, b: int) -> None:
    """Hours and the breaks of one week at other places, by chance."""
    if t.hours[b, LONGEST] < t.hours[b, END] - t.hours[b, START]:
        slide_hours(t, s, b, draw(standing.random))
    if t.hours[b, RESTS] == 0:
        return
    w = draw_below(standing.random, t.setting[WEEKS])
    kept = s.rests[b, w].copy()
    if not set_rests(t, s, b, w, draw(standing.random)):
        s.rests[b, w] = kept
        derive(t, s, b)


@compiled
def put_back_order(places: Places, standing: Standing, desk: Desk, count: int) -> None:
    """The jobs that are out in one of six orders; the more important ones are always first."""
    kind = draw_below(standing.random, 6)
    for n in range(count):
        j, chance = desk.out[n], draw(standing.random)
        if kind < 2:
            key = chance
        elif kind == 2:
            key = places.weights[j, 0]
        elif kind == 3:
            key = places.weights[j, 1] + 3 * chance
        elif kind == 4:
            key = places.weights[j, 2]
        else:
            key = places.weights[j, 3] + chance
        desk.keys[n] = places.jobs[j, RANK] * 1e9 + key
    ranked = np.argsort(desk.keys[:count])
    desk.out[:count] = desk.out[:count][ranked]


@compiled
def recreate(
    t: Tables,
    s: Blocks,
    old: Blocks,
    places: Places,
    standing: Standing,
    memory: Memory,
    desk: Desk,
    count: int,
    touched: int,
    everywhere: bool,
) -> int:
    """Put the jobs that are out back one after the other; returns how many blocks are touched (-1: it failed)."""
    for n in range(count):
        j = desk.out[n]
        lost = everywhere or desk.old_home[j] < 0
        if not best_spot(t, s, places, standing, memory, desk, j, lost):
            continue
        h = desk.spot[0]
        for d in range(places.home_size[h]):
            touched = touch(s, old, desk, touched, places.homes[h, d])
        if not settle(t, s, places, standing, desk, j):
            standing.sums[ACCEPTED] = -1 << 60
    return touched


@compiled
def change_of_cost(s: Blocks, old: Blocks, places: Places, standing: Standing, desk: Desk, count: int, n: int) -> int:
    """What the step costs more than before, over `count` jobs and `n` blocks."""
    more = 0
    for z in range(n):
        b = desk.touched[z]
        more += s.cost[b] - old.cost[b]
    for z in range(count):
        j = desk.out[z]
        more += price(places, j, standing.home[j], standing.kept[j])
        more -= price(places, j, desk.old_home[j], desk.old_kept[j])
    return more


@compiled
def undo(s: Blocks, old: Blocks, places: Places, standing: Standing, desk: Desk, count: int, touched: int) -> None:
    """Everything as it was before the step."""
    for z in range(count):
        j = desk.out[z]
        standing.sums[MOVED] -= is_moved(places, j, standing.home[j], standing.kept[j])
        standing.sums[MOVED] += is_moved(places, j, desk.old_home[j], desk.old_kept[j])
        standing.home[j], standing.kept[j] = desk.old_home[j], desk.old_kept[j]
        s.phase[j], s.pin[j] = desk.old_phase[j], desk.old_pin[j]
    for z in range(touched):
        copy_block(old, s, desk.touched[z])


@compiled
def keep_best(s: Blocks, standing: Standing, best: Blocks, best_standing: Standing) -> None:
    """Note this plan as the best."""
    for b in range(len(s.size)):
        copy_block(s, best, b)
    best.phase[:], best.pin[:] = s.phase, s.pin
    best_standing.home[:], best_standing.kept[:] = standing.home, standing.kept
    best_standing.sums[:] = standing.sums
    standing.sums[BEST_COST] = standing.sums[COST]


@compiled
def note(t: Tables, s: Blocks, pooled: Pooled, standing: Standing, b: int) -> None:
    """Note a good block for the partition, unless the same stops were noted lately at no higher cost."""
    n, weeks, parts = standing.sums[POOLED], t.setting[WEEKS], s.rests.shape[2]
    size = s.size[b]
    if size == 0 or n >= len(pooled.rows):
        return
    code = mixed(b)
    for k in range(size):
        j = s.order[b, k]
        code ^= mixed((j + 1) * 1000003 + s.phase[j] * 1009 + (s.pin[j] + 1) * 2000000011)
    place = np.int64(code % np.uint64(len(pooled.seen)))
    if pooled.seen[place] == code and pooled.seen_cost[place] <= s.cost[b]:
        return
    pooled.seen[place], pooled.seen_cost[place] = code, s.cost[b]
    row = pooled.rows[n]
    row[0], row[1], row[2], row[3], row[4] = b, size, s.cost[b], s.hours[b, BEGIN], s.hours[b, FINISH]
    for w in range(weeks):
        for part in range(parts):
            row[5 + w * parts + part] = s.rests[b, w, part]
    at = 5 + weeks * parts
    for k in range(size):
        j = s.order[b, k]
        row[at + 3 * k], row[at + 3 * k + 1], row[at + 3 * k + 2] = j, s.phase[j], s.pin[j]
    pooled.hashes[n] = code
    standing.sums[POOLED] += 1


@compiled
def step(
    t: Tables,
    s: Blocks,
    old: Blocks,
    places: Places,
    standing: Standing,
    memory: Memory,
    desk: Desk,
    pooled: Pooled,
    temperature: float,
    margin: int,
) -> bool:
    """One ruin and recreate; says whether the plan is a new best."""
    sums = standing.sums
    count = choose(s, places, standing, desk)
    count, touched = remove(t, s, old, places, standing, desk, count)
    put_back_order(places, standing, desk, count)
    touched = recreate(t, s, old, places, standing, memory, desk, count, touched, False)
    cost = sums[COST] + change_of_cost(s, old, places, standing, desk, count, touched)
    sums[ITERATIONS] += 1
    failed = sums[ACCEPTED] < 0
    if not failed and cost < sums[BEST_COST] + margin:
        for z in range(touched):
            note(t, s, pooled, standing, desk.touched[z])
    accepted = not failed and cost < sums[COST] - temperature * np.log(1.0 - draw(standing.random))
    if accepted:
        sums[COST] = cost
        sums[ACCEPTED] += 1
        for z in range(touched):
            sums[VERSION] += 1
            standing.version[desk.touched[z]] = sums[VERSION]
        for z in range(count):
            j = desk.out[z]
            sums[UNSERVED] += (1 if standing.home[j] < 0 else 0) - (1 if desk.old_home[j] < 0 else 0)
    else:
        undo(s, old, places, standing, desk, count, touched)
        sums[ACCEPTED] = max(0, sums[ACCEPTED])
    _tidy(desk, count, touched)
    return bool(accepted and cost < sums[BEST_COST])


@compiled
def _tidy(desk: Desk, count: int, touched: int) -> None:
    for z in range(count):
        desk.is_out[desk.out[z]] = 0
    for z in range(touched):
        desk.is_touched[desk.touched[z]] = 0


@compiled
def run(
    t: Tables,
    s: Blocks,
    old: Blocks,
    best: Blocks,
    places: Places,
    standing: Standing,
    best_standing: Standing,
    memory: Memory,
    desk: Desk,
    pooled: Pooled,
    iterations: int,
    hot: float,
    cold: float,
    margin: int,
) -> None:
    """So many steps, cooling from `hot` to `cold`."""
    t, s, old, best = unowned(t), unowned(s), unowned(old), unowned(best)
    places, standing, best_standing = unowned(places), unowned(standing), unowned(best_standing)
    memory, desk, pooled = unowned(memory), unowned(desk), unowned(pooled)
    for n in range(iterations):
        temperature = hot * (cold / hot) ** (n / iterations)
        if step(t, s, old, places, standing, memory, desk, pooled, temperature, margin):
            keep_best(s, standing, best, best_standing)


@compiled
def construct(
    t: Tables,
    s: Blocks,
    old: Blocks,
    places: Places,
    standing: Standing,
    memory: Memory,
    desk: Desk,
) -> None:
    """Put in what is not served, the hardest to place first; no stop that stands is moved."""
    t, s, old, places = unowned(t), unowned(s), unowned(old), unowned(places)
    standing, memory, desk = unowned(standing), unowned(memory), unowned(desk)
    count = 0
    for n in range(places.setting[FREE_JOBS]):
        j = places.free[n]
        if standing.home[j] < 0:
            count = _mark(s, places, standing, desk, count, j)
    for n in range(count):
        j = desk.out[n]
        desk.keys[n] = places.jobs[j, RANK] * 1e9 + places.weights[j, 1] * 1e5 + places.weights[j, 4]
    desk.out[:count] = desk.out[:count][np.argsort(desk.keys[:count])]
    touched = recreate(t, s, old, places, standing, memory, desk, count, 0, True)
    standing.sums[COST] += change_of_cost(s, old, places, standing, desk, count, touched)
    for z in range(touched):
        standing.sums[VERSION] += 1
        standing.version[desk.touched[z]] = standing.sums[VERSION]
    for z in range(count):
        standing.sums[UNSERVED] -= 1 if standing.home[desk.out[z]] >= 0 else 0
    _tidy(desk, count, touched)
