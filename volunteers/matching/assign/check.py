"""The independent judge of a round: reads only the list of checks and concrete times, nothing of the search."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from lotsen.kernel.sentences import Sentence
from volunteers.matching.assign.question import Round
from volunteers.matching.assign.round import Assignment
from volunteers.matching.case import Busy
from volunteers.matching.fit import shortfalls


def faults(asked: Round, assignments: tuple[Assignment, ...]) -> list[tuple[Assignment, Sentence]]:
    """Everything that speaks against each visit, given all the others; empty for a plan that keeps every rule."""
    needs = {need.key: need for need in asked.needs}
    people = {one.key: one for one in asked.people}
    twice = {key for key, count in Counter(one.need for one in assignments).items() if count > 1}
    found = [(one, Sentence("Diese Anfrage ist zweimal vergeben.")) for one in assignments if one.need in twice]
    by_person: dict[int, list[Assignment]] = {}
    for one in assignments:
        by_person.setdefault(one.candidate, []).append(one)
    for one in assignments:
        need, person = needs[one.need], people[one.candidate]
        others = [other for other in by_person[one.candidate] if other is not one]
        busy = tuple(Busy(other.slot, needs[other.need].place) for other in others)
        if one.slot.day not in asked.days:
            found.append((one, Sentence("Der Tag gehört nicht zur Runde.")))
        if one.slot.window.minutes != need.minutes:
            found.append((one, Sentence("Der Besuch ist nicht so lang wie gewünscht.")))
        told = shortfalls(need, replace(person, busy=(*person.busy, *busy)), one.slot, asked.travel)
        found += [(one, shortfall.sentence) for shortfall in told]
    return found


def value_of(asked: Round, assignments: tuple[Assignment, ...]) -> int:
    """Points of a plan by the rules of `RoundWeights`, worked out one visit at a time."""
    needs = {need.key: need for need in asked.needs}
    people = {one.key: one for one in asked.people}
    weights, load = asked.weights, Counter[int]()
    total = 0
    for one in assignments:
        need, person = needs[one.need], people[one.candidate]
        kept = asked.kept.get(one.need)
        total += (
            weights.served
            + asked.extra.get(one.need, 0)
            + weights.waiting_day * max(0, (asked.days[0] - need.waiting_since).days)
            + weights.level * min((person.levels.get(topic, 0) for topic in need.topics), default=0)
            + weights.known * (person.key in need.visits_by)
            + weights.kilometre * person.metres_to(asked.travel, need.place) // 1000
            + weights.later_day * asked.days.index(one.slot.day)
            + weights.kept * (kept is not None and kept[0] == person.key and kept[1].day == one.slot.day)
            - weights.load * load[one.candidate]
        )
        load[one.candidate] += 1
    return total
