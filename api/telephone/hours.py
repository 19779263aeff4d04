"""When somebody sits at the hotline's phone. Pure."""

from __future__ import annotations

from datetime import datetime

from lotsen.kernel.calendar import HOTLINE_CLOSES, HOTLINE_OPENS, add_working_hours, is_working_day, local


def is_open(at: datetime) -> bool:
    """Monday to Friday, 9 to 17, no public holiday."""
    here = local(at)
    return is_working_day(here.date()) and HOTLINE_OPENS <= here.hour * 60 + here.minute < HOTLINE_CLOSES


def opens_at(at: datetime) -> datetime:
    """When the phone is answered next."""
    return add_working_hours(at, 0)
