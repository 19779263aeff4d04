"""Nobody is left without word: hundreds of messages through a network with faults. Ten thousand: `make chaos`."""

import pytest

from tests.bench.silence import simulate

MANY = 300
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_each_arrives_or_is_with_a_human_before_its_deadline():
    found = simulate(MANY)

    assert (found.messages, found.silent, found.late) == (MANY, 0, 0)
    assert found.faults > MANY * 0.3
    assert found.by_human > 0


def test_control_without_the_sweep_some_hear_nothing():
    assert simulate(100, is_protected=False).silent > 0
