"""Sentences about stops and times, in the language that is active. Pure: values in, words out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lotsen.kernel.calendar import long_date, spoken_clock
from touring.models import PlannedStop, Rhythm, Weekday

Slot = tuple[int, int, int]
"""Weekday, begin and end in minutes after midnight."""


def date_words(day: date) -> str:
    """Writes "Dienstag, 1. Dezember"."""
    return long_date(day, language=get_language() or "de")


def time_words(begin: int, end: int) -> str:
    """Writes "10 bis 11:30 Uhr"; minutes after midnight."""
    return _("%(time)s bis %(time_end)s Uhr") % {"time": spoken_clock(begin), "time_end": spoken_clock(end)}


def rhythm_sentence(rhythm: str, slots: Sequence[Slot]) -> str:
    """Writes "Jeden zweiten Dienstag, 10 bis 11:30 Uhr". Slots in order of the week; "" where there is none."""
    if not slots:
        return ""
    if len(slots) > 1:
        return _several(slots)
    weekday, begin, end = slots[0]
    words = {"weekday": Weekday(weekday).label, "times": time_words(begin, end)}
    if rhythm == Rhythm.EVERY_2_WEEKS:
        return _("Jeden zweiten %(weekday)s, %(times)s") % words
    if rhythm == Rhythm.EVERY_4_WEEKS:
        return _("Alle vier Wochen am %(weekday)s, %(times)s") % words
    return _("Jeden %(weekday)s, %(times)s") % words


def pattern_sentence(rows: Sequence[PlannedStop]) -> str:
    """The rhythm of a stop's rows in the order of weekdays, and other times where the plan allows them; "" of none."""
    if not rows:
        return ""
    slots = [(row.weekday, _minute(row.starts_at), _minute(row.ends_at)) for row in rows]
    sentence = rhythm_sentence(rows[0].stop.rhythm, slots)
    other = other_times_words(sorted({minutes for row in rows for _week, minutes in row.other_starts}))
    return f"{sentence}, {other}" if other else sentence


def other_times_words(minutes: Sequence[int]) -> str:
    """Writes "manchmal ab 10:20 oder 10:30 Uhr"; minutes after midnight, "" of none."""
    if not minutes:
        return ""
    return _("manchmal ab %(times)s Uhr") % {"times": _(" oder ").join(spoken_clock(one) for one in minutes)}


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _several(slots: Sequence[Slot]) -> str:
    if len({slot[1:] for slot in slots}) == 1:
        days = _listed([str(Weekday(slot[0]).label) for slot in slots])
        return _("Jeden %(weekday)s, %(times)s") % {"weekday": days, "times": time_words(*slots[0][1:])}
    each = [
        _("jeden %(weekday)s ab %(time)s Uhr") % {"weekday": Weekday(day).label, "time": spoken_clock(begin)}
        for day, begin, _end in slots
    ]
    sentence = ", ".join(each)
    return sentence[:1].upper() + sentence[1:]


def _listed(words: list[str]) -> str:
    return _(" und ").join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def steps_sentence(step_free: bool | None, steps: int | None) -> str:
    """How the entrance is, with an offer of help."""
    if step_free or steps == 0:
        return _("Ohne Stufen.")
    if steps:
        return ngettext(
            "1 Stufe am Eingang. Wir helfen Ihnen gern.", "%(count)d Stufen am Eingang. Wir helfen Ihnen gern.", steps
        ) % {"count": steps}
    if step_free is False:
        return _("Am Eingang sind Stufen. Wir helfen Ihnen gern.")
    return _("Ob es Stufen gibt, wissen wir noch nicht.")


def distance_words(metres: int) -> str:
    """Writes "500 m" or "1,5 km": a distance as the crow flies, rounded to what it is worth."""
    if metres < 1000:
        return _("%(metres)d m") % {"metres": max(50, round(metres / 50) * 50)}
    kilometres = f"{metres / 1000:.1f}"
    return _("%(kilometres)s km") % {
        "kilometres": kilometres if (get_language() or "de").startswith("en") else kilometres.replace(".", ",")
    }


def hours_words(seconds: int) -> str:
    """Writes "60,5 h"."""
    hours = f"{seconds / 3600:.1f}"
    return f"{hours if (get_language() or 'de').startswith('en') else hours.replace('.', ',')}\xa0h"


def placement_words(rows: Sequence[PlannedStop], other: Sequence[PlannedStop] = ()) -> str:
    """Writes "Di 10:00, Team Nord" of a stop's rows; with the week where only that tells it from `other`."""
    if not rows:
        return _("nicht im Plan")
    first = rows[0]
    days = _listed([str(Weekday(row.weekday).label)[:2] for row in sorted(rows, key=lambda row: row.weekday)])
    words = {"days": days, "time": f"{first.starts_at.hour}:{first.starts_at.minute:02d}", "team": first.team.name}
    if any(row.other_starts for row in rows):
        words["time"] += _(" (nicht immer)")
    if other and other[0].phase != first.phase:
        return _("%(days)s %(time)s, ab Woche %(week)d, Team %(team)s") % {**words, "week": first.phase + 1}
    return _("%(days)s %(time)s, Team %(team)s") % words


def bound_words(cost: int, bound: int | None) -> str:
    """How far a plan is from what is possible at all, rounded up to a tenth of a per cent; "" where nobody knows."""
    if bound is None or bound <= 0:
        return ""
    tenths = -(-max(0, cost - bound) * 1000 // bound)
    if tenths == 0:
        return _("Besser geht es nicht: Mit weniger Fahrt ist kein Plan möglich.")
    gap = f"{tenths / 10:.1f}"
    gap = gap if (get_language() or "de").startswith("en") else gap.replace(".", ",")
    sentence = _("Fahrt und Wünsche zusammen: höchstens %(gap)s\xa0%% über dem, was überhaupt möglich ist.")
    return sentence % {"gap": gap}


def pin_words(row: PlannedStop) -> str:
    """Writes "Team, Uhrzeit"; "" where nothing is pinned."""
    parts = (
        (row.is_team_pinned, _("Team")),
        (row.is_weekday_pinned, _("Wochentag")),
        (row.is_time_pinned, _("Uhrzeit")),
    )
    return ", ".join(word for is_pinned, word in parts if is_pinned)
