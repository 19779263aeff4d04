"""The ways that a message has: which of them can be used, and what comes after one that failed or was late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

from lotsen.kernel.calendar import local
from lotsen.messages import wording
from lotsen.messages.call_tasks import CALL_WITHIN, call_task_from
from lotsen.messages.deadlines import Pace
from lotsen.messages.models import CallTask, Message, SilencedNumber
from lotsen.messages.numbers import may_be_dialled, takes_sms
from lotsen.messages.outbox import put_into_outbox
from lotsen.people.ladder import ContactPoint

LETTER_TAKES = timedelta(days=4)
WAKING = (8, 20)
"""Hours of a Dresden clock between which a machine may make a telephone ring."""
PROVEN = frozenset({"sms", "voice"})
SECRETS = frozenset({"code_word"})
"""Words that never wait in a row as a spare: a letter that names them is written at once or by a new occasion."""


@dataclass(frozen=True)
class Rung:
    """One way with the words that its text names, and the moment when it is given up."""

    channel: str
    to: str
    variables: Mapping[str, str]
    until: datetime

    def as_row(self) -> dict[str, Any]:
        """As it waits in the row of the message before it."""
        return {"channel": self.channel, "to": self.to, "variables": dict(self.variables), "until": str(self.until)}

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Rung":
        """Read back what `as_row` wrote."""
        until = parse_datetime(row["until"])
        assert until is not None
        return cls(row["channel"], row["to"], row["variables"], until)


def usable_rungs(
    points: Sequence[ContactPoint],
    *,
    kind: str,
    language: str,
    variables: Mapping[str, Any],
    pace: Pace,
    start: datetime,
    human_by: datetime,
    letter_by: datetime | None,
) -> list[Rung]:
    """Those of `points` that this text can take, in their order; a human is no rung but what comes after the last.

    Usable: SMS to a German mobile that has not written STOPP and whose filled text fits one segment; a call of the
    announcement to a number that we dial; e-mail with words of its own; a letter when four days remain until
    `letter_by`. Only the first may hold a secret word.
    """
    rungs: list[Rung] = []
    for point in points:
        words = _words(point, kind, language, variables)
        if words is None or (pace.needs_proof and point.channel not in PROVEN):
            continue
        if point.channel == "letter" and letter_by is not None and letter_by - start < LETTER_TAKES:
            continue
        if rungs and SECRETS & words.keys():
            continue
        until = pace.until(point.channel, start=start, human_by=human_by)
        rungs.append(Rung(point.channel, point.to, words, until))
    return rungs


def _words(point: ContactPoint, kind: str, language: str, variables: Mapping[str, Any]) -> dict[str, str] | None:
    """The words for this way, None where it cannot be used."""
    if point.channel == "call" or not wording.has_wording(kind, point.channel):
        return None
    try:
        words = wording.needed_only(kind, point.channel, language, variables)
    except wording.WordingError:
        return None
    if point.channel == "sms" and not (takes_sms(point.to) and wording.sms_fits(kind, language, words)):
        return None
    if point.channel == "sms" and SilencedNumber.objects.filter(number=point.to).exists():
        return None
    if point.channel == "voice" and not may_be_dialled(point.to):
        return None
    return words


def climb(message: Message, *, at: datetime) -> Message | CallTask:
    """What comes instead of a message that failed or was late: the next way that still has time, else a human.

    Call it in the transaction in which the message fails: between the two there is no moment without either.
    """
    for index, row in enumerate(message.rungs):
        rung = Rung.from_row(row)
        if at < rung.until and _still_usable(rung, at=at):
            return _stand_in(message, rung, message.rungs[index + 1 :], at=at)
    latest, human_by = at + CALL_WITHIN, message.human_by_at or message.deadline_at
    return call_task_from(message, deadline_at=max(at, min(latest, human_by)) if human_by else latest, by=None, at=at)


def _still_usable(rung: Rung, *, at: datetime) -> bool:
    if rung.channel == "voice":
        return WAKING[0] <= local(at).hour < WAKING[1]
    return rung.channel != "sms" or not SilencedNumber.objects.filter(number=rung.to).exists()


def _stand_in(message: Message, rung: Rung, left: Sequence[Mapping[str, Any]], *, at: datetime) -> Message:
    """The same occasion by the next way, as a row of its own."""
    return put_into_outbox(
        Message(
            key=f"{message.key}>{rung.channel}",
            kind=message.kind,
            channel=rung.channel,
            to=rung.to,
            phone=message.phone,
            recipient_user_id=message.recipient_user_id,
            caused_by_id=message.caused_by_id,
            language=message.language,
            variables=rung.variables,
            rungs=list(left),
            stands_in_for=message,
            deadline_at=rung.until,
            human_by_at=message.human_by_at,
            created_at=at,
            about_type=message.about_type,
            about_id=message.about_id,
            about_reference=message.about_reference,
        ),
        by=None,
        at=at,
    )
