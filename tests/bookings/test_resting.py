"""A pause, days away or a suspension that began after the question: no way leads to a promise, and others are asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from bookings import leaving, offers, resting, waves
from bookings.models import Offer
from bookings.offers import AccessRests, OfferLost, RestsThen
from lotsen.kernel.calendar import local_date
from lotsen.messages.models import CallTask, Message
from lotsen.people.models import Role
from tests.bookings.test_answers import answers, write
from tests.people import NOW, make_client, make_scheduled, make_topic, make_user, make_volunteer
from touring.models import SchoolHoliday
from volunteers import availability
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
TODAY = local_date(NOW)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moving:
        yield moving


@pytest.fixture
def anna():
    return make_user()


@pytest.fixture
def bernd():
    return make_volunteer(topics=[make_topic()])


def asked(anna, *people, **fields):
    visit = make_scheduled(by=anna, client=make_client(phone=""), **fields)
    waves.ask_first(visit, volunteers=people, by=anna, at=NOW)
    return fresh(visit.offers.order_by("pk").first())


def fresh(offer):
    return Offer.objects.select_related("visit__client__address", "volunteer__user").get(pk=offer.pk)


def _pause(volunteer, anna):
    resting.pause(volunteer, until=TODAY + 2 * DAY, by=volunteer.user, at=NOW)


def _away(volunteer, anna):
    days = {"first_on": TODAY + 5 * DAY, "last_on": TODAY + 8 * DAY}
    resting.enter_absence(volunteer, **days, by=volunteer.user, at=NOW)


def _suspended(volunteer, anna):
    leaving.suspend(volunteer, because="x", by=anna, at=NOW)


RESTS = {"pause": _pause, "away": _away, "suspended": _suspended}


@pytest.mark.parametrize("kind", RESTS)
def test_the_offer_ends_at_once_and_the_wave_goes_on(anna, bernd, kind):
    clara = make_volunteer("Clara Vogel", topics=[make_topic()])
    offer = asked(anna, bernd)
    RESTS[kind](bernd, anna)
    assert fresh(offer).state == "withdrawn"
    assert not Message.objects.filter(kind="v_offer", to=bernd.user.phone, state="queued").exists()
    assert waves.go_on(at=NOW + timedelta(minutes=1)) == 1
    assert set(offer.visit.offers.filter(state="open").values_list("volunteer", flat=True)) == {clara.pk}


@pytest.mark.parametrize("kind", RESTS)
def test_by_tap_and_by_link(client, anna, bernd, kind):
    offer = asked(anna, bernd)
    client.force_login(bernd.user)
    RESTS[kind](bernd, anna)
    answer = client.post(f"/lotse/angebot/{offer.token}/ja/")
    if kind == "suspended":
        assert answer.status_code in (302, 404)  # signed out everywhere: to sign-in
        assert "/konto/login/" in answer.headers.get("Location", "/konto/login/")
    else:
        assert (answer.status_code, "Pause oder „kann nicht“" in answer.content.decode()) == (409, True)
        page = client.get(f"/lotse/angebot/{offer.token}/").content.decode()
        assert "Pause oder „kann nicht“ eingetragen" in page
    assert (fresh(offer).state, fresh(offer).visit.state) == ("withdrawn", "scheduled")


@pytest.mark.parametrize("with_code", [True, False])
@pytest.mark.parametrize(("kind", "told"), [("pause", "v_rests"), ("away", "v_rests"), ("suspended", "v_suspended")])
def test_by_sms(anna, bernd, kind, told, with_code):
    offer = asked(anna, bernd)
    RESTS[kind](bernd, anna)
    write(bernd.user.phone, f"JA {offer.code}" if with_code else "ja")
    assert answers(bernd.user.phone) == [told]
    assert (fresh(offer).state, fresh(offer).visit.state) == ("withdrawn", "scheduled")


@pytest.mark.parametrize("kind", ["pause", "away"])
def test_by_the_hotline(client, anna, bernd, kind):
    offer = asked(anna, bernd)
    RESTS[kind](bernd, anna)
    client.force_login(anna)
    url = f"/hotline/vorgang/{offer.visit.reference}/"
    answer = client.post(f"{url}am-telefon/", {"offer": offer.pk, "answer": "ja"}, follow=True)
    assert "Bernd Kluge hat bis" in answer.content.decode()
    assert fresh(offer).visit.state == "scheduled"


@pytest.mark.parametrize("kind", ["pause", "away"])
def test_entered_by_any_other_hand_the_yes_is_refused_and_the_sweep_ends_the_offer(anna, bernd, kind):
    offer = asked(anna, bernd)
    if kind == "pause":
        availability.pause(bernd, until=TODAY, by=anna, at=NOW)
    else:
        day = local_date(offer.visit.slot_starts_at)
        availability.enter_absence(bernd, first_on=day, last_on=day, by=anna, at=NOW)
    with pytest.raises(RestsThen):
        offers.accept_offer(fresh(offer), by=bernd.user, at=NOW)
    assert fresh(offer).state == "open"
    assert (resting.end_resting(at=NOW), resting.end_resting(at=NOW)) == (1, 0)
    assert fresh(offer).state == "withdrawn"


def test_a_pause_of_this_moment_is_seen_though_the_page_is_older(anna, bernd):
    """What `accept_offer` read before is old: the row decides, once visit and guide are locked."""
    offer = asked(anna, bernd)
    Volunteer.objects.filter(pk=bernd.pk).update(paused_until=TODAY)
    with pytest.raises(RestsThen):
        offers.accept_offer(offer, by=offer.volunteer.user, at=NOW)
    assert fresh(offer).visit.state == "scheduled"


def test_control_who_is_back_accepts(anna, bernd):
    offer = asked(anna, bernd)
    day = local_date(offer.visit.slot_starts_at)
    resting.enter_absence(bernd, first_on=day + DAY, last_on=day + 2 * DAY, by=bernd.user, at=NOW)
    assert resting.end_resting(at=NOW) == 0
    offers.accept_offer(fresh(offer), by=bernd.user, at=NOW)
    assert fresh(offer).state == "accepted"


def test_school_holidays_count_for_who_rests_in_them(anna, bernd):
    offer = asked(anna, bernd)
    day = local_date(offer.visit.slot_starts_at)
    SchoolHoliday.objects.create(name="Winter", starts_on=day, ends_on=day)
    assert resting.end_resting(at=NOW) == 0
    availability.set_week(bernd, hours=bernd.opening_hours, rests=True, by=bernd.user, at=NOW)
    with pytest.raises(RestsThen):
        offers.accept_offer(fresh(offer), by=bernd.user, at=NOW)
    assert resting.end_resting(at=NOW) == 1


def test_in_a_pause_nobody_is_asked_also_about_later_days(anna, bernd):
    _pause(bernd, anna)
    visit = make_scheduled(by=anna, client=make_client(phone=""), starts_at=NOW + 9 * DAY)
    wave = waves.begin_wave(visit, by=anna, at=NOW)
    assert (wave.asked, CallTask.objects.filter(kind="k_nobody").count()) == (0, 1)
    availability.end_pause(bernd, by=bernd.user, at=NOW)
    assert waves.begin_wave(visit, by=anna, at=NOW).asked == 1


def test_who_was_slower_reads_that_although_they_rest_now(anna, bernd):
    clara = make_volunteer("Clara Vogel", topics=[make_topic()])
    offer = asked(anna, bernd, clara)
    second = offer.visit.offers.get(volunteer=clara)
    offers.accept_offer(fresh(second), by=clara.user, at=NOW)
    _pause(bernd, anna)
    with pytest.raises(OfferLost):
        offers.accept_offer(fresh(offer), by=bernd.user, at=NOW)


def test_suspended_reads_that_the_access_rests(anna, bernd):
    offer = asked(anna, bernd)
    _suspended(bernd, make_user(Role.COORDINATOR))
    with pytest.raises(AccessRests, match="Ihr Zugang ruht"):
        offers.accept_offer(fresh(offer), by=bernd.user, at=NOW)
