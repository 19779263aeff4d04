"""What a human must do by phone: opened by a message that found no machine, or by a person's answer."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.errors import Refused
from lotsen.kernel.moves import begin, move
from lotsen.messages import wording
from lotsen.messages.models import CallTask, Message
from lotsen.messages.outbox import about_fields
from lotsen.messages.states import OPEN_CALLS, CallState, Channel
from lotsen.people.models import User


class CallTaskGone(Refused):
    """The call task is finished, or somebody else has it."""

    sentence = _("Diesen Rückruf hat schon jemand anderes.")


CALL_WITHIN = timedelta(minutes=15)
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
    """Make `by` the owner. Refuses a task that is finished or that another person has taken."""
    if task.state != CallState.OPEN:
        raise CallTaskGone
    move(task, CallState.TAKEN, by=by, at=at, owner=by)
    return task


def release_call_task(task: CallTask, *, by: User, at: datetime) -> CallTask:
    """Put a taken task back for others."""
    if task.state != CallState.TAKEN:
        raise CallTaskGone
    move(task, CallState.OPEN, by=by, at=at, owner=None)
    return task


def finish_call_task(task: CallTask, *, outcome: str, by: User, at: datetime) -> CallTask:
    """Mark it done. `outcome` is a short word such as "told", "callback_wanted", "not_reached_letter"."""
    if task.state not in OPEN_CALLS:
        raise CallTaskGone
    move(task, CallState.DONE, by=by, at=at, owner=task.owner or by, outcome=outcome, finished_at=at)
    return task


@transaction.atomic
def drop_call_tasks(*, about: models.Model, kinds: Iterable[str] | None = None, by: User | None, at: datetime) -> int:
    """Drop the open call tasks about this thing (all kinds, or these); returns how many."""
    fields = about_fields(about)
    tasks = CallTask.objects.filter(
        about_type=fields["about_type"], about_id=fields["about_id"], state__in=OPEN_CALLS
    ).select_for_update()
    if kinds is not None:
        tasks = tasks.filter(kind__in=list(kinds))
    for task in (dropped := list(tasks)):
        move(task, CallState.DROPPED, by=by, at=at, finished_at=at)
    return len(dropped)
