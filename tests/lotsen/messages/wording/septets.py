"""The septets as the network carries them (3GPP TS 23.038, 6.1.2.1): an encoder apart from ours, to see texts whole."""

ESCAPE = 0x1B
ALPHABET = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}
EXTENSION_OF = {sign: code for code, sign in EXTENSION.items()}


def packed(text: str) -> bytes:
    """Refuses letters that GSM-7 lacks (KeyError): nothing is ever replaced."""
    bits, held, out = 0, 0, bytearray()
    for code in (code for sign in text for code in codes(sign)):
        bits |= code << held
        held += 7
        while held >= 8:
            out.append(bits & 0xFF)
            bits, held = bits >> 8, held - 8
    if held:
        out.append(bits)
    return bytes(out)


def unpacked(octets: bytes, length: int) -> str:
    """The text again; `length` is its number of septets."""
    bits = int.from_bytes(octets, "little")
    out, is_extended = [], False
    for code in (bits >> (7 * index) & 0x7F for index in range(length)):
        if code == ESCAPE:
            is_extended = True
            continue
        out.append(EXTENSION[code] if is_extended else ALPHABET[code])
        is_extended = False
    return "".join(out)


def codes(sign: str) -> tuple[int, ...]:
    return (ALPHABET.index(sign),) if sign in ALPHABET else (ESCAPE, EXTENSION_OF[sign])
