"""Is this card valid? Only yes or no, five times an hour, never a name."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.utils import timezone
from twilio.twiml.voice_response import VoiceResponse

from api.telephone.door import Step, twiml, webhook
from api.telephone.prompts import address, ask, say, sentence
from api.telephone.waiting import to_a_human
from lotsen.kernel.limits import within_limit
from lotsen.people.cards import is_valid_card

DIGITS = 9
MOST_TRIES = 2
MOST_CHECKS, CHECKS_SPAN = 5, timedelta(hours=1)


@webhook
def card(step: Step) -> HttpResponse:
    """Ask for the number on the card."""
    answer = VoiceResponse()
    _ask(answer, step.language)
    return twiml(answer)


def _ask(answer: VoiceResponse, language: str, tries: int = 0) -> None:
    to = address("voice-card-check", language, mal=tries)
    ask(answer, sentence("card", language), language=language, to=to, digits=DIGITS, finish="#")


@webhook
def card_check(step: Step) -> HttpResponse:
    """Valid or not. Hidden numbers share one count: whoever tries many cards ends with a human."""
    answer, language, digits, now = VoiceResponse(), step.language, step["Digits"], timezone.now()
    tries = step.number("mal") + 1
    is_whole = len(digits) == DIGITS and digits.isascii() and digits.isdigit()
    if digits == "0" or (not is_whole and tries >= MOST_TRIES):
        to_a_human(answer, step)
    elif not is_whole:
        _ask(answer, language, tries)
    elif not within_limit("card by phone", step.caller, cap=MOST_CHECKS, span=CHECKS_SPAN, at=now):
        to_a_human(answer, step, sentence("card_limit", language))
    else:
        node, to = (
            ("card_valid" if is_valid_card(digits, at=now) else "card_invalid"),
            address("voice-card-more", language),
        )
        ask(answer, sentence(node, language), language=language, to=to)
    return twiml(answer)


@webhook
def card_more(step: Step) -> HttpResponse:
    """A human, or goodbye."""
    answer = VoiceResponse()
    if step["Digits"] == "0":
        to_a_human(answer, step)
    else:
        say(answer, sentence("bye", step.language), step.language)
        answer.hangup()
    return twiml(answer)
