"""A yes at the instant at which the time for it is over: one of the two holds, and the visit follows it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from bookings.models import HomeVisit, ProposedDate
from bookings.proposed_dates import NotToPropose, ProposalOver, answer_proposal, expire_proposals, propose
from lotsen.messages.models import CallTask
from tests.people import NOW, make_scheduled, make_user
from tests.races.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 8
STARTS, BY = NOW + timedelta(days=14), NOW + timedelta(days=7)
LATE = BY + timedelta(days=3, minutes=1)


def proposed() -> ProposedDate:
    ProposedDate.objects.all().delete()
    CallTask.objects.all().delete()
    anna = make_user()
    return propose(make_scheduled(by=anna, starts_at=STARTS), way="letter", answer_by=BY, by=anna, at=NOW)


def say_yes(key: int) -> ProposedDate:
    row = ProposedDate.objects.select_related("visit__client").get(pk=key)
    return answer_proposal(row, True, by=None, at=LATE)


def test_yes_or_expired_but_never_both():
    for _ in range(ROUNDS):
        row = proposed()

        yes, expired = at_once([partial(say_yes, row.pk), partial(expire_proposals, at=LATE)])

        row.refresh_from_db()
        visit, calls = row.visit, CallTask.objects.filter(kind="proposal_unanswered").count()
        if isinstance(yes, ProposedDate):
            assert (row.state, visit.state, visit.slot_starts_at, expired, calls) == ("yes", "scheduled", STARTS, 0, 0)
        else:
            assert isinstance(yes, ProposalOver), yes
            assert (row.state, visit.state, visit.slot_starts_at, expired, calls) == (
                "expired",
                "requested",
                None,
                1,
                1,
            )


def say_yes_without_protection(key: int) -> bool:
    row = ProposedDate.objects.get(pk=key)
    if row.state != "open":
        return False
    ProposedDate.objects.filter(pk=key).update(state="yes")
    return True


def expire_without_protection(key: int) -> bool:
    row = ProposedDate.objects.get(pk=key)
    if row.state != "open":
        return False
    HomeVisit.objects.filter(pk=row.visit_id).update(state="requested", slot_starts_at=None, slot_ends_at=None)
    ProposedDate.objects.filter(pk=key).update(state="expired")
    return True


def test_control_without_the_protection_both_hold():
    both = 0
    for _ in range(ROUNDS * 2):
        key = proposed().pk
        results = at_once([partial(say_yes_without_protection, key), partial(expire_without_protection, key)])
        both += results == [True, True]
    assert both > 0


def test_two_questions_at_once_about_one_visit():
    for _ in range(3):
        row = proposed()
        ProposedDate.objects.all().delete()
        anna = make_user()
        ask = partial(propose, row.visit, way="letter", answer_by=BY, by=anna, at=NOW)

        results = at_once([ask, ask, ask])

        assert sorted(type(result).__name__ for result in results) == ["NotToPropose", "NotToPropose", "ProposedDate"]
        assert NotToPropose in {type(result) for result in results}
