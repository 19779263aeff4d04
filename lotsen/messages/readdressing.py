"""What waits for a person follows them to a new number or address, in the transaction of that change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import models, transaction
from django.db.models import Q

from lotsen.messages.models import CallTask, Message
from lotsen.messages.outbox import about_fields
from lotsen.messages.sending import fail_message
from lotsen.messages.states import OPEN_CALLS, Channel, MessageState

ON_PAPER_OR_MAIL = frozenset({Channel.LETTER, Channel.EMAIL})


@transaction.atomic
def readdress(abouts: Iterable[models.Model], *, moved: Mapping[str, str], at: datetime) -> int:
    """Lead queued messages and open calls about these things from an old number or address to the new one.

    `moved` maps the old to the new, "" where there is none any more; returns how many messages were led elsewhere. A
    letter and an e-mail get the new address. What would have gone to the old number by machine is said by a human on
    the new one, at the same time: nobody has confirmed it yet. Where nothing is left the message fails, and its next
    way takes over. Messages to users are not touched.
    """
    about = Q(pk__in=[])
    for row in abouts:
        fields = about_fields(row)
        about |= Q(about_type=fields["about_type"], about_id=fields["about_id"])
    waiting = Message.objects.filter(about, state=MessageState.QUEUED, recipient_user=None)
    count = sum(_lead(message, moved, at=at) for message in waiting.select_for_update(skip_locked=True, of=("self",)))
    for old, new in ((old, new) for old, new in moved.items() if old.startswith("+")):
        CallTask.objects.filter(about, state__in=OPEN_CALLS, phone=old).update(phone=new)
    return count


def _lead(message: Message, moved: Mapping[str, str], *, at: datetime) -> bool:
    is_moved, new = message.to in moved, moved.get(message.to, "")
    message.rungs = [
        {**rung, "to": moved.get(rung["to"], rung["to"])}
        for rung in message.rungs
        if rung["to"] not in moved or (rung["channel"] in ON_PAPER_OR_MAIL and moved[rung["to"]])
    ]
    message.phone = moved.get(message.phone, message.phone)
    if is_moved and new:
        message.to = new
        message.channel = message.channel if message.channel in ON_PAPER_OR_MAIL else Channel.CALL
    message.save(update_fields=["to", "channel", "phone", "rungs"])
    if is_moved and not new:
        fail_message(message, "contact_gone", at=at)
    return is_moved
