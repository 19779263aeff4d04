"""Call tasks: opened once, taken by one, finished with an outcome."""

import pytest

from lotsen.messages.call_tasks import (
    CallTaskGone,
    drop_call_tasks,
    finish_call_task,
    open_call_task,
    release_call_task,
    take_call_task,
)
from lotsen.messages.models import CallTask
from tests.lotsen.messages.shared import AT


@pytest.fixture
def users(django_user_model):
    return [django_user_model.objects.create_user(f"{name}@example.org", name=name) for name in ("anna", "bernd")]


@pytest.fixture
def task(db):
    return open_call_task(
        kind="callback", phone="+4935148800100", variables={}, about=None, deadline_at=AT, key="k", by=None, at=AT
    )


def test_taken_and_done(task, users):
    take_call_task(task, by=users[0], at=AT)
    finish_call_task(task, outcome="told", by=users[0], at=AT)
    task.refresh_from_db()
    assert (task.state, task.owner, task.outcome, task.finished_at) == ("done", users[0], "told", AT)


def test_two_take_it_at_once(task, users):
    other = CallTask.objects.get(pk=task.pk)
    take_call_task(task, by=users[0], at=AT)
    with pytest.raises(CallTaskGone) as refused:
        take_call_task(other, by=users[1], at=AT)
    assert refused.value.sentence == "Diese Aufgabe hat schon anna."
    assert CallTask.objects.get().owner == users[0]


def test_taken_is_not_open(task, users):
    take_call_task(task, by=users[0], at=AT)
    with pytest.raises(CallTaskGone) as refused:
        take_call_task(task, by=users[1], at=AT)
    assert refused.value.sentence == "Diese Aufgabe hat schon anna."


def test_released_it_is_open_again(task, users):
    take_call_task(task, by=users[0], at=AT)
    release_call_task(task, by=users[0], at=AT)
    take_call_task(task, by=users[1], at=AT)
    assert CallTask.objects.get().owner == users[1]


def test_done_without_taking(task, users):
    finish_call_task(task, outcome="told", by=users[1], at=AT)
    assert CallTask.objects.get().owner == users[1]
    with pytest.raises(CallTaskGone):
        finish_call_task(task, outcome="told", by=users[1], at=AT)


def test_the_same_key_opens_once(task):
    again = open_call_task(kind="callback", phone="", variables={}, about=None, deadline_at=AT, key="k", by=None, at=AT)
    assert (again.pk, CallTask.objects.count()) == (task.pk, 1)


def test_dropped_with_its_cause(users):
    about = {"kind": "callback", "phone": "", "variables": {}, "deadline_at": AT, "by": None, "at": AT}
    open_call_task(about=users[0], key="a", **about)
    open_call_task(about=users[1], key="b", **about)
    assert drop_call_tasks(about=users[0], by=None, at=AT) == 1
    assert dict(CallTask.objects.values_list("key", "state")) == {"a": "dropped", "b": "open"}
