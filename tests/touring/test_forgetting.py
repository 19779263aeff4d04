"""Contacts of stops go two years after the last date; the stop, its dates and its neighbours stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from lotsen.kept import FATES
from lotsen.kernel.calendar import Period
from lotsen.messages.forgetting import forget_messages
from lotsen.messages.models import CallTask, Message
from tests.people import make_address, make_user
from tests.touring.city import LATER, QUARTER, make_city, make_draft, make_published
from touring import deviations, forgetting, tasks, tours
from touring.models import RequestStop, Stop, TourPlan, TourStop

pytestmark = pytest.mark.django_db
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
TWO_YEARS = FATES["touring.Stop"].period
CONTACT = {
    "contact_name": "Frau Roth",
    "contact_phone": "+493023125111",
    "contact_email": "roth@example.org",
    "key_note": "Schlüssel bei Frau Roth",
}


def known():
    """Keys of stops at which somebody is still known."""
    return set(Stop.objects.exclude(contact_name="").values_list("key", flat=True))


def last_date(key):
    return TourStop.objects.filter(stop__key=key).order_by("-ends_at")[0].ends_at


@pytest.fixture
def city():
    make_city()
    plan = make_published()
    Stop.objects.update(**CONTACT)
    return plan


EVERYBODY = {"S1", "S2", "S3", "S4", "S5", "S6"}


def test_two_years_after_the_last_date_nobody_is_known_any_more(city):
    over = last_date("S5") + TWO_YEARS
    last = max(last_date(key) for key in EVERYBODY - {"S6"})
    before = Stop.objects.values().get(key="S5")
    forgetting.forget_contacts(at=over)
    assert "S5" in known()
    forgetting.forget_contacts(at=over + SECOND)
    assert Stop.objects.values().get(key="S5") == before | dict.fromkeys(CONTACT, "")
    assert TourStop.objects.filter(stop__key="S5").exists()
    forgetting.forget_contacts(at=last + TWO_YEARS + SECOND)
    assert known() == {"S6"}, "a stop that never had a date has none to count from"


def test_a_later_date_keeps_it(city):
    tours.publish_plan(make_draft(period=later_quarter(), at=LATER), by=None, at=LATER + SECOND)
    Stop.objects.update(**CONTACT)
    at = datetime(2027, 4, 4, 12, tzinfo=UTC) + TWO_YEARS
    assert forgetting.forget_contacts(at=at) == 0
    assert known() == EVERYBODY


def later_quarter():
    return Period(QUARTER.start + 91 * DAY, QUARTER.end + 91 * DAY)


@pytest.mark.parametrize("state", ["draft", "published"])
def test_a_plan_to_come_keeps_it_and_dates_of_drafts_count_for_nothing(city, state):
    at = last_date("S5") + TWO_YEARS + 30 * DAY
    plan = TourPlan.objects.create(
        state="draft",
        version=99,
        starts_on=at.date(),
        ends_on=at.date() + 30 * DAY,
        cycle_anchor=QUARTER.start,
        created_at=at,
        changed_at=at,
    )
    row = city.pattern.filter(stop__key="S5")[0]
    row.pk, row.plan = None, plan
    row.save()
    TourPlan.objects.filter(pk=plan.pk).update(state=state)
    forgetting.forget_contacts(at=at)
    assert known() == {"S5", "S6"}
    TourPlan.objects.filter(pk=plan.pk).update(state="superseded")
    forgetting.forget_contacts(at=at)
    assert known() == {"S6"}


def test_every_night_the_job_does_it_and_without_it_nothing_goes(city, monkeypatch):
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)
    with time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC), tick=False):
        assert known() == EVERYBODY
        tasks.forget_stops(0)
        tasks.forget_stops(0)
    assert known() == {"S6"}


@pytest.mark.parametrize("ends_at", [LATER, None])
def test_who_was_to_be_told_of_a_halt_goes_two_years_after_its_date(ends_at):
    frieda = make_user("facility")
    old, young = (
        RequestStop.objects.create(
            title="Schulung",
            address=make_address(),
            minutes=60,
            earliest_on=LATER.date() + number * DAY,
            latest_on=LATER.date() + number * DAY,
            hours="Mo-Fr 9:00-17:00",
            starts_at=ends_at and ends_at + number * DAY - timedelta(hours=1),
            ends_at=ends_at and ends_at + number * DAY,
            created_at=LATER,
        )
        for number in (0, 1)
    )
    for one in (old, young):
        one.told.add(frieda)
    assert forgetting.forget_told(at=LATER + TWO_YEARS) == 0
    assert forgetting.forget_told(at=LATER + TWO_YEARS + (SECOND if ends_at else DAY)) == 1
    assert (list(old.told.all()), list(young.told.all())) == ([], [frieda])
    assert RequestStop.objects.count() == 2


@pytest.mark.parametrize(("days", "told"), [(89, 0), (91, 1)])
def test_of_what_was_announced_long_ago_everybody_has_heard(city, days, told):
    """A halt more than three months ahead: who was told of it is not in the outbox any more."""
    halt = TourStop.objects.filter(stop__key="S5").order_by("-starts_at")[0]
    made = deviations.announce_cancelled(halt, by=None, at=LATER)
    Message.objects.filter(kind="f_stop_changed").update(state="failed", finished_at=LATER)
    CallTask.objects.all().delete()
    at = LATER + days * DAY
    forget_messages(at=at)
    deviations.revoke(made, by=None, at=at)
    assert Message.objects.filter(key=f"deviation:{made.pk}:back:stop").count() == told
