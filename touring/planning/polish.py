"""Moving start times only: CP-SAT takes the waiting out of each block, stops and order stay.

Team, weekday, phase, order and driving stay as they are; pinned times too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ortools.sat.python import cp_model

from touring.planning.blocks import plan_of
from touring.planning.blocks.block import FREE, Block
from touring.planning.blocks.ground import Ground
from touring.planning.cpsat import Effort, never, solved
from touring.planning.plan import Plan

PER_BLOCK = Effort(deterministic=0.3, wall=2.0)


def polished(ground: Ground, blocks: Iterable[Block], is_over: Callable[[], bool] = never) -> Plan:
    """The plan of these blocks with the least waiting; once `is_over`, the rest stays at its earliest times."""
    return plan_of(ground, blocks, lambda block: block.earliest if is_over() else least_waiting(ground, block, is_over))


def least_waiting(ground: Ground, block: Block, should_stop: Callable[[], bool] = never) -> list[int]:
    """Start times of the block's items with the least waiting over all weeks."""
    if not block.items:
        return []
    model = cp_model.CpModel()
    starts = [_start(model, ground, block, k) for k in range(len(block.items))]
    spans = [_week(model, ground, block, starts, week) for week in range(ground.weeks)]
    model.minimize(sum(spans))
    solver = solved(model, PER_BLOCK, should_stop)
    return [solver.value(start) * ground.step for start in starts] if solver else list(block.earliest)


def _start(model: cp_model.CpModel, ground: Ground, block: Block, k: int) -> cp_model.IntVar:
    """Start of the k-th item, counted in steps of the grid."""
    item, step = block.items[k], ground.step
    if item.pin != FREE:
        return model.new_constant(item.pin // step)
    spans = [[first // step, last // step] for first, last in ground.starts[item.job][block.number]]
    start = model.new_int_var_from_domain(cp_model.Domain.from_intervals(spans), "")
    model.add(start >= block.earliest[k] // step)
    model.add(start <= block.latest[k] // step)
    model.add_hint(start, block.earliest[k] // step)
    return start


def _week(
    model: cp_model.CpModel, ground: Ground, block: Block, starts: list[cp_model.IntVar], week: int
) -> cp_model.LinearExprT:
    """Constraints of one week; its span from the first to the last start, less a break within it."""
    hours, items = ground.blocks[block.number], block.items
    tour = [k for k, item in enumerate(items) if week in ground.active[item.job][item.phase]]
    if not tour:
        return 0
    rest_at = model.new_int_var(hours.rest_from, max(hours.rest_from, hours.rest_to - hours.rest), "")
    ways, inside = [], []
    for n in range(len(tour) + 1):
        free, origin = _left(ground, block, starts, tour[n - 1]) if n else (hours.start, hours.start_place)
        due, target = _due(ground, block, starts, tour[n]) if n < len(tour) else (hours.end, hours.end_place)
        leg = ground.leg[origin][target]
        model.add(due >= free + leg)
        rest_first, drive_first = model.new_bool_var(""), model.new_bool_var("")
        model.add(rest_at >= free).only_enforce_if(rest_first)
        model.add(due >= rest_at + hours.rest + leg).only_enforce_if(rest_first)
        model.add(rest_at >= free + leg).only_enforce_if(drive_first)
        model.add(due >= rest_at + hours.rest).only_enforce_if(drive_first)
        ways += [rest_first, drive_first]
        inside += [rest_first, drive_first] if 0 < n < len(tour) else []
    if hours.rest:
        model.add_exactly_one(ways)
    span = ground.step * (starts[tour[-1]] - starts[tour[0]])
    return span - hours.rest * sum(inside) if hours.rest else span


def _left(ground: Ground, block: Block, starts: list[cp_model.IntVar], k: int) -> tuple[cp_model.LinearExprT, int]:
    """When and where the team is free after an item."""
    job = block.items[k].job
    return ground.step * starts[k] + ground.busy[job], ground.place[job]


def _due(ground: Ground, block: Block, starts: list[cp_model.IntVar], k: int) -> tuple[cp_model.LinearExprT, int]:
    """When and where the team has to be before an item."""
    job = block.items[k].job
    return ground.step * starts[k] - ground.setup[job], ground.place[job]
