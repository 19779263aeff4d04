"""The ground and the blocks of a plan as arrays, which the compiled functions work on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from touring.planning.blocks.ground import NEVER, Ground, Hours

Numbers = NDArray[np.int64]
Whole = NDArray[np.int32]

# columns of `Tables.jobs`
PLACE, SETUP, BUSY, LOAD, RHYTHM, FIRST_PHASE, END_PHASE = range(7)
# columns of `Tables.hours`
START, END, START_PLACE, END_PLACE, LONGEST, LIMIT, CAPACITY, RESTS, BESIDE, IS_LIMITED, WEEKDAY = range(11)
# columns of `Tables.rests`
LENGTH, REST_FROM, REST_TO = range(3)
# places of `Tables.setting`
STEP, TOLERANCE, WEEKS = range(3)
# columns of `Blocks.gaps`: what lies on both sides of a place between two visits, in one week
ORIGIN, LEFT_AT, TARGET, DUE_AT, DRIVEN, LOW, HIGH, EDGE = range(8)
# columns of `Blocks.hours`
BEGIN, FINISH = range(2)
# rows of `Blocks.work`
HERE, TIME, COUNT, AHEAD, USED, EXTRA = range(6)
# bits of EDGE
IS_FIRST, IS_LAST = 1, 2
MOST_STOPS = 80


class Tables(NamedTuple):
    """What never changes. `spans[j, b]`: pairs of first and last start, `span_count` of them.

    `weeks[rhythm, phase]`: the served weeks, `times` of them, and as `bits`.
    """

    jobs: Numbers
    hours: Numbers
    rests: Numbers
    weeks: Numbers
    times: Numbers
    bits: Numbers
    spans: Whole
    span_count: Whole
    leg: Whole
    drive: Whole
    setting: Numbers


class Blocks(NamedTuple):
    """All blocks of one plan. Rows are blocks; `phase` and `pin` belong to jobs.

    `order[b, :size[b]]`: jobs in order of time. `rests[b, w, part]`: visits of week `w` before that part of
    the break (-1: taken out). `hours[b]`: the span used. `early`, `late[b, k, q]`: start of the k-th stop in
    its q-th served week. `gaps` are valid where `fresh`. `used`, `loaded[b, w]` are kept where a tour is limited.
    """

    size: Numbers
    order: Numbers
    rests: Numbers
    hours: Numbers
    early: Numbers
    late: Numbers
    cost: Numbers
    fresh: Numbers
    gaps: Numbers
    used: Numbers
    loaded: Numbers
    phase: Numbers
    pin: Numbers
    work: Numbers


def tables_of(ground: Ground) -> Tables:
    """The ground as arrays."""
    rhythms = {tuple(active): None for active in map(tuple, ground.active)}
    number = {active: n for n, active in enumerate(rhythms)}
    weeks, times, bits = _rhythms([*rhythms])
    spans, counts = _spans(ground)
    rows = [_job_row(ground, j, number[tuple(ground.active[j])]) for j in range(len(ground.keys))]
    most = max((len(hours.rests) for hours in ground.blocks), default=0)
    rests = np.zeros((len(ground.blocks), max(1, most), 3), np.int64)
    for b, hours in enumerate(ground.blocks):
        rests[b, : len(hours.rests)] = np.array(hours.rests, np.int64).reshape(-1, 3)
    return Tables(
        np.array(rows, np.int64).reshape(-1, 7),
        np.array([_row(hours) for hours in ground.blocks], np.int64).reshape(-1, 11),
        rests,
        weeks,
        times,
        bits,
        spans,
        counts,
        np.array(ground.leg, np.int32),
        np.array(ground.drive, np.int32),
        np.array([ground.step, ground.tolerance, ground.weeks], np.int64),
    )


def _job_row(ground: Ground, j: int, rhythm: int) -> tuple[int, ...]:
    phases = ground.phases[j]
    return ground.place[j], ground.setup[j], ground.busy[j], ground.load[j], rhythm, phases[0], phases[-1] + 1


def _row(hours: Hours) -> tuple[int, ...]:
    limited = hours.limit < NEVER or hours.capacity < NEVER
    times = (hours.start, hours.end, hours.start_place, hours.end_place, hours.longest, hours.limit, hours.capacity)
    return (*times, len(hours.rests), int(hours.rests_beside), int(limited), hours.weekday)


def _rhythms(rhythms: list[tuple[tuple[int, ...], ...]]) -> tuple[Numbers, Numbers, Numbers]:
    phases = max((len(active) for active in rhythms), default=1)
    most = max((len(weeks) for active in rhythms for weeks in active), default=1)
    table = np.zeros((max(1, len(rhythms)), max(1, phases), max(1, most)), np.int64)
    times, bits = np.zeros(table.shape[:2], np.int64), np.zeros(table.shape[:2], np.int64)
    for n, active in enumerate(rhythms):
        for phase, weeks in enumerate(active):
            table[n, phase, : len(weeks)] = weeks
            times[n, phase] = len(weeks)
            bits[n, phase] = sum(1 << week for week in weeks)
    return table, times, bits


def _spans(ground: Ground) -> tuple[Whole, Whole]:
    most = max((len(spans) for row in ground.starts for spans in row), default=1)
    table = np.zeros((len(ground.keys), len(ground.blocks), max(1, most), 2), np.int32)
    counts = np.zeros(table.shape[:2], np.int32)
    for j, row in enumerate(ground.starts):
        for b, spans in enumerate(row):
            counts[j, b] = len(spans)
            if spans:
                table[j, b, : len(spans)] = spans
    return table, counts


def empty_blocks(tables: Tables) -> Blocks:
    """A plan without stops; every break stands before the first visit."""
    jobs, (blocks, parts) = len(tables.jobs), tables.rests.shape[:2]
    weeks, visits = int(tables.setting[WEEKS]), tables.weeks.shape[2]
    room = max(1, min(jobs, MOST_STOPS)) + 2
    return Blocks(
        size=np.zeros(blocks, np.int64),
        order=np.zeros((blocks, room), np.int64),
        rests=np.zeros((blocks, weeks, parts), np.int64),
        hours=tables.hours[:, [START, END]].copy(),
        early=np.zeros((blocks, room, visits), np.int64),
        late=np.zeros((blocks, room, visits), np.int64),
        cost=np.zeros(blocks, np.int64),
        fresh=np.zeros(blocks, np.int64),
        gaps=np.zeros((blocks, room + 1, weeks, 8), np.int64),
        used=np.zeros((blocks, weeks), np.int64),
        loaded=np.zeros((blocks, weeks), np.int64),
        phase=np.zeros(jobs, np.int64),
        pin=np.full(jobs, -1, np.int64),
        work=np.zeros((6, weeks), np.int64),
    )
