"""Several workers at the same moment: one digest for each coordinator, one question for each silent volunteer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bookings import digest, silence
from lotsen.messages.models import CallTask, Message
from tests.people import NOW, make_user, make_volunteer
from tests.races.racing import at_once
from volunteers import availability
from volunteers.models import OtherHours, Volunteer

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = datetime(2026, 11, 30, 6, 5, tzinfo=UTC)


def all_well(acts):
    """At once, and nobody fails."""
    assert [result for result in at_once(acts) if isinstance(result, Exception)] == []


def test_one_digest_each():
    make_user("coordinator", name="Dora"), make_user("coordinator", name="Emil")
    all_well([lambda: digest.send_digests(at=MONDAY)] * 4)
    assert Message.objects.filter(kind="k_digest").count() == 2


def test_one_question_and_one_call_each():
    make_volunteer(joined_at=NOW - timedelta(days=20))
    make_volunteer("Clara", joined_at=NOW - timedelta(days=60))
    all_well([lambda: silence.look_after_silent(at=NOW)] * 4)
    assert Message.objects.filter(kind="v_quiet").count() == 2
    all_well([lambda: silence.look_after_silent(at=NOW + timedelta(days=1))] * 4)
    assert CallTask.objects.filter(kind="k_quiet").count() == 1


def test_control_with_keys_that_differ_each_worker_would_write(monkeypatch):
    """Without the key of person and week there would be several."""
    make_user("coordinator")
    told = iter(range(100))
    tell = digest.tell
    monkeypatch.setattr(digest, "tell", lambda **fields: tell(**fields | {"key": f"week:{next(told)}"}))
    all_well([lambda: digest.send_digests(at=MONDAY)] * 4)
    assert Message.objects.filter(kind="k_digest").count() == 4


def test_other_hours_of_one_day_entered_twice_at_once_are_one_row():
    bernd, day = make_volunteer(), MONDAY.date()

    def enter(hour):
        def entering():
            volunteer = Volunteer.objects.get(pk=bernd.pk)
            windows = (availability.Window(hour * 60, hour * 60 + 60),)
            availability.enter_other_hours(
                volunteer, first_on=day, last_on=day, windows=windows, by=volunteer.user, at=NOW
            )

        return entering

    all_well([enter(hour) for hour in (9, 10, 11, 12)])
    assert OtherHours.objects.filter(volunteer=bernd, on=day).count() == 1
