"""The messages and tasks of a safe return. No name, no address: only the code and times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction

from bookings.models import HomeVisit, SafeReturn
from bookings.queue_words import PLAN_KINDS
from bookings.rules import CALLS_FOR_HELP
from lotsen.kernel.calendar import clock, local, local_date, spoken_clock
from lotsen.kernel.moves import move
from lotsen.messages.call_tasks import drop_call_tasks, open_call_task, release_call_task, take_call_task
from lotsen.messages.models import CallTask, Message
from lotsen.messages.numbers import may_be_dialled, takes_sms
from lotsen.messages.outbox import drop_messages, queue_message
from lotsen.messages.states import OPEN_CALLS, CallState
from lotsen.people.deputies import on_duty
from lotsen.people.models import Role, User

END, LATE, CALLING, ASKED = "v_checkout_0", "v_checkout_15", "v_checkout_30", "v_safe"
TO_GUIDE = (END, LATE, CALLING, ASKED)
OVERDUE, PLAN = "k_overdue_45", "k_overdue_60"
HELP, SILENT_HELP = CALLS_FOR_HELP
ARRIVAL = "v_arrive_missing"
AT_ONCE, SOON = timedelta(minutes=5), timedelta(minutes=15)
FOR_HELP = ":help"


def _key(row: SafeReturn, kind: str) -> str:
    """Another end is another occasion."""
    return f"safe:{row.pk}:{row.ends_at.astimezone(UTC):%Y%m%d%H%M%S}:{kind}"


def is_of(message: Message, row: SafeReturn) -> bool:
    """Whether this message was written for the end that still stands."""
    if message.key.partition(">")[0].endswith(FOR_HELP):
        return row.help_at is not None
    return message.key.startswith(_key(row, message.kind))


def _to_guide(row: SafeReturn, kind: str, channel: str, *, at: datetime, why: str = "") -> None:
    guide = row.guide
    is_possible = takes_sms(guide.phone) if channel == "sms" else may_be_dialled(guide.phone)
    if not guide.phone or not is_possible:
        return
    queue_message(
        kind=kind,
        channel=channel,
        to=guide.phone,
        language=guide.language,
        variables={"code": row.code, "time_end": spoken_clock(row.ends_at)},
        about=row.visit,
        key=f"{_key(row, kind)}{why}",
        by=None,
        at=at,
        recipient_user=guide,
        phone=guide.phone if may_be_dialled(guide.phone) else "",
    )


def ask_whether_over(row: SafeReturn, at: datetime) -> None:
    """The end: a friendly question."""
    _to_guide(row, END, "sms", at=at)


def send_sms(row: SafeReturn, at: datetime) -> None:
    """Fifteen minutes later: is all well?"""
    _to_guide(row, LATE, "sms", at=at)


def call_guide(row: SafeReturn, at: datetime) -> None:
    """Thirty minutes later our system calls them, and an SMS says so."""
    _to_guide(row, CALLING, "sms", at=at)
    _to_guide(row, ASKED, "voice", at=at)


def alarm_coordinators(row: SafeReturn, at: datetime) -> None:
    """Forty-five minutes later a coordinator has it by name, and all who are there learn it."""
    _task(row, OVERDUE, at=at)
    _to_coordinators(row, OVERDUE, at=at)


def start_plan(row: SafeReturn, at: datetime) -> None:
    """An hour later the emergency plan begins."""
    _task(row, PLAN, at=at)
    _to_coordinators(row, PLAN, at=at)


def alarm_for_help(row: SafeReturn, *, at: datetime) -> None:
    """Somebody needs help: a task at once, and unless it must stay silent an SMS and a call to them."""
    _task(row, SILENT_HELP if row.is_silent else HELP, at=at)
    _to_coordinators(row, HELP, at=at)
    if not row.is_silent:
        _to_guide(row, "v_help_received", "sms", at=at, why=FOR_HELP)
        _to_guide(row, ASKED, "voice", at=at, why=FOR_HELP)


def tell_taken(row: SafeReturn, *, at: datetime) -> None:
    """The tasks go to whoever took the alarm; the others need not."""
    assert row.taken_by is not None
    tasks = CallTask.objects.filter(about_type=HomeVisit._meta.label_lower, about_id=str(row.visit_id))
    for task in tasks.filter(kind__in=PLAN_KINDS, state__in=OPEN_CALLS).exclude(owner=row.taken_by).select_for_update():
        if task.state == CallState.TAKEN:
            release_call_task(task, by=None, at=at)
        take_call_task(task, by=row.taken_by, at=at)
    _to_coordinators(row, "k_taken", at=at, but=row.taken_by)


def _task(row: SafeReturn, kind: str, *, at: datetime) -> None:
    """A task with an owner: whoever took the alarm before, else a coordinator who is there today."""
    owner = row.taken_by or next(iter(_coordinators(at)), None)
    task = open_call_task(
        kind=kind,
        phone=row.guide.phone if may_be_dialled(row.guide.phone) else "",
        variables=_words(row),
        about=row.visit,
        deadline_at=at + AT_ONCE,
        key=_key(row, kind),
        by=None,
        at=at,
        language=row.guide.language,
    )
    if owner is not None and task.state == CallState.OPEN:
        move(task, CallState.TAKEN, by=None, at=at, owner=owner, taken_at=at)


def _words(row: SafeReturn) -> dict[str, str]:
    return {"code": row.code, "time": clock(local(row.said_at))}


def _coordinators(at: datetime) -> list[User]:
    """Coordinators who are there today, and who stands in for the others; all of them where nobody is."""
    return on_duty(Role.COORDINATOR, on=local_date(at))


def _to_coordinators(row: SafeReturn, kind: str, *, at: datetime, but: User | None = None) -> None:
    for user in _coordinators(at):
        if user == but or not takes_sms(user.phone):
            continue
        queue_message(
            kind=kind,
            channel="sms",
            to=user.phone,
            language=user.language,
            variables=_words(row),
            about=row.visit,
            key=f"{_key(row, kind)}:{user.pk}",
            by=None,
            at=at,
            recipient_user=user,
            phone=user.phone,
        )


def drop_overdue(row: SafeReturn, *, at: datetime) -> None:
    """All is well: what still asks is dropped, and so are its tasks. A call for help is ended by a human only."""
    drop_messages(about=row.visit, kinds=[*TO_GUIDE, OVERDUE, PLAN], by=None, at=at)
    drop_call_tasks(about=row.visit, kinds=[*TO_GUIDE, OVERDUE, PLAN], by=None, at=at)


@transaction.atomic
def ask_for_arrival(visit: HomeVisit, *, code: str, at: datetime) -> bool:
    """A call task to find out whether they arrived, once for each date; no chain of alarms. False if it is there."""
    assert visit.guide is not None
    assert visit.slot_starts_at is not None
    key = f"arrival:{visit.pk}:{visit.slot_starts_at.astimezone(UTC):%Y%m%d%H%M}:{visit.guide_id}"
    if CallTask.objects.filter(key=key).exists():
        return False
    if not HomeVisit.objects.select_for_update().filter(pk=visit.pk, state="assigned", checked_in_at=None).exists():
        return False
    phone = visit.guide.phone if may_be_dialled(visit.guide.phone) else ""
    variables = {"code": code, "time": spoken_clock(visit.slot_starts_at)}
    occasion = {"about": visit, "key": key, "by": None, "at": at, "language": visit.guide.language}
    open_call_task(kind=ARRIVAL, phone=phone, variables=variables, deadline_at=at + SOON, **occasion)
    if takes_sms(visit.guide.phone):
        queue_message(
            kind=ARRIVAL,
            channel="sms",
            to=visit.guide.phone,
            variables=variables,
            recipient_user=visit.guide,
            phone=phone,
            **occasion,
        )
    return True


def drop_arrival(visit: HomeVisit, *, at: datetime) -> None:
    """They are there, or it is over."""
    drop_messages(about=visit, kinds=[ARRIVAL], by=None, at=at)
    drop_call_tasks(about=visit, kinds=[ARRIVAL], by=None, at=at)
