"""Who answers: the telephones of the hotline, and the rings at them."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.errors import Refused
from lotsen.messages.call_tasks import CallTaskGone, take_call_task
from lotsen.messages.models import AgentLine, AgentRing, CallTask, PhoneCall
from lotsen.messages.numbers import may_be_dialled
from lotsen.messages.states import CallState
from lotsen.messages.telephone.calls import waiting_calls
from lotsen.messages.telephone.work import defer_ringing
from lotsen.people.models import User

MOST_MISSED = 3
RING_SECONDS = 15
RINGS_FOR = timedelta(seconds=60)


class NotDialled(Refused):
    """Only German landlines and mobiles, none of our own."""

    sentence = _("Diese Nummer können wir nicht anrufen. Bitte nehmen Sie Festnetz oder Handy.")


class NoLine(Refused):
    """We do not know where to ring the agent."""

    sentence = _("Bitte tragen Sie zuerst Ihr Telefon ein.")


class LineBusy(Refused):
    """The agent's telephone is ringing or in a call."""

    sentence = _("Ihr Telefon ist gerade besetzt.")


def own_numbers() -> frozenset[str]:
    """Numbers that would ring ourselves."""
    return frozenset({settings.TWILIO_NUMBER, settings.HOTLINE_NUMBER})


@transaction.atomic
def go_on(user: User, *, phone: str, by: User, at: datetime) -> AgentLine:
    """From now on calls ring at `phone` (E.164). Refuses a number that we do not dial."""
    if not may_be_dialled(phone, own=own_numbers()):
        raise NotDialled
    fields = {"phone": phone, "is_on": True, "since": at, "free_since": at, "missed": 0}
    line, _new = AgentLine.objects.update_or_create(user=user, defaults=fields)
    defer_ringing()
    return line


def go_off(user: User, *, by: User, at: datetime) -> None:
    """A pause: no further call rings; a talk that is going on stays."""
    AgentLine.objects.filter(user=user, is_on=True).update(is_on=False, since=at)


def line_of(user: User) -> AgentLine | None:
    """The telephone of this user, on or off."""
    return AgentLine.objects.filter(user=user).first()


def is_anybody_on() -> bool:
    """Whether a call can ring at an agent's telephone."""
    return AgentLine.objects.filter(is_on=True).exists()


def ringing_for(user: User) -> PhoneCall | None:
    """The call that rings at this user's telephone or that they are talking to, for their screen."""
    ring = AgentRing.objects.filter(line__user=user, ended_at__isnull=True).select_related("call").first()
    if ring is None or ring.call is None:
        return None
    talking = PhoneCall.objects.filter(agent=user, answered_at__isnull=False, ended_at__isnull=True)
    if ring.accepted_at is not None:
        return talking.order_by("-answered_at").first() or ring.call
    if ring.task_id is not None or ring.call.answered_at is None:
        return ring.call
    return waiting_calls().first()


def call_out(task: CallTask, *, by: User, at: datetime) -> AgentRing:
    """Ring the telephone of `by`, then the number of this task. The task becomes theirs.

    Refuses a number that we do not dial, a task that somebody else has, and an agent without or with a busy telephone.
    """
    line = line_of(by)
    if line is None:
        raise NoLine
    if not may_be_dialled(task.phone, own=own_numbers() | {line.phone}):
        raise NotDialled
    with transaction.atomic():
        if task.state == CallState.OPEN:
            take_call_task(task, by=by, at=at)
        elif task.state != CallState.TAKEN or task.owner_id != by.pk:
            raise CallTaskGone
        ring = new_ring(line, task=task, at=at)
        if ring is None:
            raise LineBusy
        defer_ringing()
    return ring


def new_ring(
    line: AgentLine, *, call: PhoneCall | None = None, task: CallTask | None = None, at: datetime
) -> AgentRing | None:
    """Reserve this telephone; None where it rings already, or the waiting call rings elsewhere."""
    try:
        with transaction.atomic():
            return AgentRing.objects.create(line=line, call=call, task=task, rang_at=at)
    except IntegrityError:
        return None


def ring_by_id(ring_id: UUID, *, to: str) -> AgentRing | None:
    """The ring that is going on at the telephone `to`."""
    rings = AgentRing.objects.select_related("line__user", "call", "task")
    return rings.filter(pk=ring_id, ended_at__isnull=True, line__phone=to).first()


def ring_of(ring_id: UUID) -> AgentRing | None:
    """The ring that is going on, wherever its event comes from."""
    return AgentRing.objects.select_related("line__user").filter(pk=ring_id, ended_at__isnull=True).first()


def ring_anew(call: PhoneCall) -> None:
    """Let a worker look again if nothing rings for this call: a telephone may have become free."""
    if not AgentRing.objects.filter(call=call, ended_at__isnull=True, accepted_at__isnull=True).exists():
        defer_ringing()


def accept_ring(ring: AgentRing, *, at: datetime) -> bool:
    """The agent pressed the one. False if they did so before."""
    return (
        AgentRing.objects.filter(pk=ring.pk, accepted_at__isnull=True, ended_at__isnull=True).update(accepted_at=at)
        == 1
    )


@transaction.atomic
def end_ring(ring_id: UUID, *, at: datetime) -> None:
    """The agent's telephone is free again. Three calls in a row that nobody took are a pause: the desk is empty."""
    ring = AgentRing.objects.select_for_update().filter(pk=ring_id, ended_at__isnull=True).first()
    if ring is None:
        return
    ring.ended_at = at
    ring.save(update_fields=["ended_at"])
    line = AgentLine.objects.select_for_update().get(pk=ring.line_id)
    line.free_since = at
    line.missed = 0 if ring.accepted_at or ring.call_id is None else line.missed + 1
    if line.missed >= MOST_MISSED and line.is_on:
        line.is_on, line.since = False, at
    line.save(update_fields=["free_since", "missed", "is_on", "since"])
    defer_ringing()
