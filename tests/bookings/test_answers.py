"""What an SMS does, line by line of the table: fit, misfit, and what never happens."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest

from bookings import offers
from bookings.answers import answer_sms, ask_for_callback
from bookings.models import HomeVisit, Offer
from lotsen.kernel.phones import is_for_films
from lotsen.messages.models import CallTask, InboundSms, Message, SilencedNumber
from tests.people import NOW, make_client, make_facility, make_scheduled, make_user, make_volunteer

pytestmark = pytest.mark.django_db
_sids = count(1)
SENIOR, STRANGER = "+4917604069001", "+4917604069099"


@pytest.fixture
def anna():
    return make_user("hotline")


@pytest.fixture
def bernd():
    return make_volunteer("Bernd Kluge")


def offered(anna, *people, **fields):
    visit = make_scheduled(by=anna, **fields)
    return offers.send_offers(visit, volunteers=people, answer_by=NOW + timedelta(days=2), by=anna, at=NOW)


def write(number, body, *, sid=None, at=NOW, is_open=True):
    sid = sid or f"SM{next(_sids):032x}"
    return answer_sms(sid=sid, from_number=number, body=body, is_open=is_open, at=at)


def answers(number):
    """The kinds of what we answered, without offers and confirmations of the verbs."""
    rows = Message.objects.filter(to=number, key__startswith="sms-").order_by("created_at", "pk")
    return [row.kind for row in rows]


def state_of(offer):
    row = Offer.objects.select_related("visit").get(pk=offer.pk)
    return row.state, row.visit.state


def test_ja_with_the_code_settles_the_visit(anna, bernd):
    (offer,) = offered(anna, bernd)

    assert write(bernd.user.phone, f"Ja, gern 😊 {offer.code}!") == "accepted"
    assert state_of(offer) == ("accepted", "assigned")
    assert Message.objects.filter(kind="v_accepted", to=bernd.user.phone).count() == 1
    assert answers(bernd.user.phone) == []


def test_a_bare_ja_means_the_only_open_offer(anna, bernd):
    (offer,) = offered(anna, bernd)

    assert write(bernd.user.phone, "ja") == "accepted"
    assert state_of(offer) == ("accepted", "assigned")


@pytest.mark.parametrize("word", ["JA", "NEIN"])
def test_a_bare_word_with_two_open_offers_does_nothing(anna, bernd, word):
    (first,) = offered(anna, bernd)
    (second,) = offered(anna, bernd, starts_at=NOW + timedelta(days=8))

    assert write(bernd.user.phone, word) == "two_open"
    assert (state_of(first), state_of(second)) == (("open", "scheduled"), ("open", "scheduled"))
    message = Message.objects.get(kind="v_two_open")
    assert set(message.variables.values()) == {first.code, second.code}


def test_the_code_tells_which_of_two(anna, bernd):
    (first,) = offered(anna, bernd)
    (second,) = offered(anna, bernd, starts_at=NOW + timedelta(days=8))

    assert write(bernd.user.phone, f"JA {second.code}") == "accepted"
    assert (state_of(first)[0], state_of(second)[0]) == ("open", "accepted")


def test_nein_declines_and_others_are_still_asked(anna, bernd):
    clara = make_volunteer("Clara Vogel")
    to_bernd, to_clara = offered(anna, bernd, clara)

    assert write(bernd.user.phone, f"nein {to_bernd.code}") == "declined"
    assert (state_of(to_bernd)[0], state_of(to_clara)[0]) == ("declined", "open")
    assert answers(bernd.user.phone) == ["v_declined"]


@pytest.mark.parametrize("with_code", [True, False])
def test_nein_after_acceptance_is_a_withdrawal(anna, bernd, with_code):
    (offer,) = offered(anna, bernd)
    write(bernd.user.phone, "JA")

    assert write(bernd.user.phone, f"NEIN {offer.code}" if with_code else "NEIN") == "returned"
    assert state_of(offer) == ("returned", "scheduled")
    assert Message.objects.filter(kind="v_withdrawn").count() == 1


def test_a_bare_nein_to_a_newer_question_never_cancels_an_older_visit(anna, bernd):
    (first,) = offered(anna, bernd)
    write(bernd.user.phone, "JA")
    (second,) = offered(anna, bernd, starts_at=NOW + timedelta(days=8))
    Offer.objects.filter(pk=second.pk).update(state="withdrawn", created_at=NOW + timedelta(hours=1))

    assert write(bernd.user.phone, "NEIN") == "nothing_open"
    assert state_of(first) == ("accepted", "assigned")


def test_a_visit_that_has_begun_is_not_given_back_by_sms(anna, bernd):
    (offer,) = offered(anna, bernd)
    write(bernd.user.phone, "JA")

    assert write(bernd.user.phone, f"NEIN {offer.code}", at=NOW + timedelta(days=6, minutes=1)) == "unclear"
    assert state_of(offer) == ("accepted", "assigned")


def test_who_is_late_reads_that_somebody_was_faster_and_what_is_still_open(anna, bernd):
    clara = make_volunteer("Clara Vogel")
    to_bernd, to_clara = offered(anna, bernd, clara)
    write(clara.user.phone, f"JA {to_clara.code}")

    assert write(bernd.user.phone, f"JA {to_bernd.code}") == "lost"
    assert answers(bernd.user.phone) == ["v_lost"]

    (other,) = offered(anna, bernd, starts_at=NOW + timedelta(days=8))
    assert write(bernd.user.phone, f"JA {to_bernd.code}") == "lost"
    message = Message.objects.get(kind="v_lost_next")
    assert message.variables["code2"] == other.code


def test_after_the_deadline_nothing_is_booked(anna, bernd):
    (offer,) = offered(anna, bernd)
    late = NOW + timedelta(days=3)

    assert write(bernd.user.phone, f"JA {offer.code}", at=late) == "over"
    assert state_of(offer) == ("open", "scheduled")
    assert answers(bernd.user.phone) == ["v_expired"]


def test_two_visits_at_one_time_are_refused(anna, bernd):
    (first,) = offered(anna, bernd)
    (second,) = offered(anna, bernd, starts_at=NOW + timedelta(days=6, minutes=30))
    write(bernd.user.phone, f"JA {first.code}")

    assert write(bernd.user.phone, f"JA {second.code}") == "clash"
    assert state_of(second) == ("open", "scheduled")
    assert answers(bernd.user.phone) == ["v_clash"]


def test_an_unknown_code_and_a_foreign_one_read_the_same(anna, bernd):
    clara = make_volunteer("Clara Vogel")
    (to_clara,) = offered(anna, clara)
    unknown = "1111" if to_clara.code != "1111" else "2222"

    assert write(bernd.user.phone, f"JA {to_clara.code}") == "wrong_code"
    assert write(bernd.user.phone, f"JA {unknown}") == "wrong_code"
    assert state_of(to_clara) == ("open", "scheduled")
    assert answers(bernd.user.phone) == ["v_wrong_code"] * 2


@pytest.mark.parametrize("body", ["Ja aber erst 15 Uhr", "ja wenn es passt"])
def test_yes_with_a_condition_reaches_a_human(anna, bernd, body):
    (offer,) = offered(anna, bernd)

    assert write(bernd.user.phone, body) == "yes_but"
    assert state_of(offer) == ("open", "scheduled")
    assert [task.kind for task in CallTask.objects.all()] == ["v_yes_but"]


@pytest.mark.parametrize("body", ["ЈА", "", "vielleicht", "Nee?", "jein", "x" * 1600, "PAUSE"])
def test_what_is_not_clear_does_nothing_and_reaches_a_human(anna, bernd, body):
    (offer,) = offered(anna, bernd)

    assert write(bernd.user.phone, body) == "unclear"
    assert state_of(offer) == ("open", "scheduled")
    assert [(task.kind, task.phone) for task in CallTask.objects.all()] == [("senior_unclear", bernd.user.phone)]
    assert answers(bernd.user.phone) == ["v_unclear"]


def test_da_and_weg_stamp_the_visit(anna, bernd):
    (offer,) = offered(anna, bernd)
    write(bernd.user.phone, "JA")
    start = NOW + timedelta(days=6)

    assert write(bernd.user.phone, f"DA {offer.code}", at=start) == "arrived"
    assert write(bernd.user.phone, f"WEG {offer.code}", at=start + timedelta(hours=1)) == "left"
    visit = HomeVisit.objects.get(pk=offer.visit_id)
    assert (visit.checked_in_at, visit.checked_out_at) == (start, start + timedelta(hours=1))
    assert answers(bernd.user.phone) == ["v_checkout_ok"]


def test_stopp_never_cancels_and_start_brings_sms_back(anna, bernd):
    (offer,) = offered(anna, bernd)
    write(bernd.user.phone, "JA")

    assert write(bernd.user.phone, "STOPP") == "stop"
    assert state_of(offer) == ("accepted", "assigned")
    assert SilencedNumber.objects.filter(number=bernd.user.phone).exists()
    assert answers(bernd.user.phone) == ["v_stop"]
    assert [task.kind for task in CallTask.objects.filter(kind="senior_stop")] == ["senior_stop"]
    assert write(bernd.user.phone, "was?") == "unclear"
    assert answers(bernd.user.phone) == ["v_stop"]

    assert write(bernd.user.phone, "START", at=NOW + timedelta(minutes=1)) == "start"
    assert not SilencedNumber.objects.exists()
    assert answers(bernd.user.phone) == ["v_stop", "v_start"]


def test_a_person_visited_is_never_booked_or_cancelled_by_sms(anna, bernd):
    person = make_client(phone=SENIOR)
    (offer,) = offered(anna, bernd, client=person)
    write(bernd.user.phone, "JA")

    for body in ("NEIN", "ja", f"NEIN {offer.code}"):
        assert write(SENIOR, body) == "unclear"
    assert state_of(offer) == ("accepted", "assigned")
    task = CallTask.objects.get(kind="senior_unclear")
    assert (task.phone, task.about_id) == (SENIOR, str(offer.visit_id))


def test_a_forged_sender_reaches_only_that_numbers_own_questions(anna, bernd):
    clara = make_volunteer("Clara Vogel")
    (to_clara,) = offered(anna, clara)

    assert write(bernd.user.phone, "JA") == "nothing_open"
    assert write(STRANGER, f"JA {to_clara.code}") == "unknown"
    assert state_of(to_clara) == ("open", "scheduled")


def test_two_volunteers_on_one_number_are_nobody(anna, bernd):
    clara = make_volunteer("Clara Vogel")
    type(clara.user).objects.filter(pk=clara.user_id).update(phone=bernd.user.phone)
    (offer,) = offered(anna, bernd)

    assert write(bernd.user.phone, f"JA {offer.code}") == "unknown"
    assert state_of(offer) == ("open", "scheduled")


def test_an_unknown_number_is_answered_once_a_day(anna):
    assert is_for_films(STRANGER)
    assert [write(STRANGER, "hallo") for _ in range(3)] == ["unknown"] * 3
    assert answers(STRANGER) == ["unknown_number"]
    assert CallTask.objects.count() == 1

    write(STRANGER, "hallo", at=NOW + timedelta(days=1, minutes=1))
    assert answers(STRANGER) == ["unknown_number"] * 2


def test_a_facility_is_read_by_a_human():
    contact = make_user("facility", name="Heike Sturm", phone=SENIOR)
    make_facility("Pflegeheim Lindenhof", contact)

    assert write(SENIOR, "Geht es auch um 11 Uhr?") == "unclear"
    assert answers(SENIOR) == ["f_unclear"]
    assert [task.kind for task in CallTask.objects.all()] == ["f_unclear"]


@pytest.mark.parametrize(("is_open", "kind"), [(True, "emergency_words"), (False, "emergency_words_closed")])
def test_words_of_danger_raise_an_alarm_at_once(anna, bernd, is_open, kind):
    (offer,) = offered(anna, bernd)

    assert write(bernd.user.phone, "JA ich bin gestürzt", is_open=is_open) == "emergency"
    assert state_of(offer) == ("open", "scheduled")
    task = CallTask.objects.get()
    assert (task.kind, task.deadline_at) == ("emergency_words", NOW + timedelta(minutes=5))
    assert answers(bernd.user.phone) == [kind]


def test_the_same_sms_again_does_nothing(anna, bernd):
    (offer,) = offered(anna, bernd)
    sid = "SM" + "f" * 32
    write(bernd.user.phone, "was?", sid=sid)
    before = (Message.objects.count(), CallTask.objects.count())

    assert [write(bernd.user.phone, "JA", sid=sid) for _ in range(5)] == ["replay"] * 5
    assert (Message.objects.count(), CallTask.objects.count()) == before
    assert state_of(offer) == ("open", "scheduled")
    assert InboundSms.objects.count() == 1


def test_two_machines_do_not_talk_for_ever(anna, bernd):
    offered(anna, bernd)

    for _ in range(6):
        write(bernd.user.phone, "Ich bin im Urlaub. Diese Antwort kommt von selbst.")
    assert answers(bernd.user.phone) == ["v_unclear"] * 2
    assert CallTask.objects.count() == 1

    write(bernd.user.phone, "hallo?", at=NOW + timedelta(hours=1, minutes=1))
    assert answers(bernd.user.phone) == ["v_unclear"] * 3


def test_an_alarm_quoted_back_does_not_loop(anna, bernd):
    for _ in range(6):
        write(bernd.user.phone, "Sind Sie in Not? Wählen Sie bitte sofort 112.")
    assert answers(bernd.user.phone) == ["emergency_words"] * 2
    assert CallTask.objects.filter(kind="emergency_words").count() == 1


@pytest.mark.parametrize("number", ["VODAFONE", "+12025550123", "+49900123456", "anonymous", "+" * 60, ""])
def test_odd_senders_get_no_answer_and_break_nothing(number):
    assert write(number, "JA 4711") == "unknown"
    assert Message.objects.count() == 0
    assert CallTask.objects.get().phone == ""


def test_a_call_back_is_asked_for_once_a_call_and_the_last_number_counts():
    for _ in range(2):
        ask_for_callback(phone=SENIOR, sid="CA1", at=NOW)
    ask_for_callback(phone=STRANGER, sid="CA1", at=NOW, attempt=1)

    assert list(CallTask.objects.order_by("created_at", "key").values_list("phone", "state")) == [
        (SENIOR, "dropped"),
        (STRANGER, "open"),
    ]
