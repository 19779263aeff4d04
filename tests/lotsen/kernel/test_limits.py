"""Limits count in the database; the race with its control stands in tests/races/test_limits.py."""

from datetime import UTC, datetime, timedelta

import pytest

from lotsen.kernel.limits import forget_tallies, minutes_left, span_start, within_limit
from lotsen.kernel.models import Tally

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 9, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)


def tries(count, who="4826156", at=NOW, what="status"):
    return [within_limit(what, who, cap=3, span=HOUR, at=at) for _ in range(count)]


def test_the_first_three_pass_and_no_more():
    assert tries(5) == [True, True, True, False, False]


def test_another_number_another_thing_and_another_hour_count_by_themselves():
    tries(3)
    assert tries(1, who="4826157") == [True]
    assert tries(1, what="other") == [True]
    assert tries(1, at=NOW + timedelta(minutes=40)) == [True]
    assert tries(1, at=NOW + timedelta(minutes=39)) == [False]


def test_nothing_that_was_typed_is_kept():
    tries(1)
    (row,) = Tally.objects.all()
    assert len(row.key) == 64
    assert "4826156" not in row.key


def test_spans_and_what_is_left_of_them():
    assert span_start(NOW, HOUR) == datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    assert minutes_left(NOW, HOUR) == 40
    assert minutes_left(NOW + timedelta(minutes=39, seconds=59), HOUR) == 1


def test_old_counts_go():
    tries(1)
    tries(1, at=NOW - timedelta(days=8))
    assert forget_tallies(before=NOW - timedelta(days=7)) == 1
    assert Tally.objects.count() == 1
