"""What the voice says. The sentences lie in `api/prompts.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from django.urls import reverse
from twilio.twiml.voice_response import Gather, VoiceResponse

VOICES = {"de": ("de-DE", "Polly.Vicki-Neural"), "en": ("en-GB", "Polly.Amy-Neural")}
SILENCE_SECONDS = 6


@cache
def prompts() -> dict[str, dict[str, str]]:
    """Every prompt by node and language."""
    return tomllib.loads((Path(__file__).parent.parent / "prompts.toml").read_text(encoding="utf-8"))


def sentence(node: str, language: str, **words: str) -> str:
    """One prompt, filled."""
    return prompts()[node][language].format_map(words)


def say(document: VoiceResponse | Gather, text: str, language: str) -> None:
    """Let the voice read a text; whatever stands in it stays text."""
    spoken, voice = VOICES[language]
    document.say(text, language=spoken, voice=voice)


def address(name: str, language: str, **where: str | int) -> str:
    """The path of a step with what it must know."""
    query = {key: str(value) for key, value in where.items() if value}
    if language != "de":
        query["sprache"] = language
    path = reverse(f"api:{name}")
    return f"{path}?{urlencode(query)}" if query else path


def ask(
    document: VoiceResponse,
    *texts: str,
    language: str,
    to: str,
    digits: int = 1,
    finish: str = "",
    seconds: int = SILENCE_SECONDS,
) -> None:
    """Say something and wait for keys; silence is an answer as well, so that nobody is left in the dark."""
    gather = Gather(
        input="dtmf",
        num_digits=digits or None,
        finish_on_key=finish,
        timeout=seconds,
        action=to,
        method="POST",
        action_on_empty_result=True,
    )
    for text in texts:
        say(gather, text, language)
    document.append(gather)
