"""Candidates, days and slots as columns of numbers, so that one check looks at everybody at once.

The columns say nothing that the frozen values do not say; `fit` asks either. Days are ordinals of `date.toordinal`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lotsen.kernel.calendar import iso_week
from lotsen.kernel.windows import DAY_MINUTES, OpeningHours
from volunteers.matching.case import Busy, Candidate, Place, Slot, Travel

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
NEVER, ALWAYS = 10**9, -(10**9)
LONGEST = 30_000
"""Minutes of a way that nobody goes."""


@dataclass(frozen=True, slots=True)
class Lately:
    """What changes by the hour, by the candidates' keys: promised visits, visits of the last four weeks, who goes for
    the first time, who gave back too often, who makes a pause now, and from when somebody may see a new address
    again."""

    promised: Mapping[int, Sequence[Busy]] = field(default_factory=dict)
    visits: Mapping[int, int] = field(default_factory=dict)
    first: frozenset[int] = frozenset()
    gave_back_often: frozenset[int] = frozenset()
    pausing: frozenset[int] = frozenset()
    sees_again_on: Mapping[int, date] = field(default_factory=dict)


class People:
    """Candidates in the order in which they were given, and one array per column. Can be asked about many needs.

    `levels[n, t]` is 0 where somebody does not know a topic. `until[n]` is a row of `hours` and of `open_until`,
    `until_odd[n]` that of odd weeks; on single days another row may count (`hours_rows`).
    """

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.candidates = tuple(candidates)
        self.places: tuple[Place, ...] = tuple(one.place for one in self.candidates)
        self.onward = tuple((n, one.onward) for n, one in enumerate(self.candidates) if one.onward is not None)
        self.modes = tuple(one.mode for one in self.candidates)
        self.keys = np.array([one.key for one in self.candidates], np.int64)
        self.radius = np.array([one.radius_metres for one in self.candidates], np.int64)
        self.dogs = np.array([one.dogs for one in self.candidates], np.bool_)
        self.stairs = np.array([one.stairs for one in self.candidates], np.bool_)
        self.speaks_clearly = np.array([one.speaks_clearly for one in self.candidates], np.bool_)
        self.is_first = np.array([one.is_first for one in self.candidates], np.bool_)
        self.gave_back_often = np.array([one.gave_back_often for one in self.candidates], np.bool_)
        self.sees_again = np.array([_ordinal(one.sees_again_on, ALWAYS) for one in self.candidates], np.int64)
        self.limits = np.array([one.visits_a_week for one in self.candidates], np.int64)
        self.recent = np.array([one.recent_visits for one in self.candidates], np.int64)
        self.paused = np.array([_paused(one) for one in self.candidates], np.int64)
        self.topics, self.levels = _table(one.levels for one in self.candidates)
        self.languages, self.speaks = _table(dict.fromkeys(one.languages, 1) for one in self.candidates)
        self.genders, self.is_gender = _table({one.gender: 1} for one in self.candidates)
        self.wants_offers = np.array([one.wants_offers for one in self.candidates], np.bool_)
        others = [(n, *other) for n, one in enumerate(self.candidates) for other in one.other_hours.items()]
        days_of_others = [OpeningHours((windows,) * 7) for _n, _day, windows in others]
        odd = [one.hours if one.odd_hours is None else one.odd_hours for one in self.candidates]
        self.hours, rows = _distinct([*(one.hours for one in self.candidates), *odd, *days_of_others])
        self.until, self.until_odd = rows[: len(self)], rows[len(self) : 2 * len(self)]
        self._others = [(n, day, row) for (n, day, _), row in zip(others, rows[2 * len(self) :].tolist(), strict=True)]
        self.areas, self.goes_to = _table(dict.fromkeys(one.areas, 1) for one in self.candidates)
        self._left: dict[int, Ints] = {}
        self._lately: Lately | None = None

    def __len__(self) -> int:
        return len(self.candidates)

    def __iter__(self) -> Iterator[Candidate]:
        return (self[n] for n in range(len(self)))

    def __getitem__(self, n: int) -> Candidate:
        one, known = self.candidates[n], self._lately
        if known is None:
            return one
        return replace(
            one,
            busy=tuple(known.promised.get(one.key, ())),
            recent_visits=known.visits.get(one.key, 0),
            is_first=one.key in known.first,
            gave_back_often=one.key in known.gave_back_often,
            pauses_now=one.key in known.pausing,
            sees_again_on=known.sees_again_on.get(one.key),
        )

    def lately(self, known: Lately) -> People:
        """The same people with what is promised and has happened lately; nothing else is laid out anew."""
        other, keys = copy(self), [one.key for one in self.candidates]
        other.__dict__.pop("promised", None)
        other._lately, other._left = known, {}
        other.recent = np.array([known.visits.get(key, 0) for key in keys], np.int64)
        other.is_first = np.array([key in known.first for key in keys], np.bool_)
        other.gave_back_often = np.array([key in known.gave_back_often for key in keys], np.bool_)
        other.paused = np.where([key in known.pausing for key in keys], NEVER, self.paused).astype(np.int64)
        other.sees_again = np.array([_ordinal(known.sees_again_on.get(key), ALWAYS) for key in keys], np.int64)
        return other

    @cached_property
    def open_until(self) -> NDArray[np.int16]:
        """`[row, weekday, minute]`: until when they have time who have time at that minute, 0 where they have none."""
        return np.array([_open_until(hours) for hours in self.hours] or np.zeros((0, 7, DAY_MINUTES)), np.int16)

    def hours_rows(self, days: Sequence[date]) -> Ints:
        """`[n, day]`: the row of `hours` and `open_until` that counts for them on each of these days."""
        is_odd = np.array([iso_week(day)[1] % 2 == 1 for day in days], np.bool_)
        found = np.where(is_odd[None, :], self.until_odd[:, None], self.until[:, None])
        numbers = {day: d for d, day in enumerate(days)}
        for n, day, row in self._others:
            if day in numbers:
                found[n, numbers[day]] = row
        return found

    @cached_property
    def papers(self) -> tuple[Ints, Ints]:
        """First and last day of each required paper, `[n, paper]`; what is not required always holds."""
        width = max((len(one.evidence) for one in self.candidates), default=0)
        first = np.full((len(self), width), ALWAYS, np.int64)
        last = np.full((len(self), width), NEVER, np.int64)
        for n, one in enumerate(self.candidates):
            for k, paper in enumerate(one.evidence):
                first[n, k] = _ordinal(paper.first, NEVER)
                last[n, k] = _ordinal(paper.last, NEVER)
        return first, last

    @cached_property
    def absent(self) -> Ints:
        """Rows of: number of the person, first and last day away."""
        rows = [
            (n, absence.start.toordinal(), absence.end.toordinal())
            for n, one in enumerate(self.candidates)
            for absence in one.absences
        ]
        return np.array(rows, np.int64).reshape(-1, 3)

    @cached_property
    def promised(self) -> tuple[Ints, tuple[Place, ...]]:
        """Rows of: number of the person, day, start, end, week; and the place of each."""
        rows, places = [], []
        for n, one in enumerate(self.candidates):
            for busy in one.busy if self._lately is None else self._lately.promised.get(one.key, ()):
                window = busy.slot.window
                rows.append((n, busy.slot.day.toordinal(), window.start, window.end, week_number(busy.slot.day)))
                places.append(busy.place)
        return np.array(rows, np.int64).reshape(-1, 5), tuple(places)

    def visits_left(self, week: int) -> Ints:
        """How many visits they would still do in this week (`week_number`)."""
        if week not in self._left:
            rows, _places = self.promised
            mine = rows[rows[:, 4] == week, 0]
            self._left[week] = self.limits - np.bincount(mine, minlength=len(self))
        return self._left[week]

    def topic_columns(self, names: Iterable[str]) -> Ints:
        """`[n, topic]`: levels of these topics, 0 for what nobody knows."""
        return _columns(self.topics, self.levels, names)

    def can_speak(self, language: str) -> Bools:
        """Who speaks it."""
        return _columns(self.languages, self.speaks, (language,))[:, 0] > 0

    def said_to_be(self, gender: str) -> Bools:
        """Who said so of themselves."""
        return _columns(self.genders, self.is_gender, (gender,))[:, 0] > 0

    def go_to(self, area: int | None) -> Bools:
        """Who goes to this district, however far it is."""
        return _columns(self.areas, self.goes_to, (area,))[:, 0] > 0

    def metres(self, travel: Travel, place: Place) -> Ints:
        """From everybody's nearer place to a place, as `Candidate.metres_to`; one question for each different one."""
        found: Ints = self.metres_table(travel, (place,))[0]
        return found

    def metres_table(self, travel: Travel, ends: Sequence[Place]) -> Ints:
        """The same to many places: a row for each."""
        found = metres_table(travel, self.places, ends)
        if self.onward:
            numbers = [n for n, _onward in self.onward]
            onward = metres_table(travel, tuple(onward for _n, onward in self.onward), ends)
            found = found.copy()
            found[:, numbers] = np.minimum(found[:, numbers], onward)
        return found

    def minutes(self, travel: Travel, place: Place, numbers: Sequence[int]) -> Ints:
        """The way to a place of those with these numbers, each by their own means."""
        homes, modes = [self.places[n] for n in numbers], [self.modes[n] for n in numbers]
        return minutes_to(travel, modes, homes, place)


def metres_to(travel: Travel, places: Sequence[Place], end: Place) -> Ints:
    """From each place to one end; travel that knows many ways at once (`metres_to`) is asked once."""
    wide = getattr(travel, "metres_to", None)
    if wide is not None:
        return np.asarray(wide(places, end), np.int64)
    known = {place: travel.metres(place, end) for place in dict.fromkeys(places)}
    return np.array([known[place] for place in places], np.int64)


def metres_table(travel: Travel, places: Sequence[Place], ends: Sequence[Place]) -> Ints:
    """A row for each end; travel that lays out a table itself (`metres_table`) is asked once."""
    wide = getattr(travel, "metres_table", None)
    if wide is not None and len(ends) > 1:
        return np.asarray(wide(places, ends), np.int64)
    return np.array([metres_to(travel, places, end) for end in ends], np.int64).reshape(len(ends), len(places))


def minutes_to(travel: Travel, modes: Sequence[str], places: Sequence[Place], end: Place) -> Ints:
    """From each place to one end; travel that knows many ways at once (`minutes_to`) is asked once."""
    wide = getattr(travel, "minutes_to", None)
    if wide is not None:
        return np.asarray(wide(modes, places, end), np.int64)
    known = {way: travel.minutes(*way, end) for way in dict.fromkeys(zip(modes, places, strict=True))}
    return np.array([known[way] for way in zip(modes, places, strict=True)], np.int64)


def minutes_both_ways(travel: Travel, modes: Sequence[str], places: Sequence[Place], end: Place) -> tuple[Ints, Ints]:
    """There and back. Travel that knows many ways at once says that both are alike."""
    there = minutes_to(travel, modes, places, end)
    if hasattr(travel, "minutes_to"):
        return there, there
    back = [travel.minutes(mode, end, place) for mode, place in zip(modes, places, strict=True)]
    return there, np.array(back, np.int64)


def minutes_table(travel: Travel, mode: str, places: Sequence[Place]) -> NDArray[np.int16]:
    """The same as a table; travel that lays one out itself (`minutes_table`) is asked once."""
    wide = getattr(travel, "minutes_table", None)
    found = wide(mode, places) if wide is not None else minutes_among(travel, mode, places)
    capped: NDArray[np.int16] = np.minimum(np.asarray(found), LONGEST).astype(np.int16)
    return capped.reshape(len(places), len(places))


def minutes_among(travel: Travel, mode: str, places: Sequence[Place]) -> list[list[int]]:
    """From each place to each other."""
    among = getattr(travel, "minutes_among", None)
    if among is not None:
        return list(among(mode, places))
    return [[travel.minutes(mode, first, second) for second in places] for first in places]


@dataclass(frozen=True)
class Days:
    """Days as columns: ordinals and weeks, in the order given, each once."""

    days: tuple[date, ...]

    @cached_property
    def ordinals(self) -> Ints:
        return np.array([day.toordinal() for day in self.days], np.int64)

    @cached_property
    def weeks(self) -> Ints:
        return np.array([week_number(day) for day in self.days], np.int64)


@dataclass(frozen=True)
class Times:
    """Slots as columns. `day` is the number of the slot's day in `days`."""

    slots: tuple[Slot, ...]

    @cached_property
    def days(self) -> Days:
        return Days(tuple(dict.fromkeys(slot.day for slot in self.slots)))

    @cached_property
    def day(self) -> Ints:
        numbers = {day: n for n, day in enumerate(self.days.days)}
        return np.array([numbers[slot.day] for slot in self.slots], np.int64)

    @cached_property
    def weekday(self) -> Ints:
        return np.array([slot.weekday for slot in self.slots], np.int64)

    @cached_property
    def start(self) -> Ints:
        return np.array([slot.window.start for slot in self.slots], np.int64)

    @cached_property
    def end(self) -> Ints:
        return np.array([slot.window.end for slot in self.slots], np.int64)


def week_number(day: date) -> int:
    """A number for the ISO week, in order."""
    year, week = iso_week(day)
    return year * 100 + week


def _ordinal(day: date | None, otherwise: int) -> int:
    return otherwise if day is None else day.toordinal()


def _paused(one: Candidate) -> int:
    """The last day for which they are not asked: no day at all can be asked about in a pause of today."""
    return NEVER if one.pauses_now and one.paused_until is not None else _ordinal(one.paused_until, ALWAYS)


def _table(rows: Iterable[Mapping[Any, int]]) -> tuple[dict[Any, int], NDArray[np.int8]]:
    """Numbers of the names, and `[n, name]`."""
    kept = [dict(row) for row in rows]
    names = {name: k for k, name in enumerate(sorted({name for row in kept for name in row}))}
    table = np.zeros((len(kept), len(names)), np.int8)
    for n, row in enumerate(kept):
        for name, value in row.items():
            table[n, names[name]] = value
    return names, table


def _columns(names: dict[Any, int], table: NDArray[np.int8], wanted: Iterable[Any]) -> Ints:
    found = [table[:, names[name]] if name in names else np.zeros(len(table), np.int8) for name in wanted]
    return np.stack(found, axis=1).astype(np.int64) if found else np.zeros((len(table), 0), np.int64)


def _distinct(hours: Sequence[OpeningHours]) -> tuple[tuple[OpeningHours, ...], Ints]:
    numbers = {one: n for n, one in enumerate(dict.fromkeys(hours))}
    return tuple(numbers), np.array([numbers[one] for one in hours], np.int64)


@lru_cache(maxsize=4096)
def _open_until(hours: OpeningHours) -> NDArray[np.int16]:
    found = np.zeros((7, DAY_MINUTES), np.int16)
    for weekday in range(7):
        for window in hours.on(weekday):
            found[weekday, window.start : window.end] = window.end
    return found
