"""A date put to the person by letter or SMS: the day is held for them until they answer, or the time for it is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bookings import notices, visits
from bookings.models import HomeVisit, ProposedDate
from bookings.models.post import CARD_COMES_BACK
from bookings.waves import ask_first
from lotsen.kernel import references
from lotsen.kernel.calendar import add_working_hours, local_date, long_date, spoken_clock
from lotsen.kernel.errors import AlreadyMoved, Refused
from lotsen.kernel.moves import begin, move
from lotsen.kernel.references import new_offer_code
from lotsen.messages.call_tasks import drop_call_tasks, open_call_task
from lotsen.messages.outbox import drop_messages
from lotsen.people.models import User
from volunteers.queries import volunteers_by_id

CALL_WITHIN_HOURS = 8
KIND = "senior_proposal"


class NotToPropose(Refused):
    """No date to put, no way to put it, or too little time for an answer."""


class ProposalOver(Refused):
    """It is answered, expired or taken back."""

    def __init__(self) -> None:
        super().__init__(_("Diese Frage ist schon beantwortet oder abgelaufen."))


@transaction.atomic
def propose(
    visit: HomeVisit, *, way: str, answer_by: datetime, by: User, at: datetime, volunteers: Sequence[int] = ()
) -> ProposedDate:
    """Put the date of a scheduled visit to the person, by "letter" or "sms". `volunteers` (primary keys, in order) are
    asked once it is a yes.

    Refuses a second question while one is open, a way that the person does not have, and a deadline that leaves no
    time: a letter's day is held three days longer, for the card on its way.
    """
    visit = _locked(visit)
    _refuse_unusable(visit, way, answer_by, at)
    row = ProposedDate(
        visit=visit,
        code=_free_code(),
        way=way,
        starts_at=visit.slot_starts_at,
        answer_by=answer_by,
        volunteers=list(volunteers),
        created_at=at,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise NotToPropose(_("Zu diesem Besuch wartet schon eine Frage auf Antwort.")) from error
    begin(row, by=by, at=at)
    _ask(row, by=by, at=at)
    return row


def _refuse_unusable(visit: HomeVisit, way: str, answer_by: datetime, at: datetime) -> None:
    if visit.state != HomeVisit.State.SCHEDULED or visit.slot_starts_at is None:
        raise NotToPropose(_("Bitte wählen Sie erst einen Termin."))
    if way not in ways_of(visit):
        raise NotToPropose(_("Diesen Weg gibt es für die Person nicht. Bitte rufen Sie an."))
    comes_back = CARD_COMES_BACK if way == ProposedDate.Way.LETTER else CARD_COMES_BACK * 0
    if answer_by <= at or answer_by + comes_back >= visit.slot_starts_at:
        raise NotToPropose(_("Bis zum Termin bleibt zu wenig Zeit für eine Antwort. Bitte rufen Sie an."))


def ways_of(visit: HomeVisit) -> list[str]:
    """By which of the two the person can be asked, the wished one first."""
    ways = dict.fromkeys(point.channel for point in notices.contact_points(visit.client))
    return [way for way in ways if way in ProposedDate.Way.values]


def _free_code() -> str:
    taken = set(ProposedDate.objects.filter(state=ProposedDate.State.OPEN).values_list("code", flat=True))
    while (code := new_offer_code(visits.CHANCE)) in taken:
        continue
    return code


def _ask(row: ProposedDate, *, by: User, at: datetime) -> None:
    deadline = long_date(local_date(row.answer_by), language=row.visit.client.language)
    notices.tell_client(
        row.visit,
        KIND,
        by=by,
        at=at,
        channels=(row.way,),
        occasion=str(row.pk),
        code=row.code,
        deadline_long=deadline,
    )


@transaction.atomic
def answer_proposal(
    proposed: ProposedDate, is_yes: bool, *, by: User | None, at: datetime, wish: str = ""
) -> ProposedDate:
    """The person has answered; `wish` is what they wrote beside a no. Refuses what is answered or expired already.

    Yes: the volunteers are asked. No: the day is free again, and somebody calls. The visit goes first, then the
    question: many may reach for the visit.
    """
    visit = _locked(proposed.visit)
    _settle(proposed, ProposedDate.State.YES if is_yes else ProposedDate.State.NO, by=by, at=at)
    if is_yes:
        _ask_volunteers(proposed, visit, by=by, at=at)
    else:
        _seek_another_day(proposed, visit, "proposal_declined", wish=wish, by=by, at=at)
    return proposed


def _settle(proposed: ProposedDate, target: str, *, by: User | None, at: datetime) -> None:
    if proposed.state != ProposedDate.State.OPEN:
        raise ProposalOver
    try:
        move(proposed, target, by=by, at=at, answered_at=at)
    except AlreadyMoved as error:
        raise ProposalOver from error
    drop_messages(about=proposed.visit, kinds=[KIND], by=by, at=at)
    drop_call_tasks(about=proposed.visit, kinds=[KIND], by=by, at=at)


def _locked(visit: HomeVisit) -> HomeVisit:
    related = HomeVisit.objects.select_related("client__address")
    return related.select_for_update(of=("self",)).get(pk=visit.pk)


def _is_held(proposed: ProposedDate, visit: HomeVisit) -> bool:
    return visit.state == HomeVisit.State.SCHEDULED and visit.slot_starts_at == proposed.starts_at


def _ask_volunteers(proposed: ProposedDate, visit: HomeVisit, *, by: User | None, at: datetime) -> None:
    people = volunteers_by_id(proposed.volunteers)
    asked = [people[key] for key in proposed.volunteers if key in people]
    if not asked or not _is_held(proposed, visit):
        return
    ask_first(visit, volunteers=asked, by=by, at=at)


def _seek_another_day(
    proposed: ProposedDate, visit: HomeVisit, kind: str, *, wish: str, by: User | None, at: datetime
) -> None:
    if _is_held(proposed, visit):
        visits.free_slot(visit, by=by, at=at)
    open_call_task(
        kind=kind,
        phone=visit.client.phone or visit.caller_phone,
        variables={**date_words(proposed, "de"), "wish": wish or "–"},
        about=visit,
        deadline_at=add_working_hours(at, CALL_WITHIN_HOURS),
        key=f"proposal:{proposed.pk}:{kind}",
        by=by,
        at=at,
        language=visit.client.language,
    )


def date_words(proposed: ProposedDate, language: str) -> dict[str, str]:
    """The proposed date in words, and the number of the request."""
    return {
        "date_long": long_date(local_date(proposed.starts_at), language=language),
        "time": spoken_clock(proposed.starts_at),
        "reference": references.grouped(proposed.visit.reference),
    }


def expire_proposals(*, at: datetime) -> int:
    """Give up the days for which no answer came: the request is open again, and somebody calls. Returns how many."""
    return sum(_expire(proposed, at=at) for proposed in _overdue(at))


def _overdue(at: datetime) -> list[ProposedDate]:
    waiting = ProposedDate.objects.filter(state=ProposedDate.State.OPEN, answer_by__lt=at).select_related("visit")
    return [proposed for proposed in waiting.order_by("answer_by", "pk") if proposed.held_until < at]


@transaction.atomic
def _expire(proposed: ProposedDate, *, at: datetime) -> bool:
    """An answer that comes in this very moment and is first wins."""
    visit = _locked(proposed.visit)
    try:
        _settle(proposed, ProposedDate.State.EXPIRED, by=None, at=at)
    except ProposalOver:
        return False
    _seek_another_day(proposed, visit, "proposal_unanswered", wish="", by=None, at=at)
    return True
