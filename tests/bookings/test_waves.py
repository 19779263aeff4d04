"""Waves: a few best first, then more, then a human; never at night; priority after a return."""

from datetime import UTC, datetime, timedelta

import pytest

from bookings import offers, visits, waves
from bookings.models import HomeVisit, Offer, Wave
from bookings.queries import open_requests
from bookings.queries.offers import GIVEN_BACK_POINTS, extra_points
from bookings.translate import candidates
from lotsen.kernel.calendar import BERLIN, at_minute, local
from lotsen.messages.models import CallTask, Message
from tests.people import NOW, make_scheduled, make_topic, make_user, make_visit, make_volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return make_user("hotline")


def people(count, **fields):
    return [make_volunteer(f"Person {number}", topics=[make_topic()], **fields) for number in range(count)]


def asked(visit, state="open"):
    return Offer.objects.filter(visit=visit, state=state).count()


def first_wave(anna, count=10, **fields):
    found = people(count)
    visit = make_scheduled(by=anna, **fields)
    waves.ask_first(visit, volunteers=found[:3], by=anna, at=NOW)
    return visit, found


def test_three_first_five_more_after_half_of_the_time_then_a_coordinator(anna):
    visit, _people = first_wave(anna)
    wave = Wave.objects.get(visit=visit)
    assert (asked(visit), wave.number, wave.asked, waves.go_on(at=NOW)) == (3, 1, 3, 0)

    assert waves.go_on(at=wave.next_at) == 1
    assert asked(visit) == 8
    second = Wave.objects.get(visit=visit, ended_at=None)
    assert (second.number, second.asked, wave.next_at < wave.answer_by) == (2, 5, True)

    late = second.answer_by + timedelta(minutes=1)
    offers.expire_offers(at=late)
    waves.go_on(at=late)
    task = CallTask.objects.get(kind="k_nobody")
    assert (task.about_id, task.state) == (str(visit.pk), "open")
    assert "{" not in task.variables["change"]
    assert [one.outcome for one in Wave.objects.order_by("pk")] == ["widened", "nobody"]
    assert waves.go_on(at=late) == 0


def test_a_visit_over_midnight_goes_to_a_coordinator_like_any_other(anna):
    late = at_minute(local(NOW).date() + timedelta(days=4), 23 * 60 + 42)
    visit, _people = first_wave(anna, count=3, starts_at=late)
    offers.expire_offers(at=late)
    waves.go_on(at=Wave.objects.get(visit=visit).answer_by + timedelta(minutes=1))
    assert CallTask.objects.get(kind="k_nobody").about_id == str(visit.pk)


def test_a_request_with_which_something_is_wrong_keeps_no_other_waiting(anna, monkeypatch):
    wrong, _people = first_wave(anna)
    visit = make_scheduled(by=anna, starts_at=NOW + timedelta(days=9))
    waves.ask_first(visit, volunteers=_people[:3], by=anna, at=NOW)
    advance = waves._advance

    def failing(wave, of, *, at):
        if of.pk == wrong.pk:
            raise ValueError("not this one")
        return advance(wave, of, at=at)

    monkeypatch.setattr(waves, "_advance", failing)
    with pytest.raises(ExceptionGroup) as caught:
        waves.go_on(at=Wave.objects.order_by("next_at").last().next_at)
    assert [(type(one), str(one)) for one in caught.value.exceptions] == [(ValueError, "not this one")]
    assert (asked(wrong), asked(visit)) == (3, 8)


def test_when_all_say_no_the_next_are_asked_at_once(anna):
    visit, _people = first_wave(anna)
    for offer in visit.offers.select_related("volunteer__user"):
        offers.decline_offer(offer, because="", by=offer.volunteer.user, at=NOW)

    assert waves.go_on(at=NOW + timedelta(minutes=1)) == 1
    assert (asked(visit), asked(visit, "declined")) == (5, 3)


def test_a_yes_ends_the_waves_without_a_task(anna):
    visit, found = first_wave(anna)
    offers.accept_offer(visit.offers.get(volunteer=found[0]), by=found[0].user, at=NOW)

    waves.go_on(at=NOW + timedelta(days=1))
    assert Wave.objects.get(visit=visit).outcome == "settled"
    assert not CallTask.objects.filter(kind="k_nobody").exists()
    assert not Message.objects.filter(kind="v_offer", state="queued").exists()


@pytest.mark.parametrize(
    ("asked_at", "starts_at", "until"),
    [
        ((2026, 11, 25, 10), (2026, 12, 1, 10), (2026, 11, 26, 10)),  # a working day
        ((2026, 11, 27, 16), (2026, 12, 4, 10), (2026, 11, 30, 16)),  # over a weekend
        ((2026, 11, 25, 10), (2026, 11, 27, 10), (2026, 11, 25, 13)),  # within three days: hours
        ((2026, 11, 25, 18, 30), (2026, 11, 27, 10), (2026, 11, 26, 9, 30)),  # the night does not count
        ((2026, 11, 25, 23), (2026, 11, 26, 14), (2026, 11, 26, 11)),  # asked at night: from the morning on
        ((2026, 11, 25, 10), (2026, 11, 25, 11), (2026, 11, 25, 11)),  # never after it has begun
    ],
)
def test_the_deadline_goes_by_urgency_and_never_falls_into_the_night(asked_at, starts_at, until):
    found = waves.deadline_for(datetime(*starts_at, tzinfo=BERLIN), at=datetime(*asked_at, tzinfo=BERLIN))
    assert found == datetime(*until, tzinfo=BERLIN)


def test_nobody_is_woken_at_night(anna):
    night = datetime(2026, 11, 25, 22, 30, tzinfo=UTC)
    (bernd,) = people(1)
    visit = make_scheduled(by=anna)
    waves.ask_first(visit, volunteers=[bernd], by=anna, at=night)

    message = Message.objects.get(kind="v_offer")
    assert local(message.not_before_at).hour == 8
    assert waves.go_on(at=night + timedelta(hours=1)) == 0


def test_a_visit_near_by_is_asked_about_with_urgent_words(anna):
    (bernd,) = people(1)
    visit = make_scheduled(by=anna, starts_at=NOW + timedelta(days=2))
    waves.ask_first(visit, volunteers=[bernd], by=anna, at=NOW)
    assert [one.kind for one in Message.objects.filter(recipient_user=bernd.user)] == ["v_offer_urgent"]


def test_given_back_it_is_open_in_the_same_second_goes_before_others_and_others_are_asked(anna):
    visit, found = first_wave(anna, count=6)
    older = make_visit(by=anna, at=NOW - timedelta(days=9))
    offer = visit.offers.select_related("visit__client__address", "volunteer__user").get(volunteer=found[0])
    offers.accept_offer(offer, by=found[0].user, at=NOW)
    offers.return_offer(offer, because="krank", by=found[0].user, at=NOW)

    visit.refresh_from_db()
    assert (visit.state, visit.guide, visit.way_ends_at) == ("scheduled", None, None)
    assert asked(visit) == 3
    assert found[0].pk not in set(visit.offers.filter(state="open").values_list("volunteer", flat=True))
    assert [one.pk for one in open_requests(anna)] == [visit.pk, older.pk]
    assert extra_points([visit.pk, older.pk]) == {visit.pk: GIVEN_BACK_POINTS}
    assert not Message.objects.filter(kind="v_accepted", state="queued").exists()


def test_a_visit_that_we_took_away_does_not_count_as_given_back(anna):
    visit, found = first_wave(anna)
    offer = visit.offers.get(volunteer=found[0])
    offers.accept_offer(offer, by=found[0].user, at=NOW)
    visits.release_guide(HomeVisit.objects.get(pk=visit.pk), because="anders", by=anna, at=NOW)
    assert extra_points([visit.pk]) == {}


def test_an_accept_and_cancel_loop_of_200_stops_at_three_and_a_coordinator_learns(anna):
    (bernd,) = people(1)
    done = 0
    for number in range(200):
        visit = make_scheduled(by=anna, starts_at=NOW + timedelta(days=6 + number))
        if number < 5:
            (offer,) = offers.send_offers(visit, volunteers=[bernd], answer_by=NOW + timedelta(days=1), by=anna, at=NOW)
        if done == 3:
            break
        offers.accept_offer(offer, by=bernd.user, at=NOW)
        offers.return_offer(offer, because="x", by=bernd.user, at=NOW)
        done += 1
    with pytest.raises(offers.GaveBackOften, match="diese Woche schon dreimal abgesagt"):
        offers.accept_offer(offer, by=bernd.user, at=NOW)
    assert done == 3
    assert CallTask.objects.get(kind="k_gave_back_often").phone == bernd.user.phone
    assert [one.gave_back_often for one in candidates(at=NOW)] == [True]
    assert [one.gave_back_often for one in candidates(at=NOW + timedelta(days=8))] == [False]
    assert offers.accept_offer(offer, by=anna, at=NOW).guide == bernd.user  # the desk has talked with him


def test_who_hears_once_a_day_gets_one_number_at_five_and_no_message_before(anna, monkeypatch):
    bernd, clara = people(2)
    monkeypatch.setattr(waves, "wants", lambda one: "daily" if one.pk == bernd.pk else "now")
    monkeypatch.setattr("bookings.offer_notices.wants", lambda one: "daily" if one.pk == bernd.pk else "now")
    for days in (6, 7):
        visit = make_scheduled(by=anna, starts_at=NOW + timedelta(days=days))
        waves.ask_first(visit, volunteers=[bernd, clara], by=anna, at=NOW)
    assert set(Message.objects.filter(kind="v_offer").values_list("recipient_user", flat=True)) == {clara.user_id}

    five = at_minute(NOW.date(), 17 * 60)
    assert [waves.send_digests(at=five) for _ in range(2)] == [1, 1]
    message = Message.objects.get(kind="v_offer_digest")
    assert (message.recipient_user, message.variables["n"], message.about_id) == (bernd.user, "2", "")
    assert waves.send_digests(at=five + timedelta(hours=1)) == 0
    own = Offer.objects.filter(volunteer=bernd).order_by("answer_by").first()
    assert own.answer_by > five + timedelta(hours=12)


def test_who_wants_no_offers_is_left_out(anna, monkeypatch):
    visit, _people = first_wave(anna)
    monkeypatch.setattr(waves, "wants", lambda one: "none")
    waves.go_on(at=Wave.objects.get(visit=visit).next_at)
    assert asked(visit) == 3
