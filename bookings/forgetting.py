"""What has had its time: addresses shown to guides, dates in calendars, what was begun and never sent; and who booked
for a facility."""

from __future__ import annotations

from datetime import datetime

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from bookings.models import (
    BlockedPair,
    CalendarEntry,
    CalendarLink,
    CityUpload,
    Facility,
    HotlineDraft,
    Referral,
    ReportDraft,
    RoundWish,
    ShownAddress,
    Training,
    TrainingRecord,
    WebRequest,
)
from lotsen.kept import period_of
from lotsen.people.forgetting import forget_accounts
from lotsen.people.models import Role, User

SINCE: dict[type[models.Model], str] = {
    ShownAddress: "shown_at",
    CalendarEntry: "ends_at",
    ReportDraft: "saved_at",
    HotlineDraft: "changed_at",
    CityUpload: "created_at",
    WebRequest: "changed_at",
}
"""From which moment each is counted."""


def forget_traces(*, at: datetime) -> None:
    """Delete what is older than `lotsen.kept` says, and what is left here of volunteers who were forgotten."""
    for model, field in SINCE.items():
        model._default_manager.filter(**{f"{field}__lt": at - period_of(model)}).delete()
    unsent = Referral.objects.filter(state=Referral.State.DRAFT, visits=None)
    unsent.filter(changed_at__lt=at - period_of(Referral)).delete()
    BlockedPair.objects.filter(volunteer__forgotten_at__isnull=False).delete()
    RoundWish.objects.filter(volunteer__forgotten_at__isnull=False).delete()
    CalendarLink.objects.filter(user__volunteer__forgotten_at__isnull=False, user__roles=[]).delete()


# --- facilities -----------------------------------------------------------------------------------------


@transaction.atomic
def forget_bookings(*, at: datetime) -> int:
    """Take who booked, and what was written, off trainings of two years ago; returns how many. Where, when, what about
    and how many people came stays as a figure."""
    over = _dated(Training.objects.exclude(booked_by=None)).filter(on__lt=at - period_of(Training))
    keys = list(over.values_list("pk", flat=True))
    TrainingRecord.objects.filter(training__in=keys).update(note="")
    return Training.objects.filter(pk__in=keys).update(booked_by=None, note="", room="", idempotency_key=None)


@transaction.atomic
def forget_facilities(*, at: datetime) -> int:
    """Take the contact off facilities for which nothing has happened for two years, and with it the accounts that could
    only book for them; returns how many. The facility stays.

    Counted from the last training, or from when one of those who book joined or signed in last. One that never had
    either stays as the city lists it: there is no date to count from.
    """
    since = at - period_of(Facility)
    trainings = Training.objects.filter(facility=OuterRef("pk"))
    people = User.objects.filter(facilities=OuterRef("pk"))
    lately = people.filter(Q(date_joined__gte=since) | Q(last_login__gte=since))
    over = Facility.objects.filter(Exists(trainings) | Exists(people), ~Exists(lately))
    over = over.exclude(Exists(_dated(trainings).filter(on__gte=since)))
    known = over.filter(Q(contact_name__gt="") | Q(phone__gt="") | Q(email__gt="") | Exists(people))
    keys = list(known.select_for_update(of=("self",)).values_list("pk", flat=True))
    _forget_bookers(keys)
    return Facility.objects.filter(pk__in=keys).update(contact_name="", phone="", email="")


def _forget_bookers(facilities: list[int]) -> None:
    """Who books for another facility or has another role keeps the account."""
    links = Facility.contacts.through.objects
    users = list(links.filter(facility__in=facilities).values_list("user", flat=True))
    links.filter(facility__in=facilities).delete()
    only = User.objects.filter(pk__in=users, roles=[Role.FACILITY], facilities=None)
    gone = list(only.filter(Q(volunteer=None) | Q(volunteer__forgotten_at__isnull=False)).values_list("pk", flat=True))
    forget_accounts(gone)
    User.objects.filter(pk__in=gone).update(roles=[])


def _dated(trainings: QuerySet[Training]) -> QuerySet[Training]:
    """With `on`, the end of its halt; of one that has no halt, when it was asked for."""
    return trainings.alias(on=Coalesce("request_stop__ends_at", "requested_at"))
