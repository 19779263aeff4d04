"""The rules that every text keeps, in sentences for whoever changes one. Pure; the tests ask the same judge.

SMS: plain letters (GSM-7), one segment with the longest values, begins with "Lotsen: ". On every way but the letter: no
name, street, need or code word; to seniors no link and always a telephone number.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lotsen.messages.wording import catalogue, released
from lotsen.messages.wording.filling import HOUSE_WORDS
from lotsen.messages.wording.gsm7 import SEGMENT, alien_letters, normalised, segments, septets
from lotsen.messages.wording.longest import longest_words
from lotsen.messages.wording.spans import placeholders

FORBIDDEN = frozenset(
    {
        *("name", "surname", "last_name", "first_name", "visitor_name", "salutation", "street", "address"),
        *("house_number", "postal_code", "topic", "need", "needs", "phone", "code_word", "birthdate", "link", "url"),
    }
)
SECRET = frozenset({"code_word"})
"""What even our own people do not read: they see the person's page, the word only the letter says."""
PERSONAL = re.compile(
    r"\b(Frau|Herrn?|Mrs|Mr|Ms)\b|\b(alleine?|alone)\b|Straße|Weg \d|\b\d{5}\b|Rollstuhl|wheelchair|Hund|\bdog\b"
    r"|Stock\b|floor|Pflegegrad|Kennwort (ist|lautet) \W|code word is \W|Hausbesuch|home visit",
    re.IGNORECASE,
)
LINK = re.compile(r"https?:|www\.|\.(de|com|org|eu|net)\b|\{login_link\}", re.IGNORECASE)
NEEDS_A_PHONE = frozenset({"senior", "unknown"})
LONGEST_SUBJECT = 160


@dataclass(frozen=True)
class Wish:
    """A text as somebody wants it: `text` for SMS, e-mail and call sentence, `parts` for the sentences of a letter."""

    subject: str = ""
    text: str = ""
    parts: tuple[str, ...] = ()

    @property
    def all_texts(self) -> tuple[str, ...]:
        """Whatever the reader gets to see of it."""
        return tuple(part for part in (self.subject, self.text, *self.parts) if part)


@dataclass(frozen=True)
class Length:
    """How long an SMS is with the longest values."""

    septets: int
    segments: int
    limit: int = SEGMENT


def sms_length(text: str, language: str) -> Length:
    """Septets and segments of the filled text, with the segments that letters beyond GSM-7 would force."""
    filled = normalised(filled_longest(text, language))
    return Length(septets(filled), segments(filled))


def filled_longest(text: str, language: str) -> str:
    """The text with every word at its longest. ValueError for stray braces."""
    return text.format_map(longest_words(language))


def faults(kind: str, channel: str, language: str, wish: Wish) -> list[str]:
    """The rules that this text breaks, as sentences; empty where it may go out."""
    try:
        names = catalogue.names_in(*wish.all_texts)
        for text in wish.all_texts:
            filled_longest(text, language)
    except (ValueError, IndexError, AttributeError, KeyError):
        return [_("Eine geschweifte Klammer steht allein. Platzhalter sehen so aus: {date_long}")]
    found = [*_form_faults(kind, channel, language, wish), *_placeholder_faults(kind, channel, language, names)]
    if channel == "sms":
        found += _sms_faults(language, wish.text)
    if channel != "letter":
        found += _personal_faults(kind, channel, wish, names)
    return found


def _form_faults(kind: str, channel: str, language: str, wish: Wish) -> list[str]:
    if channel in {"email", "letter"} and not wish.subject.strip():
        return [_("Der Betreff fehlt.")]
    if channel == "email" and (len(wish.subject) > LONGEST_SUBJECT or "\n" in wish.subject):
        return [_("Der Betreff ist zu lang.")]
    if channel == "letter":
        with released.none():
            wanted = len(catalogue.letter_parts(catalogue.letter_template(kind, language)))
        is_whole = len(wish.parts) == wanted and all(part.strip() for part in wish.parts)
        return [] if is_whole else [_("Ein Absatz ist leer.")]
    return [] if wish.text.strip() else [_("Der Text ist leer.")]


def _placeholder_faults(kind: str, channel: str, language: str, names: frozenset[str]) -> list[str]:
    with released.none():
        known = file_names(kind, channel, language)
    found = []
    if strange := sorted(names - known - HOUSE_WORDS):
        found.append(_("Diesen Platzhalter gibt es hier nicht: %(names)s") % {"names": _braced(strange)})
    if lacking := sorted(known - names):
        found.append(_("Dieser Platzhalter fehlt: %(names)s") % {"names": _braced(lacking)})
    return found


def file_names(kind: str, channel: str, language: str) -> frozenset[str]:
    """The placeholders of the text as the program brought it."""
    if channel == "sms":
        return placeholders(catalogue.sms_template(kind, language))
    if channel == "email":
        return catalogue.names_in(*catalogue.email_template(kind, language))
    if channel == "call":
        return placeholders(catalogue.call_template(kind, language))
    letter = catalogue.letter_template(kind, language)
    return catalogue.names_in(letter["subject"], *catalogue.letter_parts(letter))


def _braced(names: list[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)


def _sms_faults(language: str, text: str) -> list[str]:
    found, filled = [], normalised(filled_longest(text, language))
    if not text.startswith("Lotsen: "):
        found.append(_("Eine SMS beginnt mit „Lotsen: “."))
    if strange := sorted(alien_letters(filled)):
        found.append(_("Diese Zeichen kann eine SMS nicht: %(signs)s") % {"signs": " ".join(strange)})
    elif septets(filled) > SEGMENT:
        words = {"n": septets(filled), "limit": SEGMENT}
        found.append(_("Der Text ist zu lang: %(n)s von %(limit)s Zeichen.") % words)
    return found


def _personal_faults(kind: str, channel: str, wish: Wish, names: frozenset[str]) -> list[str]:
    text, found = " ".join(wish.all_texts), []
    if names & (SECRET if channel == "call" else FORBIDDEN) or (channel != "call" and PERSONAL.search(text)):
        found.append(_("Kein Name, keine Adresse, kein Bedarf, kein Kennwort: Das steht nur im Brief."))
    is_to_senior = catalogue.audience(kind) in NEEDS_A_PHONE
    if LINK.search(text) and (is_to_senior or channel == "sms"):
        found.append(_("Kein Link: Wir schicken Seniorinnen und Senioren nie Links, und SMS haben keine."))
    if channel == "sms" and is_to_senior and "hotline" not in names and "112" not in text:
        found.append(_("Die Telefonnummer fehlt: {hotline}"))
    return found
