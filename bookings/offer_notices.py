"""What volunteers learn of offers: one at once, a number once a day, nothing any more once it is settled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from bookings.models import HomeVisit, Offer
from bookings.notices import (
    OFFERS,
    half_kilometres,
    next_daytime,
    tell_volunteer,
    told_by,
    until_words,
    volunteer_points,
)
from bookings.translate import area_metres
from lotsen.kernel.calendar import local_date, long_date
from lotsen.kernel.moves import move
from lotsen.messages.call_tasks import drop_call_tasks
from lotsen.messages.models import CallTask, Message
from lotsen.messages.outbox import drop_messages
from lotsen.messages.states import OPEN_CALLS, CallState, MessageState
from lotsen.messages.telling import tell
from lotsen.people.models import User
from volunteers.models import Volunteer

SOON = timedelta(days=3)


def drop_offers(visit: HomeVisit, *, by: User | None, at: datetime) -> None:
    """Nobody is asked about this visit any more."""
    drop_messages(about=visit, kinds=OFFERS, by=by, at=at)
    drop_call_tasks(about=visit, kinds=OFFERS, by=by, at=at)


def drop_offer(offer: Offer, *, by: User | None, at: datetime) -> None:
    """This volunteer is asked no more; the others still are."""
    asked = Message.objects.filter(kind__in=OFFERS, key__startswith=f"offer:{offer.pk}:asked")
    for message in asked.filter(state=MessageState.QUEUED).select_for_update(skip_locked=True):
        move(message, MessageState.DROPPED, by=by, at=at, finished_at=at, failure="dropped")
    mine = Q(key=f"offer:{offer.pk}:asked") | Q(message__in=asked)
    for task in CallTask.objects.filter(mine, state__in=OPEN_CALLS).select_for_update(of=("self",)):
        move(task, CallState.DROPPED, by=by, at=at, finished_at=at)


def tell_offer(offer: Offer, *, distance_metres: int | None, by: User | None, at: datetime) -> None:
    """Ask a volunteer. No name, street, topic or need: only district, time and half kilometres.

    The distance is to the middle of the district where none is given. Nobody is woken at night. Who wants to hear once
    a day hears it with the digest.
    """
    volunteer, visit = offer.volunteer, offer.visit
    if wants(volunteer) == "daily":
        return
    if distance_metres is None:
        distance_metres = area_metres(volunteer, visit.client)
    asked_at, language = next_daytime(at), volunteer.user.language
    tell_volunteer(
        volunteer,
        "v_offer_urgent" if _is_urgent(offer, asked_at) else "v_offer",
        visit=visit,
        code=offer.code,
        by=by,
        at=at,
        key=f"offer:{offer.pk}:asked",
        deadline_at=max(at, min(told_by(visit, asked_at) or offer.answer_by, offer.answer_by)),
        not_before_at=asked_at if asked_at > at else None,
        distance=half_kilometres(distance_metres),
        **until_words(offer.answer_by, language)
        | {"date_long": long_date(local_date(visit.slot_starts_at), language=language)},
    )


def wants(volunteer: Volunteer) -> str:
    """How somebody wants to be asked: "now", "daily" or "none"."""
    return volunteer.offers_by


def _is_urgent(offer: Offer, asked_at: datetime) -> bool:
    """The visit is near, and the answer is wanted on the same day: the urgent words name no day."""
    starts_at = offer.visit.slot_starts_at
    return starts_at - asked_at <= SOON and local_date(offer.answer_by) == local_date(asked_at)


def tell_digest(volunteer: Volunteer, *, offers: Sequence[Offer], at: datetime) -> None:
    """Once a day: how many offers wait, and until when the first of them; nothing else."""
    user, first = volunteer.user, min(offer.answer_by for offer in offers)
    tell(
        points=volunteer_points(user),
        kind="v_offer_digest" if len(offers) > 1 else "v_offer_digest_one",
        language=user.language,
        variables={"n": len(offers), **until_words(first, user.language)},
        about=None,
        key=f"digest:{volunteer.pk}:{local_date(at)}",
        by=None,
        at=at,
        deadline_at=first,
        recipient_user=user,
    )
