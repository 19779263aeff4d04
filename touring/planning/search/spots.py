"""Where a job can go now: the cheapest place over all its homes, and putting it there."""

from __future__ import annotations

from touring.planning.blocks.ground import FREE, NEVER
from touring.planning.blocks.tables import RHYTHM, WEEKDAY, Blocks, Tables
from touring.planning.blocks.times import is_open
from touring.planning.blocks.ways import COST as WAY_COST
from touring.planning.blocks.ways import FIRST, LAST, PHASE, POSITION, SIDE, all_ways, cheapest, put_in
from touring.planning.compiled import compiled
from touring.planning.search.chance import draw
from touring.planning.search.tables import (
    CHANGE,
    END_HOME,
    FIRST_HOME,
    HOME,
    IS_KEPT,
    IS_KNOWN,
    KNOWN_HOME,
    KNOWN_PHASE,
    KNOWN_START,
    LEFT_OUT,
    MOST_CHANGES,
    MOVED,
    NEAR_END,
    PRICE,
    SPOT_PHASE,
    SPOT_PIN,
    SPOT_POSITION,
    SPOT_SIDE,
    Desk,
    Memory,
    Places,
    Standing,
)

BLINK = 0.02


@compiled
def price(places: Places, j: int, home: int, kept: int) -> int:
    """What it costs that a job stands there, beside the driving."""
    change = places.setting[CHANGE] if places.jobs[j, IS_KNOWN] and not kept else 0
    return int(change + (places.home_price[home] if home >= 0 else places.jobs[j, LEFT_OUT]))


@compiled
def is_moved(places: Places, j: int, home: int, kept: int) -> int:
    """Does it count against the budget of changes?"""
    return 1 if places.jobs[j, IS_KNOWN] and home >= 0 and not kept else 0


@compiled
def blocked_weeks(t: Tables, s: Blocks, places: Places, b: int) -> int:
    """Weeks (bits) in which a team with the same vehicle is out."""
    bits = 0
    for n in range(places.rivals.shape[1]):
        r = places.rivals[b, n]
        if r < 0:
            break
        for k in range(s.size[r]):
            j = s.order[r, k]
            rhythm, phase = t.jobs[j, RHYTHM], s.phase[j]
            for q in range(t.times[rhythm, phase]):
                bits |= 1 << t.weeks[rhythm, phase, q]
    return bits


@compiled
def _cheapest(
    t: Tables, s: Blocks, places: Places, standing: Standing, memory: Memory, desk: Desk, b: int, j: int, below: int
) -> bool:
    """The cheapest free way into one block, remembered as long as the block stays as it is."""
    if places.rivals[b, 0] >= 0 or desk.is_touched[b]:
        blocked = blocked_weeks(t, s, places, b)
        return cheapest(t, s, b, j, below, FREE, FREE, blocked, desk.best, desk.way)
    known = memory.ways[j, b]
    if memory.version[j, b] == standing.version[b]:
        if known[1] >= 0:
            if known[0] >= below:
                return False
            desk.best[WAY_COST], desk.best[POSITION], desk.best[PHASE], desk.best[SIDE] = known
            return True
        if below <= known[0]:
            return False
    found = cheapest(t, s, b, j, below, FREE, FREE, 0, desk.best, desk.way)
    memory.version[j, b] = standing.version[b]
    if found:
        known[0], known[1] = desk.best[WAY_COST], desk.best[POSITION]
        known[2], known[3] = desk.best[PHASE], desk.best[SIDE]
    else:
        known[0], known[1] = below, -1
    return found


@compiled
def best_spot(
    t: Tables, s: Blocks, places: Places, standing: Standing, memory: Memory, desk: Desk, j: int, everywhere: bool
) -> bool:
    """The cheapest place for a job now, into `desk.spot`; a few homes are overlooked by chance."""
    spot, job = desk.spot, places.jobs[j]
    spot[HOME], spot[PRICE] = -1, price(places, j, -1, 0)
    _known_spot(t, s, places, desk, j)
    if job[IS_KNOWN] and standing.sums[MOVED] >= places.setting[MOST_CHANGES]:
        return bool(spot[HOME] >= 0)
    desk.way_block[:] = -1
    end = job[END_HOME] if everywhere else job[NEAR_END]
    for look in range(2):  # what is remembered first: it is quick, and limits the rest
        for h in range(job[FIRST_HOME], end):
            b = places.homes[h, 0]
            is_remembered = memory.version[j, b] == standing.version[b] and not desk.is_touched[b]
            if is_remembered == (look == 0):
                _try_home(t, s, places, standing, memory, desk, j, h)
    return bool(spot[HOME] >= 0)


@compiled
def _try_home(
    t: Tables, s: Blocks, places: Places, standing: Standing, memory: Memory, desk: Desk, j: int, h: int
) -> None:
    """Note this home if it is cheaper than the spot so far; by chance it is overlooked."""
    spot, extra, b = desk.spot, price(places, j, h, 0), places.homes[h, 0]
    if extra >= spot[PRICE] or draw(standing.random) < BLINK:
        return
    if places.home_size[h] > 1:
        _joint_spot(t, s, places, desk, j, h, extra)
    elif not places.is_closed[b] and _cheapest(t, s, places, standing, memory, desk, b, j, spot[PRICE] - extra):
        spot[HOME], spot[IS_KEPT], spot[SPOT_PHASE], spot[SPOT_PIN] = h, 0, desk.best[PHASE], FREE
        spot[SPOT_POSITION], spot[SPOT_SIDE] = desk.best[POSITION], desk.best[SIDE]
        spot[PRICE] = extra + desk.best[WAY_COST]


@compiled
def _known_spot(t: Tables, s: Blocks, places: Places, desk: Desk, j: int) -> None:
    """Exactly where people know it to be, if that is free."""
    h, phase, start = places.jobs[j, KNOWN_HOME], places.jobs[j, KNOWN_PHASE], places.jobs[j, KNOWN_START]
    if h < 0:
        return
    total = price(places, j, h, 1)
    for d in range(places.home_size[h]):
        b = places.homes[h, d]
        blocked = blocked_weeks(t, s, places, b)
        if places.is_closed[b] or not cheapest(t, s, b, j, NEVER, phase, start, blocked, desk.best, desk.way):
            return
        total += desk.best[WAY_COST]
    spot = desk.spot
    if total < spot[PRICE]:
        spot[HOME], spot[IS_KEPT], spot[SPOT_PHASE], spot[SPOT_PIN], spot[PRICE] = h, 1, phase, start, total
        spot[SPOT_POSITION], spot[SPOT_SIDE] = desk.best[POSITION], desk.best[SIDE]


@compiled
def _joint_spot(t: Tables, s: Blocks, places: Places, desk: Desk, j: int, h: int, extra: int) -> None:
    """One start time on several weekdays: the cheapest ways whose spans meet in an open time."""
    count = places.home_size[h]
    for d in range(count):
        b = places.homes[h, d]
        slot = t.hours[b, WEEKDAY]
        if places.is_closed[b]:
            return
        if desk.way_block[slot] != b:
            desk.way_block[slot] = b
            desk.way_count[slot] = all_ways(t, s, b, j, blocked_weeks(t, s, places, b), desk.ways[slot])
        if desk.way_count[slot] == 0:
            return
    for d in range(count):
        b = places.homes[h, d]
        slot = t.hours[b, WEEKDAY]
        for n in range(desk.way_count[slot]):
            way = desk.ways[slot, n]
            _try_together(t, places, desk, j, h, extra, way[PHASE], way[FIRST])
            for m in range(t.span_count[j, b]):
                if way[FIRST] < t.spans[j, b, m, 0] <= way[LAST]:
                    _try_together(t, places, desk, j, h, extra, way[PHASE], t.spans[j, b, m, 0])


@compiled
def _try_together(t: Tables, places: Places, desk: Desk, j: int, h: int, extra: int, phase: int, start: int) -> None:
    """Note this phase and start if it is possible on all weekdays and cheaper than the spot so far."""
    spot, total = desk.spot, extra
    for d in range(places.home_size[h]):
        b = places.homes[h, d]
        slot = t.hours[b, WEEKDAY]
        least = NEVER
        if is_open(t.spans, j, b, t.span_count[j, b], start):
            for n in range(desk.way_count[slot]):
                way = desk.ways[slot, n]
                if way[PHASE] == phase and way[FIRST] <= start <= way[LAST] and way[WAY_COST] < least:
                    least = way[WAY_COST]
        total += least
        if total >= spot[PRICE]:
            return
    spot[HOME], spot[IS_KEPT], spot[SPOT_PHASE], spot[SPOT_PIN], spot[PRICE] = h, 0, phase, start, total
    spot[SPOT_POSITION] = -1


@compiled
def settle(t: Tables, s: Blocks, places: Places, standing: Standing, desk: Desk, j: int) -> bool:
    """Put the job at the spot that was found for this very plan; its blocks must have been noted before."""
    spot = desk.spot
    h, phase, pin = spot[HOME], spot[SPOT_PHASE], spot[SPOT_PIN]
    if places.home_size[h] == 1 and spot[SPOT_POSITION] >= 0:
        if not put_in(t, s, places.homes[h, 0], j, spot[SPOT_POSITION], phase, spot[SPOT_SIDE], pin):
            return False
    else:
        for d in range(places.home_size[h]):
            b = places.homes[h, d]
            blocked = blocked_weeks(t, s, places, b)
            if not cheapest(t, s, b, j, NEVER, phase, pin, blocked, desk.best, desk.way):
                return False
            if not put_in(t, s, b, j, desk.best[POSITION], phase, desk.best[SIDE], pin):
                return False
    standing.home[j], standing.kept[j] = h, spot[IS_KEPT]
    standing.sums[MOVED] += is_moved(places, j, h, spot[IS_KEPT])
    return True
