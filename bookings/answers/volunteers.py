"""What a volunteer's SMS does: JA, NEIN, JA with a condition, DA, WEG, MEHR, HILFE.

Offers are meant first, then the first visits to which they go along (`along`); no code stands for both.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db.models import QuerySet

from bookings import notices
from bookings.answers.along import along_meant, promised_along, say_no, say_yes
from bookings.answers.answering import Answering, only_one, open_codes, open_of, say, to_a_human, unclear
from bookings.going import MayNotGo
from bookings.models import HomeVisit, Offer
from bookings.offers import (
    AccessRests,
    GaveBackOften,
    OfferLost,
    OfferOver,
    RestsThen,
    accept_offer,
    decline_offer,
    return_offer,
)
from bookings.rules import can_give_back
from bookings.safe_return import NotOnTheWay, ask_for_help, duress_code, stay_longer
from bookings.translate import area_metres
from bookings.visits import GuideBusy, NotYours, check_in, check_out
from lotsen.kernel.calendar import local_date, short_date, spoken_clock
from lotsen.kernel.errors import Refused
from lotsen.messages.replies import Meaning

AT_ONCE = timedelta(minutes=5)


def _yes(one: Answering) -> str:
    """JA: with a code that question, without one the only open one."""
    if not one.reply.code and len(open_codes(one)) > 1:
        return _two_open(one, open_codes(one))
    if (visit := along_meant(one)) is not None:
        return say_yes(one, visit)
    offer = _meant(one) or _taken_back(one)
    if offer is None:
        return _nothing_meant(one)
    try:
        accept_offer(offer, by=offer.volunteer.user, at=one.at)
    except (OfferLost, OfferOver, GuideBusy, AccessRests, MayNotGo, GaveBackOften) as no:
        return _refused(one, offer, no)
    return "accepted"


def _refused(one: Answering, offer: Offer, no: Refused) -> str:
    if isinstance(no, OfferLost):
        return _lost(one)
    if isinstance(no, OfferOver):
        return _over(one, offer)
    if isinstance(no, RestsThen):
        say(one, "v_rests", code=offer.code)
        return "rests"
    if isinstance(no, AccessRests):
        say(one, "v_suspended")
        return "suspended"
    if isinstance(no, GuideBusy):
        say(one, "v_clash", code=offer.code)
        return "clash"
    return unclear(one)


def _no(one: Answering) -> str:
    """NEIN: an open offer is declined; an accepted one is given back, and so is going along."""
    if not one.reply.code and len(open_codes(one)) > 1:
        return _two_open(one, open_codes(one))
    if (visit := along_meant(one)) is not None:
        return say_no(one, visit)
    if (offer := _meant(one)) is None and not one.reply.code:
        return _no_to_a_promise(one)
    return _no_to_offer(one, offer) if offer is not None else _nothing_meant(one)


def _no_to_a_promise(one: Answering) -> str:
    """A bare NEIN where nothing is open: what they promised last, or along; between two it is not guessed."""
    offer, along = _just_accepted(one), promised_along(one)
    if along and offer is not None and not can_give_back(offer.visit, offer.volunteer.user, at=one.at):
        offer = None
    codes = [*([offer.code] if offer is not None else []), *(visit.companion_code for visit in along)]
    if len(codes) > 1:
        return _two_open(one, codes)
    if along and not _asked_since(one, along[0]):
        return say_no(one, along[0])
    return _no_to_offer(one, offer) if offer is not None else _nothing_meant(one)


def _asked_since(one: Answering, visit: HomeVisit) -> bool:
    """Whether a bare NEIN may answer an offer that is gone, instead of the yes to going along."""
    newest = _own(one).order_by("-created_at", "-pk").first()
    if newest is None or visit.companion_confirmed_at is None:
        return False
    is_gone = newest.state in (Offer.State.WITHDRAWN, Offer.State.EXPIRED)
    return is_gone or newest.created_at >= visit.companion_confirmed_at


def _no_to_offer(one: Answering, offer: Offer) -> str:
    try:
        if offer.state == Offer.State.ACCEPTED:
            return _give_back(one, offer)
        decline_offer(offer, because="", by=offer.volunteer.user, at=one.at)
    except (OfferLost, OfferOver) as no:
        return _refused(one, offer, no)
    say(one, "v_declined", counts=False)
    return "declined"


def _give_back(one: Answering, offer: Offer) -> str:
    """A visit that has begun is no longer given back."""
    if not can_give_back(offer.visit, offer.volunteer.user, at=one.at):
        return unclear(one)
    return_offer(offer, because="SMS", by=offer.volunteer.user, at=one.at)
    return "returned"


def _yes_but(one: Answering) -> str:
    """ "Ja, aber 15 Uhr": not booked; a human reads it."""
    offer = _meant(one)
    if offer is None or offer.state != Offer.State.OPEN:
        return unclear(one)
    to_a_human(one, "v_yes_but")
    say(one, "v_yes_but", code=offer.code)
    return "yes_but"


def _stamp(one: Answering) -> str:
    """DA and WEG with the code of an accepted offer."""
    offer = _meant(one)
    is_leaving = one.reply.meaning == Meaning.LEFT
    if is_leaving and offer is None and (under_duress := _own_by_second_code(one)) is not None:
        return _left_under_duress(one, under_duress)
    if offer is None or offer.state != Offer.State.ACCEPTED:
        return _wrong_code(one)
    try:
        (check_out if is_leaving else check_in)(offer.visit, by=offer.volunteer.user, at=one.at)
    except NotYours:
        return _wrong_code(one)
    if is_leaving:
        say(one, "v_checkout_ok", counts=False, code=offer.code)
    return "left" if is_leaving else "arrived"


def _own_by_second_code(one: Answering) -> Offer | None:
    """The accepted visit whose second code this is: they sign off and cannot speak."""
    own = _own(one).filter(state=Offer.State.ACCEPTED, visit__checked_in_at__isnull=False)
    return next((offer for offer in own if duress_code(offer.code) == one.reply.code), None)


def _left_under_duress(one: Answering, offer: Offer) -> str:
    """The same answer as for "bin weg", word for word; the desk has a silent alarm."""
    user, shown = offer.volunteer.user, offer.code
    try:
        check_out(offer.visit, by=user, at=one.at)
        ask_for_help(offer.visit, by=user, at=one.at, silently=True)
    except NotYours:
        return _wrong_code(one)
    say(one, "v_checkout_ok", counts=False, code=shown)
    return "left"


def _longer(one: Answering) -> str:
    """MEHR: half an hour more."""
    offer = _meant(one)
    try:
        if offer is None or offer.state != Offer.State.ACCEPTED:
            return _wrong_code(one)
        row = stay_longer(offer.visit, by=offer.volunteer.user, at=one.at)
    except NotOnTheWay:
        return _wrong_code(one)
    say(one, "v_extended", counts=False, code=offer.code, time_end=spoken_clock(row.ends_at))
    return "longer"


def _help(one: Answering) -> str:
    """HILFE with a code, or on the visit of now: the alarm of that visit; else a human reads it at once."""
    if one.reply.code and (visit := along_meant(one)) is not None:
        assert one.sender.volunteer is not None
        ask_for_help(visit, by=one.sender.volunteer.user, at=one.at)
        return "help"
    offer = _meant(one) if one.reply.code else _of_now(one)
    if offer is not None and offer.state == Offer.State.ACCEPTED:
        ask_for_help(offer.visit, by=offer.volunteer.user, at=one.at)
        return "help"
    to_a_human(one, "emergency_words", within=AT_ONCE)
    say(one, "v_help_received", although_silent=True)
    return "help"


def _of_now(one: Answering) -> Offer | None:
    """The accepted offer of the visit on which they are."""
    here = _own(one).filter(state=Offer.State.ACCEPTED, visit__safe_returns__ended_at=None)
    return here.filter(visit__safe_returns__isnull=False).first()


VOLUNTEER_ACTS: dict[Meaning, Callable[[Answering], str]] = {
    Meaning.YES: _yes,
    Meaning.NO: _no,
    Meaning.YES_BUT: _yes_but,
    Meaning.ARRIVED: _stamp,
    Meaning.LEFT: _stamp,
    Meaning.LONGER: _longer,
    Meaning.HELP: _help,
}


def _meant(one: Answering) -> Offer | None:
    """Their own offer with the code (an open one first, then the newest), or the only open one."""
    if not one.reply.code:
        return only_one(open_of(one))
    own = _own(one).filter(code=one.reply.code).order_by("-created_at")
    found = list(own[:10])
    return next((offer for offer in found if offer.state == Offer.State.OPEN), found[0] if found else None)


def _own(one: Answering) -> QuerySet[Offer]:
    related = (
        "visit__client__address__district",
        "visit__guide",
        "volunteer__user",
        "volunteer__home",
        "volunteer__start",
    )
    return Offer.objects.filter(volunteer=one.sender.volunteer).select_related(*related)


def _just_accepted(one: Answering) -> Offer | None:
    """The accepted offer that a bare NEIN means: the newest question of all, and its visit still ahead."""
    newest = _own(one).order_by("-created_at", "-pk").first()
    if newest is None or newest.state != Offer.State.ACCEPTED or open_of(one):
        return None
    return newest


def _taken_back(one: Answering) -> Offer | None:
    """What a bare JA means where nothing is open: the newest question, if it was taken back and nobody comes yet. Their
    own pause may have ended it, and they read so."""
    newest = None if one.reply.code else _own(one).order_by("-created_at", "-pk").first()
    is_free = newest is not None and newest.visit.state == HomeVisit.State.SCHEDULED
    return newest if is_free and newest.state == Offer.State.WITHDRAWN else None


def _two_open(one: Answering, codes: list[str]) -> str:
    say(one, "v_two_open", code=codes[0], code2=codes[1])
    return "two_open"


def _nothing_meant(one: Answering) -> str:
    if one.reply.code:
        return _wrong_code(one)
    say(one, "senior_late_answer")
    return "nothing_open"


def _wrong_code(one: Answering) -> str:
    """An unknown code and somebody else's read the same."""
    say(one, "v_wrong_code")
    return "wrong_code"


def _over(one: Answering, offer: Offer) -> str:
    is_late = offer.state in (Offer.State.OPEN, Offer.State.EXPIRED)
    if is_late:
        say(one, "v_expired", code=offer.code)
    else:
        say(one, "senior_late_answer")
    return "over"


def _lost(one: Answering) -> str:
    """Somebody was faster: a kind sentence, and what is still open where there is something."""
    offer = next(iter(open_of(one)), None)
    if offer is None or offer.visit.slot_starts_at is None:
        say(one, "v_lost")
        return "lost"
    words = {
        "date_short": short_date(local_date(offer.visit.slot_starts_at)),
        "time": spoken_clock(offer.visit.slot_starts_at),
        "district": notices.district_words(offer.visit),
        "distance": notices.half_kilometres(area_metres(offer.volunteer, offer.visit.client)),
        "code2": offer.code,
    }
    say(one, "v_lost_next", **words)
    return "lost"
