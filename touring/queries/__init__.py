"""Reads of the room: the public timetable, the lists of plans and runs, the tours of a day."""

from touring.queries.differences import Difference, deviations_on
from touring.queries.plans import overview, under_way, visible_plans, visible_runs
from touring.queries.timetable import (
    StopDate,
    StopEntry,
    Timetable,
    public_stop_count,
    timetable,
    timetable_stamp,
)
from touring.queries.tours import halts_on, tours_on, visible_halts, visible_tours

__all__ = [
    "Difference",
    "StopDate",
    "StopEntry",
    "Timetable",
    "deviations_on",
    "halts_on",
    "overview",
    "public_stop_count",
    "timetable",
    "timetable_stamp",
    "tours_on",
    "under_way",
    "visible_halts",
    "visible_plans",
    "visible_runs",
    "visible_tours",
]
