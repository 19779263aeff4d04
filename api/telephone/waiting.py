"""A human: the queue with its place and its wait, the hotline's own telephone where nobody has switched on a line."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from twilio.twiml.voice_response import VoiceResponse

from api.spoken import count_words
from api.telephone.door import Step, twiml, webhook
from api.telephone.hours import is_open
from api.telephone.prompts import address, ask, say, sentence
from lotsen.messages.models import AgentLine, PhoneCall
from lotsen.messages.numbers import may_be_dialled
from lotsen.messages.spending import spend
from lotsen.messages.telephone import end_call, is_anybody_on, join_queue, place_of
from lotsen.messages.telephone.calls import expected_wait, note_talk, offer_callback, ring_hotline
from lotsen.messages.telephone.lines import ring_anew

QUEUE = "hotline"
RING_SECONDS = 30
STEP_SECONDS = 15
CALLBACK_AFTER = timedelta(minutes=2)
EVERY = 4
MOST_STEPS = 96
LONGEST_MINUTES = 59


def to_a_human(answer: VoiceResponse, step: Step, *before: str) -> None:
    """By day into the queue, or to the hotline's own telephone; by night to the voicemail. Who waits already stays."""
    now = timezone.now()
    for text in before:
        say(answer, text, step.language)
    if step.waits:
        answer.redirect(address("voice-wait", step.language))
    elif not is_open(now):
        say(answer, sentence("closed_zero", step.language), step.language)
        answer.redirect(address("voice-mail", step.language))
    else:
        _connect(answer, step, now)


def connect_anyway(answer: VoiceResponse, step: Step, *before: str) -> None:
    """Somebody needs help: connected at any hour."""
    for text in before:
        say(answer, text, step.language)
    _connect(answer, step, timezone.now())


def _connect(answer: VoiceResponse, step: Step, now: datetime) -> None:
    call = step.phone_call(now)
    if call is None:
        answer.hangup()
    elif is_anybody_on():
        join_queue(call, at=now)
        answer.enqueue(
            QUEUE,
            action=address("voice-waited", step.language),
            method="POST",
            wait_url=address("voice-wait", step.language),
            wait_url_method="POST",
        )
    else:
        _dial_hotline(answer, step, call, now)


def _dial_hotline(answer: VoiceResponse, step: Step, call: PhoneCall, now: datetime) -> None:
    """Only a number that may be dialled is ever dialled."""
    if not may_be_dialled(settings.HOTLINE_NUMBER, own=frozenset({settings.TWILIO_NUMBER})):
        answer.redirect(address("voice-callback", step.language))
        return
    ring_hotline(call, at=now)
    spend("connect", now)
    answer.dial(
        settings.HOTLINE_NUMBER,
        caller_id=settings.TWILIO_NUMBER,
        timeout=RING_SECONDS,
        action=address("voice-after", step.language),
        method="POST",
    )


@webhook
def after_dial(step: Step) -> HttpResponse:
    """The hotline has hung up, or nobody picked up: then a call back is offered."""
    answer, now = VoiceResponse(), timezone.now()
    if step["DialCallStatus"] in {"completed", "answered"}:
        if step.phone_call(now) is not None:
            seconds = step["DialCallDuration"]
            note_talk(step.sid, seconds=int(seconds) if seconds.isascii() and seconds.isdigit() else 0, at=now)
            end_call(step.sid, was_open=True, at=now)
        answer.hangup()
    else:
        say(answer, sentence("nobody", step.language), step.language)
        answer.redirect(address("voice-callback", step.language))
    return twiml(answer)


# --- in the queue ------------------------------------------------------------------------------------


@webhook
def wait(step: Step) -> HttpResponse:
    """What is heard while waiting; asked for again after every pause."""
    answer = VoiceResponse()
    _wait(answer, step, step.number("nr"))
    return twiml(answer)


@webhook
def wait_key(step: Step) -> HttpResponse:
    """A key while waiting: 1 is a call back, anything else goes on waiting."""
    answer = VoiceResponse()
    if step["Digits"] == "1":
        answer.redirect(address("voice-callback", step.language, wartet=1))
    else:
        _wait(answer, step, 0 if step["Digits"] in {"0", "*"} else step.number("nr"))
    return twiml(answer)


def _wait(answer: VoiceResponse, step: Step, number: int) -> None:
    now = timezone.now()
    call = step.phone_call(now)
    if call is None:
        answer.hangup()
        return
    if not is_anybody_on():
        answer.leave()
        return
    join_queue(call, at=now)
    ring_anew(call)
    to = address("voice-wait-key", step.language, nr=min(number + 1, MOST_STEPS) if number < MOST_STEPS else 1)
    ask(answer, *_while_waiting(call, number, step.language, now), language=step.language, to=to, seconds=STEP_SECONDS)


def _while_waiting(call: PhoneCall, number: int, language: str, now: datetime) -> list[str]:
    """Place and wait at the beginning, the place every minute, a call back after two minutes; only what is true."""
    assert call.queued_at is not None
    just_closed = is_open(now - timedelta(seconds=STEP_SECONDS)) and not is_open(now)
    texts = [sentence("queue_closing", language)] if just_closed else []
    if now - call.queued_at >= CALLBACK_AFTER and offer_callback(call, at=now):
        return [*texts, sentence("callback_offer", language)]
    if number == 0:
        return [*texts, _place_and_wait(call, language, now)]
    if number % EVERY == 0:
        place = count_words(place_of(call, at=now), language)
        return [*texts, sentence("queue_every_60s", language, place=place)]
    return texts or [sentence("queue_still", language)]


def _place_and_wait(call: PhoneCall, language: str, now: datetime) -> str:
    place = place_of(call, at=now)
    agents = AgentLine.objects.filter(is_on=True).count()
    wait = expected_wait(place, agents=agents, at=now)
    minutes = None if wait is None else -(-int(wait.total_seconds()) // 60)
    if minutes is not None and minutes == 1:
        return sentence("queue_one_minute", language)
    words = {"place": count_words(place, language)}
    if minutes is None or minutes > LONGEST_MINUTES:
        return sentence("queue_place", language, **words)
    return sentence("queue", language, minutes=count_words(minutes, language), **words)


@webhook
def waited(step: Step) -> HttpResponse:
    """Out of the queue: the talk is over, the caller has hung up, or nobody is there to answer."""
    answer, now = VoiceResponse(), timezone.now()
    call = step.phone_call(now)
    if call is None or step["QueueResult"] in {"bridged", "hangup", "redirected", "redirected-from-bridged"}:
        if call is not None:
            end_call(step.sid, was_open=is_open(call.arrived_at), at=now)
        answer.hangup()
    else:
        _dial_hotline(answer, step, call, now)
    return twiml(answer)
