"""Tables of the room: stops and teams, plans, dates, runs."""

from touring.models.dates import Deviation, RequestStop, Tour, TourStop
from touring.models.plans import DraftStep, PlannedStop, ToldByPhone, TourPlan, UnplannedStop
from touring.models.runs import PlanRun, PlanRunPart
from touring.models.stops import ClosingDay, Rhythm, SchoolHoliday, Stop, StopPhoto, Team, Weekday

__all__ = [
    "ClosingDay",
    "Deviation",
    "DraftStep",
    "PlanRun",
    "PlanRunPart",
    "PlannedStop",
    "RequestStop",
    "Rhythm",
    "SchoolHoliday",
    "Stop",
    "StopPhoto",
    "Team",
    "ToldByPhone",
    "Tour",
    "TourPlan",
    "TourStop",
    "UnplannedStop",
    "Weekday",
]
