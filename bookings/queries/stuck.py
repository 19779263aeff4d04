"""Requests that do not move: nobody is asked, no day is chosen, nobody goes along, nothing has happened for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from bookings.models import CaseNote, HomeVisit, Offer, ProposedDate, Wave
from lotsen.kernel.models import FieldChange, Transition
from lotsen.messages.models import CallTask
from lotsen.messages.states import OPEN_CALLS
from volunteers.models import FirstVisit

STUCK_AFTER = timedelta(days=10)
JUST_NOW = timedelta(minutes=15)
"""Whoever has fixed a date asks somebody next: so long nobody is reminded."""
WATCHED = ("k_nobody", "k_released", "k_first_visit")
"""Kinds of tasks that say already that nobody is coming, or going along."""
State = HomeVisit.State
OPEN = Q(state__in=[State.REQUESTED, State.SCHEDULED], agreed_at__isnull=False, held_because="", request_stop=None)


def stuck_requests(*, at: datetime) -> QuerySet[HomeVisit]:
    """Agreed requests without an open offer or a proposed day on which nothing has happened for ten days, the oldest
    first. A date for which nobody says yes any more counts too."""
    waiting = HomeVisit.objects.filter(is_still(at), Q(slot_starts_at=None) | Q(slot_starts_at__gt=at))
    return waiting.select_related("client__address__district").order_by("requested_at", "pk")


def is_still(at: datetime) -> Q:
    """Nothing has happened for ten days."""
    since = at - STUCK_AFTER
    lately = (
        Offer.objects.filter(Q(state=Offer.State.OPEN) | Q(created_at__gt=since), visit=OuterRef("pk")),
        ProposedDate.objects.filter(state=ProposedDate.State.OPEN, visit=OuterRef("pk")),
        CaseNote.objects.filter(visit=OuterRef("pk"), at__gt=since),
        Transition.objects.filter(at__gt=since, **_mine()),
        FieldChange.objects.filter(at__gt=since, **_mine()),
    )
    found = OPEN & Q(agreed_at__lte=since, requested_at__lte=since)
    for rows in lately:
        found &= ~Exists(rows)
    return found


def is_past(at: datetime) -> Q:
    """The date is over, and nobody had said yes."""
    return OPEN & Q(state=State.SCHEDULED, slot_starts_at__lte=at)


def is_unasked(at: datetime) -> Q:
    """A date stands, nobody has an open offer, no wave goes on, no human was told; and not since a moment ago."""
    offers = Offer.objects.filter(state=Offer.State.OPEN, answer_by__gt=at, visit=OuterRef("pk"))
    waves = Wave.objects.filter(ended_at=None, visit=OuterRef("pk"))
    fixed = Transition.objects.filter(at__gt=at - JUST_NOW, target=State.SCHEDULED, **_mine())
    nobody = Q(state=State.SCHEDULED, slot_starts_at__gt=at)
    return OPEN & nobody & ~Exists(offers) & ~Exists(waves) & ~Exists(_told()) & ~Exists(fixed)


def is_alone(at: datetime) -> Q:
    """A first visit to come, with nobody to go along, and no human was told."""
    first = FirstVisit.objects.filter(reference=OuterRef("reference"))
    return Q(state=State.ASSIGNED, companion=None, slot_starts_at__gt=at) & Exists(first) & ~Exists(_told())


def first_visits_alone() -> list[str]:
    """References of first visits with nobody to go along: few, and read by themselves so that the rest stays quick."""
    first = FirstVisit.objects.values("reference")
    promised = HomeVisit.objects.filter(state=State.ASSIGNED, companion=None, reference__in=first)
    return list(promised.values_list("reference", flat=True))


def _mine() -> dict[str, object]:
    return {"subject_type": HomeVisit._meta.label_lower, "subject_id": Cast(OuterRef("pk"), CharField())}


def _told() -> QuerySet[CallTask]:
    label = HomeVisit._meta.label_lower
    tasks = CallTask.objects.filter(kind__in=WATCHED, state__in=OPEN_CALLS, about_type=label)
    return tasks.filter(about_id=Cast(OuterRef("pk"), CharField()))
