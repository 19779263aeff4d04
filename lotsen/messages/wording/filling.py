"""Templates and words become what the person reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lotsen.messages.wording import catalogue
from lotsen.messages.wording.catalogue import WordingError, names_in
from lotsen.messages.wording.gsm7 import fits_one_segment, normalised
from lotsen.messages.wording.spans import Span, placeholders, plain, spans

HOUSE_WORDS = frozenset({"hotline", "hotline_hours", "login_link", "owner_name", "today_long"})
FORM_WORDS = frozenset({"_large"})
"""Not words but the form of a letter (18 pt); handed through to the printer."""
_LONGEST_HOTLINE = "0351 488 000 000"


@dataclass(frozen=True)
class Rendered:
    """A text ready to be sent; `subject` is empty for an SMS."""

    subject: str
    text: str


@dataclass(frozen=True)
class LetterSheet:
    """One letter as data for the sheet: nothing in it is markup."""

    subject: str
    blocks: list[dict[str, Any]]
    frame: dict[str, str]
    keep: bool
    signed: bool = True


def needed_words(kind: str, channel: str, language: str) -> tuple[frozenset[str], frozenset[str]]:
    """Names that must be given, and names that may be; the house's own words are in neither."""
    if channel == "letter":
        must, may = _letter_names(catalogue.letter_template(kind, language))
    elif channel == "sms":
        must, may = placeholders(catalogue.sms_template(kind, language)), frozenset[str]()
    elif channel == "push":
        must, may = placeholders(catalogue.push_template(kind, language)), frozenset[str]()
    elif channel == "email":
        must, may = names_in(*catalogue.email_template(kind, language)), frozenset[str]()
    elif channel == "call":
        must, may = placeholders(catalogue.call_template(kind, language)), frozenset[str]()
    elif channel == "voice":
        must, may = catalogue.VOICE_WORDS.get(kind, frozenset()), frozenset[str]()
    else:
        raise WordingError(f"no words for channel {channel}")
    return must - HOUSE_WORDS, may - must - HOUSE_WORDS


def _letter_names(letter: dict[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    must, may = placeholders(letter["subject"]), frozenset[str]()
    for block in letter["blocks"]:
        names = names_in(*catalogue.block_texts(block))
        if "with" in block or "without" in block:
            may |= names | frozenset({block.get("with", "")}) - {""}
        else:
            must |= names
    return must, may


def needed_only(kind: str, channel: str, language: str, words: Mapping[str, Any]) -> dict[str, str]:
    """The words that this text and its call sentence name, as strings; the rest is not kept. WordingError if one lacks.

    So a code word or a topic handed in for the letter never lies in the row of an SMS.
    """
    must, may = needed_words(kind, channel, language)
    if missing := sorted(name for name in must if not str(words.get(name, "")).strip()):
        raise WordingError(f"{kind} by {channel} lacks {', '.join(missing)}")
    kept = must | may | placeholders(catalogue.call_template(kind, "de")) | {"owner_name"}
    if channel == "letter":
        kept |= FORM_WORDS
    return {name: str(value) for name, value in words.items() if name in kept and str(value).strip()}


def render(kind: str, channel: str, language: str, words: Mapping[str, str], house: Mapping[str, str]) -> Rendered:
    """The text as it goes out; a letter as plain text, for the timeline."""
    filled = {**house, **words}
    try:
        if channel == "sms":
            return Rendered("", normalised(catalogue.sms_template(kind, language).format_map(filled)))
        if channel == "push":
            return Rendered("Lotsen", catalogue.push_template(kind, language).format_map(filled))
        if channel == "email":
            return _email(kind, language, filled)
        if channel == "letter":
            sheet = letter_sheet(kind, language, words, house)
            return Rendered(sheet.subject, "\n\n".join(_plain_block(block) for block in sheet.blocks))
        return Rendered("", call_sentence(kind, language, filled))
    except KeyError as missing:
        raise WordingError(f"{kind} by {channel} lacks {missing}") from None


def _email(kind: str, language: str, filled: Mapping[str, str]) -> Rendered:
    subject, body = catalogue.email_template(kind, language)
    hello = "Hello," if language == "en" else "Guten Tag,"
    parts = [hello, body.format_map(filled), catalogue.email_foot(kind, language).format_map(filled)]
    return Rendered(subject.format_map(filled), "\n\n".join(parts) + "\n")


def letter_sheet(kind: str, language: str, words: Mapping[str, str], house: Mapping[str, str]) -> LetterSheet:
    """The letter as blocks of runs; blocks whose word is not given are left out."""
    letter, filled = catalogue.letter_template(kind, language), {**house, **words}
    standing = [block for block in letter["blocks"] if _stands(block, words)]
    return LetterSheet(
        subject=letter["subject"].format_map(filled),
        blocks=[_filled_block(block, language, filled) for block in standing],
        frame=dict(catalogue.letter_part("frame", language)),
        keep=letter.get("keep", catalogue.audience(kind) == "senior"),
        signed=letter.get("signed", True),
    )


def _stands(block: dict[str, Any], words: Mapping[str, str]) -> bool:
    if "with" in block and not words.get(block["with"]):
        return False
    return not ("without" in block and words.get(block["without"]))


def _filled_block(block: dict[str, Any], language: str, filled: Mapping[str, str]) -> dict[str, Any]:
    if block["style"] == "door":
        door = catalogue.letter_part("door", language)
        return {"style": "list", "heading": door["heading"], "items": [spans(item, filled) for item in door["items"]]}
    if block["style"] in {"paragraph", "heading"}:
        return {"style": block["style"], "runs": spans(block["text"], filled)}
    if block["style"] == "steps":
        return {"style": "steps", "items": [spans(item, filled) for item in block["items"]]}
    out: dict[str, Any] = {"style": block["style"]}
    for key, value in block.items():
        if key in {"style", "with", "without"}:
            continue
        out[key] = [plain(item, filled) for item in value] if isinstance(value, list) else plain(value, filled)
    return out


def _plain_block(block: dict[str, Any]) -> str:
    def joined(runs: list[Span]) -> str:
        return "".join(run["text"] for run in runs)

    if block["style"] in {"paragraph", "heading"}:
        return joined(block["runs"])
    if block["style"] == "list":
        return "\n".join([block["heading"], *("- " + joined(item) for item in block["items"])])
    if block["style"] == "steps":
        return "\n".join(f"{number}. {joined(item)}" for number, item in enumerate(block["items"], 1))
    if block["style"] != "box":
        return _plain_form(block)
    return "\n".join([block["label"], block["name"], block["when"], f"{block['word_label']} {block['word']}"])


def _plain_form(block: dict[str, Any]) -> str:
    """What is ticked or filled in by hand: its words, one below the other."""
    mark = "[ ] " if block["style"] in {"card", "ticks"} else ""
    lines = [mark + item for item in block.get("items", [])] + block.get("questions", [])
    names = ("title", "lead", "free", "note", "number")
    return "\n".join([*lines, *(block[name] for name in names if block.get(name))])


def call_sentence(kind: str, language: str, words: Mapping[str, str]) -> str:
    """What the human says. A word that is not known becomes an ellipsis: the task must appear all the same."""
    template = catalogue.call_template(kind, language)
    return template.format_map({name: words.get(name, "…") for name in placeholders(template)})


def sms_fits(kind: str, language: str, words: Mapping[str, str]) -> bool:
    """Whether the filled SMS is GSM-7 and one segment; nothing is ever cut."""
    house = dict.fromkeys(HOUSE_WORDS, _LONGEST_HOTLINE)
    try:
        return fits_one_segment(render(kind, "sms", language, words, house).text)
    except WordingError:
        return False
