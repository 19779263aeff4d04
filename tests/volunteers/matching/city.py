"""A small city on a line for tests of matching: a place is its metre, and a minute of the way is 100 metres."""

from dataclasses import dataclass, field
from datetime import date

from lotsen.kernel.windows import OpeningHours, Window
from volunteers.matching.case import Busy, Candidate, Need, Slot

MONDAY = date(2026, 11, 30)
TUESDAY = date(2026, 12, 1)


@dataclass
class Line:
    """Travel on that line; the mode changes nothing. Remembers every question."""

    asked: list = field(default_factory=list)

    def metres(self, start, end):
        self.asked.append((start, end))
        return abs(start - end)

    def minutes(self, mode, start, end):
        return abs(start - end) // 100


def slot(start: str = "14:00", day: date = TUESDAY, minutes: int = 60) -> Slot:
    hour, minute = map(int, start.split(":"))
    return Slot(day, Window(hour * 60 + minute, hour * 60 + minute + minutes))


def need(**changes) -> Need:
    usual = {"key": 1, "place": 0, "topics": ("Fotos",), "waiting_since": date(2026, 11, 20)}
    return Need(**(usual | changes))


def candidate(key: int = 1, **changes) -> Candidate:
    usual = {
        "key": key,
        "name": f"Lotsin {key}",
        "place": 700,
        "levels": {"Fotos": 2},
        "hours": OpeningHours.parse("Mo-Fr 9-18"),
    }
    return Candidate(**(usual | changes))


def busy(start: str, day: date = TUESDAY, place: int = 0, minutes: int = 60) -> Busy:
    return Busy(slot(start, day, minutes), place)
