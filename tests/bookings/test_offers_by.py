"""At once, once a day, or not at all: waves, the weekly round and the digest do as a volunteer wishes."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from bookings import rounds, waves
from bookings.models import Offer
from bookings.proposals import suggest
from lotsen.kernel.calendar import at_minute, local_date
from lotsen.messages.models import Message
from tests.people import NOW, make_client, make_scheduled, make_topic, make_user, make_visit, make_volunteer
from volunteers.matching import fit

pytestmark = pytest.mark.django_db
FIVE = at_minute(local_date(NOW), 17 * 60)
SOON = NOW + timedelta(days=6)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def asked_by_a_wave():
    dora = make_user("coordinator")
    visit = make_scheduled(by=dora, starts_at=SOON)
    waves.begin_wave(visit, by=dora, at=NOW)
    return list(Offer.objects.values_list("volunteer__user__name", flat=True))


def named_by_a_round():
    dora = make_user("coordinator")
    visit = make_visit(by=dora)
    row = rounds.request_round(seconds=10, by=dora, at=NOW)
    row.seconds = 1
    rounds.work_on_round(row, now=lambda: NOW)
    row.refresh_from_db()
    assert row.result["asked"] == 1
    rounds.take_over(row, chosen=[visit.pk], by=dora, at=NOW)
    return list(Offer.objects.values_list("volunteer__user__name", flat=True))


@pytest.mark.parametrize("ask", [asked_by_a_wave, named_by_a_round])
@pytest.mark.parametrize(("offers_by", "names"), [("none", ["Clara"]), ("now", ["Bernd", "Clara"])])
def test_who_wants_no_offers_is_asked_by_nothing(ask, offers_by, names):
    photos = make_topic()
    make_volunteer("Bernd", topics=[photos], offers_by=offers_by)
    make_volunteer("Clara", topics=[photos])
    asked = ask()
    assert set(asked) <= set(names)
    assert asked


@pytest.mark.parametrize("ask", [asked_by_a_wave, named_by_a_round])
def test_nobody_is_left_when_all_want_none(ask):
    make_volunteer("Bernd", topics=[make_topic()], offers_by="none")
    assert ask() == []


def test_with_the_check_off_the_round_would_name_them(monkeypatch):
    """The control: without the check, somebody who wants no offers is asked."""
    others = tuple(check for check in fit.PAIR_CHECKS if check.code != "angebote")
    monkeypatch.setattr(fit, "PAIR_CHECKS", others)
    monkeypatch.setattr(rounds, "shortfalls", lambda *asked: ())
    make_volunteer("Bernd", topics=[make_topic()], offers_by="none")
    assert named_by_a_round() == ["Bernd"]


def test_the_list_says_why_not():
    dora = make_user("coordinator")
    make_volunteer("Bernd", topics=[make_topic()], offers_by="none")
    found = suggest(make_visit(by=dora), at=NOW)
    assert [str(one.sentence) for one in found.misfits[0].shortfalls] == ["Möchte gerade keine Angebote."]


def test_ten_offers_are_one_message_a_day():
    dora, bernd = make_user("coordinator"), make_volunteer("Bernd", topics=[make_topic()], offers_by="daily")
    for number in range(10):
        visit = make_scheduled(by=dora, client=make_client(f"Person {number}"), starts_at=SOON + timedelta(days=number))
        waves.ask_first(visit, volunteers=[bernd], by=dora, at=NOW)
    assert Offer.objects.filter(state="open").count() == 10
    assert Message.objects.filter(recipient_user=bernd.user).count() == 0
    waves.send_digests(at=FIVE), waves.send_digests(at=FIVE + timedelta(minutes=30))
    message = Message.objects.get(recipient_user=bernd.user)
    assert (message.kind, message.variables["n"]) == ("v_offer_digest", "10")
    waves.send_digests(at=FIVE + timedelta(days=1))
    assert Message.objects.filter(recipient_user=bernd.user).count() == 1
