"""One form sent twice at the same instant is one request, and both senders see it."""

from __future__ import annotations

from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError

from bookings import intake
from bookings.models import Client, HomeVisit
from lotsen.people.models import User
from tests.people import NOW, make_topic, make_user
from tests.races.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8


def send(key: UUID, by: User) -> HomeVisit:
    words = intake.Intake(
        person={"name": "Ursula Schulze", "phone": "+493023125216", "reach_by": ["call"]},
        visit={},
        topics=(make_topic(),),
        entrance="phone",
        is_agreed=True,
        idempotency_key=key,
    )
    return intake.take_request(words, by=by, at=NOW)


def sent_at_once() -> list[object]:
    key, anna = uuid4(), make_user()
    return at_once([partial(send, key, anna)] * 4)


def test_the_same_form_at_once_is_one_request():
    make_topic()
    for number in range(1, ROUNDS + 1):
        results = sent_at_once()

        assert [type(one) for one in results] == [HomeVisit] * 4, results
        assert len({one.pk for one in results}) == 1
        assert (HomeVisit.objects.count(), Client.objects.count()) == (number, number)


def test_control_without_the_lock_somebody_meets_an_error(monkeypatch):
    make_topic()
    monkeypatch.setattr(intake, "one_at_a_time", lambda what: None)

    results = [one for _ in range(ROUNDS) for one in sent_at_once()]

    assert [one for one in results if isinstance(one, IntegrityError)]
