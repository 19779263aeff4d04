"""Everything that happens to a home visit. Each verb is one transaction with its messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bookings import first_visits, given_words, notices, offer_notices, reminders, safe_return
from bookings.clients import confirm_phone
from bookings.going import check_guide, way_around
from bookings.models import Caller, Client, HomeVisit, Offer, ProposedDate, Referral, Training, WebRequest
from bookings.rules import can_check_in, can_check_out, is_named_by_another, is_ready_to_offer
from lotsen.kernel import references
from lotsen.kernel.calendar import add_working_hours
from lotsen.kernel.errors import AlreadyMoved, MoveNotAllowed, Refused
from lotsen.kernel.moves import begin, move
from lotsen.messages.call_tasks import drop_call_tasks
from lotsen.people.models import User
from touring import request_stops
from touring.models import RequestStop
from volunteers.models import Topic

PROMISE_WORKING_HOURS = 16
CHANCE = SystemRandom()
NO_WAY: dict[str, str | None] = {"way_starts_at": None, "way_ends_at": None, **first_visits.NOBODY_ALONG}
"""Without a guide there is no way that keeps other visits off, and nobody goes along."""

ONE_PLACE = ("guide_in_one_place_at_a_time", "nobody_in_two_places_at_once")
"""The constraints: the first knows guides, the second also who goes along."""


class NotAgreedYet(Refused):
    """Nothing is offered before a human has confirmed the number or the person."""


class SlotInThePast(Refused):
    """A date that is over."""


class GuideBusy(Refused):
    """The guide has another visit at that time, or on the way."""


def free_reference() -> str:
    """A number that no visit, web request, referral or training has yet; the database decides in the end."""
    while True:
        reference = references.new_reference(CHANCE)
        models = (HomeVisit, WebRequest, Referral, Training)
        if not any(model.objects.filter(reference=reference).exists() for model in models):
            return reference


def promised_answer(at: datetime) -> datetime:
    """Within two working days, at a full hour: "bis Freitag, 17 Uhr" can be remembered."""
    deadline = add_working_hours(at, PROMISE_WORKING_HOURS)
    full = deadline.replace(minute=0, second=0, microsecond=0)
    return full if full == deadline else full + timedelta(hours=1)


@transaction.atomic
def request_visit(
    client: Client,
    *,
    entrance: str,
    topics: Iterable[Topic],
    is_agreed: bool,
    by: User | None,
    at: datetime,
    reference: str = "",
    idempotency_key: UUID | None = None,
    **fields: Any,
) -> HomeVisit:
    """Take a request down and promise an answer within two working days.

    `is_agreed`: a human spoke with the person visited (hotline). Otherwise (web, letter, third party) the promise is
    a call to them, and nothing is offered before. The same `idempotency_key` again returns the first visit.
    """
    if idempotency_key and (known := HomeVisit.objects.filter(idempotency_key=idempotency_key).first()):
        return known
    topics = list(topics)
    visit = HomeVisit(
        reference=reference or free_reference(),
        client=client,
        entrance=entrance,
        requested_at=at,
        answer_by=promised_answer(at),
        agreed_at=at if is_agreed else None,
        minutes=max((topic.minutes for topic in topics), default=60),
        idempotency_key=idempotency_key,
        **fields,
    )
    visit.save(force_insert=True)
    visit.topics.set(topics)
    begin(visit, by=by, at=at)
    answer_request(visit, by=by, at=at)
    return visit


def answer_request(visit: HomeVisit, *, by: User | None, at: datetime) -> None:
    """A letter where a letter was asked for; a call to the person where nobody has spoken with them yet.

    A held request sends nothing: a machine must not be able to make us write to strangers.
    """
    if visit.held_because:
        return
    until = notices.until_words(visit.answer_by, visit.client.language)
    if is_named_by_another(visit):
        notices.tell_named(visit, by=by, at=at)
    elif visit.client.reach_by[:1] == ["letter"]:
        notices.tell_client(visit, "senior_received", by=by, at=at, channels=("letter",), **until)
    if visit.agreed_at is None:
        notices.tell_client(visit, "senior_confirm", by=by, at=at, channels=("call",), **until)


@transaction.atomic
def confirm_request(visit: HomeVisit, *, by: User, at: datetime) -> HomeVisit:
    """A human has spoken with the person, or looked at a held request and found it real."""
    waiting = HomeVisit.objects.filter(pk=visit.pk, state=HomeVisit.State.REQUESTED)
    if waiting.update(agreed_at=at, held_because="") != 1:
        raise AlreadyMoved(_("Jemand anderes war schneller. Bitte laden Sie die Seite neu."))
    visit.agreed_at, visit.held_because = at, ""
    drop_call_tasks(about=visit, kinds=["senior_confirm"], by=by, at=at)
    if visit.caller == Caller.SELF:
        confirm_phone(visit.client, by=by, at=at)
    return visit


@transaction.atomic
def fix_slot(visit: HomeVisit, *, starts_at: datetime, by: User, at: datetime) -> HomeVisit:
    """Choose the date; its length is the visit's. Refuses a past date and a request that nobody has agreed to."""
    if not is_ready_to_offer(visit):
        raise NotAgreedYet(_("Bitte erst mit der Person sprechen. Danach kann jemand gefragt werden."))
    _only_from(visit, HomeVisit.State.REQUESTED)
    if starts_at <= at:
        raise SlotInThePast(_("Dieser Tag ist schon vorbei. Bitte wählen Sie neu."))
    move(
        visit,
        HomeVisit.State.SCHEDULED,
        by=by,
        at=at,
        slot_starts_at=starts_at,
        slot_ends_at=starts_at + timedelta(minutes=visit.minutes),
    )
    return visit


@transaction.atomic
def free_slot(visit: HomeVisit, *, by: User, at: datetime) -> HomeVisit:
    """Give the date up again, before anybody has agreed to come."""
    _only_from(visit, HomeVisit.State.SCHEDULED)
    move(visit, HomeVisit.State.REQUESTED, by=by, at=at, slot_starts_at=None, slot_ends_at=None)
    leave_tour(visit, by=by, at=at)
    withdraw_offers(visit, by=by, at=at)
    notices.drop_date(visit, by=by, at=at)
    return visit


@transaction.atomic
def assign_guide(
    visit: HomeVisit, *, guide: User, by: User | None, at: datetime, accepted: Offer | None = None
) -> HomeVisit:
    """Settle who comes: nobody else is asked any more, but for the offer that is just being `accepted`. The visit gets
    a code word of its own, the person is told by the way that reaches them.

    The database refuses two visits of one guide at the same time, the way between them included: `GuideBusy`. Refuses a
    volunteer who may not go on that day (`MayNotGo`). Locks the visit first, then the guide: whoever promises two
    visits at once waits for themselves.
    """
    _wait_for(visit, guide)
    check_guide(guide, visit)
    way_starts_at, way_ends_at = way_around(visit, guide)
    way = {"way_starts_at": way_starts_at, "way_ends_at": way_ends_at}
    try:
        with transaction.atomic():
            move(visit, HomeVisit.State.ASSIGNED, by=by, at=at, guide=guide, **way)
    except IntegrityError as error:
        if not any(name in str(error) for name in ONE_PLACE):
            raise
        raise GuideBusy(_("Dann ist schon ein anderer Besuch zugesagt, der Weg mitgerechnet.")) from error
    first_visits.promise_in_pair(visit, guide, by=by, at=at)
    withdraw_offers(visit, by=None if accepted else by, at=at, but=accepted)
    given_words.give_word(visit, at=at)
    notices.tell_booked(visit, by=by, at=at)
    given_words.tell_unless_posted(visit, by=by, at=at)
    reminders.plan_reminders(visit, by=by, at=at)
    return visit


def _only_from(visit: HomeVisit, state: str) -> None:
    """The same move from another state means another thing, and is another verb's."""
    if visit.state != state:
        raise MoveNotAllowed(_("Das geht gerade nicht. Bitte laden Sie die Seite neu."))


def _wait_for(visit: HomeVisit, guide: User) -> None:
    """Whoever is second of many learns it here, before anything is worked out."""
    rows = HomeVisit.objects.select_for_update(no_key=True, of=("self",)).filter(pk=visit.pk)
    state = rows.values_list("state", flat=True).first()
    _only_from(visit, HomeVisit.State.SCHEDULED)
    if state != HomeVisit.State.SCHEDULED:
        raise AlreadyMoved(_("Jemand anderes war schneller. Bitte laden Sie die Seite neu."))
    list(User.objects.select_for_update(no_key=True).filter(pk=guide.pk).values_list("pk"))


def renew_word(visit: HomeVisit, *, by: User, at: datetime) -> HomeVisit:
    """A new code word, told by a call of ours; see `given_words.renew_word`."""
    return given_words.renew_word(visit, by=by, at=at)


@transaction.atomic
def release_guide(visit: HomeVisit, *, because: str, by: User, at: datetime) -> HomeVisit:
    """The guide cannot come: the date stays, somebody else is sought, the old code word is dead."""
    _only_from(visit, HomeVisit.State.ASSIGNED)
    companion = first_visits.companion_of(visit)
    move(visit, HomeVisit.State.SCHEDULED, by=by, at=at, guide=None, code_word="", word_told_at=None, **NO_WAY)
    first_visits.end_pair(visit, is_done=False, companion=companion, by=by, at=at)
    leave_tour(visit, by=by, at=at)
    notices.drop_booked(visit, by=by, at=at)
    _return_accepted(visit, because=because, by=by, at=at)
    return visit


def _return_accepted(visit: HomeVisit, *, because: str, by: User, at: datetime) -> None:
    """Only one offer of a visit can be accepted: whoever comes next needs the place."""
    for offer in visit.offers.filter(state=Offer.State.ACCEPTED):
        move(offer, Offer.State.RETURNED, by=by, at=at, because=because, answered_at=at)


@transaction.atomic
def cancel_visit(visit: HomeVisit, *, because: str, own_wish: bool, by: User | None, at: datetime) -> HomeVisit:
    """Call the visit off. The person, the guide and everybody asked learn of it.

    `own_wish`: the person visited called it off. `by` is None when they did so on the web.
    """
    guide, is_over = visit.guide, visit.state == HomeVisit.State.MISSED
    companion = first_visits.companion_of(visit)
    move(visit, HomeVisit.State.CANCELLED, by=by, at=at, cancelled_because=because, code_word="", word_told_at=None)
    leave_tour(visit, by=by, at=at)
    withdraw_offers(visit, by=by, at=at)
    safe_return.end_safe_return(visit, at=at)
    if is_over:  # a date that is over does not drop out: only what still waits goes
        first_visits.end_pair(visit, is_done=False, by=by, at=at)
        notices.drop_waiting(visit, by=by, at=at)
        return visit
    notices.tell_cancelled(visit, own_wish=own_wish, by=by, at=at)
    first_visits.end_pair(visit, is_done=False, companion=companion, by=by, at=at)
    accepted = visit.offers.filter(state=Offer.State.ACCEPTED).select_related("volunteer__user").first()
    if guide is not None and accepted is not None:
        notices.tell_volunteer(
            accepted.volunteer,
            "v_cancelled",
            visit=visit,
            code=accepted.code,
            by=by,
            at=at,
            key=f"offer:{accepted.pk}:cancelled",
        )
    return visit


@transaction.atomic
def seek_again(visit: HomeVisit, *, by: User, at: datetime) -> HomeVisit:
    """Nobody was met: the request is open again, without date, guide and word."""
    _only_from(visit, HomeVisit.State.MISSED)
    move(
        visit,
        HomeVisit.State.REQUESTED,
        by=by,
        at=at,
        slot_starts_at=None,
        slot_ends_at=None,
        guide=None,
        code_word="",
        word_told_at=None,
        checked_in_at=None,
        checked_out_at=None,
        answer_by=promised_answer(at),
        **NO_WAY,
    )
    leave_tour(visit, by=by, at=at)
    _return_accepted(visit, because=_("nicht angetroffen"), by=by, at=at)
    return visit


def leave_tour(visit: HomeVisit, *, by: User | None, at: datetime) -> None:
    """The team comes no more: its place on the tour is free again, and what took place stays in its history."""
    stop = visit.request_stop
    if stop is None:
        return
    HomeVisit.objects.filter(pk=visit.pk).update(request_stop=None)
    visit.request_stop = None
    if stop.state == RequestStop.State.PLANNED:
        request_stops.drop_place(stop, by=by, at=at)


def withdraw_offers(visit: HomeVisit, *, by: User | None, at: datetime, but: Offer | None = None) -> int:
    """Take back what is still open of a visit, `but` one; returns how many.

    Whoever answers later reads a kind sentence.
    """
    for proposed in visit.proposed_dates.filter(state=ProposedDate.State.OPEN).select_for_update():
        move(proposed, ProposedDate.State.WITHDRAWN, by=by, at=at)
    rest = visit.offers.filter(state=Offer.State.OPEN).exclude(pk__in=[but.pk] if but else [])
    count = 0
    for offer in rest.order_by("pk").select_for_update():
        move(offer, Offer.State.WITHDRAWN, by=by, at=at)
        count += 1
    offer_notices.drop_offers(visit, by=by, at=at)
    return count


class NotYours(Refused):
    """Only the guide of an assigned visit checks in and out, at its time."""


@transaction.atomic
def check_in(visit: HomeVisit, *, by: User, at: datetime) -> None:
    """The guide is at the door, two hours before at the earliest. Twice is harmless: the first time counts.

    From now on the safe return is watched (`safe_return`).
    """
    if not can_check_in(visit, by, at=at):
        raise NotYours(_("Das geht gerade nicht. Bitte laden Sie die Seite neu."))
    if _stamp(visit, "checked_in_at", at=at) and visit.checked_out_at is None:
        safe_return.begin_safe_return(visit, by=by, at=at)


@transaction.atomic
def check_out(visit: HomeVisit, *, by: User, at: datetime) -> None:
    """The guide, who was there, has left. Twice is harmless: the first time counts."""
    if not can_check_out(visit, by, at=at):
        raise NotYours(_("Das geht gerade nicht. Bitte laden Sie die Seite neu."))
    _stamp(visit, "checked_out_at", at=at)
    safe_return.end_safe_return(visit, at=at)


def _stamp(visit: HomeVisit, column: str, *, at: datetime) -> bool:
    """Write the moment once; whether it was this call that wrote it."""
    first = HomeVisit.objects.filter(pk=visit.pk, **{f"{column}__isnull": True}).update(**{column: at})
    visit.refresh_from_db(fields=[column])
    return bool(first)
