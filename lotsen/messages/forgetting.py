"""What the outbox forgets: words a week after the last state, the rows themselves three months after it.

Who was told what is known for three months, and no longer: whoever asks the outbox later must bear that it says no.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from lotsen.kept import period_of
from lotsen.messages.erasing import WORDS_KEPT
from lotsen.messages.models import CallTask, Letter, Message
from lotsen.messages.states import OPEN_CALLS, UNFINISHED, Channel, MessageState

AT_ONCE = 1000
"""So many rows in one transaction: nobody waits long for a lock, and a worker that dies loses one lot."""


def forget_messages(*, at: datetime) -> int:
    """Empty messages and call tasks that ended a week ago, delete those of three months ago; returns how many went.

    Left alone: what is on its way, a letter that nobody has posted, a way whose time still runs, and whatever a human
    still has to do. A letter goes with its message. What somebody holds at this moment waits for the next night.
    """
    _in_lots(_with_words(settled_messages(before=at - WORDS_KEPT)), _empty_messages)
    _in_lots(settled_tasks(before=at - WORDS_KEPT).exclude(note="", variables={}), _empty_tasks)
    tasks = _in_lots(settled_tasks(before=at - period_of(CallTask)), _delete(CallTask))
    return tasks + _in_lots(settled_messages(before=at - period_of(Message)), _delete(Message))


def settled_messages(*, before: datetime) -> QuerySet[Message]:
    """Messages that took their last state before this moment and wait for nobody.

    Handed over is the last state where no receipt comes, or none in time; a letter then only waits to be posted.
    """
    is_left = Q(deadline_at=None) | Q(deadline_at__lt=before)
    on_its_way = Q(state__in=UNFINISHED) | Q(state=MessageState.SENT) & (Q(channel=Channel.LETTER) | ~is_left)
    open_tasks = CallTask.objects.filter(message=OuterRef("pk"), state__in=OPEN_CALLS)
    ended = Message.objects.alias(ended_at=Coalesce("finished_at", "sent_at", "created_at"))
    return ended.filter(~on_its_way, ~Exists(open_tasks), ended_at__lt=before)


def settled_tasks(*, before: datetime) -> QuerySet[CallTask]:
    """Call tasks that were done, or dropped, before this moment."""
    return CallTask.objects.filter(finished_at__lt=before).exclude(state__in=OPEN_CALLS)


def _with_words(messages: QuerySet[Message]) -> QuerySet[Message]:
    return messages.exclude(subject="", text="", variables={}, rungs=[])


def _empty_messages(keys: list[Any]) -> None:
    """The other ways go too: their words lie in the row. What comes back after this goes to a human."""
    Letter.objects.filter(pk__in=keys).update(sheet={})
    Message.objects.filter(pk__in=keys).update(subject="", text="", variables={}, rungs=[])


def _empty_tasks(keys: list[Any]) -> None:
    CallTask.objects.filter(pk__in=keys).update(note="", variables={})


def _delete(model: type[Message] | type[CallTask]) -> Callable[[list[Any]], object]:
    return lambda keys: model._default_manager.filter(pk__in=keys).delete()


def _in_lots(rows: QuerySet[Any], act: Callable[[list[Any]], object]) -> int:
    """Do it to all rows, each lot in a transaction of its own; `act` makes them rows of this kind no more."""
    count = 0
    while done := _one_lot(rows, act):
        count += done
    return count


@transaction.atomic
def _one_lot(rows: QuerySet[Any], act: Callable[[list[Any]], object]) -> int:
    keys = list(rows.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True)[:AT_ONCE])
    act(keys)
    return len(keys)
