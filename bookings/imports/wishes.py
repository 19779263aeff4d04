"""What an office writes beside a request in a few words: wished times, what to keep in mind, who calls."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bookings.models import Caller, Entrance, Need, Wish
from lotsen.kernel.cells import nearest, plain_text
from lotsen.kernel.phones import parse_phone
from lotsen.kernel.sentences import NotUnderstood, Sentence
from lotsen.kernel.windows import parse_wish
from volunteers.languages import LANGUAGES

LONGEST_TIMES = 200
SEEN_CELLS = 512
"""The same few words stand in thousands of rows."""
ANY_TIME = str(parse_wish(""))
ENTRANCES = {
    "Telefon": Entrance.PHONE,
    "Anruf": Entrance.PHONE,
    "telefonisch": Entrance.PHONE,
    "Web": Entrance.WEB,
    "Internet": Entrance.WEB,
    "online": Entrance.WEB,
    "Brief": Entrance.LETTER,
    "Post": Entrance.LETTER,
    "schriftlich": Entrance.LETTER,
}

_NEEDS = (
    (Need.HEARING, r"schwerhörig|hört (?:schwer|schlecht)|hörgerät"),
    (Need.SEEING, r"sieht schlecht|sehbehindert|sehschwach|schlecht sehend"),
    (Need.WHEELCHAIR, r"rollstuhl"),
    (Need.DOG, r"hund"),
    (Need.STAIRS, r"ohne (?:aufzug|fahrstuhl|lift)|kein (?:aufzug|fahrstuhl|lift)|stufen|treppen"),
)
_CALLERS = (
    (Caller.FAMILY, r"tochter|sohn|enkel(?:in)?|schwester|bruder|nichte|neffe|ehe(?:frau|mann)|familie|mutter|vater"),
    (Caller.NEIGHBOUR, r"nachbar(?:in)?|freund(?:in)?|bekannte[r]?"),
    (Caller.CARE, r"pflegedienst|pflegekraft|pflege|sozialstation"),
    (Caller.PRACTICE, r"praxis|arztpraxis|hausarzt|hausärztin"),
)
_CALLS = re.compile(
    r"(?P<who>[^\d:]{2,60}?)\s*(?:ruft (?:für (?:sie|ihn) )?an|anrufen)\s*:?\s*(?P<phone>[+0(].*)", re.IGNORECASE
)
_PLEASE = re.compile(r"^(?:bitte|gern|gerne|möglichst|nur|wünscht)\s+", re.IGNORECASE)
_SEX = {"eine frau": Wish.WOMAN, "frau": Wish.WOMAN, "ein mann": Wish.MAN, "einen mann": Wish.MAN, "mann": Wish.MAN}


@dataclass(frozen=True, slots=True)
class Remarks:
    """What to keep in mind: codes, and the words where they say more than the code (the floor)."""

    needs: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Who should come, in which language, and who calls on the person's behalf."""

    wish: str = Wish.ANY
    speaks: tuple[str, ...] = ()
    caller: str = Caller.SELF
    caller_name: str = ""
    caller_phone: str = ""


@lru_cache(maxsize=SEEN_CELLS)
def wished_times(cell: str) -> tuple[str, str]:
    """The wish as canonical opening hours and as it was said; ("", words) where any time suits."""
    words = plain_text(cell)[:120]
    times = str(parse_wish(cell))
    if times == ANY_TIME:
        return "", words
    if len(times) > LONGEST_TIMES:
        raise NotUnderstood(Sentence("Das ist zu lang. Möglich sind {limit} Zeichen.", limit=LONGEST_TIMES))
    return times, words


@lru_cache(maxsize=SEEN_CELLS)
def remarks(cell: str) -> Remarks:
    """Reads "schwerhörig, 3. Stock ohne Aufzug". Refuses other words: they belong into a column "Notiz"."""
    needs: list[str] = []
    words: list[str] = []
    for part in _parts(cell):
        found = [need for need, pattern in _NEEDS if re.search(pattern, part, re.IGNORECASE)]
        if not found:
            raise NotUnderstood(
                Sentence(
                    "„Zu beachten“ verstehe ich nicht ganz. Möglich: {options}. Anderes gehört in die Spalte „Notiz“.",
                    options="schwerhörig, sieht schlecht, Rollstuhl, Hund im Haus, ohne Aufzug",
                )
            )
        needs += found
        if re.search(r"\d", part):
            words.append(part)
    return Remarks(tuple(sorted(set(needs))), ", ".join(words))


def wishes(cell: str) -> Wishes:
    """Reads "bitte eine Frau", "bitte russisch", "Tochter ruft an: 0171 …", also several of them."""
    found: dict[str, object] = {}
    for part in _parts(cell):
        if calls := _CALLS.fullmatch(part):
            found |= _caller(calls["who"].strip(), calls["phone"])
            continue
        said = _PLEASE.sub("", part).strip(" .").casefold()
        language = next((one for one in LANGUAGES if one.casefold() == said.removeprefix("auf ")), None)
        if said in _SEX:
            found["wish"] = _SEX[said]
        elif language:
            found["speaks"] = (*found.get("speaks", ()), language)  # type: ignore[misc]
        else:
            raise _unknown(part)
    return Wishes(**found)  # type: ignore[arg-type]


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;|\n]", plain_text(cell)) if part.strip()]


def _caller(who: str, phone: str) -> dict[str, object]:
    first = who.split()[0].casefold()
    kind = next((caller for caller, pattern in _CALLERS if re.fullmatch(pattern, first)), Caller.FAMILY)
    return {"caller": kind, "caller_name": who[:120], "caller_phone": parse_phone(phone)}


def _unknown(part: str) -> NotUnderstood:
    near = nearest(_PLEASE.sub("", part), LANGUAGES)
    example = f"bitte {near.lower()}" if near in LANGUAGES else "bitte eine Frau"
    return NotUnderstood(
        Sentence(
            "Diesen Wunsch verstehe ich nicht. Zum Beispiel: {example}; Tochter ruft an: 0351 123 45 67.",
            example=example,
        )
    )
