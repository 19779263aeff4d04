"""Single letters of the print queue: looked at, taken out, posted, sent once more, returned by the post."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.errors import Refused
from lotsen.kernel.moves import move, move_all
from lotsen.messages.models import Letter, Message
from lotsen.messages.outbox import put_into_outbox
from lotsen.messages.sending import fail_message
from lotsen.messages.states import Channel, MessageState
from lotsen.messages.wanted import still_wanted
from lotsen.people.models import User

NOT_TO_BE_LINKED = frozenset({"satisfaction_card"})
"""Whose card it is must not be known: nobody looks at these, and their words are deleted as soon as they are posted."""


class LetterNotPrinted(Refused):
    """Only a printed letter can be posted."""

    sentence = _("Ein Brief ist noch nicht gedruckt.")


class LetterGone(Refused):
    """It is in the letter box already, or somebody else was faster."""

    sentence = _("Dieser Brief ist schon verschickt. Bitte laden Sie die Seite neu.")


class LetterOutdated(Refused):
    """What it says is no longer true, or its words are deleted."""

    sentence = _("Was in diesem Brief steht, gilt nicht mehr. Bitte rufen Sie an oder schreiben Sie einen neuen Brief.")


def waiting_letters() -> QuerySet[Letter]:
    """Letters that nobody has put into a print run, the oldest first."""
    waiting = Letter.objects.filter(run=None, printed_at=None, posted_at=None, message__state=MessageState.SENT)
    return waiting.select_related("message").order_by("created_at", "pk")


def mark_printed(letters: Iterable[Letter], *, by: User, at: datetime) -> int:
    """Note that they are on paper; returns how many were new to it."""
    keys = [letter.pk for letter in letters]
    return Letter.objects.filter(pk__in=keys, printed_at__isnull=True).update(printed_at=at)


@transaction.atomic
def mark_posted(letters: Iterable[Letter], *, by: User, at: datetime) -> int:
    """Note that they are in the letter box: as good as delivered. Refuses all if one is not printed."""
    keys = [letter.pk for letter in letters]
    waiting = list(Letter.objects.select_for_update().filter(pk__in=keys, posted_at=None))
    if any(letter.printed_at is None for letter in waiting):
        raise LetterNotPrinted
    there = [letter.pk for letter in waiting]
    Letter.objects.filter(pk__in=there).update(posted_at=at)
    Letter.objects.filter(pk__in=there, message__kind__in=NOT_TO_BE_LINKED).update(sheet={})
    Message.objects.filter(pk__in=there, kind__in=NOT_TO_BE_LINKED).update(variables={}, text="")
    move_all(Message.objects.filter(pk__in=there), MessageState.DELIVERED, by=by, at=at, finished_at=at)
    return len(waiting)


@transaction.atomic
def take_out(letter: Letter, *, by: User, at: datetime) -> None:
    """Take it out of its print run: it waits for the next one. Refuses one that is posted."""
    same = Letter.objects.filter(pk=letter.pk, run__isnull=False, posted_at=None)
    if same.update(run=None, printed_at=None, sheet_number=0) != 1:
        raise LetterGone


@transaction.atomic
def discard(letter: Letter, *, by: User, at: datetime) -> None:
    """Nobody needs it any more: it is not sent. Refuses one that is posted."""
    if Letter.objects.filter(pk=letter.pk, posted_at=None).update(run=None, printed_at=None, sheet_number=0) != 1:
        raise LetterGone
    move(letter.message, MessageState.DROPPED, by=by, at=at, finished_at=at, failure="discarded")


@transaction.atomic
def send_again(letter: Letter, *, to: str, by: User, at: datetime) -> Message:
    """The same letter once more, to this postal block, as a message of its own; a second click finds the first one.

    Refuses a letter whose words are no longer true or no longer kept (`LetterOutdated`).
    """
    old = letter.message
    if not old.variables or not still_wanted(old):
        raise LetterOutdated
    message = Message(
        id=uuid.uuid4(),
        key=f"{old.key}:again",
        kind=old.kind,
        channel=Channel.LETTER,
        to=to or old.to,
        phone=old.phone,
        recipient_user=old.recipient_user,
        caused_by=by,
        language=old.language,
        variables=old.variables,
        created_at=at,
        about_type=old.about_type,
        about_id=old.about_id,
        about_reference=old.about_reference,
    )
    return put_into_outbox(message, by=by, at=at)


@transaction.atomic
def mark_returned(letter: Letter, *, by: User, at: datetime) -> None:
    """The post brought it back: another way, in the end a human. A second time does nothing.

    The message first, as whoever forgets takes them: the other order is a circle of locks.
    """
    if letter.message.state in {MessageState.SENT, MessageState.DELIVERED}:
        fail_message(letter.message, "returned", at=at)
    Letter.objects.filter(pk=letter.pk).update(returned_at=at)
