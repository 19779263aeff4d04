"""`plan_round`: flow, walkable days, column generation; in a large city by neighbourhoods in several processes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from lotsen.kernel.windows import Window
from volunteers.matching.assign.arcs import QUARTER
from volunteers.matching.assign.bound import Polishing
from volunteers.matching.assign.crew import Crew, give_back_memory
from volunteers.matching.assign.days import MOST_VISITS, DayBook
from volunteers.matching.assign.flow import Network
from volunteers.matching.assign.generate import Part, all_of, improve, standing_in
from volunteers.matching.assign.lay import arcs_of
from volunteers.matching.assign.parts import neighbourhoods
from volunteers.matching.assign.plan import Draft, insert, walkable
from volunteers.matching.assign.question import Round, RoundWeights
from volunteers.matching.case import Slot

__all__ = ["Assignment", "Result", "Round", "RoundWeights", "plan_round"]

SECONDS = 10.0
WHOLE_UP_TO = 200
"""So many people are one neighbourhood."""

LEAST_PART_SECONDS = 2.0
ROUNDS = 4
NARROWED = 2
"""So often the flow is asked again for days on which it had chosen more than can be walked."""

POLISHED_SHARE = 0.15
"""So much of the time at most goes into the bound while others work on neighbourhoods."""

STILL = 2
"""After so many rounds without gain it is good enough."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One visit of the round, by the keys of request and person."""

    need: int
    candidate: int
    slot: Slot


@dataclass(frozen=True, slots=True)
class Result:
    """A plan of the round. `value` in points; no plan is worth more than `bound` or serves more than `most_served`.

    `curve`: seconds and value whenever the plan got better.
    """

    assignments: tuple[Assignment, ...]
    unserved: tuple[int, ...]
    value: int
    bound: int
    most_served: int
    curve: tuple[tuple[float, int], ...]
    seconds: float

    @property
    def gap(self) -> float:
        """How far below the bound, as a part of it."""
        return (self.bound - self.value) / max(1, self.bound)

    def strict_gap(self, served_points: int) -> float:
        """The same without the points that every served request has alike, which flatter a gap."""
        return (self.bound - self.value) / max(1, self.value - served_points * len(self.assignments))


def plan_round(
    asked: Round,
    *,
    seconds: float = SECONDS,
    workers: int = 1,
    seed: int = 1,
    on_progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Result:
    """The best plan within the time. `on_progress(value, bound)` whenever it got better; `should_stop` is asked between
    steps, and the best plan so far is returned. Whoever fits nowhere is left out, nothing is raised for them.
    """
    run = _Run(asked, seconds, workers, seed, on_progress, should_stop)
    run.begin()
    if len(asked.people) <= WHOLE_UP_TO:
        run.whole()
    else:
        run.by_neighbourhoods()
    return run.result()


class _Run:
    def __init__(
        self,
        asked: Round,
        seconds: float,
        workers: int,
        seed: int,
        on_progress: Callable[[int, int], None] | None,
        should_stop: Callable[[], bool],
    ) -> None:
        self.began = time.monotonic()
        self.asked, self.seconds, self.workers, self.seed = asked, seconds, workers, seed
        self.on_progress, self.should_stop = on_progress, should_stop
        self.arcs = arcs_of(asked)
        self.book = DayBook(self.arcs)
        self.curve: list[tuple[float, int]] = []
        self.polishing: Polishing | None = None
        self.polished = 0.0

    def begin(self) -> None:
        """Flow and walkable days: the first plan."""
        self.network = Network(self.arcs)
        chosen, self.bound = self.network.best()
        self.draft, self.most = walkable(self.arcs, self.book, chosen)
        for _ in range(NARROWED):
            if not self.most or self._is_over():
                break
            draft, fewer = walkable(self.arcs, self.book, self.network.narrowed(self.most))
            places = {**self.most, **fewer}
            self.most = {place: min(self.most.get(place, MOST_VISITS), count) for place, count in places.items()}
            if draft.value > self.draft.value:
                self.draft = draft
        insert(self.draft)
        self._note()
        self.most_served = self.network.most_served()

    def whole(self) -> None:
        """Column generation over everybody; its bound is better than the flow's."""
        found = improve(self.arcs, self.book, all_of(self.arcs, self.draft.patterns, self._left()), self.should_stop)
        if found.bound is not None:
            self.bound = min(self.bound, found.bound)
        draft = Draft(self.arcs, self.book, found.patterns)
        insert(draft)
        if draft.value > self.draft.value:
            self.draft = draft
            self._note()

    def by_neighbourhoods(self) -> None:
        """Rounds of neighbourhoods with other borders each time, as many as the time allows."""
        with Crew(self.arcs, self.workers) as crew:
            round_number, still = 0, 0
            while still < STILL and self._left() > LEAST_PART_SECONDS and not self.should_stop():
                before = self.draft.value
                parts = neighbourhoods(self.draft, self.asked.people.places, round_number, self.seed)
                turns = -(-len(parts) // max(1, crew.hands))
                each = min(self.seconds / ROUNDS, self._left()) / turns * 0.92
                if each < LEAST_PART_SECONDS / 4:
                    return
                self._improve(crew, [self._part(people, requests, each) for people, requests in parts])
                round_number, still = round_number + 1, still + 1 if self.draft.value == before else 0

    def _part(self, people: tuple[int, ...], requests: tuple[int, ...], seconds: float) -> Part:
        return Part(people, requests, standing_in(self.draft, set(people)), seconds)

    def _improve(self, crew: Crew, parts: list[Part]) -> None:
        """The parts share no person and no request, so that each better one can be put in its place."""
        for part, better in crew.improved(parts, self._is_over, self._polish):
            before = self.draft.value
            for arc in [arc for pattern in part.patterns.values() for arc in pattern]:
                self.draft.drop(arc)
            for arc in [arc for pattern in better.patterns.values() for arc in pattern]:
                self.draft.put(arc)
            if self.draft.value > before:
                self._note()
        if insert(self.draft):
            self._note()

    def _polish(self) -> None:
        """A step towards a lower bound, for a small part of the time: who works on neighbourhoods comes first.

        Prices of the flow with as many visits a day as can be walked are a good beginning.
        """
        began = time.monotonic()
        if self.polishing is None:
            self.polishing = Polishing(self.arcs, self.network.prices(self.most))
            give_back_memory()
        elif self.polished < POLISHED_SHARE * (began - self.began):
            self.polishing.step(self.draft.value)
        else:
            return
        self.polished += time.monotonic() - began
        self._take_bound()

    def _take_bound(self) -> None:
        if self.polishing is not None and self.polishing.bound < self.bound:
            self.bound = self.polishing.bound

    def _note(self) -> None:
        self.curve.append((round(time.monotonic() - self.began, 2), self.draft.value))
        if self.on_progress is not None:
            self.on_progress(self.draft.value, self.bound)

    def _left(self) -> float:
        return max(0.0, self.seconds - (time.monotonic() - self.began))

    def _is_over(self) -> bool:
        return self._left() <= 0 or self.should_stop()

    def result(self) -> Result:
        """The plan with its hours."""
        arcs, needs = self.arcs, self.asked.needs
        found = []
        for pattern in self.draft.patterns.values():
            for arc, quarter in self.book.begins(pattern) or ():
                need, start = needs[int(arcs.need[arc])], quarter * QUARTER
                slot = Slot(self.asked.days[int(arcs.day[arc])], Window(start, start + need.minutes))
                found.append(Assignment(need.key, int(self.asked.people.keys[int(arcs.person[arc])]), slot))
        served = {one.need for one in found}
        return Result(
            assignments=tuple(sorted(found, key=lambda one: (one.slot.day, one.slot.window, one.need))),
            unserved=tuple(need.key for need in needs if need.key not in served),
            value=self.draft.value,
            bound=max(self.bound, self.draft.value),
            most_served=self.most_served,
            curve=tuple(self.curve),
            seconds=round(time.monotonic() - self.began, 2),
        )
