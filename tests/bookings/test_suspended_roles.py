"""A suspended volunteer who has another role: nothing that opens doors or shows addresses is left, over all pairs."""

from __future__ import annotations

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import get_resolver

from bookings import leaving, visits
from bookings.calendar_links import make_link, user_of
from bookings.going import MayNotGo
from bookings.imports import import_city
from bookings.rules import can_desk
from lotsen.messages.call_tasks import open_call_task, take_call_task
from lotsen.messages.models import CallTask
from lotsen.people import cards
from lotsen.people.models import Role, User
from tests.bookings.imports.lists import AT, city_file
from tests.people import NOW, make_scheduled, make_user, make_volunteer
from volunteers import membership
from volunteers.membership import AT_REST
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
OTHERS = [role for role in Role.values if role != Role.VOLUNTEER]
KEPT = {Role.FACILITY, Role.DATA_PROTECTION, Role.ADMINISTRATOR}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def dora():
    return make_user(Role.COORDINATOR, name="Dora Klein")


def both(role: str) -> Volunteer:
    one = make_volunteer()
    one.user.roles = [Role.VOLUNTEER, role]
    one.user.save()
    return one


def doors() -> list[tuple[str, frozenset[str]]]:
    """Pages without an object behind them that only some roles may see."""
    found = []
    for pattern, route in _walk(get_resolver().url_patterns, ""):
        roles = getattr(pattern.callback, "roles", None)
        if roles and "<" not in route:
            found.append((f"/{route}", roles))
    return found


def _walk(patterns, prefix):
    for one in patterns:
        route = prefix + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from _walk(one.url_patterns, route)
        else:
            yield one, route


@pytest.mark.parametrize("role", OTHERS)
def test_every_door_is_shut_with_the_next_click(client, dora, role):
    one = both(role)
    client.force_login(one.user)
    mine = [(url, roles) for url, roles in doors() if roles & set(one.user.roles)]
    before = {url: client.get(url).status_code for url, _roles in mine}
    assert 404 not in before.values()  # control: they were open
    leaving.suspend(one, because="Beschwerde", by=dora, at=NOW)
    user = User.objects.get(pk=one.user_id)
    assert set(user.roles) == {role} & KEPT
    assert not user.has_role(*AT_REST)
    client.force_login(user)  # also who signs in anew
    shut = {url: client.get(url).status_code for url, roles in mine if not roles & KEPT}
    assert set(shut.values()) <= {404}
    assert len(shut) > 5


@pytest.mark.parametrize("role", OTHERS)
def test_lifted_they_have_again_what_rested(dora, role):
    one = both(role)
    leaving.suspend(one, because="Beschwerde", by=dora, at=NOW)
    membership.lift(Volunteer.objects.get(pk=one.pk), by=dora, at=NOW)
    assert set(User.objects.get(pk=one.user_id).roles) == {Role.VOLUNTEER, role}
    assert Volunteer.objects.get(pk=one.pk).roles_at_rest == []


def test_who_leaves_keeps_what_has_nothing_to_do_with_it(dora):
    one = both(Role.ADVISOR)
    leaving.leave(one, by=dora, at=NOW)
    assert User.objects.get(pk=one.user_id).roles == [Role.ADVISOR]


def test_card_calendar_team_visits_and_tasks(dora):
    one = both(Role.ADVISOR)
    user = one.user
    token = make_link(by=user, at=NOW)
    assert (user_of(token), cards.serves(user)) == (user, True)
    leaving.suspend(one, because="Beschwerde", by=dora, at=NOW)
    user = User.objects.get(pk=user.pk)
    assert (user_of(token), cards.serves(user)) == (None, False)
    with pytest.raises(MayNotGo):
        visits.assign_guide(make_scheduled(by=dora), guide=user, by=dora, at=NOW)


def test_a_call_that_they_had_taken_is_everybodys_again(dora):
    one = both(Role.HOTLINE)
    more = {"phone": "+493023125217", "variables": {}, "about": None, "deadline_at": NOW, "key": "k"}
    task = open_call_task(kind="callback", by=None, at=NOW, **more)
    take_call_task(task, by=one.user, at=NOW)
    leaving.suspend(one, because="Beschwerde", by=dora, at=NOW)
    row = CallTask.objects.get(key="k")
    assert (row.state, row.owner, can_desk(User.objects.get(pk=one.user_id))) == ("open", None, False)


def test_nobody_decides_on_their_own_suspension(dora):
    one = both(Role.COORDINATOR)
    with pytest.raises(membership.NotOneself):
        leaving.suspend(one, because="x", by=one.user, at=NOW)
    leaving.suspend(one, because="x", by=dora, at=NOW)
    with pytest.raises(membership.NotOneself):
        membership.lift(one, by=one.user, at=NOW)


@pytest.mark.parametrize("state", ["suspended", "left", "applied"])
def test_a_list_gives_no_role_back(dora, state):
    import_city([city_file("lotsen")], by=None, at=AT)
    one = Volunteer.objects.select_related("user").get()
    if state == "suspended":
        leaving.suspend(one, because="x", by=dora, at=AT)
    elif state == "left":
        leaving.leave(one, by=dora, at=AT)
    else:
        User.objects.filter(pk=one.user_id).update(roles=[])
        Volunteer.objects.update(state="applied")
    outcome = import_city([city_file("lotsen", {"Mobil": "0171 3920009"})], by=dora, at=AT)
    user = User.objects.get(pk=one.user_id)
    assert (outcome.problems, user.roles, user.phone) == ((), [], "+491713920009")


@pytest.mark.parametrize("role", sorted(AT_REST))
def test_the_database_lets_nobody_who_is_suspended_have_one(dora, role):
    one = make_volunteer()
    leaving.suspend(one, because="x", by=dora, at=NOW)
    with pytest.raises(IntegrityError, match="suspended_roles_rest"), transaction.atomic():
        User.objects.filter(pk=one.user_id).update(roles=[role])
    User.objects.filter(pk=one.user_id).update(roles=[Role.FACILITY])  # control
