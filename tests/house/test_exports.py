"""Every place that hands out a file stands in one list: with many people it needs two, or it says why it does not."""

from __future__ import annotations

import re

from tests.house import tree

NEEDS_TWO = {
    "lotsen/people/views.py": "what a second person has approved",
    "bookings/exports.py": "hours, cards and print runs: more than twenty people need two",
    "volunteers/exports.py": "the list for the treasury: more than twenty people need two",
    "bookings/views/post.py": "print runs through bookings.exports; one letter to look at",
}
EXEMPT = {
    "bookings/views/case.py": "the file of one case: one person",
    "bookings/views/given.py": "one certificate: one person",
    "bookings/views/volunteers.py": "one letter to one volunteer",
    "bookings/views/facility.py": "one training of one's own facility: a contact and a date, no list of people",
    "bookings/views/guide_calendar.py": "one's own dates: district and time, no names",
    "touring/views/paper.py": "posters say no person; the sheet of one tour has as many contacts as a day has halts",
    "touring/views/timetable.py": "public dates of stops, no person",
    "touring/feeds.py": "public dates of stops, no person",
    "touring/views/feeds.py": "as above",
    "lotsen/messages/simulator/views.py": "the telephone network in a box, never in production",
    "lotsen/messages/channels/email.py": "says that there is no attachment",
    "bookings/casefile.py": "draws the file of one case",
}
FILE = re.compile(r"Content-Disposition|application/pdf|text/csv|SHEET_TYPE|text/calendar|FileResponse|StreamingHttp")
NOT_HANDED_OUT = {"lotsen/kernel/sheets.py"}
"""Draws workbooks and CSV for the others."""


def modules_with_files() -> set[str]:
    found = set()
    for room in ("api", "bookings", "lotsen", "touring", "volunteers"):
        for path in (tree.ROOT / room).rglob("*.py"):
            if "migrations" not in path.parts and FILE.search(path.read_text()):
                found.add(str(path.relative_to(tree.ROOT)))
    return found


def test_every_file_that_is_handed_out_has_been_thought_of():
    known = set(NEEDS_TWO) | set(EXEMPT) | NOT_HANDED_OUT
    assert modules_with_files() - known == set()


def test_the_list_names_nothing_that_is_gone():
    assert [name for name in (*NEEDS_TWO, *EXEMPT) if not (tree.ROOT / name).exists()] == []
