"""What coordinators fill in: a period to plan, a stop, a team, an announcement. Rules live in the verbs."""

from touring.forms.board import MoveForm, PinForm, fields_of, is_moving, values_of
from touring.forms.day import DayForm, DeviationForm, HaltForm
from touring.forms.planning import RunForm
from touring.forms.settings import ClosingDayForm, NewStopForm, PhotoForm, SchoolHolidayForm, StopForm, TeamForm

__all__ = [
    "ClosingDayForm",
    "DayForm",
    "DeviationForm",
    "HaltForm",
    "MoveForm",
    "NewStopForm",
    "PhotoForm",
    "PinForm",
    "RunForm",
    "SchoolHolidayForm",
    "StopForm",
    "TeamForm",
    "fields_of",
    "is_moving",
    "values_of",
]
