"""Expenses of volunteers: entered with the receipt's number, accepted or refused by somebody else, paid in a list.

A city refunds what an honorary activity costs (SächsGemO section 21). Whole cents everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lotsen.kernel.errors import Refused
from lotsen.kernel.moves import move, move_all
from lotsen.people.models import User
from volunteers.models import Expense, PaymentRun, Rate, Volunteer
from volunteers.other_work import check_day, check_not_own, reason, save_once
from volunteers.rates import rate_on

MOST_CENTS = 100_000


class NoAmount(Refused):
    """Neither an amount nor kilometres, or too much for one line."""


class NothingToPay(Refused):
    """No accepted expense waits."""


@transaction.atomic
def submit_expense(
    volunteer: Volunteer,
    *,
    on: date,
    kind: str,
    by: User,
    at: datetime,
    cents: int | None = None,
    kilometres: int | None = None,
    receipt: str = "",
    what: str = "",
    reference: str = "",
    copy: str = "",
) -> Expense:
    """Write down what somebody laid out: `cents`, or `kilometres` by car at the rate of that day.

    Refuses a day to come or long gone, and no sum or one above 1,000 euros (`NoAmount`). The number of a receipt that
    was entered before is let through: a human is shown both. `copy` names the page that sends it: pressed twice, it is
    one expense.
    """
    check_day(on, at=at)
    by_car = kind == Expense.Kind.KILOMETRES
    amount = (kilometres or 0) * rate_on(Rate.Key.KILOMETRE, on) if by_car else cents or 0
    if not 1 <= amount <= MOST_CENTS:
        raise NoAmount(_("Bitte geben Sie einen Betrag zwischen 0,01 und 1.000 Euro an."))
    row = Expense(
        volunteer=volunteer,
        on=on,
        kind=kind,
        kilometres=kilometres if by_car else None,
        amount_cents=amount,
        receipt=" ".join(receipt.split()).upper(),
        what=what,
        reference=reference,
        submitted_at=at,
        copy=copy,
    )
    return save_once(row, by=by, at=at)


def accept_expense(row: Expense, *, by: User, at: datetime) -> None:
    """It will be paid with the next list. Refuses one's own (`OwnEntry`)."""
    check_not_own(row.volunteer, by)
    move(row, Expense.State.ACCEPTED, by=by, at=at)


def refuse_expense(row: Expense, *, because: str, by: User, at: datetime) -> None:
    """It will not be paid, with the reason that the volunteer reads. Refuses one's own and an empty reason."""
    check_not_own(row.volunteer, by)
    move(row, Expense.State.REFUSED, by=by, at=at, because=reason(because))


@transaction.atomic
def pay_accepted(*, by: User, at: datetime) -> PaymentRun:
    """Put everything that is accepted into one list for the treasury. Each expense is in one list, whoever presses.

    Refuses an empty list (`NothingToPay`). One's own accepted expenses are in it: somebody else accepted them.
    """
    waiting = Expense.objects.filter(state=Expense.State.ACCEPTED).select_for_update().order_by("pk")
    found = list(waiting.values_list("pk", "amount_cents"))
    if not found:
        raise NothingToPay(_("Gerade wartet keine anerkannte Auslage."))
    total = sum(cents for _pk, cents in found)
    run = PaymentRun.objects.create(created_at=at, created_by=by, total_cents=total, count=len(found))
    rows = Expense.objects.filter(pk__in=[pk for pk, _cents in found])
    move_all(rows, Expense.State.PAID, by=by, at=at, run=run)
    return run


def same_receipts(rows: Iterable[Expense]) -> set[int]:
    """Which of these (primary keys) bear a receipt's number that another expense bears too; refused ones do not
    count."""
    rows = list(rows)
    numbers = {row.receipt for row in rows if row.receipt}
    others = Expense.objects.filter(receipt__in=numbers).exclude(state=Expense.State.REFUSED)
    bearers: dict[str, set[int]] = {}
    for pk, receipt in others.values_list("pk", "receipt"):
        bearers.setdefault(receipt, set()).add(pk)
    return {row.pk for row in rows if bearers.get(row.receipt, set()) - {row.pk}}
