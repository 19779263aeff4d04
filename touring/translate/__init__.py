"""Rows into planning words and back: `problem_for`, `plan_of`, `rows_of`, and a pattern as JSON.

Places of the travel matrices are addresses with the same point, each once.
"""

from touring.translate.places import Places
from touring.translate.problems import (
    CHANGE_PRICE,
    CYCLE_WEEKS,
    active_stops,
    active_teams,
    anchor_for,
    misfits,
    plan_before,
    problem_for,
)
from touring.translate.rows import (
    Rows,
    moment,
    other_starts,
    pattern_json,
    placement_of,
    plan_from_json,
    plan_of,
    plan_of_rows,
    rows_of,
    seconds_of,
    tour_row,
    tour_times,
)
from touring.translate.shifts import shifts_of

__all__ = [
    "CHANGE_PRICE",
    "CYCLE_WEEKS",
    "Places",
    "Rows",
    "active_stops",
    "active_teams",
    "anchor_for",
    "misfits",
    "moment",
    "other_starts",
    "pattern_json",
    "placement_of",
    "plan_before",
    "plan_from_json",
    "plan_of",
    "plan_of_rows",
    "problem_for",
    "rows_of",
    "seconds_of",
    "shifts_of",
    "tour_row",
    "tour_times",
]
