"""Code words for the door: 2,048 plain German nouns, easy to say and to hear, none of them a name.

One word is eleven bits. That is enough for one try at a door; nobody signs in with it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from django.utils.crypto import salted_hmac

from lotsen.kernel.errors import Refused

CODE_WORDS = tuple(Path(__file__).with_name("code_words.txt").read_text(encoding="utf-8").split())


class NoWordLeft(Refused):
    """The person has heard every word of the list within the last two years."""


def draw_word(random: Random, *, is_free: Callable[[str], bool]) -> str:
    """The first free word in an order by chance. `random` is the system's in earnest; `NoWordLeft` if none is free."""
    left = list(CODE_WORDS)
    while left:
        word = left.pop(random.randrange(len(left)))
        if is_free(word):
            return word
    raise NoWordLeft


def word_hash(word: str, *, of: str) -> str:
    """A keyed hash of the word for one purpose: it can be compared with another, and tells nobody the word."""
    return salted_hmac("bookings.words", f"{of}:{word}", algorithm="sha256").hexdigest()


def word_mark(word: str, *, reference: str) -> str:
    """Twelve letters that tell two words of one visit apart, for the key of a message."""
    return word_hash(word, of=f"visit {reference}")[:12]
