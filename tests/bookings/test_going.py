"""Who may go: papers on the day of the visit, pairs kept apart, the way between two visits, clocks that change."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from bookings import offers, pairs, visits
from bookings.answers import answer_sms
from bookings.going import MayNotGo, way_around
from bookings.models import BlockedPair, HomeVisit, Offer
from bookings.translate import need_for
from lotsen.kernel.calendar import at_minute, local_date
from lotsen.messages.models import CallTask, Message
from lotsen.people.models import Role
from tests.people import (
    NOW,
    make_address,
    make_client,
    make_scheduled,
    make_topic,
    make_user,
    make_volunteer,
    show_paper,
)
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
FAR = {"latitude": 51.0800, "longitude": 13.8500}


@pytest.fixture
def anna():
    return make_user("hotline")


@pytest.fixture
def dora():
    return make_user(Role.COORDINATOR)


def offer_to(anna, *people, **fields):
    visit = make_scheduled(by=anna, **fields)
    return visit, offers.send_offers(visit, volunteers=people, answer_by=NOW + timedelta(days=2), by=anna, at=NOW)


# --- papers -----------------------------------------------------------------------------------------

LACKS = [
    (("training", None), "Schulung"),
    (("secrecy", None), "Verschwiegenheit"),
    (("certificate", date(2023, 11, 30)), "Führungszeugnis"),  # holds today, not on the day of the visit
]


@pytest.mark.parametrize(("lacks", "paper"), LACKS)
def test_nobody_is_asked_accepts_or_is_assigned_without_papers_on_the_day(anna, lacks, paper):
    bernd = make_volunteer()
    visit, (offer,) = offer_to(anna, bernd)
    show_paper(bernd, *lacks)
    sentence = f"Am Dienstag, 1. Dezember fehlt ein gültiger Nachweis: {paper}. Es ist nichts gebucht."

    acts = [
        lambda: offers.accept_offer(Offer.objects.get(pk=offer.pk), by=bernd.user, at=NOW),
        lambda: visits.assign_guide(HomeVisit.objects.get(pk=visit.pk), guide=bernd.user, by=anna, at=NOW),
        lambda: offer_to(anna, bernd),
    ]
    for act in acts:
        with pytest.raises(MayNotGo, match=sentence):
            act()
    assert HomeVisit.objects.get(pk=visit.pk).state == "scheduled"


def test_a_certificate_that_holds_on_the_last_day_is_enough(anna):
    bernd = make_volunteer(certificate=date(2023, 12, 1))
    _, (offer,) = offer_to(anna, bernd)
    assert offers.accept_offer(offer, by=bernd.user, at=NOW).guide == bernd.user


@pytest.mark.parametrize("state", ["paused", "left"])
def test_who_is_suspended_while_the_page_is_open_reads_that_their_access_rests(anna, state):
    bernd = make_volunteer()
    _, (offer,) = offer_to(anna, bernd)
    Volunteer.objects.filter(pk=bernd.pk).update(state=state)
    fresh = Offer.objects.select_related("volunteer__user", "visit__client").get(pk=offer.pk)
    with pytest.raises(offers.AccessRests, match="Ihr Zugang ruht"):
        offers.accept_offer(fresh, by=bernd.user, at=NOW)


def test_a_yes_by_sms_without_papers_books_nothing_and_reaches_a_human(anna):
    bernd = make_volunteer()
    _, (offer,) = offer_to(anna, bernd)
    show_paper(bernd, "training", None)
    said = answer_sms(sid="SM" + "1" * 32, from_number=bernd.user.phone, body=f"JA {offer.code}", is_open=True, at=NOW)
    assert (said, Offer.objects.get(pk=offer.pk).state) == ("unclear", "open")


# --- pairs ------------------------------------------------------------------------------------------


def test_a_blocked_pair_is_never_brought_together(anna, dora):
    bernd = make_volunteer(topics=[make_topic()])
    visit, (offer,) = offer_to(anna, bernd)
    pair = pairs.block_pair(visit.client, volunteer=bernd, because="Nachbarn im Streit", by=dora, at=NOW)

    offer.refresh_from_db()
    assert (offer.state, need_for(visit).blocked) == ("withdrawn", frozenset({bernd.pk}))
    assert not Message.objects.filter(kind="v_offer", state="queued").exists()
    for act in (
        lambda: offers.send_offers(visit, volunteers=[bernd], answer_by=NOW, by=anna, at=NOW),
        lambda: visits.assign_guide(HomeVisit.objects.get(pk=visit.pk), guide=bernd.user, by=anna, at=NOW),
    ):
        with pytest.raises(MayNotGo, match=r"^Passt dieses Mal nicht\.$"):
            act()
    assert pairs.block_pair(visit.client, volunteer=bernd, because="noch einmal", by=dora, at=NOW) == pair


def test_a_promised_visit_of_a_blocked_pair_is_given_to_somebody_else(anna, dora):
    bernd, clara = (make_volunteer(name, topics=[make_topic()]) for name in ("Bernd Kluge", "Clara Vogel"))
    visit, (offer,) = offer_to(anna, bernd)
    offers.accept_offer(offer, by=bernd.user, at=NOW)

    pairs.block_pair(visit.client, volunteer=bernd, because="Streit", by=dora, at=NOW)

    visit.refresh_from_db()
    assert (visit.state, visit.guide) == ("scheduled", None)
    assert [one.volunteer for one in visit.offers.filter(state="open")] == [clara]
    assert Message.objects.filter(kind="v_reassigned", recipient_user=bernd.user).count() == 1


@pytest.mark.parametrize(("name", "because"), [("Niemand", "Streit"), ("Bernd Kluge", "  ")])
def test_without_a_known_name_or_a_reason_nothing_is_blocked(anna, dora, name, because):
    bernd = make_volunteer("Bernd Kluge")
    visit, _ = offer_to(anna, bernd)
    page = Browser()
    page.force_login(dora)
    page.post(f"/hotline/vorgang/{visit.reference}/nicht-zusammen/", {"volunteer": name, "because": because})
    assert not BlockedPair.objects.exists()


def test_the_desk_writes_down_yes_no_and_cannot_after_all(anna, dora):
    bernd, clara = make_volunteer("Bernd Kluge"), make_volunteer("Clara Vogel")
    visit = make_scheduled(by=anna, starts_at=at_minute(local_date(timezone.now()) + timedelta(days=6), 10 * 60))
    late = timezone.now() + timedelta(days=1)
    to_bernd, to_clara = offers.send_offers(
        visit, volunteers=[bernd, clara], answer_by=late, by=anna, at=timezone.now()
    )
    page = Browser()
    page.force_login(dora)
    shown = page.get(f"/hotline/vorgang/{visit.reference}/").content.decode()
    assert shown.count("Zusage am Telefon") == 2
    assert "Nicht mehr zusammenbringen" in shown

    url = f"/hotline/vorgang/{visit.reference}/am-telefon/"
    page.post(url, {"offer": to_clara.pk, "answer": "nein"})
    page.post(url, {"offer": to_bernd.pk, "answer": "ja"})
    visit.refresh_from_db()
    assert (visit.guide, Offer.objects.get(pk=to_clara.pk).state) == (bernd.user, "declined")
    page.post(url, {"offer": to_bernd.pk, "answer": "nein"})
    page.post(url, {"offer": "unfug", "answer": "ja"})
    visit.refresh_from_db()
    assert (visit.state, Offer.objects.get(pk=to_bernd.pk).state) == ("scheduled", "returned")


def test_the_hotline_does_not_read_why_two_are_kept_apart(anna, dora):
    bernd = make_volunteer("Bernd Kluge")
    visit, _ = offer_to(anna, bernd)
    pairs.block_pair(visit.client, volunteer=bernd, because="Zqgeheim", by=dora, at=NOW)
    seen = {}
    for user in (anna, dora):
        page = Browser()
        page.force_login(user)
        seen[user] = "Zqgeheim" in page.get(f"/hotline/vorgang/{visit.reference}/").content.decode()
    assert seen == {anna: False, dora: True}


# --- ways -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_after", [True, False])
def test_the_way_between_two_visits_is_kept_free_in_either_order(anna, is_after):
    bernd = make_volunteer(travel_mode="transit")
    far = make_client("Erna Fern", address=make_address("Fernweg", "1", **FAR))
    first, (one,) = offer_to(anna, bernd)
    offers.accept_offer(one, by=bernd.user, at=NOW)

    step = timedelta(minutes=60 + 30) * (1 if is_after else -1)
    _, (near,) = offer_to(anna, bernd, starts_at=first.slot_starts_at + step, client=far)
    with pytest.raises(visits.GuideBusy, match="der Weg mitgerechnet"):
        offers.accept_offer(near, by=bernd.user, at=NOW)

    step = timedelta(minutes=60 + 120) * (1 if is_after else -1)
    _, (later,) = offer_to(anna, bernd, starts_at=first.slot_starts_at + step, client=far)
    assert offers.accept_offer(later, by=bernd.user, at=NOW).guide == bernd.user


def test_the_same_gap_is_enough_where_the_way_is_short(anna):
    bernd = make_volunteer()
    first, (one,) = offer_to(anna, bernd)
    offers.accept_offer(one, by=bernd.user, at=NOW)
    _, (near,) = offer_to(anna, bernd, starts_at=first.slot_starts_at + timedelta(minutes=90))
    assert offers.accept_offer(near, by=bernd.user, at=NOW).guide == bernd.user


@pytest.mark.parametrize(
    "starts_at",
    [datetime(2027, 3, 28, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)],
    ids=["the hour that is skipped", "the hour that comes twice"],
)
def test_clock_changes_neither_lengthen_nor_shorten_the_way(anna, starts_at):
    at = starts_at - timedelta(days=6)
    bernd = make_volunteer(training=date(2026, 1, 1))
    visit = make_scheduled(by=anna, starts_at=starts_at)
    visits.assign_guide(visit, guide=bernd.user, by=anna, at=at)
    assert (visit.way_starts_at, visit.way_ends_at) == (starts_at, starts_at + timedelta(minutes=75))
    for minutes, is_free in ((74, False), (75, True)):
        other = make_scheduled(by=anna, starts_at=starts_at + timedelta(minutes=minutes))
        try:
            visits.assign_guide(other, guide=bernd.user, by=anna, at=at)
        except visits.GuideBusy:
            assert not is_free
        else:
            assert is_free


def test_a_clock_change_between_acceptance_and_visit_moves_nothing(anna):
    """Accepted in winter time for a day in summer time: the time on the clock stands, and so do the reminders."""
    from bookings.notices import words_of

    starts_at = datetime(2027, 3, 30, 8, 0, tzinfo=UTC)  # 10 o'clock in summer time
    at = datetime(2027, 3, 26, 9, 0, tzinfo=UTC)
    bernd = make_volunteer()
    visit = make_scheduled(by=anna, starts_at=starts_at)
    (offer,) = offers.send_offers(visit, volunteers=[bernd], answer_by=at + timedelta(days=1), by=anna, at=at)
    offers.accept_offer(offer, by=bernd.user, at=at)
    assert (words_of(visit)["time"], words_of(visit)["time_end"]) == ("10", "11")
    assert Message.objects.get(kind="v_accepted").variables["time"] == "10"


def test_a_way_is_nothing_for_the_team_and_at_least_a_quarter_for_others(anna):
    bernd = make_volunteer()
    visit, _ = offer_to(anna, bernd)
    assert way_around(visit, bernd.user) == (visit.slot_starts_at, visit.slot_ends_at + timedelta(minutes=15))


def test_call_tasks_of_offers_go_with_the_offer(anna):
    bernd = make_volunteer()
    bernd.user.phone = "+493023125100"  # no SMS there
    bernd.user.email = ""
    bernd.user.save()
    _, (offer,) = offer_to(anna, bernd)
    assert CallTask.objects.get(kind="v_offer").state == "open"
    offers.decline_offer(offer, because="", by=bernd.user, at=NOW)
    assert CallTask.objects.get(kind="v_offer").state == "dropped"
