"""Three SMS a number and day, twenty a block of numbers and hour: exactly, however many workers there are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from lotsen.kernel import limits
from lotsen.messages import caps
from lotsen.messages.caps import SmsCaps
from lotsen.messages.models import CallTask, Message
from lotsen.messages.outbox import queue_message
from lotsen.messages.sending import PostOffice, send_message
from tests.lotsen.messages.shared import WORDS, Notebook, house
from tests.races.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ONE = "+491722345678"


def queued(key, to):
    return queue_message(
        kind="senior_booked", channel="sms", to=to, language="de", variables=WORDS, about=None, key=key, by=None, at=AT
    )


def sent(numbers, *, at=AT, capped=True):
    """How many of one SMS to each of these numbers, all at the same instant, the network gets."""
    notebook = Notebook()
    office = PostOffice({"sms": notebook}, house, caps=SmsCaps() if capped else None)
    rows = [queued(f"{at:%d%H%M}:{index}", number) for index, number in enumerate(numbers)]
    results = at_once([partial(send_message, row.pk, office=office, at=at) for row in rows])
    assert [one for one in results if isinstance(one, Exception)] == []
    return len(notebook.taken)


def test_thirty_at_once_to_one_number_are_three():
    assert sent([ONE] * 30) == 3
    assert CallTask.objects.filter(message__failure="too_many").count() == 27
    assert sent([ONE] * 5, at=AT + timedelta(days=1)) == 3


def test_forty_at_once_to_one_block_are_twenty():
    assert sent([f"+491722{300_000 + number}" for number in range(40)]) == 20
    assert sent([f"+491722{300_100 + number}" for number in range(40)], at=AT + timedelta(hours=1)) == 20


def test_a_refused_message_has_its_next_way():
    sent([ONE] * 4)
    assert set(Message.objects.values_list("state", flat=True)) == {"sent", "failed"}


def test_control_a_counter_that_reads_and_then_writes_lets_more_through(monkeypatch):
    def read_then_write(what, who, *, cap, span, at):
        key = limits._key(what, who)
        row, _new = limits.Tally.objects.get_or_create(key=key, starts_at=limits.span_start(at, span))
        if row.count >= cap:
            return False
        limits.Tally.objects.filter(pk=row.pk).update(count=row.count + 1)
        return True

    monkeypatch.setattr(caps, "within_limit", read_then_write)
    assert sent([ONE] * 30) > 3


def test_alarms_are_not_capped():
    message = queued("alarm", ONE)
    message.kind = "k_help"
    assert all(caps.within_caps(message, SmsCaps(), at=AT) for _ in range(9))
