"""The figures of law and city that change from a day on: tax-free limits of a year, cents for a kilometre."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_changes
from lotsen.people.models import User
from volunteers.models import Rate


class NoRate(Refused):
    """Nobody has said what holds on that day."""


class RateThere(Refused):
    """From that day on something is set already."""


def rate_on(key: str, on: date) -> int:
    """Cents that hold on that day: the newest that has begun. Refuses (`NoRate`) a day before the first."""
    found = Rate.objects.filter(key=key, valid_from__lte=on).order_by("-valid_from").values_list("cents", flat=True)
    cents = found.first()
    if cents is None:
        raise NoRate(_("Für diesen Tag ist kein Satz eingetragen."))
    return cents


def limit_of(key: str, year: int) -> int:
    """The tax-free limit of a whole year: what holds on its last day, since a law that changes within a year counts
    for all of it. In cents."""
    return rate_on(key, date(year, 12, 31))


@transaction.atomic
def set_rate(*, key: str, cents: int, valid_from: date, source: str, by: User, at: datetime) -> Rate:
    """From that day on this holds. What was certified or paid before stays. Refuses a second one of the same day."""
    try:
        with transaction.atomic():
            row = Rate.objects.create(key=key, cents=cents, valid_from=valid_from, source=source)
    except IntegrityError as error:
        raise RateThere(_("Ab diesem Tag ist schon ein Satz eingetragen.")) from error
    record_changes(row, fields=["cents", "valid_from", "source"], by=by, at=at)
    return row
