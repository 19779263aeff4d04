"""What the queue does by itself: tasks go back to all, the alarm is raised once; and when the next try may be."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lotsen.messages import queue
from lotsen.messages.call_tasks import TooLate, hand_over, latest_try, open_call_task, take_call_task, try_again
from lotsen.messages.models import CallTask, Message
from lotsen.people.deputies import appoint_deputy
from lotsen.people.models import Deputy
from tests.lotsen.messages.shared import AT

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def anna(django_user_model):
    return django_user_model.objects.create_user("anna@example.org", name="Anna Lehmann", roles=["hotline"])


@pytest.fixture
def dora(django_user_model):
    return django_user_model.objects.create_user("dora@example.org", name="Dora Klein", roles=["coordinator"])


def make_task(key="k", *, due=HOUR * 4, kind="callback"):
    return open_call_task(
        kind=kind, phone="", variables={}, about=None, deadline_at=AT + due, key=key, by=None, at=AT - HOUR * 4
    )


def test_what_is_left_lying_past_its_deadline_goes_back(anna):
    lying, fresh, early = (make_task(key, due=-HOUR if key != "early" else HOUR) for key in ("lying", "fresh", "early"))
    take_call_task(lying, by=anna, at=AT - 16 * MINUTE)
    take_call_task(fresh, by=anna, at=AT - 14 * MINUTE)
    take_call_task(early, by=anna, at=AT - HOUR)

    assert queue.give_back_untouched(at=AT) == 1

    assert dict(CallTask.objects.values_list("key", "state")) == {"lying": "open", "fresh": "taken", "early": "taken"}
    assert CallTask.objects.get(key="lying").owner is None


def test_the_tasks_of_who_is_away_alone_go_back_and_coordinators_learn_it(anna, dora):
    take_call_task(make_task(), by=anna, at=AT)
    appoint_deputy(anna, deputy=None, first_on=AT.date(), last_on=AT.date(), by=dora, at=AT)

    assert (queue.give_back_of_absent(at=AT), queue.give_back_of_absent(at=AT)) == (1, 0)

    assert CallTask.objects.get().state == "open"
    mail = Message.objects.get()
    assert (mail.kind, mail.to, mail.variables) == ("k_no_deputy", dora.email, {"n": "1"})


def test_with_a_deputy_they_stay(anna, dora):
    take_call_task(make_task(), by=anna, at=AT)
    appoint_deputy(anna, deputy=dora, first_on=AT.date(), last_on=AT.date(), by=dora, at=AT)

    assert queue.give_back_of_absent(at=AT) == 0
    assert CallTask.objects.get().owner == anna
    hand_over(CallTask.objects.get(), to=dora, by=dora, at=AT)
    assert CallTask.objects.get().owner == dora


def test_the_alarm_is_raised_once_and_names_nobody(anna, dora):
    (
        make_task("late", due=-16 * MINUTE),
        make_task("nearly", due=-14 * MINUTE),
        make_task("alarm", due=-HOUR, kind="k_overdue"),
    )

    assert [queue.raise_alarm(at=AT + MINUTE * step) for step in (0, 0, 5)] == [1, 0, 1]

    mails = list(Message.objects.order_by("created_at").values_list("kind", "to", "variables"))
    assert mails == [("k_overdue", dora.email, {"n": "1"})] * 2


def test_the_promise_stays_and_the_next_try_is_when_it_is_due(anna):
    task = make_task(due=-HOUR)
    try_again(task, again_at=AT + HOUR, by=anna, at=AT)
    task = CallTask.objects.get()
    assert (task.deadline_at, task.due_at, task.tries) == (AT - HOUR, AT + HOUR, 1)


def test_what_is_urgent_is_tried_again_within_a_quarter_of_an_hour(anna):
    urgent = open_call_task(
        kind="callback", phone="", variables={}, about=None, deadline_at=AT + 15 * MINUTE, key="u", by=None, at=AT
    )
    assert latest_try(urgent, at=AT + HOUR) == AT + HOUR + 15 * MINUTE
    with pytest.raises(TooLate):
        try_again(urgent, again_at=AT + 2 * HOUR, by=anna, at=AT + HOUR)


def test_a_coordinator_away_alone_is_a_task_until_somebody_is_named(dora, django_user_model):
    emil = django_user_model.objects.create_user("emil@example.org", name="Emil Berg", roles=["coordinator"])
    days = {"first_on": AT.date() + timedelta(2), "last_on": AT.date() + timedelta(4)}
    appoint_deputy(dora, deputy=emil, **days, by=dora, at=AT)
    assert queue.ask_for_deputies(at=AT) == 0
    emil.roles = ["hotline"]
    emil.save()
    fritz = django_user_model.objects.create_user("fritz@example.org", name="Fritz Alt", roles=["coordinator"])
    Deputy.objects.update(deputy=None)
    assert (queue.ask_for_deputies(at=AT), queue.ask_for_deputies(at=AT)) == (1, 1)
    task = CallTask.objects.get(kind="k_deputy")
    assert (task.state, task.variables["visitor_name"]) == ("open", "Dora Klein")
    appoint_deputy(dora, deputy=fritz, **days, by=dora, at=AT)
    assert queue.ask_for_deputies(at=AT) == 0
    task.refresh_from_db()
    assert task.state == "dropped"


def test_the_alarm_goes_to_whoever_stands_in(dora, django_user_model):
    emil = django_user_model.objects.create_user("emil@example.org", name="Emil Berg", roles=["coordinator"])
    appoint_deputy(dora, deputy=emil, first_on=AT.date(), last_on=AT.date(), by=dora, at=AT)
    make_task(due=-HOUR)
    assert queue.raise_alarm(at=AT) == 1
    assert set(Message.objects.filter(kind="k_overdue").values_list("to", flat=True)) == {"emil@example.org"}
