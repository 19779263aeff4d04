"""The page of absences: coordinators for everybody, the others for themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from lotsen.messages.call_tasks import open_call_task, take_call_task
from lotsen.people.models import Deputy
from tests.people import NOW, make_user

pytestmark = pytest.mark.django_db
URL = "/hotline/vertretung/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def people():
    return make_user("hotline"), make_user("hotline", name="Bea Mai"), make_user("coordinator", name="Dora Klein")


def days(user, deputy, **more):
    return {
        "user": user.pk,
        "deputy": deputy.pk if deputy else "",
        "first_on": "2026-11-25",
        "last_on": "2026-11-27",
    } | more


def test_ones_own_absence_and_nobody_elses(client, people):
    anna, bea, _dora = people
    client.force_login(anna)

    assert client.post(URL, days(anna, bea)).status_code == 302
    assert client.post(URL, days(bea, anna)).status_code == 422
    assert [(row.user, row.deputy) for row in Deputy.objects.all()] == [(anna, bea)]
    assert "Es übernimmt: Bea Mai" in client.get(URL).content.decode()


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"last_on": "2026-11-24"}, 409, "darf nicht vor dem ersten liegen"),
        ({"first_on": "2026-11-27"}, 409, "schon eine Vertretung eingetragen"),
        ({"last_on": "bald"}, 422, "Letzter Tag"),
    ],
)
def test_what_does_not_fit_is_said_and_stays_in_the_form(client, people, more, status, said):
    anna, bea, dora = people
    client.force_login(dora)
    client.post(URL, days(anna, bea))

    answer = client.post(URL, days(anna, bea, **more))

    assert (answer.status_code, said in answer.content.decode(), Deputy.objects.count()) == (status, True, 1)


def test_only_who_is_away_or_a_coordinator_ends_it(client, people):
    anna, bea, dora = people
    row = Deputy.objects.create(user=anna, deputy=bea, first_on=NOW.date(), last_on=NOW.date())
    codes = []
    for user in (bea, dora):
        client.force_login(user)
        codes.append(client.post(f"{URL}{row.pk}/beenden/").status_code)
    assert (codes, Deputy.objects.count()) == ([404, 302], 0)


def test_the_deputy_sees_the_tasks_and_coordinators_a_warning(client, people):
    anna, bea, dora = people
    task = open_call_task(
        kind="callback",
        phone="+493023125217",
        variables={},
        about=None,
        deadline_at=NOW + timedelta(hours=1),
        key="k",
        by=None,
        at=NOW,
    )
    take_call_task(task, by=anna, at=NOW)
    row = Deputy.objects.create(user=anna, deputy=bea, first_on=NOW.date(), last_on=NOW.date())
    client.force_login(bea)
    html = client.get("/hotline/rueckrufe/").content.decode()
    assert ("Vertretung für Anna Lehmann" in html, "030 231 25 217" in html) == (True, True)

    Deputy.objects.filter(pk=row.pk).update(deputy=None)
    client.force_login(dora)
    assert "Anna Lehmann ist bis" in client.get("/hotline/rueckrufe/").content.decode()


def test_a_coordinator_names_a_deputy(client, people):
    anna, _bea, dora = people
    client.force_login(dora)
    answer = client.post(URL, days(dora, None))
    assert (answer.status_code, Deputy.objects.count()) == (409, 0)
    assert "Wer koordiniert, braucht eine Vertretung." in answer.content.decode()
    assert client.post(URL, days(dora, anna)).status_code == 302


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(client, people, rows, django_assert_num_queries):
    _anna, bea, dora = people
    for number in range(rows):
        day = NOW.date() + timedelta(days=number)
        Deputy.objects.create(user=bea, deputy=dora, first_on=day, last_on=day)
    client.force_login(dora)
    with django_assert_num_queries(5):
        client.get(URL)
