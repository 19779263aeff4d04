"""Words by which a person is found again, as they stand in the index and as they are asked for. Pure.

A person's key holds each word of the name, the street and its number, the postal code and the telephone number; each
word of the name and the street also as it sounds (`~meier`), and as it sounds without one of its letters (`^meer`).
Two words that differ by one letter too many, too few, wrong or swapped share one of the latter: misspellings are found
by plain look-ups, without comparing with everybody (after Wolf Garbe, "Symmetric Delete", 2012).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from lotsen.places.normalise import house_number_key, postal_code_key, sound_key, street_key

SOUND, NEAR, NUMBER = "~", "^", "#"
SHORTEST = 3
"""Letters of the shortest word that is looked for."""
SHORTEST_NEAR = 4
"""Letters of the shortest sound that is looked for with one letter wrong."""
LONGEST_HOUSE_NUMBER = 4
ENDS_OF_STREETS = ("str", "weg", "platz", "allee", "ring", "gasse", "ufer", "markt", "hof", "steig", "damm")
_STREET_BEGUN = re.compile(r"(?<=[a-z]{2})str(?:a|as|ass|asse)?$")
_BETWEEN_WORDS = re.compile(r"[\s,;/-]+")


def index_words(
    *, name: str, phone: str = "", email: str = "", street: str = "", number: str = "", postal: str = ""
) -> str:
    """A person's key, as PostgreSQL writes a `tsvector`: sorted words in quotation marks."""
    names, streets = plain_words(name), plain_words(street)
    whole_street = street_key(street)
    words = {*names, *streets, whole_street, *_numbered([*streets, whole_street], house_number_key(number))}
    words |= {phone.replace("+49", "0"), street_key(email), postal}
    for word in {*names, *streets, whole_street}:
        sound = sound_key(word)
        if len(sound) >= SHORTEST and not word[0].isdigit():
            words |= {SOUND + sound, *(NEAR + near for near in near_keys(sound))}
    return " ".join(f"'{word}'" for word in sorted(words - {""}, key=lambda word: word.encode()))


def _numbered(streets: Iterable[str], number: str) -> set[str]:
    """The house number at the end of each word of a street, and at its kind: "lindenstr14", "str14"; also alone."""
    plain = street_key(number)
    if not plain:
        return set()
    ends = (end for street in streets for end in ENDS_OF_STREETS if street.endswith(end))
    return {NUMBER + plain, *(street + plain for street in [*streets, *ends] if street)}


def plain_words(text: str) -> list[str]:
    """The words of a name or a street in one spelling: "Müller-Lüdenscheidt" becomes "mueller" and "luedenscheidt"."""
    return [word for part in _BETWEEN_WORDS.split(text) if (word := street_key(part))]


def search_words(text: str) -> list[str]:
    """What must be found: "Lindenstraße 14, Schulze" becomes "lindenstr14" and "schulze", a telephone number one word.
    Words of fewer than three letters are left out."""
    if is_number(text):
        return [word for word in (postal_code_key(text) or typed_digits(text),) if len(word) >= SHORTEST]
    words: list[str] = []
    for word in plain_words(text):
        if words and word[0].isdigit() and len(word) <= LONGEST_HOUSE_NUMBER:
            words[-1] += word if words[-1].endswith(ENDS_OF_STREETS) else ""
        else:
            words.append(postal_code_key(word) or _street_word(word))
    return [word for word in words if len(word) >= SHORTEST]


def _street_word(word: str) -> str:
    """A street of which only the beginning of "straße" is typed, or one letter of that is wrong: "lindenstr"."""
    for length in () if word.endswith(ENDS_OF_STREETS) else (6, 7, 8):
        if len(word) > length + 2 and distance(word[-length:], "strasse") <= 1:
            return word[:-length] + "str"
    return _STREET_BEGUN.sub("str", word)


def is_number(text: str) -> bool:
    """Whether no letter stands in it: a telephone number, a postal code, a reference."""
    return not any(letter.isalpha() for letter in text)


def typed_digits(text: str) -> str:
    """The digits of a telephone number, the country's own in front as 0: "+49 30 231" becomes "030231"."""
    plain = re.sub(r"^\s*(\+|00)\s*49(\s*\(0\))?", "0", text)
    return "".join(letter for letter in plain if letter in "0123456789")


def near_keys(sound: str) -> set[str]:
    """The sound itself and what is left without one of its letters; short sounds only as they are."""
    if len(sound) < SHORTEST_NEAR:
        return {sound}
    return {sound, *(sound[:at] + sound[at + 1 :] for at in range(len(sound)))}


# --- what is asked of the index: words of a `tsquery` -----------------------------------------------


def as_typed(words: Sequence[str]) -> str:
    """All words, each as the beginning of one in the key."""
    return " & ".join(_begun(word) for word in words)


def as_heard(words: Sequence[str]) -> str:
    """All words, each as it is typed or as it sounds."""
    return " & ".join(_heard(word) for word in words)


def as_misspelt(words: Sequence[str]) -> str:
    """All words, each as typed, as heard, or with one letter wrong; a house number must be right."""
    return " & ".join(f"({_misspelt(word)})" for word in words)


def all_but_one(words: Sequence[str]) -> str:
    """All words but one, as they are typed or sound: somebody has moved, or is called by another given name."""
    rest = (words[:at] + words[at + 1 :] for at in range(len(words)))
    return " | ".join(f"({as_heard(list(some))})" for some in rest)


def _begun(word: str) -> str:
    """A word of which only the beginning may be typed; a street with its number is whole."""
    letters, digits = _taken_apart(word)
    return f"'{word}'" if letters and digits else f"'{word}':*"


def _heard(word: str) -> str:
    if any(letter.isdigit() for letter in word):
        return _begun(word)
    return f"('{word}':* | '{SOUND}{sound_key(word)}':*)"


def _misspelt(word: str) -> str:
    letters, digits = _taken_apart(word)
    if not letters:
        return _begun(word)
    near = " | ".join(f"'{NEAR}{key}'" for key in sorted(near_keys(sound_key(letters))))
    if not digits:
        return f"{_heard(word)} | {near}"
    return f"'{word}' | ({near}) & '{NUMBER}{digits}'"


def _taken_apart(word: str) -> tuple[str, str]:
    """A street and its number: "lindenstr14a" becomes "lindenstr" and "14a"."""
    found = re.fullmatch(r"([a-z]+)(\d+[a-z]?)?", word)
    return (found[1], found[2] or "") if found else ("", word)


@lru_cache(maxsize=50_000)
def distance(typed: str, meant: str) -> int:
    """Letters wrong, too many, too few, or swapped with their neighbour (optimal string alignment), of two sounds."""
    before: list[int] = []
    row = list(range(len(meant) + 1))
    for i, one in enumerate(typed, start=1):
        older, before, row = before, row, [i]
        for j, other in enumerate(meant, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (one != other))
            if i > 1 and j > 1 and one == meant[j - 2] and typed[i - 2] == other:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]


@lru_cache(maxsize=20_000)
def _sound(word: str) -> str:
    """The sound of one word, which alone names nobody."""
    return sound_key(street_key(word))


@lru_cache(maxsize=20_000)
def _word_keys(word: str) -> tuple[str, str, frozenset[str]]:
    """One word of a name, which alone names nobody: as it is spelt, as it sounds, and one letter away."""
    plain = street_key(word)
    sound = sound_key(plain)
    return plain, sound, frozenset(near_keys(sound)) if len(sound) >= SHORTEST else frozenset()


AS_TYPED, AS_HEARD, ONE_LETTER = range(3)


def nearness(words: Sequence[str], name: str) -> int | None:
    """How a name fits what was typed: every word begins one of its words (`AS_TYPED`), or sounds so (`AS_HEARD`), or is
    one letter away (`ONE_LETTER`); None where a word fits none. For a few thousand names, word by word."""
    there = [_word_keys(one) for one in _BETWEEN_WORDS.split(name) if one]
    found = [min((step for key in there if (step := _step(word, key)) is not None), default=None) for word in words]
    steps = [step for step in found if step is not None]
    return max(steps) if words and len(steps) == len(found) else None


def _step(word: str, there: tuple[str, str, frozenset[str]]) -> int | None:
    plain, sound, near = there
    if plain.startswith(word):
        return AS_TYPED
    _same, heard, wrong = _word_keys(word)
    if len(heard) >= SHORTEST and sound.startswith(heard):
        return AS_HEARD
    return ONE_LETTER if near & wrong else None


def likeness(words: Sequence[str], text: str) -> int:
    """How far the typed words are from the words of a name and a street, as they sound; 0 is the same."""
    there = [_sound(word) for word in _BETWEEN_WORDS.split(text)]
    sounds = [_sound(letters) for word in words if (letters := _taken_apart(word)[0])]
    return sum(min((distance(sound, one) for one in there if one), default=len(sound)) for sound in sounds)
