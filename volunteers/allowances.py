"""Allowances against the yearly tax-free limits (EStG section 3 no. 26 and 26a). The ledger warns, it never decides:
the limits are a person's own, whatever else they get elsewhere, and not for us to know but by their word."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_changes
from lotsen.people.models import User
from volunteers.models import Allowance, Volunteer
from volunteers.other_work import DayNotPossible
from volunteers.rates import limit_of

NEAR_PERCENT = 80
FIRST_YEAR, LAST_YEAR = 2021, 2199


class NotYours(Refused):
    """What we paid is not for the volunteer to strike."""


@dataclass(frozen=True)
class Line:
    """One limit of one person in one year, in cents. `warning`: "", "near" from 80 % on, "full" from 100 % on."""

    kind: str
    paid: int
    declared: int
    limit: int

    @property
    def total(self) -> int:
        return self.paid + self.declared

    @property
    def percent(self) -> int:
        return self.total * 100 // self.limit if self.limit else 0

    @property
    def left(self) -> int:
        return max(0, self.limit - self.total)

    @property
    def warning(self) -> str:
        if not self.total:
            return ""
        if self.total >= self.limit:
            return "full"
        return "near" if self.total * 100 >= self.limit * NEAR_PERCENT else ""


@transaction.atomic
def enter_allowance(
    volunteer: Volunteer, *, kind: str, on: date, cents: int, what: str, is_declared: bool, by: User, at: datetime
) -> Allowance:
    """Write down a sum that came on that day. Nothing is refused for being above a limit: the ledger warns."""
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise DayNotPossible(_("Für dieses Jahr führen wir keine Liste."))
    fields = {"kind": kind, "on": on, "cents": cents, "what": what, "is_declared": is_declared}
    row = Allowance.objects.create(volunteer=volunteer, entered_by=by, entered_at=at, **fields)
    record_changes(volunteer, fields=["allowance"], by=by, at=at)
    return row


@transaction.atomic
def strike_allowance(row: Allowance, *, by: User, at: datetime) -> None:
    """It was entered by mistake; the journal keeps who struck it. A volunteer strikes only what they declared."""
    if row.volunteer.user_id == by.pk and not row.is_declared:
        raise NotYours(_("Das hat die Stadt eingetragen. Bitte rufen Sie uns an."))
    record_changes(row.volunteer, fields=["allowance"], by=by, at=at)
    row.delete()


def ledger(volunteer: Volunteer, year: int) -> list[Line]:
    """Both limits of one person in one year."""
    return ledgers([volunteer.pk], year)[volunteer.pk]


def ledgers(volunteers: Collection[int], year: int) -> dict[int, list[Line]]:
    """The same for many (primary keys), in three queries. A year is its days in Dresden, the first and the last in."""
    rows = Allowance.objects.filter(
        volunteer__in=list(volunteers), on__gte=date(year, 1, 1), on__lte=date(year, 12, 31)
    )
    sums: dict[tuple[int, str, bool], int] = {
        (who, kind, declared): cents
        for who, kind, declared, cents in rows.order_by()
        .values_list("volunteer", "kind", "is_declared")
        .annotate(sum=Sum("cents"))
    }
    limits = {kind: limit_of(kind, year) for kind in Allowance.Kind.values}
    return {
        who: [
            Line(kind, sums.get((who, kind, False), 0), sums.get((who, kind, True), 0), limits[kind])
            for kind in Allowance.Kind.values
        ]
        for who in volunteers
    }
