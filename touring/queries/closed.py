"""Dates of a plan on which nobody comes."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from lotsen.kernel.calendar import holiday_name
from touring.models import ClosingDay, Stop, TourPlan
from touring.queries.timetable import days_of


def dates_that_drop(plan: TourPlan, stop: Stop, today: date) -> list[tuple[date, str]]:
    """Dates of a stop's places in a plan, from today on, that a holiday or a closing day takes, and why; two queries.

    The reason is "" where nobody gave one.
    """
    rows = list(plan.pattern.filter(stop=stop).select_related("plan", "stop"))
    about = Q(stop=stop) | Q(stop=None, team=None) | Q(stop=None, team__in=[row.team_id for row in rows])
    days = ClosingDay.objects.filter(about, date__range=(plan.starts_on, plan.ends_on))
    closing = dict(days.values_list("date", "reason"))
    dates = sorted({day for row in rows for day in days_of(row, today)})
    return [(day, holiday_name(day) or closing[day]) for day in dates if holiday_name(day) or day in closing]
