"""Who is away, who stands in, and what the database refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from lotsen.people.deputies import (
    AwayAlready,
    DaysBackwards,
    DeputyNeeded,
    NotForCoordinators,
    NotOneself,
    appoint_deputy,
    away_alone,
    changeable_absences,
    coordinators_alone,
    end_absence,
    on_duty,
    stand_ins,
    stood_for,
    visible_absences,
)
from lotsen.people.models import Deputy, Role, User
from tests.people import make_user

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 25, 9, tzinfo=UTC)
TODAY, TOMORROW, FRIDAY = date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 27)


@pytest.fixture
def people():
    return [make_user(name=name) for name in ("Anna", "Bea", "Cora")]


def away(user, deputy, first=TODAY, last=TOMORROW):
    return appoint_deputy(user, deputy=deputy, first_on=first, last_on=last, by=user, at=AT)


def test_the_deputy_of_the_day_does_the_tasks(people):
    anna, bea, _cora = people
    away(anna, bea)
    assert [stood_for(bea, on=day) for day in (TODAY, TOMORROW, FRIDAY)] == [{anna.pk}, {anna.pk}, frozenset()]
    assert stood_for(anna, on=TODAY) == frozenset()


def test_a_deputy_who_is_away_is_followed_to_their_own(people):
    anna, bea, cora = people
    away(anna, bea), away(bea, cora)
    assert stand_ins(on=TODAY) == {anna.pk: cora.pk, bea.pk: cora.pk}


def test_a_circle_ends_at_nobody(people):
    anna, bea, _cora = people
    away(anna, bea), away(bea, anna)
    assert stand_ins(on=TODAY) == {anna.pk: None, bea.pk: None}
    assert [row.user.name for row in away_alone(at=AT)] == ["Anna", "Bea"]


def test_what_is_refused_in_words(people):
    anna, bea, _cora = people
    away(anna, bea)
    for refused, deputy, first, last in (
        (NotOneself, anna, FRIDAY, FRIDAY),
        (DaysBackwards, bea, FRIDAY, TODAY),
        (DaysBackwards, bea, date(2026, 11, 1), date(2026, 11, 2)),
        (AwayAlready, bea, TOMORROW, FRIDAY),
    ):
        with pytest.raises(refused):
            away(anna, deputy, first, last)
    assert Deputy.objects.count() == 1


@pytest.mark.parametrize("wrong", ["oneself", "backwards", "overlap"])
def test_the_database_refuses_it_too(people, wrong):
    anna, bea, _cora = people
    away(anna, bea)
    fields = {
        "oneself": {"deputy": anna, "first_on": FRIDAY, "last_on": FRIDAY},
        "backwards": {"deputy": bea, "first_on": FRIDAY, "last_on": TODAY},
        "overlap": {"deputy": bea, "first_on": TOMORROW, "last_on": FRIDAY},
    }[wrong]
    with pytest.raises(IntegrityError), transaction.atomic():
        Deputy.objects.create(user=anna, **fields)


def test_who_is_back_is_there_today_and_what_has_not_begun_is_struck_out(people):
    anna, bea, cora = people
    begun = Deputy.objects.create(user=anna, deputy=bea, first_on=date(2026, 11, 20), last_on=FRIDAY)
    end_absence(begun, by=anna, at=AT)
    end_absence(away(cora, bea, FRIDAY, FRIDAY), by=cora, at=AT)
    assert (stand_ins(on=TODAY), Deputy.objects.count()) == ({}, 1)


def test_coordinators_see_all_and_others_what_concerns_them(people):
    anna, bea, cora = people
    dora = make_user(Role.COORDINATOR)
    away(anna, bea)
    counts = [
        (visible_absences(one, on=TODAY).count(), changeable_absences(one, on=TODAY).count())
        for one in (anna, bea, cora, dora)
    ]
    assert counts == [(1, 1), (1, 0), (0, 0), (1, 1)]


@pytest.fixture
def bosses():
    return [make_user(Role.COORDINATOR, name=name) for name in ("Dora", "Emil")]


def names(rows):
    return [row.user.name for row in rows]


def test_a_coordinator_is_stood_in_for_by_a_coordinator_while_there_is_one(people, bosses):
    anna, (dora, emil) = people[0], bosses
    with pytest.raises(DeputyNeeded):
        away(dora, None)
    with pytest.raises(NotForCoordinators):
        away(dora, anna)
    User.objects.filter(pk=emil.pk).update(is_active=False)
    assert away(dora, anna).deputy == anna


def test_the_same_days_name_a_deputy_where_none_can_any_more(people, bosses):
    dora, emil = bosses
    row = away(dora, emil)
    with pytest.raises(AwayAlready):
        away(dora, make_user(Role.COORDINATOR, name="Fritz"))
    User.objects.filter(pk=emil.pk).update(roles=[])
    fritz = make_user(Role.COORDINATOR, name="Fritz")
    assert (away(dora, fritz).pk, stand_ins(on=TODAY)) == (row.pk, {dora.pk: fritz.pk})


@pytest.mark.parametrize("lost", ["deleted", "without the role", "locked out", "away too"])
def test_who_cannot_stand_in_any_more_leaves_a_coordinator_alone(bosses, lost):
    dora, emil = bosses
    away(dora, emil, FRIDAY, FRIDAY)
    assert coordinators_alone(at=AT) == []
    if lost == "deleted":
        emil.delete()
    elif lost == "away too":
        Deputy.objects.create(user=emil, deputy=None, first_on=FRIDAY, last_on=FRIDAY)
    else:
        User.objects.filter(pk=emil.pk).update(
            **({"roles": []} if lost == "without the role" else {"is_active": False})
        )
    assert "Dora" in names(coordinators_alone(at=AT))


def test_a_digest_goes_to_whoever_stands_in(people, bosses):
    anna, (dora, emil) = people[0], bosses
    assert on_duty(Role.COORDINATOR, on=TODAY) == [dora, emil]
    away(dora, emil)
    assert on_duty(Role.COORDINATOR, on=TODAY) == [emil]
    assert on_duty(Role.COORDINATOR, on=FRIDAY) == [dora, emil]
    Deputy.objects.create(user=emil, deputy=anna, first_on=TODAY, last_on=TODAY)
    assert on_duty(Role.COORDINATOR, on=TODAY) == [anna]
    Deputy.objects.update(deputy=None)
    assert on_duty(Role.COORDINATOR, on=TODAY) == [dora, emil]  # nobody is left: better all than none
