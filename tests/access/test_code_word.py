"""The code word is seen by the guide of its visit, from two hours before until check-out, and by nobody else anywhere.

Every address is asked for by everybody, at three moments; every message, task and line of the log is searched.
"""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from bookings import given_words
from bookings.models import HomeVisit
from lotsen.messages.models import CallTask, Message
from tests.access import asking
from tests.access.matrix import MATRIX, PERSONS
from tests.access.test_matrix import address, undone, world  # noqa: F401 - the world of the matrix
from tests.people import NOW

pytestmark = [pytest.mark.urls("tests.access.urls"), pytest.mark.django_db]
ON_PAPER = {
    "bookings:letter": "the letter itself: whoever prints it holds it in their hands",
    "bookings:print-run-file": "many letters for the printer",
}
"""Addresses that lead to the printed page."""

OPENED = frozenset({("volunteer", "bookings:guide-visit")})


@pytest.fixture
def marked(world):  # noqa: F811 - as above
    """Letters carry the marked words as well."""
    for visit in HomeVisit.objects.exclude(code_word=""):
        letters = Message.objects.filter(about_id=str(visit.pk), channel="letter", variables__has_key="code_word")
        for letter in letters:
            words = letter.variables | {"code_word": visit.code_word}
            Message.objects.filter(pk=letter.pk).update(variables=words, text=f"Kennwort: {visit.code_word}")
    return world


def words(of):
    return [mark.lower() for name, mark in of.marks.items() if name.endswith(".code_word")]


def seen(of, *, names=MATRIX):
    """Who meets a code word at which address."""
    found = set()
    for name in names:
        row = MATRIX[name]
        if name in ON_PAPER or row.get in ("method", "unsigned"):
            continue
        for person in PERSONS:
            if person not in row.door:
                continue
            text = asking.text_of(undone(asking.client_of(of, person), "GET", address(of, name, row.args))).lower()
            if any(word in text for word in words(of)):
                found.add((person, name))
    return found


@pytest.mark.parametrize(
    ("at", "is_out", "expected"),
    [
        (NOW - timedelta(hours=1, seconds=1), False, set()),
        (NOW - timedelta(hours=1), False, OPENED),
        (NOW + timedelta(minutes=61), True, set()),
    ],
    ids=["early", "two hours before", "after check-out"],
)
def test_who_sees_the_word(marked, at, is_out, expected, caplog):
    caplog.set_level(logging.DEBUG)
    with time_machine.travel(at, tick=False), transaction.atomic():
        if is_out:
            visit = HomeVisit.objects.filter(reference=marked.keys["visit.soon"])
            visit.update(checked_in_at=NOW + timedelta(hours=1), checked_out_at=at)
        assert seen(marked) == expected
        transaction.set_rollback(True)
    assert [word for word in words(marked) if word in caplog.text.lower()] == []


def test_no_message_but_the_letter_holds_it(marked):
    visit = HomeVisit.objects.get(reference=marked.keys["visit.soon"])
    with transaction.atomic():
        given_words.renew_word(visit, by=marked.people["hotline"], at=NOW)
        secret = visit.code_word.lower()
        others = Message.objects.exclude(channel="letter")
        held = [
            one.kind
            for one in [*others, *CallTask.objects.all()]
            if any(word in json.dumps(one.variables, ensure_ascii=False).lower() for word in [*words(marked), secret])
        ]
        said = [
            one.kind
            for one in others
            if any(word in f"{one.subject} {one.text} {one.to}".lower() for word in words(marked))
        ]
        spare = [
            one.kind for one in Message.objects.all() if any(word in str(one.rungs).lower() for word in words(marked))
        ]
        transaction.set_rollback(True)
    assert (held, said, spare) == ([], [], [])


def test_control_a_page_that_shows_too_much_is_seen(marked, monkeypatch):
    """Without the rule of two hours the guide's page shows it early."""
    monkeypatch.setattr("bookings.disclosure.sees_code_word", lambda visit, user, *, at: True)
    with time_machine.travel(NOW - timedelta(hours=1, seconds=1), tick=False):
        assert seen(marked, names=["bookings:guide-visit"]) == OPENED
