"""How things are said: numbers in the groups in which people read them aloud, sentences in their language."""

import functools
import re
from datetime import date

import phonenumbers
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lotsen.kernel.calendar import long_date
from lotsen.kernel.sentences import Sentence, listed

DISTANCE = re.compile(r"\d+,\d( km)?")


def said(text: object) -> str:
    """Say a sentence of a pure module, or the name of a topic or the like, in the language that is active.

    Days, lists of words and sentences within a sentence are said in that language as well; what was typed or is unknown
    stays as it is.
    """
    if isinstance(text, Sentence):
        return _(text.text).format(**{name: _said_within(value) for name, value in text.values.items()})
    if isinstance(text, date):
        return long_date(text, language=get_language() or "de")
    return _(text) if isinstance(text, str) and text else str(text)


def decimal_words(number: str) -> str:
    """Say "2,5" as "2.5" in English."""
    return number.replace(",", ".") if (get_language() or "de").startswith("en") else number


def _said_within(value: object) -> object:
    if isinstance(value, tuple):
        return listed(tuple(said(word) for word in value), _(" und "))
    if isinstance(value, date | Sentence):
        return said(value)
    return decimal_words(value) if isinstance(value, str) and DISTANCE.fullmatch(value) else value


@functools.lru_cache(maxsize=4096)
def grouped_phone(number: str) -> str:
    """Return a phone number as "030 231 25 100"; what cannot be read as a number comes back unchanged."""
    try:
        parsed = phonenumbers.parse(number, "DE")
    except phonenumbers.NumberParseException:
        return number
    if parsed.country_code != 49:
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    area, _, rest = national.partition(" ")
    digits = "".join(c for c in rest if c.isdigit())
    return " ".join([area, *digit_groups(digits)])


def digit_groups(digits: str) -> list[str]:
    """Cut a subscriber number into groups of two and three: 231 25 100, 123 45 67, 392 00 80."""
    head, middle = digits[:3], digits[3:]
    groups = [head] if head else []
    while middle:
        size = 3 if len(middle) in (3, 6, 9) else 2
        if len(middle) == 1:
            size = 1
        groups.append(middle[:size])
        middle = middle[size:]
    return groups


def reference_groups(reference: str) -> list[str]:
    """Cut a reference of seven digits into the groups 3-3-1; spaces in it do not matter."""
    digits = "".join(c for c in reference if c.isdigit())
    return [part for part in (digits[:3], digits[3:6], digits[6:]) if part]
