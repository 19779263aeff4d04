"""A call back: to which number, and until when. Who asks for it while waiting keeps the place."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from twilio.twiml.voice_response import VoiceResponse

from api.spoken import digit_words, moment_words
from api.telephone.door import Step, twiml, webhook
from api.telephone.prompts import address, ask, say, sentence
from api.telephone.waiting import to_a_human
from bookings.answers import ask_for_callback, callback_until
from lotsen.kernel.calendar import local_date
from lotsen.kernel.phones import NotAPhoneNumber, parse_phone
from lotsen.messages.models import PhoneCall
from lotsen.messages.numbers import may_be_dialled
from lotsen.messages.telephone import keep_place
from lotsen.messages.telephone.lines import own_numbers

MOST_TRIES = 2


@webhook
def callback(step: Step) -> HttpResponse:
    """Which number to call back."""
    answer = VoiceResponse()
    if may_be_dialled(step.caller, own=own_numbers()):
        to = _address("voice-callback-key", step)
        ask(answer, sentence("callback_number", step.language), language=step.language, to=to)
    else:
        _ask_number(answer, step, "callback_anonymous")
    return twiml(answer)


def _address(name: str, step: Step, **where: int) -> str:
    return address(name, step.language, wartet=int(step.waits), **where)


def _ask_number(answer: VoiceResponse, step: Step, *nodes: str, tries: int = 0) -> None:
    texts = [sentence(node, step.language) for node in nodes]
    to = _address("voice-callback-number", step, mal=tries)
    ask(answer, *texts, language=step.language, to=to, digits=0, finish="#")


@webhook
def callback_key(step: Step) -> HttpResponse:
    """This number, another one, or a human."""
    answer, language, now = VoiceResponse(), step.language, timezone.now()
    if step["Digits"] == "1" and may_be_dialled(step.caller, own=own_numbers()):
        if (call := step.phone_call(now)) is None:
            answer.hangup()
        else:
            until = _keep(call, step, phone=step.caller, attempt=0, now=now)
            _promise(answer, language, until, now)
    elif step["Digits"] == "2":
        _ask_number(answer, step, "callback_enter")
    elif step["Digits"] == "0" or step.waits:
        to_a_human(answer, step)
    else:
        say(answer, sentence("bye", language), language)
        answer.hangup()
    return twiml(answer)


def _keep(call: PhoneCall, step: Step, *, phone: str, attempt: int, now: datetime) -> datetime:
    """The task with the deadline of their arrival; the moment until which we promise to call."""
    task = ask_for_callback(phone=phone, sid=step.sid, attempt=attempt, since=call.queued_at or call.arrived_at, at=now)
    keep_place(call, task)
    return task.deadline_at


@webhook
def callback_number(step: Step) -> HttpResponse:
    """The number that was typed: read back, or asked for once more."""
    answer, language, tries = VoiceResponse(), step.language, step.number("mal") + 1
    now = timezone.now()
    number = _typed(step["Digits"])
    if step["Digits"] == "0":
        to_a_human(answer, step)
    elif number and (call := step.phone_call(now)) is not None:
        _keep(call, step, phone=number, attempt=tries, now=now)
        shown = digit_words("0" + number.removeprefix("+49"), language)
        to = _address("voice-callback-check", step, mal=tries)
        ask(answer, sentence("callback_readback", language, phone=shown), language=language, to=to)
    elif not number and tries < MOST_TRIES:
        _ask_number(answer, step, "callback_refused", "callback_enter", tries=tries)
    elif step.waits:
        to_a_human(answer, step, sentence("callback_refused", language))
    else:
        say(answer, sentence("bye", language), language)
        answer.hangup()
    return twiml(answer)


def _typed(digits: str) -> str:
    """As E.164, "" where it is no number that we dial."""
    try:
        number = parse_phone(digits, own=own_numbers())
    except NotAPhoneNumber:
        return ""
    return number if may_be_dialled(number, own=own_numbers()) else ""


@webhook
def callback_check(step: Step) -> HttpResponse:
    """Whether the number that was read back is right; it is kept unless another one follows."""
    answer, language, tries, now = VoiceResponse(), step.language, step.number("mal"), timezone.now()
    if step["Digits"] == "0":
        to_a_human(answer, step)
    elif step["Digits"] == "2" and tries < MOST_TRIES:
        _ask_number(answer, step, "callback_enter", tries=tries)
    elif (call := step.phone_call(now)) is None:
        answer.hangup()
    else:
        since = call.queued_at or call.arrived_at
        _promise(answer, language, call.task.deadline_at if call.task else callback_until(since), now)
    return twiml(answer)


def _promise(answer: VoiceResponse, language: str, until: datetime, now: datetime) -> None:
    say(answer, promise("callback_done", language, until, now), language)
    answer.hangup()


def promise(node: str, language: str, until: datetime, now: datetime) -> str:
    """ "… heute bis zwölf Uhr", or with the day where it is another one."""
    same_day = local_date(until) == local_date(now)
    return sentence(node if same_day else f"{node}_next_day", language, **moment_words(until, language))
