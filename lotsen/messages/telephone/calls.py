"""One call from its first ring to its end. What the network shows as the caller's number is a hint, never a proof."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import mean

from django.db import transaction
from django.db.models import Q, QuerySet

from lotsen.kernel.calendar import at_minute, local_date
from lotsen.messages.models import CallTask, PhoneCall
from lotsen.messages.numbers import may_be_dialled
from lotsen.messages.receipts import receive_once
from lotsen.messages.states import CallState
from lotsen.messages.telephone.work import defer_ringing
from lotsen.people.models import User

CALL_LASTS = timedelta(hours=4)
LONGEST_NUMBER = 20
TALKS_TO_JUDGE_BY, FEWEST_TALKS = 20, 5
TALKS_SINCE = timedelta(days=7)
Outcome = PhoneCall.Outcome


def living_call(sid: str, *, phone: str, language: str, at: datetime) -> PhoneCall | None:
    """The call that is going on under this number of the network; its first webhook makes the row.

    None for the replay of a call that is over, be it a year later: then nothing may happen.
    """
    call = PhoneCall.objects.filter(sid=sid).first()
    if call is not None:
        return call if call.ended_at is None and at - call.arrived_at < CALL_LASTS else None
    with transaction.atomic():
        if not receive_once(sid=sid, event="call", at=at):
            return PhoneCall.objects.filter(sid=sid, ended_at__isnull=True, arrived_at__gt=at - CALL_LASTS).first()
        return PhoneCall.objects.create(sid=sid, phone=phone[:LONGEST_NUMBER], language=language, arrived_at=at)


def waiting_calls() -> QuerySet[PhoneCall]:
    """Callers who are on the line and have nobody yet, the first first."""
    return PhoneCall.objects.filter(
        queued_at__isnull=False, answered_at__isnull=True, ended_at__isnull=True, is_dialled=False
    ).order_by("queued_at", "pk")


def kept_places(at: datetime) -> QuerySet[PhoneCall]:
    """Callers of today who hung up and keep their place: their call back is still open."""
    today = at_minute(local_date(at), 0)
    return PhoneCall.objects.filter(
        queued_at__gte=today, outcome=Outcome.CALLBACK, task__state=CallState.OPEN
    ).order_by("queued_at", "pk")


@transaction.atomic
def join_queue(call: PhoneCall, *, at: datetime) -> None:
    """From now on they wait for a human. A second time keeps the first moment: nobody loses a place."""
    still = PhoneCall.objects.filter(pk=call.pk, queued_at__isnull=True, ended_at__isnull=True)
    if still.update(queued_at=at):
        call.queued_at = at
        defer_ringing()


@transaction.atomic
def ring_hotline(call: PhoneCall, *, at: datetime) -> None:
    """It rings at the hotline's own telephone, as nobody has switched on a line; the first moment of waiting stays."""
    PhoneCall.objects.filter(pk=call.pk).update(is_dialled=True, queued_at=call.queued_at or at)


def note_talk(sid: str, *, seconds: int, at: datetime) -> None:
    """The talk at the hotline's own telephone is over and lasted so long."""
    open_calls = PhoneCall.objects.filter(sid=sid, answered_at__isnull=True, ended_at__isnull=True)
    open_calls.update(answered_at=at - timedelta(seconds=min(seconds, 14_400)), outcome=Outcome.ANSWERED)


def offer_callback(call: PhoneCall, *, at: datetime) -> bool:
    """Note that a call back was offered; true the first time."""
    return PhoneCall.objects.filter(pk=call.pk, offered_callback_at__isnull=True).update(offered_callback_at=at) == 1


def place_of(call: PhoneCall, *, at: datetime) -> int:
    """1 for whom is next: callers and kept places that were there before them count."""
    assert call.queued_at is not None
    before = Q(queued_at__lt=call.queued_at) | Q(queued_at=call.queued_at, pk__lt=call.pk)
    return 1 + waiting_calls().filter(before).count() + kept_places(at).filter(before).count()


def expected_wait(place: int, *, agents: int, at: datetime) -> timedelta | None:
    """How long it will probably take, by the mean of the last twenty talks of this week; None where too few talks
    or nobody at the phone allow no true word about it."""
    talks = PhoneCall.objects.filter(
        agent__isnull=False, answered_at__gte=at - TALKS_SINCE, ended_at__isnull=False
    ).order_by("-answered_at")
    lengths = [ended - answered for answered, ended in talks.values_list("answered_at", "ended_at")[:TALKS_TO_JUDGE_BY]]
    if len(lengths) < FEWEST_TALKS or agents < 1:
        return None
    return timedelta(seconds=mean(one.total_seconds() for one in lengths) * place / agents)


def take_call(call: PhoneCall, *, by: User | None, at: datetime) -> bool:
    """Somebody picks up (`by` None: at the hotline's own telephone). False if somebody else was faster."""
    free = PhoneCall.objects.filter(pk=call.pk, answered_at__isnull=True, ended_at__isnull=True)
    return free.update(answered_at=at, agent=by, outcome=Outcome.ANSWERED) == 1


@transaction.atomic
def keep_place(call: PhoneCall, task: CallTask) -> None:
    """They will be called back: the place in the queue stays theirs, the line becomes free."""
    PhoneCall.objects.filter(pk=call.pk).update(task=task, outcome=Outcome.CALLBACK)


def note_outcome(call: PhoneCall, outcome: str) -> None:
    """What became of it, where nothing better is known yet."""
    PhoneCall.objects.filter(pk=call.pk, outcome="").update(outcome=outcome)


@transaction.atomic
def end_call(sid: str, *, was_open: bool, at: datetime) -> None:
    """They hung up, or we did. `was_open`: somebody sat at the phone when they called. The same end twice is one."""
    call = PhoneCall.objects.select_for_update().filter(sid=sid, ended_at__isnull=True).first()
    if call is None:
        return
    call.ended_at, call.outcome = at, call.outcome or _outcome(call, was_open=was_open)
    call.save(update_fields=["ended_at", "outcome"])
    if call.queued_at is not None:
        defer_ringing()


def _outcome(call: PhoneCall, *, was_open: bool) -> str:
    if call.queued_at is not None:
        return Outcome.ABANDONED
    return Outcome.MENU if was_open else Outcome.CLOSED


def caller_hint(call: PhoneCall) -> str:
    """The number that the network shows (E.164), "" where it is hidden or foreign. It can be forged: ask for more."""
    return call.phone if may_be_dialled(call.phone) else ""


def forget_calls(*, at: datetime) -> None:
    """End what never ended, shorten numbers after a week to three digits, forget calls after thirty days."""
    PhoneCall.objects.filter(ended_at__isnull=True, arrived_at__lt=at - CALL_LASTS).update(ended_at=at)
    old = PhoneCall.objects.filter(arrived_at__lt=at - timedelta(days=7), phone__startswith="+")
    for call in old.only("phone")[:1000]:
        PhoneCall.objects.filter(pk=call.pk).update(phone=call.phone[-3:])
    PhoneCall.objects.filter(arrived_at__lt=at - timedelta(days=30)).delete()
