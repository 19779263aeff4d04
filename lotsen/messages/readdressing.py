"""What waits for a person follows them to a new number or address, in the transaction of that change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import models, transaction
from django.db.models import Q

from lotsen.messages.models import CallTask, Message
from lotsen.messages.numbers import takes_sms
from lotsen.messages.outbox import about_fields
from lotsen.messages.sending import fail_message
from lotsen.messages.states import OPEN_CALLS, Channel, MessageState
from lotsen.people.models import User

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


@transaction.atomic
def readdress_user(
    user: User,
    *,
    moved: Mapping[str, str],
    at: datetime,
    besides: Iterable[str] = (),
    about: Iterable[models.Model] = (),
) -> int:
    """The same for a user, whose new number and address are their own word or were proven: machines go on there.

    An SMS to what takes none is given up, and its next way takes over. Kinds in `besides` stay with the old one: they
    are about the change itself. Open calls follow where they stand for a message to the user, are about one of `about`,
    or were for a volunteer on a number that nobody else has.
    """
    waiting = Message.objects.filter(recipient_user=user, state=MessageState.QUEUED).exclude(kind__in=list(besides))
    count = sum(
        _lead_user(message, moved, at=at) for message in waiting.select_for_update(skip_locked=True, of=("self",))
    )
    for old, new in ((old, new) for old, new in moved.items() if old.startswith("+")):
        theirs = Q(message__recipient_user=user)
        for row in about:
            fields = about_fields(row)
            theirs |= Q(about_type=fields["about_type"], about_id=fields["about_id"])
        if not User.objects.filter(phone=old, is_active=True).exclude(pk=user.pk).exists():
            theirs |= Q(kind__startswith="v_")
        CallTask.objects.filter(theirs, state__in=OPEN_CALLS, phone=old).update(phone=new)
    return count


def _lead_user(message: Message, moved: Mapping[str, str], *, at: datetime) -> bool:
    is_moved = message.to in moved
    message.rungs = [
        {**rung, "to": moved.get(rung["to"], rung["to"])}
        for rung in message.rungs
        if _reaches(rung["channel"], moved.get(rung["to"], rung["to"]))
    ]
    message.phone = moved.get(message.phone, message.phone)
    is_reached = _reaches(message.channel, moved.get(message.to, message.to))
    if is_moved and is_reached:
        message.to = moved[message.to]
    message.save(update_fields=["to", "phone", "rungs"])
    if is_moved and not is_reached:
        fail_message(message, "contact_gone", at=at)
    return is_moved


def _reaches(channel: str, to: str) -> bool:
    return takes_sms(to) if channel == Channel.SMS else bool(to)
