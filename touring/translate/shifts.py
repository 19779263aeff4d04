"""Teams into shifts: hours, bases, and breaks as the law wants them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from lotsen.kernel.windows import OpeningHours
from touring.models import (
    Team,
)
from touring.planning.problem import (
    Break,
    Impossible,
    Shift,
    Window,
    WorkingTime,
)
from touring.translate.places import Places

LAW = WorkingTime()
MARGIN = 60
AROUND_PART = 3600
"""A part of a break may lie so many seconds before or after its even place in the day."""


def shifts_of(team: Team, places: Places) -> list[Shift]:
    """The hours of a team, weekday by weekday. Raises `Impossible` where a base has no point."""
    end_base = team.end_base or team.base
    if team.base.point is None or end_base.point is None:
        raise Impossible(_("Team %(team)s: Der Stützpunkt steht noch nicht auf der Karte.") % {"team": team.name})
    bases = places.number(team.base), places.number(end_base)
    hours = team.opening_hours
    return [_shift(team, weekday, bases, hours) for weekday in hours.weekdays]


def _shift(team: Team, weekday: int, bases: tuple[int, int], hours: OpeningHours) -> Shift:
    """One window is worked with a break in it; between two windows lies the break."""
    windows = hours.on(weekday)
    start, end = windows[0].start * 60, windows[-1].end * 60
    if len(windows) > 2:
        sentence = _("Team %(team)s hat an einem Tag mehr als zwei Arbeitszeiten. Höchstens zwei gehen.")
        raise Impossible(sentence % {"team": team.name})
    if len(windows) == 2:
        gap = Window(windows[0].end * 60, windows[1].start * 60)
        rests: tuple[Break, ...] = (Break(gap.end - gap.start, gap),)
    else:
        rests = _rests(team, start, end)
    return Shift(team.key, weekday, start, end, *bases, rests)


def _rests(team: Team, start: int, end: int) -> tuple[Break, ...]:
    """The team's break, never shorter than the law wants for these hours; none on a day too short for one."""
    length = long_enough(team.break_minutes * 60, end - start)
    if team.break_parts > 1 and length >= team.break_parts * LAW.smallest_part:
        return _parts(length, team.break_parts, start, end)
    wished = OpeningHours.parse(f"Mo {team.break_window}").on(0)
    first = max(wished[0].start * 60, start + MARGIN) if wished else start + MARGIN
    last = min(wished[0].end * 60, end - MARGIN) if wished else end - MARGIN
    if end - start > LAW.longest_stretch:
        earliest, latest = break_room(start, end, length)
        first, last = max(first, earliest), min(last, latest)
        if last - first < length:
            first, last = earliest, latest
    if not length or last - first < length:
        return ()
    return (Break(length, Window(first, last)),)


def break_room(start: int, end: int, length: int) -> tuple[int, int]:
    """Between which seconds of a day's hours a break of this length lies, so that nobody works too long without one."""
    earliest = max(start + MARGIN, end - LAW.longest_stretch - length)
    return earliest, min(start + LAW.longest_stretch + length, end - MARGIN)


def long_enough(wished: int, hours: int) -> int:
    """The wished break, or the shortest longer one that the law takes (Working Hours Act section 4).

    The break itself is no working time: more of it leaves less work, which may then need no more.
    """
    for length in (wished, *(due for _work, due in LAW.breaks if due > wished)):
        if length >= max((due for work, due in LAW.breaks if hours - length > work), default=0):
            return length
    return max(wished, *(due for _work, due in LAW.breaks))


def _parts(length: int, parts: int, start: int, end: int) -> tuple[Break, ...]:
    """The break in parts, spread evenly over the day; steps of five minutes, the first part takes what is left over."""
    each = length // parts // 300 * 300
    lengths = [length - each * (parts - 1), *[each] * (parts - 1)]
    middles = [start + (end - start) * (n + 1) // (parts + 1) for n in range(parts)]
    return tuple(
        Break(one, Window(max(start + MARGIN, middle - AROUND_PART), min(end - MARGIN, middle + AROUND_PART)))
        for one, middle in zip(lengths, middles, strict=True)
    )
