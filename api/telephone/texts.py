"""SMS in, and the status of what went out."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from twilio.twiml.messaging_response import MessagingResponse

from api.telephone.door import Step, twiml, webhook
from api.telephone.hours import is_open
from bookings.answers import answer_sms
from lotsen.messages.receipts import UNCONFIRMED, record_status

LONGEST_SEQUENCE = 40


@webhook
def sms(step: Step) -> HttpResponse:
    """One SMS. The answer goes through the outbox, so that it is sent, seen and limited like every other message."""
    now = timezone.now()
    answer_sms(sid=step.sid, from_number=step["From"], body=step["Body"], is_open=is_open(now), at=now)
    return twiml(MessagingResponse())


@webhook
def status(step: Step, message_id: UUID) -> HttpResponse:
    """What became of a message or call of ours; in any order, as often as the network likes.

    A call that is over has reached nobody by that alone: who heard it pressed a key, and that was noted before.
    """
    word = step["MessageStatus"] or (UNCONFIRMED if step["CallStatus"] == "completed" else step["CallStatus"])
    sequence = step["SequenceNumber"][:LONGEST_SEQUENCE]
    record_status(message_id, sid=step.sid, status=word, sequence=sequence, at=timezone.now())
    return HttpResponse(status=204)
