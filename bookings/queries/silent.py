"""Reads of volunteers: of whom nothing was heard, and who has promised visits outside their times."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import CharField, Count, DateTimeField, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Greatest

from bookings.models import HomeVisit, Offer, PromisedTime
from lotsen.kernel.calendar import local, local_date
from lotsen.kernel.models import FieldChange, Transition
from lotsen.kernel.windows import Window
from volunteers.availability import windows_on
from volunteers.models import Absence, OffersBy, Volunteer

MOST_SHOWN = 50
KIND_AFTER, HUMAN_AFTER = timedelta(days=14), timedelta(days=30)
"""So long without a word: a kind message, then a human calls."""
ANSWERED = (Offer.State.ACCEPTED, Offer.State.DECLINED, Offer.State.RETURNED)


def promised_outside(volunteer: Volunteer, *, at: datetime) -> list[HomeVisit]:
    """Visits to come that they have accepted and that lie outside the times they have entered since, in order.

    Expects the volunteer's absences and other hours to be fetched; one query.
    """
    coming = HomeVisit.objects.filter(
        Q(guide=volunteer.user_id) | Q(companion=volunteer.user_id),
        state=HomeVisit.State.ASSIGNED,
        slot_starts_at__gt=at,
        request_stop=None,
    )
    coming = coming.order_by("slot_starts_at", "pk")
    return [visit for visit in coming[:MOST_SHOWN] if not _fits(volunteer, visit)]


def _fits(volunteer: Volunteer, visit: HomeVisit) -> bool:
    assert visit.slot_starts_at is not None
    assert visit.slot_ends_at is not None
    start, end = local(visit.slot_starts_at), local(visit.slot_ends_at)
    slot = Window(start.hour * 60 + start.minute, end.hour * 60 + end.minute)
    return any(window.contains(slot) for window in windows_on(volunteer, local_date(start)))


def silent_volunteers(*, since: timedelta = KIND_AFTER, at: datetime) -> QuerySet[Volunteer]:
    """Active ones of whom nothing was heard for so long, the longest first; `heard_at` is when, `unanswered` how many
    offers have run out since.

    Heard of: an answer, a visit done, a change of their page by themselves, signing in, becoming active; the end of a
    pause or absence counts too. Left alone: who makes a pause, is away, wants no offers or has promised a visit.
    """
    today = local_date(at)
    everybody = Volunteer.objects.filter(state=Volunteer.State.ACTIVE).exclude(offers_by=OffersBy.NONE)
    here = everybody.exclude(paused_until__gte=today).exclude(
        Exists(Absence.objects.filter(volunteer=OuterRef("pk"), first_on__lte=today, last_on__gte=today))
    )
    promised = PromisedTime.objects.filter(user=OuterRef("user"))
    heard = here.exclude(Exists(promised)).annotate(heard_at=_heard_at(today))
    ran_out = Q(offers__state=Offer.State.EXPIRED, offers__answer_by__gt=F("heard_at"))
    silent = heard.filter(heard_at__lte=at - since).select_related("user")
    return silent.annotate(unanswered=Count("offers", filter=ran_out)).order_by("heard_at", "pk")


def _heard_at(today: date) -> Greatest:
    """The latest sign of a volunteer; what never was does not count."""
    key = Cast(OuterRef("pk"), CharField())
    label = Volunteer._meta.label_lower
    active = Transition.objects.filter(subject_type=label, subject_id=key, target=Volunteer.State.ACTIVE)
    answers = Offer.objects.filter(volunteer=OuterRef("pk"), state__in=ANSWERED)
    done = HomeVisit.objects.filter(guide=OuterRef("user"), state=HomeVisit.State.DONE)
    changes = FieldChange.objects.filter(by=OuterRef("user"))
    away = Absence.objects.filter(volunteer=OuterRef("pk"), last_on__lt=today)
    return Greatest(
        F("joined_at"),
        F("user__last_login"),
        Cast(F("paused_until"), DateTimeField()),
        _latest(active, "at", "subject_id"),
        _latest(answers, "answered_at", "volunteer"),
        _latest(done, "slot_ends_at", "guide"),
        _latest(changes, "at", "by"),
        Cast(_latest(away, "last_on", "volunteer"), DateTimeField()),
    )


def _latest(rows: QuerySet[Any], column: str, of: str) -> Subquery:
    return Subquery(rows.order_by().values(of).annotate(latest=Max(column)).values("latest"))
