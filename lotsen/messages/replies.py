"""What an SMS answer means: the first line of the table that fits. Pure; who asked what is the caller's business.

Case, accents, exclamation marks, emoji and quoted text do not matter. What is not clearly one of our words is unclear,
and an unclear answer does nothing but reach a human.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Meaning(StrEnum):
    """What the sender wants."""

    EMERGENCY = "emergency"
    STOP = "stop"
    START = "start"
    YES = "yes"
    NO = "no"
    YES_BUT = "yes_but"
    ARRIVED = "arrived"
    LEFT = "left"
    LONGER = "longer"
    HELP = "help"
    PAUSE = "pause"
    RESUME = "resume"
    RECEIVED = "received"
    TAKE_ALARM = "take_alarm"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Reply:
    """A meaning, and the four-digit code that stood beside it (empty where there was none)."""

    meaning: Meaning
    code: str = ""


LONGEST_READ = 1600
_EMERGENCY = re.compile(
    r"\b(ge(stuerzt|fallen|sturzt)|hingefallen|notfall|notarzt|herzinfarkt|schlaganfall|atemnot|blute stark"
    r"|bewusstlos|einbrecher|ueberfall|uberfall|112|110)\b|komme? nicht (mehr )?hoch|keine luft"
)
_ALONE = {
    "stop": Meaning.STOP,
    "stopp": Meaning.STOP,
    "abmelden": Meaning.STOP,
    "ende": Meaning.STOP,
    "abbestellen": Meaning.STOP,
    "start": Meaning.START,
    "pause": Meaning.PAUSE,
    "weiter": Meaning.RESUME,
}
_WITH_CODE = {
    "ja": Meaning.YES,
    "yes": Meaning.YES,
    "nein": Meaning.NO,
    "no": Meaning.NO,
    "da": Meaning.ARRIVED,
    "weg": Meaning.LEFT,
    "mehr": Meaning.LONGER,
    "hilfe": Meaning.HELP,
    "ok": Meaning.RECEIVED,
    "ich": Meaning.TAKE_ALARM,
}
_NEEDS_CODE = frozenset({Meaning.ARRIVED, Meaning.LEFT, Meaning.LONGER, Meaning.RECEIVED, Meaning.TAKE_ALARM})
_POLITE = frozenset({"gern", "gerne", "danke", "bitte", "klar", "passt"})
_QUOTE = re.compile(r"^\s*(>|-{2,}|am .{3,60} schrieb|on .{3,60} wrote|lotsen:)", re.IGNORECASE)


def read_reply(body: str) -> Reply:
    """The meaning of one SMS. Cyrillic look-alikes, MMS without text and 1,600 signs are unclear."""
    words = _words(body)
    if words is None:
        return Reply(Meaning.UNCLEAR)
    if _EMERGENCY.search(" ".join(words)):
        return Reply(Meaning.EMERGENCY)
    if len(words) == 1 and words[0] in _ALONE:
        return Reply(_ALONE[words[0]])
    return _answer(words, asks=_without_quote(body).rstrip().endswith("?"))


def _answer(words: list[str], *, asks: bool) -> Reply:
    meaning = _WITH_CODE.get(words[0]) if words else None
    if meaning is None or asks:
        return Reply(Meaning.UNCLEAR)
    rest = [word for word in words[1:] if word not in _POLITE]
    code = rest[0] if rest and re.fullmatch(r"[1-9][0-9]{3}", rest[0]) else ""
    if len(rest) > (1 if code else 0):
        return Reply(Meaning.YES_BUT, code) if meaning == Meaning.YES else Reply(Meaning.UNCLEAR)
    if meaning in _NEEDS_CODE and not code:
        return Reply(Meaning.UNCLEAR)
    return Reply(meaning, code)


def _words(body: str) -> list[str] | None:
    """Plain lower-case words without what was quoted; None where the sender's letters are not Latin or too many."""
    if len(body) > LONGEST_READ - 1:
        return None
    own = _without_quote(body)
    if any(_is_foreign(sign) for sign in own):
        return None
    plain = own.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))
    joined = re.sub(r"(?<=[a-z])(?=[0-9]{4}\b)", " ", plain)
    return re.findall(r"[a-z0-9]+", joined)


def _is_foreign(sign: str) -> bool:
    """A letter that is not Latin (a Cyrillic А looks the same), half a letter, or a control character."""
    if sign.isalpha():
        return "LATIN" not in unicodedata.name(sign, "")
    return unicodedata.category(sign) in {"Cc", "Cs"} and not sign.isspace()


def _without_quote(body: str) -> str:
    kept: list[str] = []
    for line in body.splitlines():
        if _QUOTE.match(line):
            break
        kept.append(line)
    return "\n".join(kept)
