"""How a task of the queue ends, and what follows from it for the request: nothing that was promised disappears."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import count

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from bookings import notices
from bookings.cases import note_call
from bookings.models import CaseNote, HomeVisit
from bookings.queries.queue import asked_by, asked_by_requests
from bookings.queue_words import DERIVED_KINDS, PROMISED, TO_CONFIRM, when_words
from bookings.visits import cancel_visit, confirm_request, promised_answer
from lotsen.kernel import references
from lotsen.kernel.calendar import add_working_hours
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_changes
from lotsen.kernel.locks import one_at_a_time
from lotsen.kernel.moves import move
from lotsen.messages import wording
from lotsen.messages.call_tasks import (
    CALL_WITHIN,
    MOST_TRIES,
    NOT_REACHED_KIND,
    WORKING_DAY_HOURS,
    Outcome,
    finish_call_task,
    is_urgent,
    open_call_task,
    take_call_task,
    try_again,
)
from lotsen.messages.models import CallTask
from lotsen.messages.numbers import may_be_dialled
from lotsen.messages.outbox import queue_message
from lotsen.messages.states import OPEN_CALLS, CallState
from lotsen.messages.wording.catalogue import audience
from lotsen.people.models import User

NOT_REACHED_LETTER = "not_reached"
LETTER_ANSWER_HOURS = 40
"""Working hours until somebody who got a letter has had time to answer: a week."""
PROMOTED_AFTER = timedelta(minutes=15)
ASKING = (HomeVisit.State.REQUESTED, HomeVisit.State.SCHEDULED)
"""While a request is in one of these states, somebody waits for our answer."""
AT_MOST = 200


class NoAddress(Refused):
    """No letter can be written."""


class NothingAsked(Refused):
    """The request needs nothing of the hotline any more."""


@transaction.atomic
def take_asked(visit: HomeVisit, *, by: User, at: datetime) -> CallTask:
    """Take what a request asks for: it gets a task, and the task an owner. Whoever comes second reads who has it."""
    kind, due = asked_by([visit], at=at)[visit.pk]
    if not kind:
        raise NothingAsked(_("Das hat sich schon erledigt."))
    return take_call_task(_task_asked(visit, kind, due, by=by, at=at), by=by, at=at)


@transaction.atomic
def _task_asked(visit: HomeVisit, kind: str, due: datetime, *, by: User | None, at: datetime) -> CallTask:
    """One open task for what the request asks for. Whoever comes second waits, and finds the task of the first."""
    mine = f"asked:{visit.reference}:{kind}"
    one_at_a_time(mine)
    there = _tasks_about(visit).filter(kind=kind, state__in=OPEN_CALLS).first()
    if there is not None:
        return there
    phone = visit.client.phone or visit.caller_phone
    return open_call_task(
        kind=kind,
        phone=phone if may_be_dialled(phone) else "",
        variables={"reference": references.grouped(visit.reference)},
        about=visit,
        deadline_at=due,
        key=_free_key(mine),
        by=by,
        at=at,
        language=visit.client.language,
    )


def _free_key(mine: str) -> str:
    """With a number, so that the same can be asked again after it was done. The first that is free: tasks of three
    months ago are forgotten, so how many there are says nothing."""
    known = set(CallTask.objects.filter(key__startswith=f"{mine}:").values_list("key", flat=True))
    return next(key for number in count() if (key := f"{mine}:{number}") not in known)


def _tasks_about(visit: HomeVisit) -> models.QuerySet[CallTask]:
    return CallTask.objects.filter(about_type=visit._meta.label_lower, about_id=str(visit.pk))


@transaction.atomic
def settle(
    task: CallTask, *, outcome: str, note: str = "", again_at: datetime | None = None, by: User, at: datetime
) -> CallTask:
    """Write down how a call went, with one line for the case's timeline, and let follow what follows from it.

    `outcome` is one of `Outcome`; who was not reached is called again at `again_at`, and after the third time gets a
    letter, while coordinators decide how to go on.
    """
    visit = visit_of(task)
    ends: dict[str, Callable[[], str]] = {
        Outcome.NOT_REACHED: lambda: _not_reached(task, visit, note, again_at, by=by, at=at),
        Outcome.LETTER: lambda: _by_letter(task, visit, note, by=by, at=at),
    }
    said = ends.get(outcome, lambda: _said(task, visit, Outcome(outcome), note, by=by, at=at))()
    if visit is not None:
        note_call(visit, kind=CaseNote.Kind.CALL_OUT, text=f"{said}. {note.strip()}".strip(), by=by, at=at)
    return task


def visit_of(task: CallTask) -> HomeVisit | None:
    """The case that a task is about."""
    if task.about_type != HomeVisit._meta.label_lower:
        return None
    return HomeVisit.objects.select_related("client__address", "guide").filter(pk=task.about_id).first()


def _said(task: CallTask, visit: HomeVisit | None, outcome: Outcome, note: str, *, by: User, at: datetime) -> str:
    """Done. A request that only waited for this call is confirmed, called off, or gets a new promise."""
    finish_call_task(task, outcome=outcome, note=note, by=by, at=at)
    if visit is None or task.kind not in DERIVED_KINDS:
        return str(outcome.label)
    if task.kind == TO_CONFIRM and _waits_for_a_yes(visit):
        if outcome == Outcome.TOLD:
            confirm_request(visit, by=by, at=at)
            return _("möchte Besuch")
        cancel_visit(visit, because=_("möchte keinen Besuch"), own_wish=True, by=by, at=at)
        return _("möchte keinen Besuch")
    if task.kind == PROMISED and outcome == Outcome.TOLD:
        _promise_until(visit, promised_answer(at), by=by, at=at)
    return str(outcome.label)


def _waits_for_a_yes(visit: HomeVisit) -> bool:
    return visit.state == HomeVisit.State.REQUESTED and visit.agreed_at is None and not visit.held_because


def _promise_until(visit: HomeVisit, until: datetime, *, by: User, at: datetime) -> None:
    """They know that they have to wait: a new promise."""
    if HomeVisit.objects.filter(pk=visit.pk, state__in=ASKING).update(answer_by=until):
        record_changes(visit, fields=["answer_by"], by=by, at=at)


def _not_reached(
    task: CallTask, visit: HomeVisit | None, note: str, again_at: datetime | None, *, by: User, at: datetime
) -> str:
    if task.tries + 1 < MOST_TRIES:
        try_again(task, again_at=again_at or at + CALL_WITHIN, note=note, by=by, at=at)
        return _("nicht erreicht, noch ein Anruf: %(when)s") % {"when": when_words(task.not_before_at, at=at)}
    finish_call_task(task, outcome=Outcome.NOT_REACHED, note=note, by=by, at=at)
    is_written = visit is not None and _is_for_senior(task) and _write(task, visit, NOT_REACHED_LETTER, by=by, at=at)
    _ask_coordinators(task, visit, by=by, at=at)
    return _("dreimal nicht erreicht, Brief") if is_written else _("dreimal nicht erreicht")


def _ask_coordinators(task: CallTask, visit: HomeVisit | None, *, by: User, at: datetime) -> None:
    """What was urgent stays urgent; the rest within a working day."""
    open_call_task(
        kind=NOT_REACHED_KIND,
        phone=task.phone,
        variables={},
        about=visit,
        deadline_at=at + CALL_WITHIN if is_urgent(task) else add_working_hours(at, WORKING_DAY_HOURS),
        key=f"not_reached:{task.pk}",
        by=by,
        at=at,
        language=task.language,
    )


def _by_letter(task: CallTask, visit: HomeVisit | None, note: str, *, by: User, at: datetime) -> str:
    kind = task.kind if wording.has_wording(task.kind, "letter") else NOT_REACHED_LETTER
    if visit is None or not _is_for_senior(task) or not _write(task, visit, kind, by=by, at=at):
        raise NoAddress(_("Wir haben keine Anschrift für einen Brief. Bitte wählen Sie einen anderen Weg."))
    finish_call_task(task, outcome=Outcome.LETTER, note=note, by=by, at=at)
    return str(Outcome.LETTER.label)


def _is_for_senior(task: CallTask) -> bool:
    return audience(task.kind) == "senior"


def _write(task: CallTask, visit: HomeVisit, kind: str, *, by: User, at: datetime) -> bool:
    """Queue a letter about the case; where its own words are lacking, the one that asks for a call. False without an
    address. Whoever waits for a request's answer gets the time that a letter takes."""
    to = notices.postal_block(visit.client)
    if not to:
        return False
    language = visit.client.language
    with override(language):
        words = notices.words_of(visit, **notices.until_words(visit.answer_by, language))
    if kind != NOT_REACHED_LETTER and not _has_words(kind, language, words):
        kind = NOT_REACHED_LETTER
    if kind == NOT_REACHED_LETTER and visit.slot_starts_at is None:
        words.pop("date_long", None)
    queue_message(
        kind=kind,
        channel="letter",
        to=to,
        language=language,
        variables=words,
        about=visit,
        key=f"task:{task.pk}:letter",
        by=by,
        at=at,
    )
    if task.kind in DERIVED_KINDS:
        _promise_until(visit, add_working_hours(at, LETTER_ANSWER_HOURS), by=by, at=at)
    return True


def _has_words(kind: str, language: str, words: dict[str, object]) -> bool:
    try:
        wording.needed_only(kind, "letter", language, words)
    except wording.WordingError:
        return False
    return True


# --- by itself --------------------------------------------------------------------------------------


def sweep_promises(*, at: datetime) -> None:
    """What a request asks for and nobody has done in time becomes a task, so that the alarm sees it; tasks whose
    request no longer asks for them are dropped. Meant for once a minute."""
    late = asked_by_requests(at=at).filter(due__lt=at - PROMOTED_AFTER).select_related("client")
    for visit in late.order_by("due")[:AT_MOST]:
        _task_asked(visit, visit.asks, visit.due, by=None, at=at)
    for task in _needless(at):
        _quietly(lambda row=task: move(row, CallState.DROPPED, by=None, at=at, finished_at=at))


def _needless(at: datetime) -> list[CallTask]:
    about = {"about_type": HomeVisit._meta.label_lower, "state__in": OPEN_CALLS}
    tasks = list(CallTask.objects.filter(**about, kind__in=DERIVED_KINDS, message=None))
    visits = HomeVisit.objects.in_bulk([int(task.about_id) for task in tasks])
    asks = asked_by(list(visits.values()), at=at)
    return [task for task in tasks if not _still_asks(visits.get(int(task.about_id)), task.kind, asks)]


def _still_asks(visit: HomeVisit | None, kind: str, asks: Mapping[int, tuple[str, datetime]]) -> bool:
    """What waits for an answer waits whatever else the request asks for."""
    if visit is None:
        return False
    is_waiting = kind == PROMISED and visit.state in ASKING and visit.agreed_at is not None and not visit.held_because
    return is_waiting or asks[visit.pk][0] == kind


def _quietly(act: Callable[[], object]) -> None:
    """Somebody else was faster: good."""
    try:
        act()
    except Refused:
        return
