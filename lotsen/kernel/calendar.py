"""Days and times as a Dresden office counts them: Europe/Berlin, Saxon holidays, quarters of whole weeks.

Nothing here asks for the time: every function is told which day or moment it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

BERLIN = ZoneInfo("Europe/Berlin")
HOTLINE_OPENS, HOTLINE_CLOSES = 9 * 60, 17 * 60
MIDNIGHT_END = 24 * 60
FIRST_YEAR, LAST_YEAR = 2000, 2199

WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
WEEKDAYS_SHORT = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
WEEKDAYS_ENGLISH = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
)
MONTHS_ENGLISH = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def local(moment: datetime) -> datetime:
    """The same moment on a Dresden clock. Refuses a moment without a zone (ValueError)."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return moment.astimezone(BERLIN)


def local_date(moment: datetime) -> date:
    """The day in Dresden at this moment."""
    return local(moment).date()


def at_minute(day: date, minute: int) -> datetime:
    """The moment when a Dresden clock shows `minute` (0 to 1440, 1440 is midnight at the end) on this day.

    A time that the clock skips in March is the moment of the jump. A time that it shows twice in October is the first.
    German clocks change at 01:00 UTC (Directive 2000/84/EC).
    """
    if not 0 <= minute <= MIDNIGHT_END:
        raise ValueError(f"{minute} is no minute of a day")
    wall = datetime.combine(day, time.min) + timedelta(minutes=minute)
    moment = wall.replace(tzinfo=BERLIN).astimezone(UTC)
    if moment.astimezone(BERLIN).replace(tzinfo=None) != wall:
        moment = moment.replace(minute=0, second=0)
    return moment.astimezone(BERLIN)


@lru_cache(maxsize=64)
def public_holidays(year: int) -> dict[date, str]:
    """The public holidays of Saxony in that year, German names. Corpus Christi counts in few places, hence not here."""
    return dict(sorted(holidays.country_holidays("DE", subdiv="SN", years=year, language="de").items()))


def holiday_name(day: date) -> str | None:
    """Names it: "Buß- und Bettag", or None on an ordinary day."""
    return public_holidays(day.year).get(day)


def is_working_day(day: date) -> bool:
    """Monday to Friday, no public holiday."""
    return day.weekday() < 5 and holiday_name(day) is None


def next_working_day(day: date) -> date:
    """The first working day after this day."""
    day += timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def add_working_hours(
    at: datetime, hours: int, *, opens: int = HOTLINE_OPENS, closes: int = HOTLINE_CLOSES
) -> datetime:
    """The moment until which the hotline has been open for `hours` hours since `at`: a promise that can be kept.

    Counts working days only, `opens` to `closes` in minutes after midnight. An hour that begins at closing time
    ends on the next working day; hours that end exactly at closing time end there. 0 hours: the next open moment.
    """
    if hours < 0 or not 0 <= opens < closes <= MIDNIGHT_END:
        raise ValueError("hours must not be negative, and the hotline must open before it closes")
    day, minute = local_date(at), _minute_rounded_up(at)
    left = hours * 60
    if not is_working_day(day) or minute >= closes:
        day, minute = next_working_day(day), opens
    minute = max(minute, opens)
    while left > closes - minute:
        left -= closes - minute
        day, minute = next_working_day(day), opens
    return at_minute(day, minute + left)


def _minute_rounded_up(at: datetime) -> int:
    here = local(at)
    return here.hour * 60 + here.minute + (1 if here.second or here.microsecond else 0)


def day_from(text: str, default: date) -> date:
    """Reads "2026-12-01" out of an address; what is no day, or none that anybody plans, is `default`."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return default
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else default


def iso_week(day: date) -> tuple[int, int]:
    """Year and number of the week (ISO 8601): 1 January 2027 lies in week 53 of 2026."""
    calendar = day.isocalendar()
    return calendar.year, calendar.week


def monday_of(day: date) -> date:
    """The Monday of this day's week."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """Days from `start` to `end`, both within. Refuses an end before its start (ValueError)."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("a period must not end before it starts")

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def weeks(self) -> int:
        """Whole weeks in it."""
        return ((self.end - self.start).days + 1) // 7

    def days(self) -> Iterator[date]:
        """Every day, in order."""
        for offset in range((self.end - self.start).days + 1):
            yield self.start + timedelta(days=offset)


def quarter_of(day: date) -> Period:
    """The planning quarter around this day: from the first Monday of January, April, July or October to the Sunday
    before the next one. Quarters so join without a gap and hold whole weeks only, 12 to 14, mostly 13. The days before
    the first Monday of a calendar quarter therefore belong to the quarter before."""
    start = _quarter_start(day.year, (day.month - 1) // 3)
    if day < start:
        return quarter_of(start - timedelta(days=start.day))
    year, quarter = divmod(day.year * 4 + (start.month - 1) // 3 + 1, 4)
    return Period(start, _quarter_start(year, quarter) - timedelta(days=1))


def next_quarter(today: date) -> Period:
    """The planning quarter that begins next, always after today."""
    return quarter_of(quarter_of(today).end + timedelta(days=1))


def quarter_name(period: Period) -> str:
    """Writes "1. Quartal 2027", by the period's first day."""
    return f"{(period.start.month - 1) // 3 + 1}. Quartal {period.start.year}"


def _quarter_start(year: int, quarter: int) -> date:
    first = date(year, quarter * 3 + 1, 1)
    return first + timedelta(days=-first.weekday() % 7)


def long_date(day: date, *, language: str = "de", year: bool = False) -> str:
    """Writes "Dienstag, 1. Dezember" or "Tuesday, 1 December"; the year only where asked for."""
    behind = f" {day.year}" if year else ""
    if language.startswith("en"):
        return f"{WEEKDAYS_ENGLISH[day.weekday()]}, {day.day} {MONTHS_ENGLISH[day.month - 1]}{behind}"
    return f"{WEEKDAYS[day.weekday()]}, {day.day}. {MONTHS[day.month - 1]}{behind}"


def short_date(day: date) -> str:
    """Writes "Di 1.12.", for narrow columns of staff pages."""
    return f"{WEEKDAYS_SHORT[day.weekday()]} {day.day}.{day.month}."


def clock(moment: datetime | time | int) -> str:
    """Writes "9:00" or "14:30", as a table shows it. A moment is on a Dresden clock, a number is minutes."""
    hour, minute = _hour_minute(moment)
    return f"{hour}:{minute:02d}"


def spoken_clock(moment: datetime | time | int) -> str:
    """Writes "9" or "14:30", as a sentence needs it before "Uhr"."""
    hour, minute = _hour_minute(moment)
    return f"{hour}:{minute:02d}" if minute else str(hour)


def _hour_minute(moment: datetime | time | int) -> tuple[int, int]:
    if isinstance(moment, int):
        return divmod(moment, 60)
    if isinstance(moment, datetime):
        moment = local(moment) if moment.tzinfo else moment
    return moment.hour, moment.minute
