"""The ladder of one occasion: the first way that reaches the person in time, a human where no machine does."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction

from lotsen.messages import wording
from lotsen.messages.call_tasks import CALL_WITHIN, open_call_task
from lotsen.messages.models import CallTask, Message, SilencedNumber
from lotsen.messages.numbers import may_be_dialled, takes_sms
from lotsen.messages.outbox import queue_message
from lotsen.people.ladder import ContactPoint
from lotsen.people.models import User

LETTER_TAKES = timedelta(days=4)


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
    recipient_user: User | None = None,
) -> Message | CallTask:
    """Queue one message by the first usable point, or open a call task. The same `key` twice tells once.

    Usable: SMS to a German mobile that has not written STOPP and whose filled text fits one segment; e-mail with words
    of its own; a letter when four days remain until `deadline_at`. `variables` may hold the words of every channel;
    each row keeps only what its text names.
    """
    phone = next((point.to for point in points if may_be_dialled(point.to)), "")
    for point in points:
        if not _usable(point, kind, language, variables, deadline_at, at=not_before_at or at):
            continue
        return queue_message(
            kind=kind,
            channel=point.channel,
            to=point.to,
            language=language,
            variables=variables,
            about=about,
            key=key,
            by=by,
            at=at,
            not_before_at=not_before_at,
            deadline_at=deadline_at,
            recipient_user=recipient_user,
            phone=phone,
        )
    return open_call_task(
        kind=kind,
        phone=phone,
        variables=_for_call(kind, variables),
        about=about,
        deadline_at=deadline_at or at + CALL_WITHIN,
        key=key,
        by=by,
        at=at,
        language=language,
    )


def tell_by_every(points: Iterable[ContactPoint], **occasion: Any) -> list[Message | CallTask]:
    """Tell the same by each of these points (a letter for the refrigerator and an SMS for the daughter)."""
    key = occasion.pop("key")
    return [tell(points=[point], key=f"{key}:{point.channel}", **occasion) for point in points]


def _usable(
    point: ContactPoint,
    kind: str,
    language: str,
    variables: Mapping[str, Any],
    deadline_at: datetime | None,
    *,
    at: datetime,
) -> bool:
    if point.channel == "call" or not wording.has_wording(kind, point.channel):
        return False
    try:
        words = wording.needed_only(kind, point.channel, language, variables)
    except wording.WordingError:
        return False
    if point.channel == "sms":
        silent = SilencedNumber.objects.filter(number=point.to).exists()
        return takes_sms(point.to) and not silent and wording.sms_fits(kind, language, words)
    if point.channel == "letter":
        return deadline_at is None or deadline_at - at >= LETTER_TAKES
    return True


def _for_call(kind: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """A call task must open even where a word is missing; the sentence then shows an ellipsis."""
    must, _may = wording.needed_words(kind, "call", "de")
    return {**dict.fromkeys(must, "…"), **{name: value for name, value in variables.items() if str(value).strip()}}
