"""What runs out is said once, eight weeks ahead."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from lotsen.messages.models import CallTask, Message
from tests.people import NOW, make_volunteer, show_paper
from volunteers import due
from volunteers.due import announce_due, what_is_due
from volunteers.models import Evidence, Volunteer

LAST = date(2027, 1, 20)
EIGHT_WEEKS = LAST - timedelta(weeks=8)
ISSUED = date(2024, 1, 20)


def moment(day: date) -> datetime:
    return NOW.replace(year=day.year, month=day.month, day=day.day)


@pytest.mark.django_db
def test_time_passes_and_it_is_said_once():
    bernd = make_volunteer(certificate=ISSUED)
    told = []
    for days in range(-3, 60):
        day = EIGHT_WEEKS + timedelta(days=days)
        told += [day] * announce_due(at=moment(day))
    assert told == [EIGHT_WEEKS]
    message = Message.objects.get(kind=due.KIND)
    assert (message.to, message.variables) == (bernd.user.phone, {"date_long": "Mittwoch, 20. Januar"})


@pytest.mark.django_db
def test_a_new_paper_is_said_again_when_it_ends():
    bernd = make_volunteer(certificate=ISSUED)
    assert announce_due(at=moment(EIGHT_WEEKS)) == 1
    show_paper(bernd, "certificate", date(2026, 12, 1))
    assert announce_due(at=moment(LAST)) == 0
    assert announce_due(at=moment(date(2029, 11, 1))) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "count"), [("active", 1), ("paused", 1), ("suspended", 0), ("left", 0)])
def test_only_who_serves_is_told_and_listed(state, count):
    make_volunteer(certificate=ISSUED, state=state)
    assert len(what_is_due(on=EIGHT_WEEKS)) == count
    assert announce_due(at=moment(EIGHT_WEEKS)) == count


@pytest.mark.django_db
def test_what_is_over_stays_in_the_list_and_renewed_is_gone():
    bernd = make_volunteer(certificate=ISSUED)
    (one,) = what_is_due(on=LAST + timedelta(days=30))
    assert (one.volunteer, one.last, one.requirement.key) == (bernd, LAST, "certificate")
    Evidence.objects.create(
        volunteer=bernd, requirement=one.requirement, issued_on=date(2027, 1, 2), seen_on=date(2027, 1, 3)
    )
    assert what_is_due(on=LAST + timedelta(days=30)) == []


@pytest.mark.django_db
def test_who_has_neither_telephone_nor_mail_that_works_reaches_a_human():
    bernd = make_volunteer(certificate=ISSUED)
    bernd.user.phone = ""
    bernd.user.save()
    assert announce_due(at=moment(EIGHT_WEEKS)) == 1
    assert Message.objects.get(kind=due.KIND).channel == "email"
    assert not CallTask.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 4])
def test_the_list_costs_the_same_whatever_its_length(size, django_assert_num_queries):
    for _one in range(size):
        make_volunteer(certificate=ISSUED)
    with django_assert_num_queries(2):
        assert len(what_is_due(on=EIGHT_WEEKS)) == size


def _two_workers() -> int:
    start, told = threading.Barrier(2), []

    def work():
        start.wait()
        try:
            told.append(announce_due(at=moment(EIGHT_WEEKS)))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(told)


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_once():
    for _one in range(5):
        make_volunteer(certificate=ISSUED)
    assert (_two_workers(), Message.objects.filter(kind=due.KIND).count()) == (5, 5)
    assert Volunteer.objects.count() == 5
