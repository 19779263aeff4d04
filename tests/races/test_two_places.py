"""One guide, many overlapping visits at the same instant: the database lets one through, the way included."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest
from django.db import connection

from bookings import visits
from bookings.models import HomeVisit
from lotsen.kernel.errors import Refused
from lotsen.people.models import User
from tests.people import NOW, make_client, make_scheduled, make_topic, make_user, make_volunteer
from tests.races.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
TRIES, AT_ONCE = 1000, 20
CONSTRAINT = "ALTER TABLE bookings_homevisit {} CONSTRAINT guide_in_one_place_at_a_time"
TIMES = "ALTER TABLE bookings_homevisit {} TRIGGER promised_times_follow"
"""The table that knows companions too refuses the same."""


def around(starts_at) -> list[HomeVisit]:
    """Visits of an hour that all lie within less than an hour and a quarter of each other."""
    anna, client, topic = make_user(), make_client(), make_topic()
    steps = [timedelta(minutes=7 * (number % 10)) for number in range(AT_ONCE)]
    return [make_scheduled(by=anna, client=client, topics=[topic], starts_at=starts_at + step) for step in steps]


def assign(visit_id: int, guide_id: int) -> bool:
    visit = HomeVisit.objects.select_related("client__address").get(pk=visit_id)
    try:
        visits.assign_guide(visit, guide=User.objects.get(pk=guide_id), by=None, at=NOW)
    except Refused:
        return False
    return True


def overlaps(guide_id: int) -> int:
    """Pairs of promised visits with less than a quarter of an hour between."""
    promised = HomeVisit.objects.filter(guide=guide_id, state="assigned").order_by("slot_starts_at")
    slots = list(promised.values_list("slot_starts_at", "slot_ends_at"))
    return sum(after[0] - before[1] < timedelta(minutes=15) for before, after in pairwise(slots))


@pytest.mark.slow
def test_of_a_thousand_tries_at_once_none_overlaps():
    guide, tried = make_volunteer().user, 0
    while tried < TRIES:
        day = NOW + timedelta(days=6 + tried // AT_ONCE)
        results = at_once([partial(assign, visit.pk, guide.pk) for visit in around(day)])
        assert [one for one in results if not isinstance(one, bool)] == []
        assert sum(results) == 1
        tried += AT_ONCE
    assert overlaps(guide.pk) == 0


def assign_without_protection(visit_id: int, guide_id: int) -> bool:
    """What somebody would write who looks first and writes then."""
    visit = HomeVisit.objects.get(pk=visit_id)
    taken = HomeVisit.objects.filter(guide=guide_id, state="assigned")
    if taken.filter(slot_starts_at__lt=visit.slot_ends_at, slot_ends_at__gt=visit.slot_starts_at).exists():
        return False
    HomeVisit.objects.filter(pk=visit_id).update(state="assigned", guide=guide_id)
    return True


def test_control_without_the_constraint_several_overlap():
    guide = make_volunteer().user
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [CONSTRAINT.split()[-1]]
        )
        (definition,) = cursor.fetchone()
        cursor.execute(CONSTRAINT.format("DROP"))
        cursor.execute(TIMES.format("DISABLE"))
    try:
        found = 0
        for days in range(6, 11):
            at_once(
                [partial(assign_without_protection, one.pk, guide.pk) for one in around(NOW + timedelta(days=days))]
            )
            found = max(found, overlaps(guide.pk))
        assert found > 0
    finally:
        HomeVisit.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(f"{CONSTRAINT.format('ADD')} {definition}")
            cursor.execute(TIMES.format("ENABLE"))
