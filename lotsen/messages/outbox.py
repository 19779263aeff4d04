"""Queueing and dropping messages, inside the transaction of the change that somebody must learn about."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from lotsen.kernel.moves import begin, move
from lotsen.messages import wording
from lotsen.messages.jobs import defer_sending
from lotsen.messages.models import Message
from lotsen.messages.states import MessageState
from lotsen.people.models import User


def about_fields(about: models.Model | None) -> dict[str, str]:
    """The generic link to the thing that a row is about, as column values."""
    if about is None:
        return {"about_type": "", "about_id": "", "about_reference": ""}
    return {
        "about_type": about._meta.label_lower,
        "about_id": str(about.pk),
        "about_reference": str(getattr(about, "reference", "") or ""),
    }


@transaction.atomic
def queue_message(
    *,
    kind: str,
    channel: str,
    to: str,
    language: str,
    variables: Mapping[str, Any],
    about: models.Model | None,
    key: str,
    by: User | None,
    at: datetime,
    not_before_at: datetime | None = None,
    deadline_at: datetime | None = None,
    human_by_at: datetime | None = None,
    rungs: Sequence[Mapping[str, Any]] = (),
    recipient_user: User | None = None,
    phone: str = "",
) -> Message:
    """Write one message and its worker job; a second call with the same `key` returns the first message.

    `to` is E.164 for sms, voice and call, an address for email, a postal block (at most six lines) for letter.
    `variables` holds ready words (`date_long`, `time`, …); only those that the text of `kind` names are kept.
    At `deadline_at` this way is given up for the next of `rungs`; after the last a human calls `phone` by
    `human_by_at`. Raises `wording.WordingError` when the text is unknown or a word is missing: a fault of the caller.
    """
    message = Message(
        id=uuid.uuid4(),
        key=key,
        kind=kind,
        channel=channel,
        to=to,
        phone=phone,
        recipient_user=recipient_user,
        caused_by=by,
        language=language,
        variables=wording.needed_only(kind, channel, language, variables),
        not_before_at=not_before_at,
        deadline_at=deadline_at,
        human_by_at=human_by_at or deadline_at,
        rungs=list(rungs),
        created_at=at,
        **about_fields(about),
    )
    return put_into_outbox(message, by=by, at=at)


@transaction.atomic
def put_into_outbox(message: Message, *, by: User | None, at: datetime) -> Message:
    """Write a message that is ready, its first line of history and its job; one with the same key stays as it is."""
    Message.objects.bulk_create([message], ignore_conflicts=True)
    stored = Message.objects.get(key=message.key)
    if stored.pk == message.pk:
        begin(stored, by=by, at=at)
        defer_sending(str(message.pk), schedule_at=message.not_before_at)
    return stored


@transaction.atomic
def drop_messages(*, about: models.Model, kinds: Iterable[str] | None = None, by: User | None, at: datetime) -> int:
    """Drop what waits about this thing (all kinds, or these), such as reminders of an old date; returns how many.

    A letter waits until it is in a print run.
    """
    fields = about_fields(about)
    to_print = Q(state=MessageState.SENT, letter__run=None, letter__printed_at=None, channel="letter")
    waiting = Message.objects.filter(
        Q(state=MessageState.QUEUED) | to_print, about_type=fields["about_type"], about_id=fields["about_id"]
    ).select_for_update(skip_locked=True, of=("self",))
    if kinds is not None:
        waiting = waiting.filter(kind__in=list(kinds))
    dropped = 0
    for message in waiting:
        move(message, MessageState.DROPPED, by=by, at=at, finished_at=at, failure="dropped")
        dropped += 1
    return dropped
