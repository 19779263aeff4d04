"""From "bin da" to "bin weg": every reminder and alarm at its minute, none after signing off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookings import offers, safe_return, visits
from bookings.answers import answer_sms
from bookings.models import HomeVisit, PlanStep, SafeReturn
from lotsen.messages.call_answers import CallAnswer
from lotsen.messages.models import CallTask, Message
from lotsen.messages.wanted import still_wanted
from lotsen.people.models import Role
from tests.people import NOW, make_scheduled, make_user, make_volunteer

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
START = NOW + timedelta(days=6)
END = START + 60 * MINUTE


@pytest.fixture
def dora():
    return make_user(Role.COORDINATOR, name="Dora Klein", phone="+4917139200777")


@pytest.fixture
def visit(dora):
    bernd = make_volunteer()
    row = make_scheduled(by=dora, starts_at=START)
    (offer,) = offers.send_offers(row, volunteers=[bernd], answer_by=NOW + timedelta(days=2), by=dora, at=NOW)
    offers.accept_offer(offer, by=bernd.user, at=NOW)
    return HomeVisit.objects.select_related("guide").get(pk=row.pk)


def arrived(visit, at=START):
    visits.check_in(visit, by=visit.guide, at=at)
    return SafeReturn.objects.get(visit=visit)


def alarms(visit):
    kinds = ["v_checkout_0", "v_checkout_15", "v_checkout_30", "v_safe", "k_overdue_45", "k_overdue_60"]
    messages = Message.objects.filter(about_id=str(visit.pk), kind__in=kinds).exclude(state="dropped")
    return sorted((f"{(one.created_at - END) // MINUTE}", one.kind, one.channel) for one in messages)


def tasks(visit, *states):
    found = CallTask.objects.filter(about_id=str(visit.pk), state__in=states or ["open", "taken"])
    return sorted(found.filter(kind__regex="^[kv]_").values_list("kind", flat=True))


def test_every_step_comes_at_its_minute_and_once(visit, dora):
    arrived(visit)
    for minute in range(75 * 2):
        safe_return.watch(at=END + timedelta(seconds=30) * minute)
        safe_return.watch(at=END + timedelta(seconds=30) * minute)

    assert alarms(visit) == [
        ("0", "v_checkout_0", "sms"),
        ("15", "v_checkout_15", "sms"),
        ("30", "v_checkout_30", "sms"),
        ("30", "v_safe", "voice"),
        ("45", "k_overdue_45", "sms"),
        ("60", "k_overdue_60", "sms"),
    ]
    assert tasks(visit) == ["k_overdue_45", "k_overdue_60"]
    owners = CallTask.objects.filter(kind__startswith="k_overdue").values_list("owner", "state").distinct()
    assert list(owners) == [(dora.pk, "taken")]


def test_no_step_comes_before_its_time(visit):
    arrived(visit)
    safe_return.watch(at=END - timedelta(seconds=1))
    assert alarms(visit) == []


def test_nothing_comes_after_signing_off(visit):
    arrived(visit)
    safe_return.watch(at=END + 46 * MINUTE)
    waiting = Message.objects.filter(kind="v_safe").get()
    visits.check_out(visit, by=visit.guide, at=END + 47 * MINUTE)
    safe_return.watch(at=END + timedelta(hours=3))

    assert (alarms(visit), tasks(visit), still_wanted(waiting)) == ([], [], False)


def test_what_still_holds_goes_out(visit):
    arrived(visit)
    safe_return.watch(at=END)
    assert still_wanted(Message.objects.get(kind="v_checkout_0")) is True


def test_half_an_hour_more_moves_every_alarm(visit):
    arrived(visit)
    safe_return.watch(at=END + 15 * MINUTE)
    old = Message.objects.get(kind="v_checkout_15")
    safe_return.stay_longer(visit, by=visit.guide, at=END + 16 * MINUTE)
    for minute in range(16, 120):
        safe_return.watch(at=END + minute * MINUTE)

    assert still_wanted(old) is False
    assert [(at, kind) for at, kind, _channel in alarms(visit)] == [
        ("106", "k_overdue_60"),
        ("46", "v_checkout_0"),
        ("61", "v_checkout_15"),
        ("76", "v_checkout_30"),
        ("76", "v_safe"),
        ("91", "k_overdue_45"),
    ]


def test_nobody_stays_longer_who_is_not_there(visit):
    with pytest.raises(safe_return.NotOnTheWay):
        safe_return.stay_longer(visit, by=visit.guide, at=START)


def test_who_arrives_late_has_half_an_hour(visit):
    assert arrived(visit, at=END - 5 * MINUTE).ends_at == END + 25 * MINUTE


def test_silence_on_the_telephone_alarms_at_once(visit):
    arrived(visit)
    safe_return.watch(at=END + 30 * MINUTE)
    call = Message.objects.get(kind="v_safe")
    safe_return.note_call_answer(call, CallAnswer.SILENCE, END + 31 * MINUTE)
    safe_return.watch(at=END + 31 * MINUTE)
    assert tasks(visit) == ["k_overdue_45"]


def test_all_well_asks_again_in_half_an_hour(visit):
    arrived(visit)
    safe_return.watch(at=END + 30 * MINUTE)
    call = Message.objects.get(kind="v_safe")
    safe_return.note_call_answer(call, CallAnswer.CONFIRMED, END + 31 * MINUTE)
    row = SafeReturn.objects.get()
    assert (row.step, row.due_at) == (0, END + 61 * MINUTE)


def test_help_is_an_alarm_at_once_and_stays_after_signing_off(visit):
    arrived(visit)
    safe_return.ask_for_help(visit, by=visit.guide, at=START + 5 * MINUTE)
    safe_return.ask_for_help(visit, by=visit.guide, at=START + 6 * MINUTE)
    assert tasks(visit) == ["k_help"]
    sent = Message.objects.filter(about_id=str(visit.pk), kind__in=["v_help_received", "v_safe", "k_help"])
    assert sorted(sent.values_list("kind", "channel")) == [
        ("k_help", "sms"),
        ("v_help_received", "sms"),
        ("v_safe", "voice"),
    ]
    visits.check_out(visit, by=visit.guide, at=START + 8 * MINUTE)
    assert tasks(visit) == ["k_help"]


def test_calling_the_visit_off_does_not_end_a_call_for_help(visit, dora):
    safe_return.ask_for_help(visit, by=visit.guide, at=START + 5 * MINUTE)
    visits.cancel_visit(visit, because="Notfall", own_wish=False, by=dora, at=START + 6 * MINUTE)
    assert [kind for kind in tasks(visit) if kind.startswith("k_help")] == ["k_help"]


def test_help_on_the_way_begins_no_chain(visit):
    safe_return.ask_for_help(visit, by=visit.guide, at=START - 10 * MINUTE)
    safe_return.watch(at=END + 70 * MINUTE)
    assert tasks(visit) == ["k_help", "v_arrive_missing"]


def sms(visit, body, at, phone=""):
    return answer_sms(sid=f"SM{body}{at:%H%M}", from_number=phone or visit.guide.phone, body=body, is_open=True, at=at)


def test_signing_off_with_the_second_code_looks_the_same(visit):
    row = arrived(visit)
    assert sms(visit, f"WEG {safe_return.duress_code(row.code)}", START + 20 * MINUTE) == "left"
    visit.refresh_from_db()
    row.refresh_from_db()
    assert (visit.checked_out_at, row.ended_at, row.is_silent) == (START + 20 * MINUTE, START + 20 * MINUTE, True)
    assert tasks(visit) == ["k_help_silent"]
    to_guide = Message.objects.filter(to=visit.guide.phone, created_at=START + 20 * MINUTE)
    assert list(to_guide.values_list("kind", "channel", "variables__code")) == [("v_checkout_ok", "sms", row.code)]


@pytest.mark.parametrize(("code", "second"), [("4711", "4712"), ("9999", "1000"), ("1000", "1001")])
def test_the_second_code(code, second):
    assert safe_return.duress_code(code) == second


def test_sms_of_the_guide(visit):
    row = arrived(visit)
    assert sms(visit, f"MEHR {row.code}", START + 10 * MINUTE) == "longer"
    assert SafeReturn.objects.get().ends_at == END + 30 * MINUTE
    assert sms(visit, f"HILFE {row.code}", START + 11 * MINUTE) == "help"
    assert tasks(visit) == ["k_help"]
    assert sms(visit, f"WEG {row.code}", START + 12 * MINUTE) == "left"


def test_somebody_takes_the_alarm(visit, dora):
    anna = make_user(Role.HOTLINE, phone="+4917139200778")
    row = arrived(visit)
    safe_return.watch(at=END + 45 * MINUTE)
    assert sms(visit, f"ICH {row.code}", END + 46 * MINUTE, anna.phone) == "alarm_taken"
    assert CallTask.objects.get(kind="k_overdue_45").owner == anna
    assert sms(visit, f"ICH {row.code}", END + 47 * MINUTE, dora.phone) == "alarm_gone"
    safe_return.watch(at=END + 60 * MINUTE)
    assert CallTask.objects.get(kind="k_overdue_60").owner == anna


def test_nobody_else_takes_an_alarm(visit):
    row = arrived(visit)
    safe_return.watch(at=END + 45 * MINUTE)
    assert sms(visit, f"ICH {row.code}", END + 46 * MINUTE, "+4917139200779") == "unknown"
    assert SafeReturn.objects.get().taken_by is None


def test_a_step_of_the_plan_is_ticked_once(visit, dora):
    row = arrived(visit)
    anna = make_user()
    safe_return.tick_step(row, number=1, by=anna, at=END)
    safe_return.tick_step(row, number=1, by=dora, at=END + MINUTE)
    assert list(PlanStep.objects.values_list("number", "by", "at")) == [(1, anna.pk, END)]
    with pytest.raises(safe_return.AlarmOver):
        safe_return.tick_step(row, number=5, by=anna, at=END)


def test_who_does_not_arrive_is_called_once(visit):
    safe_return.watch(at=START + 19 * MINUTE)
    assert tasks(visit) == []
    safe_return.watch(at=START + 20 * MINUTE)
    safe_return.watch(at=START + 21 * MINUTE)
    assert tasks(visit) == ["v_arrive_missing"]
    arrived(visit, at=START + 22 * MINUTE)
    assert tasks(visit) == []
