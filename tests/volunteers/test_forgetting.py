"""What is over is forgotten when it should be, and not a second earlier; a row beside it stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from bookings import calendar_links, leaving
from bookings.models import BlockedPair, CalendarLink
from lotsen.kept import FATES
from lotsen.kernel.models import Transition
from lotsen.people.models import Role, User
from lotsen.places.models import Address
from tests.people import NOW, make_address, make_client, make_topic, make_user, make_volunteer
from volunteers import allowances, applications, certificates, expenses, forgetting, other_work
from volunteers.models import (
    Absence,
    Allowance,
    Application,
    Certificate,
    Evidence,
    Expense,
    OtherHours,
    OtherWork,
    PaymentRun,
    Volunteer,
)

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
QUARTER = FATES["volunteers.Volunteer"].period


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def dora():
    return make_user(Role.COORDINATOR, name="Dora Klein")


def full_volunteer(dora, name="Bernd Kluge", **fields):
    """One with something in every table that is about volunteers."""
    row = make_volunteer(name, topics=[make_topic()], start=make_address("Borsbergstraße", "8"), gender="man", **fields)
    on, by = NOW.date(), {"by": dora, "at": NOW}
    Absence.objects.create(volunteer=row, first_on=on, last_on=on + timedelta(days=400))
    OtherHours.objects.create(volunteer=row, on=on + timedelta(days=400), hours="Mo 8:00-9:00")
    other_work.confirm_work(other_work.enter_work(row, on=on, minutes=60, what="Flyer bei Müller", **by), **by)
    other_work.enter_work(row, on=on, minutes=30, what="Wartet", **by)
    paid = expenses.submit_expense(row, on=on, kind="ticket", cents=320, what="zu Frau Adam", **by)
    expenses.accept_expense(paid, **by)
    expenses.submit_expense(row, on=on, kind="ticket", cents=500, **by)
    allowances.enter_allowance(row, kind="honorary", on=on, cents=5000, what="Aufwand", is_declared=True, **by)
    certificates.issue_certificate(row, first_on=on, last_on=on, years=[(2026, 60)], courses=[], **by)
    BlockedPair.objects.create(client=make_client(name=f"Frau {row.pk}"), volunteer=row, by=dora, at=NOW)
    calendar_links.make_link(by=row.user, at=NOW)
    return row


def everything_about(text):
    """Every table and column of the database in which this text stands."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND data_type IN ('character varying', 'text', 'jsonb', 'ARRAY')"
        )
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT 1 FROM "{table}" WHERE "{column}"::text LIKE %s LIMIT 1', [f"%{text}%"])
            if cursor.fetchone():
                found.append(f"{table}.{column}")
    return found


# --- who left -------------------------------------------------------------------------------------------


def test_three_months_after_leaving_no_table_says_who_it_was(dora):
    bernd, clara = full_volunteer(dora), full_volunteer(dora, "Clara Wolf")
    email, phone = bernd.user.email, bernd.user.phone
    leaving.leave(bernd, by=dora, at=NOW)

    assert forgetting.forget_left(at=NOW + QUARTER) == 0
    bernd.refresh_from_db()
    assert (bernd.user.name, bernd.forgotten_at) == ("Bernd Kluge", None)

    assert forgetting.forget_left(at=NOW + QUARTER + SECOND) == 1
    assert everything_about("Bernd") == ["volunteers_certificate.name"]  # certified; said in the notice
    assert everything_about(email) == []
    assert [place for place in everything_about(phone) if not place.startswith("outbox_")] == []
    assert everything_about("Müller") == ["volunteers_otherwork.what"]  # Clara's
    assert not Address.objects.filter(pk__in=[bernd.home_id, bernd.start_id]).exists()

    bernd, clara = Volunteer.objects.get(pk=bernd.pk), Volunteer.objects.get(pk=clara.pk)
    assert (bernd.forgotten_at, bernd.gender, bernd.hours, bernd.languages) == (NOW + QUARTER + SECOND, "", "", [])
    assert (bernd.user.is_active, bernd.user.has_usable_password()) == (False, False)
    assert [bernd.skills.count(), bernd.evidence.count(), bernd.absences.count(), bernd.other_hours.count()] == [0] * 4
    assert [clara.skills.count(), clara.absences.count(), clara.other_hours.count()] == [1, 1, 1]
    assert (clara.evidence.count(), clara.user.name) == (4, "Clara Wolf")


def test_figures_stay_without_their_words(dora):
    bernd = full_volunteer(dora)
    leaving.leave(bernd, by=dora, at=NOW)
    forgetting.forget_left(at=NOW + QUARTER + SECOND)
    assert list(bernd.other_work.values_list("state", "minutes", "what")) == [("confirmed", 60, "")]
    assert list(bernd.expenses.values_list("state", "amount_cents", "what")) == [("accepted", 320, "")]
    assert bernd.allowances.get().cents == 5000


def test_who_is_of_staff_keeps_the_account(dora):
    bernd = full_volunteer(dora)
    User.objects.filter(pk=bernd.user_id).update(roles=[Role.VOLUNTEER, Role.ADVISOR])
    leaving.leave(bernd, by=dora, at=NOW)
    forgetting.forget_left(at=NOW + QUARTER + SECOND)
    user = User.objects.get(pk=bernd.user_id)
    assert (user.name, user.roles, user.is_active) == ("Bernd Kluge", [Role.ADVISOR], True)
    assert not bernd.evidence.exists()


def test_twice_is_harmless_and_a_home_of_two_stays(dora):
    home = make_address("Fetscherplatz", "3")
    bernd, clara = make_volunteer(home=home), make_volunteer(name="Clara Wolf", home=home)
    leaving.leave(bernd, by=dora, at=NOW)
    later = NOW + QUARTER + SECOND
    assert [forgetting.forget_left(at=later), forgetting.forget_left(at=later)] == [1, 0]
    clara.refresh_from_db()
    assert clara.home == home


def test_the_database_knows_that_only_who_left_is_forgotten():
    bernd = make_volunteer()
    with pytest.raises(IntegrityError, match="only_who_left_is_forgotten"), transaction.atomic():
        Volunteer.objects.filter(pk=bernd.pk).update(forgotten_at=NOW)


# --- days, applications, money --------------------------------------------------------------------------


def test_days_off_and_other_hours_go_three_months_later():
    bernd, day = make_volunteer(), NOW.date()
    for number in (0, 1):
        Absence.objects.create(volunteer=bernd, first_on=day, last_on=day + timedelta(days=number))
        OtherHours.objects.create(volunteer=bernd, on=day + timedelta(days=number), hours="Mo 8:00-9:00")
    forgetting.forget_days(at=NOW + timedelta(days=90))
    assert (Absence.objects.count(), OtherHours.objects.count()) == (2, 2)
    forgetting.forget_days(at=NOW + timedelta(days=91))
    assert (Absence.objects.get().last_on, OtherHours.objects.get().on) == (day + timedelta(days=1),) * 2


def make_application(dora, name, *, settle=None):
    row = applications.apply(
        token="", entrance="paper", topics=[], by=dora, at=NOW, name=name, postal_code="01307", phone="+493023125111"
    )
    if settle:
        settle(row)
    return row


def test_a_declined_application_stays_half_a_year_one_that_waits_for_ever(dora):
    make_application(dora, "Nein", settle=lambda row: applications.decline_application(row, by=dora, at=NOW))
    make_application(dora, "Wartet")
    assert applications.forget_settled(at=NOW + timedelta(days=180)) == 0
    assert applications.forget_settled(at=NOW + timedelta(days=180) + SECOND) == 1
    assert list(Application.objects.values_list("name", flat=True)) == ["Wartet"]


def test_ten_years_for_money_and_no_day_less(dora):
    bernd, old, by = make_volunteer(), datetime(2026, 3, 1, 12, tzinfo=UTC), {"by": dora}
    for at in (old, old.replace(year=2027)):
        row = expenses.submit_expense(bernd, on=at.date(), kind="ticket", cents=320, at=at, **by)
        expenses.accept_expense(row, at=at, **by)
        expenses.pay_accepted(at=at, **by)
        Allowance.objects.create(
            volunteer=bernd, kind="honorary", on=at.date(), cents=1, what="x", entered_by=dora, entered_at=at
        )
    forgetting.forget_money(at=datetime(2036, 12, 28, 4, tzinfo=UTC))
    assert [one.objects.count() for one in (Expense, PaymentRun, Allowance)] == [2, 2, 2]
    forgetting.forget_money(at=datetime(2037, 1, 2, 4, tzinfo=UTC))
    assert [one.objects.count() for one in (Expense, PaymentRun, Allowance)] == [1, 1, 1]
    assert Expense.objects.get().on == date(2027, 3, 1)


# --- certificates ---------------------------------------------------------------------------------------


def make_certificate(dora, volunteer=None, at=NOW):
    row = volunteer or make_volunteer()
    return certificates.issue_certificate(
        row, first_on=at.date(), last_on=at.date(), years=[(at.year, 600)], courses=["Handykurs"], by=dora, at=at
    )


CHANGES = {
    "name": "Jemand Anderes",
    "minutes": 99_999,
    "years": [[2026, 9]],
    "courses": [],
    "number": "123456782",
    "token": "A" * 26,
    "first_on": date(2020, 1, 1),
    "last_on": date(2030, 1, 1),
    "issued_at": NOW - timedelta(days=4000),
}


@pytest.mark.parametrize("field", CHANGES)
def test_the_database_refuses_every_change_of_a_certificate(dora, field):
    row = make_certificate(dora)
    with pytest.raises(IntegrityError, match="stays as it was issued"), transaction.atomic():
        Certificate.objects.filter(pk=row.pk).update(**{field: CHANGES[field]})
    with pytest.raises(IntegrityError, match="stays as it was issued"), transaction.atomic():
        Certificate.objects.filter(pk=row.pk).update(revoked_at=NOW, revoked_by=dora, **{field: CHANGES[field]})


@pytest.mark.parametrize("field", CHANGES)
def test_control_without_the_trigger_each_change_is_written(dora, field):
    row = make_certificate(dora)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE volunteers_certificate DISABLE TRIGGER volunteers_certificate_no_change")
    assert Certificate.objects.filter(pk=row.pk).update(**{field: CHANGES[field]}) == 1


def test_it_is_revoked_once_and_never_comes_back(dora):
    row = make_certificate(dora)
    certificates.revoke_certificate(row, by=dora, at=NOW)
    assert row.revoked_at == NOW
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=row.pk).update(revoked_at=None, revoked_by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute("TRUNCATE volunteers_certificate")


def test_old_and_revoked_ones_are_deleted_by_the_clock_of_the_database(dora):
    """Its clock is not ours to move: the rows are of long ago instead."""
    now = datetime.now(tz=UTC)
    with time_machine.travel(now, tick=False):
        bernd = make_volunteer()
        old = make_certificate(dora, at=now - timedelta(days=3651))
        young = make_certificate(dora, at=now - timedelta(days=3649))
        gone, revoked = make_certificate(dora, bernd, at=now), make_certificate(dora, at=now)
        certificates.revoke_certificate(gone, by=dora, at=now - timedelta(days=91))
        certificates.revoke_certificate(revoked, by=dora, at=now - timedelta(days=89))
        forgetting.forget_money(at=now)
    left = set(Certificate.objects.values_list("pk", flat=True))
    assert left == {young.pk, revoked.pk}
    assert not {old.pk, gone.pk} & left


def test_the_check_tells_the_truth_after_the_person_left_and_was_forgotten(dora, client):
    bernd = make_volunteer()
    valid, taken_back = make_certificate(dora, bernd), make_certificate(dora, make_volunteer(name="Clara Wolf"))
    certificates.revoke_certificate(taken_back, by=dora, at=NOW)
    leaving.leave(bernd, by=dora, at=NOW)
    forgetting.forget_left(at=NOW + QUARTER + SECOND)
    page = client.get(reverse("volunteers:certificate-code", args=[valid.token])).content.decode()
    assert "Bernd Kluge" in page
    assert "10" in page
    other = client.get(reverse("volunteers:certificate-code", args=[taken_back.token])).content.decode()
    assert "Clara Wolf" not in other
    assert not CalendarLink.objects.filter(user=bernd.user).exists()
    assert Transition.objects.filter(subject_id=str(bernd.pk), target="left").exists()
    assert not Evidence.objects.filter(volunteer=bernd).exists()
    assert OtherWork.objects.count() == 0
