"""What one person could be worth, given a price for each request: compiled, and exact.

For any prices of the requests, all prices together and what each person could earn at most above them are more than any
plan is worth: a plan pays each price at most once. The better the prices, the closer that comes to the best plan.

Arcs stand in order of person and day; `at` is the number of an arc in that order, `day` a row of person and day. Only
sets of at most four visits a day are looked at, as everywhere in the round.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from volunteers.matching.assign.compiled import compiled
from volunteers.matching.columns import Ints

Floats = NDArray[np.float64]

QUARTER = 15
QUARTERS = 97
"""Quarters of a day at which something could begin, and one after which nothing does."""

NO_TIME = 999
NOTHING = -1e18
"""Worth of what cannot be."""

MOST = 4
SEVERAL_DAYS = 5
"""With so many visits a week at most there cannot be two days of three."""


class Laid(NamedTuple):
    """Columns of arcs, days (`first` arc, `week`, `room` for visits), people (first of their days, visits left in each
    week, load), and their ways: `row` of each arc in a table of its person that begins at `base`, -1 where the way is
    taken for none. `next_begin[bits, quarter]`: the first possible quarter from there on."""

    need: Ints
    score: Floats
    begin: Ints
    minutes: Ints
    row: Ints
    first: Ints
    week: Ints
    room: Ints
    days: Ints
    left: Ints
    load: float
    width: Ints
    base: Ints
    way: NDArray[np.int16]
    next_begin: Ints


@compiled
def _ready(laid: Laid, person: int, here: int, quarter: int, there: int) -> int:
    """The first quarter at which the second visit can begin after the first one."""
    way = 0
    if laid.row[here] >= 0 and laid.row[there] >= 0:
        way = laid.way[laid.base[person] + laid.row[here] * laid.width[person] + laid.row[there]]
    ready = (quarter * QUARTER + laid.minutes[here] + way + QUARTER - 1) // QUARTER
    quarter_there: int = laid.next_begin[laid.begin[there], min(ready, QUARTERS - 1)]
    return quarter_there


@compiled
def _can_go_on(laid: Laid, person: int, chosen: Ints, count: int, a: int, b: int, quarter: int) -> bool:
    """Whether the others can be walked after the a-th and the b-th, which begins at this quarter."""
    if count == 2:
        return True
    for c in range(count):
        if c not in (a, b):
            third = _ready(laid, person, chosen[b], quarter, chosen[c])
            if third < NO_TIME:
                if count == 3:
                    return True
                if _ready(laid, person, chosen[c], third, chosen[6 - a - b - c]) < NO_TIME:
                    return True
    return False


@compiled
def can_walk(laid: Laid, person: int, chosen: Ints, count: int) -> bool:
    """Whether the first `count` of the chosen arcs can be walked on one day in some order; at most four."""
    for a in range(count):
        first: int = laid.next_begin[laid.begin[chosen[a]], 0]
        if count == 1:
            return first < NO_TIME
        for b in range(count):
            if b != a:
                second = _ready(laid, person, chosen[a], first, chosen[b])
                if second < NO_TIME and _can_go_on(laid, person, chosen, count, a, b, second):
                    return True
    return False


@compiled
def sorted_day(laid: Laid, day: int, price: Floats, each: float, least: float, at: Ints, worth: Floats) -> int:
    """The arcs of a day that are worth more than `least` above their price and `each`, the best first; how many."""
    count = 0
    for arc in range(laid.first[day], laid.first[day + 1]):
        value = laid.score[arc] - price[laid.need[arc]] - each
        if value > least:
            at[count], worth[count] = arc, -value
            count += 1
    order = np.argsort(worth[:count], kind="mergesort")
    falling, theirs = worth[:count].copy(), at[:count].copy()
    for k in range(count):
        at[k], worth[k] = theirs[order[k]], -falling[order[k]]
    return count


@compiled
def best_set(
    laid: Laid, person: int, size: int, count: int, at: Ints, worth: Floats, least: float, found: Ints
) -> float:
    """The best set of so many arcs that can be walked and is worth more than `least`: its worth, and the set in
    `found`; `NOTHING` where there is none."""
    best, value = least, NOTHING
    chosen, turn, sums = np.zeros(MOST, np.int64), np.zeros(MOST, np.int64), np.zeros(MOST + 1)
    depth = 0
    while depth >= 0:
        k, missing = turn[depth], size - depth
        hoped = sums[depth]
        for more in range(k, min(k + missing, count)):
            hoped += worth[more]
        if k + missing > count or hoped <= best:
            depth -= 1
            if depth >= 0:
                turn[depth] += 1
            continue
        chosen[depth] = at[k]
        if depth > 0 and not can_walk(laid, person, chosen, depth + 1):
            turn[depth] += 1
            continue
        sums[depth + 1] = sums[depth] + worth[k]
        if missing > 1:
            turn[depth + 1] = k + 1
            depth += 1
            continue
        best = value = sums[size]
        found[:size] = chosen[:size]
        turn[depth] = count
    return value


@compiled
def _by_count(worth: Floats, days: int, skipped: int, most: int, total: Floats, picked: Ints) -> None:
    """What a week is worth with so many visits, all days together but one; and how many on each day."""
    total[: most + 1] = NOTHING
    total[0] = 0.0
    for day in range(days):
        if day == skipped:
            continue
        for visits in range(most, 0, -1):
            picked[day, visits] = 0
            for here in range(1, min(MOST, visits) + 1):
                value = total[visits - here] + worth[day, here]
                if value > total[visits]:
                    total[visits], picked[day, visits] = value, here


@compiled
def _week(
    laid: Laid, person: int, begin: int, days: int, price: Floats, total: Floats, picked: Ints, sets: Ints
) -> None:
    """Fill `total` by number of visits, `picked[day, visits]` and the `sets[day, visits of the day]` of one week."""
    most, widest = laid.left[person, laid.week[begin]], 1
    for day in range(begin, begin + days):
        widest = max(widest, laid.first[day + 1] - laid.first[day])
    at, value = np.empty((days, widest), np.int64), np.empty((days, widest))
    counts, worth = np.zeros(days, np.int64), np.full((days, MOST + 1), NOTHING)
    for day in range(days):
        counts[day] = sorted_day(laid, begin + day, price, 0.0, 0.0, at[day], value[day])
        for size in range(1, min(2, laid.room[begin + day]) + 1):
            worth[day, size] = best_set(laid, person, size, counts[day], at[day], value[day], NOTHING, sets[day, size])
    _by_count(worth, days, -1, most, total, picked)
    if most > 2:
        others, unread = np.empty(most + 1), np.zeros((days, most + 1), np.int64)
        for day in range(days):
            _by_count(worth, days, day, most, others, unread)
            for size in range(3, laid.room[begin + day] + 1):
                least = -NOTHING if most <= SEVERAL_DAYS else NOTHING
                for visits in range(size, most + 1):
                    if most <= SEVERAL_DAYS and others[visits - size] > NOTHING / 2:
                        least = min(least, total[visits] - others[visits - size])
                worth[day, size] = best_set(
                    laid, person, size, counts[day], at[day], value[day], least, sets[day, size]
                )
        _by_count(worth, days, -1, most, total, picked)


@compiled
def _shares(
    laid: Laid, person: int, price: Floats, total: Floats, share: Ints, starts: Ints, picked: Ints, sets: Ints
) -> None:
    """Fill `total[weeks done, visits]`, how many of them are of the last of these weeks, and where each week starts."""
    begin, size, most = laid.days[person], len(picked), total.shape[1] - 1
    for week in range(laid.left.shape[1]):
        days = 0
        while starts[week] + days < size and laid.week[begin + starts[week] + days] == week:
            days += 1
        starts[week + 1] = starts[week] + days
        here, left = slice(starts[week], starts[week + 1]), laid.left[person, week]
        own = np.full(most + 1, NOTHING)
        own[0] = 0.0
        if days > 0 and left > 0:
            _week(laid, person, begin + starts[week], days, price, own, picked[here], sets[here])
        for visits in range(most + 1):
            for mine in range(min(visits, left) + 1):
                value = total[week, visits - mine] + own[mine]
                if value > total[week + 1, visits]:
                    total[week + 1, visits], share[week + 1, visits] = value, mine


@compiled
def _count_wanted(laid: Laid, visits: int, share: Ints, starts: Ints, picked: Ints, sets: Ints, wanted: Ints) -> None:
    """Walk back from a number of visits to the requests of which they are."""
    for week in range(len(starts) - 2, -1, -1):
        mine = share[week + 1, visits]
        visits -= mine
        for day in range(starts[week + 1] - 1, starts[week] - 1, -1):
            here = picked[day, mine] if mine > 0 else 0
            for k in range(here):
                wanted[laid.need[sets[day, here, k]]] += 1
            mine -= here


@compiled
def best_of_person(laid: Laid, person: int, price: Floats, wanted: Ints) -> float:
    """What this person is worth at most above these prices; counts in `wanted` the requests of such a plan."""
    weeks, most = laid.left.shape[1], laid.left[person].sum()
    days = laid.days[person + 1] - laid.days[person]
    if days == 0 or most == 0:
        return 0.0
    sets, picked = np.zeros((days, MOST + 1, MOST), np.int64), np.zeros((days, most + 1), np.int64)
    total, share = np.full((weeks + 1, most + 1), NOTHING), np.zeros((weeks + 1, most + 1), np.int64)
    total[0, 0] = 0.0
    starts = np.zeros(weeks + 1, np.int64)
    _shares(laid, person, price, total, share, starts, picked, sets)
    best, visits = 0.0, 0
    for count in range(most + 1):
        value = total[weeks, count] - laid.load * (count * (count - 1) / 2)
        if value > best:
            best, visits = value, count
    _count_wanted(laid, visits, share, starts, picked, sets, wanted)
    return best


@compiled
def best_of_all(laid: Laid, price: Floats, wanted: Ints) -> float:
    """Prices and what everybody is worth above them: no plan is worth more."""
    bound: float = price.sum()
    for person in range(len(laid.left)):
        bound += best_of_person(laid, person, price, wanted)
    return bound


@compiled
def better_sets(laid: Laid, price: Floats, each: Floats, least: Floats) -> tuple[Ints, Floats]:
    """For each day the best set of each size that is worth more than `least` above prices and `each` per visit: sets
    and values by day and size, `NOTHING` where there is none."""
    sets = np.zeros((len(laid.week), MOST + 1, MOST), np.int64)
    values = np.full((len(laid.week), MOST + 1), NOTHING)
    for person in range(len(laid.left)):
        for day in range(laid.days[person], laid.days[person + 1]):
            widest = laid.first[day + 1] - laid.first[day]
            at, worth = np.empty(widest, np.int64), np.empty(widest)
            count = sorted_day(laid, day, price, each[day], 0.0, at, worth)
            for size in range(1, laid.room[day] + 1):
                values[day, size] = best_set(laid, person, size, count, at, worth, least[day], sets[day, size])
    return sets, values


@compiled
def _all_sets(
    laid: Laid, person: int, size: int, count: int, at: Ints, worth: Floats, least: float, sets: Ints, found: int
) -> int:
    """Write all sets of so many arcs that can be walked and are worth `least` behind those found; how many there are
    then, at most as many as there is room for."""
    chosen, turn, sums = np.zeros(MOST, np.int64), np.zeros(MOST, np.int64), np.zeros(MOST + 1)
    depth = 0
    while depth >= 0 and found < len(sets):
        k, missing = turn[depth], size - depth
        hoped = sums[depth]
        for more in range(k, min(k + missing, count)):
            hoped += worth[more]
        if k + missing > count or hoped < least:
            depth -= 1
            if depth >= 0:
                turn[depth] += 1
            continue
        chosen[depth] = at[k]
        sums[depth + 1] = sums[depth] + worth[k]
        if depth > 0 and not can_walk(laid, person, chosen, depth + 1):
            turn[depth] += 1
        elif missing > 1:
            turn[depth + 1] = k + 1
            depth += 1
        else:
            sets[found, :size] = chosen[:size]
            found += 1
            turn[depth] += 1
    return found


@compiled
def near_sets(laid: Laid, price: Floats, each: Floats, dear: Floats, below: float, most: int) -> Ints:
    """All sets that are at most so much below what their day is worth (`dear`), -1 where a set has fewer arcs; no more
    than `most` of them."""
    sets, found = np.full((most, MOST), -1, np.int64), 0
    for person in range(len(laid.left)):
        for day in range(laid.days[person], laid.days[person + 1]):
            widest = laid.first[day + 1] - laid.first[day]
            at, worth = np.empty(widest, np.int64), np.empty(widest)
            count = sorted_day(laid, day, price, each[day], -below, at, worth)
            for size in range(1, laid.room[day] + 1):
                found = _all_sets(laid, person, size, count, at, worth, dear[day] - below, sets, found)
    return sets[:found]
