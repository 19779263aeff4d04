"""What requests ask for and nobody does in time; who may end whose task; the figures of the telephone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookings import calling, kpis, visits
from bookings.models import HomeVisit
from bookings.queries.queue import asked_by_requests
from bookings.queries.waiting import Kept, Waited, kept_promises, waiting_times
from lotsen.figures.engine import Span, figures
from lotsen.messages import queue
from lotsen.messages.call_tasks import CallTaskGone, finish_call_task, open_call_task, take_call_task
from lotsen.messages.models import CallTask, Message, PhoneCall
from lotsen.people.deputies import appoint_deputy
from tests.people import NOW, make_client, make_user, make_visit

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def anna():
    return make_user("hotline")


def make_task(key="k", *, due=MINUTE * 60, at=NOW):
    return open_call_task(
        kind="callback", phone="", variables={}, about=None, deadline_at=at + due, key=key, by=None, at=at
    )


def held(**fields):
    return make_visit(is_agreed=False, entrance="web", held_because="x", **fields)


def test_a_late_request_gets_a_task_so_that_the_alarm_sees_it():
    make_user("coordinator", name="Dora Klein")
    late, early = held(), held(client=make_client("Otto Vogel"))
    HomeVisit.objects.filter(pk=late.pk).update(answer_by=NOW - 16 * MINUTE)
    HomeVisit.objects.filter(pk=early.pk).update(answer_by=NOW - 14 * MINUTE)

    calling.sweep_promises(at=NOW), calling.sweep_promises(at=NOW)

    assert [(task.kind, task.about_reference) for task in CallTask.objects.all()] == [("request_held", late.reference)]
    assert [visit.pk for visit in asked_by_requests(at=NOW)] == [early.pk]
    assert queue.raise_alarm(at=NOW) == 1
    assert Message.objects.filter(kind="k_overdue").count() == 1


def test_a_task_whose_request_no_longer_asks_for_it_is_dropped(anna):
    asking, settled = held(), held(client=make_client("Otto Vogel"))
    for visit in (asking, settled):
        calling.take_asked(visit, by=anna, at=NOW)
    visits.confirm_request(settled, by=anna, at=NOW)

    calling.sweep_promises(at=NOW)

    assert dict(CallTask.objects.values_list("about_reference", "state")) == {
        asking.reference: "taken",
        settled.reference: "dropped",
    }


def test_what_is_over_is_not_taken(anna):
    visit = held()
    visits.cancel_visit(visit, because="", own_wish=True, by=anna, at=NOW)
    with pytest.raises(calling.NothingAsked):
        calling.take_asked(visit, by=anna, at=NOW)
    assert CallTask.objects.count() == 0


def test_only_the_owner_their_deputy_and_coordinators_end_a_task(anna):
    bea, dora = make_user("hotline", name="Bea Mai"), make_user("coordinator", name="Dora Klein")
    for key in "abc":
        take_call_task(make_task(key), by=anna, at=NOW)
    first, second, third = CallTask.objects.order_by("key")

    with pytest.raises(CallTaskGone):
        finish_call_task(first, outcome="told", by=bea, at=NOW)
    appoint_deputy(anna, deputy=bea, first_on=NOW.date(), last_on=NOW.date(), by=dora, at=NOW)
    finish_call_task(first, outcome="told", by=bea, at=NOW)
    finish_call_task(second, outcome="told", by=dora, at=NOW)
    finish_call_task(third, outcome="told", by=anna, at=NOW)

    assert set(CallTask.objects.values_list("state", "owner")) == {("done", anna.pk)}


def call(number, *, days=0, waited=10, outcome="answered"):
    at = NOW - timedelta(days=days) - 5 * MINUTE
    end = at + timedelta(seconds=waited)
    ends = {"answered_at": end} if outcome == "answered" else {"ended_at": end}
    return PhoneCall.objects.create(sid=f"CA{number:032d}", arrived_at=at, queued_at=at, outcome=outcome, **ends)


def test_how_long_callers_waited_is_measured():
    for number, seconds in enumerate((10, 20, 30)):
        call(number, waited=seconds)
    (
        call(3, waited=40, outcome="abandoned"),
        call(4, days=2, waited=600, outcome="callback"),
        call(5, days=8, waited=900),
    )
    PhoneCall.objects.create(sid="CA" + "6" * 32, arrived_at=NOW, outcome="menu", ended_at=NOW)

    day, week = waiting_times(at=NOW)

    seconds = [timedelta(seconds=one) for one in (25, 38.5, 40, 30, 488, 600)]
    assert day == Waited(day.span, 4, *seconds[:3], 25)
    assert week == Waited(week.span, 5, *seconds[3:], 20)


def test_nobody_waited_is_no_number():
    assert [(one.count, one.median, one.longest, one.given_up) for one in waiting_times(at=NOW)] == [
        (0, None, None, None)
    ] * 2
    assert [(one.count, one.in_time) for one in kept_promises(at=NOW)] == [(0, None)] * 2


def test_promises_are_measured_against_what_was_promised(anna):
    for key, due, took in (("a", 60, 30), ("b", 60, 90), ("c", 60, 60)):
        task = make_task(key, due=due * MINUTE, at=NOW - 120 * MINUTE)
        finish_call_task(task, outcome="told", by=anna, at=NOW - 120 * MINUTE + took * MINUTE)

    day, week = kept_promises(at=NOW)

    assert day == Kept(day.span, 3, 60 * MINUTE, 87 * MINUTE, 67)
    assert week.count == 3
    span = Span(NOW - timedelta(days=1), NOW)
    assert [one.value for one in figures(span, "tasks_in_time", "calls_given_up", "call_wait_p95")] == [67, 0, 0]
    assert kpis.MEDIAN == 0.5
