"""Hours beside visits and courses: entered by the volunteer, confirmed by a coordinator."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lotsen.kernel.calendar import local_date
from lotsen.kernel.errors import Refused
from lotsen.kernel.moves import begin, move
from lotsen.people.models import User
from volunteers.models import Expense, OtherWork, Volunteer

BACK = timedelta(days=400)
"""So far back something may be entered: last year's hours are still asked for in January."""


class DayNotPossible(Refused):
    """A day in the future, or too long ago."""


class OwnEntry(Refused):
    """Nobody decides on what they entered themselves."""


class BecauseMissing(Refused):
    """A no needs a reason that the volunteer can read."""


def check_day(on: date, *, at: datetime) -> None:
    """Refuse (`DayNotPossible`) a day that is still to come or lies more than 400 days back."""
    today = local_date(at)
    if on > today:
        raise DayNotPossible(_("Dieser Tag ist erst noch."))
    if on < today - BACK:
        raise DayNotPossible(_("Dieser Tag liegt zu weit zurück. Bitte rufen Sie uns an."))


@transaction.atomic
def enter_work(
    volunteer: Volunteer, *, on: date, minutes: int, what: str, by: User, at: datetime, copy: str = ""
) -> OtherWork:
    """Write down `minutes` of one day; they count once they are confirmed. `copy` names the page that sends it: pressed
    twice, it is one entry."""
    check_day(on, at=at)
    row = OtherWork(volunteer=volunteer, on=on, minutes=minutes, what=what, entered_at=at, copy=copy)
    return save_once(row, by=by, at=at)


Row = TypeVar("Row", OtherWork, Expense)


def save_once(row: Row, *, by: User, at: datetime) -> Row:
    """Write a new row with its first line of history; the one that is there where this page has sent it before."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if not row.copy:
            raise
        return type(row).objects.get(volunteer=row.volunteer_id, copy=row.copy)
    begin(row, by=by, at=at)
    return row


def confirm_work(row: OtherWork, *, by: User, at: datetime) -> None:
    """It counts. Refuses one's own entry (`OwnEntry`)."""
    check_not_own(row.volunteer, by)
    move(row, OtherWork.State.CONFIRMED, by=by, at=at)


def refuse_work(row: OtherWork, *, because: str, by: User, at: datetime) -> None:
    """It does not count, with the reason that the volunteer reads. Refuses one's own entry and an empty reason."""
    check_not_own(row.volunteer, by)
    move(row, OtherWork.State.REFUSED, by=by, at=at, because=reason(because))


def reason(because: str) -> str:
    """The reason as it is kept. Refuses (`BecauseMissing`) an empty one."""
    if not because.strip():
        raise BecauseMissing(_("Bitte schreiben Sie in einem Satz, warum nicht."))
    return because.strip()[:200]


def check_not_own(volunteer: Volunteer, by: User) -> None:
    """Refuse (`OwnEntry`) whoever decides on their own entry: four eyes."""
    if volunteer.user_id == by.pk:
        raise OwnEntry(_("Über Ihre eigene Angabe entscheidet jemand anderes."))
