"""Holidays of the schools and closing days, as the coordinator keeps them."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lotsen.kernel.calendar import Period, holiday_name, local_date
from lotsen.kernel.errors import Refused
from lotsen.people.models import User
from touring.models import ClosingDay, Deviation, SchoolHoliday, Stop, Team, TourPlan, TourStop
from touring.words import date_words

LONGEST = 60


class DaysOverlap(Refused):
    """These days are holidays already."""


class DayIsPast(Refused):
    """Nothing can be closed in the past."""


class ClosedAlready(Refused):
    """The same day is closed for the same stop or team, or is a public holiday."""


class HolidayTooLong(Refused):
    """So long are no holidays: probably a wrong year."""


@transaction.atomic
def add_school_holiday(name: str, *, period: Period, by: User | None, at: datetime) -> SchoolHoliday:
    """Holidays of the schools, both days within. Stops that rest then are left out of the next planning.

    Refuses days that are holidays already, and more than sixty days.
    """
    if period.end.toordinal() - period.start.toordinal() >= LONGEST:
        raise HolidayTooLong(_("Das sind mehr als %(most)d Tage. Stimmt das Jahr?") % {"most": LONGEST})
    known = SchoolHoliday.objects.filter(starts_on__lte=period.end, ends_on__gte=period.start).first()
    if known is not None:
        raise DaysOverlap(_("In dieser Zeit stehen schon Ferien: %(name)s.") % {"name": known.name})
    return SchoolHoliday.objects.create(name=name, starts_on=period.start, ends_on=period.end)


def remove_school_holiday(holiday: SchoolHoliday, *, by: User | None, at: datetime) -> None:
    """Take holidays away; a published plan keeps its dates."""
    SchoolHoliday.objects.filter(pk=holiday.pk).delete()


@transaction.atomic
def add_closing_day(
    day: date, *, stop: Stop | None, team: Team | None, reason: str, by: User | None, at: datetime
) -> ClosingDay:
    """A day on which a stop, a team, or (both None) everything rests; the next planning leaves it out.

    Refuses a day that is over, a public holiday, and the same day twice. Halts that are published on it stay: see
    `halts_still_standing`.
    """
    if day < local_date(at):
        raise DayIsPast(_("Dieser Tag ist schon vorbei."))
    if holiday := holiday_name(day):
        raise ClosedAlready(_("%(date)s ist ein Feiertag: %(name)s. Da fährt ohnehin niemand.") % _words(day, holiday))
    try:
        with transaction.atomic():
            row = ClosingDay.objects.create(date=day, stop=stop, team=team, reason=reason)
    except IntegrityError as error:
        raise ClosedAlready(_("Dieser Tag steht schon in der Liste.")) from error
    _touch(day, at)
    return row


def remove_closing_day(row: ClosingDay, *, by: User | None, at: datetime) -> None:
    """Open a day again; a published plan keeps its dates."""
    ClosingDay.objects.filter(pk=row.pk).delete()
    _touch(row.date, at)


def halts_still_standing(row: ClosingDay) -> int:
    """How many published halts fall on a closing day: somebody must cancel them."""
    halts = TourStop.objects.filter(tour__plan__state=TourPlan.State.PUBLISHED, tour__date=row.date)
    halts = halts.exclude(deviations__in=Deviation.objects.filter(kind=Deviation.Kind.CANCELLED, revoked_at=None))
    if row.stop_id is not None:
        return halts.filter(stop=row.stop).count()
    return (halts if row.team_id is None else halts.filter(tour__team=row.team)).count()


def _words(day: date, name: str) -> dict[str, str]:
    return {"date": date_words(day), "name": name}


def _touch(day: date, at: datetime) -> None:
    """Public pages name the reason of a closing day; they are kept until a plan of that day changes."""
    plans = TourPlan.objects.filter(state=TourPlan.State.PUBLISHED, starts_on__lte=day, ends_on__gte=day)
    plans.update(changed_at=at)
