"""Accounts, cards, and what is done with money for somebody."""

from __future__ import annotations

import re

from bookings.guard.plain import RUN


def has_account(text: str) -> bool:
    """An IBAN whose checksum is right at some length, German ones also mistyped, or a number after "Kontonummer"."""
    runs = [re.sub(r"[ .\-]", "", hit.group()) for hit in _IBAN.finditer(text)]
    return (
        bool(_BARE_ACCOUNT.search(text))
        or any(_GERMAN.match(run) for run in runs)
        or any(_is_iban(run[:n]) for run in runs for n in range(15, len(run) + 1))
    )


def has_card(text: str) -> bool:
    """A number of a card for payment, or any long number after the word for it."""
    runs = (re.sub(r"\D", "", hit.group()) for hit in _CARD.finditer(text))
    return bool(_CARD_WORD.search(text)) or any(_is_card(run) for run in runs)


def has_banking(text: str) -> bool:
    """Signing in at a bank, or money moved for somebody."""
    return bool(_BANKING.search(text))


_IBAN = re.compile(r"\b[a-z]{2}\s?\d ?\d(?:[ .\-]{0,2}[a-z0-9]){11,30}")
_GERMAN = re.compile(r"de\d{20}(?!\d)")
"""Nothing else looks like this, so a mistyped one is an account as well."""
_BARE_ACCOUNT = re.compile(
    rf"\b(?:konto-?(?:nummer|nr)|kto-?(?:nummer|nr)?|kontonr|blz|bankleitzahl|depotnummer|account (?:number|no)|"
    rf"sort code)\b\W*(?:\w+ ){{0,3}}?{RUN}{{4,}}"
)
_CARD = re.compile(r"(?<!\d)(?<!imei )(?<!imei: )\d(?:[ .\-]?\d){12,18}(?!\d)")
_CARD_WORD = re.compile(
    rf"\b(?:kredit|ec|giro|bank|sparkassen|master|visa)-? ?(?:karten?|card)?-?(?:nummer|nr)\b[^.!?]{{0,25}}?{RUN}{{7,}}"
)
_BANKING = re.compile(
    r"\b(?:telefon-?(?:banking|bank)|phone-?banking|telefonisches banking)\b[^.!?]{0,60}"
    rf"(?:\bpin|kennw|passw|geheim|code|{RUN}{{3,}}|zugang|anmelde|losung|login)"
    r"|\b(?:banking|konto|depot|sparkasse|bank)\w*\b[^.!?]{0,30}\b(?:zugang|login|anmeldename|"
    r"benutzername|legitimations-?id|kundennummer|zugangsdaten|anmeldedaten)\b"
    rf"[^.!?]{{0,25}}?(?:[:=]\s*\S|{RUN}{{3,}})"
    rf"|\b(?:anmeldename|benutzername|login|legitimations-?id|"
    rf"zugangsnummer)\b[^.!?:=]{{0,25}}(?:[:=]\s*\S|\b\S*{RUN}{{2,}})"
    r"|\b(?:habe|hab|haben|wir|ich|gemeinsam|zusammen|fuer sie|fuer ihn)\b[^.!?]{0,40}\b(?:ueberweisung|"
    r"ueberwiesen|ueberweise|geld abgehoben|abgehoben|umgebucht)\b(?![^.!?]{0,15}\bfacharzt)"
    r"|\b(?:i|we)\b[^.!?]{0,30}\b(?:transferred|withdrew)\b[^.!?]{0,20}\b(?:money|euros?|cash|\d)"
)


def _is_iban(run: str) -> bool:
    """ISO 13616: the first four signs to the end, letters as two digits, rest 1 by 97. German ones have 22 signs."""
    if run[:2] == "de" and len(run) != 22:
        return False
    return int("".join(str(int(sign, 36)) for sign in run[4:] + run[:4])) % 97 == 1


def _is_card(run: str) -> bool:
    """Luhn (ISO/IEC 7812), and a first digit that cards for payment have."""
    digits = [int(sign) for sign in reversed(run)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return run[0] in "3456" and (sum(digits[::2]) + sum(doubled)) % 10 == 0
