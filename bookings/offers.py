"""One visit offered to volunteers, and their answers. Exactly one of many gets it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bookings import notices
from bookings.models import HomeVisit, Offer
from bookings.rules import can_answer, can_give_back
from bookings.visits import CHANCE, assign_guide, release_guide, withdraw_offers
from lotsen.kernel.errors import AlreadyMoved, MoveNotAllowed, Refused
from lotsen.kernel.moves import begin, move
from lotsen.kernel.references import new_offer_code
from lotsen.people.models import User
from volunteers.models import Volunteer


class OfferLost(Refused):
    """Somebody else was faster."""

    def __init__(self) -> None:
        super().__init__(_("Eine andere Person war etwas schneller. Danke, dass Sie wollten!"))


class OfferOver(Refused):
    """The deadline has passed, or the request is settled."""


class AccessRests(Refused):
    """Who is paused, suspended or gone takes on nothing new."""

    def __init__(self) -> None:
        super().__init__(_("Ihr Zugang ruht. Bitte rufen Sie uns an."))


class NothingToOffer(Refused):
    """Only a visit with a date is offered."""


@transaction.atomic
def send_offers(
    visit: HomeVisit,
    *,
    volunteers: Sequence[Volunteer],
    answer_by: datetime,
    by: User,
    at: datetime,
    reasons: Mapping[int, Sequence[str]] | None = None,
    distances: Mapping[int, int] | None = None,
) -> list[Offer]:
    """Ask each of `volunteers`, once. `reasons` and `distances` (metres) by the volunteer's primary key.

    Whoever has an open offer of this visit is not asked twice. Refuses a visit without a date. The visit waits
    meanwhile: who accepts or calls off at this moment would leave offers behind that nobody takes back.
    """
    is_waiting = HomeVisit.objects.select_for_update().filter(pk=visit.pk, state=HomeVisit.State.SCHEDULED)
    if visit.state != HomeVisit.State.SCHEDULED or not list(is_waiting.values_list("pk")):
        raise NothingToOffer(_("Bitte wählen Sie erst einen Termin."))
    asked = set(visit.offers.filter(state=Offer.State.OPEN).values_list("volunteer_id", flat=True))
    offers = []
    for volunteer in volunteers:
        if volunteer.pk in asked:
            continue
        offer = Offer(
            visit=visit,
            volunteer=volunteer,
            code=_free_code(volunteer),
            token=secrets.token_urlsafe(32),
            reasons=list((reasons or {}).get(volunteer.pk, ())),
            answer_by=answer_by,
            created_at=at,
        )
        offer.save(force_insert=True)
        begin(offer, by=by, at=at)
        notices.tell_offer(offer, distance_metres=(distances or {}).get(volunteer.pk), by=by, at=at)
        offers.append(offer)
    return offers


def _free_code(volunteer: Volunteer) -> str:
    taken = set(volunteer.offers.filter(state=Offer.State.OPEN).values_list("code", flat=True))
    while (code := new_offer_code(CHANCE)) in taken:
        continue
    return code


@transaction.atomic
def accept_offer(offer: Offer, *, by: User, at: datetime) -> HomeVisit:
    """The volunteer comes: the visit first (it is what many reach for), then the offer, then the others' offers.

    Refuses kindly: `OfferLost` when another was faster, `OfferOver` after the deadline or when the request is
    settled, `GuideBusy` when the volunteer has another visit at that time, `AccessRests` when they are not active. The
    second tap of the winner is a yes.
    """
    visit = offer.visit
    if offer.state == Offer.State.ACCEPTED and visit.guide_id == by.pk:
        return visit
    _refuse_unless_open(offer, by, at)
    if offer.volunteer.state != Volunteer.State.ACTIVE or not offer.volunteer.user.is_active:
        raise AccessRests
    try:
        assign_guide(visit, guide=offer.volunteer.user, by=by, at=at)
        move(offer, Offer.State.ACCEPTED, by=by, at=at, answered_at=at)
    except (AlreadyMoved, MoveNotAllowed) as error:
        raise _why_lost(visit) from error
    withdraw_offers(visit, by=None, at=at)
    notices.tell_volunteer(
        offer.volunteer, "v_accepted", visit=visit, code=offer.code, by=by, at=at, key=f"offer:{offer.pk}:accepted"
    )
    return visit


def _why_lost(visit: HomeVisit) -> Refused:
    """Somebody was faster, or the visit was called off meanwhile."""
    visit.refresh_from_db(fields=["state"])
    return OfferLost() if visit.state == HomeVisit.State.ASSIGNED else OfferOver(_("Die Anfrage hat sich erledigt."))


def _refuse_unless_open(offer: Offer, by: User, at: datetime) -> None:
    if not can_answer(offer, by):
        raise OfferOver(_("Die Anfrage hat sich erledigt."))
    if offer.state in (Offer.State.WITHDRAWN, Offer.State.ACCEPTED):
        if offer.visit.state == HomeVisit.State.ASSIGNED:
            raise OfferLost
        raise OfferOver(_("Die Anfrage hat sich erledigt."))
    if offer.state != Offer.State.OPEN or at > offer.answer_by:
        raise OfferOver(_("Die Frist ist vorbei. Danke fürs Ansehen."))


@transaction.atomic
def decline_offer(offer: Offer, *, because: str, by: User, at: datetime) -> Offer:
    """The volunteer cannot; no reason is needed. Twice is harmless."""
    if offer.state == Offer.State.DECLINED:
        return offer
    _refuse_unless_open(offer, by, at)
    move(offer, Offer.State.DECLINED, by=by, at=at, because=because, answered_at=at)
    return offer


@transaction.atomic
def return_offer(offer: Offer, *, because: str, by: User, at: datetime) -> HomeVisit:
    """The volunteer gives an accepted visit back: the date stays, the visit is open again in the same second.

    Refuses once it has begun or the guide is there.
    """
    is_own = can_answer(offer, by)
    if offer.state != Offer.State.ACCEPTED or not (is_own and can_give_back(offer.visit, offer.volunteer.user, at=at)):
        raise OfferOver(_("Die Anfrage hat sich erledigt."))
    visit = release_guide(offer.visit, because=because, by=by, at=at)
    kind, key = _withdrawn_kind(visit, at), f"offer:{offer.pk}:returned"
    notices.tell_volunteer(offer.volunteer, kind, visit=visit, code=offer.code, by=by, at=at, key=key)
    notices.tell_client(visit, "senior_visitor_changed", by=by, at=at, channels=("sms", "call"), occasion=f"{offer.pk}")
    return visit


def _withdrawn_kind(visit: HomeVisit, at: datetime) -> str:
    """Less than a day ahead a human must hear of it at once."""
    is_late = visit.slot_starts_at is not None and visit.slot_starts_at - at < notices.URGENT
    return "v_withdraw_late" if is_late else "v_withdrawn"


@transaction.atomic
def expire_offers(*, at: datetime) -> int:
    """Close open offers whose deadline has passed; returns how many."""
    over = Offer.objects.filter(state=Offer.State.OPEN, answer_by__lt=at).select_for_update(skip_locked=True)
    count = 0
    for offer in over:
        move(offer, Offer.State.EXPIRED, by=None, at=at)
        count += 1
    return count
