"""Planted misspellings: people who are really there, searched for as somebody writes who only heard the name.

Each way is one that agents make: a letter wrong, too many, too few, two swapped, another spelling of the same sound, a
street misspelt, a given name shortened; some twice in one search.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.bench.people import Person, misheard

LETTERS = "abcdefghiklmnoprstuw"
SOUNDS = (
    ("ei", "ai"),
    ("ai", "ey"),
    ("ey", "ei"),
    ("dt", "tt"),
    ("tz", "z"),
    ("ck", "k"),
    ("ff", "f"),
    ("mm", "m"),
    ("ll", "l"),
    ("nn", "n"),
    ("ss", "s"),
    ("ß", "ss"),
    ("ä", "e"),
    ("ö", "oe"),
    ("ü", "ue"),
    ("th", "t"),
    ("v", "f"),
    ("ph", "f"),
    ("h", ""),
)


@dataclass(frozen=True, slots=True)
class Planted:
    """What is typed, who is meant, and what is wrong with it."""

    typed: str
    person: Person
    way: str


def wrong(word: str, random: Random) -> str:
    """One letter is another one."""
    at = random.randrange(1, len(word))
    return word[:at] + random.choice(LETTERS.replace(word[at].lower(), "")) + word[at + 1 :]


def too_few(word: str, random: Random) -> str:
    """One letter is missing."""
    at = random.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def too_many(word: str, random: Random) -> str:
    """One letter too many."""
    at = random.randrange(1, len(word))
    return word[:at] + random.choice(LETTERS) + word[at:]


def swapped(word: str, random: Random) -> str:
    """Two neighbours have changed places."""
    places = [at for at in range(len(word) - 1) if word[at].lower() != word[at + 1].lower()]
    at = random.choice(places[1:] or places)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def sounds_alike(word: str, random: Random) -> str:
    """Another spelling of the same sound; where there is none, as it is misheard."""
    for heard, written in random.sample(SOUNDS, len(SOUNDS)):
        if heard in word[1:]:
            return word[0] + word[1:].replace(heard, written, 1)
    return misheard(word, random)


Way = Callable[[Person, Random], str]
WAYS: dict[str, Way] = {
    "sound": lambda one, random: sounds_alike(one.name.split()[-1], random) + f" {one.street}",
    "wrong": lambda one, random: f"{one.name.split()[0]} {wrong(one.surname, random)} {one.house_number}",
    "too few": lambda one, random: f"{too_few(one.surname, random)} {one.street} {one.house_number}",
    "too many": lambda one, random: f"{too_many(one.surname, random)} {one.street} {one.house_number}",
    "swapped": lambda one, random: f"{swapped(one.surname, random)} {one.street} {one.house_number}",
    "street": lambda one, random: f"{one.surname} {wrong(one.street, random)} {one.house_number}",
    "number": lambda one, random: f"{swapped(one.surname, random)} {one.postal_code} {one.street}",
    "twice": lambda one, random: f"{wrong(one.surname, random)} {too_few(one.street, random)} {one.house_number}",
    "given name": lambda one, random: f"{one.name[:3]}i {one.surname} {one.street} {one.house_number}",
    "sound twice": lambda one, random: (
        f"{sounds_alike(one.surname, random)} {sounds_alike(one.street, random)} {one.house_number}"
    ),
}


def planted(people: list[Person], *, count: int = 200, seed: int = 11) -> list[Planted]:
    """So many misspelt searches, each way equally often."""
    random = Random(seed)
    ways = list(WAYS.items())
    found = []
    for number in range(count):
        name, way = ways[number % len(ways)]
        person = random.choice(people)
        found.append(Planted(way(person, random), person, name))
    return found
