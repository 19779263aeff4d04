"""Which stops to take out, and in which order to put them back."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from touring.planning.search.state import State

MEAN_REMOVED = 4
MOST_REMOVED = 12


def ruined(state: State, rng: Random) -> list[int]:
    """Jobs to take out: neighbours on the map, whole blocks, or any."""
    draw = rng.random()
    count = rng.randint(1, 2 * MEAN_REMOVED - 1)
    seed = rng.randrange(len(state.home))
    if draw < 0.55:
        return _neighbours(state, rng, seed, count)
    if draw < 0.85:
        return _whole_blocks(state, rng, seed)
    return rng.sample(range(len(state.home)), min(count, len(state.home)))


def _neighbours(state: State, rng: Random, seed: int, count: int) -> list[int]:
    near = (j for j in state.ground.near[seed] if rng.random() < 0.8)
    return [j for j, _ in zip(near, range(count), strict=False)]


def _whole_blocks(state: State, rng: Random, seed: int) -> list[int]:
    """All stops of one or two team-days near by."""
    jobs: list[int] = []
    emptied: set[int] = set()
    for j in state.ground.near[seed]:
        if len(emptied) == 2 or len(jobs) >= MOST_REMOVED:
            break
        if not state.home[j] or emptied.intersection(state.home[j]) or rng.random() < 0.3:
            continue
        b = state.home[j][0]
        emptied.add(b)
        jobs.extend(item.job for item in state.blocks[b].items)
    return jobs


def put_back_order(state: State, jobs: Iterable[int], rng: Random) -> list[int]:
    """The jobs in one of six orders; the more important ones are always first."""
    ground, problem = state.ground, state.ground.problem
    weeks = [ground.weeks // len(ground.active[j]) for j in range(len(ground.keys))]
    base = ground.drive[ground.blocks[0].start_place]
    draw = rng.randrange(6)

    def key(j: int) -> float:
        by_kind = (
            rng.random(),
            rng.random(),
            -ground.busy[j] * weeks[j],
            len(ground.homes[j]) + 3 * rng.random(),
            -base[ground.place[j]] * weeks[j],
            -weeks[j] + rng.random(),
        )
        return by_kind[draw]

    ranked = [(-problem.jobs[j].priority, key(j), j) for j in sorted(jobs)]
    return [j for *_, j in sorted(ranked)]
