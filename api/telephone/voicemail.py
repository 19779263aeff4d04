"""The voicemail outside the hours: announced, only after a key, two minutes at most. A talk is never recorded."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from twilio.twiml.voice_response import VoiceResponse

from api.spoken import moment_words
from api.telephone.door import Step, recording_webhook, twiml, webhook
from api.telephone.hours import is_open, opens_at
from api.telephone.prompts import address, ask, say, sentence
from api.telephone.waiting import to_a_human
from lotsen.messages.telephone import receive_recording
from lotsen.messages.telephone.voicemails import LONGEST_SECONDS, SHORTEST_SECONDS

MOST_TRIES = 2
SILENCE_SECONDS = 8


@webhook
def voicemail(step: Step) -> HttpResponse:
    """Says what is kept and for how long, and asks for a yes."""
    answer = VoiceResponse()
    _ask(answer, step.language)
    return twiml(answer)


def _ask(answer: VoiceResponse, language: str, *before: str, tries: int = 0) -> None:
    to = address("voice-mail-key", language, mal=tries)
    ask(answer, *before, sentence("voicemail", language), language=language, to=to)


@webhook
def voicemail_key(step: Step) -> HttpResponse:
    """Only the one is a yes."""
    answer, language, now = VoiceResponse(), step.language, timezone.now()
    tries = step.number("mal") + 1
    if step["Digits"] == "0" and is_open(now):
        to_a_human(answer, step)
    elif step["Digits"] == "1" and step.phone_call(now) is None:
        answer.hangup()
    elif step["Digits"] == "1":
        _record(answer, language)
    elif step["Digits"] == "*" and tries < MOST_TRIES:
        _ask(answer, language, tries=tries)
    elif step["Digits"] == "0" and tries < MOST_TRIES:
        _ask(answer, language, sentence("closed_zero", language), tries=tries)
    else:
        say(answer, sentence("closed_bye", language, **moment_words(opens_at(now), language)), language)
        answer.hangup()
    return twiml(answer)


def _record(answer: VoiceResponse, language: str, *, node: str = "voicemail_beep", tries: int = 0) -> None:
    say(answer, sentence(node, language), language)
    answer.record(
        action=address("voice-mail-done", language, mal=tries),
        method="POST",
        max_length=LONGEST_SECONDS,
        timeout=SILENCE_SECONDS,
        finish_on_key="#",
        play_beep=True,
        trim="do-not-trim",
        transcribe=False,
        recording_status_callback=address("voice-recording", language),
        recording_status_callback_method="POST",
        recording_status_callback_event="completed",
    )


@webhook
def voicemail_done(step: Step) -> HttpResponse:
    """The recording is over; one that holds nothing may be tried once more."""
    answer, language, tries = VoiceResponse(), step.language, step.number("mal") + 1
    if _seconds(step) < SHORTEST_SECONDS and tries < MOST_TRIES and step["Digits"] != "hangup":
        _record(answer, language, node="voicemail_empty", tries=tries)
    else:
        say(answer, sentence("voicemail_full" if _seconds(step) >= SHORTEST_SECONDS else "bye", language), language)
        answer.hangup()
    return twiml(answer)


@recording_webhook
def recording(step: Step) -> HttpResponse:
    """The provider has the recording; a worker fetches it and erases it there."""
    if step["RecordingStatus"] == "completed":
        receive_recording(
            call_sid=step.sid, recording_sid=step["RecordingSid"], seconds=_seconds(step), at=timezone.now()
        )
    return HttpResponse(status=204)


def _seconds(step: Step) -> int:
    text = step["RecordingDuration"]
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else 0
