"""What a caller hears while this program or its database is down: one file, served by the web server, always the same.

It knows no opening hours and no date: the landline's own announcement answers by night.
"""

from __future__ import annotations

from pathlib import Path

from twilio.twiml.voice_response import VoiceResponse

from lotsen.messages.numbers import may_be_dialled

NAME = "telefon-notfall.xml"
RING_SECONDS = 30
VOICE = {"language": "de-DE", "voice": "Polly.Vicki-Neural"}
CONNECTING = (
    "Guten Tag. Hier sind die Lotsen. Unsere Technik ist gestört. "
    "Ich verbinde Sie trotzdem mit einem Menschen. Bitte warten Sie."
)
NO_ANSWER = (
    "Jetzt nimmt leider niemand ab. Ihr Termin bleibt bestehen. Bitte rufen Sie später noch einmal an. "
    "Ein Notfall? Wählen Sie eins, eins, zwei."
)


def fallback_document(hotline: str, *, own: str) -> str:
    """The spoken document that dials the hotline's landline (E.164). ValueError for one that we never dial."""
    if not may_be_dialled(hotline, own=frozenset({own})):
        raise ValueError("the hotline's number cannot be dialled")
    document = VoiceResponse()
    document.say(CONNECTING, **VOICE)
    document.dial(hotline, timeout=RING_SECONDS)
    document.say(NO_ANSWER, **VOICE)
    document.hangup()
    return str(document)


def write_fallback(folder: Path, hotline: str, *, own: str) -> bool:
    """Write the file where the static files are collected from; true if that changed it."""
    path, text = folder / NAME, fallback_document(hotline, own=own)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True
