"""Numbers that open a telephone, a card or an account: PIN, PUK, TAN, codes for once."""

# ruff: noqa: E501 - a pattern reads better whole than cut

from __future__ import annotations

import re

from bookings.guard.plain import GAP, RUN, without_harmless_numbers


def is_in(text: str) -> bool:
    """Whether a number stands by a word for it, in the same sentence and within a few words.

    >>> is_in("pin is 4711, selbst aufgeschrieben"), is_in("pin geuebt (ohne die zahl), bus 61")
    (True, False)
    """
    rest = without_harmless_numbers(text)
    return any(pattern.search(rest) for pattern in _FINDS) or bool(_OF_A_DEVICE.search(text))


_CODE = (
    r"(?<!qr-)(?<!qr )(?<!bar)(?<!strich)(?<!\w)(?:(?!qr|bar|strich|zip|post|quell|source|rabatt|gutschein)\w+codes?|(?:freischalt|bestaetigungs|aktivierungs|sicherheits|einmal|zahlen|"
    r"sms-?|zugangs|verifizierungs|anmelde|geraete|handy-?|tablet-?|sperr|bildschirm|entsperr|transport|"
    r"registrierungs|pruef|pin-?|verification |security |activation |access |one-time |unlock |pass)?codes?)"
)
_WORD = (
    rf"(?:\b(?:\w+-)?pinn?s?|\bpin-?(?:nummer|code|eingabe)|\b(?:\w+-)?[mi]?tans?|\bpush-?tan\w*|\bpuk\d?|"
    rf"\bpuk-?\w*|\b\w*geheimzahl\w*|\b\w*geheimn(?:ummer|r)\w*|\b\w*entsperr\w*|\bunlock\w*|\b\w*kennzahl\w*|\bzahlenkomb\w*|"
    rf"\b(?:\w+-)?\w*sperre|\bsperrmuster|\bzugangsnummer|"
    rf"\bstellige[nr]? (?:nummer|zahl)|#\w* (?:nummer|zahl)|{_CODE})"
)
_BACK = (
    r"(?:\bcv[vc]2?|\bpruef(?:nummer|ziffer|zahl)\w*|\bkartenpruef\w*|\bzahlen (?:hinten|auf der rueckseite)|"
    r"\bnumbers? on the back)"
)
_AROUND = (
    r"\b(?:zugang\w*|paypal|anmeldung|sperrbildschirm|stellig|log-?in|eingeloggt|einloggen|angemeldet mit|verifizier\w*|"
    r"bestaetigung\w*|sms\b|sms-?code|wahl war|gewaehlt|ausgedacht|merkt sich|gemerkt|authenticator)"
)
"""No words for a number, but what stands beside a bare one is hardly anything else."""
_MIXED = r"(?=[a-z\-]*\d)(?=[\d\-]*[a-z])[a-z\d]{2,}(?:-[a-z\d]{2,})*"
"""Letters and digits in one: "9x4k-22lp"."""
_FINDS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_WORD}\b{GAP}{{0,60}}?(?<![\w#]){RUN}{{3}}",
        rf"(?<![\w#]){RUN}{{3,5}}(?!\d){GAP}{{0,25}}?{_WORD}(?:\b|$)",
        rf"{_WORD}\b(?: \w+){{0,2}}[ :=]{{1,3}}{_MIXED}\b",
        rf"{_AROUND}\b{GAP}{{0,25}}?(?<![\w#]){RUN}{{3,6}}(?![\d,.]*\d)",
        rf"\b{RUN}{{3,5}}\b(?:\)| und| and|,)? (?:raute|stern|hash|pound)\b",
        rf"{_BACK}\b{GAP}{{0,30}}?(?<!\d){RUN}{{2}}",
        rf"\b(?:geht|ging|klappte?|auf|oeffnet|entsperrt|opens?|sperre|sim)\b (?:jetzt |nur |immer )?(?:mit|with) {RUN}{{3}}",
        rf"\b{RUN}{{3,5}}\b (?:ein)?(?:tippen|getippt|eingeben|eingegeben|druecken)\b",
    )
)
_OF_A_DEVICE = re.compile(
    rf"\bcodes?\b (?:fuers?|vom|am|zum|of|for)\b (?:das |die |den |the )?\w+ (?:ist|is|lautet|war|was)\b[ :]*{RUN}{{3,5}}(?!\d)"
)
"""Else "ipad ist 112233" would be taken for the number of a model."""
