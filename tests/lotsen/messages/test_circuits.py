"""A provider that fails: the next message goes another way within a minute, and nothing flaps."""

from datetime import timedelta
from itertools import pairwise
from unittest import mock

import pytest

from lotsen.messages import circuits
from lotsen.messages.channels.base import ChannelError
from lotsen.messages.models import CallTask, Circuit, Message
from lotsen.messages.sending import PostOffice, send_message
from lotsen.messages.telling import tell
from lotsen.people.ladder import ContactPoint
from tests.lotsen.messages.shared import AT, MOBILE, WORDS, Notebook, house

pytestmark = pytest.mark.django_db
DOWN = ChannelError("http_503", permanent=False)
LATER = AT + timedelta(days=3)


@pytest.fixture
def office(notebook):
    return PostOffice({"sms": notebook, "email": Notebook()}, house)


def told(number, at, *, points=None):
    sms, email = ContactPoint("sms", f"+49172{2_000_000 + number}"), ContactPoint("email", "k@example.org")
    return tell(
        points=points or [sms, email],
        kind="senior_cancelled_own",
        language="de",
        variables=WORDS,
        about=None,
        key=f"m{number}",
        by=None,
        at=at,
        deadline_at=LATER,
    )


def seconds(number):
    return AT + timedelta(seconds=number)


def work(office, at):
    """Every message that is due, once."""
    for message in Message.objects.filter(state="queued").order_by("created_at"):
        send_message(message.pk, office=office, at=at)


def test_a_single_message_is_on_its_other_way_within_a_minute(office, notebook):
    notebook.error = DOWN
    told(1, AT)
    for second in range(0, 61, 5):
        work(office, seconds(second))
    assert office.channels["email"].taken == [str(Message.objects.get(channel="email").pk)]
    assert Message.objects.get(channel="sms").failure == "provider_down"


def test_under_load_the_next_message_does_not_even_try(office, notebook):
    notebook.error = DOWN
    for number in range(6):
        told(number, AT)
        work(office, seconds(number))
    assert Circuit.objects.get(channel="sms").is_down
    notebook.send = mock.Mock(side_effect=AssertionError("tried"))
    told(7, seconds(8))
    work(office, seconds(8))
    assert Message.objects.filter(key="m7>email").exists()


def test_one_bad_minute_between_good_ones_changes_nothing(office, notebook):
    for number in range(9):
        notebook.error = DOWN if number % 2 else None
        told(number, AT)
        work(office, seconds(number * 40))
    assert not Circuit.objects.filter(is_down=True).exists()


def test_flapping_switches_at_most_once_in_five_minutes():
    switches = []
    for second in range(0, 1800, 10):
        at, was_down = seconds(second), Circuit.objects.filter(channel="sms", is_down=True).exists()
        if (second // 30) % 2:
            circuits.note_success("sms", at=at)
        else:
            circuits.note_failure("sms", at=at)
        if Circuit.objects.filter(channel="sms", is_down=True).exists() != was_down:
            switches.append(second)
    pauses = [after - before for before, after in pairwise(switches)]
    assert len(switches) > 2
    assert min(pauses) >= 300


def test_control_without_the_five_minutes_it_flaps(monkeypatch):
    monkeypatch.setattr(circuits, "HOLDS", timedelta(0))
    switches = 0
    for second in range(0, 1800, 10):
        at, was_down = seconds(second), Circuit.objects.filter(channel="sms", is_down=True).exists()
        if (second // 30) % 2:
            circuits.note_success("sms", at=at)
        else:
            circuits.note_failure("sms", at=at)
        switches += Circuit.objects.filter(channel="sms", is_down=True).exists() != was_down
    assert switches > 6


def test_after_five_minutes_one_a_minute_tries_and_a_success_ends_it(office, notebook):
    for _ in range(5):
        circuits.note_failure("sms", at=AT)
    for second in (0, 60, 299):
        assert circuits.keeps_away("sms", at=seconds(second))
    assert [circuits.keeps_away("sms", at=seconds(300)) for _ in range(5)] == [False, True, True, True, True]
    told(1, seconds(360))
    work(office, seconds(360))
    assert not Circuit.objects.get(channel="sms").is_down
    assert notebook.taken == [str(Message.objects.get().pk)]


def test_who_has_no_other_way_waits_and_is_not_failed(office, notebook):
    for _ in range(5):
        circuits.note_failure("sms", at=AT)
    message = told(1, seconds(1), points=[ContactPoint("sms", MOBILE)])
    work(office, seconds(2))
    message.refresh_from_db()
    assert (message.state, message.not_before_at, message.attempts) == ("queued", seconds(62), 0)
    for second in range(60, 500, 20):
        work(office, seconds(second))
    assert (notebook.taken, CallTask.objects.count()) == ([str(message.pk)], 0)
