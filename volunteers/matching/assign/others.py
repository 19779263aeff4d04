"""What people do without a plan, to compare with: request by request, in the order of their arrival."""

from __future__ import annotations

import time
from collections.abc import Callable

from lotsen.kernel.windows import Window
from volunteers.matching.assign.arcs import QUARTER, Arcs
from volunteers.matching.assign.days import DayBook
from volunteers.matching.assign.flow import Network
from volunteers.matching.assign.lay import arcs_of
from volunteers.matching.assign.plan import Draft
from volunteers.matching.assign.question import Round
from volunteers.matching.assign.round import Assignment, Result
from volunteers.matching.case import Slot

Order = Callable[[Arcs, list[int]], list[int]]


def first_come(arcs: Arcs, ids: list[int]) -> list[int]:
    """Whoever fits best and is free, on the best day."""
    return sorted(ids, key=lambda arc: (-int(arcs.score[arc]), arc))


def soonest(arcs: Arcs, ids: list[int]) -> list[int]:
    """The earliest day."""
    return sorted(ids, key=lambda arc: (int(arcs.day[arc]), -int(arcs.score[arc]), arc))


def best_person_only(arcs: Arcs, ids: list[int]) -> list[int]:
    """Only the one who suits best is asked; is she full, the request waits."""
    suits = {arc: int(arcs.score[arc]) - arcs.later_day * int(arcs.day[arc]) for arc in ids}
    best = max(ids, key=lambda arc: (suits[arc], -arc))
    mine = [arc for arc in ids if arcs.person[arc] == arcs.person[best]]
    return first_come(arcs, mine)


ORDERS: dict[str, Order] = {"first come": first_come, "soonest": soonest, "best person at once": best_person_only}


def one_by_one(asked: Round, order: Order) -> Result:
    """Requests in the order of their arrival, each at once and for good."""
    began = time.monotonic()
    arcs = arcs_of(asked)
    book = DayBook(arcs)
    draft = Draft(arcs, book)
    by_request: dict[int, list[int]] = {}
    for arc, r in enumerate(arcs.need.tolist()):
        by_request.setdefault(r, []).append(arc)
    for r in sorted(by_request, key=lambda r: (asked.needs[r].waiting_since, asked.needs[r].key)):
        for arc in order(arcs, by_request[r]):
            if draft.has_room(arc):
                draft.put(arc)
                break
    network = Network(arcs)
    bound, most_served = network.best()[1], network.most_served()
    found = [
        Assignment(
            asked.needs[int(arcs.need[arc])].key,
            int(asked.people.keys[int(arcs.person[arc])]),
            _slot(asked, arcs, arc, quarter),
        )
        for pattern in draft.patterns.values()
        for arc, quarter in book.begins(pattern) or ()
    ]
    served, spent = {one.need for one in found}, round(time.monotonic() - began, 2)
    unserved = tuple(need.key for need in asked.needs if need.key not in served)
    curve = ((spent, draft.value),)
    return Result(tuple(found), unserved, draft.value, bound, most_served, curve, spent)


def _slot(asked: Round, arcs: Arcs, arc: int, quarter: int) -> Slot:
    start = quarter * QUARTER
    return Slot(asked.days[int(arcs.day[arc])], Window(start, start + int(arcs.minutes[arcs.need[arc]])))
