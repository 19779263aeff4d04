"""The one list of checks: who may go to whom, and when. Buttons, offers, the API and every explanation read it here.

A check is a small function of need, candidate, slot and travel. It returns None where all is well, else a Shortfall
with the sentence that people read. Checks of the pair do not look at the slot, checks of the day not at its hour.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from lotsen.kernel.calendar import WEEKDAYS, spoken_clock
from lotsen.kernel.sentences import Sentence
from volunteers.matching.case import Busy, Candidate, Evidence, Need, Shortfall, Slot, Travel
from volunteers.matching.words import kilometres

Why = Callable[[Need, Candidate, Slot, Travel], Shortfall | None]


@dataclass(frozen=True, slots=True)
class Check:
    """A rule: its code (as in the list of wordings) and the function that tells why not."""

    code: str
    why: Why


def topic(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """They know every topic that is asked for."""
    for name in need.topics:
        if name not in candidate.levels:
            return Shortfall(
                "thema",
                Sentence("Thema {topic} fehlt.", topic=(name,)),
                Sentence("Schulung {topic}", topic=(name,)),
            )
    return None


def level(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """They know each topic well enough."""
    for name in need.topics:
        known = candidate.levels.get(name, need.level)
        if known < need.level:
            return Shortfall("stufe", Sentence("Kann {topic} erst auf Stufe {level}.", topic=(name,), level=known))
    return None


def language(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """They share the language that is asked for."""
    if need.language in candidate.languages:
        return None
    return Shortfall("sprache", Sentence("Spricht kein {language}.", language=(need.language,)))


def radius(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """The person lives within their radius."""
    metres = travel.metres(candidate.place, need.place)
    if metres <= candidate.radius_metres:
        return None
    far = max(metres, candidate.radius_metres + 100)
    return Shortfall(
        "umkreis",
        Sentence(
            "Wohnt {km} km entfernt, Umkreis {radius} km.",
            km=kilometres(far),
            radius=kilometres(candidate.radius_metres),
        ),
        Sentence("{extra_km} km weiter", extra_km=kilometres(far - candidate.radius_metres)),
    )


def gender(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """A wish for a woman or a man counts what people said of themselves; nothing is guessed."""
    if need.gender in ("", candidate.gender):
        return None
    return Shortfall("geschlecht", Sentence("Gewünscht ist {wish_words}.", wish_words=need.gender_words))


def dog(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """Where a dog lives goes who likes dogs."""
    if candidate.dogs or not need.dog:
        return None
    return Shortfall("hund", Sentence("Möchte keine Hunde."))


def stairs(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """Where no lift goes climbs who can."""
    if candidate.stairs or need.floor <= 0:
        return None
    return Shortfall("treppe", Sentence("Kann keine Treppen."))


def blocked(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """Some pairs must not meet. Only coordinators read why."""
    if candidate.key not in need.blocked:
        return None
    return Shortfall("sperre", Sentence("Die beiden werden nicht zusammengeführt."), confidential=True)


def declined(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """Nobody is asked twice for the same visit."""
    if candidate.key not in need.declined:
        return None
    return Shortfall("abgelehnt", Sentence("Hat für diesen Besuch schon abgesagt."), confidential=True)


def pause(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """Nobody is asked on a break or away."""
    until = _away_until(candidate, slot.day)
    if until is None:
        return None
    return Shortfall("pause", Sentence("Macht Pause bis {date_long}.", date_long=until))


def evidence(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """Every required paper holds on the day of the visit, not only today."""
    for paper in candidate.evidence:
        sentence = _paper_missing(paper, slot.day)
        if sentence is not None:
            renew = Sentence("erneuern bis {date_long}", date_long=slot.day)
            return Shortfall("nachweis", sentence, renew)
    return None


def wished_time(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """The slot lies within what the person wished."""
    if need.wish.contains(slot.weekday, slot.window):
        return None
    words = need.wish_words or need.wish.spoken()
    return Shortfall("wunschzeit", Sentence("Zeitwunsch ist {wish_words}.", wish_words=words))


def available(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """The slot lies within the hours that they gave."""
    if candidate.hours.contains(slot.weekday, slot.window):
        return None
    same_day = slot.weekday in candidate.hours.weekdays
    words = candidate.hours.spoken() if same_day else candidate.hours.days_spoken()
    return Shortfall(
        "zeit",
        Sentence("Hat nur {available_words} Zeit.", available_words=words)
        if candidate.hours
        else Sentence("Hat noch keine Zeiten eingetragen."),
        Sentence("auch {weekday_adverb}", weekday_adverb=f"{WEEKDAYS[slot.weekday].lower()}s"),
    )


def weekly_limit(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """Visits promised in that ISO week stay below their own limit."""
    if visits_left(candidate, slot) > 0:
        return None
    return Shortfall(
        "woche",
        Sentence("Wochenzahl {limit} ist erreicht.", limit=candidate.visits_a_week),
        Sentence("ein Besuch mehr"),
    )


def free(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """They have no other visit at that time."""
    for busy in _same_day(candidate, slot):
        if busy.slot.window.overlaps(slot.window):
            time = spoken_clock(busy.slot.window.start)
            return Shortfall("belegt", Sentence("Hat um {time} Uhr einen anderen Besuch.", time=time))
    return None


def way_between(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """They get from the visit before and to the visit after in the time between."""
    for busy in _same_day(candidate, slot):
        if busy.slot.window.overlaps(slot.window):
            continue
        before = busy.slot.window.end <= slot.window.start
        places = (busy.place, need.place) if before else (need.place, busy.place)
        gap = slot.window.start - busy.slot.window.end if before else busy.slot.window.start - slot.window.end
        minutes = travel.minutes(candidate.mode, *places)
        if minutes > gap:
            text = "Schafft den Weg nicht: {minutes} Minuten, frei sind {gap_minutes}."
            return Shortfall("weg", Sentence(text, minutes=minutes, gap_minutes=gap))
    return None


PAIR_CHECKS = (
    Check("sperre", blocked),
    Check("abgelehnt", declined),
    Check("thema", topic),
    Check("stufe", level),
    Check("sprache", language),
    Check("geschlecht", gender),
    Check("hund", dog),
    Check("treppe", stairs),
    Check("umkreis", radius),
)
DAY_CHECKS = (
    Check("pause", pause),
    Check("nachweis", evidence),
    Check("woche", weekly_limit),
)
TIME_CHECKS = (
    Check("wunschzeit", wished_time),
    Check("zeit", available),
    Check("belegt", free),
    Check("weg", way_between),
)
CHECKS = PAIR_CHECKS + DAY_CHECKS + TIME_CHECKS


def shortfalls(
    need: Need, candidate: Candidate, slot: Slot, travel: Travel, *, checks: tuple[Check, ...] = CHECKS
) -> tuple[Shortfall, ...]:
    """Everything that speaks against it, in the order of the list; empty where they fit."""
    found = (check.why(need, candidate, slot, travel) for check in checks)
    return tuple(shortfall for shortfall in found if shortfall is not None)


def fits(need: Need, candidate: Candidate, slot: Slot, travel: Travel, *, checks: tuple[Check, ...] = CHECKS) -> bool:
    """Whether nothing speaks against it; stops at the first that does."""
    for check in checks:  # noqa: SIM110 - half the time of all(), and this is asked some ten thousand times
        if check.why(need, candidate, slot, travel) is not None:
            return False
    return True


def visits_left(candidate: Candidate, slot: Slot) -> int:
    """How many visits they would still do in the slot's week."""
    return candidate.visits_a_week - len([busy for busy in candidate.busy if busy.slot.week == slot.week])


def _same_day(candidate: Candidate, slot: Slot) -> list[Busy]:
    return [busy for busy in candidate.busy if busy.slot.day == slot.day]


def _away_until(candidate: Candidate, day: date) -> date | None:
    if candidate.paused_until is not None and day <= candidate.paused_until:
        return candidate.paused_until
    return next((absence.end for absence in candidate.absences if day in absence), None)


def _paper_missing(paper: Evidence, day: date) -> Sentence | None:
    if paper.first is None:
        return Sentence("{requirement_name} fehlt.", requirement_name=paper.name)
    if day < paper.first:
        text = "{requirement_name} gilt erst ab {date_long}."
        return Sentence(text, requirement_name=paper.name, date_long=paper.first)
    if paper.last is not None and day > paper.last:
        text = "{requirement_name} gilt am {date_long} nicht mehr."
        return Sentence(text, requirement_name=paper.name, date_long=day)
    return None
