"""Numbers in the groups in which people read them aloud."""

import functools

import phonenumbers


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
