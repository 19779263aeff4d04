"""What the coordinator keeps: stops with their permits, holidays of the schools, closing days."""

from __future__ import annotations

from datetime import date

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from touring.models import ClosingDay, SchoolHoliday, Stop
from touring.rules import PERMIT_WARNING


def stops_list(today: date) -> QuerySet[Stop]:
    """All stops, active ones first, each with `permit_is_ending`; one query."""
    ending = ExpressionWrapper(Q(permit_until__lte=today + PERMIT_WARNING), output_field=BooleanField())
    return Stop.objects.select_related("address__district").annotate(permit_is_ending=ending).order_by(
        "-is_active", "key"
    )  # fmt: skip


def permits_ending(today: date) -> list[Stop]:
    """Stops that are driven to and whose permit ends within six weeks, or has ended; the first to end first."""
    return list(Stop.objects.filter(is_active=True, permit_until__lte=today + PERMIT_WARNING).order_by("permit_until"))


def school_holidays(today: date) -> QuerySet[SchoolHoliday]:
    """Holidays that are not over."""
    return SchoolHoliday.objects.filter(ends_on__gte=today).order_by("starts_on")


def closing_days(today: date) -> QuerySet[ClosingDay]:
    """Closing days to come, with their stop or team."""
    return ClosingDay.objects.filter(date__gte=today).select_related("stop", "team").order_by("date", "pk")
