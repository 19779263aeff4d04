"""The words of matching, as frozen values: Need, Candidate, Slot and what speaks for or against them.

Topics, languages and evidence are the names that people read. Distances are metres, times are minutes.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Protocol

from lotsen.kernel.calendar import Period, at_minute, iso_week
from lotsen.kernel.sentences import Sentence
from lotsen.kernel.windows import OpeningHours, Window

Place = Hashable
ANY_TIME = OpeningHours(((Window(8 * 60, 18 * 60),),) * 6 + ((),))
OTHERS_READ = Sentence("Passt dieses Mal nicht.")


class Travel(Protocol):
    """What the caller knows about ways. Estimates include their buffer already."""

    def metres(self, start: Place, end: Place) -> int:
        """Distance as it is told to people."""

    def minutes(self, mode: str, start: Place, end: Place) -> int:
        """Door to door with "foot", "bike", "transit" or "car"."""


@dataclass(frozen=True)
class Slot:
    """A day and a time of day for one visit. Visits lie by day, so clocks never change within one."""

    day: date
    window: Window

    @cached_property
    def weekday(self) -> int:
        """0 is Monday."""
        return self.day.weekday()

    @cached_property
    def week(self) -> tuple[int, int]:
        """Year and number of its ISO week."""
        return iso_week(self.day)

    @property
    def start(self) -> datetime:
        """When it begins, on a Dresden clock."""
        return at_minute(self.day, self.window.start)

    @property
    def end(self) -> datetime:
        """When it ends, on a Dresden clock."""
        return at_minute(self.day, self.window.end)


@dataclass(frozen=True)
class Busy:
    """A visit that is promised already: its time, and where it is."""

    slot: Slot
    place: Place


@dataclass(frozen=True, slots=True)
class Evidence:
    """A required paper or course and the days on which it holds, both inclusive. No `first`: never shown.
    No `last`: without end."""

    name: str
    first: date | None
    last: date | None = None


@dataclass(frozen=True)
class Need:
    """One asked-for visit.

    `wish` is when it suits, `wish_words` how the person said it. `gender` is "", "woman" or "man", `gender_words` as it
    is shown ("eine Frau"). `floor` is the floor to climb without a lift, 0 for none; `hearing`: somebody speaks loudly
    and slowly. `visits_by` counts earlier visits per candidate, `wished_for` names candidates asked for, `declined`
    those who said no to this visit, `blocked` those who must not meet this person, `excluded` those whom a coordinator
    does not want here, `pinned` the one whom a coordinator wants. Without `topics` every topic will do. `minutes` is
    the length of the visit. `area` is the district, None where it is unknown.
    """

    key: int
    place: Place
    topics: tuple[str, ...]
    waiting_since: date
    level: int = 1
    language: str = "Deutsch"
    wish: OpeningHours = ANY_TIME
    wish_words: str = ""
    gender: str = ""
    gender_words: str = ""
    dog: bool = False
    floor: int = 0
    visits_by: Mapping[int, int] = field(default_factory=dict)
    wished_for: frozenset[int] = frozenset()
    declined: frozenset[int] = frozenset()
    blocked: frozenset[int] = frozenset()
    excluded: frozenset[int] = frozenset()
    pinned: int | None = None
    hearing: bool = False
    minutes: int = 60
    area: int | None = None


@dataclass(frozen=True)
class Candidate:
    """One volunteer who may be asked.

    `place` is where they set out, `onward` where they go on to after a visit (None: back again); their radius is
    counted around both. `hours` are those of every ISO week, or of even ones where `odd_hours` names others
    for odd ones (week 53 and week 1 are both odd). `other_hours` are the hours of single days, which count there
    instead. `areas` are districts to which they go too, however far it is.
    `wants_offers`: would like to be asked at all. `levels` holds 1 to 3 per topic. `gender` is what they said of
    themselves, "" where they said nothing. `busy` are all promised visits of the weeks in question. `recent_visits`
    counts the last four weeks. `speaks_clearly`: has practice with people who hear badly. `is_first`: goes with a
    companion only. `sees_again_on`: they saw so many addresses that no new one is shown before that day.
    `gave_back_often`: three in a week; somebody talks first. `pauses_now`: in a pause nobody is asked, also not about
    days after it.
    """

    key: int
    name: str
    place: Place
    onward: Place = None
    mode: str = "transit"
    radius_metres: int = 3000
    hours: OpeningHours = ANY_TIME
    odd_hours: OpeningHours | None = None
    areas: frozenset[int] = frozenset()
    other_hours: Mapping[date, tuple[Window, ...]] = field(default_factory=dict)
    wants_offers: bool = True
    visits_a_week: int = 2
    levels: Mapping[str, int] = field(default_factory=dict)
    languages: frozenset[str] = frozenset({"Deutsch"})
    gender: str = ""
    dogs: bool = True
    stairs: bool = True
    evidence: tuple[Evidence, ...] = ()
    paused_until: date | None = None
    absences: tuple[Period, ...] = ()
    busy: tuple[Busy, ...] = ()
    recent_visits: int = 0
    speaks_clearly: bool = True
    is_first: bool = False
    sees_again_on: date | None = None
    gave_back_often: bool = False
    pauses_now: bool = False

    def metres_to(self, travel: Travel, place: Place) -> int:
        """How far it is from the nearer of their places."""
        metres = travel.metres(self.place, place)
        return metres if self.onward is None else min(metres, travel.metres(self.onward, place))

    def hours_on(self, day: date) -> tuple[Window, ...]:
        """When they have time on this day; absences and pauses are asked about elsewhere."""
        return self.other_hours[day] if day in self.other_hours else self.hours_in_week_of(day).on(day.weekday())

    def hours_in_week_of(self, day: date) -> OpeningHours:
        """Their hours in the ISO week of this day."""
        is_odd = self.odd_hours is not None and iso_week(day)[1] % 2 == 1
        return self.odd_hours if is_odd and self.odd_hours is not None else self.hours

    def with_more(self, hours: OpeningHours) -> Candidate:
        """The same with these hours too, in every week."""
        odd = None if self.odd_hours is None else self.odd_hours.union(hours)
        return replace(self, hours=self.hours.union(hours), odd_hours=odd)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Why somebody does not fit. `change` is the smallest change that would help. What is `confidential` is for
    coordinators alone; everybody else reads `for_others`."""

    code: str
    sentence: Sentence
    change: Sentence | None = None
    confidential: bool = False

    @property
    def for_others(self) -> Sentence:
        """The sentence for volunteers and the hotline."""
        return OTHERS_READ if self.confidential else self.sentence


@dataclass(frozen=True, slots=True)
class Fit:
    """Somebody who fits a slot, with score and reasons as sentences."""

    candidate: Candidate
    score: int
    reasons: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A slot to offer and the people who could go, the best first (at least one)."""

    slot: Slot
    fits: tuple[Fit, ...]

    @property
    def best(self) -> Fit:
        """Who should be asked first."""
        return self.fits[0]


@dataclass(frozen=True, slots=True)
class Misfit:
    """Somebody near by who does not fit, with every reason (at least one)."""

    candidate: Candidate
    metres: int
    shortfalls: tuple[Shortfall, ...]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The answer to one need: the best slots, how many people fit at all, and the nearest misfits."""

    best: tuple[Suggestion, ...]
    people: int
    misfits: tuple[Misfit, ...]


def possible_slots(wish: OpeningHours, days: Iterable[date], *, minutes: int, step: int = 30) -> tuple[Slot, ...]:
    """Every slot of that length within the wish, beginning on each `step` of the clock. Holidays are left out by not
    naming them in `days`."""
    return tuple(
        Slot(day, Window(start, start + minutes))
        for day in days
        for window in wish.on(day.weekday())
        for start in range(-(-window.start // step) * step, window.end - minutes + 1, step)
    )
