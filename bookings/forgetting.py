"""Traces of guides that have had their time: addresses shown, dates in calendars, what was begun and never sent."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from bookings.models import (
    BlockedPair,
    CalendarEntry,
    CalendarLink,
    CityUpload,
    HotlineDraft,
    Referral,
    ReportDraft,
    RoundWish,
    ShownAddress,
    WebRequest,
)
from lotsen.kept import period_of

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
