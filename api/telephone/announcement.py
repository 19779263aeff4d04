"""Calls that we make: an announcement about an appointment, a new code word, the question after a safe return.

Nothing is said before a key is pressed: an answering machine or somebody else's telephone hears no date and no word.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from twilio.twiml.voice_response import VoiceResponse

from api.spoken import written_date_words, written_time_words
from api.telephone.callback import promise
from api.telephone.door import Step, twiml, webhook
from api.telephone.prompts import ask, say, sentence
from api.telephone.waiting import connect_anyway, to_a_human
from bookings.answers import ask_for_callback
from lotsen.messages.call_answers import CallAnswer, follow_call_answer
from lotsen.messages.models import Message
from lotsen.messages.numbers import may_be_dialled
from lotsen.messages.receipts import record_status
from lotsen.messages.spoken_secrets import has_secret, spoken_secret

MOST_TRIES = 2
SAFE_RETURN = "v_safe"
CANCELLED = frozenset({"senior_cancelled", "senior_cancelled_today"})
CANCELLED_OWN = "senior_cancelled_own"
NEEDED = ("date_long", "time")


@webhook
def announce(step: Step, message_id: UUID) -> HttpResponse:
    """Somebody or something has picked up."""
    answer, message = VoiceResponse(), _message(message_id, step)
    _greet(answer, message, message_id)
    return twiml(answer)


def _greet(answer: VoiceResponse, message: Message | None, message_id: UUID, tries: int = 0) -> None:
    language = _language(message)
    node = "safe_hello" if message is not None and message.kind == SAFE_RETURN else "out_hello"
    ask(answer, sentence(node, language), language=language, to=_key_address(message_id, 1, tries))


@webhook
def announce_key(step: Step, message_id: UUID) -> HttpResponse:
    """Keys of the announcement: hear it, understood, call me."""
    answer, message, stage = VoiceResponse(), _message(message_id, step), step.number("schritt")
    if message is not None and message.kind == SAFE_RETURN:
        _safe_return(answer, step, message)
    elif step["Digits"] == "0":
        to_a_human(answer, step, sentence("connecting", _language(message)))
    elif stage == 2 and message is not None:
        _heard(answer, step, message)
    elif step["Digits"] == "1" and (text := _text(message)):
        ask(answer, text, language=_language(message), to=_key_address(message_id, 2))
    elif step["Digits"] in {"", "*"} and step.number("mal") + 1 < MOST_TRIES:
        _greet(answer, message, message_id, step.number("mal") + 1)
    else:
        _goodbye(answer, "out_machine", message)
    return twiml(answer)


def _text(message: Message | None) -> str:
    """What the person hears after the key, "" where there is nothing (more) to say."""
    if message is None:
        return ""
    if has_secret(message.kind):
        word = spoken_secret(message)
        return sentence("out_word", _language(message), word=word) if word else ""
    if not all(message.variables.get(name) for name in NEEDED):
        return ""
    node = "out_cancelled" if message.kind in CANCELLED else "out_date"
    node = "out_cancelled_own" if message.kind == CANCELLED_OWN else node
    language = _language(message)
    words = {
        "date": written_date_words(message.variables["date_long"], language),
        "time": written_time_words(message.variables["time"], language),
    }
    return sentence(node, language, **words)


def _heard(answer: VoiceResponse, step: Step, message: Message) -> None:
    """ "1" is understood; "2" a human; silence twice is a human as well, by the ladder of the message."""
    pressed, tries = step["Digits"], step.number("mal") + 1
    is_call_back = pressed == "2" and message.kind not in CANCELLED
    if pressed == "1":
        _settle(step, message, CallAnswer.CONFIRMED)
        is_date = not has_secret(message.kind) and message.kind not in {*CANCELLED, CANCELLED_OWN}
        _goodbye(answer, "out_ok" if is_date else "out_heard", message)
    elif is_call_back and may_be_dialled(message.to):
        _call_me(answer, step, message)
    elif tries < MOST_TRIES and (text := _text(message)):
        ask(answer, text, language=_language(message), to=_key_address(message.pk, 2, tries))
    else:
        _settle(step, message, CallAnswer.SILENCE)
        _goodbye(answer, "out_silence", message)


def _call_me(answer: VoiceResponse, step: Step, message: Message) -> None:
    now, language = timezone.now(), _language(message)
    task = ask_for_callback(phone=message.to, sid=step.sid, at=now)
    _settle(step, message, CallAnswer.CALL_ME)
    say(answer, promise("out_callback", language, task.deadline_at, now), language)
    answer.hangup()


def _safe_return(answer: VoiceResponse, step: Step, message: Message) -> None:
    """All is well, help, or the next step of the alarm."""
    pressed, tries = step["Digits"], step.number("mal") + 1
    if pressed == "1":
        _settle(step, message, CallAnswer.CONFIRMED)
        _goodbye(answer, "safe_ok", message)
    elif pressed in {"0", "2"}:
        _settle(step, message, CallAnswer.HELP)
        connect_anyway(answer, step, sentence("safe_help", _language(message)))
    elif tries < MOST_TRIES:
        _greet(answer, message, message.pk, tries)
    else:
        _settle(step, message, CallAnswer.SILENCE)
        answer.hangup()


@transaction.atomic
def _settle(step: Step, message: Message, meant: CallAnswer) -> None:
    """An answer proves that the person heard it; silence does not, and the end of the call then says so."""
    now = timezone.now()
    if meant != CallAnswer.SILENCE:
        record_status(message.pk, sid=step.sid, status="delivered", at=now)
    follow_call_answer(message, meant, now)


def _message(message_id: UUID, step: Step) -> Message | None:
    """The voice message, if this very number is being called about it."""
    return Message.objects.filter(pk=message_id, channel="voice", to=step["To"]).first()


def _language(message: Message | None) -> str:
    return "en" if message is not None and message.language == "en" else "de"


def _key_address(message_id: UUID, stage: int, tries: int = 0) -> str:
    more = f"&mal={tries}" if tries else ""
    return f"{reverse('api:announce-key', args=[message_id])}?schritt={stage}{more}"


def _goodbye(answer: VoiceResponse, node: str, message: Message | None) -> None:
    language = _language(message)
    say(answer, sentence(node, language), language)
    answer.hangup()
