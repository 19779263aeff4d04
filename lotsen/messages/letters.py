"""The print queue: printed, posted, and sometimes returned."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.errors import Refused
from lotsen.kernel.moves import move
from lotsen.messages.models import Letter
from lotsen.messages.sending import fail_message
from lotsen.messages.states import MessageState
from lotsen.people.models import User


class LetterNotPrinted(Refused):
    """Only a printed letter can be posted."""

    sentence = _("Ein Brief ist noch nicht gedruckt.")


def mark_printed(letters: Iterable[Letter], *, by: User, at: datetime) -> int:
    """Note the print run; returns how many were new to it."""
    keys = [letter.pk for letter in letters]
    return Letter.objects.filter(pk__in=keys, printed_at__isnull=True).update(printed_at=at)


@transaction.atomic
def mark_posted(letters: Iterable[Letter], *, by: User, at: datetime) -> int:
    """Note that they are in the letter box: as good as delivered. Refuses all if one is not printed."""
    keys = [letter.pk for letter in letters]
    waiting = list(
        Letter.objects.select_for_update(of=("self",)).select_related("message").filter(pk__in=keys, posted_at=None)
    )
    if any(letter.printed_at is None for letter in waiting):
        raise LetterNotPrinted
    Letter.objects.filter(pk__in=[letter.pk for letter in waiting]).update(posted_at=at)
    for letter in waiting:
        if letter.message.state == MessageState.SENT:
            move(letter.message, MessageState.DELIVERED, by=by, at=at, finished_at=at)
    return len(waiting)


@transaction.atomic
def mark_returned(letter: Letter, *, by: User, at: datetime) -> None:
    """The post brought it back: a human must find another way."""
    Letter.objects.filter(pk=letter.pk).update(returned_at=at)
    if letter.message.state == MessageState.SENT:
        fail_message(letter.message, "returned", at=at)
