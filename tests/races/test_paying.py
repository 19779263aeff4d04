"""Several coordinators pay, decide and tick at the same instant: each sum is paid once, each entry decided once."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from django.db.models import Sum

from lotsen.kernel.errors import Refused
from lotsen.kernel.models import Transition
from lotsen.people.models import Role
from tests.people import NOW, make_user, make_volunteer
from tests.races.racing import at_once
from volunteers import courses, expenses, other_work
from volunteers.models import Evidence, Expense, OtherWork, PaymentRun

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2026, 11, 25)
ROUNDS, EXPENSES, BOSSES = 4, 12, 6


def submitted(count: int) -> list[Expense]:
    bernd = make_volunteer()
    more = {"on": TODAY, "kind": "ticket", "by": bernd.user, "at": NOW}
    return [expenses.submit_expense(bernd, cents=100 + number, **more) for number in range(count)]


def bosses() -> list:
    return [make_user(Role.COORDINATOR, name=f"Dora {number}") for number in range(BOSSES)]


def tried(act) -> bool:
    try:
        act()
    except Refused:
        return False
    return True


def paid_twice() -> int:
    """How much more the lists say than the expenses in them."""
    said = PaymentRun.objects.aggregate(sum=Sum("total_cents"))["sum"] or 0
    return said - (Expense.objects.filter(run__isnull=False).aggregate(sum=Sum("amount_cents"))["sum"] or 0)


def test_each_expense_is_in_one_list_and_each_list_says_what_is_in_it():
    people = bosses()
    for _number in range(ROUNDS):
        rows = submitted(EXPENSES)
        for row in rows[: EXPENSES // 2]:
            expenses.accept_expense(row, by=people[0], at=NOW)
        accepts = [partial(expenses.accept_expense, row, by=people[0], at=NOW) for row in rows[EXPENSES // 2 :]]
        pays = [partial(expenses.pay_accepted, by=one, at=NOW) for one in people]
        results = at_once([partial(tried, act) for act in [*accepts, *pays]])
        assert [one for one in results if not isinstance(one, bool)] == []
        tried(partial(expenses.pay_accepted, by=people[0], at=NOW))
    assert (paid_twice(), Expense.objects.filter(state="paid").count()) == (0, ROUNDS * EXPENSES)
    for run in PaymentRun.objects.all():
        assert (run.expenses.count(), run.expenses.aggregate(sum=Sum("amount_cents"))["sum"]) == (
            run.count,
            run.total_cents,
        )


def pay_without_protection(by) -> None:
    """What somebody would write who looks first and writes then."""
    found = list(Expense.objects.filter(state="accepted").values_list("pk", "amount_cents"))
    total = sum(cents for _pk, cents in found)
    run = PaymentRun.objects.create(created_at=NOW, created_by=by, total_cents=total, count=len(found))
    Expense.objects.filter(pk__in=[pk for pk, _cents in found]).update(state="paid", run=run)


def test_control_without_the_lock_sums_are_paid_twice():
    people = bosses()
    for _number in range(ROUNDS):
        for row in submitted(EXPENSES):
            expenses.accept_expense(row, by=people[0], at=NOW)
        at_once([partial(pay_without_protection, one) for one in people])
    assert paid_twice() > 0


def decisions(pk: int) -> int:
    line = Transition.objects.filter(subject_type="volunteers.otherwork", subject_id=str(pk))
    return line.exclude(source="").count()


def decide(pk: int, boss, number: int) -> None:
    row = OtherWork.objects.select_related("volunteer").get(pk=pk)
    if number % 2:
        other_work.confirm_work(row, by=boss, at=NOW)
    else:
        other_work.refuse_work(row, because="doppelt", by=boss, at=NOW)


def test_hours_are_decided_once():
    people, bernd = bosses(), make_volunteer()
    for _number in range(ROUNDS):
        row = other_work.enter_work(bernd, on=TODAY, minutes=60, what="Stand", by=bernd.user, at=NOW)
        acts = [partial(tried, partial(decide, row.pk, boss, number)) for number, boss in enumerate(people)]
        assert sum(at_once(acts)) == 1
        assert decisions(row.pk) == 1


def test_a_button_pressed_many_times_is_one_entry():
    bernd = make_volunteer()
    what = {"on": TODAY, "by": bernd.user, "at": NOW}
    enter = partial(other_work.enter_work, bernd, minutes=60, what="Stand", **what)
    submit = partial(expenses.submit_expense, bernd, kind="ticket", cents=640, **what)
    results = at_once([partial(act, copy="eine-seite") for act in (enter, submit) for _ in range(6)])
    assert [one for one in results if isinstance(one, Exception)] == []
    assert (OtherWork.objects.count(), Expense.objects.count()) == (1, 1)
    at_once([enter] * 3)  # control: without the page's name each is an entry of its own
    assert OtherWork.objects.count() == 4


def test_two_tick_the_list_of_a_course_and_the_training_stands_once():
    people, one = bosses(), make_volunteer(training=None)
    more = {"title": "Grundkurs", "minutes": 120, "places": 5, "held_by": "VHS", "is_basic": True}
    course = courses.add_course(by=people[0], at=NOW, on=TODAY, **more)
    courses.sign_up(course, one, by=people[0], at=NOW)
    tick = partial(courses.tick_attendance, course, attended=[one.pk], gives_training=True, at=NOW)
    results = at_once([partial(tick, by=boss) for boss in people])
    assert results == [1] * BOSSES
    assert Evidence.objects.filter(volunteer=one, requirement__key="training").count() == 1
