"""What the rooms must bear: the outbox forgets words after a week and rows after three months."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from bookings import calling, given_words, visits
from bookings.queries.timeline import history_of
from bookings.silence import look_after_silent
from lotsen.kept import FATES
from lotsen.messages import letters
from lotsen.messages.call_tasks import finish_call_task
from lotsen.messages.forgetting import forget_messages
from lotsen.messages.models import CallTask, Letter, Message
from tests.people import NOW, make_scheduled, make_user, make_visit, make_volunteer

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(days=7)
QUARTER = FATES["outbox.CallTask"].period


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def anna():
    return make_user("hotline")


def test_a_letter_still_tells_the_word_when_its_words_are_gone(anna):
    bernd = make_volunteer()
    visit = make_scheduled(by=anna, starts_at=NOW + 20 * DAY)
    visit = visits.assign_guide(visit, guide=bernd.user, by=anna, at=NOW)
    message = Message.objects.get(about_id=str(visit.pk), channel="letter", kind="senior_booked")
    Message.objects.filter(pk=message.pk).update(state="sent", claimed_at=NOW, sent_at=NOW, text=visit.code_word)
    letter = Letter.objects.create(message=message, sheet={"x": visit.code_word}, created_at=NOW, printed_at=NOW)
    assert not given_words.is_told(visit)
    letters.mark_posted([letter], by=anna, at=NOW)
    forget_messages(at=NOW + WEEK + DAY)
    message.refresh_from_db()
    assert visit.code_word not in f"{message.variables}{message.text}{Letter.objects.get().sheet}"
    assert given_words.is_told(visit)
    assert given_words.warn_of_untold(at=NOW + 19 * DAY + timedelta(hours=12)) == 0
    given_words.give_word(visit, at=NOW + 10 * DAY)
    assert not given_words.is_told(visit), "the letter says the word before"


def done(visit, *, by, at):
    return finish_call_task(calling.take_asked(visit, by=by, at=at), outcome="told", note="Frau Adam", by=by, at=at)


def test_what_is_asked_again_gets_a_task_although_earlier_ones_are_forgotten(anna):
    visit = make_visit(is_agreed=False, entrance="web", held_because="x")
    done(visit, by=anna, at=NOW)
    done(visit, by=anna, at=NOW + DAY)
    assert CallTask.objects.count() == 2
    assert forget_messages(at=NOW + QUARTER + timedelta(hours=1)) == 1
    later = NOW + QUARTER + 2 * timedelta(hours=1)
    assert calling.take_asked(visit, by=anna, at=later).state == "taken"
    assert sorted(CallTask.objects.values_list("state", flat=True)) == ["done", "taken"]


def test_a_timeline_without_the_words_still_says_that_there_was_a_call(anna):
    visit = make_visit(is_agreed=False, entrance="web", held_because="x")
    done(visit, by=anna, at=NOW)
    before = [line.said for line in history_of(visit, group="talk") if line.icon == "phone"]
    forget_messages(at=NOW + WEEK + DAY)
    after = [line for line in history_of(visit, group="talk") if line.icon == "phone"]
    assert "Frau Adam" in before[0]
    assert [(str(line.what), line.state) for line in after] == [("Rückruf", "erledigt")]
    assert after[0].said == "Was zu sagen war, ist nach 7 Tagen gelöscht."


def test_who_stays_silent_is_asked_again_after_a_quarter():
    make_volunteer("Bernd Kluge", joined_at=NOW - 14 * DAY)
    assert look_after_silent(at=NOW) == (1, 0)
    Message.objects.update(state="delivered", claimed_at=NOW, sent_at=NOW, finished_at=NOW)
    assert look_after_silent(at=NOW + 20 * DAY) == (0, 1)
    CallTask.objects.update(state="dropped", finished_at=NOW + 20 * DAY)
    at = NOW + QUARTER
    forget_messages(at=at)
    assert look_after_silent(at=at) == (0, 0)
    forget_messages(at=at + DAY)
    assert look_after_silent(at=at + DAY) == (1, 0)
    assert look_after_silent(at=at + DAY) == (0, 0)
