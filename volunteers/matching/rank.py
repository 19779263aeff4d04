"""The best slots and people for one need, with reasons; and the nearest misfits, with why not.

Pair checks come first. Who passes them is tried on the slots day by day, and the first fitting slot of a day stands
for that day: the hour hardly matters for the score. All is whole numbers and ties go by key, so the same question
always gets the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import groupby, islice

from lotsen.kernel.sentences import Sentence
from lotsen.kernel.windows import OpeningHours
from volunteers.matching.case import (
    Candidate,
    Fit,
    Misfit,
    Need,
    Place,
    Shortfall,
    Slot,
    Suggestion,
    Suggestions,
    Travel,
)
from volunteers.matching.fit import (
    DAY_CHECKS,
    PAIR_CHECKS,
    TIME_CHECKS,
    fits,
    shortfalls,
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
    candidates: Sequence[Candidate],
    slots: Sequence[Slot],
    travel: Travel,
    *,
    limit: int = 3,
    people: int = 3,
    weights: Weights = WEIGHTS,
) -> Suggestions:
    """At most `limit` slots with at most `people` each. `slots` must be in order of time (`possible_slots`).
    Without slots there is nothing to say about anybody, and all of the answer is empty."""
    if not slots:
        return Suggestions((), 0, ())
    ways = _Ways(travel)
    able = [one for one in candidates if fits(need, one, slots[0], ways, checks=PAIR_CHECKS)]
    firsts = _first_fits(need, able, slots, ways)
    scorer = _Scorer(need, ways, weights, slots)
    chosen = _chosen_slots(able, firsts, scorer, limit)
    misfits = [one for one in candidates if not firsts.get(one.key)]
    return Suggestions(
        best=tuple(_suggestion(slot, able, scorer, people) for slot in chosen),
        people=len(candidates) - len(misfits),
        misfits=_misfits(need, misfits, slots, ways),
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


def reasons(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> tuple[Sentence, ...]:
    """What speaks for them, as short sentences for the list of suggestions."""
    metres = travel.metres(candidate.place, need.place)
    minutes = travel.minutes(candidate.mode, candidate.place, need.place)
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


class _Ways:
    """Remembers what the caller's travel said: the same way is asked for by checks, score and reasons."""

    def __init__(self, travel: Travel) -> None:
        self.travel = travel
        self.known_metres: dict[tuple[Place, Place], int] = {}
        self.known_minutes: dict[tuple[str, Place, Place], int] = {}

    def metres(self, start: Place, end: Place) -> int:
        way = (start, end)
        if way not in self.known_metres:
            self.known_metres[way] = self.travel.metres(start, end)
        return self.known_metres[way]

    def minutes(self, mode: str, start: Place, end: Place) -> int:
        way = (mode, start, end)
        if way not in self.known_minutes:
            self.known_minutes[way] = self.travel.minutes(mode, start, end)
        return self.known_minutes[way]


@dataclass(frozen=True, slots=True)
class _Scorer:
    need: Need
    ways: Travel
    weights: Weights
    slots: Sequence[Slot]

    def points(self, candidate: Candidate, slot: Slot) -> int:
        return score(self.need, candidate, slot, self.ways, first=self.slots[0], weights=self.weights)

    def fit(self, candidate: Candidate, slot: Slot) -> Fit:
        return Fit(candidate, self.points(candidate, slot), reasons(self.need, candidate, slot, self.ways))


def _first_fits(need: Need, able: Iterable[Candidate], slots: Sequence[Slot], ways: Travel) -> dict[int, list[Slot]]:
    """For each candidate the first fitting slot of each of their first fitting days."""
    open_days: dict[OpeningHours, list[list[Slot]]] = {}
    found: dict[int, list[Slot]] = {}
    for candidate in able:
        if candidate.hours not in open_days:  # many share their hours
            open_days[candidate.hours] = _by_day(need, candidate.hours, slots)
        firsts: list[Slot] = []
        for day_slots in open_days[candidate.hours]:
            if fits(need, candidate, day_slots[0], ways, checks=DAY_CHECKS):
                ready = (slot for slot in day_slots if fits(need, candidate, slot, ways, checks=TIME_CHECKS))
                firsts += islice(ready, 1)
            if len(firsts) == DAYS_EACH:
                break
        found[candidate.key] = firsts
    return found


def _by_day(need: Need, hours: OpeningHours, slots: Sequence[Slot]) -> list[list[Slot]]:
    """The slots within the wish and these hours, day by day: a shortcut only, all checks are asked again."""
    both = need.wish.intersection(hours)
    found = [slot for slot in slots if both.contains(slot.weekday, slot.window)]
    return [list(group) for _, group in groupby(found, key=lambda slot: slot.day)]


def _chosen_slots(able: Sequence[Candidate], firsts: dict[int, list[Slot]], scorer: _Scorer, limit: int) -> list[Slot]:
    """The slots with the best person, one a day as long as there are days: three choices, not one three times."""
    best: dict[Slot, int] = {}
    for candidate in able:
        for slot in firsts[candidate.key]:
            best[slot] = max(best.get(slot, -(10**9)), scorer.points(candidate, slot))
    order = sorted(best, key=lambda slot: (-best[slot], slot.day, slot.window))
    chosen: list[Slot] = []
    for slot in order:
        if len(chosen) < limit and slot.day not in {other.day for other in chosen}:
            chosen.append(slot)
    chosen += [slot for slot in order if slot not in chosen][: limit - len(chosen)]
    return sorted(chosen, key=order.index)


def _suggestion(slot: Slot, able: Sequence[Candidate], scorer: _Scorer, people: int) -> Suggestion:
    awake = [one for one in able if one.hours.contains(slot.weekday, slot.window)]
    ready = [one for one in awake if fits(scorer.need, one, slot, scorer.ways, checks=DAY_CHECKS + TIME_CHECKS)]
    ready.sort(key=lambda one: (-scorer.points(one, slot), one.key))
    return Suggestion(slot, tuple(scorer.fit(one, slot) for one in ready[:people]))


def _misfits(need: Need, people: Sequence[Candidate], slots: Sequence[Slot], ways: Travel) -> tuple[Misfit, ...]:
    """Of the nearest those who fail by least: people of whom somebody asks "why not her?"."""

    def metres(one: Candidate) -> int:
        return ways.metres(one.place, need.place)

    near = nsmallest(NEAREST, people, key=lambda one: (metres(one), one.key))
    against = {one.key: shortfalls(need, one, slots[0], ways, checks=PAIR_CHECKS) for one in near}
    near.sort(key=lambda one: (len(against[one.key]) or 1, metres(one), one.key))
    return tuple(
        Misfit(one, metres(one), against[one.key] or _closest(need, one, slots, ways)) for one in near[:MISFITS]
    )


def _closest(need: Need, candidate: Candidate, slots: Sequence[Slot], ways: Travel) -> tuple[Shortfall, ...]:
    """What stands against the slot that comes closest; wished slots count before others."""
    wished = [slot for slot in slots if need.wish.contains(slot.weekday, slot.window)]
    best: tuple[Shortfall, ...] = ()
    for slot in wished or slots:
        against = shortfalls(need, candidate, slot, ways, checks=DAY_CHECKS + TIME_CHECKS)
        if not best or len(against) < len(best):
            best = against
        if len(best) == 1:
            break
    return best


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
