"""The alphabet of the SMS (3GPP TS 23.038, default alphabet and extension table). Pure."""

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
SEGMENT = 160
LONG_SEGMENT = 153
UCS2_SEGMENT, UCS2_LONG_SEGMENT = 70, 67

_TYPOGRAPHY = str.maketrans(
    {
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{HYPHEN}": "-",
        "\N{NON-BREAKING HYPHEN}": "-",
        "\N{DOUBLE LOW-9 QUOTATION MARK}": '"',
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{SINGLE LOW-9 QUOTATION MARK}": "'",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{HORIZONTAL ELLIPSIS}": "...",
        "\N{NO-BREAK SPACE}": " ",
        "\N{NARROW NO-BREAK SPACE}": " ",
        "\N{THIN SPACE}": " ",
    }
)


def normalised(text: str) -> str:
    """Dashes, quotation marks and odd spaces as plain signs; no letter is ever replaced."""
    return text.translate(_TYPOGRAPHY)


def alien_letters(text: str) -> frozenset[str]:
    """The signs that would turn the SMS into UCS-2."""
    return frozenset(text) - BASIC - EXTENDED


def septets(text: str) -> int:
    """Length in septets; a sign of the extension table takes two."""
    return sum(2 if sign in EXTENDED else 1 for sign in text)


def fits_one_segment(text: str) -> bool:
    """GSM-7 only and at most 160 septets."""
    return not alien_letters(text) and septets(text) <= SEGMENT


def segments(text: str) -> int:
    """How many SMS the network would charge: 160 septets or 153 each, with letters beyond GSM-7 70 or 67 (UCS-2)."""
    if alien_letters(text):
        length, one, more = len(text.encode("utf-16-be")) // 2, UCS2_SEGMENT, UCS2_LONG_SEGMENT
    else:
        length, one, more = septets(text), SEGMENT, LONG_SEGMENT
    return 1 if length <= one else -(-length // more)
