"""What a human must do by phone: opened by a message that found no machine, or by a person's answer."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.calendar import add_working_hours, clock, local_date, long_date
from lotsen.kernel.errors import AlreadyMoved, Refused
from lotsen.kernel.moves import begin, move
from lotsen.messages import wording
from lotsen.messages.models import CallTask, Message
from lotsen.messages.outbox import about_fields
from lotsen.messages.states import OPEN_CALLS, CallState, Channel
from lotsen.people.deputies import stand_ins, stood_for
from lotsen.people.models import Role, User


class CallTaskGone(Refused):
    """The call task is finished, or somebody else has it."""

    sentence = _("Diese Aufgabe hat schon jemand anderes.")


class ForCoordinators(Refused):
    """What only coordinators decide."""

    sentence = _("Das entscheidet die Koordination.")


class NotThere(Refused):
    """Whom a task was to be given to cannot take it."""


class TooLate(Refused):
    """The next call would come too late, or its time is over."""


class Outcome(models.TextChoices):
    """How a task ended."""

    TOLD = "told", _("gesagt")
    NOT_REACHED = "not_reached", _("nicht erreicht")
    LETTER = "letter", _("anderer Weg: Brief")
    NOT_NEEDED = "not_needed", _("nicht mehr nötig")


CALL_WITHIN = timedelta(minutes=15)
URGENT_PROMISE = timedelta(hours=1)
WORKING_DAY_HOURS = 8
MOST_TRIES = 3
LONGEST_NOTE = 300
NOT_REACHED_KIND = "k_not_reached"
FOR_COORDINATORS = frozenset(
    {
        "k_nobody",
        "k_gave_back_often",
        "k_quiet",
        "k_apart",
        "k_addresses",
        "k_application",
        "k_application_held",
        "k_first_visit",
        "k_released",
        "k_deputy",
        "request_alone",
        NOT_REACHED_KIND,
    }
)
PHONE_CHANNELS = frozenset({Channel.SMS, Channel.VOICE, Channel.CALL})


def open_call_task(
    *,
    kind: str,
    phone: str,
    variables: Mapping[str, Any],
    about: models.Model | None,
    deadline_at: datetime,
    key: str,
    by: User | None,
    at: datetime,
    language: str = "de",
    owner: User | None = None,
) -> CallTask:
    """Open one call task; a second call with the same `key` returns the first. `phone` may be empty when unknown.

    `variables` holds ready words; only those that the sentence of `kind` names are kept. `language` is the callee's.
    Raises `wording.WordingError` when the sentence is unknown or a word is missing: a fault of the caller.
    """
    task = CallTask(
        key=key,
        kind=kind,
        phone=phone,
        language=language,
        variables=wording.needed_only(kind, Channel.CALL, "de", variables),
        owner=owner,
        deadline_at=deadline_at,
        created_at=at,
        **about_fields(about),
    )
    return _open_once(task, by=by, at=at)


def call_task_from(message: Message, *, deadline_at: datetime, by: User | None, at: datetime) -> CallTask:
    """The call task that takes over from a message which did not arrive. One per message."""
    task = CallTask(
        key=f"message:{message.pk}",
        kind=message.kind,
        phone=message.phone or (message.to if message.channel in PHONE_CHANNELS else ""),
        language=message.language,
        variables=message.variables,
        message=message,
        deadline_at=deadline_at,
        created_at=at,
        about_type=message.about_type,
        about_id=message.about_id,
        about_reference=message.about_reference,
    )
    return _open_once(task, by=by, at=at)


@transaction.atomic
def _open_once(task: CallTask, *, by: User | None, at: datetime) -> CallTask:
    CallTask.objects.bulk_create([task], ignore_conflicts=True)
    stored = CallTask.objects.get(key=task.key)
    if stored.pk == task.pk:
        begin(stored, by=by, at=at)
    return stored


def take_call_task(task: CallTask, *, by: User, at: datetime) -> CallTask:
    """Make `by` the owner. Whoever comes second reads who has it: `CallTaskGone`."""
    if task.state != CallState.OPEN:
        raise _gone(task)
    if not is_for(task, by):
        raise ForCoordinators
    try:
        move(task, CallState.TAKEN, by=by, at=at, owner=by, taken_at=at)
    except AlreadyMoved as faster:
        raise _gone(task) from faster
    return task


def _gone(task: CallTask) -> CallTaskGone:
    """A sentence with the name of whoever has it, or had it."""
    now = CallTask.objects.select_related("owner").get(pk=task.pk)
    if now.owner is None:
        return CallTaskGone()
    if now.state == CallState.TAKEN:
        return CallTaskGone(_("Diese Aufgabe hat schon %(name)s.") % {"name": now.owner.name})
    return CallTaskGone(_("Das hat %(name)s schon erledigt.") % {"name": now.owner.name})


def release_call_task(task: CallTask, *, by: User | None, at: datetime) -> CallTask:
    """Put a taken task back for others."""
    if task.state != CallState.TAKEN:
        raise _gone(task)
    _check_may_act(task, by, at)
    move(task, CallState.OPEN, by=by, at=at, owner=None, taken_at=None)
    return task


@transaction.atomic
def hand_over(task: CallTask, *, to: User, by: User, at: datetime) -> CallTask:
    """Give it to somebody by name. Refuses a person who is no longer at the desk or away today."""
    if not to.has_role(Role.HOTLINE, Role.COORDINATOR) or to.pk in stand_ins(on=local_date(at)):
        raise NotThere(_("%(name)s ist heute nicht da. Bitte wählen Sie jemand anderes.") % {"name": to.name})
    if not is_for(task, to):
        raise ForCoordinators
    if task.state == CallState.TAKEN:
        release_call_task(task, by=by, at=at)
    if task.state != CallState.OPEN:
        raise _gone(task)
    move(task, CallState.TAKEN, by=by, at=at, owner=to, taken_at=at)
    return task


def finish_call_task(task: CallTask, *, outcome: str, by: User, at: datetime, note: str = "") -> CallTask:
    """Mark it done. `outcome` is a short word of `Outcome`, `note` one line for the timeline."""
    if task.state not in OPEN_CALLS:
        raise _gone(task)
    _check_may_act(task, by, at)
    owner = task.owner or by
    note = note.strip()[:LONGEST_NOTE]
    move(task, CallState.DONE, by=by, at=at, owner=owner, outcome=outcome, note=note, finished_at=at)
    return task


@transaction.atomic
def try_again(task: CallTask, *, again_at: datetime, by: User, at: datetime, note: str = "") -> CallTask:
    """Nobody picked up: count the try and open the task again, due at `again_at`. The promise stays as it was.

    Refuses a time that is over or later than `latest_try` allows.
    """
    latest = latest_try(task, at=at)
    if not at < again_at <= latest:
        sentence = _("Bitte wählen Sie eine Zeit bis %(date)s, %(time)s Uhr.")
        raise TooLate(sentence % {"date": long_date(local_date(latest)), "time": clock(latest)})
    if task.state == CallState.OPEN:
        take_call_task(task, by=by, at=at)
    if task.state != CallState.TAKEN:
        raise _gone(task)
    _check_may_act(task, by, at)
    again = {"tries": task.tries + 1, "not_before_at": again_at, "note": note.strip()[:LONGEST_NOTE]}
    move(task, CallState.OPEN, by=by, at=at, owner=None, taken_at=None, **again)
    return task


def is_urgent(task: CallTask) -> bool:
    """It was promised within the hour."""
    return task.deadline_at - task.created_at <= URGENT_PROMISE


def latest_try(task: CallTask, *, at: datetime) -> datetime:
    """Until when the next call must be: what is urgent within a quarter of an hour, the rest within a working day;
    never before what was promised."""
    soon = at + CALL_WITHIN if is_urgent(task) else add_working_hours(at, WORKING_DAY_HOURS)
    return max(soon, task.deadline_at)


def is_for(task: CallTask, user: User) -> bool:
    """Whether this person decides such things."""
    return task.kind not in FOR_COORDINATORS or user.has_role(Role.COORDINATOR)


def may_act(task: CallTask, user: User, *, on: date) -> bool:
    """Whoever has it, their deputy of the day, and coordinators; what nobody has is anybody's."""
    if task.state != CallState.TAKEN or task.owner_id == user.pk or user.has_role(Role.COORDINATOR):
        return True
    return task.owner_id in stood_for(user, on=on)


def _check_may_act(task: CallTask, by: User | None, at: datetime) -> None:
    if by is not None and not may_act(task, by, on=local_date(at)):
        raise _gone(task)


@transaction.atomic
def drop_call_tasks(
    *,
    about: models.Model,
    kinds: Iterable[str] | None = None,
    keep: Iterable[str] = (),
    by: User | None,
    at: datetime,
) -> int:
    """Drop the open call tasks about this thing (all kinds, or these, but none of `keep`); returns how many."""
    fields = about_fields(about)
    tasks = CallTask.objects.filter(
        about_type=fields["about_type"], about_id=fields["about_id"], state__in=OPEN_CALLS
    ).select_for_update()
    if kinds is not None:
        tasks = tasks.filter(kind__in=list(kinds))
    tasks = tasks.exclude(kind__in=list(keep))
    for task in (dropped := list(tasks)):
        move(task, CallState.DROPPED, by=by, at=at, finished_at=at)
    return len(dropped)
