"""Who is to go along says yes by SMS while their page says no: nobody is both promised and taken out."""

from __future__ import annotations

import threading
from datetime import timedelta
from functools import partial

import pytest

from bookings import first_visits, visits
from bookings.answers import answer_sms
from bookings.models import HomeVisit
from lotsen.kernel.errors import Refused
from lotsen.messages.models import CallTask, Message
from lotsen.people.models import Role, User
from tests.people import NOW, make_client, make_scheduled, make_user, make_volunteer
from tests.races.racing import at_once
from volunteers.models import FirstVisit

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def in_pair(number, dora, companion) -> HomeVisit:
    row = make_scheduled(by=dora, client=make_client(phone=""), starts_at=NOW + timedelta(days=6 + number))
    newcomer = make_volunteer(f"Neu {number}", pair=None)
    visits.assign_guide(row, guide=newcomer.user, by=dora, at=NOW)
    first = FirstVisit.objects.select_related("newcomer").get(reference=row.reference)
    first_visits.choose_companion(first, companion=companion, by=dora, at=NOW)
    return HomeVisit.objects.get(pk=row.pk)


def yes_by_sms(phone, code, sid):
    return answer_sms(sid=sid, from_number=phone, body=f"JA {code}", is_open=True, at=NOW)


def no_on_the_page(visit, user):
    try:
        row = HomeVisit.objects.get(pk=visit)
        first_visits.leave_pair(row, because="krank", by=User.objects.get(pk=user), at=NOW)
    except Refused:
        return "refused"
    return "out"


def state_of(visit):
    row = HomeVisit.objects.get(pk=visit.pk)
    return row.companion, row.companion_code, row.companion_confirmed_at


def test_yes_by_sms_and_no_on_the_page_at_once():
    dora, bernd = make_user(Role.COORDINATOR), make_volunteer()
    for number in range(ROUNDS):
        visit = in_pair(number, dora, bernd)
        acts = [
            partial(yes_by_sms, bernd.user.phone, visit.companion_code, f"SM{number:032x}"),
            partial(no_on_the_page, visit.pk, bernd.user_id),
        ]
        yes, no = at_once(acts)
        assert (yes in ("along", "unclear", "wrong_code"), no) == (True, "out")
        assert state_of(visit) == (None, "", None)
        about = {"about_id": str(visit.pk)}
        assert Message.objects.filter(kind="v_withdrawn", **about).count() == 1
        assert CallTask.objects.filter(kind="k_first_visit", state="open", **about).count() == 1


def test_the_same_no_by_both_ways_at_once_is_one():
    dora, bernd = make_user(Role.COORDINATOR), make_volunteer()
    for number in range(ROUNDS):
        visit = in_pair(number, dora, bernd)
        results = at_once([partial(no_on_the_page, visit.pk, bernd.user_id)] * 4)
        assert sorted(results) == ["out", "refused", "refused", "refused"]
        assert Message.objects.filter(kind="v_withdrawn", about_id=str(visit.pk)).count() == 1


def test_control_without_the_lock_both_hold(monkeypatch):
    """Both look before either has written: the database has to refuse the yes of somebody who is out."""
    dora, bernd = make_user(Role.COORDINATOR), make_volunteer()
    visit = in_pair(0, dora, bernd)
    both_have_looked, is_out = threading.Barrier(2, timeout=60), threading.Event()

    def look(row):
        found = HomeVisit.objects.select_related("companion").get(pk=row.pk).companion
        both_have_looked.wait()
        return found

    def no():
        said = no_on_the_page(visit.pk, bernd.user_id)
        is_out.set()
        return said

    answering = first_visits._answering

    def yes_is_slow(*args, **kwargs):
        found = answering(*args, **kwargs)
        if threading.current_thread().name == "yes":
            is_out.wait(60)
        return found

    def yes():
        threading.current_thread().name = "yes"
        return yes_by_sms(bernd.user.phone, visit.companion_code, f"SM{77:032x}")

    monkeypatch.setattr(first_visits, "companion_of", look)
    monkeypatch.setattr(first_visits, "_answering", yes_is_slow)
    said, out = at_once([yes, no])
    assert (out, "only_a_companion_answers" in str(said)) == ("out", True)
