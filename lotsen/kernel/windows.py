"""Windows of a day and opening hours of a week, as values; and what they are on a real date.

Times are whole minutes after midnight on a Dresden clock. Windows are half open: 9:00-12:00 and 12:00-14:00 touch
and do not overlap. Weekdays are 0 (Monday) to 6 (Sunday).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Self

from lotsen.kernel.calendar import WEEKDAYS, WEEKDAYS_SHORT, at_minute, clock, local, spoken_clock
from lotsen.kernel.hours_text import not_understood, read_opening, read_wish
from lotsen.kernel.sentences import NotUnderstood

__all__ = ["NotUnderstood", "OpeningHours", "TimeWindow", "Window", "parse_wish"]

DAY_MINUTES = 24 * 60


@dataclass(frozen=True, order=True, slots=True)
class Window:
    """From `start` to `end`, minutes after midnight, the end not in it. Refuses nonsense (ValueError)."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= DAY_MINUTES:
            raise ValueError(f"{self.start}-{self.end} is no window of a day")

    def __str__(self) -> str:
        return f"{clock(self.start)}-{clock(self.end)}"

    @property
    def minutes(self) -> int:
        """How long it is."""
        return self.end - self.start

    def contains(self, other: Window) -> bool:
        """Whether `other` lies wholly within."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Window) -> bool:
        """Whether they share at least a minute."""
        return self.start < other.end and other.start < self.end

    def intersection(self, other: Window) -> Window | None:
        """What both have in common, None where that is nothing."""
        if not self.overlaps(other):
            return None
        return Window(max(self.start, other.start), min(self.end, other.end))

    def spoken(self) -> str:
        """For people: "9 bis 12:30 Uhr"."""
        return f"{spoken_clock(self.start)} bis {spoken_clock(self.end)} Uhr"


@dataclass(frozen=True, order=True, slots=True)
class TimeWindow:
    """From one moment to another, the end not in it. Refuses moments without a zone and an empty span (ValueError)."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None or self.start.timestamp() >= self.end.timestamp():
            raise ValueError("a time window needs a zone and must end after it starts")

    @classmethod
    def on(cls, day: date, window: Window) -> Self | None:
        """The window on a real date, on a Dresden clock; None if the clock skips all of it (a night in March)."""
        start, end = at_minute(day, window.start), at_minute(day, window.end)
        return cls(start, end) if start.timestamp() < end.timestamp() else None

    @property
    def minutes(self) -> int:
        """Minutes that really pass: an hour more or less than the clocks say in the nights when they change."""
        return round((self.end.timestamp() - self.start.timestamp()) / 60)

    def contains(self, other: TimeWindow) -> bool:
        """Whether `other` lies wholly within."""
        return self.start.timestamp() <= other.start.timestamp() and other.end.timestamp() <= self.end.timestamp()

    def overlaps(self, other: TimeWindow) -> bool:
        """Whether they share at least a moment."""
        return self.start.timestamp() < other.end.timestamp() and other.start.timestamp() < self.end.timestamp()


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When something is open, for each weekday. What overlaps or touches within a day is merged when made from
    windows; in a text that people typed, an overlap is refused, because it may be meant as an exception."""

    days: tuple[tuple[Window, ...], ...] = ((),) * 7

    def __post_init__(self) -> None:
        if len(self.days) != 7:
            raise ValueError("a week has seven days")
        object.__setattr__(self, "days", tuple(_merged(day) for day in self.days))

    @staticmethod
    def parse(text: str) -> OpeningHours:
        """Reads "Di,Do 9:00-12:30; Di,Do 13:30-18:00" and its many spellings; never open for an empty text.
        Refuses with NotUnderstood."""
        return _parsed(text)

    def on(self, weekday: int) -> tuple[Window, ...]:
        """The windows of a weekday, in order."""
        return self.days[weekday]

    def on_date(self, day: date) -> tuple[TimeWindow, ...]:
        """The windows of a real date as moments. Knows no holidays: `calendar.holiday_name` does."""
        found = (TimeWindow.on(day, window) for window in self.days[day.weekday()])
        return tuple(window for window in found if window is not None)

    def contains(self, weekday: int, window: Window) -> bool:
        """Whether it is open from the window's start to its end."""
        return any(open_window.contains(window) for open_window in self.days[weekday])

    def contains_moments(self, span: TimeWindow) -> bool:
        """Whether it is open all through this span, judged on the Dresden day on which the span starts."""
        return any(window.contains(span) for window in self.on_date(local(span.start).date()))

    @property
    def minutes_open(self) -> int:
        """Minutes a week."""
        return sum(window.minutes for day in self.days for window in day)

    @property
    def weekdays(self) -> tuple[int, ...]:
        """The weekdays with at least one window."""
        return tuple(weekday for weekday in range(7) if self.days[weekday])

    def __bool__(self) -> bool:
        return self.minutes_open > 0

    def union(self, other: OpeningHours) -> OpeningHours:
        """Open when either is."""
        return OpeningHours(tuple(mine + theirs for mine, theirs in zip(self.days, other.days, strict=True)))

    def intersection(self, other: OpeningHours) -> OpeningHours:
        """Open when both are."""
        return OpeningHours(tuple(map(_common, self.days, other.days)))

    def without(self, other: OpeningHours) -> OpeningHours:
        """Open when this is and the other is not."""
        return self.intersection(OpeningHours(tuple(_gaps(day) for day in other.days)))

    def __str__(self) -> str:
        """Canonical German, "Mo-Fr 9:00-12:30; Mo-Fr 13:30-18:00"; `parse` reads it back to the same value."""
        return "; ".join(
            f"{_day_list(weekdays, WEEKDAYS_SHORT, '-', ',')} {window}"
            for weekdays, windows in self._alike()
            for window in windows
        )

    def spoken(self) -> str:
        """For people: "montags bis freitags 9 bis 17 Uhr, samstags 10 bis 16 Uhr"; "nie" when never open."""
        return (
            ", ".join(
                f"{_days_spoken(weekdays)} {' und '.join(window.spoken() for window in windows)}"
                for weekdays, windows in self._alike()
            )
            or "nie"
        )

    def days_spoken(self) -> str:
        """The days alone: "samstags", "dienstags und donnerstags", "täglich"; "nie" when never open."""
        return _days_spoken(self.weekdays) if self else "nie"

    def _alike(self) -> list[tuple[tuple[int, ...], tuple[Window, ...]]]:
        """Weekdays with the same windows, together, in the order of their first day."""
        groups: dict[tuple[Window, ...], tuple[int, ...]] = {}
        for weekday in self.weekdays:
            groups[self.days[weekday]] = (*groups.get(self.days[weekday], ()), weekday)
        return [(weekdays, windows) for windows, weekdays in groups.items()]


def parse_wish(text: str) -> OpeningHours:
    """A wished time: "vormittags", "Di oder Do ab 14 Uhr", "nicht mittwochs", "Sa", "egal". Mornings are 8:00-12:30,
    afternoons 12:00-18:00, days 8:00-18:00; no Sundays unless said. Refuses with NotUnderstood what leaves no time."""
    wanted, unwanted = read_wish(text)
    wish = _from_triples(wanted).without(_from_triples(unwanted))
    if not wish:
        raise not_understood(text)
    return wish


@lru_cache(maxsize=2048)
def _parsed(text: str) -> OpeningHours:
    """Thousands of rows hold the same few texts, and a value may be shared."""
    return _from_triples(read_opening(text))


def _from_triples(triples: Iterable[tuple[int, int, int]]) -> OpeningHours:
    days: list[list[Window]] = [[] for _ in range(7)]
    for weekday, start, end in triples:
        days[weekday].append(Window(start, end))
    return OpeningHours(tuple(tuple(day) for day in days))


def _merged(windows: Iterable[Window]) -> tuple[Window, ...]:
    merged: list[Window] = []
    for window in sorted(windows):
        if merged and window.start <= merged[-1].end:
            merged[-1] = Window(merged[-1].start, max(merged[-1].end, window.end))
        else:
            merged.append(window)
    return tuple(merged)


def _common(mine: tuple[Window, ...], theirs: tuple[Window, ...]) -> tuple[Window, ...]:
    found = (one.intersection(other) for one in mine for other in theirs)
    return tuple(window for window in found if window is not None)


def _gaps(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    edges = [0, *(edge for window in windows for edge in (window.start, window.end)), DAY_MINUTES]
    return tuple(Window(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end)


def _runs(weekdays: tuple[int, ...]) -> list[list[int]]:
    """Neighbouring weekdays together: (0, 1, 2, 5) is [[0, 1, 2], [5]]."""
    runs: list[list[int]] = []
    for weekday in weekdays:
        if runs and runs[-1][-1] == weekday - 1:
            runs[-1].append(weekday)
        else:
            runs.append([weekday])
    return runs


def _day_list(weekdays: tuple[int, ...], names: tuple[str, ...], to: str, comma: str) -> str:
    return comma.join(_day_names(weekdays, names, to))


def _day_names(weekdays: tuple[int, ...], names: tuple[str, ...], to: str) -> list[str]:
    found: list[str] = []
    for run in _runs(weekdays):
        if len(run) > 2:
            found.append(f"{names[run[0]]}{to}{names[run[-1]]}")
        else:
            found.extend(names[weekday] for weekday in run)
    return found


def _days_spoken(weekdays: tuple[int, ...]) -> str:
    if len(weekdays) == 7:
        return "täglich"
    adverbs = tuple(f"{name.lower()}s" for name in WEEKDAYS)
    *first, last = _day_names(weekdays, adverbs, " bis ")
    return f"{', '.join(first)} und {last}" if first else last
