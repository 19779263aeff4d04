"""Checks of the day, and of the time of day."""

from __future__ import annotations

from datetime import date

import numpy as np

from lotsen.kernel.calendar import WEEKDAYS, spoken_clock
from lotsen.kernel.sentences import Sentence
from volunteers.matching.asked import Asked
from volunteers.matching.case import Busy, Candidate, Evidence, Need, Shortfall, Slot, Travel
from volunteers.matching.columns import Bools, minutes_both_ways


def pause(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """Nobody is asked about days of a break or away, and in a break about no day."""
    until = _away_until(candidate, slot.day)
    if until is None:
        return None
    return Shortfall("pause", Sentence("Macht Pause bis {date_long}.", date_long=until))


def pause_holds(asked: Asked) -> Bools:
    days = asked.times.days.ordinals
    here = asked.people.paused[asked.numbers][:, None] < days
    where = {int(n): at for at, n in enumerate(asked.numbers)}
    for n, first, last in asked.people.absent.tolist():
        if n in where:
            here[where[n]] &= (days < first) | (days > last)
    return here


def evidence(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """Every required paper holds on the day of the visit, not only today."""
    for paper in candidate.evidence:
        sentence = _paper_missing(paper, slot.day)
        if sentence is not None:
            renew = Sentence("erneuern bis {date_long}", date_long=slot.day)
            return Shortfall("nachweis", sentence, renew)
    return None


def evidence_holds(asked: Asked) -> Bools:
    first, last = (column[asked.numbers][:, None, :] for column in asked.people.papers)
    days = asked.times.days.ordinals[None, :, None]
    return np.asarray(np.all((first <= days) & (days <= last), axis=2))


def addresses(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """Nobody learns more than so many addresses in 30 days."""
    if candidate.sees_again_on is None or slot.day >= candidate.sees_again_on:
        return None
    return Shortfall(
        "adressen",
        Sentence("Hat in 30 Tagen schon 15 Adressen gesehen."),
        Sentence("warten bis {date_long}", date_long=candidate.sees_again_on),
        confidential=True,
    )


def addresses_holds(asked: Asked) -> Bools:
    return asked.people.sees_again[asked.numbers][:, None] <= asked.times.days.ordinals


def weekly_limit(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """Visits promised in that ISO week stay below their own limit."""
    if visits_left(candidate, slot) > 0:
        return None
    return Shortfall(
        "woche",
        Sentence("Wochenzahl {limit} ist erreicht.", limit=candidate.visits_a_week),
        Sentence("ein Besuch mehr"),
    )


def weekly_limit_holds(asked: Asked) -> Bools:
    weeks = asked.times.days.weeks.tolist()
    left = [asked.people.visits_left(week)[asked.numbers] for week in weeks]
    return np.stack(left, axis=1) > 0


def wished_time(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """The slot lies within what the person wished."""
    if need.wish.contains(slot.weekday, slot.window):
        return None
    words = need.wish_words or need.wish.spoken()
    return Shortfall("wunschzeit", Sentence("Zeitwunsch ist {wish_words}.", wish_words=words))


def wished_time_holds(asked: Asked) -> Bools:
    wished = [asked.need.wish.contains(slot.weekday, slot.window) for slot in asked.times.slots]
    return asked.all[:, None] & np.array(wished, np.bool_)


def available(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """The slot lies within the hours that they gave."""
    if any(window.contains(slot.window) for window in candidate.hours_on(slot.day)):
        return None
    if slot.day in candidate.other_hours:
        words = " und ".join(window.spoken() for window in candidate.hours_on(slot.day))
        sentence = Sentence("Hat am {date_long} nur {available_words} Zeit.", date_long=slot.day, available_words=words)
        return Shortfall("zeit", sentence)
    return Shortfall(
        "zeit",
        _only_then(candidate, slot),
        Sentence("auch {weekday_adverb}", weekday_adverb=f"{WEEKDAYS[slot.weekday].lower()}s"),
    )


def _only_then(candidate: Candidate, slot: Slot) -> Sentence:
    """When they have time; of who has other hours every second week, that of the slot's week."""
    hours = candidate.hours_in_week_of(slot.day)
    words = hours.spoken() if slot.weekday in hours.weekdays else hours.days_spoken()
    if candidate.odd_hours is None:
        if not hours:
            return Sentence("Hat noch keine Zeiten eingetragen.")
        return Sentence("Hat nur {available_words} Zeit.", available_words=words)
    is_odd = slot.week[1] % 2 == 1
    if not hours:
        return (
            Sentence("Hat in ungeraden Wochen keine Zeit.") if is_odd else Sentence("Hat in geraden Wochen keine Zeit.")
        )
    if is_odd:
        return Sentence("Hat in ungeraden Wochen nur {available_words} Zeit.", available_words=words)
    return Sentence("Hat in geraden Wochen nur {available_words} Zeit.", available_words=words)


def available_holds(asked: Asked) -> Bools:
    times, people = asked.times, asked.people
    rows = people.hours_rows(times.days.days)[asked.numbers][:, times.day]
    return np.asarray(people.open_until[rows, times.weekday, times.start] >= times.end)


def free(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """They have no other visit at that time."""
    for busy in _same_day(candidate, slot):
        if busy.slot.window.overlaps(slot.window):
            time = spoken_clock(busy.slot.window.start)
            return Shortfall("belegt", Sentence("Hat um {time} Uhr einen anderen Besuch.", time=time))
    return None


def free_holds(asked: Asked) -> Bools:
    times, promises = asked.times, asked.promises
    return asked.nowhere((times.start < promises.end) & (promises.start < times.end))


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


def way_between_holds(asked: Asked) -> Bools:
    """A visit that overlaps is not looked at here: then there is no way between."""
    times, promises = asked.times, asked.promises
    modes = [asked.people.modes[n] for n in asked.numbers[promises.who].tolist()]
    there, back = minutes_both_ways(asked.travel, modes, promises.places, asked.need.place)
    before, after = times.start - promises.end, promises.start - times.end
    is_late = ((before >= 0) & (there[:, None] > before)) | ((after >= 0) & (back[:, None] > after))
    return asked.nowhere(is_late)


def visits_left(candidate: Candidate, slot: Slot) -> int:
    """How many visits they would still do in the slot's week."""
    return candidate.visits_a_week - len([busy for busy in candidate.busy if busy.slot.week == slot.week])


def _same_day(candidate: Candidate, slot: Slot) -> list[Busy]:
    return [busy for busy in candidate.busy if busy.slot.day == slot.day]


def _away_until(candidate: Candidate, day: date) -> date | None:
    if candidate.paused_until is not None and (candidate.pauses_now or day <= candidate.paused_until):
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
