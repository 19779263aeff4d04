from random import Random

from rapidfuzz.distance import Levenshtein

from bookings.words import CODE_WORDS, new_code_word


def test_the_words_are_many_and_far_apart():
    assert len(CODE_WORDS) >= 120
    near = [(a, b) for a in CODE_WORDS for b in CODE_WORDS if a < b and Levenshtein.distance(a, b) < 3]
    assert near == []


def test_a_word_that_was_heard_is_not_said_again():
    heard = frozenset(CODE_WORDS[1:])

    assert {new_code_word(Random(seed), not_these=heard) for seed in range(20)} == {CODE_WORDS[0]}
