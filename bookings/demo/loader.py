"""Loads the demonstration city: its lists, its people, its history. All of it or nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from bookings.demo.history import let_things_happen
from bookings.demo.joining import let_people_join
from bookings.demo.people import make_people, refuse_others
from bookings.imports import KINDS, CityFile, import_city
from lotsen.kernel.calendar import local_date
from lotsen.kernel.imports import Counts

FOLDER = Path(__file__).parent / "city"
NEWEST_ENTRY = date(2026, 11, 25)
"""The last day of entry that stands in the list; it is moved to today."""


@transaction.atomic
def load_demo(*, at: datetime) -> Mapping[str, Counts]:
    """Import the lists, make the people, let things happen as if the weeks before `at` had passed.

    Refuses a database with other people in it (`NotEmpty`).
    """
    refuse_others()
    outcome = import_city(demo_files(local_date(at)), by=None, at=at)
    assert outcome.is_written, [str(problem) for problem in outcome.problems]
    users = make_people(at=at)
    let_things_happen(users, at=at)
    let_people_join(users, at=at)
    return outcome.counts


def demo_files(today: date) -> list[CityFile]:
    """The five lists; in the list of requests the newest day of entry is `today`."""
    files = [CityFile(kind.name, kind.file_name, (FOLDER / kind.file_name).read_bytes()) for kind in KINDS]
    return [_moved(one, today) if one.kind == "anfragen" else one for one in files]


def _moved(one: CityFile, today: date) -> CityFile:
    heading, *rows = csv.reader(io.StringIO(one.data.decode("utf-8-sig")), delimiter=";")
    for row in rows:
        entered = datetime.strptime(row[0], "%d.%m.%Y").date() + (today - NEWEST_ENTRY)  # noqa: DTZ007 - a day
        row[0] = f"{entered:%d.%m.%Y}"
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([heading, *rows])
    return CityFile(one.kind, one.name, text.getvalue().encode())
