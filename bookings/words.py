"""Code words for the door: plain German nouns, easy to say and to hear, none of them a name."""

from __future__ import annotations

from pathlib import Path
from random import Random

CODE_WORDS = tuple(Path(__file__).with_name("code_words.txt").read_text(encoding="utf-8").split())


def new_code_word(random: Random, *, not_these: frozenset[str]) -> str:
    """One of the words, none of `not_these` (those this person has heard in the last 24 months) while any is left."""
    return random.choice([word for word in CODE_WORDS if word not in not_these] or CODE_WORDS)
