"""What the law and the clock say about a team's hours (Working Hours Act §§ 3 to 5), in sentences at the field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from lotsen.kernel.calendar import clock
from lotsen.kernel.windows import OpeningHours
from touring.models import Weekday
from touring.translate.shifts import LAW, break_room, long_enough

LONGEST_WORK = 10 * 60
"""Minutes of work on one day at most (Working Hours Act § 3)."""

LONGEST_DAY = 13 * 60
"""Minutes from the first to the last: eleven hours of rest must lie between two days (§ 5)."""

SHORTEST_GAP = LAW.smallest_part // 60
Said = tuple[str, str]
"""Field and sentence."""


def said_of_hours(hours: OpeningHours, break_minutes: int, break_parts: int, window: OpeningHours) -> Iterator[Said]:
    """What cannot be worked, each sentence once, the first weekday that it is about named.

    `window` holds the wished time of the break on Monday. Minutes everywhere.
    """
    fields: set[tuple[str, str]] = set()
    for weekday in hours.weekdays:
        windows = [(one.start, one.end) for one in hours.on(weekday)]
        wished = next((one.start, one.end) for one in window.on(0))
        for code, field, sentence in _said_of_day(weekday, windows, break_minutes, break_parts, wished):
            if (code, field) not in fields:
                fields.add((code, field))
                yield field, sentence


Window = tuple[int, int]
Found = Iterator[tuple[str, str, str]]


def _said_of_day(weekday: int, windows: Sequence[Window], minutes: int, parts: int, wished: Window) -> Found:
    day = {"day": str(Weekday(weekday).label)}
    begin, end = windows[0][0], windows[-1][1]
    if end - begin > LONGEST_DAY:
        sentence = _("Am %(day)s wäre der Tag länger als 13 Stunden. Bis zum nächsten Dienst liegen 11 Stunden Ruhe.")
        yield "day", "hours", sentence % day
    rest = end - begin - sum(last - first for first, last in windows)
    if len(windows) == 1:
        rest = long_enough(60 * minutes, 60 * (end - begin)) // 60
    work = end - begin - rest
    if work > LONGEST_WORK:
        sentence = _("Am %(day)s wären es %(time)s Stunden Arbeit ohne Pausen. Erlaubt sind 10 Stunden.")
        yield "work", "hours", sentence % {**day, "time": clock(work)}
    if len(windows) == 2:
        yield from _said_of_gap(day, windows, work)
    elif parts == 1:
        yield from _said_of_break(day, (begin, end), rest, wished)


def _said_of_gap(day: dict[str, str], windows: Sequence[Window], work: int) -> Found:
    """The gap between two windows is the break."""
    gap = windows[1][0] - windows[0][1]
    due = max((rest // 60 for more, rest in LAW.breaks if 60 * work > more), default=SHORTEST_GAP)
    if gap < due:
        sentence = _("Am %(day)s liegen dazwischen nur %(gap)d Minuten. Als Pause müssen es mindestens %(due)d sein.")
        yield "gap", "hours", sentence % {**day, "gap": gap, "due": due}
    longest = max(last - first for first, last in windows)
    if 60 * longest > LAW.longest_stretch:
        sentence = _("Am %(day)s wären es mehr als 6 Stunden am Stück. Bitte die Lücke anders legen.")
        yield "stretch", "hours", sentence % day


def _said_of_break(day: dict[str, str], hours: Window, rest: int, wished: Window) -> Found:
    """On a day that needs a break, it must fit where it is wished and where the law wants it."""
    begin, end = hours
    if not rest or 60 * (end - begin) <= LAW.longest_stretch:
        return
    if wished[1] - wished[0] < rest:
        sentence = _("Zwischen %(first)s und %(last)s Uhr passen keine %(rest)d Minuten Pause.")
        words = {"first": clock(wished[0]), "last": clock(wished[1]), "rest": rest}
        yield "short", "break_window", sentence % words
        return
    earliest, latest = (one // 60 for one in break_room(60 * begin, 60 * end, 60 * rest))
    if min(wished[1], latest) - max(wished[0], earliest) < rest:
        sentence = _("Am %(day)s geht die Pause dann nicht: Mehr als 6 Stunden am Stück darf niemand arbeiten.")
        more = _("Möglich ist sie von %(first)s bis %(last)s Uhr.")
        words = {**day, "first": clock(-(-earliest // 5) * 5), "last": clock(latest // 5 * 5)}
        yield "stretch", "break_window", f"{sentence} {more}" % words
