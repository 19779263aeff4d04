"""The voice menu: what a caller hears first, the keys, a human, the call back.

Nothing depends on who calls: a caller's number is used only to call it back when they ask for that.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from twilio.twiml.voice_response import VoiceResponse

from api.spoken import digit_words, moment_words
from api.telephone.door import Step, twiml, webhook
from api.telephone.hours import is_open, opens_at
from api.telephone.prompts import address, ask, say, sentence
from bookings.answers import ask_for_callback, callback_until
from lotsen.kernel.calendar import holiday_name, local_date
from lotsen.kernel.phones import NotAPhoneNumber, parse_phone
from lotsen.messages.numbers import may_be_dialled

RING_SECONDS = 30
MOST_TRIES = 2


@webhook
def incoming(step: Step) -> HttpResponse:
    """Somebody calls."""
    now, answer = timezone.now(), VoiceResponse()
    if is_open(now):
        greet(answer, step.language)
    else:
        greet_closed(answer, step.language, now)
    return twiml(answer)


def greet(answer: VoiceResponse, language: str, *before: str, tries: int = 0) -> None:
    """The menu by day; the greeting only the first time."""
    hello = () if before else (sentence("welcome", language), sentence("emergency_hint", language))
    texts = (*before, *hello, sentence("menu", language))
    ask(answer, *texts, language=language, to=address("voice-key", language, mal=tries))


def greet_closed(answer: VoiceResponse, language: str, now: datetime, *before: str, tries: int = 0) -> None:
    """The menu while nobody is there."""
    holiday = holiday_name(local_date(now))
    words = moment_words(opens_at(now), language)
    closed = sentence("closed_holiday" if holiday else "closed", language, holiday=holiday or "", **words)
    hello = () if before else (closed, sentence("closed_emergency", language))
    texts = (*before, *hello, sentence("closed_menu", language))
    ask(answer, *texts, language=language, to=address("voice-key", language, mal=tries))


@webhook
def key(step: Step) -> HttpResponse:
    """A key of the first menu, or none."""
    now, answer = timezone.now(), VoiceResponse()
    if is_open(now):
        _by_day(answer, step)
    else:
        _by_night(answer, step, now)
    return twiml(answer)


def _by_day(answer: VoiceResponse, step: Step) -> None:
    language, digit, tries = step.language, step["Digits"], step.number("mal") + 1
    if digit == "2":
        answer.redirect(address("voice-place", language))
    elif digit in {"0", "1", "3"}:
        node = {"0": "connecting", "1": "visit", "3": "own"}[digit]
        to_a_human(answer, language, sentence(node, language))
    elif digit == "9":
        greet(answer, "en")
    elif digit == "*":
        greet(answer, language)
    elif tries >= MOST_TRIES:
        to_a_human(answer, language, sentence("silence_human", language))
    else:
        greet(answer, language, sentence("wrong_key" if digit else "silence", language), tries=tries)


def _by_night(answer: VoiceResponse, step: Step, now: datetime) -> None:
    language, digit, tries = step.language, step["Digits"], step.number("mal") + 1
    if digit == "1":
        answer.redirect(address("voice-callback", language))
    elif digit == "2":
        answer.redirect(address("voice-place", language))
    elif digit == "9":
        greet_closed(answer, "en", now)
    elif digit == "*":
        greet_closed(answer, language, now)
    elif tries >= MOST_TRIES:
        say(answer, sentence("closed_bye", language, **moment_words(opens_at(now), language)), language)
        answer.hangup()
    else:
        node = "closed_human" if digit == "0" else "wrong_key" if digit else "silence"
        greet_closed(answer, language, now, sentence(node, language), tries=tries)


def to_a_human(answer: VoiceResponse, language: str, *before: str) -> None:
    """Connect to the hotline by day; by night offer a call back. Only a number that may be dialled is ever dialled."""
    now = timezone.now()
    for text in before:
        say(answer, text, language)
    if not is_open(now):
        greet_closed(answer, language, now, sentence("closed_human", language))
        return
    if not may_be_dialled(settings.HOTLINE_NUMBER, own=frozenset({settings.TWILIO_NUMBER})):
        answer.redirect(address("voice-callback", language))
        return
    answer.dial(
        settings.HOTLINE_NUMBER,
        caller_id=settings.TWILIO_NUMBER,
        timeout=RING_SECONDS,
        action=address("voice-after", language),
        method="POST",
    )


@webhook
def after_dial(step: Step) -> HttpResponse:
    """The hotline has hung up, or nobody picked up: then a call back is offered."""
    answer = VoiceResponse()
    if step["DialCallStatus"] in {"completed", "answered"}:
        answer.hangup()
    else:
        say(answer, sentence("nobody", step.language), step.language)
        answer.redirect(address("voice-callback", step.language))
    return twiml(answer)


# --- call back --------------------------------------------------------------------------------------


@webhook
def callback(step: Step) -> HttpResponse:
    """Which number to call back."""
    answer, language = VoiceResponse(), step.language
    if may_be_dialled(step["From"], own=_own()):
        to = address("voice-callback-key", language)
        ask(answer, sentence("callback_number", language), language=language, to=to)
    else:
        _ask_number(answer, language, "callback_anonymous")
    return twiml(answer)


def _own() -> frozenset[str]:
    return frozenset({settings.TWILIO_NUMBER, settings.HOTLINE_NUMBER})


def _ask_number(answer: VoiceResponse, language: str, *nodes: str, tries: int = 0) -> None:
    texts = [sentence(node, language) for node in nodes]
    to = address("voice-callback-number", language, mal=tries)
    ask(answer, *texts, language=language, to=to, digits=0, finish="#")


@webhook
def callback_key(step: Step) -> HttpResponse:
    """This number, another one, or a human."""
    answer, language = VoiceResponse(), step.language
    if step["Digits"] == "1" and may_be_dialled(step["From"], own=_own()):
        task = ask_for_callback(phone=step["From"], sid=step.sid, at=timezone.now())
        _promise(answer, language, task.deadline_at)
    elif step["Digits"] == "2":
        _ask_number(answer, language, "callback_enter")
    elif step["Digits"] == "0":
        to_a_human(answer, language)
    else:
        say(answer, sentence("bye", language), language)
        answer.hangup()
    return twiml(answer)


@webhook
def callback_number(step: Step) -> HttpResponse:
    """The number that was typed: read back, or asked for once more."""
    answer, language, tries = VoiceResponse(), step.language, step.number("mal") + 1
    if step["Digits"] == "0":
        to_a_human(answer, language)
        return twiml(answer)
    try:
        number = parse_phone(step["Digits"], own=_own())
    except NotAPhoneNumber:
        number = ""
    if number and may_be_dialled(number, own=_own()):
        ask_for_callback(phone=number, sid=step.sid, attempt=tries, at=timezone.now())
        shown = digit_words("0" + number.removeprefix("+49"), language)
        to = address("voice-callback-check", language, mal=tries)
        ask(answer, sentence("callback_readback", language, phone=shown), language=language, to=to)
    elif tries < MOST_TRIES:
        _ask_number(answer, language, "callback_refused", "callback_enter", tries=tries)
    else:
        say(answer, sentence("bye", language), language)
        answer.hangup()
    return twiml(answer)


@webhook
def callback_check(step: Step) -> HttpResponse:
    """Whether the number that was read back is right; it is kept unless another one follows."""
    answer, language, tries = VoiceResponse(), step.language, step.number("mal")
    if step["Digits"] == "0":
        to_a_human(answer, language)
    elif step["Digits"] == "2" and tries < MOST_TRIES:
        _ask_number(answer, language, "callback_enter", tries=tries)
    else:
        _promise(answer, language, callback_until(timezone.now()))
    return twiml(answer)


def _promise(answer: VoiceResponse, language: str, until: datetime) -> None:
    say(answer, sentence("callback_done", language, **moment_words(until, language)), language)
    answer.hangup()
