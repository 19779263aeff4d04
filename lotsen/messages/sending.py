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
from lotsen.messages import circuits, texts, wording
from lotsen.messages.caps import SmsCaps, within_caps
from lotsen.messages.channels.base import CannotAsk, Channel, ChannelError, Sent
from lotsen.messages.deadlines import URGENT_WITHIN
from lotsen.messages.jobs import defer_sending
from lotsen.messages.models import Message
from lotsen.messages.rungs import climb
from lotsen.messages.states import MessageState
from lotsen.messages.wanted import still_wanted

MAX_ATTEMPTS = 6
MAX_BLIND_ATTEMPTS = 2
CLAIM_LASTS = timedelta(seconds=60)
ASK_AFTER = timedelta(seconds=120)
LOST_JOB_AFTER = timedelta(seconds=120)
SWEEP_AT_MOST = 500
WAIT_FOR_PROVIDER = timedelta(seconds=60)
PRICED = {"sms": "sms", "voice": "call"}

HouseWords = Callable[[str, datetime], Mapping[str, str]]
MaySpend = Callable[[str, datetime], bool]


@dataclass(frozen=True)
class PostOffice:
    """The channels that are switched on, and the words of the house (hotline number, date) by language and moment.

    `caps` bound how many SMS one number and one block of numbers get; `may_spend` counts what a "sms" or "call" costs
    and says whether the day's money allows it. Without them nothing is bounded.
    """

    channels: Mapping[str, Channel]
    house: HouseWords
    caps: SmsCaps | None = None
    may_spend: MaySpend | None = None


def send_message(message_id: UUID, *, office: PostOffice, at: datetime) -> None:
    """Send one queued message. Does nothing if somebody else has it, if it is early, or if nobody needs it any more."""
    message = claim_message(message_id, office=office, at=at)
    if message is None:
        return
    if office.may_spend and message.channel in PRICED and not office.may_spend(PRICED[message.channel], at):
        fail_message(message, "no_money", at=at)
        return
    try:
        sent = office.channels[message.channel].send(message)
    except ChannelError as error:
        _after_error(message, error, at=at)
    else:
        confirm_sent(message, sent, at=at)
        circuits.note_success(message.channel, at=at)


def claim_message(message_id: UUID, *, office: PostOffice, at: datetime) -> Message | None:
    """Take the message for sending and freeze its text; None where there is nothing to send."""
    try:
        return _claim(message_id, office, at=at)
    except AlreadyMoved:
        return None


@transaction.atomic
def _claim(message_id: UUID, office: PostOffice, *, at: datetime) -> Message | None:
    message = Message.objects.filter(pk=message_id, state=MessageState.QUEUED).first()
    if message is None or (message.not_before_at and at < message.not_before_at):
        return None
    if not still_wanted(message):
        move(message, MessageState.DROPPED, by=None, at=at, finished_at=at, failure="no_longer_wanted")
    elif reason := _why_not(message, office, at=at):
        _fail(message, reason, at=at)
    elif not _waits_for_provider(message, at=at):
        return _take(message, office, at=at)
    return None


def _why_not(message: Message, office: PostOffice, *, at: datetime) -> str:
    """Why this way is given up without a try; empty where it is not."""
    if message.deadline_at and message.deadline_at <= at:
        return "deadline"
    if message.channel not in office.channels:
        return "channel_off"
    if _has_another_way(message, at=at) and circuits.keeps_away(message.channel, at=at):
        return "provider_down"
    return ""


def _has_another_way(message: Message, *, at: datetime) -> bool:
    """Other rungs, or so little time that a human is the other way."""
    return bool(message.rungs) or bool(message.human_by_at and message.human_by_at - at <= URGENT_WITHIN)


def _waits_for_provider(message: Message, *, at: datetime) -> bool:
    """While a provider is down, what has no other way stays in the queue and looks again in a minute."""
    if _has_another_way(message, at=at) or not circuits.keeps_away(message.channel, at=at):
        return False
    later = at + WAIT_FOR_PROVIDER
    if Message.objects.filter(pk=message.pk, state=MessageState.QUEUED).update(not_before_at=later):
        defer_sending(str(message.pk), schedule_at=later)
    return True


def _take(message: Message, office: PostOffice, *, at: datetime) -> Message | None:
    if message.channel == "sms" and office.caps and not within_caps(message, office.caps, at=at):
        _fail(message, "too_many", at=at)
        return None
    texts.refresh()
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
    return message


def confirm_sent(message: Message, sent: Sent, *, at: datetime) -> None:
    """Write down that the provider has it. A receipt that was faster has done so already."""
    try:
        move(message, MessageState.SENT, by=None, at=at, sent_at=at, provider_reference=sent.reference, failure="")
    except AlreadyMoved:
        return


def _after_error(message: Message, error: ChannelError, *, at: datetime) -> None:
    if error.permanent:
        fail_message(message, error.reason, at=at)
        return
    is_down = circuits.note_failure(message.channel, at=at)
    if not error.untouched:
        move(message, MessageState.UNCERTAIN, by=None, at=at, failure=error.reason)
        return
    with transaction.atomic():
        move(message, MessageState.UNCERTAIN, by=None, at=at, failure=error.reason)
        if is_down and _has_another_way(message, at=at):
            _fail(message, "provider_down", at=at)
        else:
            _try_again(message, limit=MAX_ATTEMPTS, at=at)


@transaction.atomic
def fail_message(message: Message, reason: str, *, at: datetime) -> None:
    """Give this way up: the message fails and the next way, or a human, has it, in one transaction."""
    _fail(message, reason, at=at)


def _fail(message: Message, reason: str, *, at: datetime) -> None:
    move(message, MessageState.FAILED, by=None, at=at, finished_at=at, failure=reason)
    climb(message, at=at)


def _try_again(message: Message, *, limit: int, at: datetime) -> None:
    """Back into the queue with growing pauses (30 s, 1, 2, 4, 8 min), or on to the next way when the tries are used
    up.
    """
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
