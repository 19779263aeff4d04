"""Everything that happens to a home visit. Each verb is one transaction with its messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bookings import notices
from bookings.clients import confirm_phone
from bookings.models import Caller, Client, HomeVisit, Offer, Training, WebRequest
from bookings.rules import can_check_in, can_check_out, is_ready_to_offer
from bookings.words import new_code_word
from lotsen.kernel import references
from lotsen.kernel.calendar import add_working_hours
from lotsen.kernel.errors import AlreadyMoved, Refused
from lotsen.kernel.moves import begin, move
from lotsen.messages.call_tasks import drop_call_tasks
from lotsen.people.models import User
from volunteers.models import Topic

PROMISE_WORKING_HOURS = 16
WORD_REST = timedelta(days=730)
CHANCE = SystemRandom()


class NotAgreedYet(Refused):
    """Nothing is offered before a human has confirmed the number or the person."""


class SlotInThePast(Refused):
    """A date that is over."""


class GuideBusy(Refused):
    """The guide has another visit at that time."""


def free_reference() -> str:
    """A number that no visit, web request or training has yet; the database decides in the end."""
    while True:
        reference = references.new_reference(CHANCE)
        taken = (model.objects.filter(reference=reference).exists() for model in (HomeVisit, WebRequest, Training))
        if not any(taken):
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
    _answer_request(visit, by=by, at=at)
    return visit


def _answer_request(visit: HomeVisit, *, by: User | None, at: datetime) -> None:
    """A letter where a letter was asked for; a call to the person where nobody has spoken with them yet.

    A held request sends nothing: a machine must not be able to make us write to strangers.
    """
    if visit.held_because:
        return
    until = notices.until_words(visit.answer_by, visit.client.language)
    if visit.client.reach_by[:1] == ["letter"]:
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
    move(visit, HomeVisit.State.REQUESTED, by=by, at=at, slot_starts_at=None, slot_ends_at=None)
    withdraw_offers(visit, by=by, at=at)
    return visit


@transaction.atomic
def assign_guide(visit: HomeVisit, *, guide: User, by: User | None, at: datetime) -> HomeVisit:
    """Settle who comes. The visit gets a code word of its own, the person is told by the way that reaches them.

    The database refuses two visits of one guide at the same time: `GuideBusy`.
    """
    try:
        with transaction.atomic():
            move(visit, HomeVisit.State.ASSIGNED, by=by, at=at, guide=guide, code_word=_fresh_word(visit, at))
    except IntegrityError as error:
        if "guide_in_one_place_at_a_time" not in str(error):
            raise
        raise GuideBusy(_("Dann ist schon ein anderer Besuch zugesagt.")) from error
    notices.tell_booked(visit, by=by, at=at)
    return visit


def _fresh_word(visit: HomeVisit, at: datetime) -> str:
    heard = HomeVisit.objects.filter(client=visit.client_id, requested_at__gte=at - WORD_REST).exclude(code_word="")
    return new_code_word(CHANCE, not_these=frozenset(heard.values_list("code_word", flat=True)))


@transaction.atomic
def release_guide(visit: HomeVisit, *, because: str, by: User, at: datetime) -> HomeVisit:
    """The guide cannot come: the date stays, somebody else is sought, the old code word is dead."""
    move(visit, HomeVisit.State.SCHEDULED, by=by, at=at, guide=None, code_word="")
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
    move(visit, HomeVisit.State.CANCELLED, by=by, at=at, cancelled_because=because)
    withdraw_offers(visit, by=by, at=at)
    if is_over:  # a date that is over does not drop out: only what still waits goes
        notices.drop_waiting(visit, by=by, at=at)
        return visit
    notices.tell_cancelled(visit, own_wish=own_wish, by=by, at=at)
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
    move(
        visit,
        HomeVisit.State.REQUESTED,
        by=by,
        at=at,
        slot_starts_at=None,
        slot_ends_at=None,
        guide=None,
        code_word="",
        checked_in_at=None,
        checked_out_at=None,
        answer_by=promised_answer(at),
    )
    _return_accepted(visit, because=_("nicht angetroffen"), by=by, at=at)
    return visit


def withdraw_offers(visit: HomeVisit, *, by: User | None, at: datetime) -> int:
    """Take back what is still open of a visit; returns how many. Whoever answers later reads a kind sentence."""
    count = 0
    for offer in visit.offers.filter(state=Offer.State.OPEN).order_by("pk").select_for_update():
        move(offer, Offer.State.WITHDRAWN, by=by, at=at)
        count += 1
    return count


class NotYours(Refused):
    """Only the guide of an assigned visit checks in and out, at its time."""


def check_in(visit: HomeVisit, *, by: User, at: datetime) -> None:
    """The guide is at the door, two hours before at the earliest. Twice is harmless: the first time counts."""
    if not can_check_in(visit, by, at=at):
        raise NotYours(_("Das geht gerade nicht. Bitte laden Sie die Seite neu."))
    _stamp(visit, "checked_in_at", at=at)


def check_out(visit: HomeVisit, *, by: User, at: datetime) -> None:
    """The guide, who was there, has left. Twice is harmless: the first time counts."""
    if not can_check_out(visit, by, at=at):
        raise NotYours(_("Das geht gerade nicht. Bitte laden Sie die Seite neu."))
    _stamp(visit, "checked_out_at", at=at)


def _stamp(visit: HomeVisit, column: str, *, at: datetime) -> None:
    HomeVisit.objects.filter(pk=visit.pk, **{f"{column}__isnull": True}).update(**{column: at})
    visit.refresh_from_db(fields=[column])
