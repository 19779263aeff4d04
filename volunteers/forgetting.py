"""Who left is forgotten: figures stay, without saying whose. Accounting and certificates have their own time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from lotsen.kept import period_of
from lotsen.kernel.calendar import at_minute, local_date
from lotsen.kernel.models import Transition
from lotsen.people.forgetting import forget_accounts
from lotsen.places.addresses import forget_address
from lotsen.places.models import Address
from volunteers.models import (
    Absence,
    Allowance,
    Certificate,
    Expense,
    OtherHours,
    OtherWork,
    PaymentRun,
    Volunteer,
)

REVOKED_KEPT = timedelta(days=90)


def forget_left(*, at: datetime) -> int:
    """Take everything that says who it was from volunteers who left three months ago; returns how many.

    Hours and money stay as figures of somebody without a name. Who is of staff as well keeps their account.
    """
    left = Transition.objects.filter(subject_type=Volunteer._meta.label_lower, target=Volunteer.State.LEFT)
    numbers = left.filter(at__lt=at - period_of(Volunteer)).values_list("subject_id", flat=True)
    rows = Volunteer.objects.filter(pk__in=[int(one) for one in numbers], state=Volunteer.State.LEFT, forgotten_at=None)
    count = 0
    for row in rows.select_related("user", "home", "start", "onward").order_by("pk").iterator(chunk_size=200):
        _forget(row, at=at)
        count += 1
    return count


@transaction.atomic
def _forget(row: Volunteer, *, at: datetime) -> None:
    _forget_work(row)
    for kind in (row.skills, row.absences, row.other_hours, row.evidence):
        kind.all().delete()
    for one in ("first_visit", "application"):
        if (held := getattr(row, one, None)) is not None:
            held.delete()
    row.districts.clear()
    old = [place for place in (row.home, row.start, row.onward) if place is not None]
    bare = {
        "home": _only_the_district(row.home),
        "start": None,
        "onward": None,
        "hours": "",
        "hours_even": "",
        "hours_odd": "",
        "languages": [],
        "gender": "",
        "dogs": True,
        "stairs": True,
        "suspended_because": "",
        "listed": {},
        "forgotten_at": at,
    }
    Volunteer.objects.filter(pk=row.pk).update(**bare)
    row.districts.clear()
    for place in old:
        forget_address(place)
    if not row.user.roles and not row.roles_at_rest:
        forget_accounts([row.user_id])


def _forget_work(row: Volunteer) -> None:
    """What counts stays without its words; what never counted goes."""
    row.other_work.exclude(state=OtherWork.State.CONFIRMED).delete()
    row.other_work.update(what="", because="")
    row.expenses.filter(state__in=[Expense.State.SUBMITTED, Expense.State.REFUSED]).delete()
    row.expenses.update(what="", reference="", because="")


def _only_the_district(home: Address) -> Address:
    """Where ways of old figures begin: the middle of the district, or of the postal code."""
    district = home.district
    bare = Address(street="", postal_code=home.postal_code, city=home.city, district=district)
    if district is not None and district.label_latitude is not None:
        bare.latitude, bare.longitude, bare.accuracy = district.label_latitude, district.label_longitude, "district"
    bare.save()
    return bare


def forget_days(*, at: datetime) -> None:
    """Delete days off and other hours of three months ago."""
    Absence.objects.filter(last_on__lt=local_date(at - period_of(Absence))).delete()
    OtherHours.objects.filter(on__lt=local_date(at - period_of(OtherHours))).delete()


@transaction.atomic
def forget_money(*, at: datetime) -> None:
    """Delete expenses, lists for the treasury and allowances ten years after the end of their year; certificates ten
    years after they were issued, revoked ones after three months. The database refuses it earlier for certificates."""
    first = local_date(at - period_of(Expense)).replace(month=1, day=1)
    Expense.objects.filter(on__lt=first).filter(Q(run=None) | Q(run__created_at__lt=at_minute(first, 0))).delete()
    PaymentRun.objects.filter(created_at__lt=at_minute(first, 0), expenses=None).delete()
    Allowance.objects.filter(on__lt=first).delete()
    over = Q(issued_at__lt=at - period_of(Certificate)) | Q(revoked_at__lt=at - REVOKED_KEPT)
    Certificate.objects.filter(over).delete()
