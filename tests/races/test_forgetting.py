"""The night job and people at the same time: nothing goes twice, and nobody waits in a circle."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from functools import partial

import pytest
from django.db import OperationalError, connection, connections, transaction

from lotsen.messages import forgetting
from lotsen.messages.forgetting import forget_messages
from lotsen.messages.letters import mark_returned
from lotsen.messages.models import CallTask, Letter, Message
from lotsen.messages.sending import fail_message
from tests.people import NOW, make_user
from tests.races.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
WEEK_LATER, MUCH_LATER = NOW + timedelta(days=8), NOW + timedelta(days=91)
PATIENCE = 60
WAITS_FOR_US = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


def make_letters(count):
    times = {"created_at": NOW, "claimed_at": NOW, "sent_at": NOW, "finished_at": NOW}
    messages = Message.objects.bulk_create(
        Message(
            key=f"letter {number}",
            kind="senior_keep",
            channel="letter",
            to="Frau\nKarin Krause",
            text="Guten Tag",
            state="delivered",
            **times,
        )
        for number in range(count)
    )
    return Letter.objects.bulk_create(
        Letter(message=message, sheet={"x": "y"}, created_at=NOW, printed_at=NOW, posted_at=NOW) for message in messages
    )


def test_of_two_workers_each_row_goes_with_one(monkeypatch):
    monkeypatch.setattr(forgetting, "AT_ONCE", 7)
    make_letters(60)
    gone = at_once([partial(forget_messages, at=MUCH_LATER)] * 2)
    left = forget_messages(at=MUCH_LATER)  # what one held when the other looked
    assert sum(gone) + left == 60, gone
    assert (Message.objects.count(), Letter.objects.count()) == (0, 0)


def test_what_somebody_holds_waits_for_the_next_night_and_the_job_for_nobody():
    held, free = make_letters(2)
    with transaction.atomic():
        Message.objects.select_for_update().get(pk=held.pk)
        assert at_once([partial(forget_messages, at=MUCH_LATER)]) == [1]
        assert not Message.objects.filter(pk=free.pk).exists()
    assert forget_messages(at=MUCH_LATER) == 1


def returned_meanwhile(monkeypatch, bring_back):
    """The job has its lot; then somebody brings the letter back; then the job goes on. Both results."""
    empty, results = forgetting._empty_messages, []

    def bring():
        try:
            results.append(bring_back())
        except OperationalError as error:
            results.append(error)
        finally:
            connections.close_all()

    person = threading.Thread(target=bring)

    def empty_meanwhile(keys):
        if keys:
            person.start()
            _until_somebody_waits()
        empty(keys)

    monkeypatch.setattr(forgetting, "_empty_messages", empty_meanwhile)
    try:
        results.append(forget_messages(at=WEEK_LATER))
    except OperationalError as error:
        results.append(error)
    person.join(timeout=PATIENCE)
    return results


def _until_somebody_waits():
    end = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute(WAITS_FOR_US)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError("nobody waits")


def test_a_letter_that_comes_back_while_its_words_go_waits_and_is_a_human_s(monkeypatch):
    anna, (letter,) = make_user(), make_letters(1)
    letter = Letter.objects.select_related("message").get(pk=letter.pk)
    results = returned_meanwhile(monkeypatch, partial(mark_returned, letter, by=anna, at=WEEK_LATER))
    assert not [one for one in results if isinstance(one, Exception)], results
    assert (Message.objects.get().state, Message.objects.get().text, CallTask.objects.get().state) == (
        "failed",
        "",
        "open",
    )
    assert (Letter.objects.get().sheet, Letter.objects.get().returned_at) == ({}, WEEK_LATER)


def test_control_the_letter_before_its_message_is_a_circle(monkeypatch):
    (letter,) = make_letters(1)
    letter = Letter.objects.select_related("message").get(pk=letter.pk)

    def letter_first():
        with transaction.atomic():
            Letter.objects.filter(pk=letter.pk).update(returned_at=WEEK_LATER)
            fail_message(letter.message, "returned", at=WEEK_LATER)

    results = returned_meanwhile(monkeypatch, letter_first)
    assert [one for one in results if isinstance(one, OperationalError)], results
