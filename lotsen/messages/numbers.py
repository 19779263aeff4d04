"""Which numbers we may ring or write to: German landlines and mobiles, nothing that costs extra. Pure."""

import phonenumbers
from phonenumbers import PhoneNumberType

from lotsen.kernel.phones import is_for_films

_DIALLED = frozenset({PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})

_SERVICE = tuple(f"+49{start}" for start in ("10", "11", "12", "13", "18", "19", "31", "32", "700", "800", "900"))
"""Beginnings without a place: call by call, mass calls, shared cost, 032, personal, free and premium numbers."""


def may_be_dialled(number: str, *, own: frozenset[str] = frozenset()) -> bool:
    """Whether `number` (E.164) is a German landline or mobile and none of our own.

    0900, 0137, 0180, 118xx, satellite and foreign numbers are not, nor is anything that phonenumbers calls invalid.
    """
    return number not in own and (_kind(number) in _DIALLED or is_for_films(number))


def takes_sms(number: str, *, own: frozenset[str] = frozenset()) -> bool:
    """Whether `number` (E.164) is a German mobile."""
    if number in own:
        return False
    return _kind(number) == PhoneNumberType.MOBILE or (is_for_films(number) and number.startswith("+491"))


def _kind(number: str) -> int | None:
    if not number.startswith("+49") or number.startswith(_SERVICE):
        return None
    if not number[1:].isascii() or not number[1:].isdigit():
        return None
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number_for_region(parsed, "DE"):
        return None
    return phonenumbers.number_type(parsed)
