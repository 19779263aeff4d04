"""The voice menu: what a caller hears first, and the keys.

Nothing depends on who calls: a caller's number is used only to call it back when they ask for that.
"""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from twilio.twiml.voice_response import VoiceResponse

from api.spoken import moment_words
from api.telephone.door import Step, twiml, webhook
from api.telephone.hours import is_open, opens_at
from api.telephone.prompts import address, ask, say, sentence
from api.telephone.waiting import to_a_human
from lotsen.kernel.calendar import holiday_name, local_date
from lotsen.messages.telephone import end_call

MOST_TRIES = 2


@webhook
def incoming(step: Step) -> HttpResponse:
    """Somebody calls."""
    now, answer = timezone.now(), VoiceResponse()
    if step.phone_call(now) is None:
        answer.hangup()
    elif is_open(now):
        greet(answer, step.language)
    else:
        greet_closed(answer, step.language, now)
    return twiml(answer)


@webhook
def ended(step: Step) -> HttpResponse:
    """The call is over, whoever hung up. Set as "call status changes" of our number at the provider."""
    now = timezone.now()
    call = step.phone_call(now)
    if call is not None and step.is_over:
        end_call(step.sid, was_open=is_open(call.arrived_at), at=now)
    return HttpResponse(status=204)


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
    if digit in {"2", "4"}:
        answer.redirect(address({"2": "voice-place", "4": "voice-card"}[digit], language))
    elif digit in {"0", "1", "3"}:
        node = {"0": "connecting", "1": "visit", "3": "own"}[digit]
        to_a_human(answer, step, sentence(node, language))
    elif digit == "9":
        greet(answer, "en")
    elif digit == "*":
        greet(answer, language)
    elif tries >= MOST_TRIES:
        to_a_human(answer, step, sentence("silence_human", language))
    else:
        greet(answer, language, sentence("wrong_key" if digit else "silence", language), tries=tries)


def _by_night(answer: VoiceResponse, step: Step, now: datetime) -> None:
    language, digit, tries = step.language, step["Digits"], step.number("mal") + 1
    ways = {"1": "voice-callback", "2": "voice-place", "3": "voice-mail", "4": "voice-card"}
    if digit in ways:
        answer.redirect(address(ways[digit], language))
    elif digit == "0":
        to_a_human(answer, step)
    elif digit == "9":
        greet_closed(answer, "en", now)
    elif digit == "*":
        greet_closed(answer, language, now)
    elif tries >= MOST_TRIES:
        say(answer, sentence("closed_bye", language, **moment_words(opens_at(now), language)), language)
        answer.hangup()
    else:
        greet_closed(answer, language, now, sentence("wrong_key" if digit else "silence", language), tries=tries)
