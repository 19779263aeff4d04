"""An organisation's list: each person a request of its own, held until the organisation was called, then asked."""

from datetime import timedelta

import pytest

from bookings import referrals, visits, web_requests
from bookings.models import HomeVisit, Referral
from bookings.rules import is_ready_to_offer
from lotsen.kernel.errors import MoveNotAllowed
from lotsen.messages.models import CallTask, Message
from tests.people import NOW, make_topic, make_user

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)
STELLE = {"organisation": "Pflegedienst Elbaue", "contact": "Jana Beier", "phone": "+493023125002", "caller": "care"}
WAITS = "Die Fachstelle ist noch nicht bestätigt."


def person(name="Ursula Krause", **fields):
    line = {
        "name": name,
        "salutation": "mrs",
        "street": "Gartenweg 16",
        "postal_code": "01169",
        "phone": "+493023125116",
        "topics": ["fotos"],
        "times": ["nachmittags"],
        "known": "yes",
    }
    return line | fields


def make_list(*people, **fields):
    make_topic()
    referral = referrals.start(organisation=STELLE, by=None, at=NOW, **fields)
    for number, one in enumerate(people or [person()]):
        referral = referrals.put_person(referral, key=f"{number:012x}", person=one, by=None, at=NOW)
    return referral


def send(referral, at=LATER):
    return referrals.send(referral, by=None, at=at)


def tasks(**fields):
    return list(CallTask.objects.filter(**fields).order_by("created_at").values_list("kind", "phone", "state"))


def test_each_person_becomes_a_request_of_their_own():
    sent = send(make_list(person(), person("Erich Noack", salutation="mr", phone="", known="not_yet")))
    assert len({visit.reference for visit in sent}) == 2
    shown = [
        (one.client.name, one.caller, one.caller_name, one.caller_phone, one.held_because, one.agreed_at, one.note)
        for one in sent
    ]
    stelle = ("care", "Jana Beier, Pflegedienst Elbaue", "+493023125002", WAITS, None)
    assert shown == [
        ("Ursula Krause", *stelle, ""),
        ("Erich Noack", *stelle, "Die Person weiß noch nichts von der Anfrage."),
    ]
    assert [one.times_words for one in sent] == ["nachmittags"] * 2
    assert Referral.objects.get().people == [], "the list stands in the requests now"


def test_only_the_organisation_is_called_and_nobody_else_hears_of_it():
    send(make_list())
    assert tasks() == [("f_referral", "+493023125002", "open")]
    assert not Message.objects.exists()


def test_sent_twice_is_sent_once():
    referral = make_list(person(), person("Erich Noack"))
    assert send(referral) == send(referral) == list(HomeVisit.objects.order_by("pk"))
    assert CallTask.objects.count() == 1


def test_an_empty_list_is_not_sent():
    make_topic()
    referral = referrals.start(organisation=STELLE, by=None, at=NOW)
    with pytest.raises(referrals.NobodyNamed):
        send(referral)


def test_the_same_line_twice_is_one_person_and_a_changed_one_changes():
    referral = make_list(person(), person("Erich Noack"))
    referrals.put_person(referral, key="0" * 12, person=person("Ursula Kraus"), by=None, at=NOW)
    assert [one["name"] for one in Referral.objects.get().people] == ["Ursula Kraus", "Erich Noack"]
    for _ in range(2):
        referrals.remove_person(referral, key="0" * 12, by=None, at=NOW)
    assert [one["name"] for one in Referral.objects.get().people] == ["Erich Noack"]


def test_thirty_and_not_one_more_but_the_last_can_still_be_changed():
    referral = make_list(*[person(f"Person {number}") for number in range(30)])
    with pytest.raises(referrals.TooMany):
        referrals.put_person(referral, key="f" * 12, person=person(), by=None, at=NOW)
    referrals.put_person(referral, key=f"{29:012x}", person=person("Letzte"), by=None, at=NOW)
    assert len(send(referral)) == 30


def test_nothing_changes_after_sending():
    referral = make_list()
    send(referral)
    with pytest.raises(referrals.ReferralSent):
        referrals.put_person(referral, key="1" * 12, person=person(), by=None, at=LATER)


def test_the_same_page_sent_twice_begins_one_list_and_corrects_it():
    first = referrals.start(organisation=STELLE, by=None, at=NOW, token="t" * 43)
    second = referrals.start(organisation=STELLE | {"contact": "J. Beier"}, by=None, at=NOW, token="t" * 43)
    assert (first.pk, second.contact) == (second.pk, "J. Beier")


def test_a_confirmed_organisation_s_people_are_asked_and_still_nobody_is_offered():
    anna = make_user()
    referral = make_list(person(), person("Erich Noack", phone=""))
    sent = send(referral)
    going_on = referrals.confirm_organisation(Referral.objects.get(), by=anna, at=LATER)
    assert going_on == sent
    assert tasks(state="open", kind="senior_confirm") == [
        ("senior_confirm", "+493023125116", "open"),
        ("senior_confirm", "+493023125002", "open"),
    ]
    letters = Message.objects.filter(kind="senior_third_first", channel="letter")
    assert [letter.variables["contact_role"] for letter in letters] == ["Pflegedienst Elbaue"] * 2
    assert tasks(kind="f_referral") == [("f_referral", "+493023125002", "dropped")]
    fresh = HomeVisit.objects.order_by("pk")
    assert [(one.held_because, is_ready_to_offer(one)) for one in fresh] == [("", False)] * 2
    with pytest.raises(visits.NotAgreedYet):
        visits.fix_slot(fresh[0], starts_at=NOW + timedelta(days=7), by=anna, at=LATER)
    with pytest.raises(MoveNotAllowed):
        referrals.confirm_organisation(Referral.objects.get(), by=anna, at=LATER)


def test_a_refused_organisation_s_requests_are_off_and_stay():
    anna = make_user()
    send(make_list(person(), person("Erich Noack")))
    referrals.refuse_organisation(Referral.objects.get(), because="gibt es nicht", by=anna, at=LATER)
    assert list(HomeVisit.objects.values_list("state", "cancelled_because")) == [("cancelled", "gibt es nicht")] * 2
    assert not Message.objects.exists()
    assert tasks(state="open") == []


def test_one_of_its_requests_is_not_released_before_the_organisation_is():
    anna = make_user()
    (visit,) = send(make_list())
    with pytest.raises(web_requests.NotHeld):
        web_requests.release(visit, by=anna, at=LATER)


def test_what_looks_like_a_machine_calls_nobody_not_even_the_organisation():
    (visit,) = send(make_list(signs=["trap"]))
    assert visit.held_because == "Ein verstecktes Feld war gefüllt."
    assert not CallTask.objects.exists()


def test_release_and_reject_of_a_held_request():
    anna = make_user()
    held = "Ein verstecktes Feld war gefüllt."
    from tests.people import make_visit

    one, other = (make_visit(is_agreed=False, held_because=held, entrance="web") for _ in range(2))
    web_requests.release(one, by=anna, at=LATER)
    assert (one.held_because, one.agreed_at) == ("", None)
    assert [kind for kind, _phone, _state in tasks(about_reference=one.reference)] == ["senior_confirm"]
    web_requests.reject(other, because="Werbung", by=anna, at=LATER)
    other.refresh_from_db()
    assert (other.state, other.cancelled_because) == ("cancelled", "Werbung")
    assert tasks(about_reference=other.reference) == []
    for visit in (one, make_visit()):
        with pytest.raises(web_requests.NotHeld):
            web_requests.reject(visit, because="x", by=anna, at=LATER)
        with pytest.raises(web_requests.NotHeld):
            web_requests.release(visit, by=anna, at=LATER)
