"""Telephones of the hotline: on, off, busy, absent; click to call; what is said about the wait."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookings.answers import ask_for_callback
from lotsen.messages import telephone
from lotsen.messages.call_tasks import CallTaskGone
from lotsen.messages.models import AgentLine, AgentRing, PhoneCall
from lotsen.messages.telephone import calls, ringing
from lotsen.messages.telephone.lines import new_ring
from tests.people import NOW, make_user

pytestmark = pytest.mark.django_db
SENIOR, DESK = "+493023125216", "+493023125301"


class Notebook:
    """A network that writes down what it was asked."""

    def __init__(self):
        self.rung, self.hung_up = [], []

    def ring(self, ring):
        self.rung.append(ring.line.phone)
        return f"CA{len(self.rung):032x}"

    def hang_up(self, sid):
        self.hung_up.append(sid)


def waiting(number=1, *, at=NOW, phone=SENIOR):
    return PhoneCall.objects.create(sid=f"CA{number:032x}", phone=phone, arrived_at=at, queued_at=at)


def line(phone=DESK, *, at=NOW):
    user = make_user()
    return telephone.go_on(user, phone=phone, by=user, at=at)


@pytest.mark.parametrize("phone", ["+49900123456", "+48601234567", "", "+493023125100", "+493023125101"])
def test_a_line_must_be_a_number_that_we_dial(phone):
    with pytest.raises(telephone.NotDialled):
        line(phone)


def test_the_longest_free_rings_first_and_each_call_once():
    network = Notebook()
    line("+493023125302", at=NOW + timedelta(minutes=1))
    line("+493023125301", at=NOW)
    waiting()
    assert ringing.ring_agents(network=network, at=NOW + timedelta(minutes=2)) == 1
    assert ringing.ring_agents(network=network, at=NOW + timedelta(minutes=2)) == 0
    assert network.rung == ["+493023125301"]


def test_three_calls_that_nobody_takes_are_a_pause():
    desk = line()
    for turn in range(3):
        assert AgentLine.objects.get().is_on
        ring = new_ring(desk, call=waiting(turn), at=NOW)
        telephone.end_ring(ring.pk, at=NOW)
    assert not AgentLine.objects.get().is_on


def test_a_ring_whose_caller_is_gone_is_stopped():
    network = Notebook()
    line()
    call = waiting()
    ringing.ring_agents(network=network, at=NOW)
    telephone.end_call(call.sid, was_open=True, at=NOW)
    ringing.ring_agents(network=network, at=NOW)
    assert (network.hung_up, AgentRing.objects.filter(ended_at=None).count()) == (["CA" + "0" * 31 + "1"], 0)


def test_the_screen_knows_which_call_rings_as_a_hint():
    desk = line()
    assert telephone.ringing_for(desk.user) is None
    call = waiting()
    new_ring(desk, call=call, at=NOW)
    assert telephone.ringing_for(desk.user) == call
    assert telephone.caller_hint(call) == SENIOR
    assert telephone.caller_hint(waiting(2, phone="anonymous")) == ""


def task(phone=SENIOR):
    return ask_for_callback(phone=phone, sid="CA" + "9" * 32, at=NOW)


def test_click_to_call_takes_the_task():
    desk = line()
    one = task()
    telephone.call_out(one, by=desk.user, at=NOW)
    one.refresh_from_db()
    assert (one.state, one.owner) == ("taken", desk.user)
    with pytest.raises(telephone.LineBusy):
        telephone.call_out(one, by=desk.user, at=NOW)


def test_click_to_call_refuses_without_a_line_a_foreign_number_and_somebody_elses_task():
    with pytest.raises(telephone.NoLine):
        telephone.call_out(task(), by=make_user(), at=NOW)
    desk, other = line(), line("+493023125302")
    one = task()
    type(one).objects.filter(pk=one.pk).update(phone="+48601234567")
    one.refresh_from_db()
    with pytest.raises(telephone.NotDialled):
        telephone.call_out(one, by=desk.user, at=NOW)
    type(one).objects.filter(pk=one.pk).update(phone=SENIOR)
    one.refresh_from_db()
    telephone.call_out(one, by=desk.user, at=NOW)
    with pytest.raises(CallTaskGone):
        telephone.call_out(one, by=other.user, at=NOW)


def test_without_money_nobody_is_called_out(settings):
    settings.PHONE_DAILY_LIMIT = 0
    network, desk = Notebook(), line()
    telephone.call_out(task(), by=desk.user, at=NOW)
    assert ringing.ring_agents(network=network, at=NOW) == 0
    assert network.rung == []


def test_a_wait_is_told_only_when_enough_talks_say_so():
    desk = line()
    assert calls.expected_wait(2, agents=1, at=NOW) is None
    for number in range(5):
        PhoneCall.objects.create(
            sid=f"CA{number:032x}",
            arrived_at=NOW - timedelta(hours=2),
            queued_at=NOW - timedelta(hours=2),
            answered_at=NOW - timedelta(hours=1),
            ended_at=NOW - timedelta(minutes=56),
            agent=desk.user,
        )
    assert calls.expected_wait(2, agents=1, at=NOW) == timedelta(minutes=8)
    assert calls.expected_wait(2, agents=2, at=NOW) == timedelta(minutes=4)
    assert calls.expected_wait(2, agents=0, at=NOW) is None


def test_numbers_are_shortened_after_a_week_and_calls_forgotten_after_a_month():
    waiting(1, at=NOW - timedelta(days=8))
    waiting(2, at=NOW - timedelta(days=6))
    waiting(3, at=NOW - timedelta(days=31))
    calls.forget_calls(at=NOW)
    assert sorted(PhoneCall.objects.values_list("phone", flat=True)) == [SENIOR, "216"]


def test_a_crash_leaves_no_telephone_busy():
    desk = line()
    new_ring(desk, call=waiting(), at=NOW)
    ringing.sweep_rings(at=NOW + timedelta(seconds=59))
    assert AgentRing.objects.filter(ended_at=None).count() == 1
    ringing.sweep_rings(at=NOW + timedelta(seconds=61))
    assert AgentRing.objects.filter(ended_at=None).count() == 0
