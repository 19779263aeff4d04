"""What would help those who are left out: the smallest change for each, and changes for many, each solved again.

This list is the plan for recruiting: which hours, which papers, which language in which part of the city.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lotsen.kernel.sentences import Sentence
from lotsen.kernel.windows import OpeningHours, parse_wish
from volunteers.matching.assign.days import DayBook
from volunteers.matching.assign.lay import arcs_of
from volunteers.matching.assign.plan import Draft, insert
from volunteers.matching.assign.question import Round
from volunteers.matching.assign.round import Result, plan_round
from volunteers.matching.case import ANY_TIME, Busy, Candidate, Evidence, Need, Shortfall, possible_slots
from volunteers.matching.columns import People
from volunteers.matching.fit import PAIR_CHECKS, shortfalls
from volunteers.matching.rank import rank

SATURDAY = OpeningHours.parse("Sa 10-16")
MOST_A_WEEK = 4
FURTHER = (1000, 3000)
AT_BEST = ((Sentence("werktags nachmittags"), "Mo-Fr 14-18"), (Sentence("samstags"), "Sa 10-16"))
"""When one more person would have time."""
KEPT = 100_000
"""Points: nobody who is served now is given up for a change that helps others."""

NEAREST_ASKED = 60
SOLVED_AGAIN = 8


@dataclass(frozen=True, slots=True)
class Help:
    """One change and how many more would be served with it, by solving again. `people`: how many have to change."""

    code: str
    sentence: Sentence
    served: int
    people: int


@dataclass(frozen=True, slots=True)
class Missing:
    """Why one request is left out, and the smallest change that would do; none where nobody is near to it."""

    need: int
    reason: Sentence
    change: Sentence | None
    candidate: int | None = None


# --- one request ------------------------------------------------------------------------------------


def why_left_out(asked: Round, result: Result) -> tuple[Missing, ...]:
    """For each request without a visit the person who is closest to it, given all visits of the round."""
    busy = _busy(asked, result)
    people = [replace(one, busy=(*one.busy, *busy.get(one.key, ()))) for one in asked.people]
    needs = {need.key: need for need in asked.needs}
    return tuple(_missing(asked, needs[key], people) for key in result.unserved)


def _busy(asked: Round, result: Result) -> dict[int, list[Busy]]:
    places = {need.key: need.place for need in asked.needs}
    found: dict[int, list[Busy]] = {}
    for one in result.assignments:
        found.setdefault(one.candidate, []).append(Busy(one.slot, places[one.need]))
    return found


def _missing(asked: Round, need: Need, people: Sequence[Candidate]) -> Missing:
    slots = possible_slots(need.wish, asked.days, minutes=need.minutes, step=15)
    if not slots:
        return Missing(need.key, Sentence("Der Zeitwunsch passt auf keinen Tag der Runde."), None)
    near = sorted(people, key=lambda one: (one.metres_to(asked.travel, need.place), one.key))[:NEAREST_ASKED]
    pairs = {one.key: shortfalls(need, one, slots[0], asked.travel, checks=PAIR_CHECKS) for one in near}
    suitable = [one for one in near if not pairs[one.key]]
    for one in suitable or [one for one in near if len(pairs[one.key]) == 1]:
        told = pairs[one.key] or rank(need, [one], slots, asked.travel).misfits[0].shortfalls
        is_told = len(told) == 1 and told[0].change is not None and not told[0].confidential
        if is_told and _helps(asked, need, one, told[0].code):
            return Missing(need.key, told[0].sentence, told[0].change, one.key)
    reason = Sentence("Alle Passenden sind in dieser Woche schon voll.") if suitable else _commonest(pairs, near)
    return Missing(need.key, reason, None)


def _commonest(pairs: Mapping[int, Sequence[Shortfall]], near: Sequence[Candidate]) -> Sentence:
    """What stands against most of those who live near."""
    if not near:
        return Sentence("Es gibt noch niemanden, der gehen könnte.")
    told = [shortfall for one in near for shortfall in pairs[one.key]]
    code = Counter(shortfall.code for shortfall in told).most_common(1)[0][0]
    return next(shortfall.for_others for shortfall in told if shortfall.code == code)


def _helps(asked: Round, need: Need, one: Candidate, code: str) -> bool:
    """Make the change and ask again: is there a slot now?"""
    change = CHANGED.get(code)
    changed = one if change is None else change(need, one)
    slots = possible_slots(need.wish, asked.days, minutes=need.minutes, step=15)
    return bool(rank(need, [changed], slots, asked.travel, limit=1).best)


def _with_papers(need: Need, one: Candidate) -> Candidate:
    return replace(one, evidence=tuple(Evidence(paper.name, need.waiting_since) for paper in one.evidence))


def _with_hours(need: Need, one: Candidate) -> Candidate:
    """Also on one more day, all day long."""
    return one.with_more(need.wish)


CHANGED: dict[str, Callable[[Need, Candidate], Candidate]] = {
    "thema": lambda need, one: replace(one, levels={**dict.fromkeys(need.topics, need.level), **one.levels}),
    "umkreis": lambda need, one: replace(one, radius_metres=10**6),
    "nachweis": _with_papers,
    "zeit": _with_hours,
    "woche": lambda need, one: replace(one, visits_a_week=one.visits_a_week + 1),
}


# --- many requests ----------------------------------------------------------------------------------


def what_helps(
    asked: Round, result: Result, *, seconds: float = 3.0, should_stop: Callable[[], bool] = lambda: False
) -> tuple[Help, ...]:
    """Changes that serve more, the most helpful first. Whoever is served now stays served.

    Every change is tried by putting those who are left out into the plan with it; the best are planned again, so that a
    number is never more than what a plan really does. `seconds`: for each of those plans.
    """
    tried = []
    for code, sentence, changed, people in _changes(asked, result):
        if should_stop():
            break
        if (more := _more_served(changed, result)) > 0:
            tried.append((more, code, sentence, changed, people))
    tried.sort(key=lambda one: (-one[0], one[4], one[1]))
    best = []
    for more, code, sentence, changed, people in tried[:SOLVED_AGAIN]:
        planned = more
        if not should_stop() and seconds > 0:
            again = plan_round(_kept(changed, result), seconds=seconds, should_stop=should_stop)
            planned = len(again.assignments) - len(result.assignments)
        best.append(Help(code, sentence, max(more, planned), people))
    return tuple(sorted(best, key=lambda one: (-one.served, one.people, one.code)))


def _more_served(changed: Round, result: Result) -> int:
    """How many of those left out find a place in the plan as it stands; a plan from scratch may do better."""
    arcs = arcs_of(_kept(changed, result))
    draft = Draft(arcs, DayBook(arcs))
    place = {need.key: r for r, need in enumerate(changed.needs)}
    person = {int(key): n for n, key in enumerate(changed.people.keys)}
    day = {one: d for d, one in enumerate(changed.days)}
    index = {(r, p, d): a for a, (r, p, d) in enumerate(zip(arcs.needs, arcs.persons, arcs.day.tolist(), strict=True))}
    for one in result.assignments:
        arc = index.get((place[one.need], person[one.candidate], day[one.slot.day]))
        if arc is not None and draft.has_room(arc):
            draft.put(arc)
    insert(draft)
    return len(draft.served) - len(result.assignments)


def _kept(changed: Round, result: Result) -> Round:
    return replace(changed, extra={**changed.extra, **{one.need: KEPT for one in result.assignments}})


Change = tuple[str, Sentence, Round, int]


def _changes(asked: Round, result: Result) -> Iterator[Change]:
    everybody = list(asked.people)
    yield _people("samstag", Sentence("alle auch samstags 10 bis 16 Uhr"), asked, [_on_saturday(p) for p in everybody])
    for metres in FURTHER:
        words = Sentence("alle {km} km weiter", km=metres // 1000)
        further = [replace(p, radius_metres=p.radius_metres + metres) for p in everybody]
        yield _people(f"weiter-{metres}", words, asked, further)
    more = [replace(p, visits_a_week=max(p.visits_a_week, min(MOST_A_WEEK, p.visits_a_week + 1))) for p in everybody]
    yield _people("woche", Sentence("ein Besuch mehr je Woche, höchstens 4"), asked, more)
    renewed = [replace(p, evidence=tuple(_renewed(paper, asked.days) for paper in p.evidence)) for p in everybody]
    yield _people("nachweise", Sentence("alle Nachweise gültig"), asked, renewed)
    yield from _trainings(asked, result, everybody)
    yield from _needs(asked, result)
    yield from _one_more(asked, result, everybody)


def _people(code: str, sentence: Sentence, asked: Round, changed: Sequence[Candidate]) -> Change:
    touched = sum(new != old for new, old in zip(changed, asked.people, strict=False))
    return code, sentence, replace(asked, people=People(changed)), touched + len(changed) - len(asked.people)


def _renewed(paper: Evidence, days: Sequence[date]) -> Evidence:
    """A paper that holds on all days of the round; one that does already stays as it is."""
    holds = paper.first is not None and paper.first <= days[0] and (paper.last is None or paper.last >= days[-1])
    return paper if holds else Evidence(paper.name, days[0])


def _on_saturday(one: Candidate) -> Candidate:
    return one.with_more(SATURDAY)


def _left_out(asked: Round, result: Result) -> list[Need]:
    keys = set(result.unserved)
    return [need for need in asked.needs if need.key in keys]


def _trainings(asked: Round, result: Result, everybody: Sequence[Candidate]) -> Iterator[Change]:
    """The three topics that most of those left out ask for."""
    topics = Counter(topic for need in _left_out(asked, result) for topic in need.topics)
    for topic, _count in topics.most_common(3):
        taught = [replace(p, levels={topic: 2, **p.levels}) for p in everybody]
        yield _people(f"schulung-{topic}", Sentence("Schulung {topic} für alle", topic=(topic,)), asked, taught)


def _needs(asked: Round, result: Result) -> Iterator[Change]:
    """What those who are left out could be asked."""
    keys = set(result.unserved)

    def asking(code: str, sentence: Sentence, change: Callable[[Need], Need]) -> Change:
        needs = tuple(change(need) if need.key in keys else need for need in asked.needs)
        touched = sum(new != old for new, old in zip(needs, asked.needs, strict=True))
        return code, sentence, replace(asked, needs=needs), touched

    yield asking("jederzeit", Sentence("die Wartenden nehmen jede Zeit"), lambda need: replace(need, wish=ANY_TIME))
    friday = parse_wish("Fr ab 14 Uhr")
    yield asking(
        "freitag",
        Sentence("die Wartenden auch freitags ab 14 Uhr"),
        lambda need: replace(need, wish=need.wish.union(friday)),
    )
    yield asking("deutsch", Sentence("Deutsch genügt"), lambda need: replace(need, language="Deutsch"))
    yield asking("egal-wer", Sentence("Frau oder Mann ist egal"), lambda need: replace(need, gender=""))


def _one_more(asked: Round, result: Result, everybody: Sequence[Candidate]) -> Iterator[Change]:
    """One more volunteer where most are left out: their language, their topics, weekdays or Saturday."""
    left = [need for need in _left_out(asked, result) if need.place is not None]
    key = max((one.key for one in everybody), default=0) + 1
    for language, _count in Counter(need.language for need in left).most_common(2):
        mine = [need for need in left if need.language == language]
        centre = min(mine, key=lambda need: sum(asked.travel.metres(need.place, other.place) for other in mine[:50]))
        topics = {topic: 2 for need in asked.needs for topic in need.topics}
        for words, hours in AT_BEST:
            new = Candidate(
                key=key,
                name="",
                place=centre.place,
                radius_metres=5000,
                hours=OpeningHours.parse(hours),
                visits_a_week=2,
                levels=topics,
                languages=frozenset({"Deutsch", language}),
                gender="woman",
            )
            sentence = Sentence("eine Person mehr mit {language}, {words}", language=(language,), words=words)
            yield _people(f"mehr-{language}-{hours}", sentence, asked, [*everybody, new])
