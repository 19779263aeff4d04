"""Numbers that are said on the telephone."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotsen.kernel.references import (
    NotAReference,
    check_digit,
    grouped,
    is_reference,
    new_offer_code,
    new_reference,
    parse,
    spoken,
)


@pytest.fixture(scope="module")
def right() -> np.ndarray:
    """For all 10,000,000 numbers of seven digits, one axis per digit: is its check digit right?"""
    after_digit = np.array([[int(check_digit(f"{first}{second}")) for second in range(10)] for first in range(10)])
    table = np.empty((10, 10), dtype=np.int8)
    table[after_digit[0, :]] = after_digit  # row: the interim digit; column: the next digit
    interim = np.zeros((), dtype=np.int8)
    for _ in range(7):
        interim = table[interim]
    return interim == 0


def test_the_table_of_all_numbers_is_that_of_the_function(right):
    random = Random(1)
    numbers = [f"{random.randrange(10**7):07d}" for _ in range(2000)]
    assert [bool(right[tuple(map(int, number))]) for number in numbers] == [check_digit(n) == "0" for n in numbers]


def test_every_single_wrong_digit_is_caught(right):
    assert [int(right.sum(axis=place).max()) for place in range(7)] == [1] * 7


def test_every_swap_of_neighbours_is_caught(right):
    unequal = ~np.eye(10, dtype=bool)
    for place in range(6):
        both = right & right.swapaxes(place, place + 1)
        assert not np.moveaxis(both, (place, place + 1), (0, 1))[unequal].any()


def test_a_plain_sum_of_digits_would_not_catch_a_swap(right):
    """Control: the test above can fail."""
    digits = np.indices((10,) * 7, dtype=np.int8).sum(axis=0) % 10 == 0
    assert (digits & digits.swapaxes(0, 1))[1, 2].any()


@given(st.integers())
def test_new_references_are_right_and_never_begin_with_zero(seed):
    reference = new_reference(Random(seed))
    assert (is_reference(reference), parse(reference), parse(grouped(reference)), parse(spoken(reference))) == (
        True,
        *[reference] * 3,
    )


@pytest.mark.parametrize(
    "text",
    [
        "482 615 6",
        "482-615-6",
        "4826156",
        " 4 8 2. 6 1 5. 6. ",
        "4 8 2, 6 1 5, 6",
        "482–615–6",
        "４８２ ６１５ ６",
        "vier acht zwo, sechs eins fünf, sechs",
        "#482/615/6",
    ],
)
def test_reads_every_way_to_write_it(text):
    assert parse(text) == "4826156"


REFUSED = {
    "": "Eine Nummer besteht nur aus Ziffern, zum Beispiel 482 615 6.",
    "JA": "Eine Nummer besteht nur aus Ziffern, zum Beispiel 482 615 6.",
    "٤٨٢٦١٥٦": "Eine Nummer besteht nur aus Ziffern, zum Beispiel 482 615 6.",
    "482 615": "Eine Nummer hat 7 Ziffern, hier stehen 6.",
    "482 615 67": "Eine Nummer hat 7 Ziffern, hier stehen 8.",
    "482 651 6": "Diese Nummer gibt es nicht. Bitte prüfen Sie die Ziffern.",
    "0000000": "Diese Nummer gibt es nicht. Bitte prüfen Sie die Ziffern.",
}


@pytest.mark.parametrize("text", REFUSED)
def test_refuses_with_a_sentence(text):
    with pytest.raises(NotAReference) as refused:
        parse(text)
    assert refused.value.sentence == REFUSED[text]


def test_how_it_is_written_and_said():
    assert (grouped("4826156"), spoken("4826156")) == ("482 615 6", "4 8 2, 6 1 5, 6")


@given(st.integers())
def test_offer_codes_have_four_digits(seed):
    assert 1000 <= int(new_offer_code(Random(seed))) <= 9999
