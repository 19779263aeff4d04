"""What the telephone network reports back, in any order and as often as it likes."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from lotsen.kernel.moves import move
from lotsen.messages.models import CallTask, InboundSms, Message
from lotsen.messages.sending import fail_message
from lotsen.messages.states import CallState, MessageState

TAKEN = frozenset(
    {"accepted", "scheduled", "queued", "sending", "sent", "initiated", "ringing", "in-progress", "answered"}
)
ARRIVED = frozenset({"delivered", "read", "completed"})
UNCONFIRMED = "unconfirmed"
"""Our own word: the announcement's call is over and nobody pressed a key that proves they heard it."""
LOST = frozenset({"undelivered", "failed", "busy", "no-answer", "canceled", UNCONFIRMED})

NEW_RECEIPT = """
    INSERT INTO outbox_webhookreceipt (sid, event, sequence, received_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT DO NOTHING
"""


def receive_once(*, sid: str, event: str, sequence: str = "", at: datetime) -> bool:
    """True the first time. Call it inside the transaction of the effect: a replay then changes nothing.

    One statement: of two at the same moment the second waits for the first to commit, and reads False.
    """
    with connection.cursor() as cursor:
        cursor.execute(NEW_RECEIPT, [sid, event, sequence, at])
        return cursor.rowcount == 1


@transaction.atomic
def record_status(message_id: UUID, *, sid: str, status: str, sequence: str = "", at: datetime) -> None:
    """Take in one status callback. Only forward (taken, lost, arrived): whatever the order, the end is the same.

    A callback proves that the provider has the message, so it also settles one that is uncertain or queued again.
    """
    if status not in TAKEN | ARRIVED | LOST:
        return
    message = Message.objects.select_for_update().filter(pk=message_id).first()
    if message is None or not receive_once(sid=sid, event=f"status:{status}", sequence=sequence, at=at):
        return
    _settle_sent(message, sid, at=at)
    if status in ARRIVED and message.state == MessageState.FAILED:
        _arrived_late(message, sid, at=at)
    elif message.state != MessageState.SENT:
        return
    elif status in ARRIVED:
        move(message, MessageState.DELIVERED, by=None, at=at, finished_at=at, failure="")
    elif status in LOST:
        fail_message(message, f"status_{status}", at=at)


def _settle_sent(message: Message, sid: str, *, at: datetime) -> None:
    """Bring a message that the provider certainly has to `sent`, by allowed moves only."""
    if message.state == MessageState.QUEUED and message.claimed_at is not None:
        move(message, MessageState.SENDING, by=None, at=at)
    if message.state in {MessageState.SENDING, MessageState.UNCERTAIN}:
        move(message, MessageState.SENT, by=None, at=at, sent_at=at, provider_reference=sid, failure="")


def _arrived_late(message: Message, sid: str, *, at: datetime) -> None:
    """It was given up, and has arrived: what was to come instead and has not gone out yet is not needed any more."""
    if message.claimed_at is None:
        return
    given_up_because = message.failure
    proof = {"sent_at": message.sent_at or at, "provider_reference": message.provider_reference or sid}
    move(message, MessageState.DELIVERED, by=None, at=at, finished_at=at, failure=f"late:{given_up_because}", **proof)
    _stand_down(message, at=at)


def _stand_down(message: Message, *, at: datetime) -> None:
    """Drop what waits in this message's place; whoever has begun (a worker, a person) goes on."""
    instead = Message.objects.select_for_update().filter(stands_in_for=message).first()
    if instead is not None and instead.state == MessageState.QUEUED:
        move(instead, MessageState.DROPPED, by=None, at=at, finished_at=at, failure="arrived_late")
    elif instead is not None and instead.state == MessageState.FAILED:
        _stand_down(instead, at=at)
    task = CallTask.objects.select_for_update(of=("self",)).filter(message=message, state=CallState.OPEN).first()
    if task is not None:
        move(task, CallState.DROPPED, by=None, at=at, finished_at=at)


@transaction.atomic
def keep_inbound_sms(*, sid: str, from_number: str, body: str, at: datetime) -> InboundSms | None:
    """Keep one SMS that came in; None if it is a replay."""
    sms, is_new = InboundSms.objects.get_or_create(
        sid=sid, defaults={"from_number": from_number, "body": body, "received_at": at}
    )
    return sms if is_new else None
