"""Claim, send, confirm. After a crash the provider is asked before anything is sent again.

Order and reason: marking first loses messages, sending first doubles them; a claim that is confirmed afterwards
leaves a state ("sending") from which the truth can be found out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from lotsen.kernel.errors import AlreadyMoved
from lotsen.kernel.moves import move
from lotsen.messages import wording
from lotsen.messages.call_tasks import CALL_WITHIN, call_task_from
from lotsen.messages.channels.base import CannotAsk, Channel, ChannelError, Sent
from lotsen.messages.jobs import defer_sending
from lotsen.messages.models import Message
from lotsen.messages.states import MessageState
from lotsen.messages.wanted import still_wanted

MAX_ATTEMPTS = 6
MAX_BLIND_ATTEMPTS = 2
CLAIM_LASTS = timedelta(seconds=60)
ASK_AFTER = timedelta(seconds=120)
LOST_JOB_AFTER = timedelta(seconds=120)
SWEEP_AT_MOST = 500

HouseWords = Callable[[str, datetime], Mapping[str, str]]


@dataclass(frozen=True)
class PostOffice:
    """The channels that are switched on, and the words of the house (hotline number, date) by language and moment."""

    channels: Mapping[str, Channel]
    house: HouseWords


def send_message(message_id: UUID, *, office: PostOffice, at: datetime) -> None:
    """Send one queued message. Does nothing if somebody else has it, if it is early, or if nobody needs it any more."""
    message = claim_message(message_id, office=office, at=at)
    if message is None:
        return
    try:
        sent = office.channels[message.channel].send(message)
    except ChannelError as error:
        _after_error(message, error, at=at)
    else:
        confirm_sent(message, sent, at=at)


@transaction.atomic
def claim_message(message_id: UUID, *, office: PostOffice, at: datetime) -> Message | None:
    """Take the message for sending and freeze its text; None where there is nothing to send."""
    message = Message.objects.filter(pk=message_id, state=MessageState.QUEUED).first()
    if message is None or (message.not_before_at and at < message.not_before_at):
        return None
    try:
        if not still_wanted(message):
            move(message, MessageState.DROPPED, by=None, at=at, finished_at=at, failure="no_longer_wanted")
            return None
        if message.deadline_at and message.deadline_at <= at:
            _fail(message, "deadline", at=at)
            return None
        if message.channel not in office.channels:
            _fail(message, "channel_off", at=at)
            return None
        _take(message, office, at=at)
    except AlreadyMoved:
        return None
    return message


def _take(message: Message, office: PostOffice, *, at: datetime) -> None:
    house = office.house(message.language, at)
    text = wording.render(message.kind, message.channel, message.language, message.variables, house)
    move(
        message,
        MessageState.SENDING,
        by=None,
        at=at,
        attempts=message.attempts + 1,
        claimed_at=at,
        provider=office.channels[message.channel].provider,
        subject=text.subject,
        text=text.text,
    )


def confirm_sent(message: Message, sent: Sent, *, at: datetime) -> None:
    """Write down that the provider has it. A receipt that was faster has done so already."""
    try:
        move(message, MessageState.SENT, by=None, at=at, sent_at=at, provider_reference=sent.reference, failure="")
    except AlreadyMoved:
        return


def _after_error(message: Message, error: ChannelError, *, at: datetime) -> None:
    if error.permanent:
        fail_message(message, error.reason, at=at)
    elif error.untouched:
        with transaction.atomic():
            move(message, MessageState.UNCERTAIN, by=None, at=at, failure=error.reason)
            _try_again(message, limit=MAX_ATTEMPTS, at=at)
    else:
        move(message, MessageState.UNCERTAIN, by=None, at=at, failure=error.reason)


@transaction.atomic
def fail_message(message: Message, reason: str, *, at: datetime) -> None:
    """Give up on the machine: the message fails and a human gets a call task, in one transaction."""
    _fail(message, reason, at=at)


def _fail(message: Message, reason: str, *, at: datetime) -> None:
    move(message, MessageState.FAILED, by=None, at=at, finished_at=at, failure=reason)
    latest = at + CALL_WITHIN
    deadline = max(at, min(latest, message.deadline_at)) if message.deadline_at else latest
    call_task_from(message, deadline_at=deadline, by=None, at=at)


def _try_again(message: Message, *, limit: int, at: datetime) -> None:
    """Back into the queue with growing pauses (30 s, 1, 2, 4, 8 min), or to a human when the tries are used up."""
    if message.attempts >= limit:
        _fail(message, message.failure or "gave_up", at=at)
        return
    later = at + timedelta(seconds=30 * 2 ** (message.attempts - 1))
    move(message, MessageState.QUEUED, by=None, at=at, not_before_at=later)
    defer_sending(str(message.pk), schedule_at=later)


def resolve_uncertain(message: Message, *, office: PostOffice, at: datetime) -> None:
    """Ask the provider. It has the message: sent. It has not: once more. It cannot say: two copies at most."""
    try:
        found = office.channels[message.channel].find(message)
    except CannotAsk:
        found, limit = None, MAX_BLIND_ATTEMPTS
    except ChannelError:
        return
    else:
        limit = MAX_ATTEMPTS
    if found is not None:
        confirm_sent(message, found, at=at)
        return
    try:
        with transaction.atomic():
            _try_again(message, limit=limit, at=at)
    except AlreadyMoved:
        return


def sweep_messages(*, office: PostOffice, at: datetime) -> None:
    """Find what a crash, a lost job or a silent provider left behind. Meant for once a minute."""
    for message in _some(Message.objects.filter(state=MessageState.SENDING, claimed_at__lte=at - CLAIM_LASTS)):
        _quietly(lambda row=message: move(row, MessageState.UNCERTAIN, by=None, at=at, failure="worker_lost"))
    for message in _some(_overdue(office, at)):
        _quietly(lambda row=message: fail_message(row, "deadline", at=at))
    for message in _some(Message.objects.filter(state=MessageState.UNCERTAIN, claimed_at__lte=at - ASK_AFTER)):
        resolve_uncertain(message, office=office, at=at)
    for message in _some(_forgotten(at)):
        defer_sending(str(message.pk))


def _some(messages: QuerySet[Message]) -> list[Message]:
    return list(messages.order_by("created_at")[:SWEEP_AT_MOST])


def _overdue(office: PostOffice, at: datetime) -> QuerySet[Message]:
    """Past the deadline without being there; `sent` counts as there where the channel gives no receipts."""
    awaited = [name for name, channel in office.channels.items() if channel.gives_receipts]
    waiting = Q(state__in=[MessageState.QUEUED, MessageState.UNCERTAIN])
    return Message.objects.filter(waiting | Q(state=MessageState.SENT, channel__in=awaited), deadline_at__lte=at)


def _forgotten(at: datetime) -> QuerySet[Message]:
    """Queued, due for a while, and still here: the job is gone or the worker is behind. A second job does no harm."""
    due = Q(not_before_at__isnull=True) | Q(not_before_at__lte=at - LOST_JOB_AFTER)
    return Message.objects.filter(due, state=MessageState.QUEUED, created_at__lte=at - LOST_JOB_AFTER)


def _quietly(step: Callable[[], None]) -> None:
    """Somebody else was faster: good."""
    try:
        step()
    except AlreadyMoved:
        return
