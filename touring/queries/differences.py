"""What is different on a day, in sentences for everybody: what is cancelled, late, moved, or an extra date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from lotsen.kernel.calendar import clock, local, spoken_clock
from touring.queries.timetable import StopDate, StopEntry, Timetable, timetable
from touring.words import date_words, time_words


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as usual: which stop, and a sentence."""

    stop: str
    text: str
    key: str


def deviations_on(day: date, table: Timetable | None = None) -> list[Difference]:
    """What is different on this day, by name of the stop; `table` where it is at hand."""
    found = [
        Difference(entry.name, _difference(entry, one), entry.key)
        for entry in (table or timetable(day)).entries
        for one in entry.dates
        if one.date == day and one.halt_id is not None and (one.is_off or one.note)
    ]
    return sorted(found, key=lambda difference: difference.stop)


def _difference(entry: StopEntry, one: StopDate) -> str:
    if one.is_off:
        return _cancelled(entry, one)
    if one.late_minutes:
        begin = _minute(one.starts_at) + one.late_minutes
        sentence = _("Wir kommen %(minutes)d Minuten später. Beginn heute um %(time)s Uhr.")
        return sentence % {"minutes": one.late_minutes, "time": spoken_clock(min(begin, 1439))}
    times = time_words(_minute(one.starts_at), _minute(one.ends_at))
    if one.moved_from is not None:
        sentence = _("Heute von %(times)s, statt um %(time)s Uhr.")
        return sentence % {"times": times, "time": spoken_clock(one.moved_from)}
    return _("Heute von %(times)s: Ersatztermin.") % {"times": times}


def _cancelled(entry: StopEntry, one: StopDate) -> str:
    if one.instead:
        return _("Der Termin fällt aus. %(instead)s") % {"instead": one.instead}
    coming = entry.date_after(one.date)
    if coming is None:
        return _("Der Termin um %(time)s Uhr fällt aus.") % {"time": clock(one.starts_at)}
    sentence = _("Der Termin fällt aus. Nächster Termin: %(date)s, %(time)s Uhr.")
    return sentence % {"date": date_words(coming.date), "time": spoken_clock(coming.starts_at)}


def _minute(at: datetime) -> int:
    here = local(at)
    return here.hour * 60 + here.minute
