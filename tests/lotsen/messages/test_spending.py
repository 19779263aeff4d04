"""The money of the telephone: counted before each SMS and call, a warning at half, an end at the limit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lotsen.messages import spending
from lotsen.messages.models import CallTask, Message, PhoneSpending
from tests.people import make_user

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def prices(settings):
    """Ten SMS a day."""
    settings.PHONE_PRICES = {"sms": 100, "call": 60, "connect": 150}
    settings.PHONE_DAILY_LIMIT = 1000


def test_the_day_stops_at_its_limit_and_not_a_message_later():
    assert [spending.may_spend("sms", NOON) for _ in range(12)] == [True] * 10 + [False] * 2
    assert spending.spent_on(NOON.date()) == 1000


def test_what_costs_less_may_still_go():
    for _ in range(9):
        spending.may_spend("sms", NOON)
    assert [spending.may_spend("call", NOON), spending.may_spend("call", NOON)] == [True, False]
    assert spending.spent_on(NOON.date()) == 960


def test_the_next_day_in_dresden_begins_anew():
    late = datetime(2026, 11, 25, 22, 59, tzinfo=UTC)
    for _ in range(10):
        spending.may_spend("sms", late)
    assert not spending.may_spend("sms", late)
    assert spending.may_spend("sms", late + timedelta(minutes=1))


def test_half_of_the_money_warns_the_coordinators_once_and_the_end_alarms_them_once():
    dora = make_user("coordinator", name="Dora Adam")
    make_user("hotline")
    for _ in range(13):
        spending.may_spend("sms", NOON)

    told = Message.objects.filter(kind="k_sms_budget").order_by("created_at", "pk")
    assert {(row.to, row.channel, row.variables["percent"]) for row in told} == {
        (dora.email, "email", "50"),
        (dora.email, "email", "100"),
    }
    assert told.count() == 2
    assert [(task.kind, task.deadline_at) for task in CallTask.objects.all()] == [
        ("k_sms_budget", NOON + timedelta(minutes=15))
    ]
    assert PhoneSpending.objects.filter(warned_at=NOON, stopped_at=NOON).count() == 1


def test_a_price_above_the_limit_is_never_paid(settings):
    settings.PHONE_DAILY_LIMIT = 50
    assert not spending.may_spend("sms", NOON)
    assert spending.spent_on(NOON.date()) == 0


def test_putting_a_caller_through_is_counted_and_never_refused():
    for _ in range(8):
        spending.spend("connect", NOON)
    assert spending.spent_on(NOON.date()) == 1200
    assert not spending.may_spend("sms", NOON)
