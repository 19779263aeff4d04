"""The ladder of one occasion: the first way that reaches the person in time, a human where no machine does."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import models, transaction

from lotsen.messages import deadlines, texts, wording
from lotsen.messages.call_tasks import CALL_WITHIN, open_call_task
from lotsen.messages.models import CallTask, Message
from lotsen.messages.numbers import may_be_dialled
from lotsen.messages.outbox import queue_message
from lotsen.messages.rungs import Rung, usable_rungs
from lotsen.messages.states import Channel
from lotsen.people.ladder import ContactPoint
from lotsen.people.models import User


@transaction.atomic
def tell(
    *,
    points: Sequence[ContactPoint],
    kind: str,
    language: str,
    variables: Mapping[str, Any],
    about: models.Model | None,
    key: str,
    by: User | None,
    at: datetime,
    deadline_at: datetime | None = None,
    not_before_at: datetime | None = None,
    letter_by: datetime | None = None,
    recipient_user: User | None = None,
) -> Message | CallTask:
    """Queue one message by the first usable point, the others behind it, or open a call task. The same `key` twice
    tells once.

    Which points are usable says `rungs.usable_rungs`; how long each has, `deadlines`. `deadline_at` is when a human
    must have it, `letter_by` (else the same) when a letter must be there. `variables` may hold the words of every
    channel; each row keeps only what its text names.
    """
    texts.refresh()
    start = not_before_at or at
    human_by = deadlines.human_by(kind, start=start, deadline_at=deadline_at)
    ways = usable_rungs(
        points,
        kind=kind,
        language=language,
        variables=variables,
        pace=deadlines.pace_of(kind, start=start, human_by=deadline_at),
        start=start,
        human_by=human_by,
        letter_by=letter_by or deadline_at,
    )
    phone = next((point.to for point in points if may_be_dialled(point.to)), "")
    if not ways and phone and start > at:  # a human calls when it is time, and only if it is still wanted then
        ways = [Rung(Channel.CALL, phone, _for_call(kind, variables), human_by)]
    occasion: dict[str, Any] = {"kind": kind, "about": about, "key": key, "by": by, "at": at, "language": language}
    if not ways:
        return open_call_task(
            phone=phone,
            variables=_for_call(kind, variables),
            deadline_at=deadline_at or at + CALL_WITHIN,
            **occasion,
        )
    first, *rest = ways
    return queue_message(
        channel=first.channel,
        to=first.to,
        variables=variables if first.channel != Channel.CALL else first.variables,
        not_before_at=not_before_at,
        deadline_at=first.until,
        human_by_at=human_by,
        rungs=[rung.as_row() for rung in rest],
        recipient_user=recipient_user,
        phone=phone,
        **occasion,
    )


def tell_by_every(points: Iterable[ContactPoint], **occasion: Any) -> list[Message | CallTask]:
    """Tell the same by each of these points (a letter for the refrigerator and an SMS for the daughter)."""
    key = occasion.pop("key")
    return [tell(points=[point], key=f"{key}:{point.channel}", **occasion) for point in points]


def _for_call(kind: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """A call task must open even where a word is missing; the sentence then shows an ellipsis."""
    must, _may = wording.needed_words(kind, "call", "de")
    return {**dict.fromkeys(must, "…"), **{name: value for name, value in variables.items() if str(value).strip()}}
