"""A request that stands still is a row of the queue, with a kind that says why, and goes away when it moves."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import first_visits, offers, visits, waves
from bookings.calling import sweep_promises, take_asked
from bookings.models import HomeVisit
from bookings.queries.queue import asked_by_requests, count_waiting, queue_of
from bookings.visits import promised_answer
from lotsen.messages.call_tasks import finish_call_task
from lotsen.messages.models import CallTask
from tests.people import NOW, make_client, make_scheduled, make_topic, make_user, make_visit, make_volunteer

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=20)
IN_TEN_DAYS = NOW + timedelta(days=10, hours=1)


def asks(at):
    return {visit.reference: visit.asks for visit in asked_by_requests(at=at)}


def rows(user, at):
    with time_machine.travel(at, tick=False):
        return {row.visit.reference: row for row in queue_of(user, at=at).rows if row.visit}


def promise_later(visit, at):
    HomeVisit.objects.filter(pk=visit.pk).update(answer_by=at)


def test_a_date_for_which_nobody_is_asked():
    anna = make_user()
    visit = make_scheduled(by=anna)
    promise_later(visit, NOW + timedelta(days=30))
    assert asks(NOW + timedelta(minutes=5)) == {}
    row = rows(anna, LATER)[visit.reference]
    assert (str(row.label.words), row.why) == ("niemand gefragt", "Ein Termin steht, aber niemand wird gefragt.")
    assert row.due_at == visit.slot_starts_at
    assert "Fragen Sie jemanden" in row.say
    offers.send_offers(
        visit, volunteers=[make_volunteer(topics=[make_topic()])], answer_by=NOW + timedelta(days=1), by=anna, at=NOW
    )
    assert asks(LATER) == {}


def test_an_offer_that_nobody_answered_in_time_shows_the_date_again():
    anna = make_user()
    visit = make_scheduled(by=anna)
    promise_later(visit, NOW + timedelta(days=30))
    offers.send_offers(
        visit, volunteers=[make_volunteer(topics=[make_topic()])], answer_by=NOW + timedelta(hours=8), by=anna, at=NOW
    )
    assert asks(NOW + timedelta(hours=7)) == {}
    assert asks(NOW + timedelta(hours=9)) == {visit.reference: "request_unasked"}


def test_a_wave_that_found_nobody_is_a_task_and_then_the_row_again():
    anna, dora = make_user(), make_user("coordinator", name="Dora Winkler")
    visit = make_scheduled(by=anna)
    promise_later(visit, NOW + timedelta(days=30))
    waves.begin_wave(visit, by=anna, at=NOW)
    task = CallTask.objects.get(kind="k_nobody")
    assert asks(LATER) == {}
    finish_call_task(task, outcome="told", by=dora, at=NOW)
    assert asks(LATER) == {visit.reference: "request_unasked"}


def test_a_date_that_went_by_with_nobody():
    anna = make_user()
    visit = make_scheduled(by=anna)
    promise_later(visit, NOW + timedelta(days=30))
    at = visit.slot_starts_at + timedelta(minutes=1)
    row = rows(anna, at)[visit.reference]
    assert (str(row.label.words), row.is_late) == ("Termin vorbei", True)
    visits.cancel_visit(HomeVisit.objects.get(pk=visit.pk), because="no_wish", own_wish=True, by=anna, at=at)
    assert asks(at) == {}


def test_ten_days_without_a_move():
    anna = make_user()
    visit = make_visit(by=anna)
    promise_later(visit, NOW + timedelta(days=30))
    assert asks(IN_TEN_DAYS - timedelta(hours=2)) == {}
    row = rows(anna, IN_TEN_DAYS)[visit.reference]
    assert (str(row.label.words), row.due_at) == ("steht still", NOW + timedelta(days=30))
    visits.fix_slot(visit, starts_at=IN_TEN_DAYS + timedelta(days=3), by=anna, at=IN_TEN_DAYS)
    assert asks(IN_TEN_DAYS) == {}


def test_a_promise_that_is_near_goes_before_and_a_held_one_before_all():
    anna = make_user()
    visit = make_visit(by=anna)
    promise_later(visit, IN_TEN_DAYS + timedelta(hours=3))
    assert asks(IN_TEN_DAYS) == {visit.reference: "senior_waiting"}
    held = make_visit(client=make_client("Otto Vogel"), is_agreed=False, entrance="web", held_because="Zu schnell.")
    assert asks(IN_TEN_DAYS)[held.reference] == "request_held"


def test_who_goes_on_a_first_visit_alone_is_a_row_for_coordinators():
    anna, dora = make_user(), make_user("coordinator", name="Dora Winkler")
    newcomer = make_volunteer("Nina Neu", topics=[make_topic()], pair=None)
    visit = make_scheduled(by=anna)
    visits.assign_guide(visit, guide=newcomer.user, by=anna, at=NOW)
    assert asks(LATER) == {}
    finish_call_task(CallTask.objects.get(kind="k_first_visit"), outcome="told", by=dora, at=NOW)
    row = rows(dora, LATER)[visit.reference]
    assert (str(row.label.words), row.can_take) == ("Begleitung fehlt", True)
    assert row.due_at == visit.slot_starts_at - timedelta(hours=24)
    assert rows(anna, LATER)[visit.reference].can_take is False
    old = make_volunteer("Olga Alt", topics=[make_topic()])
    first = newcomer.first_visit
    first_visits.choose_companion(first, companion=old, by=dora, at=LATER)
    assert asks(LATER) == {}


def test_whoever_takes_it_owns_it_and_it_goes_away_by_itself():
    anna = make_user()
    visit = make_scheduled(by=anna)
    promise_later(visit, NOW + timedelta(days=30))
    task = take_asked(HomeVisit.objects.get(pk=visit.pk), by=anna, at=LATER)
    assert (task.kind, task.owner, task.deadline_at) == ("request_unasked", anna, visit.slot_starts_at)
    assert asks(LATER) == {}
    sweep_promises(at=LATER)
    assert CallTask.objects.get(pk=task.pk).state == "taken"
    offers.send_offers(
        visit, volunteers=[make_volunteer(topics=[make_topic()])], answer_by=NOW + timedelta(days=2), by=anna, at=LATER
    )
    sweep_promises(at=LATER)
    assert CallTask.objects.get(pk=task.pk).state == "dropped"


def test_what_is_late_becomes_a_task_so_that_the_alarm_sees_it():
    anna = make_user()
    visit = make_scheduled(by=anna)
    at = visit.slot_starts_at + timedelta(minutes=20)
    promise_later(visit, at + timedelta(days=30))
    sweep_promises(at=at)
    task = CallTask.objects.get(kind="request_past")
    assert (task.state, task.deadline_at) == ("open", visit.slot_starts_at)


def test_the_count_and_the_list_agree_in_a_constant_number_of_queries():
    anna = make_user()
    counts = []
    for more in (1, 6):
        for number in range(more):
            visit = make_scheduled(by=anna, client=make_client(f"Person {more} {number}"))
            promise_later(visit, NOW + timedelta(days=30))
        with CaptureQueriesContext(connection) as seen:
            shown = queue_of(anna, at=LATER)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert (shown.count, count_waiting(at=LATER)) == (7, (7, 0))


def test_control_a_request_that_moves_is_no_row():
    anna = make_user()
    make_visit(by=anna, at=NOW)
    assert promised_answer(NOW) > NOW + timedelta(hours=24)
    assert asks(LATER) == {}
