"""Volunteers of whom nothing was heard: first a kind question, then a coordinator calls; each once in a quarter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from bookings.notices import next_daytime, volunteer_points
from bookings.queries.silent import HUMAN_AFTER, silent_volunteers
from lotsen.kernel.calendar import add_working_hours, local_date, long_date
from lotsen.kernel.moves import move
from lotsen.messages.call_tasks import open_call_task
from lotsen.messages.models import CallTask, Message
from lotsen.messages.states import CallState
from lotsen.messages.telling import tell
from volunteers.models import Volunteer

ASK, TALK = "v_quiet", "k_quiet"
MOST_A_DAY = 50
"""So many are written to on one day, so that a city that starts does not ask everybody at once."""
TALK_WITHIN_HOURS = 24
ANSWER_WITHIN = timedelta(days=3)


def look_after_silent(*, at: datetime) -> tuple[int, int]:
    """Ask who is silent for 14 days whether all is well, and open a call for a coordinator after 30. Returns how many
    of each. Asked twice on a day, or by two workers, it is one.

    Each comes once for one silence, and again when the outbox has forgotten it, three months after it was settled. Who
    has been heard of since needs no call any more.
    """
    if next_daytime(at) != at:
        return 0, 0
    silent = {f"{volunteer.pk}:{volunteer.heard_at.date()}": volunteer for volunteer in silent_volunteers(at=at)}
    _drop_calls(silent, at=at)
    asked = _new([f"{ASK}:{key}" for key in silent])[:MOST_A_DAY]
    for key in asked:
        _ask(silent[key.partition(":")[2]], key=key, at=at)
    long_silent = [key for key, volunteer in silent.items() if volunteer.heard_at <= at - HUMAN_AFTER]
    called = [key for key in _new([f"{TALK}:{key}" for key in long_silent]) if _was_asked(key, asked)][:MOST_A_DAY]
    for key in called:
        _open_call(silent[key.partition(":")[2]], key=key, at=at)
    return len(asked), len(called)


def _new(keys: list[str]) -> list[str]:
    """Those of them of which nobody was told before, in this order."""
    told = set(Message.objects.filter(key__in=keys).values_list("key", flat=True))
    told |= set(CallTask.objects.filter(key__in=keys).values_list("key", flat=True))
    return [key for key in keys if key not in told]


def _was_asked(key: str, asked_now: Iterable[str]) -> bool:
    """Nobody is called on the day on which they are written to."""
    return f"{ASK}:{key.partition(':')[2]}" not in asked_now


def _ask(volunteer: Volunteer, *, key: str, at: datetime) -> None:
    tell(
        points=volunteer_points(volunteer.user),
        kind=ASK,
        language=volunteer.user.language,
        variables={},
        about=volunteer,
        key=key,
        by=None,
        at=at,
        deadline_at=at + ANSWER_WITHIN,
        recipient_user=volunteer.user,
    )


def _open_call(volunteer: Volunteer, *, key: str, at: datetime) -> None:
    open_call_task(
        kind=TALK,
        phone=volunteer.user.phone,
        variables={
            "visitor_name": volunteer.user.name,
            "date_long": long_date(local_date(volunteer.heard_at)),
            "n": volunteer.unanswered,
        },
        about=volunteer,
        deadline_at=add_working_hours(at, TALK_WITHIN_HOURS),
        key=key,
        by=None,
        at=at,
    )


@transaction.atomic
def _drop_calls(silent: Iterable[str], *, at: datetime) -> None:
    keys = [f"{TALK}:{key}" for key in silent]
    over = CallTask.objects.filter(kind=TALK, state=CallState.OPEN).exclude(key__in=keys)
    for task in over.select_for_update(skip_locked=True):
        move(task, CallState.DROPPED, by=None, at=at, finished_at=at)
