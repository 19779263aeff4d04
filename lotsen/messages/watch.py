"""The dead-man's switch: the scheduler leaves a sign of life every minute, and somebody else looks whether it is there.

Two who look, neither of them a job of the queue that they watch: the page `/health` (red for any monitor outside) and
`manage.py watch`, a process of its own that tells people directly, past the outbox.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min, Q
from django.db.models.functions import Coalesce

from lotsen.messages.models import Circuit, Heartbeat, Message
from lotsen.messages.states import MessageState

SCHEDULER = "scheduler"
SILENT_AFTER = timedelta(seconds=130)
STUCK_AFTER = timedelta(minutes=5)
ALARM_AGAIN_AFTER = timedelta(minutes=30)

Alarm = Callable[[datetime], None]


@dataclass(frozen=True)
class Health:
    """What works. `last_beat_at` is None where nothing ever ran."""

    last_beat_at: datetime | None
    is_beating: bool
    is_sending: bool
    down: Sequence[str]

    @property
    def is_good(self) -> bool:
        """Whether nobody needs to be woken; a provider that is down has been taken care of by the other ways."""
        return self.is_beating and self.is_sending


def beat(*, at: datetime) -> None:
    """Leave a sign of life."""
    Heartbeat.objects.update_or_create(name=SCHEDULER, defaults={"at": at, "alarmed_at": None})


def health(*, at: datetime) -> Health:
    """Whether the scheduler lives, whether anything that is due has waited for long, and which channels are down."""
    last = Heartbeat.objects.filter(name=SCHEDULER).values_list("at", flat=True).first()
    due = Q(not_before_at__isnull=True) | Q(not_before_at__lte=at)
    oldest = Message.objects.filter(due, state=MessageState.QUEUED).aggregate(
        since=Min(Coalesce("not_before_at", "created_at"))
    )["since"]
    return Health(
        last_beat_at=last,
        is_beating=last is not None and at - last <= SILENT_AFTER,
        is_sending=oldest is None or at - oldest <= STUCK_AFTER,
        down=sorted(Circuit.objects.filter(is_down=True).values_list("channel", flat=True)),
    )


def look(*, alarm: Alarm, at: datetime) -> bool:
    """One look of the watchman: True, and `alarm` called, where something stands still. Once in half an hour, and only
    by one of several watchmen."""
    state = health(at=at)
    if state.is_good:
        return False
    Heartbeat.objects.get_or_create(name=SCHEDULER, defaults={"at": at - SILENT_AFTER * 2})
    fresh = Q(alarmed_at__isnull=True) | Q(alarmed_at__lte=at - ALARM_AGAIN_AFTER)
    if not Heartbeat.objects.filter(fresh, name=SCHEDULER).update(alarmed_at=at):
        return False
    alarm(state.last_beat_at or at)
    return True
