"""Reads of the call tasks, and what waits in numbers."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q, QuerySet

from bookings.models import HomeVisit, Offer
from lotsen.messages.models import CallTask
from lotsen.messages.states import OPEN_CALLS


def open_calls() -> QuerySet[CallTask]:
    """Everything that a human must do by phone, the oldest promise first."""
    return (
        CallTask.objects.filter(state__in=OPEN_CALLS)
        .select_related("owner", "message__recipient_user")
        .order_by("due_at", "pk")
    )


def board_counts(*, now: datetime) -> dict[str, int]:
    """What waits, in one query each for visits, offers and calls."""
    state = HomeVisit.State
    open_states = [state.REQUESTED, state.SCHEDULED, state.MISSED]
    visits = HomeVisit.objects.filter(state__in=[*open_states, state.ASSIGNED]).aggregate(
        open=Count("pk", filter=Q(state__in=open_states)),
        late=Count("pk", filter=Q(state__in=open_states, answer_by__lt=now)),
        held=Count("pk", filter=Q(state=state.REQUESTED) & ~Q(held_because="")),
        to_confirm=Count("pk", filter=Q(state=state.REQUESTED, agreed_at__isnull=True, held_because="")),
        assigned=Count("pk", filter=Q(state=state.ASSIGNED)),
        unreported=Count("pk", filter=Q(state=state.ASSIGNED, slot_ends_at__lt=now)),
    )
    offers = Offer.objects.filter(state=Offer.State.OPEN).count()
    calls = CallTask.objects.filter(state__in=OPEN_CALLS).aggregate(
        calls=Count("pk"), late_calls=Count("pk", filter=Q(due_at__lt=now))
    )
    return {**visits, "offers": offers, **calls}
