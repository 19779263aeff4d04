"""What the queue does by itself, so that nothing lies still: tasks go back to all, and an alarm is raised."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from lotsen.kernel.calendar import add_working_hours, local_date, long_date
from lotsen.kernel.errors import Refused
from lotsen.kernel.moves import move
from lotsen.messages.call_tasks import open_call_task, release_call_task
from lotsen.messages.models import CallTask
from lotsen.messages.outbox import queue_message
from lotsen.messages.states import OPEN_CALLS, CallState
from lotsen.people.deputies import coordinators_alone, on_duty, stand_ins
from lotsen.people.models import Role

OVERDUE_BY = timedelta(minutes=15)
ALARM, NO_DEPUTY, DEPUTY = "k_overdue", "k_no_deputy", "k_deputy"
NAME_WITHIN, NAME_WITHIN_HOURS = timedelta(hours=1), 8
ALARMS = (ALARM, NO_DEPUTY)
"""An alarm that did not arrive raises no further one."""
AT_MOST = 500


def sweep_queue(*, at: datetime) -> None:
    """Everything below, once. Meant for once a minute; twice at once does no harm."""
    give_back_untouched(at=at)
    give_back_of_absent(at=at)
    ask_for_deputies(at=at)
    raise_alarm(at=at)


def give_back_untouched(*, at: datetime) -> int:
    """A task that somebody took and left lying past its deadline is everybody's again; returns how many.

    Whoever takes what is late already has a quarter of an hour for it.
    """
    lying = CallTask.objects.filter(state=CallState.TAKEN, due_at__lt=at, taken_at__lt=at - OVERDUE_BY)
    return _give_back(lying, at=at)


def give_back_of_absent(*, at: datetime) -> int:
    """The tasks of whoever is away today without a deputy are everybody's again, and coordinators learn it."""
    today = local_date(at)
    alone = [user for user, deputy in stand_ins(on=today).items() if deputy is None]
    count = _give_back(CallTask.objects.filter(state=CallState.TAKEN, owner__in=alone), at=at) if alone else 0
    if count:
        _tell_coordinators(NO_DEPUTY, count, key=f"no_deputy:{today:%Y%m%d}:{','.join(map(str, sorted(alone)))}", at=at)
    return count


@transaction.atomic
def ask_for_deputies(*, at: datetime) -> int:
    """A task for each absence of a coordinator for which nobody stands in, until somebody is named; returns how many
    are open. It goes by itself."""
    alone = {f"deputy:{row.pk}:{row.deputy_id or 0}": row for row in coordinators_alone(at=at)}
    over = CallTask.objects.filter(kind=DEPUTY, state__in=OPEN_CALLS).exclude(key__in=alone)
    for task in over.select_for_update(skip_locked=True, of=("self",)):
        move(task, CallState.DROPPED, by=None, at=at, finished_at=at)
    for key, row in alone.items():
        has_begun = row.first_on <= local_date(at)
        open_call_task(
            kind=DEPUTY,
            phone="",
            variables={"visitor_name": row.user.name, "date_long": long_date(row.last_on)},
            about=None,
            deadline_at=at + NAME_WITHIN if has_begun else add_working_hours(at, NAME_WITHIN_HOURS),
            key=key,
            by=None,
            at=at,
        )
    return len(alone)


@transaction.atomic
def raise_alarm(*, at: datetime) -> int:
    """Tell all coordinators once of what is overdue by a quarter of an hour; returns how many tasks."""
    late = CallTask.objects.filter(state__in=OPEN_CALLS, due_at__lt=at - OVERDUE_BY, escalated_at=None)
    tasks = list(late.exclude(kind__in=ALARMS).select_for_update(skip_locked=True, of=("self",)).order_by("due_at"))
    if not tasks:
        return 0
    CallTask.objects.filter(pk__in=[task.pk for task in tasks]).update(escalated_at=at)
    _tell_coordinators(ALARM, len(tasks), key=f"overdue:{tasks[0].pk}:{at:%Y%m%d%H%M}", at=at)
    return len(tasks)


def _give_back(tasks: QuerySet[CallTask], *, at: datetime) -> int:
    return sum(_is_done(lambda row=task: release_call_task(row, by=None, at=at)) for task in tasks[:AT_MOST])


def _is_done(act: Callable[[], object]) -> bool:
    """Somebody else was faster: good."""
    try:
        act()
    except Refused:
        return False
    return True


def _tell_coordinators(kind: str, count: int, *, key: str, at: datetime) -> None:
    """In the place of who is away whoever stands in."""
    for user in on_duty(Role.COORDINATOR, on=local_date(at)):
        queue_message(
            kind=kind,
            channel="email",
            to=user.email,
            language=user.language,
            variables={"n": count},
            about=None,
            key=f"{key}:{user.pk}",
            by=None,
            at=at,
            recipient_user=user,
        )
