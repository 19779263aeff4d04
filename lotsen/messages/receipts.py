"""What the telephone network reports back, in any order and as often as it likes."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lotsen.kernel.moves import move
from lotsen.messages.models import InboundSms, Message, WebhookReceipt
from lotsen.messages.sending import fail_message
from lotsen.messages.states import MessageState

TAKEN = frozenset(
    {"accepted", "scheduled", "queued", "sending", "sent", "initiated", "ringing", "in-progress", "answered"}
)
ARRIVED = frozenset({"delivered", "read", "completed"})
LOST = frozenset({"undelivered", "failed", "busy", "no-answer", "canceled"})


def receive_once(*, sid: str, event: str, sequence: str = "", at: datetime) -> bool:
    """True the first time. Call it inside the transaction of the effect: a replay then changes nothing."""
    _receipt, is_new = WebhookReceipt.objects.get_or_create(
        sid=sid, event=event, sequence=sequence, defaults={"received_at": at}
    )
    return is_new


@transaction.atomic
def record_status(message_id: UUID, *, sid: str, status: str, sequence: str = "", at: datetime) -> None:
    """Take in one status callback. Only forward: a "sent" after "delivered" does nothing, whatever the order.

    A callback proves that the provider has the message, so it also settles one that is uncertain or queued again.
    """
    if status not in TAKEN | ARRIVED | LOST:
        return
    message = Message.objects.select_for_update().filter(pk=message_id).first()
    if message is None or not receive_once(sid=sid, event=f"status:{status}", sequence=sequence, at=at):
        return
    _settle_sent(message, sid, at=at)
    if message.state != MessageState.SENT:
        return
    if status in ARRIVED:
        move(message, MessageState.DELIVERED, by=None, at=at, finished_at=at, failure="")
    elif status in LOST:
        fail_message(message, f"status_{status}", at=at)


def _settle_sent(message: Message, sid: str, *, at: datetime) -> None:
    """Bring a message that the provider certainly has to `sent`, by allowed moves only."""
    if message.state == MessageState.QUEUED and message.claimed_at is not None:
        move(message, MessageState.SENDING, by=None, at=at)
    if message.state in {MessageState.SENDING, MessageState.UNCERTAIN}:
        move(message, MessageState.SENT, by=None, at=at, sent_at=at, provider_reference=sid, failure="")


@transaction.atomic
def keep_inbound_sms(*, sid: str, from_number: str, body: str, at: datetime) -> InboundSms | None:
    """Keep one SMS that came in; None if it is a replay."""
    sms, is_new = InboundSms.objects.get_or_create(
        sid=sid, defaults={"from_number": from_number, "body": body, "received_at": at}
    )
    return sms if is_new else None
