"""Arcs laid out from the one list of checks: whoever fits a request, on each day on which they could go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lotsen.kernel.windows import DAY_MINUTES, OpeningHours, Window
from volunteers.matching.asked import Asked
from volunteers.matching.assign.arcs import QUARTER, Arcs, Columns, Frame
from volunteers.matching.assign.question import Round
from volunteers.matching.assign.ways import Ways
from volunteers.matching.case import Need, Slot
from volunteers.matching.columns import Days, Ints, Times, week_number
from volunteers.matching.fit import DAY_CHECKS, pairs_that_fit

AT_ONCE = 250
"""So many requests are measured at once."""

_NOBODY = Need(key=0, place=None, topics=(), waiting_since=date.min)


def arcs_of(asked: Round) -> Arcs:
    """Every arc of a round; the score of each is what the visit is worth on its own."""
    return _Laying(asked).arcs()


class _Laying:
    def __init__(self, asked: Round) -> None:
        self.asked = asked
        self.everybody = np.arange(len(asked.people))
        self.times = Times(tuple(Slot(day, Window(0, DAY_MINUTES)) for day in asked.days))
        """One slot a day: checks of the day look at nothing else."""

        self.weekdays = np.array([day.weekday() for day in asked.days], np.int64)
        self.hours_rows = asked.people.hours_rows(asked.days)
        self.is_there = self._is_there()
        self.promises = _promises(asked)
        self.is_promised = np.zeros((len(asked.people), len(asked.days)), np.bool_)
        for person, day in self.promises:
            self.is_promised[person, day] = True
        self.bits: list[int] = [0]
        self._number_of_bits = {0: 0}
        self._begins: dict[tuple[OpeningHours, int], Ints] = {}

    def arcs(self) -> Arcs:
        asked = self.asked
        rows = [self._of_need(r, metres) for r, metres in enumerate(self._metres())]
        empty = np.zeros(0, np.int32)
        columns = Columns(*(np.concatenate([row[k] for row in rows]) if rows else empty for k in range(5)))
        weeks = [week_number(day) for day in asked.days]
        distinct = list(dict.fromkeys(weeks))
        frame = Frame(
            minutes=np.array([need.minutes for need in asked.needs], np.int64),
            left=np.stack([asked.people.visits_left(week) for week in distinct], axis=1),
            week_of=np.array([distinct.index(week) for week in weeks], np.int64),
            load=asked.weights.load,
            later_day=asked.weights.later_day,
        )
        ways = Ways(asked.travel, [need.place for need in asked.needs], asked.people.modes)
        return Arcs(frame, columns, self.bits, ways)

    def _metres(self) -> Iterator[Ints]:
        """To each request from everybody."""
        asked = self.asked
        for begin in range(0, len(asked.needs), AT_ONCE):
            ends = [need.place for need in asked.needs[begin : begin + AT_ONCE]]
            yield from asked.people.metres_table(asked.travel, ends)

    def _of_need(self, r: int, metres: Ints) -> Columns:
        asked, need = self.asked, self.asked.needs[r]
        question = Asked(need, asked.people, self.everybody, asked.travel, metres, self.times)
        able = question.of(pairs_that_fit(question))
        row, day = np.nonzero(self.is_there[able.numbers])
        person = able.numbers[row]
        begin = self._begins_of(need)[self.hours_rows[person, day], self.weekdays[day]]
        for k in np.nonzero(self.is_promised[person, day] & (begin > 0))[0].tolist():
            bits = self._without_promises(self.bits[begin[k]], int(person[k]), int(day[k]), need)
            begin[k] = self._number(bits)
        kept = np.nonzero(begin)[0]
        person, day = person[kept], day[kept]
        score = self._scores(need, able, row[kept], day) + self._bonus(need, person, day)
        found = np.full(len(kept), r), person, day, score, begin[kept]
        return Columns(*(column.astype(np.int32) for column in found))

    def _is_there(self) -> NDArray[np.bool_]:
        """`[person, day]`: no check of the day speaks against it."""
        asked = self.asked
        nothing = np.zeros(len(self.everybody), np.int64)
        question = Asked(_NOBODY, asked.people, self.everybody, asked.travel, nothing, self.times)
        there = np.ones((len(self.everybody), len(asked.days)), np.bool_)
        for check in DAY_CHECKS:
            there &= check.holds(question)
        return there

    def _begins_of(self, need: Need) -> Ints:
        """`[row of hours, weekday]`: the number of the bits at which the visit could begin."""
        key = (need.wish, need.minutes)
        if key not in self._begins:
            both = [need.wish.intersection(hours) for hours in self.asked.people.hours]
            numbers = [[self._number(_bits(one.on(day), need.minutes)) for day in range(7)] for one in both]
            self._begins[key] = np.array(numbers, np.int64).reshape(-1, 7)
        return self._begins[key]

    def _number(self, bits: int) -> int:
        number = self._number_of_bits.setdefault(bits, len(self.bits))
        if number == len(self.bits):
            self.bits.append(bits)
        return number

    def _scores(self, need: Need, able: Asked, row: Ints, day: Ints) -> Ints:
        weights, people = self.asked.weights, self.asked.people
        waited = max(0, (self.asked.days[0] - need.waiting_since).days)
        levels = people.topic_columns(need.topics)[able.numbers]
        known = np.isin(people.keys[able.numbers], list(need.visits_by)) if need.visits_by else 0
        each = (
            weights.served
            + self.asked.extra.get(need.key, 0)
            + weights.waiting_day * waited
            + weights.level * (levels.min(axis=1) if levels.shape[1] else 0)
            + weights.known * known
            + (weights.kilometre * able.metres) // 1000
        )
        return np.asarray(each[row] + weights.later_day * day, np.int64)

    def _bonus(self, need: Need, person: Ints, day: Ints) -> Ints:
        kept = self.asked.kept.get(need.key)
        if kept is None:
            return np.zeros(len(person), np.int64)
        key, slot = kept
        on = np.array([one == slot.day for one in self.asked.days])
        return np.where((self.asked.people.keys[person] == key) & on[day], self.asked.weights.kept, 0)

    def _without_promises(self, bits: int, person: int, day: int, need: Need) -> int:
        """Without beginnings that clash with what they have promised, ways included."""
        mode = self.asked.people.modes[person]
        for start, end, place in self.promises[person, day]:
            there = self.asked.travel.minutes(mode, place, need.place)
            back = self.asked.travel.minutes(mode, need.place, place)
            last_before = (start - back - need.minutes) // QUARTER
            first_after = -(-(end + there) // QUARTER)
            before = bits & ((1 << (last_before + 1)) - 1) if last_before >= 0 else 0
            bits = before | (bits >> first_after << first_after)
        return bits


def _bits(windows: Sequence[Window], minutes: int) -> int:
    bits = 0
    for window in windows:
        first, last = -(-window.start // QUARTER), (window.end - minutes) // QUARTER
        if last >= first:
            bits |= ((1 << (last - first + 1)) - 1) << first
    return bits


def _promises(asked: Round) -> dict[tuple[int, int], list[tuple[int, int, object]]]:
    """Begin, end and place of what each person has promised on each day of the round."""
    numbers = {int(ordinal): d for d, ordinal in enumerate(Days(asked.days).ordinals)}
    rows, places = asked.people.promised
    found: dict[tuple[int, int], list[tuple[int, int, object]]] = {}
    for (person, day, start, end, _week), place in zip(rows.tolist(), places, strict=True):
        if day in numbers:
            found.setdefault((person, numbers[day]), []).append((start, end, place))
    return found
