"""Reads of the room: the public timetable, the plans and runs, the board, the tours of a day."""

from touring.queries.plans import changes_of, overview, plan_page, under_way, visible_plans
from touring.queries.timetable import (
    StopDate,
    StopEntry,
    Timetable,
    deviations_on,
    public_stop_count,
    timetable,
    timetable_stamp,
)
from touring.queries.tours import halts_on, tours_on

__all__ = [
    "StopDate",
    "StopEntry",
    "Timetable",
    "changes_of",
    "deviations_on",
    "halts_on",
    "overview",
    "plan_page",
    "public_stop_count",
    "timetable",
    "timetable_stamp",
    "tours_on",
    "under_way",
    "visible_plans",
]
