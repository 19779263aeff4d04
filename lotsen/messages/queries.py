"""Reads of the outbox for its pages. What somebody may not know is left out here, not in a template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.phones import masked
from lotsen.messages.models import CallTask, Message
from lotsen.messages.reasons import why_not_arrived
from lotsen.messages.states import Channel, MessageState
from lotsen.messages.wording.catalogue import kind_name

STATES = {
    "unterwegs": (_("auf dem Weg"), ("queued", "sending", "uncertain", "sent")),
    "angekommen": (_("angekommen"), ("delivered",)),
    "gescheitert": (_("nicht angekommen"), ("failed",)),
    "entfallen": (_("nicht mehr nötig"), ("dropped",)),
}
DAYS = {"1": 1, "7": 7, "30": 30}
USUAL_DAYS = "7"
TAGS = {"delivered": "good", "failed": "bad", "uncertain": "warn", "dropped": ""}
VISIT = "bookings.homevisit"
PHONES = frozenset({Channel.SMS, Channel.VOICE, Channel.CALL})


@dataclass(frozen=True, slots=True)
class Asked:
    """What the filter of the page asks for; empty strings mean all."""

    state: str = ""
    channel: str = ""
    kind: str = ""
    days: str = USUAL_DAYS


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message on the page. `reference` and `ending` are empty for those who are not entitled to persons."""

    message: Message
    kind: str
    state: str | Promise
    tag: str
    why: str
    instead: str
    reference: str
    ending: str


def messages_asked(asked: Asked, *, at: datetime) -> QuerySet[Message]:
    """The newest first, of the last days."""
    since = at - timedelta(days=DAYS.get(asked.days, DAYS[USUAL_DAYS]))
    found = Message.objects.filter(created_at__gte=since)
    if asked.state in STATES:
        found = found.filter(state__in=STATES[asked.state][1])
    if asked.channel in Channel.values:
        found = found.filter(channel=asked.channel)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    return (
        found.select_related("stand_in", "call_task").defer("text", "variables", "rungs").order_by("-created_at", "-pk")
    )


def counts_by_state(*, at: datetime, days: str) -> dict[str, int]:
    """How many of the last days stand where, by the words of the filter."""
    since = at - timedelta(days=DAYS.get(days, DAYS[USUAL_DAYS]))
    found = Message.objects.filter(created_at__gte=since).values_list("state").annotate(n=Count("pk")).order_by()
    counted = dict(found)
    return {word: sum(counted.get(state, 0) for state in states) for word, (_name, states) in STATES.items()}


def kinds_lately(*, at: datetime, days: str) -> list[str]:
    """Which kinds there were, for the filter."""
    since = at - timedelta(days=DAYS.get(days, DAYS[USUAL_DAYS]))
    found = Message.objects.filter(created_at__gte=since).values_list("kind", flat=True).distinct().order_by("kind")
    return list(found)


def message_rows(messages: Sequence[Message], *, sees_persons: bool, language: str) -> list[MessageRow]:
    """The page's rows."""
    return [_row(message, sees_persons=sees_persons, language=language) for message in messages]


def _row(message: Message, *, sees_persons: bool, language: str) -> MessageRow:
    is_phone = message.channel in PHONES
    return MessageRow(
        message=message,
        kind=kind_name(message.kind, language),
        state=MessageState(message.state).label,
        tag=TAGS.get(message.state, ""),
        why=_why(message),
        instead=_instead(message),
        reference=message.about_reference if sees_persons and message.about_type == VISIT else "",
        ending=masked(message.to) if sees_persons and is_phone else "",
    )


def _why(message: Message) -> str:
    if message.state == MessageState.FAILED:
        return why_not_arrived(message)
    is_late = message.state == MessageState.DELIVERED and message.failure.startswith("late:")
    return str(_("Kam erst an, als schon der nächste Weg lief.")) if is_late else ""


def _instead(message: Message) -> str:
    """What came in its place: the next way with its state, or the call task with its."""
    if (next_way := getattr(message, "stand_in", None)) is not None:
        return f"{Channel(next_way.channel).label}: {MessageState(next_way.state).label}"
    task: CallTask | None = getattr(message, "call_task", None)
    return f"{_('Rückruf')}: {task.get_state_display()}" if task is not None else ""
