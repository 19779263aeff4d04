"""Courses, other hours, expenses, allowances, certificates: what the verbs do and refuse."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lotsen.kernel.errors import AlreadyMoved, MoveNotAllowed
from lotsen.people.models import Role
from tests.people import NOW, make_user, make_volunteer
from volunteers import allowances, certificates, courses, expenses, other_work, rates
from volunteers.models import Allowance, Course, Evidence, Expense, PaymentRun, Volunteer

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)


@pytest.fixture
def dora():
    return make_user(Role.COORDINATOR, name="Dora Klein")


def make_course(by, **fields) -> Course:
    fields = {"title": "Handy sicher einstellen", "on": TODAY, "minutes": 120, "places": 2, "held_by": "VHS"} | fields
    return courses.add_course(by=by, at=NOW, **fields)


def ticket(volunteer, **fields) -> Expense:
    fields = {"on": TODAY, "kind": "ticket", "cents": 640, "receipt": "r 17"} | fields
    return expenses.submit_expense(volunteer, by=volunteer.user, at=NOW, **fields)


def test_a_course_gives_its_places_and_no_more(dora):
    course = make_course(dora)
    people = [make_volunteer() for _ in range(3)]
    for one in people[:2]:
        courses.sign_up(course, one, by=one.user, at=NOW)
        courses.sign_up(course, one, by=one.user, at=NOW)
    with pytest.raises(courses.CourseFull):
        courses.sign_up(course, people[2], by=dora, at=NOW)
    assert course.held_places.count() == 2
    courses.give_back_place(course, people[0], by=dora, at=NOW)
    courses.sign_up(course, people[2], by=dora, at=NOW)
    assert Course.objects.get().taken == 2


def test_the_database_refuses_an_oversold_course(dora):
    course = make_course(dora)
    with pytest.raises(IntegrityError), transaction.atomic():
        Course.objects.filter(pk=course.pk).update(taken=3)


def test_who_is_suspended_and_a_course_gone_by_are_refused(dora):
    with pytest.raises(courses.NotInvited):
        courses.sign_up(make_course(dora), make_volunteer(state="suspended"), by=dora, at=NOW)
    with pytest.raises(courses.CourseOver):
        courses.sign_up(make_course(dora, on=TODAY - timedelta(1)), make_volunteer(), by=dora, at=NOW)


def test_attendance_of_a_basic_course_is_the_training_once(dora):
    course, one, other = make_course(dora, is_basic=True), make_volunteer(training=None), make_volunteer(training=None)
    for person in (one, other):
        courses.sign_up(course, person, by=dora, at=NOW)
    for _ in range(2):
        courses.tick_attendance(course, attended=[one.pk], gives_training=True, by=dora, at=NOW)
    shown = Evidence.objects.filter(requirement__key="training").values_list("volunteer", "issued_on")
    assert list(shown) == [(one.pk, TODAY)]
    assert dict(course.held_places.values_list("volunteer", "attended")) == {one.pk: True, other.pk: False}
    later = make_course(dora, on=TODAY + timedelta(1))
    with pytest.raises(courses.CourseOver):
        courses.tick_attendance(later, attended=[], gives_training=False, by=dora, at=NOW)


def test_a_day_to_come_or_long_gone_is_refused():
    bernd = make_volunteer()
    for on in (TODAY + timedelta(1), TODAY - timedelta(401)):
        with pytest.raises(other_work.DayNotPossible):
            other_work.enter_work(bernd, on=on, minutes=60, what="Flyer verteilt", by=bernd.user, at=NOW)
        with pytest.raises(other_work.DayNotPossible):
            ticket(bernd, on=on)


def test_nobody_decides_on_their_own(dora):
    boss = make_volunteer()
    boss.user.roles = [Role.VOLUNTEER, Role.COORDINATOR]
    boss.user.save()
    row, work = ticket(boss), other_work.enter_work(boss, on=TODAY, minutes=60, what="x", by=boss.user, at=NOW)
    decide = [
        lambda by: expenses.refuse_expense(row, because="nein", by=by, at=NOW),
        lambda by: expenses.accept_expense(row, by=by, at=NOW),
        lambda by: other_work.refuse_work(work, because="nein", by=by, at=NOW),
        lambda by: other_work.confirm_work(work, by=by, at=NOW),
    ]
    for one in decide:
        with pytest.raises(other_work.OwnEntry):
            one(boss.user)
    decide[1](dora)  # control: somebody else may
    decide[3](dora)
    assert (row.state, work.state) == ("accepted", "confirmed")


def test_an_expense_is_paid_once_and_a_no_has_a_reason(dora):
    bernd = make_volunteer()
    row, refused, waiting = ticket(bernd), ticket(bernd, receipt=""), ticket(bernd, cents=100, receipt="")
    expenses.accept_expense(row, by=dora, at=NOW)
    with pytest.raises(other_work.BecauseMissing):
        expenses.refuse_expense(refused, because="  ", by=dora, at=NOW)
    expenses.refuse_expense(refused, because="Der Beleg fehlt.", by=dora, at=NOW)
    run = expenses.pay_accepted(by=dora, at=NOW)
    assert (run.total_cents, run.count) == (640, 1)
    with pytest.raises(expenses.NothingToPay):
        expenses.pay_accepted(by=dora, at=NOW)
    row.refresh_from_db()
    with pytest.raises(MoveNotAllowed):
        expenses.refuse_expense(row, because="doch nicht", by=dora, at=NOW)
    assert (waiting.state, PaymentRun.objects.count()) == ("submitted", 1)
    stale = Expense.objects.get(pk=waiting.pk)
    expenses.accept_expense(waiting, by=dora, at=NOW)
    with pytest.raises(AlreadyMoved):
        expenses.accept_expense(stale, by=dora, at=NOW)


def test_kilometres_take_the_rate_of_their_day(dora):
    bernd = make_volunteer()
    rates.set_rate(key="kilometre", cents=38, valid_from=TODAY, source="Satzung", by=dora, at=NOW)
    before = ticket(bernd, on=TODAY - timedelta(1), kind="kilometres", kilometres=12, cents=None)
    since = ticket(bernd, kind="kilometres", kilometres=12, cents=99_999)
    assert (before.amount_cents, since.amount_cents) == (240, 456)
    for wrong in ({"cents": 0}, {"cents": 100_001}, {"cents": None}, {"kind": "kilometres", "kilometres": 0}):
        with pytest.raises(expenses.NoAmount):
            ticket(bernd, **wrong)
    with pytest.raises(rates.RateThere):
        rates.set_rate(key="kilometre", cents=40, valid_from=TODAY, source="Satzung", by=dora, at=NOW)


def test_the_same_receipt_is_seen_across_people_and_spellings(dora):
    one, same, other, none = (ticket(make_volunteer(), receipt=receipt) for receipt in ("R 17", "  r  17 ", "R 18", ""))
    assert expenses.same_receipts([one, same, other, none]) == {one.pk, same.pk}
    expenses.refuse_expense(same, because="doppelt", by=dora, at=NOW)
    assert expenses.same_receipts([one]) == set()


# --- allowances -------------------------------------------------------------------------------------


def entered(volunteer, cents, on=TODAY, kind="honorary", **fields):
    fields = {"what": "Aufwandsentschädigung", "is_declared": False, "by": volunteer.user, "at": NOW} | fields
    return allowances.enter_allowance(volunteer, kind=kind, on=on, cents=cents, **fields)


def honorary(volunteer, year=2026):
    return next(line for line in allowances.ledger(volunteer, year) if line.kind == "honorary")


@pytest.mark.parametrize(
    ("cents", "warning"), [(76_799, ""), (76_800, "near"), (95_999, "near"), (96_000, "full"), (200_000, "full")]
)
def test_the_warning_begins_at_80_and_at_100_percent_to_the_cent(cents, warning):
    bernd = make_volunteer()
    entered(bernd, cents - 100)
    entered(bernd, 100, is_declared=True)
    assert (honorary(bernd).total, honorary(bernd).warning) == (cents, warning)


def test_limits_are_those_of_their_year_and_the_year_turns_at_midnight():
    bernd = make_volunteer()
    assert [(line.kind, line.limit) for line in allowances.ledger(bernd, 2025)] == [
        ("trainer", 300_000),
        ("honorary", 84_000),
    ]
    assert [line.limit for line in allowances.ledger(bernd, 2026)] == [330_000, 96_000]
    entered(bernd, 100, on=date(2025, 12, 31))
    entered(bernd, 20, on=date(2026, 1, 1))
    entered(bernd, 3, on=date(2024, 2, 29))
    assert [honorary(bernd, year).total for year in (2024, 2025, 2026, 2027)] == [3, 100, 20, 0]
    with pytest.raises(other_work.DayNotPossible):
        entered(bernd, 1, on=date(1999, 1, 1))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["trainer", "honorary"]),
            st.booleans(),
            st.dates(date(2024, 12, 30), date(2027, 1, 2)),
            st.integers(1, 150_000),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_the_ledger_is_the_sum_of_its_rows(rows):
    Allowance.objects.all().delete()
    one, other = (Volunteer.objects.filter(pk=pk).first() or make_volunteer() for pk in (None, None))
    for kind, declared, on, cents, is_other in rows:
        entered(other if is_other else one, cents, on, kind, is_declared=declared)
    for year in (2024, 2025, 2026, 2027):
        found = allowances.ledgers([one.pk, other.pk], year)
        for who, is_other in ((one, False), (other, True)):
            for line in found[who.pk]:
                mine = [row for row in rows if row[0] == line.kind and row[2].year == year and row[4] == is_other]
                total = sum(row[3] for row in mine)
                assert line.declared == sum(row[3] for row in mine if row[1])
                assert (line.total, line.left) == (total, max(0, line.limit - total))
                share = total / line.limit
                assert line.warning == ("full" if share >= 1 else "near" if total and share >= 0.8 else "")


def test_a_volunteer_strikes_what_they_declared_only(dora):
    bernd = make_volunteer()
    paid, declared = entered(bernd, 100, by=dora), entered(bernd, 50, is_declared=True)
    with pytest.raises(allowances.NotYours):
        allowances.strike_allowance(paid, by=bernd.user, at=NOW)
    allowances.strike_allowance(declared, by=bernd.user, at=NOW)
    assert honorary(bernd).total == 100


# --- certificates -----------------------------------------------------------------------------------


def certified(volunteer, by, years=((2025, 60), (2026, 600))):
    fields = {"first_on": date(2025, 2, 1), "last_on": TODAY, "years": years, "courses": ["Erste Hilfe"]}
    return certificates.issue_certificate(volunteer, **fields, by=by, at=NOW)


def test_a_certificate_keeps_its_figures_and_is_checked_until_it_is_revoked(dora):
    bernd = make_volunteer()
    row = certified(bernd, dora)
    assert certified(bernd, dora).pk == row.pk
    more = certified(bernd, dora, years=((2026, 700),))
    row.refresh_from_db()
    assert (row.minutes, row.years, more.minutes) == (660, [[2025, 60], [2026, 600]], 700)
    assert certificates.certificate_by_number(row.grouped_number) == row
    assert certificates.certificate_by_token(row.token.lower()) == row
    certificates.revoke_certificate(row, by=dora, at=NOW)
    assert certificates.certificate_by_number(row.number) is None
    assert certificates.certificate_by_token(row.token) is None


@pytest.mark.parametrize("text", ["", "\x00", "1" * 1_000_000, "😀" * 26, "12345678٩", "A" * 26])
def test_what_is_no_certificate_is_not_valid(text):
    assert certificates.certificate_by_number(text) is None
    assert certificates.certificate_by_token(text) is None


def test_nothing_given_is_nothing_certified(dora):
    with pytest.raises(certificates.NothingToCertify):
        certified(make_volunteer(), dora, years=((2026, 0),))
