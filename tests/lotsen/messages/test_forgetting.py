"""The outbox forgets: words a week after the last state, rows three months after it; what is open stays as it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.views import figures
from lotsen.kept import FATES
from lotsen.messages import forgetting, tasks
from lotsen.messages.call_tasks import finish_call_task, take_call_task
from lotsen.messages.forgetting import forget_messages
from lotsen.messages.letters import mark_returned
from lotsen.messages.models import CallTask, Letter, Message
from lotsen.messages.queries import DAYS
from lotsen.messages.receipts import record_status
from lotsen.messages.sending import send_message
from tests.lotsen.messages.shared import AT, MOBILE, WORDS
from tests.people import make_user

pytestmark = pytest.mark.django_db
SECOND, DAY, WEEK = timedelta(seconds=1), timedelta(days=1), timedelta(days=7)
QUARTER = FATES["outbox.Message"].period
MUCH_LATER = AT + timedelta(days=900)
BARE = ("", "", {}, [])
RUNG = {"channel": "letter", "to": "Frau Krause", "variables": {"salutation": "Guten Tag"}, "until": str(AT)}


def words_of(message):
    return Message.objects.values_list("subject", "text", "variables", "rungs").get(pk=message.pk)


def make_message(key="one", **fields):
    """A message as it lies there, in the state that is asked for."""
    usual = {
        "kind": "senior_booked",
        "channel": "sms",
        "to": MOBILE,
        "variables": WORDS,
        "subject": "Ihr Besuch",
        "text": "Guten Tag",
        "rungs": [RUNG],
        "state": "delivered",
        "created_at": AT - DAY,
        "claimed_at": AT - DAY,
        "sent_at": AT - DAY,
        "finished_at": AT,
    }
    return Message.objects.create(key=key, **usual | fields)


def make_task(key="task", **fields):
    usual = {
        "kind": "senior_booked",
        "variables": WORDS,
        "phone": MOBILE,
        "note": "Sie ruft zurück.",
        "deadline_at": AT,
        "created_at": AT - DAY,
        "state": "done",
        "finished_at": AT,
    }
    return CallTask.objects.create(key=key, **usual | fields)


def make_letter(message):
    return Letter.objects.create(message=message, sheet={"blocks": ["Guten Tag"]}, created_at=AT)


# --- what has ended ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["delivered", "failed", "dropped"])
def test_words_go_after_a_week_and_the_row_after_three_months(state):
    message = make_message(state=state)
    forget_messages(at=AT + WEEK)
    assert words_of(message) == ("Ihr Besuch", "Guten Tag", WORDS, [RUNG])
    forget_messages(at=AT + WEEK + SECOND)
    assert words_of(message) == BARE
    assert forget_messages(at=AT + QUARTER) == 0
    assert forget_messages(at=AT + QUARTER + SECOND) == 1
    assert not Message.objects.exists()


def test_from_sending_to_the_last_row(queue, office):
    message = queue()
    send_message(message.pk, office=office, at=AT)
    record_status(message.pk, sid="N1", status="delivered", at=AT)
    forget_messages(at=AT + WEEK + SECOND)
    message.refresh_from_db()
    assert (message.state, message.to, *words_of(message)) == ("delivered", MOBILE, *BARE)
    assert forget_messages(at=AT + QUARTER + SECOND) == 1
    record_status(message.pk, sid="N1", status="read", at=AT + QUARTER + DAY)  # nobody knows it any more: nothing
    assert not Message.objects.exists()


def test_what_gives_no_receipt_counts_from_the_sending():
    message = make_message(channel="email", to="a@example.org", state="sent", sent_at=AT, finished_at=None)
    forget_messages(at=AT + WEEK)
    assert words_of(message)[0] == "Ihr Besuch"
    forget_messages(at=AT + WEEK + SECOND)
    assert words_of(message) == BARE
    assert forget_messages(at=AT + QUARTER + SECOND) == 1


def test_a_letter_goes_with_its_message_also_one_that_was_never_posted():
    posted = make_letter(make_message("posted", channel="letter"))
    discarded = make_letter(make_message("discarded", channel="letter", state="dropped"))
    forget_messages(at=AT + WEEK)
    assert Letter.objects.filter(sheet={}).count() == 0
    forget_messages(at=AT + WEEK + SECOND)
    assert set(Letter.objects.filter(sheet={})) == {posted, discarded}
    forget_messages(at=AT + QUARTER + SECOND)
    assert not Letter.objects.exists()


def test_a_call_task_loses_what_was_written_and_then_goes():
    done, dropped = make_task(), make_task("other", state="dropped")
    forget_messages(at=AT + WEEK)
    assert CallTask.objects.filter(note="").count() == 0
    forget_messages(at=AT + WEEK + SECOND)
    assert set(CallTask.objects.filter(note="", variables={}, phone=MOBILE)) == {done, dropped}
    assert forget_messages(at=AT + QUARTER + SECOND) == 2


# --- what is open ------------------------------------------------------------------------------------------


OPEN = {
    "queued": {"state": "queued", "claimed_at": None, "sent_at": None, "finished_at": None},
    "for a later day": {"state": "queued", "not_before_at": MUCH_LATER, "sent_at": None, "finished_at": None},
    "sending": {"state": "sending", "sent_at": None, "finished_at": None},
    "uncertain": {"state": "uncertain", "sent_at": None, "finished_at": None},
    "a way whose time still runs": {"state": "sent", "deadline_at": MUCH_LATER, "finished_at": None},
    "a letter to be posted": {"state": "sent", "channel": "letter", "finished_at": None},
}


@pytest.mark.parametrize("name", OPEN)
def test_what_is_open_stays_word_for_word(name):
    message = make_message(**OPEN[name])
    letter = make_letter(message)
    before = Message.objects.values().get()
    assert forget_messages(at=MUCH_LATER) == 0
    assert (Message.objects.values().get(), Letter.objects.get().sheet) == (before, letter.sheet)


@pytest.mark.parametrize("state", ["open", "taken"])
def test_what_a_human_still_has_to_do_stays_with_its_message_until_it_is_done(state):
    anna = make_user()
    message = make_message(state="failed")
    task = make_task(message=message, state="open", finished_at=None)
    if state == "taken":
        take_call_task(task, by=anna, at=AT)
    assert forget_messages(at=MUCH_LATER) == 0
    task.refresh_from_db()
    assert (task.variables, words_of(message)[1]) == (WORDS, "Guten Tag")
    finish_call_task(task, outcome="told", note="Gesagt", by=anna, at=MUCH_LATER)
    assert forget_messages(at=MUCH_LATER + DAY) == 1
    assert (CallTask.objects.get().message, CallTask.objects.get().note) == (None, "Gesagt")
    assert forget_messages(at=MUCH_LATER + QUARTER + DAY) == 1


def test_the_next_way_outlives_the_one_before():
    first = make_message("first", state="failed")
    second = make_message("first>letter", channel="letter", state="sent", finished_at=None, stands_in_for=first)
    assert forget_messages(at=MUCH_LATER) == 1
    second.refresh_from_db()
    assert (second.stands_in_for, second.text) == (None, "Guten Tag")


def test_a_letter_that_comes_back_after_its_words_are_gone_is_a_human_s():
    message = make_message(channel="letter", phone=MOBILE, about_reference="4826156")
    letter = make_letter(message)
    forget_messages(at=AT + WEEK + SECOND)
    letter = Letter.objects.select_related("message").get(pk=letter.pk)
    mark_returned(letter, by=make_user(), at=AT + 9 * DAY)
    task = CallTask.objects.get()
    assert (task.state, task.phone, task.about_reference, task.variables) == ("open", MOBILE, "4826156", {})
    assert Message.objects.count() == 1
    assert forget_messages(at=MUCH_LATER) == 0


# --- the job ---------------------------------------------------------------------------------------------------


def test_every_night_the_job_does_it_and_without_it_nothing_goes(monkeypatch):
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)
    make_message(), make_task()
    with time_machine.travel(AT + QUARTER + DAY, tick=False):
        assert (Message.objects.count(), CallTask.objects.count()) == (1, 1)
        tasks.forget_messages(0)
    assert (Message.objects.count(), CallTask.objects.count()) == (0, 0)


def test_twice_is_once():
    message = make_message()
    assert [forget_messages(at=AT + WEEK + DAY) for _ in range(2)] == [0, 0]
    assert words_of(message) == BARE
    assert [forget_messages(at=AT + QUARTER + DAY) for _ in range(2)] == [1, 0]


def test_a_worker_that_dies_in_the_middle_has_done_whole_lots_and_the_next_one_goes_on(monkeypatch):
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    for number in range(5):
        make_letter(make_message(f"m{number}", channel="letter"))
    empty, lots = forgetting._empty_messages, []

    def die_in_the_second(keys):
        empty(keys)
        lots.append(keys)
        if len(lots) == 2:
            raise SystemExit

    monkeypatch.setattr(forgetting, "_empty_messages", die_in_the_second)
    with pytest.raises(SystemExit):
        forget_messages(at=AT + WEEK + SECOND)
    assert (Message.objects.filter(text="").count(), Letter.objects.filter(sheet={}).count()) == (2, 2)
    monkeypatch.setattr(forgetting, "_empty_messages", empty)
    forget_messages(at=AT + WEEK + SECOND)
    assert (Message.objects.filter(text="").count(), Letter.objects.filter(sheet={}).count()) == (5, 5)


def asked_for(many, *, at):
    for number in range(many):
        make_message(f"m{number}"), make_task(f"t{number}")
    with CaptureQueriesContext(connection) as asked:
        forget_messages(at=at)
    return len(asked)


def test_no_more_queries_for_more_rows():
    assert asked_for(1, at=AT + QUARTER + DAY) == asked_for(4, at=AT + QUARTER + DAY)


def test_pages_and_figures_look_back_less_than_that():
    longest = max(figures.SPAN, *(timedelta(days=days) for days in DAYS.values()))
    assert longest < min(QUARTER, FATES["outbox.CallTask"].period)
