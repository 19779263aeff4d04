"""What somebody wrote back by SMS becomes what they meant. A sender is only ever asked about their own open questions,
because the number of a sender can be forged; whatever is not clear does nothing and reaches a human.

Lines of the table: emergency, STOPP, START, ICH, JA, NEIN, DA, WEG, MEHR, HILFE, everything else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from bookings.answers.answering import CALL_BACK_HOURS, Answering, say, to_a_human, unclear, who_writes
from bookings.answers.seniors import SENIOR_ACTS
from bookings.answers.staff import take_alarm_by_sms
from bookings.answers.volunteers import AT_ONCE, VOLUNTEER_ACTS
from lotsen.kernel.calendar import add_working_hours
from lotsen.kernel.moves import move
from lotsen.messages.call_tasks import open_call_task
from lotsen.messages.models import CallTask
from lotsen.messages.receipts import keep_inbound_sms
from lotsen.messages.replies import Meaning, read_reply
from lotsen.messages.silence import silence_number, unsilence_number
from lotsen.messages.states import CallState

LONGEST_NUMBER = 20


def answer_sms(*, sid: str, from_number: str, body: str, is_open: bool, at: datetime) -> str:
    """Take in one SMS and do what it means; returns what became of it in a word. The same `sid` again does nothing.

    `is_open`: somebody sits at the hotline's phone. Never raises for what people write.
    """
    with transaction.atomic():
        sms = keep_inbound_sms(sid=sid, from_number=from_number[:LONGEST_NUMBER], body=body, at=at)
        if sms is None:
            return "replay"
        sender = who_writes(from_number)
        answering = Answering(sms, sender, read_reply(body), is_open, at)
        sms.outcome = _outcome(answering)
        sms.save(update_fields=["outcome"])
        return sms.outcome


def _outcome(one: Answering) -> str:
    for_all: dict[Meaning, Callable[[Answering], str]] = {
        Meaning.EMERGENCY: _emergency,
        Meaning.STOP: _stop,
        Meaning.START: _start,
    }
    if (act := for_all.get(one.reply.meaning)) is not None:
        return act(one)
    if one.reply.meaning == Meaning.TAKE_ALARM and (taken := take_alarm_by_sms(one)):
        return taken
    if one.sender.volunteer is not None:
        return VOLUNTEER_ACTS.get(one.reply.meaning, unclear)(one)
    if one.sender.client is not None and one.reply.meaning in SENIOR_ACTS:
        return SENIOR_ACTS[one.reply.meaning](one)
    if one.reply.meaning == Meaning.HELP and one.sender.audience != "unknown":
        return _emergency(one)
    return unclear(one)


# --- for everybody ---------------------------------------------------------------------------------


def _emergency(one: Answering) -> str:
    """An alarm for the hotline; nothing else changes."""
    to_a_human(one, "emergency_words", within=AT_ONCE)
    kind = "emergency_words" if one.is_open else "emergency_words_closed"
    say(one, kind, although_silent=True)
    return "emergency"


def _stop(one: Answering) -> str:
    """No more SMS to this number. Appointments stay; a human asks which way suits."""
    silence_number(one.sender.number[:LONGEST_NUMBER], at=one.at)
    if one.sender.audience != "unknown":
        to_a_human(one, "senior_stop")
    say(one, f"{one.sender.audience}_stop", although_silent=True)
    return "stop"


def _start(one: Answering) -> str:
    unsilence_number(one.sender.number[:LONGEST_NUMBER])
    if one.sender.audience == "unknown":
        return unclear(one)
    say(one, "v_start" if one.sender.audience == "v" else "senior_start")
    return "start"


def callback_until(at: datetime) -> datetime:
    """Until when a call back is promised."""
    return add_working_hours(at, CALL_BACK_HOURS)


@transaction.atomic
def ask_for_callback(
    *, phone: str, sid: str, at: datetime, attempt: int = 0, since: datetime | None = None
) -> CallTask:
    """Somebody wants to be called back on `phone` (E.164, German). The same call asks once; a further `attempt`, with
    another number, replaces the one before. The promise counts from `since`, when they began to wait."""
    key = f"callback:{sid}:{attempt}"
    earlier = CallTask.objects.filter(key__startswith=f"callback:{sid}:", state=CallState.OPEN).exclude(key=key)
    for task in earlier:
        move(task, CallState.DROPPED, by=None, at=at, finished_at=at)
    return open_call_task(
        kind="callback",
        phone=phone,
        variables={},
        about=None,
        deadline_at=max(at, callback_until(since or at)),
        key=key,
        by=None,
        at=at,
    )
