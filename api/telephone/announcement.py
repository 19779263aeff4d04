"""Calls that we make: an announcement about an appointment. No date before a key is pressed, never a name or a word."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from twilio.twiml.voice_response import VoiceResponse

from api.telephone.door import Step, twiml, webhook
from api.telephone.prompts import ask, say, sentence
from api.telephone.voice import to_a_human
from bookings.answers import ask_for_callback
from lotsen.messages.models import Message

NEEDED = ("date_long", "time")


@webhook
def announce(step: Step, message_id: UUID) -> HttpResponse:
    """The person has picked up. Somebody else's phone or an answering machine hears nothing of the date."""
    answer, language = VoiceResponse(), _language(message_id)
    ask(answer, sentence("out_hello", language), language=language, to=_key_address(message_id, 1))
    return twiml(answer)


@webhook
def announce_key(step: Step, message_id: UUID) -> HttpResponse:
    """Keys of the announcement: hear it, it suits, call me."""
    answer, message, stage = VoiceResponse(), _message(message_id, step), step.number("schritt")
    language, pressed = _language(message_id), step["Digits"]
    if pressed == "0":
        to_a_human(answer, language, sentence("connecting", language))
    elif message is None or (stage == 1 and pressed != "1"):
        say(answer, sentence("out_machine", language), language)
        answer.hangup()
    elif stage == 1 or pressed == "*":
        texts = [sentence("out_date", language, **_words(message)), sentence("out_more", language)]
        ask(answer, *texts, language=language, to=_key_address(message_id, 2))
    else:
        _confirm(answer, step, message, language)
    return twiml(answer)


def _confirm(answer: VoiceResponse, step: Step, message: Message, language: str) -> None:
    """ "1" is a yes; everything else, silence too, becomes a human's call."""
    if step["Digits"] != "1":
        ask_for_callback(phone=message.to, sid=step.sid, at=timezone.now())
    say(answer, sentence("out_ok" if step["Digits"] == "1" else "out_callback", language), language)
    answer.hangup()


def _message(message_id: UUID, step: Step) -> Message | None:
    """The voice message, if this very number is being called about it and it says a date."""
    message = Message.objects.filter(pk=message_id, channel="voice", to=step["To"]).first()
    return message if message is not None and all(message.variables.get(name) for name in NEEDED) else None


def _words(message: Message) -> dict[str, str]:
    return {name: message.variables[name] for name in NEEDED}


def _language(message_id: UUID) -> str:
    language = Message.objects.filter(pk=message_id).values_list("language", flat=True).first()
    return "en" if language == "en" else "de"


def _key_address(message_id: UUID, stage: int) -> str:
    return f"{reverse('api:announce-key', args=[message_id])}?schritt={stage}"
