"""When somebody could go: their week, single days that are different, and pauses.

Nothing here touches a visit that is promised already; the page names those that lie outside the new times.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from lotsen.kernel.calendar import local_date, long_date
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_changes
from lotsen.kernel.windows import OpeningHours, Window
from lotsen.people.models import User
from volunteers.models import Absence, OtherHours, Volunteer

LONGEST_HOURS = 400
LONGEST_AWAY = timedelta(days=366)
MOST_DAYS = 31
"""So many days can get other hours at once."""
FURTHEST = timedelta(days=2 * 366)


class HoursTooLong(Refused):
    """More windows than anybody can keep in mind, or our column can hold."""


class DaysNotPossible(Refused):
    """Days that are over, backwards, too many or too far away."""


class AwayThen(Refused):
    """On these days somebody is entered as away."""


def set_week(
    volunteer: Volunteer,
    *,
    hours: OpeningHours,
    rests: bool,
    by: User,
    at: datetime,
    even: OpeningHours | None = None,
    odd: OpeningHours | None = None,
) -> list[str]:
    """Write the hours of every week, those of even and of odd ISO weeks besides, and whether they rest in school
    holidays; returns the columns that changed. What is said of even and odd weeks alike is of every week.

    No hours at all is allowed: then nobody asks. Refuses (`HoursTooLong`) what does not fit the column.
    """
    even, odd = even or OpeningHours(), odd or OpeningHours()
    hours = hours.union(even.intersection(odd))
    texts = {"hours": str(hours), "hours_even": str(even.without(hours)), "hours_odd": str(odd.without(hours))}
    if any(len(text) > LONGEST_HOURS for text in texts.values()):
        raise HoursTooLong(_("Das sind zu viele verschiedene Zeiten. Bitte fassen Sie einige zusammen."))
    return change(volunteer, {**texts, "rests_in_school_holidays": rests}, by=by, at=at)


@transaction.atomic
def change(volunteer: Volunteer, columns: dict[str, object], *, by: User, at: datetime) -> list[str]:
    """Write those columns that are different, with a line in the journal of who did; returns their names."""
    now = Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.pk)
    changed = [name for name, value in columns.items() if getattr(now, name) != value]
    for name, value in columns.items():
        setattr(volunteer, name, value)
    if changed:
        volunteer.save(update_fields=changed)
    record_changes(volunteer, fields=changed, by=by, at=at)
    return changed


@transaction.atomic
def enter_absence(volunteer: Volunteer, *, first_on: date, last_on: date, by: User, at: datetime) -> Absence:
    """They cannot go from the first day to the last, both inclusive; other hours entered for these days are struck out.

    The same twice is one. Refuses days that are over, backwards, or more than a year (`DaysNotPossible`).
    """
    _check_days(first_on, last_on, at=at)
    if last_on - first_on > LONGEST_AWAY:
        raise DaysNotPossible(_("Das ist länger als ein Jahr. Bitte rufen Sie uns an."))
    _lock(volunteer)
    volunteer.other_hours.filter(on__range=(first_on, last_on)).delete()
    row, is_new = Absence.objects.get_or_create(volunteer=volunteer, first_on=first_on, last_on=last_on)
    if is_new:
        record_changes(volunteer, fields=["absences"], by=by, at=at)
    return row


@transaction.atomic
def enter_other_hours(
    volunteer: Volunteer, *, first_on: date, last_on: date, windows: tuple[Window, ...], by: User, at: datetime
) -> list[OtherHours]:
    """On each of these days they have time in `windows` and at no other time; what was entered before is replaced.

    Refuses days as `enter_absence` does, more than a month of them, no windows, and days on which they are away.
    """
    _check_days(first_on, last_on, at=at)
    if (last_on - first_on).days >= MOST_DAYS:
        raise DaysNotPossible(_("Andere Zeiten gehen für höchstens 31 Tage auf einmal."))
    if not windows:
        raise DaysNotPossible(_("Bitte schreiben Sie, wann Sie Zeit haben."))
    _lock(volunteer)
    if volunteer.absences.filter(first_on__lte=last_on, last_on__gte=first_on).exists():
        raise AwayThen(_("In dieser Zeit steht schon „kann nicht“. Bitte streichen Sie das zuerst."))
    days = [first_on + timedelta(days=n) for n in range((last_on - first_on).days + 1)]
    rows = [OtherHours(volunteer=volunteer, on=day, hours=_text(day, windows)) for day in days]
    if any(len(row.hours) > OtherHours._meta.get_field("hours").max_length for row in rows):
        raise HoursTooLong(_("Das sind zu viele verschiedene Zeiten. Bitte fassen Sie einige zusammen."))
    volunteer.other_hours.filter(on__in=days).delete()
    OtherHours.objects.bulk_create(rows)
    record_changes(volunteer, fields=["other_hours"], by=by, at=at)
    return rows


def _text(day: date, windows: tuple[Window, ...]) -> str:
    return str(OpeningHours(tuple(windows if number == day.weekday() else () for number in range(7))))


def _check_days(first_on: date, last_on: date, *, at: datetime) -> None:
    today = local_date(at)
    if last_on < first_on or last_on < today:
        sentence = _("Der letzte Tag muss heute oder später sein und darf nicht vor dem ersten liegen.")
        raise DaysNotPossible(sentence)
    if last_on > today + FURTHEST or first_on < today - LONGEST_AWAY:
        raise DaysNotPossible(_("Das ist zu weit weg. Bitte prüfen Sie das Jahr."))


def _lock(volunteer: Volunteer) -> None:
    Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.pk)


@transaction.atomic
def strike_out(row: Absence | OtherHours, *, by: User, at: datetime) -> None:
    """The day is as every week again; of an absence that has begun the days that are left."""
    today, volunteer = local_date(at), row.volunteer
    if isinstance(row, Absence) and row.first_on < today:
        Absence.objects.filter(pk=row.pk, last_on__gte=today).update(last_on=today - timedelta(days=1))
        record_changes(volunteer, fields=["absences"], by=by, at=at)
        return
    row.delete()
    name = "absences" if isinstance(row, Absence) else "other_hours"
    record_changes(volunteer, fields=[name], by=by, at=at)


def pause(volunteer: Volunteer, *, until: date, by: User, at: datetime) -> list[str]:
    """Ask them nothing up to and including this day; it ends by itself.

    Refuses (`DaysNotPossible`) a day that is over and more than a year.
    """
    today = local_date(at)
    if until < today:
        raise DaysNotPossible(_("Dieser Tag ist schon vorbei."))
    if until - today > LONGEST_AWAY:
        sentence = _("Eine Pause geht höchstens ein Jahr, bis %(date)s. Länger? Bitte rufen Sie uns an.")
        raise DaysNotPossible(sentence % {"date": long_date(today + LONGEST_AWAY)})
    return change(volunteer, {"paused_until": until}, by=by, at=at)


def end_pause(volunteer: Volunteer, *, by: User, at: datetime) -> list[str]:
    """They are back at once."""
    return change(volunteer, {"paused_until": None}, by=by, at=at)


def is_paused(volunteer: Volunteer, *, on: date) -> bool:
    """Whether they make a pause on this day."""
    return volunteer.paused_until is not None and volunteer.paused_until >= on


def windows_on(volunteer: Volunteer, day: date) -> tuple[Window, ...]:
    """When they could go on this day: nothing on a pause or away, else the day's own hours, else those of the week.

    Holidays of the schools are not looked at. Expects absences and other hours to be fetched.
    """
    if is_paused(volunteer, on=day):
        return ()
    if any(one.first_on <= day <= one.last_on for one in volunteer.absences.all()):
        return ()
    for one in volunteer.other_hours.all():
        if one.on == day:
            return one.opening_hours.on(day.weekday())
    return volunteer.hours_in_week_of(day).on(day.weekday())
