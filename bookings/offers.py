"""One visit offered to volunteers, and their answers. Exactly one of many gets it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bookings import notices, offer_notices, waves
from bookings.asking import NothingToOffer, send_offers
from bookings.going import rests_until
from bookings.models import HomeVisit, Offer
from bookings.queries.offers import MOST_RETURNS, gave_back_often, returns_lately
from bookings.rules import can_answer, can_give_back
from bookings.visits import assign_guide, release_guide
from lotsen.kernel.calendar import add_working_hours, local_date, long_date
from lotsen.kernel.errors import AlreadyMoved, MoveNotAllowed, Refused
from lotsen.kernel.moves import move
from lotsen.messages.call_tasks import open_call_task
from lotsen.people.models import User
from volunteers.models import Volunteer

__all__ = ["NothingToOffer", "accept_offer", "decline_offer", "expire_offers", "return_offer", "send_offers"]
TALK_WITHIN_HOURS = 8
ASKED = (Offer.State.OPEN, Offer.State.WITHDRAWN)


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


class RestsThen(AccessRests):
    """They make a pause, or are away on the day of the visit: what they entered last counts."""

    def __init__(self, volunteer: Volunteer, until: date, *, is_own: bool) -> None:
        words = {"name": volunteer.user.name, "date": long_date(until)}
        own = _(
            "Sie haben bis %(date)s Pause oder „kann nicht“ eingetragen. Möchten Sie doch? Dann streichen Sie das "
            "zuerst bei „Meine Zeiten“. Es ist nichts gebucht."
        )
        theirs = _(
            "%(name)s hat bis %(date)s Pause oder „kann nicht“ eingetragen. Bitte streichen Sie das zuerst bei den "
            "Zeiten. Es ist nichts gebucht."
        )
        Refused.__init__(self, (own if is_own else theirs) % words)


class GaveBackOften(Refused):
    """Three visits given back within a week: a human talks with them before they promise another."""

    def __init__(self) -> None:
        super().__init__(_("Sie haben diese Woche schon dreimal abgesagt. Wir rufen Sie an. Es ist nichts gebucht."))


@transaction.atomic
def accept_offer(offer: Offer, *, by: User, at: datetime) -> HomeVisit:
    """The volunteer comes: the visit first (it is what many reach for), then the offer, then the others' offers.

    Refuses kindly: `OfferLost` when another was faster, `OfferOver` after the deadline or when the request is
    settled, `GuideBusy` when the volunteer has another visit at that time, `AccessRests` when they are not active,
    `RestsThen` when they make a pause or are away on that day, also where it began after they were asked, `MayNotGo`
    when a paper does not hold on that day, `GaveBackOften` until somebody has talked with them: the desk may still
    write down a yes for them. The second tap of the winner is a yes.
    """
    visit = offer.visit
    if offer.state == Offer.State.ACCEPTED and visit.guide_id == by.pk:
        return visit
    if can_answer(offer, by) and offer.state in ASKED and visit.state == HomeVisit.State.SCHEDULED:
        _refuse_who_rests(offer, offer.volunteer, by, at)
    _refuse_unless_open(offer, by, at)
    if offer.volunteer.user_id == by.pk and gave_back_often(offer.volunteer, at=at):
        raise GaveBackOften
    try:
        assign_guide(visit, guide=offer.volunteer.user, by=by, at=at, accepted=offer)
        move(offer, Offer.State.ACCEPTED, by=by, at=at, answered_at=at)
    except (AlreadyMoved, MoveNotAllowed) as error:
        raise _why_lost(visit) from error
    _refuse_who_rests(offer, _as_it_is_now(offer.volunteer), by, at)
    notices.tell_volunteer(
        offer.volunteer, "v_accepted", visit=visit, code=offer.code, by=by, at=at, key=f"offer:{offer.pk}:accepted"
    )
    return visit


def _refuse_who_rests(offer: Offer, volunteer: Volunteer, by: User, at: datetime) -> None:
    """Asked before anything else, so that nobody reads "settled" whose own pause ended the offer; and once more when
    visit and guide are locked, since a pause may begin at this moment."""
    if volunteer.state != Volunteer.State.ACTIVE or not volunteer.user.is_active:
        raise AccessRests
    if (until := rests_until(volunteer, offer.visit, at=at)) is not None:
        raise RestsThen(volunteer, until, is_own=volunteer.user_id == by.pk)


def _as_it_is_now(volunteer: Volunteer) -> Volunteer:
    rows = Volunteer.objects.select_for_update(no_key=True, of=("self",)).select_related("user")
    return rows.get(pk=volunteer.pk)


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
    offer_notices.drop_offer(offer, by=by, at=at)
    return offer


@transaction.atomic
def return_offer(offer: Offer, *, because: str, by: User, at: datetime) -> HomeVisit:
    """The volunteer gives an accepted visit back: the date stays, the visit is open again in the same second, goes
    before others, and the next best are asked at once. The third time within a week a human talks with the volunteer.

    Refuses once it has begun or the guide is there.
    """
    is_own = can_answer(offer, by)
    if offer.state != Offer.State.ACCEPTED or not (is_own and can_give_back(offer.visit, offer.volunteer.user, at=at)):
        raise OfferOver(_("Die Anfrage hat sich erledigt."))
    visit = release_guide(offer.visit, because=because, by=by, at=at)
    Offer.objects.filter(pk=offer.pk).update(given_back=True)
    kind, key = _withdrawn_kind(visit, at), f"offer:{offer.pk}:returned"
    notices.tell_volunteer(offer.volunteer, kind, visit=visit, code=offer.code, by=by, at=at, key=key)
    notices.tell_client(visit, "senior_visitor_changed", by=by, at=at, channels=("sms", "call"), occasion=f"{offer.pk}")
    _talk_if_often(offer.volunteer, by=by, at=at)
    waves.begin_wave(visit, by=by, at=at)
    return visit


def _talk_if_often(volunteer: Volunteer, *, by: User, at: datetime) -> None:
    if (times := returns_lately(volunteer, at=at)) < MOST_RETURNS:
        return
    open_call_task(
        kind="k_gave_back_often",
        phone=volunteer.user.phone,
        variables={"visitor_name": volunteer.user.name, "n": times},
        about=None,
        deadline_at=add_working_hours(at, TALK_WITHIN_HOURS),
        key=f"gave_back:{volunteer.pk}:{local_date(at)}",
        by=by,
        at=at,
    )


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
        offer_notices.drop_offer(offer, by=None, at=at)
        count += 1
    return count
