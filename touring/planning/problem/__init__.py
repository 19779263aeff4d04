"""What is to be planned: stops with a rhythm, teams with hours, travel, a calendar.

Units, everywhere in `touring.planning`:

- times of day and spans are whole **seconds** (`9:00` is `32400`, see `clock`),
- weekdays are 0 (Monday) to 6 (Sunday),
- weeks of the cycle ("phases") count from 0,
- places are rows of the travel matrices.

Everything is frozen. Nonsense is refused when a `Problem` is built, with `Impossible` and a
German sentence that the person at the desk can act on. A stop that is possible by itself but
finds no room is *not* nonsense: the plan leaves it out and `explain` says why.
"""

from touring.planning.problem.whole import Problem
from touring.planning.problem.words import (
    DAY,
    EVERY_2_WEEKS,
    EVERY_4_WEEKS,
    HOUR,
    MAX_CYCLE_WEEKS,
    MAX_JOBS,
    MAX_RESERVE,
    MAX_TIMES_A_WEEK,
    MINUTE,
    TWICE_A_WEEK,
    WEEKDAYS,
    WEEKLY,
    Break,
    Calendar,
    DatedPlacement,
    Halt,
    Impossible,
    Job,
    OneOff,
    Pattern,
    Pin,
    Placement,
    Shift,
    Team,
    Travel,
    Window,
    WorkingTime,
    clock,
    clock_words,
)

__all__ = [
    "DAY",
    "EVERY_2_WEEKS",
    "EVERY_4_WEEKS",
    "HOUR",
    "MAX_CYCLE_WEEKS",
    "MAX_JOBS",
    "MAX_RESERVE",
    "MAX_TIMES_A_WEEK",
    "MINUTE",
    "TWICE_A_WEEK",
    "WEEKDAYS",
    "WEEKLY",
    "Break",
    "Calendar",
    "DatedPlacement",
    "Halt",
    "Impossible",
    "Job",
    "OneOff",
    "Pattern",
    "Pin",
    "Placement",
    "Problem",
    "Shift",
    "Team",
    "Travel",
    "Window",
    "WorkingTime",
    "clock",
    "clock_words",
]
