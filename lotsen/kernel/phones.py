"""German telephone numbers in any spelling, kept as E.164 ("+493511234567"), shown in groups.

Only numbers that cost the usual and that a person answers at home or in the pocket are taken: land line, mobile,
032. Emergency, service, premium and foreign numbers are refused, so that nothing here ever dials them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from lotsen.kernel.sentences import NotUnderstood, Sentence

EXAMPLE = "0351 123 45 67"
LONGEST_E164 = 15
_ANSWERED = {
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.VOIP,
}
_SHORT_SERVICE = re.compile(r"110|112|115|116\d{3}|118\d{2,3}|19222")
_LONG_SERVICE = re.compile(r"(?:137|138|180|181|19\d|700|800|900|118)\d*")
_SPREADSHEET = re.compile(r"\d+(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
# Bundesnetzagentur, "Rufnummern für Drama-Zwecke": given to nobody, free for films and demonstrations.
_FOR_FILMS = re.compile(
    r"\+49(?:3023125\d{3}|6990009\d{3}|4066969\d{3}|2214710\d{3}|8999998\d{3}|17139200\d{2}|17604069\d{3})"
)


class NotAPhoneNumber(NotUnderstood):
    """What was typed is no number that we can call."""


def parse_phone(text: str, *, own: Collection[str] = ()) -> str:
    """Reads "0351/123 45-67", "+49 (0)351 1234567", "0049351..." into "+493511234567".

    `own` holds our own numbers (E.164), refused as well. Refuses with NotAPhoneNumber.
    """
    plain = re.sub(r"^(?:telefon|tel|mobil|handy)\b[.:\s]*", "", unicodedata.normalize("NFKC", text).strip().lower())
    _refuse_at_sight(plain)
    number = _read(plain)
    written = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if _FOR_FILMS.fullmatch(written) is None:
        _refuse_uncallable(number, written)
    if written in own:
        raise NotAPhoneNumber(Sentence("Das ist unsere eigene Nummer. Bitte schreiben Sie Ihre."))
    return written


def is_mobile(phone: str) -> bool:
    """Whether an SMS reaches it."""
    number = phonenumbers.parse(phone, "DE")
    return phonenumbers.number_type(number) == PhoneNumberType.MOBILE


def is_for_films(phone: str) -> bool:
    """Whether the number is one of those that belong to nobody. No real provider may ever be asked to call it."""
    return _FOR_FILMS.fullmatch(phone) is not None


def grouped(phone: str) -> str:
    """Writes "+493511234567" as people write and read it out: "0351 123 45 67"."""
    number = phonenumbers.parse(phone, "DE")
    digits = phonenumbers.national_significant_number(number)
    prefix = phonenumbers.length_of_national_destination_code(number)
    area, rest = digits[:prefix], digits[prefix:]
    first = 3 if len(rest) % 2 and len(rest) > 2 else 2
    pairs = [rest[:first], *(rest[at : at + 2] for at in range(first, len(rest), 2))]
    return " ".join([f"0{area}", *pairs]) if area else f"0{' '.join(pairs)}"


def masked(phone: str) -> str:
    """Its last three digits, enough to tell two numbers apart and too little to call: "… 567"."""
    return f"… {phone[-3:]}"


def _refuse_at_sight(plain: str) -> None:
    digits = re.sub(r"\D", "", plain)
    if _SPREADSHEET.fullmatch(plain.replace(" ", "")):
        raise NotAPhoneNumber(
            Sentence(
                "Die Tabelle hat die Telefonnummer verändert. "
                "Bitte die Spalte als Text speichern, zum Beispiel {example}.",
                example=EXAMPLE,
            )
        )
    if not digits or re.search(r"[^\d\s+()/.\-‐‑‒–—]", plain):
        raise NotAPhoneNumber(
            Sentence("Eine Telefonnummer besteht aus Ziffern. Zum Beispiel: {example}", example=EXAMPLE)
        )
    if _SHORT_SERVICE.fullmatch(digits):
        raise _cannot_call()
    if len(digits) < 3:
        raise _too_short()
    if not plain.lstrip("( ").startswith(("0", "+")):
        raise NotAPhoneNumber(
            Sentence("In der Telefonnummer fehlt die Vorwahl. Zum Beispiel: {example}", example=EXAMPLE)
        )


def _read(plain: str) -> PhoneNumber:
    try:
        return phonenumbers.parse(plain, "DE")
    except phonenumbers.NumberParseException as refused:
        if refused.error_type == refused.TOO_LONG:
            raise _too_long() from refused
        if refused.error_type in (refused.TOO_SHORT_NSN, refused.TOO_SHORT_AFTER_IDD):
            raise _too_short() from refused
        raise _cannot_call() from refused


def _refuse_uncallable(number: PhoneNumber, written: str) -> None:
    national = phonenumbers.national_significant_number(number)
    if number.country_code != 49 or _LONG_SERVICE.fullmatch(national):
        raise _cannot_call()
    if len(written) - 1 > LONGEST_E164:
        raise _too_long()
    if phonenumbers.is_valid_number(number):
        if phonenumbers.number_type(number) not in _ANSWERED:
            raise _cannot_call()
    elif len(national) < 10:
        raise _too_short()
    else:
        raise _cannot_call()


def _cannot_call() -> NotAPhoneNumber:
    return NotAPhoneNumber(Sentence("Diese Nummer können wir nicht anrufen. Bitte nehmen Sie Festnetz oder Handy."))


def _too_short() -> NotAPhoneNumber:
    return NotAPhoneNumber(Sentence("Die Nummer ist zu kurz."))


def _too_long() -> NotAPhoneNumber:
    return NotAPhoneNumber(Sentence("Die Nummer ist zu lang."))
