"""One person asked along to many first visits at the same instant, or along and to a visit of their own: one holds."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest
from django.db import connection

from bookings import first_visits, visits
from bookings.models import HomeVisit, PromisedTime
from lotsen.kernel.errors import Refused
from lotsen.people.models import Role, User
from tests.people import NOW, make_client, make_scheduled, make_topic, make_user, make_volunteer
from tests.races.racing import at_once
from volunteers.models import FirstVisit, Volunteer

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS, AT_ONCE = 5, 8
CONSTRAINT = "ALTER TABLE bookings_promisedtime {} CONSTRAINT nobody_in_two_places_at_once"


def first_visits_around(starts_at) -> list[HomeVisit]:
    """First visits of different newcomers that lie within less than an hour of each other."""
    anna, client, topic = make_user(), make_client(phone=""), make_topic()
    found = []
    for number in range(AT_ONCE):
        row = make_scheduled(
            by=anna, client=client, topics=[topic], starts_at=starts_at + number * timedelta(minutes=6)
        )
        visits.assign_guide(row, guide=make_volunteer(f"Neu {number}", pair=None).user, by=anna, at=NOW)
        found.append(row)
    return found


def choose(reference: str, companion: int, by: int) -> bool:
    first = FirstVisit.objects.select_related("newcomer").get(reference=reference)
    one = Volunteer.objects.select_related("user").get(pk=companion)
    try:
        first_visits.choose_companion(first, companion=one, by=User.objects.get(pk=by), at=NOW)
    except Refused:
        return False
    return True


def assign(visit: int, guide: int) -> bool:
    try:
        row = HomeVisit.objects.select_related("client__address").get(pk=visit)
        visits.assign_guide(row, guide=User.objects.get(pk=guide), by=None, at=NOW)
    except Refused:
        return False
    return True


def overlaps(user: int) -> int:
    """Pairs of promised visits, as guide or along, with less than a quarter of an hour between."""
    slots = sorted(
        (row.slot_starts_at, row.slot_ends_at)
        for row in HomeVisit.objects.filter(state="assigned")
        if user in (row.guide_id, row.companion_id)
    )
    return sum(after[0] - before[1] < timedelta(minutes=15) for before, after in pairwise(slots))


def test_along_to_one_of_many_at_the_same_time():
    dora, bernd = make_user(Role.COORDINATOR), make_volunteer()
    for number in range(ROUNDS):
        found = first_visits_around(NOW + timedelta(days=6 + number))
        results = at_once([partial(choose, row.reference, bernd.pk, dora.pk) for row in found])
        assert [one for one in results if not isinstance(one, bool)] == []
        assert sum(results) == 1
    assert (overlaps(bernd.user_id), PromisedTime.objects.filter(user=bernd.user).count()) == (0, ROUNDS)


def test_along_or_with_a_visit_of_their_own_at_the_same_time():
    dora, bernd = make_user(Role.COORDINATOR), make_volunteer()
    for number in range(ROUNDS):
        day = NOW + timedelta(days=6 + number)
        found = first_visits_around(day)
        own = [
            make_scheduled(by=dora, starts_at=day + timedelta(minutes=10), client=make_client(phone="")) for _ in "ab"
        ]
        acts = [partial(choose, row.reference, bernd.pk, dora.pk) for row in found[:3]]
        results = at_once([*acts, *(partial(assign, row.pk, bernd.user_id) for row in own)])
        assert [one for one in results if not isinstance(one, bool)] == []
        assert sum(results) == 1
    assert overlaps(bernd.user_id) == 0


def choose_without_protection(visit: int, user: int) -> bool:
    """What somebody would write who looks first and writes then."""
    row = HomeVisit.objects.get(pk=visit)
    taken = HomeVisit.objects.filter(companion=user, state="assigned", slot_starts_at__lt=row.slot_ends_at)
    if taken.filter(slot_ends_at__gt=row.slot_starts_at).exists():
        return False
    HomeVisit.objects.filter(pk=visit).update(companion=user)
    return True


def test_control_without_the_constraint_several_overlap():
    bernd = make_volunteer()
    with connection.cursor() as cursor:
        name = CONSTRAINT.split()[-1]
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
        (definition,) = cursor.fetchone()
        cursor.execute(CONSTRAINT.format("DROP"))
    try:
        found = 0
        for number in range(ROUNDS):
            rows = first_visits_around(NOW + timedelta(days=6 + number))
            at_once([partial(choose_without_protection, row.pk, bernd.user_id) for row in rows])
            found = max(found, overlaps(bernd.user_id))
        assert found > 0
    finally:
        HomeVisit.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(f"{CONSTRAINT.format('ADD')} {definition}")
