"""Twenty visits of one person settled at the same instant take twenty words; without the constraint they would not."""

from __future__ import annotations

import threading
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction

from bookings import given_words, visits
from bookings.models import GivenWord, HomeVisit
from tests.people import NOW, make_client, make_scheduled, make_user, make_volunteer
from tests.races.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
FEW = tuple(f"Wort{number}" for number in range(24))
AT_ONCE = 20


@pytest.fixture(autouse=True)
def few_words(monkeypatch):
    """A short list, so that chance alone cannot keep them apart."""
    monkeypatch.setattr("bookings.words.CODE_WORDS", FEW)


def settle(visit_id, guide):
    visit = HomeVisit.objects.select_related("client__address").get(pk=visit_id)
    return visits.assign_guide(visit, guide=guide, by=guide, at=NOW).code_word


def test_visits_settled_at_once_take_different_words():
    anna, client = make_user(), make_client()
    guides = [make_volunteer(f"Person {number}").user for number in range(AT_ONCE)]
    rows = [
        make_scheduled(by=anna, client=client, starts_at=NOW + timedelta(days=9, hours=number))
        for number in range(AT_ONCE)
    ]
    words = at_once([partial(settle, row.pk, guide) for row, guide in zip(rows, guides, strict=True)])
    assert [word for word in words if not isinstance(word, str)] == []
    assert (len(set(words)), GivenWord.objects.count(), set(words) <= set(FEW)) == (AT_ONCE, AT_ONCE, True)


LOCKING = """
    INSERT INTO bookings_givenword (client_id, word_hash, given_at) VALUES (%(client)s, %(hash)s, %(at)s)
    ON CONFLICT (client_id, word_hash) DO UPDATE SET given_at = EXCLUDED.given_at
    WHERE bookings_givenword.given_at < %(rested)s
    RETURNING id
"""


def two_ways_through_the_list():
    """Two try the same two words, which they were given lately, in opposite order."""
    client, between = make_client(), threading.Barrier(2, timeout=20)
    for word in FEW[:2]:
        assert given_words.remember(client.pk, word, at=NOW)

    def go(words):
        with transaction.atomic():
            first = given_words.remember(client.pk, words[0], at=NOW)
            between.wait()
            return first, given_words.remember(client.pk, words[1], at=NOW)

    return at_once([partial(go, FEW[:2]), partial(go, FEW[1::-1])])


def test_two_who_go_through_the_list_in_different_orders_do_not_wait_for_each_other():
    assert two_ways_through_the_list() == [(False, False)] * 2


def test_control_with_a_statement_that_locks_what_it_refuses_they_do(monkeypatch):
    monkeypatch.setattr(given_words, "REMEMBER", LOCKING)
    assert "deadlock detected" in "".join(map(str, two_ways_through_the_list()))


def look_first(client_id, word):
    """Without the constraint: look, then write."""
    with transaction.atomic():
        mark = given_words.word_hash(word, of=f"client {client_id}")
        if GivenWord.objects.filter(client_id=client_id, word_hash=mark).exists():
            return False
        GivenWord.objects.create(client_id=client_id, word_hash=mark, given_at=NOW)
        return True


def test_of_many_who_take_one_word_one_gets_it():
    client = make_client()
    for word in FEW[:5]:
        taken = at_once([partial(given_words.remember, client.pk, word, at=NOW)] * AT_ONCE)
        assert taken.count(True) == 1


def test_control_without_the_constraint_several_get_it():
    client = make_client()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE bookings_givenword DROP CONSTRAINT word_once_a_person")
    try:
        most = max(at_once([partial(look_first, client.pk, word)] * AT_ONCE).count(True) for word in FEW[:5])
        assert most > 1
    finally:
        GivenWord.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE bookings_givenword ADD CONSTRAINT word_once_a_person UNIQUE (client_id, word_hash)"
            )
