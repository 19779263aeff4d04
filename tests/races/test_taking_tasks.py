"""Two and more take the same task at once: one has it, the others read who."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from functools import partial
from threading import Barrier, BrokenBarrierError, Event

import pytest

from bookings import calling
from bookings.models import HomeVisit
from lotsen.kernel.models import Transition
from lotsen.messages import call_tasks
from lotsen.messages.call_tasks import CallTaskGone, open_call_task, take_call_task
from lotsen.messages.models import CallTask
from tests.people import NOW, make_user, make_visit
from tests.races.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
AGENTS = 6


@pytest.fixture
def agents():
    return [make_user(name=f"Agentin {number}") for number in range(AGENTS)]


def take(pk, agent):
    return take_call_task(CallTask.objects.get(pk=pk), by=agent, at=NOW).owner


@pytest.fixture
def task():
    return open_call_task(
        kind="callback",
        phone="",
        variables={},
        about=None,
        deadline_at=NOW + timedelta(hours=1),
        key="k",
        by=None,
        at=NOW,
    )


def test_one_takes_it_and_the_others_read_who_has_it(task, agents):
    results = at_once([partial(take, task.pk, agent) for agent in agents])
    (owner,) = [one for one in results if not isinstance(one, Exception)]
    lost = [one for one in results if isinstance(one, CallTaskGone)]
    assert CallTask.objects.get().owner == owner
    assert [one.sentence for one in lost] == [f"Diese Aufgabe hat schon {owner.name}."] * (AGENTS - 1), results


def test_control_without_the_condition_more_than_one_believe_it(task, agents, monkeypatch):
    def write_anyway(row, target, *, by, at, **changes):
        CallTask.objects.filter(pk=row.pk).update(state=target, **changes)
        row.owner = by

    monkeypatch.setattr(call_tasks, "move", write_anyway)
    results = at_once([partial(take, task.pk, agent) for agent in agents])
    assert sum(not isinstance(one, Exception) for one in results) > 1, results


def ask(pk, agent):
    return calling.take_asked(HomeVisit.objects.select_related("client").get(pk=pk), by=agent, at=NOW).owner


def test_what_a_request_asks_for_is_one_task_however_many_take_it(agents):
    visit = make_visit(is_agreed=False, entrance="web", held_because="x")
    results = at_once([partial(ask, visit.pk, agent) for agent in agents])
    (owner,) = [one for one in results if not isinstance(one, Exception)]
    assert sum(isinstance(one, CallTaskGone) for one in results) == AGENTS - 1, results
    assert CallTask.objects.get().owner == owner
    assert Transition.objects.filter(subject_type="outbox.calltask").count() == 2


@pytest.fixture
def side_by_side(monkeypatch):
    """Two who have both found no task yet, if they can: then the second one goes on when the first one is done."""
    both, first_is_done, free_key = Barrier(2), Event(), calling._free_key

    def slow(mine):
        with suppress(BrokenBarrierError):
            if both.wait(2):
                first_is_done.wait(5)
        return free_key(mine)

    def take(pk, agent):
        try:
            return ask(pk, agent)
        finally:
            first_is_done.set()

    monkeypatch.setattr(calling, "_free_key", slow)
    return take


def test_two_who_look_at_the_same_moment_find_one_task(agents, side_by_side):
    visit = make_visit(is_agreed=False, entrance="web", held_because="x")
    results = at_once([partial(side_by_side, visit.pk, agent) for agent in agents[:2]])
    assert [isinstance(one, CallTaskGone) for one in results].count(True) == 1, results
    assert CallTask.objects.count() == 1


def test_control_without_waiting_they_make_two(agents, side_by_side, monkeypatch):
    monkeypatch.setattr(calling, "one_at_a_time", lambda what: None)
    visit = make_visit(is_agreed=False, entrance="web", held_because="x")
    at_once([partial(side_by_side, visit.pk, agent) for agent in agents[:2]])
    assert CallTask.objects.count() == 2
