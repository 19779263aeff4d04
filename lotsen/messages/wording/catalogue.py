"""Reads the catalogue: sms.csv and a .toml for push, emails, letters, calls. Cached: the files ship with the program.

A text that the house has changed (`released`) goes before the file's. What a kind is, who reads it and which channels
it has is always the file's to say.
"""

import csv
import functools
import tomllib
from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import Any

from lotsen.messages.wording import released
from lotsen.messages.wording.spans import placeholders

LANGUAGES = ("de", "en")
_HERE = Path(__file__).parent
_ASKS_FOR_SMS = ("JA {code", "NEIN {code", "STOPP", "DA {code", "WEG {code", "OK {code", "ICH {code", "PAUSE", "WEITER")
_FRAMES = frozenset({"door", "frame", "subject", "foot", "other"})
VOICE_WORDS: dict[str, frozenset[str]] = {
    "senior_reminder_1d": frozenset({"date_long", "time"}),
    "senior_cancelled": frozenset({"date_long", "time"}),
    "senior_cancelled_today": frozenset({"date_long", "time"}),
    "senior_code_word": frozenset({"reference"}),
    "v_safe": frozenset({"code"}),
}
"""What the announcement can say, and the words that it needs; the sentences themselves belong to the telephone."""


class WordingError(Exception):
    """No such text, or a word is missing: a fault of the caller, never of the person who reads."""


@functools.cache
def sms_texts() -> dict[str, dict[str, str]]:
    """kind > {audience, de, en}."""
    with (_HERE / "sms.csv").open(encoding="utf-8", newline="") as file:
        return {row.pop("kind"): row for row in csv.DictReader(file)}


@functools.cache
def _kind_names() -> dict[str, dict[str, str]]:
    with (_HERE / "kinds.csv").open(encoding="utf-8", newline="") as file:
        return {row.pop("kind"): row for row in csv.DictReader(file)}


def kind_name(kind: str, language: str) -> str:
    """What an occasion is called on our own pages: "Termin bestätigt". One that nobody has named is called by its
    key.
    """
    names = _kind_names().get(kind)
    return names[_known(language)] if names else kind


@functools.cache
def table(name: str) -> dict[str, Any]:
    """One of emails, letters, calls, push as it stands in its file."""
    return tomllib.loads((_HERE / f"{name}.toml").read_text(encoding="utf-8"))


def kinds(channel: str) -> tuple[str, ...]:
    """Every kind that has words for this channel."""
    every = [*sms_texts(), *table("emails"), *table("letters"), *table("calls")]
    return tuple(kind for kind in dict.fromkeys(every) if kind not in _FRAMES and has_wording(kind, channel))


def has_wording(kind: str, channel: str) -> bool:
    """Whether this kind can be said by this channel. A human can say anything."""
    if channel == "email":
        return (kind in table("emails") and kind not in _FRAMES) or _sms_serves_as_email(kind)
    if channel == "letter":
        return kind in table("letters") and kind not in _FRAMES
    if channel == "sms":
        return kind in sms_texts()
    known: dict[str, Container[str]] = {"voice": VOICE_WORDS, "push": table("push")}
    return channel == "call" or kind in known.get(channel, ())


def _sms_serves_as_email(kind: str) -> bool:
    text = sms_texts().get(kind)
    return text is not None and not any(word in text["de"] for word in _ASKS_FOR_SMS)


def audience(kind: str) -> str:
    """Who reads this kind: senior, volunteer, facility, …"""
    if kind in sms_texts():
        return sms_texts()[kind]["audience"]
    return {"f": "facility", "v": "volunteer", "k": "staff"}.get(kind.partition("_")[0], "senior")


def sms_template(kind: str, language: str) -> str:
    """The SMS text with its placeholders."""
    own = released.text_of(kind, "sms", _known(language))
    return own.text if own else _found(sms_texts(), kind)[_known(language)]


def email_template(kind: str, language: str) -> tuple[str, str]:
    """Subject and body; where no own entry exists, the words of the SMS."""
    emails = table("emails")
    if own := released.text_of(kind, "email", _known(language)):
        return own.subject, own.text
    if kind in emails and kind not in _FRAMES:
        return emails[kind][_known(language)]["subject"], emails[kind][_known(language)]["body"]
    if not _sms_serves_as_email(kind):
        raise WordingError(f"no e-mail text for {kind}")
    body = sms_template(kind, language).removeprefix("Lotsen: ")
    return emails["subject"][_known(language)].get(audience(kind), "Lotsen"), body


def push_template(kind: str, language: str) -> str:
    """What a telephone shows."""
    return str(_found(table("push"), kind)[_known(language)])


def push_path(kind: str) -> str:
    """The page that a tap on the notice opens."""
    return str(table("push").get(kind, {}).get("path", "/lotse/"))


def email_foot(kind: str, language: str) -> str:
    """The last line of every e-mail."""
    foot = table("emails")["foot"][_known(language)]
    return foot.get(audience(kind), foot["other"])


def letter_template(kind: str, language: str) -> dict[str, Any]:
    """Subject and blocks."""
    letters = table("letters")
    if kind in _FRAMES:
        raise WordingError(f"no letter for {kind}")
    letter = _found(letters, kind)[_known(language)]
    own = released.text_of(kind, "letter", _known(language))
    return with_parts(letter, own.subject, own.parts) if own else letter


def with_parts(letter: dict[str, Any], subject: str, parts: Sequence[str]) -> dict[str, Any]:
    """The same blocks with other sentences, in the order in which `letter_parts` reads them."""
    left = iter(parts)
    return {**letter, "subject": subject, "blocks": [_with_texts(block, left) for block in letter["blocks"]]}


def letter_parts(letter: dict[str, Any]) -> list[str]:
    """Every sentence of a letter that may be changed, in order."""
    return [text for block in letter["blocks"] for text in block_texts(block)]


def _with_texts(block: dict[str, Any], left: Iterator[str]) -> dict[str, Any]:
    single = {
        key: next(left)
        for key, value in block.items()
        if isinstance(value, str) and key not in {"style", "with", "without"}
    }
    lists = {key: [next(left) for _ in value] for key, value in block.items() if isinstance(value, list)}
    return {**block, **single, **lists}


def letter_part(name: str, language: str) -> dict[str, Any]:
    """`door` or `frame`."""
    return table("letters")[name][_known(language)]


def call_template(kind: str, language: str) -> str:
    """What the human says; the general sentence where the kind has none."""
    own, calls = released.text_of(kind, "call", _known(language)), table("calls")
    return own.text if own else calls.get(kind, calls["other"])[_known(language)]


def block_texts(block: dict[str, Any]) -> list[str]:
    """Every string of a letter's block that is read by the person."""
    texts = [
        value for key, value in block.items() if isinstance(value, str) and key not in {"style", "with", "without"}
    ]
    return texts + [item for value in block.values() if isinstance(value, list) for item in value]


def names_in(*texts: str) -> frozenset[str]:
    """The placeholders of all these texts."""
    return frozenset().union(*(placeholders(text) for text in texts))


def _known(language: str) -> str:
    """German for every language that we cannot write yet."""
    return language if language in LANGUAGES else "de"


def _found(texts: dict[str, Any], kind: str) -> Any:
    try:
        return texts[kind]
    except KeyError:
        raise WordingError(f"no such text: {kind}") from None
