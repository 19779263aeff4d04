"""The best slots and people for one need, with reasons; and the nearest misfits, with why not.

Everybody is asked at once, as columns: first the checks of the pair, then those who pass them on every slot. The first
fitting slot of a day stands for that day: the hour hardly matters for the score. All is whole numbers and ties go by
key, so the same question always gets the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from lotsen.kernel.sentences import Sentence
from volunteers.matching.asked import Asked
from volunteers.matching.case import (
    Candidate,
    Fit,
    Misfit,
    Need,
    Shortfall,
    Slot,
    Suggestion,
    Suggestions,
    Travel,
)
from volunteers.matching.columns import Bools, Ints, People, Times
from volunteers.matching.fit import (
    DAY_CHECKS,
    PAIR_CHECKS,
    TIME_CHECKS,
    pairs_that_fit,
    shortfalls,
    slots_that_fit,
    visits_left,
)
from volunteers.matching.words import distance_words, mode_words, times_words

DAYS_EACH = 4
MISFITS, NEAREST = 5, 40


@dataclass(frozen=True, slots=True)
class Weights:
    """What each thing is worth, in points. A day of waiting, a level of the topic, one earlier visit (up to
    `most_known`), being asked for by name, a visit of the last four weeks, a minute of the way, a day later."""

    waiting_day: int = 4
    level: int = 30
    known: int = 40
    most_known: int = 2
    wished_for: int = 60
    recent_visit: int = -6
    minute: int = -2
    later_day: int = -6


WEIGHTS = Weights()


def rank(
    need: Need,
    candidates: Sequence[Candidate] | People,
    slots: Sequence[Slot],
    travel: Travel,
    *,
    limit: int = 3,
    people: int = 3,
    weights: Weights = WEIGHTS,
) -> Suggestions:
    """At most `limit` slots with at most `people` each. `slots` must be in order of time (`possible_slots`).
    Without slots there is nothing to say about anybody, and all of the answer is empty. `People` can be asked again and
    again without being laid out anew."""
    if not slots or not len(candidates):
        return Suggestions((), 0, ())
    everybody = candidates if isinstance(candidates, People) else People(candidates)
    numbers = np.arange(len(everybody))
    asked = Asked(need, everybody, numbers, travel, everybody.metres(travel, need.place), Times(tuple(slots)))
    able = asked.of(pairs_that_fit(asked))
    field = _Field(able, slots_that_fit(able), weights)
    unfit = np.setdiff1d(numbers, able.numbers[field.fits.any(axis=1)])
    return Suggestions(
        best=tuple(field.suggestion(s, people) for s in field.chosen(limit)),
        people=len(everybody) - len(unfit),
        misfits=_misfits(asked, unfit),
    )


def score(need: Need, candidate: Candidate, slot: Slot, travel: Travel, *, first: Slot, weights: Weights) -> int:
    """Points for one person at one slot; `first` is the earliest slot of the question."""
    known = min(need.visits_by.get(candidate.key, 0), weights.most_known)
    level = min((candidate.levels.get(topic, 0) for topic in need.topics), default=0)
    return (
        weights.waiting_day * max(0, (first.day - need.waiting_since).days)
        + weights.level * level
        + weights.known * known
        + weights.wished_for * (candidate.key in need.wished_for)
        + weights.recent_visit * candidate.recent_visits
        + weights.minute * travel.minutes(candidate.mode, candidate.place, need.place)
        + weights.later_day * (slot.day - first.day).days
    )


def reasons(need: Need, candidate: Candidate, slot: Slot, *, metres: int, minutes: int) -> tuple[Sentence, ...]:
    """What speaks for them, as short sentences for the list of suggestions; with the way from their home."""
    found = [
        _topic_reason(need, candidate),
        Sentence(
            "{distance} entfernt, {minutes} Minuten {mode_words}",
            distance=distance_words(metres),
            minutes=minutes,
            mode_words=mode_words(candidate.mode),
        ),
        _week_reason(candidate, slot),
    ]
    if candidate.key in need.wished_for:
        found.append(Sentence("ausdrücklich gewünscht"))
    if need.gender:
        found.append(Sentence("Wunsch erfüllt: {wish_words}", wish_words=need.gender_words))
    if need.language != "Deutsch":
        found.append(Sentence("spricht {language}", language=(need.language,)))
    return tuple(found)


@dataclass(frozen=True)
class _Field:
    """Those who pass the checks of the pair, and where they fit: `[person, slot]`."""

    asked: Asked
    fits: Bools
    weights: Weights

    def points(self, s: int) -> Ints:
        """What each of them is worth at a slot; the same as `score`."""
        later = int(self.asked.times.days.ordinals[self.asked.times.day[s]] - self.asked.times.days.ordinals[0])
        return self._base + self.weights.later_day * later

    @cached_property
    def _minutes(self) -> Ints:
        return self.asked.people.minutes(self.asked.travel, self.asked.need.place, self.asked.numbers.tolist())

    @cached_property
    def _base(self) -> Ints:
        need, people, numbers, weights = self.asked.need, self.asked.people, self.asked.numbers, self.weights
        known = np.array([need.visits_by.get(key, 0) for key in people.keys[numbers].tolist()], np.int64)
        wished = np.isin(people.keys[numbers], list(need.wished_for))
        waited = max(0, (self.asked.times.days.days[0] - need.waiting_since).days)
        levels = people.topic_columns(need.topics)[numbers]
        points: Ints = (
            weights.waiting_day * waited
            + weights.level * (levels.min(axis=1) if levels.shape[1] else 0)
            + weights.known * np.minimum(known, weights.most_known)
            + weights.wished_for * wished
            + weights.recent_visit * people.recent[numbers]
            + weights.minute * self._minutes
        )
        return points

    def chosen(self, limit: int) -> list[int]:
        """The slots with the best person, one a day as long as there are days: three choices, not one three times."""
        best = self._best_of_slots()
        times = self.asked.times
        order = sorted(best, key=lambda s: (-best[s], times.slots[s].day, times.slots[s].window))
        chosen: list[int] = []
        for s in order:
            if len(chosen) < limit and times.day[s] not in {times.day[other] for other in chosen}:
                chosen.append(s)
        chosen += [s for s in order if s not in chosen][: limit - len(chosen)]
        return sorted(chosen, key=order.index)

    def _best_of_slots(self) -> dict[int, int]:
        """Slots that are the first fitting one of one of the first fitting days of somebody, and the best of these."""
        best: dict[int, int] = {}
        base, used = self._base, np.zeros(len(self.asked.numbers), np.int64)
        for d in range(len(self.asked.times.days.days)):
            slots = np.nonzero(self.asked.times.day == d)[0]
            able = self.fits[:, slots]
            who = np.nonzero(able.any(axis=1) & (used < DAYS_EACH))[0]
            used[who] += 1
            firsts = slots[able[who].argmax(axis=1)]
            for s in np.unique(firsts).tolist():
                points = base[who[firsts == s]].max()
                later = self.asked.times.days.ordinals[d] - self.asked.times.days.ordinals[0]
                best[s] = int(points + self.weights.later_day * later)
        return best

    def suggestion(self, s: int, people: int) -> Suggestion:
        """A slot with the best people, with reasons."""
        points, slot = self.points(s), self.asked.times.slots[s]
        ready = np.nonzero(self.fits[:, s])[0]
        keys = self.asked.people.keys[self.asked.numbers]
        ready = ready[np.lexsort((keys[ready], -points[ready]))][:people]
        return Suggestion(slot, tuple(self._fit(n, int(points[n]), slot) for n in ready.tolist()))

    def _fit(self, n: int, points: int, slot: Slot) -> Fit:
        candidate = self.asked.people[int(self.asked.numbers[n])]
        metres, minutes = int(self.asked.metres[n]), int(self._minutes[n])
        return Fit(candidate, points, reasons(self.asked.need, candidate, slot, metres=metres, minutes=minutes))


def _misfits(asked: Asked, unfit: Ints) -> tuple[Misfit, ...]:
    """Of the nearest those who fail by least: people of whom somebody asks "why not her?"."""
    keys, metres = asked.people.keys, asked.metres
    near = unfit[np.lexsort((keys[unfit], metres[unfit]))][:NEAREST].tolist()
    failed = _failed_pairs(asked, near)
    near.sort(key=lambda n: (failed[n] or 1, metres[n], keys[n]))
    return tuple(Misfit(asked.people[n], int(metres[n]), _why_not(asked, n, failed[n])) for n in near[:MISFITS])


def _failed_pairs(asked: Asked, numbers: Sequence[int]) -> dict[int, int]:
    """How many checks of the pair each of them fails."""
    some = replace(asked, numbers=np.array(numbers, np.int64), metres=asked.metres[numbers])
    failed = sum((~check.holds(some)).astype(np.int64) for check in PAIR_CHECKS)
    return dict(zip(numbers, np.atleast_1d(failed).tolist(), strict=False))


def _why_not(asked: Asked, n: int, failed: int) -> tuple[Shortfall, ...]:
    """What stands against the pair; else against the slot that comes closest, wished slots before others."""
    candidate, slots = asked.people[n], asked.times.slots
    if failed:
        return shortfalls(asked.need, candidate, slots[0], asked.travel, checks=PAIR_CHECKS)
    one = replace(asked, numbers=np.array([n]), metres=asked.metres[[n]])
    against = sum((~check.holds(one))[0].astype(np.int64) for check in TIME_CHECKS)
    against = against + sum((~check.holds(one))[0].astype(np.int64) for check in DAY_CHECKS)[asked.times.day]
    wished = np.array([asked.need.wish.contains(slot.weekday, slot.window) for slot in slots])
    if wished.any():
        against = np.where(wished, against, len(DAY_CHECKS + TIME_CHECKS) + 1)
    closest = slots[int(np.argmin(against))]
    return shortfalls(asked.need, candidate, closest, asked.travel, checks=DAY_CHECKS + TIME_CHECKS)


def _topic_reason(need: Need, candidate: Candidate) -> Sentence:
    known = need.visits_by.get(candidate.key, 0)
    if not need.topics:
        return Sentence("war schon {times} dort", times=times_words(known)) if known else Sentence("noch nie dort")
    if known:
        return Sentence("Thema {topics}, war schon {times} dort", topics=need.topics, times=times_words(known))
    return Sentence("Thema {topics}, kennt die Person noch nicht", topics=need.topics)


def _week_reason(candidate: Candidate, slot: Slot) -> Sentence:
    left = visits_left(candidate, slot)
    if left == 1:
        return Sentence("noch 1 Besuch frei in der Woche von {date_long}", date_long=slot.day)
    return Sentence("noch {count} Besuche frei in der Woche von {date_long}", count=left, date_long=slot.day)
